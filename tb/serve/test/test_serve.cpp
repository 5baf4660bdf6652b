// SPDX-License-Identifier: Apache-2.0
// `tandem serve` as a process, spoken to by the client that the bench has for QEMU: registers, RAM, the test engine, interrupt
// lines, time, a client after another, and every mistake as a sentence. Usage: test_serve TANDEM BACKEND.
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "backend/qemu/qtest.h"
#include "tandem/test_engine.h"

namespace {

namespace fs = std::filesystem;
using tandem::qemu::LineSocket;
using tandem::qemu::QtestClient;

constexpr unsigned kLimitMs = 60'000;
constexpr std::uint64_t kRam = 0x80000000, kSmmu = 0x09050000, kEngine = 0x09100000;
std::string g_tandem, g_backend;

// One process of the command; what it prints goes to a file beside the socket.
class Server {
 public:
  explicit Server(const std::vector<std::string>& more = {}) : folder_(fs::temp_directory_path() / ("tandem_serve_" + std::to_string(getpid()))) {
    fs::create_directories(folder_);
    std::vector<std::string> words = {g_tandem, "serve", "--qtest", socket_name(), "--on", g_backend, "--map", "smmu0=0x09050000"};
    words.insert(words.end(), more.begin(), more.end());
    start(words);
  }
  ~Server() {
    if (pid_ > 0) end(SIGKILL);
    fs::remove_all(folder_);
  }
  std::string socket_name() const { return (folder_ / "socket").string(); }
  std::string output() const {
    std::stringstream text;
    text << std::ifstream(folder_ / "output").rdbuf();
    return text.str();
  }
  // Waits for its end; the exit code, or minus the signal.
  int end(int signal) {
    if (signal != 0) kill(pid_, signal);
    int status = 0;
    waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  int connect() {
    // It says where it listens once it does.
    while (output().find("qtest at") == std::string::npos) {
      int status = 0;
      if (waitpid(pid_, &status, WNOHANG) == pid_) {
        pid_ = 0;
        ADD_FAILURE() << "the server ended: " << output();
        return -1;
      }
      usleep(1000);
    }
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_name().c_str(), sizeof address.sun_path - 1);
    EXPECT_EQ(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0) << std::strerror(errno);
    return fd;
  }

 private:
  void start(const std::vector<std::string>& words) {
    std::vector<char*> argv;
    for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    pid_ = fork();
    if (pid_ != 0) return;
    std::freopen((folder_ / "output").c_str(), "w", stdout);
    dup2(fileno(stdout), STDERR_FILENO);
    execv(argv[0], argv.data());
    _exit(127);
  }
  fs::path folder_;
  pid_t pid_ = 0;
};

// Raw lines, for what the client has no function for.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd), socket_(fd, "tandem serve", kLimitMs) {}
  ~Lines() { close(fd_); }
  std::string ask(const std::string& command) {
    socket_.send(command + "\n");
    for (;;) {
      const std::string line = socket_.receive(command);
      if (line.compare(0, 4, "IRQ ") != 0) return line;
      irqs_.insert(line);
    }
  }
  const std::set<std::string>& irqs() const { return irqs_; }

 private:
  int fd_;
  LineSocket socket_;
  std::set<std::string> irqs_;
};

