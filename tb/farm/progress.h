// SPDX-License-Identifier: Apache-2.0
// What a user sees while a plan runs: counts, rate, time to go, and each failure as it comes. On a terminal one line that is
// rewritten; otherwise a line now and then, so that a log stays readable.
// Not here: the verdict at the end (regress_command.cpp). Proof: tb/farm/test/farm_test.lua.
#ifndef TANDEM_FARM_PROGRESS_H
#define TANDEM_FARM_PROGRESS_H

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

#include "report/result.h"

namespace tandem::farm {

struct Tally {
  std::size_t pass = 0, fail = 0, skip = 0, error = 0, retried = 0;
  std::size_t all() const { return pass + fail + skip + error; }
  void add(report::Status status);
};

// Any thread may call it.
class FarmProgress {
 public:
  // before: results that an earlier part of the session has brought already.
  FarmProgress(std::size_t planned, std::size_t before, bool live);
  void ended(const std::string& key, const report::RunResult& result, bool is_final);
  void note(const std::string& text);
  void tick();               // call it now and then when nothing ends
  void close();              // takes the live line away
  Tally tally() const;

 private:
  using Clock = std::chrono::steady_clock;
  void clear();
  void show(bool now);
  std::string line() const;

  mutable std::mutex mutex_;
  std::size_t planned_, before_;
  bool live_, shown_ = false;
  Tally tally_;
  Clock::time_point start_, last_shown_;
};

}  // namespace tandem::farm

#endif
