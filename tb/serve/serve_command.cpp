// SPDX-License-Identifier: Apache-2.0
// Options, sockets and the platform of `tandem serve`. Proof: tb/serve/test/test_serve.cpp.
#include "serve/serve_command.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <memory>
#include <stdexcept>

#include "cli/option_parser.h"
#include "masters/test_engine.h"
#include "platform/platform_lua.h"
#include "serve/qtest_session.h"
#include "tandem/test_engine.h"

namespace tandem::serve {
namespace {

using cli::UsageError;

constexpr std::size_t kMostLine = 4 * kMostBytes;  // the hexadecimal digits of the largest write, and more
constexpr int kInterruptedExit = 130;

volatile std::sig_atomic_t g_interrupted = 0;
void note_signal(int) { g_interrupted = 1; }

// Without SA_RESTART, so that a signal ends the wait for a client.
void catch_signals() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);  // a client that goes is the end of its session
}

struct Descriptor {
  int fd = -1;
  Descriptor() = default;
  explicit Descriptor(int number) : fd(number) {}
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw UsageError("tandem serve: the name of the socket has " + std::to_string(path.size()) + " characters; at most " +
                     std::to_string(sizeof address.sun_path - 1) + " are possible");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size());
  return address;
}

[[noreturn]] void refuse_socket(const std::string& path, const char* what) {
  throw UsageError("tandem serve: cannot " + std::string(what) + " " + path + ": " + std::strerror(errno));
}

bool connects(const std::string& path, int fd) {
  const sockaddr_un address = address_of(path);
  return connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

int new_socket(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) refuse_socket(path, "make a socket for");
  return fd;
}

// A socket that listens; a file that an earlier server left there goes.
int listener(const std::string& path) {
  struct stat state {};
  if (lstat(path.c_str(), &state) == 0) {
    if (!S_ISSOCK(state.st_mode)) throw UsageError("tandem serve: " + path + " exists and is no socket");
    const Descriptor probe(new_socket(path));
    if (connects(path, probe.fd)) throw UsageError("tandem serve: somebody else serves " + path);
    unlink(path.c_str());
  }
  const sockaddr_un address = address_of(path);
  const int fd = new_socket(path);
  if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || listen(fd, 1) != 0) {
    const int reason = errno;
    close(fd);
    errno = reason;
    refuse_socket(path, "listen at");
  }
  return fd;
}

void send_all(int fd, const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t count = write(fd, text.data() + sent, text.size() - sent);
    if (count < 0 && errno == EINTR && g_interrupted == 0) continue;
    if (count <= 0) return;  // the next read finds the client gone
    sent += static_cast<std::size_t>(count);
  }
}

// Until the client goes or a signal comes.
void serve_client(int fd, QtestSession& session, std::string* refusal) {
  std::string pending;
  std::vector<char> chunk(1 << 16);
  while (g_interrupted == 0) {
    const ssize_t count = read(fd, chunk.data(), chunk.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return;
    pending.append(chunk.data(), static_cast<std::size_t>(count));
    std::size_t start = 0;
    for (std::size_t end; (end = pending.find('\n', start)) != std::string::npos && g_interrupted == 0; start = end + 1) {
      std::string line = pending.substr(start, end - start);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      session.line(line);
    }
    pending.erase(0, start);
    if (pending.size() > kMostLine) {
      send_all(fd, "FAIL a line of more than " + std::to_string(kMostLine) + " bytes\n");
      *refusal = "a client sent a line of more than " + std::to_string(kMostLine) + " bytes";
      return;
    }
  }
}

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%" PRIx64, value);
  return text;
}

// Up to the last page that its TBUs have.
std::uint64_t frame_bytes(const Platform& platform, unsigned smmu) {
  return smmu_tlm::pmcg_page1_of_tbu(platform.spec().smmus[smmu].tbu_count - 1) + 0x10000;
}