TEST(Serve, the_client_made_for_qemu_drives_an_smmu_and_a_test_engine) {
  Server server;
  const int fd = server.connect();
  ASSERT_GE(fd, 0);
  {
    QtestClient client(fd, kLimitMs);
    std::set<unsigned> raised;
    client.intercept_irqs("/machine/unattached/device[0]", [&raised](unsigned irq, bool up) {
      if (up) raised.insert(irq);
    });
    EXPECT_EQ(client.read(kSmmu + 4, 4) & 0x3f, 16u);  // IDR1.SIDSIZE of the default platform
    client.write(kRam + 0x1000, 8, 0x1122334455667788);
    EXPECT_EQ(client.read(kRam + 0x1002, 2), 0x5566u);
    client.write(kRam + 0x1007, 1, 0xfe);
    EXPECT_EQ(client.read(kRam + 0x1000, 8), 0xfe22334455667788u);

    client.write(kSmmu + 0x44, 4, 0x80001000);  // GBPA: Update, SHCFG = use incoming
    while ((client.read(kSmmu + 0x44, 4) & 0x80000000u) != 0) {
    }
    client.write(kEngine + TANDEM_ENGINE_STREAM_ID, 4, 7);
    client.write(kEngine + TANDEM_ENGINE_BEGIN, 8, kRam + 0x4000);
    client.write(kEngine + TANDEM_ENGINE_END, 8, kRam + 0x43ff);
    client.write(kEngine + TANDEM_ENGINE_CONTROL, 4, TANDEM_ENGINE_CONTROL_IRQ);
    client.write(kEngine + TANDEM_ENGINE_COMMAND, 4, TANDEM_ENGINE_CMD_WRITE);
    while (client.read(kEngine + TANDEM_ENGINE_STATUS, 4) == TANDEM_ENGINE_RUNNING) {
    }
    EXPECT_EQ(client.read(kEngine + TANDEM_ENGINE_STATUS, 4), TANDEM_ENGINE_DONE);
    EXPECT_EQ(client.read(kEngine + TANDEM_ENGINE_DONE_COUNT, 8), 16u);
    EXPECT_EQ(raised, std::set<unsigned>{8});  // behind the eight lines of the SMMU
    // Byte 1 of seed 0 as docs/test-engine.md has it.
    std::uint64_t x = (0x9e3779b97f4a7c15ull * 0xbf58476d1ce4e5b9ull) ^ 1;
    x = (x ^ (x >> 31)) * 0x94d049bb133111ebull;
    EXPECT_EQ(client.read(kRam + 0x4001, 1), x >> 56);
  }
  close(fd);
  EXPECT_EQ(server.end(SIGTERM), 130);
  EXPECT_FALSE(fs::exists(server.socket_name()));
  EXPECT_NE(server.output().find("smmu0 (" + g_backend + ") at 0x9050000, interrupts from 0; te0 at 0x9100000, interrupt 8;"), std::string::npos)
      << server.output();
}

TEST(Serve, blocks_of_bytes_time_and_every_mistake) {
  Server server({"-v"});
  const int fd = server.connect();
  ASSERT_GE(fd, 0);
  Lines lines(fd);
  EXPECT_EQ(lines.ask("endianness"), "OK little");
  EXPECT_EQ(lines.ask("write 0x80000010 0x4 0xdeadBEEF"), "OK");
  EXPECT_EQ(lines.ask("read 0x8000000f 6"), "OK 0x00deadbeef00");
  EXPECT_EQ(lines.ask("readl 2147483664"), "OK 0x00000000efbeadde");
  EXPECT_EQ(lines.ask("memset 0x80000010 3 0x5a"), "OK");
  EXPECT_EQ(lines.ask("b64read 0x80000010 4"), "OK Wlpa7w==");  // 5a 5a 5a ef
  EXPECT_EQ(lines.ask("b64write 0x80000020 5 aGVsbG8="), "OK");
  EXPECT_EQ(lines.ask("read 0x80000020 5"), "OK 0x68656c6c6f");
  EXPECT_EQ(lines.ask("write 0x09050044 4 0x00100080"), "OK");  // GBPA by bytes: Update, ABORT
  EXPECT_EQ(lines.ask("readl 0x09050044").substr(0, 3), "OK ");

  const std::uint64_t before = std::stoull(lines.ask("clock_step 0").substr(3));
  EXPECT_EQ(lines.ask("clock_step 500"), "OK " + std::to_string(before + 500));
  EXPECT_EQ(lines.ask("clock_step"), "OK " + std::to_string(before + 1500));
  EXPECT_EQ(lines.ask("clock_set " + std::to_string(before + 9000)), "OK " + std::to_string(before + 9000));
  EXPECT_EQ(lines.ask("clock_set 1"), "OK " + std::to_string(before + 9000));  // not back

  EXPECT_EQ(lines.ask("readl 0x1000"), "OK 0x0000000000000000");  // nobody: -v says so
  EXPECT_EQ(lines.ask("writew 0x09050020 1"), "OK");
  EXPECT_EQ(lines.ask("frobnicate 1"), "FAIL Unknown command 'frobnicate'");
  EXPECT_EQ(lines.ask("readl"), "FAIL readl needs more values");
  EXPECT_EQ(lines.ask("readl here"), "FAIL readl: 'here' is no number");
  EXPECT_EQ(lines.ask("readl -1"), "FAIL readl: '-1' is no number");
  EXPECT_EQ(lines.ask("writeq 0x80000000"), "FAIL writeq needs more values");
  EXPECT_EQ(lines.ask("write 0x80000000 2 0x123456"), "FAIL write: 3 bytes of data for a size of 2");
  EXPECT_EQ(lines.ask("write 0x80000000 2 123456"), "FAIL write: the data is not hexadecimal with 0x");
  EXPECT_EQ(lines.ask("b64write 0x80000000 2 =x=="), "FAIL b64write: the data is not base64");
  EXPECT_EQ(lines.ask("read 0x80000000 0x1000001"), "FAIL read: 0x1000001 bytes; at most 16777216 at once");
  EXPECT_EQ(lines.ask("memset 0x80000000 4 256"), "FAIL memset: '256' is no byte");
  EXPECT_EQ(lines.ask("clock_step 1000000000001"), "FAIL clock_step: more than 1000 s at once");
  EXPECT_TRUE(lines.irqs().empty());  // nobody asked for them
  EXPECT_NE(server.output().find("readl at 0x1000: nobody answers"), std::string::npos) << server.output();
  EXPECT_NE(server.output().find("writew at 0x09050020: nobody answers"), std::string::npos) << server.output();
}

