// SPDX-License-Identifier: Apache-2.0
// Finds the line of a Lua source where a key or a name is written, for messages about values of a table.
// A search of the text, not a parser: comments are skipped, the first fitting place at or after a line wins.
// Proof: tb/tests/test_platform_lua.cpp.
#ifndef TANDEM_PLATFORM_SOURCE_LINES_H
#define TANDEM_PLATFORM_SOURCE_LINES_H

#include <string>
#include <vector>

namespace tandem {

class SourceLines {
 public:
  // A file that cannot be read has no lines.
  explicit SourceLines(const std::string& file);

  const std::string& file() const { return file_; }
  // Line of `key =` or `["key"] =` at or after from_line, else anywhere, else from_line.
  int line_of_key(const std::string& key, int from_line) const;
  // Line of `name = "name"`, else from_line.
  int line_of_name(const std::string& name, int from_line) const;

 private:
  std::string file_;
  std::vector<std::string> lines_;  // without comments
};

}  // namespace tandem

#endif