// Every frame at its place.
void refuse_overlaps(const std::vector<Mapping>& mappings, Platform& platform) {
  struct Placed { std::string name; std::uint64_t first, last; };
  std::vector<Placed> all;
  const auto place = [&](const std::string& name, std::uint64_t frame, std::uint64_t bytes) {
    for (const Mapping& mapping : mappings) {
      if (mapping.frame == frame) frame = mapping.address;
    }
    for (const Placed& other : all) {
      if (frame <= other.last && other.first <= frame + bytes - 1) {
        throw UsageError("tandem serve: --map: the frame of " + name + ", " + hex(frame) + " to " + hex(frame + bytes - 1) +
                         ", and that of " + other.name + ", " + hex(other.first) + " to " + hex(other.last) + ", share addresses");
      }
    }
    all.push_back({name, frame, frame + bytes - 1});
  };
  for (unsigned i = 0; i < platform.smmu_count(); ++i) place(platform.spec().smmus[i].name, platform.smmu_frame(i), frame_bytes(platform, i));
  for (unsigned i = 0; i < platform.engine_count(); ++i) place(platform.engine(i).spec().name, platform.engine_frame(i), TANDEM_ENGINE_FRAME_BYTES);
}

std::vector<Mapping> mappings_of(const ServeOptions& options, Platform& platform) {
  std::vector<Mapping> list;
  for (const auto& [name, address] : options.mappings) {
    Mapping mapping;
    mapping.address = address;
    for (unsigned i = 0; i < platform.smmu_count(); ++i) {
      if (platform.spec().smmus[i].name == name) mapping.frame = platform.smmu_frame(i), mapping.bytes = frame_bytes(platform, i);
    }
    for (unsigned i = 0; i < platform.engine_count(); ++i) {
      if (platform.engine(i).spec().name == name) mapping.frame = platform.engine_frame(i), mapping.bytes = TANDEM_ENGINE_FRAME_BYTES;
    }
    if (mapping.bytes == 0) throw UsageError("tandem serve: --map " + name + ": the platform has no SMMU and no test engine of that name");
    const std::uint64_t base = platform.ram_base(), end = base + platform.ram_bytes();
    if (address % 4096 != 0 || address > ~mapping.bytes || (address < end && base < address + mapping.bytes)) {
      throw UsageError("tandem serve: --map " + name + "=" + hex(address) + ": the address must be a multiple of 0x1000 and the frame of " +
                       hex(mapping.bytes) + " bytes must lie outside RAM, which is " + hex(base) + " to " + hex(end - 1));
    }
    list.push_back(mapping);
  }
  refuse_overlaps(list, platform);
  return list;
}

void introduce(const ServeOptions& options, Platform& platform, const std::vector<Mapping>& mappings) {
  const auto place = [&mappings](std::uint64_t frame) {
    for (const Mapping& mapping : mappings) {
      if (mapping.frame == frame) return mapping.address;
    }
    return frame;
  };
  std::printf("qtest at %s: RAM at %s, %" PRIu64 " MiB", options.socket.c_str(), hex(platform.ram_base()).c_str(), platform.ram_bytes() >> 20);
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    std::printf("; %s (%s) at %s, interrupts from %u", platform.spec().smmus[i].name.c_str(), platform.smmu_backend(i).c_str(),
                hex(place(platform.smmu_frame(i))).c_str(), i * kLinesPerSmmu);
  }
  for (unsigned i = 0; i < platform.engine_count(); ++i) {
    std::printf("; %s at %s, interrupt %u", platform.engine(i).spec().name.c_str(), hex(place(platform.engine_frame(i))).c_str(),
                platform.smmu_count() * kLinesPerSmmu + i);
  }
  std::printf("\n");
  std::fflush(stdout);
}

std::unique_ptr<Platform> make_platform(const ServeOptions& options) {
  PlatformSpec spec = default_platform();
  spec.seed = 0;
  std::string error;
  if (!options.platform_file.empty() && !load_platform_file(options.platform_file, &spec, &error)) throw UsageError(error);
  std::unique_ptr<Platform> platform = Platform::create(spec, options.backend, &error);
  if (!platform) throw UsageError("tandem serve: " + error);
  return platform;
}

struct Unlinker {
  std::string path;
  ~Unlinker() {
    if (!path.empty()) unlink(path.c_str());
  }
};

}  // namespace

const char kServeHelp[] =
    R"(tandem serve - a platform behind a socket, in QEMU's qtest text protocol

