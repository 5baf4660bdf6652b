// SPDX-License-Identifier: Apache-2.0
// One JSON object as text, written key by key, for traces, where building a tree first would cost too much.
// Not here: reading JSON (jansson does). Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_JSON_TEXT_H
#define TANDEM_TRACE_JSON_TEXT_H

#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <string>

namespace tandem {

// Bytes that are not ASCII become '?': names come from scenarios, and half a character must not spoil a trace.
inline std::string json_quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\';
    out += byte < 0x20 || byte >= 0x7f ? '?' : c;
  }
  return out + "\"";
}

inline std::string hex_text(std::uint64_t value) {
  char text[24];
  std::snprintf(text, sizeof text, "0x%" PRIx64, value);
  return text;
}

// Keys are our own names. 64-bit values are strings in hex, because numbers above 2^53 would lose bits in many readers.
class JsonObject {
 public:
  JsonObject& number(const char* key, std::uint64_t value) { return raw(key, std::to_string(value)); }
  JsonObject& text(const char* key, const std::string& value) { return raw(key, json_quoted(value)); }
  JsonObject& flag(const char* key, bool value) { return raw(key, value ? "true" : "false"); }
  JsonObject& hex(const char* key, std::uint64_t value) {
    return raw(key, '"' + hex_text(value) + '"');
  }
  JsonObject& raw(const char* key, const std::string& value) {
    text_ += text_.empty() ? "{\"" : ",\"";
    text_ += key;
    text_ += "\":";
    text_ += value;
    return *this;
  }
  std::string str() const { return text_.empty() ? "{}" : text_ + "}"; }

 private:
  std::string text_;
};

}  // namespace tandem

#endif
