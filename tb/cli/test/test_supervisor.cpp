// SPDX-License-Identifier: Apache-2.0
// A machine that gives no further process: runs wait for the end of others, and give up with a sentence when there are none.
// This program stands in for `tandem` in the worker's role, and for the C library where a process is made.
// Not here: crashes, limits, Ctrl-C (cli_test.lua).
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <mutex>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/supervisor.h"
#include "cli/worker.h"
#include "report/run_json.h"

namespace {

std::mutex g_mutex;
bool g_never = false;
unsigned g_refused = 0;
std::string g_sign;  // a file that is made when a process was refused

}  // namespace

// In place of the C library's: there is room for one process.
extern "C" pid_t fork() noexcept {
  const std::lock_guard<std::mutex> lock(g_mutex);
  siginfo_t info;
  const bool has_child = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  if (!g_never && !has_child) return _Fork();
  ++g_refused;
  if (!g_sign.empty()) std::ofstream{g_sign};
  errno = EAGAIN;
  return -1;
}

namespace {

using namespace tandem;

class Ends : public cli::Progress {
 public:
  void start(std::size_t) override {}
  void step(std::size_t, std::size_t, const std::string&, std::uint64_t) override {}
  void log(std::size_t, const std::string&) override {}
  void end(std::size_t, const report::RunResult&) override { ++ended; }
  void not_started(std::size_t, const report::RunResult&) override { ++refused; }
  unsigned ended = 0, refused = 0;
};

std::vector<lua::RunRequest> requests(const std::string& path, std::size_t count) {
  lua::RunRequest request;
  request.path = path;
  request.backend = "tlm";
  return std::vector<lua::RunRequest>(count, request);
}

TEST(Supervisor, ARunWaitsUntilThereIsRoomForIt) {
  char name[] = "/tmp/tandem-supervisor-XXXXXX";
  const std::string folder = mkdtemp(name);
  g_sign = folder + "/refused";
  Ends progress;
  const std::vector<report::RunResult> results = cli::supervise(requests(g_sign, 6), 3, progress);
  std::filesystem::remove_all(folder);
  g_sign.clear();
  ASSERT_EQ(6u, results.size());
  for (const report::RunResult& result : results) EXPECT_EQ(report::Status::Pass, result.status) << result.reason;
  EXPECT_GT(g_refused, 0u);
  EXPECT_EQ(6u, progress.ended);
  EXPECT_EQ(0u, progress.refused);
}

TEST(Supervisor, WithoutAnyRoomItSaysSo) {
  g_never = true;
  Ends progress;
  const std::vector<report::RunResult> results = cli::supervise(requests("", 50), 2, progress);
  g_never = false;
  ASSERT_EQ(50u, results.size());
  for (const report::RunResult& result : results) {
    EXPECT_EQ(report::Status::Error, result.status);
    EXPECT_EQ("cannot start a process: Resource temporarily unavailable, and no other run is in progress whose end could make room", result.reason);
  }
  EXPECT_EQ(50u, progress.refused);
  EXPECT_EQ(0u, progress.ended);
}

// The worker's role: its scenario is the sign, and it ends when that is there.
int work(int pipe, const std::string& sign) {
  while (!std::filesystem::exists(sign)) poll(nullptr, 0, 5);
  report::RunResult result;
  result.status = report::Status::Pass;
  const std::string line = "R" + report::worker_line(result) + "\n";
  return write(pipe, line.data(), line.size()) == static_cast<ssize_t>(line.size()) ? 0 : 2;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 3 && std::strcmp(argv[1], cli::kWorkerOption) == 0) return work(std::atoi(argv[2]), argv[3]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
