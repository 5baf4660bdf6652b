// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_protocol.cpp.
#include "backend/qemu/qtest.h"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace tandem::qemu {
namespace {

using Clock = std::chrono::steady_clock;

bool starts_with(const std::string& text, const char* word) { return text.compare(0, std::strlen(word), word) == 0; }

// The whole of text is one number, decimal or hexadecimal with 0x.
bool parse_number(const std::string& text, std::uint64_t* value) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return false;
  char* end = nullptr;
  errno = 0;
  *value = std::strtoull(text.c_str(), &end, 0);
  return *end == '\0' && errno == 0;
}

char size_letter(unsigned bytes) { return bytes == 1 ? 'b' : bytes == 2 ? 'w' : bytes == 4 ? 'l' : 'q'; }

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

}  // namespace

QtestLine parse_qtest_line(const std::string& line) {
  QtestLine parsed;
  if (line == "OK") {
    parsed.kind = QtestLine::Kind::Ok;
  } else if (starts_with(line, "OK ")) {
    parsed.kind = QtestLine::Kind::Ok;
    parsed.has_value = parse_number(line.substr(3), &parsed.value);
  } else if (line == "FAIL" || starts_with(line, "FAIL ")) {
    parsed.kind = QtestLine::Kind::Fail;
  } else if (starts_with(line, "IRQ raise ") || starts_with(line, "IRQ lower ")) {
    std::uint64_t number = 0;
    if (!parse_number(line.substr(10), &number) || number > 0xffff) return parsed;
    parsed.kind = QtestLine::Kind::Irq;
    parsed.irq = static_cast<unsigned>(number);
    parsed.raised = line[4] == 'r';
  }
  return parsed;
}

std::string qtest_read_command(std::uint64_t address, unsigned bytes) {
  return std::string("read") + size_letter(bytes) + " " + hex(address);
}

std::string qtest_write_command(std::uint64_t address, unsigned bytes, std::uint64_t value) {
  return std::string("write") + size_letter(bytes) + " " + hex(address) + " " + hex(value);
}

void LineSocket::send(const std::string& text) {
  const std::string line = text + "\n";
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t n = ::send(fd_, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Trouble("its " + peer_ + " socket is closed");
    sent += static_cast<std::size_t>(n);
  }
}

std::string LineSocket::receive(const std::string& asked) {
  const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms_);
  for (;;) {
    const std::size_t end = pending_.find('\n');
    if (end != std::string::npos) {
      std::string line = pending_.substr(0, end);
      pending_.erase(0, end + 1);
      if (!line.empty() && line.back() == '\r') line.pop_back();
      return line;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
    pollfd ready{fd_, POLLIN, 0};
    const int count = left > 0 ? poll(&ready, 1, static_cast<int>(left)) : 0;
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) throw Trouble("it did not answer '" + asked + "' (" + peer_ + ") within " + std::to_string(limit_ms_) + " ms");
    char block[4096];
    const ssize_t n = count < 0 ? -1 : recv(fd_, block, sizeof block, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) throw Trouble("its " + peer_ + " socket is closed");
    pending_.append(block, static_cast<std::size_t>(n));
  }
}

QtestLine QtestClient::ask(const std::string& command) {
  socket_.send(command);
  for (;;) {
    const std::string line = socket_.receive(command);
    const QtestLine parsed = parse_qtest_line(line);
    switch (parsed.kind) {
      case QtestLine::Kind::Ok: return parsed;
      case QtestLine::Kind::Irq:
        if (irq_handler_) irq_handler_(parsed.irq, parsed.raised);
        break;
      default: throw Trouble("it answered '" + line + "' to '" + command + "' (qtest)");
    }
  }
}

std::uint64_t QtestClient::read(std::uint64_t address, unsigned bytes) {
  const std::string command = qtest_read_command(address, bytes);
  const QtestLine answer = ask(command);
  if (!answer.has_value) throw Trouble("it answered '" + command + "' (qtest) without a value");
  return answer.value;
}

void QtestClient::write(std::uint64_t address, unsigned bytes, std::uint64_t value) {
  ask(qtest_write_command(address, bytes, value));
}

void QtestClient::intercept_irqs(const std::string& device, std::function<void(unsigned, bool)> handler) {
  irq_handler_ = std::move(handler);
  ask("irq_intercept_in " + device);
}

}  // namespace tandem::qemu
