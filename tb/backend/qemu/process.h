// SPDX-License-Identifier: Apache-2.0
// One QEMU process: starts it, checks its version through QMP, keeps its trace log, says how it ended, and ends it.
// It ends with its owner whatever happens: the destructor kills it, and the kernel does when this process dies.
// Not here: what its machine is (machine.h). Proof: tb/backend/qemu/test/test_process.cpp with false QEMUs, test_qemu.cpp.
//
// Threads: the one that made it has to live as long as it does, because the kernel ends QEMU with that thread.
#ifndef TANDEM_BACKEND_QEMU_PROCESS_H
#define TANDEM_BACKEND_QEMU_PROCESS_H

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "backend/qemu/qtest.h"

namespace tandem::qemu {

struct StartOptions {
  std::string program;                  // found along PATH when it has no slash
  std::vector<std::string> devices;     // -device options
  int ram_file = -1;                    // becomes RAM from kRamBase
  std::uint64_t ram_bytes = 0;
  unsigned limit_ms = 0;                // for every answer
};

// TANDEM_QEMU, or the name Debian gives it.
std::string qemu_program();

class Process {
 public:
  // Throws Trouble: no such program, it ended at once, another version, no answer.
  static std::unique_ptr<Process> start(const StartOptions& options);
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  QtestClient& qtest() { return *qtest_; }
  const std::string& version() const { return version_; }   // "7.2.22"
  pid_t pid() const { return pid_; }

  // Resets its machine and comes back when that is done. RAM keeps its bytes but for the first 2 MiB.
  void reset();

  // What it has logged since the last call.
  std::string take_log();
  // What it said last, and how it ended if it has: " (ended by signal 9)"; for a sentence about trouble. May be empty.
  std::string ending();

 private:
  Process() = default;
  void spawn(const StartOptions& options);
  void shake_hands();
  std::string command(const std::string& text);  // answers the line of the answer; events before it are left out

  pid_t pid_ = -1;
  int qtest_fd_ = -1, qmp_fd_ = -1, log_fd_ = -1;
  std::unique_ptr<QtestClient> qtest_;
  std::unique_ptr<LineSocket> qmp_;
  std::string version_, kept_;          // kept_: log lines that a caller took, for the last words
};

}  // namespace tandem::qemu

#endif
