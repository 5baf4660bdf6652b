// SPDX-License-Identifier: Apache-2.0
// Proof: tb/shell/test/shell_test.lua.
#include "shell/debuggee.h"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shell/messages.h"
#include "shell/stopper.h"

namespace tandem::shell {

std::string Debuggee::start() {
  end();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) throw std::runtime_error(std::string("cannot make a socket: ") + std::strerror(errno));
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  pid_ = fork();
  if (pid_ < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (pid_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    // Commands are not for the run, and what a simulator prints is not an answer.
    const int nothing = open("/dev/null", O_RDONLY);
    dup2(nothing, STDIN_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    _exit(run_under_shell(ends[1], request_));
  }
  close(ends[1]);
  socket_ = ends[0];
  position_ = 0;
  steps_.clear();
  return wait();
}

std::string Debuggee::wait() {
  std::string shown;
  Message message;
  while (receive_message(socket_, &message)) {
    char* rest = nullptr;
    switch (message.kind) {
      case 'L': shown += "| " + message.text + "\n"; break;
      case 'T': {
        const std::uint64_t position = std::strtoull(message.text.c_str(), &rest, 10);
        steps_[position] = rest + 1;
        shown += "step " + steps_[position] + "\n";
        break;
      }
      case 'S':
        position_ = std::strtoull(message.text.c_str(), &rest, 10);
        kind_ = rest[1];
        place_ = rest + 3;
        return shown + place_ + "\n";
      case 'E':
        end();
        return shown + (kind_ == 'o' || message.text.empty() ? "the run is over; back and restart do it again" : message.text) + "\n";
      default: break;
    }
  }
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  end();
  return shown + "the process of the run ended" + (WIFSIGNALED(status) ? std::string(" by SIG") + sigabbrev_np(WTERMSIG(status)) : "") + "\n";
}

std::string Debuggee::go(const std::string& how) {
  if (!send_message(socket_, 'G', how)) return wait();
  return wait();
}

std::string Debuggee::go_back_to(std::uint64_t position) {
  std::string shown = start();
  if (position == 0 || !is_alive()) return shown;
  go("to " + std::to_string(position) + "\n");
  return is_alive() ? place_ + "\n" : "the run did not come to that place again\n";
}

bool Debuggee::ask(const std::string& line, std::string* answer, bool* good) {
  Message message;
  if (!send_message(socket_, 'C', line) || !receive_message(socket_, &message)) {
    *answer = wait();
    *good = false;
    return true;
  }
  if (message.kind != 'A') return false;
  *good = message.text[0] == '1';
  *answer = message.text.substr(1);
  return true;
}

std::uint64_t Debuggee::step_before() const {
  std::uint64_t found = 0;
  for (const auto& [position, title] : steps_) {
    const bool here = position == position_ && kind_ == 's';
    if (position <= position_ && !here) found = position;
  }
  return found;
}

void Debuggee::end() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  if (socket_ >= 0) close(socket_);
  pid_ = -1;
  socket_ = -1;
}

}  // namespace tandem::shell
