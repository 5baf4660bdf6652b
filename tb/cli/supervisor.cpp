// SPDX-License-Identifier: Apache-2.0
// Worker processes from the outside. Proof: tb/cli/test/cli_test.lua.
#include "cli/supervisor.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/worker.h"
#include "report/run_json.h"

namespace tandem::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::seconds;

constexpr seconds kLoadLimit{30};   // until the worker has read its file
constexpr seconds kGrace{10};       // after its own limit, before it is killed
constexpr seconds kStopLimit{5};    // after Ctrl-C
constexpr seconds kEndLimit{60};    // between the result and the end of the process, which a busy machine may delay
constexpr seconds kNoRoomLimit{3};  // no process can be started and none is running
constexpr int kPollMs = 100;        // how often a worker's limits are looked at
constexpr int kMemoryPollMs = 20;   // with a limit of memory

std::atomic<int> g_interrupt_count{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler counts with it");

void on_interrupt(int) { ++g_interrupt_count; }

std::string rest_after(const std::string& line, std::size_t fields) {
  std::size_t at = 1;
  for (; fields != 0; --fields) {
    const std::size_t space = line.find(' ', at);
    if (space == std::string::npos) return "";
    at = space + 1;
  }
  return line.substr(at);
}

// The processes of one call. The end of each gives back what the next one may lack: a process, memory, file descriptors.
class Room {
 public:
  void take() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++running_;
    hopeless_ = false;
  }
  void give_back() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      --running_;
      ++ended_;
    }
    changed_.notify_all();
  }
  // Until a process has ended, or a moment has passed. False: none was running.
  bool wait_for_end() {
    std::unique_lock<std::mutex> lock(mutex_);
    const bool any = running_ != 0;
    changed_.wait_for(lock, std::chrono::milliseconds(kPollMs), [&, seen = ended_] { return ended_ != seen; });
    return any;
  }
  // One run has waited in vain for long enough; the next ones need not.
  void give_up() {
    const std::lock_guard<std::mutex> lock(mutex_);
    hopeless_ = true;
  }
  bool is_hopeless() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return hopeless_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t running_ = 0, ended_ = 0;
  bool hopeless_ = false;
};

class Worker {
 public:
  Worker(const lua::RunRequest& request, std::size_t number, Room& room, Progress& progress, std::mutex& progress_mutex)
      : request_(request), number_(number), room_(room), progress_(progress), progress_mutex_(progress_mutex) {}

  report::RunResult run() {
    partial_.scenario = request_.path;
    partial_.backend = request_.backend;
    partial_.seed = request_.seed.value_or(0);
    start_ = Clock::now();
    const std::string problem = start_when_there_is_room();
    if (!problem.empty()) return ended(problem);
    start_ = Clock::now();
    deadline_ = start_ + kLoadLimit;
    follow();
    close(pipe_);
    const int status = wait_for_end();
    room_.give_back();
    report::RunResult result = judge(status);
    result.stopped = stopped_ && result.status == report::Status::Error;
    return result;
  }

  bool was_started() const { return pid_ > 0; }

 private:
  std::string start_when_there_is_room() {
    for (Clock::time_point alone_since = start_;;) {
      const std::string problem = start();
      if (problem.empty()) {
        room_.take();
        return "";
      }
      if (was_interrupted()) return problem;
      if (room_.wait_for_end()) {
        alone_since = Clock::now();
      } else if (room_.is_hopeless() || Clock::now() - alone_since > kNoRoomLimit) {
        room_.give_up();
        return problem + ", and no other run is in progress whose end could make room";
      }
    }
  }

