// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_process.cpp.
#include "backend/qemu/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "backend/qemu/machine.h"
#include "backend/qemu/trace_log.h"

namespace tandem::qemu {
namespace {

// The numbers of files in QEMU's process.
constexpr int kRamFd = 3, kQtestFd = 4, kQmpFd = 5;

// The number behind "key": in the greeting, whose keys are "major", "minor" and "micro" once each; -1 when it is not there. A JSON
// library for three numbers would be one more dependency of libtandem.
int greeting_number(const std::string& greeting, const std::string& key) {
  const std::size_t at = greeting.find("\"" + key + "\"");
  const std::size_t digits = at == std::string::npos ? at : greeting.find_first_not_of(": ", at + key.size() + 2);
  if (digits == std::string::npos || greeting[digits] < '0' || greeting[digits] > '9') return -1;
  return std::atoi(greeting.c_str() + digits);
}

std::vector<std::string> arguments_of(const StartOptions& options) {
  const std::string bytes = std::to_string(options.ram_bytes);
  std::string events;
  for (const std::string& event : trace_events()) events += ",trace:" + event;
  std::vector<std::string> arguments = {
      options.program, "-nodefaults", "-no-user-config", "-display", "none", "-serial", "none", "-parallel", "none", "-monitor", "none",
      "-machine", "virt,iommu=smmuv3,gic-version=2,memory-backend=arena", "-cpu", "cortex-a57", "-accel", "tcg",
      // The CPU stays off. Then nothing but device timers is left to happen, and each comes at once.
      "-global", "driver=arm-cpu,property=start-powered-off,value=on", "-icount", "shift=0,sleep=off",
      "-m", std::to_string(options.ram_bytes >> 20) + "M",
      "-object", "memory-backend-file,id=arena,share=on,size=" + bytes + ",mem-path=/proc/self/fd/" + std::to_string(kRamFd),
      "-chardev", "socket,id=qtest,fd=" + std::to_string(kQtestFd), "-qtest", "chardev:qtest", "-qtest-log", "none",
      "-chardev", "socket,id=qmp,fd=" + std::to_string(kQmpFd), "-mon", "chardev=qmp,mode=control",
      "-d", "guest_errors" + events};
  arguments.insert(arguments.end(), options.devices.begin(), options.devices.end());
  return arguments;
}

// Files above the numbers a child gets, so that dup2() there never hits one that is still needed.
int moved_up(int fd) {
  const int high = fcntl(fd, F_DUPFD_CLOEXEC, 16);
  const int saved_errno = errno;
  close(fd);
  if (high < 0) throw Trouble(std::string("no file descriptor for QEMU: ") + std::strerror(saved_errno));
  return high;
}

void make_pair(int* mine, int* theirs) {
  int pair[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) throw Trouble(std::string("no socket for QEMU: ") + std::strerror(errno));
  *mine = pair[0];
  *theirs = moved_up(pair[1]);
}

// Between fork and exec: nothing but async-signal-safe calls. Tells errno through `report`.
[[noreturn]] void become_qemu(char* const* argv, pid_t parent, const int (&files)[4], int report) {
  const auto give_up = [&] {
    const int error = errno;
    (void)!write(report, &error, sizeof error);
    _exit(127);
  };
  // A Ctrl-C of the terminal is for the run, which then ends QEMU.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (const int number : {SIGINT, SIGTERM, SIGPIPE, SIGHUP}) signal(number, SIG_DFL);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0 || dup2(null, 0) < 0) give_up();
  const int targets[4] = {kRamFd, kQtestFd, kQmpFd, 2};
  for (int i = 0; i < 4; ++i) {
    if (dup2(files[i], targets[i]) < 0) give_up();
  }
  if (dup2(2, 1) < 0) give_up();
  execvp(argv[0], argv);
  give_up();
  _exit(127);
}

void close_if_open(int& fd) {
  if (fd >= 0) close(fd);
  fd = -1;
}

bool is_event(const std::string& line) { return line.find("\"event\"") != std::string::npos; }

std::string text_of_status(int status) {
  if (WIFSIGNALED(status)) return "ended by signal " + std::to_string(WTERMSIG(status)) + " (" + strsignal(WTERMSIG(status)) + ")";
  return "ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::string qemu_program() {
  const char* const program = std::getenv("TANDEM_QEMU");
  return program != nullptr && *program != '\0' ? program : "qemu-system-aarch64";
}

std::unique_ptr<Process> Process::start(const StartOptions& options) {
  std::unique_ptr<Process> process(new Process);
  process->spawn(options);
  process->qtest_ = std::make_unique<QtestClient>(process->qtest_fd_, options.limit_ms);
  process->qmp_ = std::make_unique<LineSocket>(process->qmp_fd_, "QMP", options.limit_ms);
  try {
    process->shake_hands();
  } catch (const Trouble& trouble) {
    throw Trouble(trouble.what() + process->ending());
  }
  return process;
}

void Process::spawn(const StartOptions& options) {
  int qtest = -1, qmp = -1, report[2] = {-1, -1};
  const int log = memfd_create("tandem-qemu-log", MFD_CLOEXEC);
  if (log < 0) throw Trouble(std::string("no memory for QEMU's log: ") + std::strerror(errno));
  log_fd_ = moved_up(log);
  fcntl(log_fd_, F_SETFL, O_RDWR | O_APPEND);  // after a truncation QEMU's next line goes to the beginning
  make_pair(&qtest_fd_, &qtest);
  make_pair(&qmp_fd_, &qmp);
  if (pipe2(report, O_CLOEXEC) != 0) throw Trouble(std::string("no pipe for QEMU: ") + std::strerror(errno));
  report[1] = moved_up(report[1]);
  const int ram = fcntl(options.ram_file, F_DUPFD_CLOEXEC, 16);

  std::vector<std::string> words = arguments_of(options);
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const pid_t parent = getpid();
  pid_ = fork();
  if (pid_ == 0) become_qemu(argv.data(), parent, {ram, qtest, qmp, log_fd_}, report[1]);
  const int fork_errno = errno;
  close(ram);
  close(qtest);
  close(qmp);
  close(report[1]);
  int error = 0;
  const ssize_t told = pid_ < 0 ? 0 : read(report[0], &error, sizeof error);
  close(report[0]);
  if (pid_ < 0) throw Trouble(std::string("QEMU could not be started: ") + std::strerror(fork_errno));
  if (told != static_cast<ssize_t>(sizeof error)) return;
  if (error == ENOENT) {
    throw Trouble("there is no program '" + options.program + "' (Debian package qemu-system-arm); TANDEM_QEMU can name another one");
  }
  throw Trouble("'" + options.program + "' could not be started: " + std::strerror(error));
}

std::string Process::command(const std::string& text) {
  qmp_->send(text);
  std::string line;
  do line = qmp_->receive(text); while (is_event(line));
  return line;
}

// The answer comes at once, the event when it is done, and other events in between.
void Process::reset() {
  const std::string text = R"({"execute": "system_reset"})";
  qmp_->send(text);
  std::string line;
  do line = qmp_->receive(text); while (!is_event(line) || line.find("\"RESET\"") == std::string::npos);
  take_log();
}

void Process::shake_hands() {
  const std::string greeting = qmp_->receive("the greeting");
  const int major = greeting_number(greeting, "major"), minor = greeting_number(greeting, "minor"), micro = greeting_number(greeting, "micro");
  if (greeting.find("\"QMP\"") == std::string::npos || major < 0 || minor < 0 || micro < 0) {
    throw Trouble("it greeted with '" + greeting.substr(0, 80) + "' (QMP)");
  }
  version_ = std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(micro);
  if (major != 7 || minor != 2) throw Trouble("it is version " + version_ + "; this backend knows 7.2, whose trace log it reads");
  command(R"({"execute": "qmp_capabilities"})");
  const std::string type = command(std::string(R"({"execute": "qom-get", "arguments": {"path": ")") + kInterruptController + R"(", "property": "type"}})");
  if (type.find("arm_gic") == std::string::npos) throw Trouble(std::string("its interrupt controller is not ") + kInterruptController + ": " + type.substr(0, 80));
}

std::string Process::take_log() {
  struct stat info {};
  if (fstat(log_fd_, &info) != 0 || info.st_size == 0) return "";
  std::string text(static_cast<std::size_t>(info.st_size), '\0');
  const ssize_t got = pread(log_fd_, text.data(), text.size(), 0);
  text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (ftruncate(log_fd_, 0) != 0) throw Trouble(std::string("its log could not be emptied: ") + std::strerror(errno));
  const std::string words = last_words(text);
  if (!words.empty()) kept_ = words;
  return text;
}

std::string Process::ending() {
  // A socket closes a moment before its process has ended.
  int status = 0;
  pid_t ended = 0;
  for (int i = 0; i < 100 && ended == 0 && pid_ > 0; ++i) {
    ended = waitpid(pid_, &status, WNOHANG);
    if (ended == 0) poll(nullptr, 0, 1);
  }
  std::string text;
  if (ended == pid_ && pid_ > 0) {
    pid_ = -1;
    text = "; it " + text_of_status(status);
  }
  take_log();
  if (!kept_.empty()) text += "; it said: " + kept_;
  return text;
}

Process::~Process() {
  if (pid_ > 0) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  close_if_open(qtest_fd_);
  close_if_open(qmp_fd_);
  close_if_open(log_fd_);
}

}  // namespace tandem::qemu
