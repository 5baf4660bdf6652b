// SPDX-License-Identifier: Apache-2.0
// Starting and ending the process, with false QEMUs: shell scripts that talk on the descriptors a real one gets (4 qtest, 5 QMP).
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "backend/qemu/process.h"

namespace {

using namespace tandem::qemu;

constexpr char kGreeting[] = R"(printf '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}, "package": "x"}, "capabilities": []}}\r\n' >&5
)";
// Answers both QMP commands of the start.
constexpr char kHandshake[] = R"(read -r line <&5; printf '{"return": {}}\r\n' >&5
read -r line <&5; printf '{"event": "X"}\r\n{"return": "arm_gic"}\r\n' >&5
)";

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    char pattern[] = "/tmp/tandem-qemu-test-XXXXXX";
    folder_ = mkdtemp(pattern);
    ram_ = memfd_create("ram", MFD_CLOEXEC);
  }
  void TearDown() override {
    close(ram_);
    std::remove(program().c_str());
    rmdir(folder_.c_str());
  }
  std::string program() const { return folder_ + "/qemu"; }
  void false_qemu(const std::string& body) {
    std::ofstream(program()) << "#!/bin/sh\n" << body;
    chmod(program().c_str(), 0700);
  }
  StartOptions options(unsigned limit_ms) const {
    StartOptions o;
    o.program = program();
    o.ram_file = ram_;
    o.ram_bytes = 64u << 20;
    o.limit_ms = limit_ms;
    return o;
  }
  std::string refusal(unsigned limit_ms = 20000) {
    try {
      Process::start(options(limit_ms));
    } catch (const Trouble& trouble) {
      return trouble.what();
    }
    return "it started";
  }
  std::string folder_;
  int ram_ = -1;
};

}  // namespace

TEST_F(ProcessTest, a_program_that_is_not_there_names_the_package) {
  StartOptions o = options(1000);
  o.program = "no-such-qemu";
  try {
    Process::start(o);
    FAIL();
  } catch (const Trouble& trouble) {
    EXPECT_STREQ(trouble.what(), "there is no program 'no-such-qemu' (Debian package qemu-system-arm); TANDEM_QEMU can name another one");
  }
}

TEST_F(ProcessTest, a_file_that_is_no_program_says_why) {
  std::ofstream(program()) << "text";
  EXPECT_EQ(refusal(), "'" + program() + "' could not be started: Permission denied");
}

TEST_F(ProcessTest, another_version_is_refused) {
  false_qemu(R"(printf '{"QMP": {"version": {"qemu": {"micro": 1, "minor": 0, "major": 9}}}}\n' >&5; exec sleep 60)");
  EXPECT_EQ(refusal(), "it is version 9.0.1; this backend knows 7.2, whose trace log it reads");
}

TEST_F(ProcessTest, one_that_ends_at_once_leaves_its_last_words_and_status) {
  false_qemu("echo 'qemu: -cpu: what is that?' >&2; exit 3");
  EXPECT_EQ(refusal(), "its QMP socket is closed; it ended with exit status 3; it said: qemu: -cpu: what is that?");
}

TEST_F(ProcessTest, one_that_is_silent_is_given_up) {
  false_qemu("exec sleep 60");
  EXPECT_EQ(refusal(50), "it did not answer 'the greeting' (QMP) within 50 ms");
}

TEST_F(ProcessTest, nonsense_for_a_greeting_is_told) {
  false_qemu("echo hello >&5; exec sleep 60");
  EXPECT_EQ(refusal(), "it greeted with 'hello' (QMP)");
}

TEST_F(ProcessTest, the_log_is_taken_piece_by_piece_and_the_process_ends_with_its_owner) {
  false_qemu(std::string(kGreeting) + kHandshake + "n=0; while read -r line <&4; do n=$((n+1)); echo \"log $n\" >&2; echo OK 0x$n >&4; done");
  pid_t pid = 0;
  {
    const auto process = Process::start(options(20000));
    pid = process->pid();
    EXPECT_EQ(process->version(), "7.2.22");
    EXPECT_EQ(process->qtest().read(0, 4), 1u);
    EXPECT_EQ(process->take_log(), "log 1\n");
    EXPECT_EQ(process->qtest().read(0, 4), 2u);
    EXPECT_EQ(process->qtest().read(0, 4), 3u);
    EXPECT_EQ(process->take_log(), "log 2\nlog 3\n");
    EXPECT_EQ(process->take_log(), "");
  }
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_EQ(errno, ESRCH) << "the process outlived its owner, or was not waited for";
}

TEST_F(ProcessTest, a_death_on_the_way_is_told_with_its_signal) {
  false_qemu(std::string(kGreeting) + kHandshake + "read -r line <&4; kill -9 $$");
  const auto process = Process::start(options(20000));
  try {
    process->qtest().read(0, 4);
    FAIL();
  } catch (const Trouble& trouble) {
    EXPECT_EQ(trouble.what() + process->ending(), "its qtest socket is closed; it ended by signal 9 (Killed)");
  }
}

// The kernel ends QEMU with a bench that was killed. The script writes its number, so that the test can look for it.
TEST_F(ProcessTest, a_bench_that_is_killed_leaves_nothing_behind) {
  false_qemu(std::string(kGreeting) + kHandshake + "exec sleep 60");
  int report[2];
  ASSERT_EQ(pipe(report), 0);
  const pid_t bench = fork();
  if (bench == 0) {
    const auto process = Process::start(options(20000));
    const pid_t pid = process->pid();
    (void)!write(report[1], &pid, sizeof pid);
    for (;;) pause();
  }
  pid_t qemu = 0;
  ASSERT_EQ(read(report[0], &qemu, sizeof qemu), static_cast<ssize_t>(sizeof qemu));
  EXPECT_EQ(kill(qemu, 0), 0);
  kill(bench, SIGKILL);
  waitpid(bench, nullptr, 0);
  // The orphan belongs to init or to a reaper then; a zombie counts as ended.
  const auto runs = [&] {
    std::ifstream stat("/proc/" + std::to_string(qemu) + "/stat");
    std::string number, name, state;
    return static_cast<bool>(stat >> number >> name >> state) && state != "Z";
  };
  for (int i = 0; i < 5000 && runs(); ++i) usleep(1000);
  EXPECT_FALSE(runs());
  close(report[0]);
  close(report[1]);
}