TEST(Serve, one_client_after_the_other_finds_what_the_first_left) {
  Server server;
  {
    const int fd = server.connect();
    ASSERT_GE(fd, 0);
    Lines first(fd);
    EXPECT_EQ(first.ask("writeq 0x80000100 77"), "OK");
  }
  const int fd = server.connect();
  ASSERT_GE(fd, 0);
  Lines second(fd);
  EXPECT_EQ(second.ask("readq 0x80000100"), "OK 0x000000000000004d");
}

TEST(Serve, with_connect_the_socket_is_the_clients_and_the_server_ends_with_it) {
  const fs::path folder = fs::temp_directory_path() / ("tandem_serve_client_" + std::to_string(getpid()));
  fs::create_directories(folder);
  const std::string name = (folder / "mine").string();
  const int gate = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, name.c_str(), sizeof address.sun_path - 1);
  ASSERT_EQ(bind(gate, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(gate, 1), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    std::freopen("/dev/null", "w", stdout);
    execl(g_tandem.c_str(), g_tandem.c_str(), "serve", "--qtest", name.c_str(), "--connect", "--on", g_backend.c_str(), nullptr);
    _exit(127);
  }
  const int fd = accept(gate, nullptr, nullptr);
  ASSERT_GE(fd, 0);
  {
    Lines lines(fd);
    EXPECT_EQ(lines.ask("readl 0x09000004").substr(0, 3), "OK ");
  }
  int status = 0;
  waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  close(gate);
  fs::remove_all(folder);
}

// What a command line prints, with its exit code at the end.
std::string run(const std::string& arguments) {
  std::FILE* const pipe = popen(("'" + g_tandem + "' serve " + arguments + " 2>&1; echo \"exit $?\"").c_str(), "r");
  std::string text;
  for (char line[512]; std::fgets(line, sizeof line, pipe) != nullptr;) text += line;
  pclose(pipe);
  return text;
}

TEST(Serve, mistakes_of_the_command_line_are_sentences) {
  EXPECT_EQ(run(""), "tandem serve: --qtest SOCKET is missing\nexit 2\n");
  EXPECT_EQ(run("--qtest /no/such/folder/s"), "tandem serve: cannot listen at /no/such/folder/s: No such file or directory\nexit 2\n");
  EXPECT_EQ(run("--qtest /no/such/s --connect"), "tandem serve: cannot connect to /no/such/s: No such file or directory\nexit 2\n");
  EXPECT_EQ(run("--qtest /dev/null"), "tandem serve: /dev/null exists and is no socket\nexit 2\n");
  EXPECT_EQ(run("--qtest s --on vhdl").find("tandem serve: SMMU 'smmu0': backend 'vhdl' is unknown; this program has"), 0u);
  EXPECT_EQ(run("--qtest s --platform no.lua"), "cannot read platform file 'no.lua'\nexit 2\n");
  EXPECT_EQ(run("--qtest s --map smmu0"), "tandem serve: --map takes NAME=ADDRESS, got 'smmu0'\nexit 2\n");
  EXPECT_EQ(run("--qtest s --map gpu=0x1000"), "tandem serve: --map gpu: the platform has no SMMU and no test engine of that name\nexit 2\n");
  EXPECT_EQ(run("--qtest s --map te0=0x9070000"),
            "tandem serve: --map: the frame of te0, 0x9070000 to 0x9070fff, and that of smmu0, 0x9000000 to 0x907ffff, share addresses\nexit 2\n");
  EXPECT_EQ(run("--qtest s --map te0=0x80000000"),
            "tandem serve: --map te0=0x80000000: the address must be a multiple of 0x1000 and the frame of 0x1000 bytes must lie outside RAM, "
            "which is 0x80000000 to 0x8fffffff\nexit 2\n");
  EXPECT_EQ(run("--qtest " + std::string(200, 'x')), "tandem serve: the name of the socket has 200 characters; at most 107 are possible\nexit 2\n");
  EXPECT_NE(run("--help").find("docs/qtest.md"), std::string::npos);
}

}  // namespace

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  if (argc != 3) return 2;
  g_tandem = argv[1];
  g_backend = argv[2];
  return RUN_ALL_TESTS();
}
