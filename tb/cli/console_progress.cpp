// SPDX-License-Identifier: Apache-2.0
// Progress on a console. Proof: tb/cli/test/cli_test.lua.
#include "cli/console_progress.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace tandem::cli {
namespace {

// A line that wraps could not be taken back.
int screen_width() {
  winsize size{};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20 ? size.ws_col : 80;
}

}  // namespace

bool wants_colour() {
  const char* no_colour = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return isatty(STDOUT_FILENO) != 0 && (no_colour == nullptr || *no_colour == '\0') && (term == nullptr || std::string(term) != "dumb");
}

ConsoleProgress::ConsoleProgress(std::vector<std::string> names, bool verbose, const report::TableStyle& style)
    : names_(std::move(names)), held_back_(names_.size()), ended_(names_.size()), live_(isatty(STDOUT_FILENO) != 0), verbose_(verbose), style_(style) {}

void ConsoleProgress::step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) {
  const std::string text = "step " + std::to_string(number) + ": " + title;
  if (verbose_) {
    line(run, "  " + text + "  at " + report::format_sim_time(sim_ns));
  } else {
    show(run, " - " + text);
  }
}

void ConsoleProgress::log(std::size_t run, const std::string& text) {
  if (verbose_) line(run, "    | " + text);
}

void ConsoleProgress::end(std::size_t run, const report::RunResult& result) {
  char wall[32];
  std::snprintf(wall, sizeof wall, "  %.2f s", result.wall_ms / 1000.0);
  line(run, report::coloured(report::padded_word(result.status), result.status, style_) + wall + "  " + names_[run]);
  ended_[run] = true;
  ++ended_count_;
  while (turn_ < names_.size() && ended_[turn_]) {
    if (++turn_ < names_.size()) print(held_back_[turn_]);
  }
}

void ConsoleProgress::clear() {
  if (shown_) std::printf("\r\033[K");
  shown_ = false;
}

void ConsoleProgress::show(std::size_t run, const std::string& text) {
  if (!live_) return;
  clear();
  std::string line = names_[run] + text;
  if (names_.size() > 1) line = "[" + std::to_string(ended_count_) + "/" + std::to_string(names_.size()) + "] " + line;
  std::printf("%.*s", screen_width() - 1, line.c_str());
  std::fflush(stdout);
  shown_ = true;
}

void ConsoleProgress::line(std::size_t run, const std::string& text) {
  if (run == turn_) {
    print(text + "\n");
  } else {
    held_back_[run] += text + "\n";
  }
}

void ConsoleProgress::print(const std::string& text) {
  clear();
  std::fputs(text.c_str(), stdout);
  std::fflush(stdout);
}

}  // namespace tandem::cli
