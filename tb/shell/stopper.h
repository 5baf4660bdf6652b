// SPDX-License-Identifier: Apache-2.0
// Inside the process of a run: stops it at steps, driver calls and failing checks, and answers the shell while it stands still.
// Not here: the shell (shell_command.cpp), what is shown (inspector.h). Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_STOPPER_H
#define TANDEM_SHELL_STOPPER_H

#include <memory>
#include <set>
#include <string>

#include "lua/scenario.h"
#include "shell/inspector.h"

namespace tandem::shell {

class Stopper : public lua::RunListener, public lua::RunProbe, public TraceSink {
 public:
  explicit Stopper(int socket) : socket_(socket) {}
  // Async-signal-safe: the run stops at its next record.
  static void interrupt();

  void begin(const std::string&, std::int64_t, std::uint64_t) override {}
  void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) override;
  void log(const std::string& text) override;
  void verdict(report::Status status, const std::string& reason) override;
  void built(Platform& platform, TraceTee& trace) override;
  void over(const report::RunResult& result) override;
  void record(const smmu_trace_record& record) override;

 private:
  // Until the shell says how to go on. kind: 0 start, s step, c driver call, f failing check, i interrupted, o over.
  void stop(char kind, const std::string& why);
  void go(const std::string& text);
  std::string place() const;

  int socket_;
  std::unique_ptr<Inspector> inspector_;
  Platform* platform_ = nullptr;
  std::uint64_t position_ = 0, wanted_position_ = 0;
  std::size_t step_ = 0;
  std::string step_title_;
  bool at_step_ = false, at_call_ = false, to_position_ = false, at_failure_ = true;
  std::set<std::size_t> break_steps_;
  std::set<std::string> break_calls_;
};

// The whole life of that process; returns its exit code.
int run_under_shell(int socket, const lua::RunRequest& request);

}  // namespace tandem::shell

#endif