Usage: tandem serve --qtest SOCKET [options]

  --qtest SOCKET    a UNIX socket: listened at, one client after the other; the platform keeps its state between them
  --connect         SOCKET is the client's, as QEMU's own -qtest unix:SOCKET takes it; ends with the client
  --once            ends with the first client
  --platform FILE   Lua file with a platform; default: one SMMU, 256 MiB of RAM at 0x80000000, two test engines
  --on BACKEND      of the SMMUs that name none: tlm (default), rtl, or a block of your own
  --map NAME=ADDR   the frame of that SMMU or test engine at another address, say smmu0=0x09050000; may be repeated
  -v, --verbose     says on standard error what nobody answered

The commands it knows and the numbers of the interrupt lines: docs/qtest.md. Ctrl-C ends it (exit code 130).

Example:
  tandem serve --qtest /tmp/smmu.sock --on rtl --map smmu0=0x09050000
)";

ServeOptions parse_serve(const std::vector<std::string>& arguments) {
  ServeOptions serve;
  const cli::Options options = {
      {"--help", {false, [&](const std::string&) { serve.help = true; }}},
      {"-h", {false, [&](const std::string&) { serve.help = true; }}},
      {"--verbose", {false, [&](const std::string&) { serve.verbose = true; }}},
      {"-v", {false, [&](const std::string&) { serve.verbose = true; }}},
      {"--qtest", {true, [&](const std::string& v) { serve.socket = v; }}},
      {"--connect", {false, [&](const std::string&) { serve.connect = true; }}},
      {"--once", {false, [&](const std::string&) { serve.once = true; }}},
      {"--platform", {true, [&](const std::string& v) { serve.platform_file = v; }}},
      {"--on", {true, [&](const std::string& v) { serve.backend = v; }}},
      {"--map", {true, [&](const std::string& v) {
         const std::size_t equals = v.find('=');
         if (equals == std::string::npos || equals == 0) throw UsageError("tandem serve: --map takes NAME=ADDRESS, got '" + v + "'");
         const std::int64_t address = cli::integer("serve", "--map", v.substr(equals + 1), 0, INT64_MAX);
         serve.mappings.emplace_back(v.substr(0, equals), static_cast<std::uint64_t>(address));
       }}},
  };
  cli::parse_options("serve", arguments, options, [](const std::string& name) { throw UsageError("tandem serve: unexpected argument '" + name + "'"); });
  if (!serve.help && serve.socket.empty()) throw UsageError("tandem serve: --qtest SOCKET is missing");
  return serve;
}

int serve_command(const ServeOptions& options) {
  address_of(options.socket);  // before anything is built
  catch_signals();
  const std::unique_ptr<Platform> platform = make_platform(options);
  const std::vector<Mapping> mappings = mappings_of(options, *platform);
  const auto note = [&options](const std::string& sentence) {
    if (options.verbose) std::fprintf(stderr, "tandem serve: %s\n", sentence.c_str());
  };

  Descriptor gate(options.connect ? new_socket(options.socket) : listener(options.socket));
  Unlinker unlinker;
  if (options.connect && !connects(options.socket, gate.fd)) refuse_socket(options.socket, "connect to");
  if (!options.connect) unlinker.path = options.socket;
  introduce(options, *platform, mappings);
  while (g_interrupted == 0) {
    const Descriptor client(options.connect ? dup(gate.fd) : accept(gate.fd, nullptr, nullptr));
    if (client.fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      refuse_socket(options.socket, "take a client of");
    }
    std::string refusal;
    try {
      QtestSession session(*platform, mappings, [&client](const std::string& text) { send_all(client.fd, text); }, note);
      serve_client(client.fd, session, &refusal);
    } catch (const std::runtime_error& failure) {
      send_all(client.fd, "FAIL the simulation failed\n");
      std::fprintf(stderr, "tandem serve: %s\n", failure.what());
      return 1;
    }
    if (!refusal.empty()) std::fprintf(stderr, "tandem serve: %s\n", refusal.c_str());
    if (options.connect || options.once) break;
  }
  return g_interrupted != 0 ? kInterruptedExit : 0;
}

}  // namespace tandem::serve
