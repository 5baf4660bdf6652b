// SPDX-License-Identifier: Apache-2.0
// The commands of qtest_session.h. Proof: tb/serve/test/test_serve.cpp.
#include "serve/qtest_session.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>

#include "platform/bus.h"

namespace tandem::serve {

namespace {

// What a client asked for cannot be done; the sentence goes behind FAIL.
struct Mistake {
  std::string sentence;
};

constexpr std::uint64_t kStepNs = 1000;  // of a clock_step that names no time
constexpr const char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string hex(const char* format, std::uint64_t value) {
  char text[40];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

bool to_number(const std::string& text, std::uint64_t* value) {
  char* end = nullptr;
  errno = 0;
  *value = std::strtoull(text.c_str(), &end, 0);
  return !text.empty() && *end == '\0' && errno == 0 && text[0] != '-' && text[0] != '+' && text[0] != ' ';
}

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string to_hex(const std::string& bytes) {
  std::string text = "0x";
  for (const char c : bytes) {
    text += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    text += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return text;
}

bool from_hex(const std::string& text, std::string* bytes) {
  if (text.size() < 2 || text.compare(0, 2, "0x") != 0 || text.size() % 2 != 0) return false;
  for (std::size_t i = 2; i < text.size(); i += 2) {
    const int high = digit_value(text[i]), low = digit_value(text[i + 1]);
    if (high < 0 || low < 0) return false;
    *bytes += static_cast<char>(high * 16 + low);
  }
  return true;
}

std::string to_base64(const std::string& bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) group = group << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (unsigned k = 0; k < 4; ++k) text += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
  }
  return text;
}

bool from_base64(const std::string& text, std::string* bytes) {
  if (text.size() % 4 != 0) return false;
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t group = 0;
    unsigned padding = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char* const found = text[i + k] == '=' ? nullptr : std::strchr(kDigits, text[i + k]);
      if (text[i + k] == '=') ++padding;
      if (found == nullptr && (text[i + k] != '=' || i + 4 != text.size() || k < 2)) return false;
      if (found != nullptr && padding != 0) return false;
      group = group << 6 | (found != nullptr ? static_cast<std::uint32_t>(found - kDigits) : 0u);
    }
    for (unsigned k = 0; k + padding < 3; ++k) *bytes += static_cast<char>(group >> (16 - 8 * k) & 0xff);
  }
  return true;
}

// The number of a command, by position.
std::uint64_t number(const std::vector<std::string>& words, std::size_t at) {
  std::uint64_t value = 0;
  if (at >= words.size()) throw Mistake{words[0] + " needs more values"};
  if (!to_number(words[at], &value)) throw Mistake{words[0] + ": '" + words[at] + "' is no number"};
  return value;
}

std::size_t block_size(const std::vector<std::string>& words) {
  const std::uint64_t size = number(words, 2);
  if (size > kMostBytes) throw Mistake{words[0] + ": " + words[2] + " bytes; at most " + std::to_string(kMostBytes) + " at once"};
  if (size == 0 && words[0] == "read") throw Mistake{"read: 0 bytes"};
  return static_cast<std::size_t>(size);
}

}  // namespace

QtestSession::QtestSession(Platform& platform, std::vector<Mapping> mappings, std::function<void(const std::string&)> send,
                           std::function<void(const std::string&)> note)
    : platform_(platform), mappings_(std::move(mappings)), send_(std::move(send)), note_(std::move(note)) {
  platform_.on_irq([this](unsigned smmu, smmu_tlm::Irq irq) {
    // The order in which QEMU's SMMU has its lines: event queue, PRI queue, CMD_SYNC, global error; the counters behind them.
    static constexpr std::array<unsigned, 5> line_of = {0, 1, 3, 2, 4};  // by smmu_tlm::Irq
    pulse(smmu * kLinesPerSmmu + line_of[static_cast<std::size_t>(irq)]);
  });
  platform_.on_engine_irq([this](unsigned engine) { pulse(platform_.smmu_count() * kLinesPerSmmu + engine); });
}

QtestSession::~QtestSession() {
  platform_.on_irq(nullptr);
  platform_.on_engine_irq(nullptr);
}

// The wired interrupts are edges; a client sees both of each.
void QtestSession::pulse(unsigned line) {
  if (!intercepts_) return;
  send_("IRQ raise " + std::to_string(line) + "\nIRQ lower " + std::to_string(line) + "\n");
}

void QtestSession::line(const std::string& text) {
  std::istringstream in(text);
  Words words;
  for (std::string word; in >> word;) words.push_back(word);
  if (words.empty()) return;
  std::string reply;
  try {
    reply = answer(words);
  } catch (const Mistake& mistake) {
    reply = "FAIL " + mistake.sentence;
  }
  send_(reply + "\n");
}

