// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/farm_test.lua.
#include "farm/progress.h"

#include <cstdio>

namespace tandem::farm {
namespace {

constexpr std::chrono::milliseconds kLiveEvery{200};
constexpr std::chrono::seconds kLogEvery{10};

std::string duration(double seconds) {
  char text[32];
  const auto whole = static_cast<unsigned long>(seconds + 0.5);
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lu h %02lu min", whole / 3600, whole / 60 % 60);
  } else if (whole >= 60) {
    std::snprintf(text, sizeof text, "%lu min %02lu s", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%lu s", whole);
  }
  return text;
}

}  // namespace

void Tally::add(report::Status status) {
  switch (status) {
    case report::Status::Pass: ++pass; break;
    case report::Status::Fail: ++fail; break;
    case report::Status::Skip: ++skip; break;
    case report::Status::Error: ++error; break;
  }
}

FarmProgress::FarmProgress(std::size_t planned, std::size_t before, bool live)
    : planned_(planned), before_(before), live_(live), start_(Clock::now()), last_shown_(start_) {}

void FarmProgress::ended(const std::string& key, const report::RunResult& result, bool is_final) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (is_final) tally_.add(result.status);
  else ++tally_.retried;
  if (result.status == report::Status::Fail || result.status == report::Status::Error) {
    clear();
    std::printf("%s  %s%s\n       %s\n", result.status == report::Status::Fail ? "FAIL " : "ERROR", key.c_str(),
                is_final ? "" : "  (will be tried again)", result.reason.c_str());
    std::fflush(stdout);
  }
  show(false);
}

void FarmProgress::note(const std::string& text) {
  const std::lock_guard<std::mutex> lock(mutex_);
  clear();
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

void FarmProgress::tick() {
  const std::lock_guard<std::mutex> lock(mutex_);
  show(false);
}

Tally FarmProgress::tally() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return tally_;
}

void FarmProgress::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (live_) clear();
  else show(true);
}

void FarmProgress::clear() {
  if (shown_) std::printf("\r\033[K");
  shown_ = false;
}

std::string FarmProgress::line() const {
  const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
  const std::size_t done = before_ + tally_.all();
  const double rate = seconds > 0 ? static_cast<double>(tally_.all()) / seconds : 0;
  char text[200];
  std::snprintf(text, sizeof text, "%zu of %zu runs: %zu pass, %zu fail, %zu error, %zu skip", done, planned_, tally_.pass, tally_.fail,
                tally_.error, tally_.skip);
  std::string out = text;
  if (before_ != 0) out += " (" + std::to_string(before_) + " from before)";
  if (rate > 0 && seconds >= 1) {
    std::snprintf(text, sizeof text, "; %.1f runs/s", rate);
    out += text;
    if (done < planned_) out += ", " + duration(static_cast<double>(planned_ - done) / rate) + " to go";
  }
  return out;
}

void FarmProgress::show(bool now) {
  const Clock::time_point t = Clock::now();
  if (!now && t - last_shown_ < (live_ ? std::chrono::duration_cast<std::chrono::milliseconds>(kLiveEvery) : kLogEvery)) return;
  last_shown_ = t;
  clear();
  std::printf(live_ ? "%s" : "%s\n", line().c_str());
  std::fflush(stdout);
  shown_ = live_;
}

}  // namespace tandem::farm
