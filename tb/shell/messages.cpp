// SPDX-License-Identifier: Apache-2.0
// Proof: tb/shell/test/shell_test.lua.
#include "shell/messages.h"

#include <cerrno>
#include <cstdint>
#include <cstring>

#include <sys/socket.h>
#include <unistd.h>

namespace tandem::shell {
namespace {

bool send_bytes(int socket, const char* bytes, std::size_t count) {
  while (count != 0) {
    const ssize_t n = send(socket, bytes, count, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    count -= static_cast<std::size_t>(n);
  }
  return true;
}

bool receive_bytes(int socket, char* bytes, std::size_t count) {
  while (count != 0) {
    const ssize_t n = read(socket, bytes, count);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes += n;
    count -= static_cast<std::size_t>(n);
  }
  return true;
}

}  // namespace

bool send_message(int socket, char kind, const std::string& text) {
  const auto size = static_cast<std::uint64_t>(text.size());
  char head[1 + sizeof size];
  head[0] = kind;
  std::memcpy(head + 1, &size, sizeof size);
  return send_bytes(socket, head, sizeof head) && send_bytes(socket, text.data(), text.size());
}

bool receive_message(int socket, Message* out) {
  std::uint64_t size = 0;
  char head[1 + sizeof size];
  if (!receive_bytes(socket, head, sizeof head)) return false;
  std::memcpy(&size, head + 1, sizeof size);
  out->kind = head[0];
  out->text.resize(size);
  return receive_bytes(socket, out->text.data(), size);
}

}  // namespace tandem::shell
