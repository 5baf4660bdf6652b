// SPDX-License-Identifier: Apache-2.0
// What a terminal or a log sees while runs go on, and the style of what is printed at the end.
// Not here: tables (report/table.h). Proof: tb/cli/test/cli_test.lua.
#ifndef TANDEM_CLI_CONSOLE_PROGRESS_H
#define TANDEM_CLI_CONSOLE_PROGRESS_H

#include <string>
#include <vector>

#include "cli/supervisor.h"
#include "report/table.h"

namespace tandem::cli {

// Colours only on a terminal that has them, and not with NO_COLOR set.
bool wants_colour();

// On a terminal one line that follows the steps; otherwise a line per run, so that a log shows where time went. Lines come
// in the order of the runs, however they overlap: those of the first unfinished run at once, those of later ones when it
// is their turn.
class ConsoleProgress : public Progress {
 public:
  ConsoleProgress(std::vector<std::string> names, bool verbose, const report::TableStyle& style);

  void start(std::size_t run) override { show(run, " ..."); }
  void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) override;
  void log(std::size_t run, const std::string& text) override;
  void end(std::size_t run, const report::RunResult& result) override;

 private:
  void clear();
  void show(std::size_t run, const std::string& text);
  void line(std::size_t run, const std::string& text);
  void print(const std::string& text);

  const std::vector<std::string> names_;
  std::vector<std::string> held_back_;
  std::vector<bool> ended_;
  std::size_t turn_ = 0, ended_count_ = 0;
  bool live_, verbose_, shown_ = false;
  report::TableStyle style_;
};

}  // namespace tandem::cli

#endif
