// SPDX-License-Identifier: Apache-2.0
// Proof: tb/shell/test/shell_test.lua; completion by hand.
#include "shell/line_input.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>

#include <unistd.h>

#ifdef TANDEM_HAS_READLINE
#include <readline/history.h>
#include <readline/readline.h>
#endif

namespace tandem::shell {

#ifdef TANDEM_HAS_READLINE
namespace {

std::vector<std::string> g_words, g_more_words;

char* next_match(const char* text, int state) {
  static std::size_t at = 0;
  if (state == 0) at = 0;
  const std::vector<std::string>& list = rl_point == static_cast<int>(std::strlen(text)) ? g_words : g_more_words;
  while (at < list.size()) {
    const std::string& word = list[at++];
    if (word.compare(0, std::strlen(text), text) == 0) return strdup(word.c_str());
  }
  return nullptr;
}

char** complete(const char* text, int, int) {
  rl_attempted_completion_over = 1;  // no file names
  return rl_completion_matches(text, next_match);
}

}  // namespace
#endif

LineInput::LineInput(std::vector<std::string> words, std::vector<std::string> more_words) : person_(isatty(STDIN_FILENO) != 0) {
#ifdef TANDEM_HAS_READLINE
  g_words = std::move(words);
  g_more_words = std::move(more_words);
  rl_readline_name = "tandem";
  rl_attempted_completion_function = complete;
#else
  (void)words;
  (void)more_words;
#endif
}

bool LineInput::read(std::string* line) {
#ifdef TANDEM_HAS_READLINE
  if (person_) {
    char* text = readline("(tandem) ");
    if (text == nullptr) return false;
    *line = text;
    if (!line->empty()) add_history(text);
    std::free(text);
    return true;
  }
#else
  if (person_) {
    std::fputs("(tandem) ", stdout);
    std::fflush(stdout);
  }
#endif
  return static_cast<bool>(std::getline(std::cin, *line));
}

}  // namespace tandem::shell
