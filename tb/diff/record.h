// SPDX-License-Identifier: Apache-2.0
// A recorded run: a file with what is needed to run it again (the scenario's text, seed, parameters), its facts, and how it ended.
// The same run gives the same bytes. Not here: replaying (tb/cli/replay_command.cpp). Proof: tb/diff/test/test_record.cpp.
#ifndef TANDEM_DIFF_RECORD_H
#define TANDEM_DIFF_RECORD_H

#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "diff/comparer.h"
#include "report/result.h"

namespace tandem::diff {

struct RecordHead {
  std::string version;                  // of tandem
  std::string scenario, text, backend;  // path as given, its content, where it ran
  std::vector<std::pair<std::string, std::string>> params, smmu_params;
  std::vector<std::string> common;      // backends whose ID registers were made equal
  std::vector<std::string> checks_off;
};

struct RecordTail {
  std::int64_t seed = 0;
  std::uint64_t facts = 0;
  std::vector<std::string> smmus;
  Ending ending;
};

class RecordWriter {
 public:
  // Throws std::runtime_error with a sentence, like everything here.
  RecordWriter(const std::string& path, const RecordHead& head);
  ~RecordWriter();
  RecordWriter(const RecordWriter&) = delete;
  RecordWriter& operator=(const RecordWriter&) = delete;
  void fact(const std::string& line);
  // Empty, or why the file is not complete.
  std::string close(const report::RunResult& result);

 private:
  void put(const std::string& text);

  std::string path_;
  std::FILE* file_;
  int reason_ = 0;  // of the first failure
  std::uint64_t facts_ = 0;
};

struct Record {
  RecordHead head;
  std::vector<std::string> facts;
  RecordTail tail;
};

// False and one sentence: no such file, no record, another format, cut short.
bool read_record(const std::string& path, Record* out, std::string* error);

}  // namespace tandem::diff

#endif