  std::string start() {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return std::string("cannot make a pipe: ") + std::strerror(errno);
    const std::vector<std::string> arguments = worker_arguments(ends[1], request_);
    std::vector<char*> argv = {const_cast<char*>("tandem")};
    for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ < 0) {
      const int reason = errno;
      close(ends[0]);
      close(ends[1]);
      return std::string("cannot start a process: ") + std::strerror(reason);
    }
    if (pid_ == 0) {
      prctl(PR_SET_PDEATHSIG, SIGKILL);  // a supervisor that is killed leaves nobody behind
      fcntl(ends[1], F_SETFD, 0);
      execv("/proc/self/exe", argv.data());
      _exit(127);
    }
    close(ends[1]);
    pipe_ = ends[0];
    return "";
  }

  // Reads messages until the worker closes its end, is killed, or has sent its result and lingers.
  void follow() {
    std::string buffer;
    for (;;) {
      obey_limits();
      obey_memory_limit();
      pollfd wait{pipe_, POLLIN, 0};
      const int ready = poll(&wait, 1, request_.memory_limit_mib != 0 ? kMemoryPollMs : kPollMs);
      if (ready <= 0) continue;
      char block[65536];
      const ssize_t got = read(pipe_, block, sizeof block);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return;
      buffer.append(block, static_cast<std::size_t>(got));
      std::size_t from = 0;
      for (std::size_t end; (end = buffer.find('\n', from)) != std::string::npos; from = end + 1) take(buffer.substr(from, end - from));
      buffer.erase(0, from);
    }
  }

  void obey_limits() {
    const int interrupts = g_interrupt_count;
    if (interrupts > interrupts_seen_) {
      if (interrupts_seen_ == 0) {
        kill(pid_, SIGINT);
        deadline_ = std::min(deadline_, Clock::now() + kStopLimit);
      } else {
        kill(pid_, SIGKILL);
        killed_ = true;
      }
      interrupts_seen_ = interrupts;
    }
    if (!stopped_ && progress_.is_stopped(number_)) {
      stopped_ = true;
      kill(pid_, SIGINT);
      deadline_ = std::min(deadline_, Clock::now() + kStopLimit);
    }
    if (!killed_ && Clock::now() > deadline_) {
      kill(pid_, SIGKILL);
      killed_ = true;
    }
  }

  // Resident memory, so that an arena nobody touched costs nothing.
  void obey_memory_limit() {
    if (request_.memory_limit_mib == 0 || killed_) return;
    const std::string path = "/proc/" + std::to_string(pid_) + "/statm";
    std::FILE* file = std::fopen(path.c_str(), "re");
    if (file == nullptr) return;
    unsigned long total = 0, resident = 0;
    const bool read = std::fscanf(file, "%lu %lu", &total, &resident) == 2;
    std::fclose(file);
    if (!read || static_cast<double>(resident) * page_mib_ <= request_.memory_limit_mib) return;
    kill(pid_, SIGKILL);
    killed_ = out_of_memory_ = true;
  }

  void take(const std::string& line) {
    if (line.empty()) return;
    switch (line[0]) {
      case 'B':
        partial_.seed = std::strtoll(line.c_str() + 1, nullptr, 10);
        wall_limit_s_ = std::strtoull(rest_after(line, 1).c_str(), nullptr, 10);
        partial_.title = rest_after(line, 2);
        if (request_.wall_limit_s != 0) wall_limit_s_ = std::min<std::uint64_t>(wall_limit_s_, request_.wall_limit_s);
        deadline_ = Clock::now() + seconds(wall_limit_s_) + kGrace;
        break;
      case 'S': {
        const std::size_t number = std::strtoull(line.c_str() + 1, nullptr, 10);
        report::StepResult step;
        step.start_ns = step.end_ns = std::strtoull(rest_after(line, 1).c_str(), nullptr, 10);
        step.title = rest_after(line, 2);
        if (!partial_.steps.empty()) partial_.steps.back().end_ns = step.start_ns;
        partial_.steps.push_back(step);
        const std::lock_guard<std::mutex> lock(progress_mutex_);
        progress_.step(number_, number, step.title, step.start_ns);
        break;
      }
      case 'F': progress_.fact(number_, line.substr(1)); break;
      case 'L': {
        const std::lock_guard<std::mutex> lock(progress_mutex_);
        progress_.log(number_, line.substr(1));
        break;
      }
      case 'R': {
        std::string error;
        has_result_ = report::parse_worker_line(line.substr(1), &result_, &error);
        if (!has_result_) partial_.reason = error;
        deadline_ = Clock::now() + (interrupts_seen_ == 0 && !stopped_ ? kEndLimit : kStopLimit);
        break;
      }
      default: break;
    }
  }

  int wait_for_end() {
    int status = 0;
    for (;;) {
      const pid_t done = waitpid(pid_, &status, WNOHANG);
      if (done == pid_) return status;
      if (done < 0 && errno != EINTR) return 0;
      obey_limits();
      wait_a_moment();
    }
  }

  // Until the process ends, or long enough to look at its limits again.
  void wait_a_moment() const {
    const int fd = static_cast<int>(syscall(SYS_pidfd_open, pid_, 0));
    pollfd end{fd, POLLIN, 0};
    poll(&end, fd < 0 ? 0 : 1, fd < 0 ? 5 : kPollMs);
    if (fd >= 0) close(fd);
  }

  report::RunResult judge(int status) {
    const std::string place = partial_.steps.empty() ? "" : " in step " + std::to_string(partial_.steps.size()) + ", " + partial_.steps.back().title;
    std::string problem;
    if (out_of_memory_) {
      problem = "the run used more than its limit of " + std::to_string(request_.memory_limit_mib) + " MiB of memory and was killed" + place;
    } else if (killed_ && interrupts_seen_ != 0) {
      problem = "interrupted" + place;
    } else if (killed_) {
      problem = has_result_ ? "the run's process did not end after its result and was killed"
                            : "the run did not answer within its wall-clock limit of " + std::to_string(wall_limit_s_) + " s and was killed" + place;
    } else if (WIFSIGNALED(status)) {
      const int signal = WTERMSIG(status);
      problem = std::string("the run's process was ended by SIG") + sigabbrev_np(signal) + " (" + strsignal(signal) + ")" +
                (has_result_ ? " after its result" : place);
    } else if (!has_result_ || WEXITSTATUS(status) != 0) {
      problem = "the run's process ended with exit code " + std::to_string(WEXITSTATUS(status)) + (has_result_ ? " after its result" : " and without a result" + place);
    }
    if (problem.empty()) return result_;
    if (!has_result_) return ended(problem);
    result_.status = report::Status::Error;
    result_.killed = true;
    result_.reason = problem + (result_.reason.empty() ? "" : "; before: " + result_.reason);
    return result_;
  }

  report::RunResult ended(const std::string& problem) {
    partial_.status = report::Status::Error;
    partial_.killed = true;
    partial_.reason = problem;
    partial_.wall_ms = std::chrono::duration<double, std::milli>(Clock::now() - start_).count();
    if (!partial_.steps.empty()) {
      partial_.steps.back().status = report::Status::Error;
      partial_.sim_ns = partial_.steps.back().end_ns;
    }
    return partial_;
  }

  const lua::RunRequest& request_;
  const std::size_t number_;
  Room& room_;
  Progress& progress_;
  std::mutex& progress_mutex_;
  report::RunResult partial_, result_;
  bool has_result_ = false, killed_ = false, out_of_memory_ = false, stopped_ = false;
  const double page_mib_ = static_cast<double>(sysconf(_SC_PAGESIZE)) / (1 << 20);
  pid_t pid_ = -1;
  int pipe_ = -1;
  int interrupts_seen_ = 0;
  std::uint64_t wall_limit_s_ = static_cast<std::uint64_t>(kLoadLimit.count());
  Clock::time_point start_, deadline_;
};

}  // namespace

