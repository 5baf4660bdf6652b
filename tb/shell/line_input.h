// SPDX-License-Identifier: Apache-2.0
// Lines from a person, with history and completion where readline was there at build time, or from a file.
// Proof: tb/shell/test/shell_test.lua.
#ifndef TANDEM_SHELL_LINE_INPUT_H
#define TANDEM_SHELL_LINE_INPUT_H

#include <string>
#include <vector>

namespace tandem::shell {

class LineInput {
 public:
  // words: what the first word of a line is completed from; more_words: the words after it.
  LineInput(std::vector<std::string> words, std::vector<std::string> more_words);
  bool is_a_person() const { return person_; }
  // False at the end.
  bool read(std::string* line);

 private:
  bool person_;
};

}  // namespace tandem::shell

#endif
