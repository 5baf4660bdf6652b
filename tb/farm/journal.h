// SPDX-License-Identifier: Apache-2.0
// The durable record of each run, before any database sees it: one line per record, appended to a file that only one
// process writes, each line with a checksum. A line that a crash cut short is recognised and left out, those before it count.
// Not here: what happens with the records (store.h). Proof: tb/farm/test/test_journal.cpp.
#ifndef TANDEM_FARM_JOURNAL_H
#define TANDEM_FARM_JOURNAL_H

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "report/result.h"

namespace tandem::farm {

struct Record {
  std::string key;          // PlannedRun::key
  std::string preset;
  unsigned attempt = 1;     // counted from 1
  bool is_final = true;     // false: the plan asks for another attempt
  std::string host;
  std::string version;      // of tandem
  std::string finished;     // "2026-11-28T04:12:00Z"
  report::RunResult result;
};

std::string record_line(const Record& record);  // without the line end
// False: the line is damaged or of an unknown form.
bool parse_record_line(const std::string& line, Record* record);

// Appends records. put() may be called from several threads; it returns when the line is written, and the line survives
// the death of this process from then on. A thread behind it makes it survive a power cut: at most kSyncMs later, and at
// the latest in finish(). Some file systems say only then that they are full.
class JournalWriter {
 public:
  static constexpr int kSyncMs = 50;

  // A new file in the folder, named after host and process. Throws std::runtime_error with a sentence.
  explicit JournalWriter(const std::string& folder);
  ~JournalWriter();
  JournalWriter(const JournalWriter&) = delete;
  JournalWriter& operator=(const JournalWriter&) = delete;

  // Throws std::runtime_error with a sentence when the disk is full or broken, also when that concerns an earlier record.
  void put(const Record& record);
  // No put() after it. Returns when everything is on the disk; throws as put() does.
  void finish();
  const std::string& path() const { return path_; }

 private:
  void sync_loop();
  void end_sync();

  std::string path_;
  int fd_ = -1;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool dirty_ = false, ending_ = false;
  bool torn_ = false;     // the file ends within a line
  std::string problem_;   // of the thread behind
  std::thread syncer_;
};

// Reads what was added to the journals of a folder since the last call. Keeps its place per file; an incomplete last line
// is looked at again next time, a damaged line in the middle is counted and left out.
class JournalReader {
 public:
  explicit JournalReader(std::string folder) : folder_(std::move(folder)) {}
  std::vector<Record> read_new();
  std::uint64_t damaged() const { return damaged_; }

 private:
  std::string folder_;
  std::map<std::string, std::uint64_t> offsets_;
  std::uint64_t damaged_ = 0;
};

std::string host_name();
std::string utc_now();

}  // namespace tandem::farm

#endif