void catch_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;  // no SA_RESTART: poll shall come back
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool was_interrupted() { return g_interrupt_count != 0; }
void interrupt() { ++g_interrupt_count; }

std::vector<report::RunResult> supervise(const std::vector<lua::RunRequest>& requests, unsigned jobs, Progress& progress) {
  // Inherited by the workers; here because a forked child may not call it.
  setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
  // A worker's heap in a few huge pages: of a short run's time a fifth went into page faults, most of them of tables that SystemC's
  // library clears when it is loaded. A C library or a kernel that has no such thing passes over it.
  setenv("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1:glibc.malloc.mmap_threshold=8388608:glibc.malloc.top_pad=8388608", 0);
  std::vector<std::optional<report::RunResult>> slots(requests.size());
  std::atomic<std::size_t> next{0};
  std::mutex progress_mutex;
  Room room;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < requests.size() && !was_interrupted();) {
      {
        const std::lock_guard<std::mutex> lock(progress_mutex);
        progress.start(i);
      }
      Worker worker(requests[i], i, room, progress, progress_mutex);
      report::RunResult result = worker.run();
      const std::lock_guard<std::mutex> lock(progress_mutex);
      if (worker.was_started()) progress.end(i, result);
      else progress.not_started(i, result);
      slots[i] = std::move(result);
    }
  };
  std::vector<std::thread> threads;
  try {
    for (std::size_t n = 1; n < std::min<std::size_t>(jobs, requests.size()); ++n) threads.emplace_back(work);
  } catch (const std::system_error&) {  // fewer threads do the same work
  }
  work();
  for (std::thread& thread : threads) thread.join();
  std::vector<report::RunResult> results;
  for (auto& slot : slots) {
    if (slot) results.push_back(std::move(*slot));
  }
  return results;
}

}  // namespace tandem::cli
