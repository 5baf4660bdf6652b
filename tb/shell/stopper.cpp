// SPDX-License-Identifier: Apache-2.0
// Proof: tb/shell/test/shell_test.lua.
#include "shell/stopper.h"

#include <csignal>
#include <sstream>

#include <unistd.h>

#include "report/table.h"
#include "shell/messages.h"
#include "smmuv3/trace.h"

namespace tandem::shell {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

}  // namespace

void Stopper::interrupt() { g_interrupted = 1; }

void Stopper::built(Platform& platform, TraceTee& trace) {
  platform_ = &platform;
  inspector_ = std::make_unique<Inspector>(platform, trace);
  trace.add(sink());
  stop('0', "before the first step");
}

std::string Stopper::place() const {
  const std::string time = report::format_sim_time(platform_->now_ps() / 1000);
  return step_ == 0 ? "at " + time : "in step " + std::to_string(step_) + " '" + step_title_ + "', at " + time;
}

// The record of the step comes after this, so a stop there knows the title.
void Stopper::step(std::size_t number, const std::string& title, std::uint64_t) {
  step_ = number;
  step_title_ = title;
  send_message(socket_, 'T', std::to_string(position_ + 1) + " " + std::to_string(number) + " " + title);
}

void Stopper::log(const std::string& text) { send_message(socket_, 'L', text); }

void Stopper::record(const smmu_trace_record& record) {
  inspector_->record(record);
  const bool is_step = record.kind == SMMU_TRACE_STEP;
  const bool is_call = record.kind == SMMU_TRACE_DRIVER_CALL && (record.flags & SMMU_TRACE_FLAG_ENTRY) != 0;
  if (is_step || is_call) {
    ++position_;
    const std::string name = is_call ? smmu_call_name(record.detail) : "";
    const bool wanted = is_step ? at_step_ || break_steps_.count(step_) != 0 : at_call_ || break_calls_.count(name) != 0;
    if (wanted || (to_position_ && position_ == wanted_position_)) {
      stop(is_step ? 's' : 'c', is_step ? "step " + std::to_string(step_) + " begins" : "driver call " + name + " begins");
      return;
    }
  }
  if (g_interrupted == 0) return;
  g_interrupted = 0;
  stop('i', "interrupted");
}

void Stopper::verdict(report::Status status, const std::string& reason) {
  if (inspector_ != nullptr && at_failure_ && (status == report::Status::Fail || status == report::Status::Error)) stop('f', (status == report::Status::Fail ? "the check failed: " : "the scenario failed: ") + reason);
}

void Stopper::over(const report::RunResult& result) {
  std::string text = std::string("the run is over: ") + report::padded_word(result.status);
  while (text.back() == ' ') text.pop_back();
  stop('o', text + (result.reason.empty() ? "" : ", " + result.reason));
}

void Stopper::stop(char kind, const std::string& why) {
  if (!send_message(socket_, 'S', std::to_string(position_) + " " + kind + " " + why + " (" + place() + ")")) _exit(0);
  Message message;
  for (;;) {
    if (!receive_message(socket_, &message)) _exit(0);  // the shell is gone, and so is the reason to run
    if (message.kind == 'G') {
      go(message.text);
      g_interrupted = 0;  // a Ctrl-C at the prompt was for the line
      return;
    }
    const auto answer = inspector_->run(message.text);
    const bool sent = answer ? send_message(socket_, 'A', (answer->second ? "1" : "0") + answer->first) : send_message(socket_, 'U', "");
    if (!sent) _exit(0);
  }
}

void Stopper::go(const std::string& text) {
  std::istringstream lines(text);
  std::string how, word, value;
  lines >> how;
  at_step_ = how == "step";
  at_call_ = how == "call";
  to_position_ = how == "to";
  if (to_position_) lines >> wanted_position_;
  at_failure_ = false;
  break_steps_.clear();
  break_calls_.clear();
  while (lines >> word) {
    if (word == "fail") {
      at_failure_ = true;
      continue;
    }
    lines >> value;
    if (word == "step") break_steps_.insert(std::stoul(value));
    else break_calls_.insert(value);
  }
}

int run_under_shell(int socket, const lua::RunRequest& request) {
  std::signal(SIGINT, [](int) { Stopper::interrupt(); });
  Stopper stopper(socket);
  const report::RunResult result = lua::run_scenario(request, stopper, &stopper);
  send_message(socket, 'E', result.reason);
  return 0;
}

}  // namespace tandem::shell