std::string QtestSession::answer(const Words& words) {
  struct Access {
    const char* name;
    bool write;
    unsigned bytes;
  };
  static constexpr Access accesses[] = {{"readb", false, 1},  {"readw", false, 2},  {"readl", false, 4},  {"readq", false, 8},
                                        {"writeb", true, 1}, {"writew", true, 2}, {"writel", true, 4}, {"writeq", true, 8}};
  const std::string& command = words[0];
  for (const Access& one : accesses) {
    if (command == one.name) return access(words, one.write, one.bytes);
  }
  if (command == "read" || command == "b64read") return read_block(words, command == "b64read");
  if (command == "write" || command == "b64write") return write_block(words, command == "b64write");
  if (command == "memset") return fill(words);
  if (command == "clock_step" || command == "clock_set") return clock(words);
  if (command == "endianness") return "OK little";
  if (command == "irq_intercept_in" || command == "irq_intercept_out" || command == "irq_intercept_out_named") {
    intercepts_ = true;
    return "OK";
  }
  throw Mistake{"Unknown command '" + command + "'"};
}

std::string QtestSession::access(const Words& words, bool write, unsigned bytes) {
  std::uint64_t value = 0;
  bool answered = false;
  const std::uint64_t address = number(words, 1), pa = physical(address, bytes);
  if (write) value = number(words, 2);
  platform_.host_call([&] {
    answered = write ? bus_write(platform_, pa, bytes, value) : bus_read(platform_, pa, bytes, &value);
  });
  if (!answered) note_(words[0] + " at " + words[1] + ": nobody answers an access of that address and size");
  return write ? "OK" : "OK " + hex("0x%016" PRIx64, value);
}

// Where the platform has what the client has at that address.
std::uint64_t QtestSession::physical(std::uint64_t address, std::uint64_t bytes) const {
  for (const Mapping& mapping : mappings_) {
    if (address >= mapping.address && address - mapping.address < mapping.bytes && bytes <= mapping.bytes - (address - mapping.address)) {
      return mapping.frame + (address - mapping.address);
    }
  }
  return address;
}

std::string QtestSession::load(std::uint64_t address, std::size_t bytes) {
  std::string data(bytes, '\0');
  const std::uint64_t base = platform_.ram_base(), size = platform_.ram_bytes();
  if (address >= base && address - base < size && bytes <= size - (address - base)) {
    std::memcpy(data.data(), platform_.ram() + (address - base), bytes);
    return data;
  }
  std::uint64_t value = 0;
  bool answered = false;
  const std::uint64_t pa = physical(address, bytes);
  if (bytes == 4 || bytes == 8) platform_.host_call([&] { answered = bus_read(platform_, pa, static_cast<unsigned>(bytes), &value); });
  if (answered) std::memcpy(data.data(), &value, bytes);
  if (!answered) note_("a read of " + std::to_string(bytes) + " bytes at " + hex("0x%" PRIx64, address) + ": nobody answers");
  return data;
}

void QtestSession::store(std::uint64_t address, const std::string& data) {
  const std::uint64_t base = platform_.ram_base(), size = platform_.ram_bytes();
  if (address >= base && address - base < size && data.size() <= size - (address - base)) {
    std::memcpy(platform_.ram() + (address - base), data.data(), data.size());
    return;
  }
  std::uint64_t value = 0;
  bool answered = false;
  const std::uint64_t pa = physical(address, data.size());
  if (data.size() == 4 || data.size() == 8) {
    std::memcpy(&value, data.data(), data.size());
    platform_.host_call([&] { answered = bus_write(platform_, pa, static_cast<unsigned>(data.size()), value); });
  }
  if (!answered) note_("a write of " + std::to_string(data.size()) + " bytes at " + hex("0x%" PRIx64, address) + ": nobody answers");
}

std::string QtestSession::read_block(const Words& words, bool base64) {
  const std::uint64_t address = number(words, 1);
  const std::string data = load(address, block_size(words));
  return "OK " + (base64 ? to_base64(data) : to_hex(data));
}

std::string QtestSession::write_block(const Words& words, bool base64) {
  const std::uint64_t address = number(words, 1);
  const std::size_t size = block_size(words);
  if (words.size() < 4) throw Mistake{words[0] + " needs its data"};
  std::string data;
  const bool good = base64 ? from_base64(words[3], &data) : from_hex(words[3], &data);
  if (!good) throw Mistake{words[0] + ": the data is not " + (base64 ? "base64" : "hexadecimal with 0x")};
  if (data.size() != size) throw Mistake{words[0] + ": " + std::to_string(data.size()) + " bytes of data for a size of " + words[2]};
  store(address, data);
  return "OK";
}

std::string QtestSession::fill(const Words& words) {
  const std::uint64_t address = number(words, 1);
  const std::size_t size = block_size(words);
  const std::uint64_t value = number(words, 3);
  if (value > 0xff) throw Mistake{"memset: '" + words[3] + "' is no byte"};
  store(address, std::string(size, static_cast<char>(value)));
  return "OK";
}

std::string QtestSession::clock(const Words& words) {
  const auto now_ns = [this] { return platform_.now_ps() / 1000; };
  std::uint64_t step = kStepNs;
  if (words.size() > 1) step = number(words, 1);
  if (words[0] == "clock_set") {
    const std::uint64_t wanted = number(words, 1);
    step = wanted > now_ns() ? wanted - now_ns() : 0;
  }
  if (step > 1'000'000'000'000) throw Mistake{words[0] + ": more than 1000 s at once"};
  platform_.host_call([&] { platform_.wait_ns(step); });
  return "OK " + std::to_string(now_ns());
}

}  // namespace tandem::serve
