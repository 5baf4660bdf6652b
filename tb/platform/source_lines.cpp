// SPDX-License-Identifier: Apache-2.0
// The text search of source_lines.h. Proof: tb/tests/test_platform_lua.cpp.
#include "platform/source_lines.h"

#include <cctype>
#include <fstream>

namespace tandem {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Cuts `-- comment`, but not inside a string.
std::string without_comment(const std::string& line) {
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (quote != 0) {
      if (line[i] == '\\') ++i;
      else if (line[i] == quote) quote = 0;
    } else if (line[i] == '"' || line[i] == '\'') {
      quote = line[i];
    } else if (line[i] == '-' && i + 1 < line.size() && line[i + 1] == '-') {
      return line.substr(0, i);
    }
  }
  return line;
}

std::size_t skip_spaces(const std::string& line, std::size_t at) {
  while (at < line.size() && std::isspace(static_cast<unsigned char>(line[at])) != 0) ++at;
  return at;
}

bool is_assigned(const std::string& line, std::size_t after) {
  after = skip_spaces(line, after);
  return after < line.size() && line[after] == '=' && (after + 1 == line.size() || line[after + 1] != '=');
}

bool assigns_key(const std::string& line, const std::string& key) {
  for (std::size_t at = line.find(key); at != std::string::npos; at = line.find(key, at + 1)) {
    const std::size_t after = at + key.size();
    const bool starts_word = at == 0 || !is_word(line[at - 1]);
    if (starts_word && is_assigned(line, after)) return true;
    // ["key"] = and ['key'] =
    const bool quoted = at >= 2 && line[at - 2] == '[' && after + 1 < line.size() && line[after + 1] == ']';
    if (quoted && is_assigned(line, after + 2)) return true;
  }
  return false;
}

bool assigns_name(const std::string& line, const std::string& name) {
  for (std::size_t at = line.find("name"); at != std::string::npos; at = line.find("name", at + 1)) {
    if ((at != 0 && is_word(line[at - 1])) || !is_assigned(line, at + 4)) continue;
    const std::size_t value = skip_spaces(line, line.find('=', at) + 1);
    if (value < line.size() && (line[value] == '"' || line[value] == '\'') && line.compare(value + 1, name.size(), name) == 0 &&
        value + 1 + name.size() < line.size() && line[value + 1 + name.size()] == line[value]) {
      return true;
    }
  }
  return false;
}

template <class Fits>
int find_line(const std::vector<std::string>& lines, int from_line, Fits fits) {
  const std::size_t start = from_line > 0 ? static_cast<std::size_t>(from_line) - 1 : 0;
  for (std::size_t pass = 0; pass < 2; ++pass) {
    for (std::size_t i = pass == 0 ? start : 0; i < lines.size(); ++i) {
      if (fits(lines[i])) return static_cast<int>(i) + 1;
    }
  }
  return from_line;
}

}  // namespace

SourceLines::SourceLines(const std::string& file) : file_(file) {
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) lines_.push_back(without_comment(line));
}

int SourceLines::line_of_key(const std::string& key, int from_line) const {
  return find_line(lines_, from_line, [&](const std::string& line) { return assigns_key(line, key); });
}

int SourceLines::line_of_name(const std::string& name, int from_line) const {
  if (name.empty()) return from_line;
  return find_line(lines_, from_line, [&](const std::string& line) { return assigns_name(line, name); });
}

}  // namespace tandem
