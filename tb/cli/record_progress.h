// SPDX-License-Identifier: Apache-2.0
// Writes the facts of one run to a record while it goes on. Not here: the file's format (diff/record.h).
// Proof: tb/cli/test/compare_test.lua.
#ifndef TANDEM_CLI_RECORD_PROGRESS_H
#define TANDEM_CLI_RECORD_PROGRESS_H

#include <stdexcept>
#include <string>

#include "cli/supervisor.h"
#include "diff/record.h"
#include "lua/sandbox.h"

namespace tandem::cli {

class RecordProgress : public Progress {
 public:
  RecordProgress(const std::string& file, const lua::RunRequest& request, const std::string& version, Progress& shown)
      : writer_(file, head_of(request, version)), shown_(shown) {}

  void start(std::size_t run) override { shown_.start(run); }
  void step(std::size_t run, std::size_t number, const std::string& title, std::uint64_t sim_ns) override { shown_.step(run, number, title, sim_ns); }
  void log(std::size_t run, const std::string& text) override { shown_.log(run, text); }
  void end(std::size_t run, const report::RunResult& result) override {
    problem_ = writer_.close(result);
    shown_.end(run, result);
  }
  void fact(std::size_t, const std::string& line) override { writer_.fact(line); }

  // Empty, or why the record is not complete.
  const std::string& problem() const { return problem_; }

 private:
  static diff::RecordHead head_of(const lua::RunRequest& request, const std::string& version) {
    diff::RecordHead head;
    head.version = version;
    head.scenario = request.path;
    head.backend = request.backend;
    head.params = request.params;
    head.smmu_params = request.smmu_params;
    head.common = request.compared_backends;
    head.checks_off = request.checks_off;
    std::string error;
    if (!lua::read_text_file(request.path, &head.text, &error)) throw std::runtime_error(error);
    return head;
  }

  diff::RecordWriter writer_;
  Progress& shown_;
  std::string problem_ = "the run did not come to its end, so its record is not complete";
};

}  // namespace tandem::cli

#endif
