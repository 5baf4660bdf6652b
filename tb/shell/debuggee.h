// SPDX-License-Identifier: Apache-2.0
// The run as the shell sees it: a process that stands still somewhere, can go on, and is run again to go back.
// Not here: words of a user (shell_command.cpp). Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_DEBUGGEE_H
#define TANDEM_SHELL_DEBUGGEE_H

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "lua/scenario.h"

namespace tandem::shell {

class Debuggee {
 public:
  explicit Debuggee(lua::RunRequest request) : request_(std::move(request)) {}
  ~Debuggee() { end(); }
  Debuggee(const Debuggee&) = delete;
  Debuggee& operator=(const Debuggee&) = delete;

  // Each answers what is to be shown.
  std::string start();                                       // a new process that stands before its first step
  std::string go(const std::string& how);                    // text of a G message
  std::string go_back_to(std::uint64_t position);            // the same run again, up to there
  // False: no such command.
  bool ask(const std::string& line, std::string* answer, bool* good);

  bool is_alive() const { return pid_ > 0; }
  std::uint64_t position() const { return position_; }
  char stop_kind() const { return kind_; }
  const std::string& place() const { return place_; }
  // Position at which the step before the place where the run stands began; 0 is the start.
  std::uint64_t step_before() const;

 private:
  std::string wait();  // until it stands still or is gone
  void end();

  lua::RunRequest request_;
  pid_t pid_ = -1;
  int socket_ = -1;
  std::uint64_t position_ = 0;
  char kind_ = '0';
  std::string place_;
  std::map<std::uint64_t, std::string> steps_;  // positions at which steps began
};

}  // namespace tandem::shell

#endif
