// SPDX-License-Identifier: Apache-2.0
// A journal gives back what was put into it, whatever a crash did to its end.
#include <gtest/gtest.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <sys/resource.h>
#include <unistd.h>

#include "farm/journal.h"

namespace {
bool g_disk_is_broken = false;
}
// In place of the C library's, as a file system does it that finds out late.
int fdatasync(int) {
  errno = EDQUOT;
  return g_disk_is_broken ? -1 : 0;
}

namespace {

using namespace tandem::farm;
namespace fs = std::filesystem;

class Folder {
 public:
  Folder() {
    char in_memory[] = "/dev/shm/tandem-journal-XXXXXX", on_disk[] = "/tmp/tandem-journal-XXXXXX";
    const char* made = mkdtemp(in_memory);
    path_ = made != nullptr ? made : mkdtemp(on_disk);
  }
  ~Folder() { fs::remove_all(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Record record(int n) {
  Record r;
  r.key = "scenarios/a.lua|tlm|seed=" + std::to_string(n);
  r.preset = "p";
  r.attempt = 2;
  r.is_final = n % 2 == 0;
  r.host = "here";
  r.version = "1";
  r.finished = "2026-01-02T03:04:05Z";
  r.result.scenario = "scenarios/a.lua";
  r.result.backend = "tlm";
  r.result.status = tandem::report::Status::Fail;
  r.result.reason = "line one\nwith \"quotes\" and \xc3\xa4";
  r.result.seed = n;
  r.result.sim_ns = 123456789;
  r.result.wall_ms = 1.5;
  r.result.repeat = "tandem run x";
  r.result.coverage["walk.level3"] = 7;
  r.result.figures = {{"core_hit_1", "ns", 16.25}};
  return r;
}

void expect_same(const Record& a, const Record& b) {
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.preset, b.preset);
  EXPECT_EQ(a.attempt, b.attempt);
  EXPECT_EQ(a.is_final, b.is_final);
  EXPECT_EQ(a.host, b.host);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.finished, b.finished);
  EXPECT_EQ(a.result.status, b.result.status);
  EXPECT_EQ(a.result.reason, b.result.reason);
  EXPECT_EQ(a.result.seed, b.result.seed);
  EXPECT_EQ(a.result.sim_ns, b.result.sim_ns);
  EXPECT_EQ(a.result.repeat, b.result.repeat);
  EXPECT_EQ(a.result.coverage, b.result.coverage);
  EXPECT_EQ(a.result.figures.size(), b.result.figures.size());
}

TEST(Journal, ALineGivesTheRecordBack) {
  Record back;
  ASSERT_TRUE(parse_record_line(record_line(record(3)), &back));
  expect_same(record(3), back);
}

// Written before coverage and figures were part of the result.
TEST(Journal, AnOlderLineIsStillRead) {
  const char line[] =
      "94bc5092 "
      R"({"key":"a.lua|tlm|seed=3","preset":"p","attempt":1,"final":true,"host":"vm","version":"0.1.0","finished":"2026-11-28T00:00:00Z","repeat":"tandem run a.lua","result":{"sce)"
      R"(nario":"a.lua","backend":"tlm","status":"pass","reason":"","seed":3,"sim_ns":5,"wall_ms":1.5,"smmus":[],"tables":[],"title":"t","detail":"","steps":[]},"coverage":{"point":7},"figures":{"clock":2.5}})";
  Record back;
  ASSERT_TRUE(parse_record_line(line, &back));
  EXPECT_EQ("a.lua|tlm|seed=3", back.key);
  EXPECT_EQ(5u, back.result.sim_ns);
  EXPECT_EQ(7u, back.result.coverage.at("point"));
  ASSERT_EQ(1u, back.result.figures.size());
  EXPECT_EQ("clock", back.result.figures[0].name);
  EXPECT_EQ(2.5, back.result.figures[0].value);
}

TEST(Journal, EveryDamagedByteIsNoticed) {
  const std::string line = record_line(record(1));
  Record back;
  for (std::size_t i = 0; i < line.size(); ++i) {
    std::string damaged = line;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_FALSE(parse_record_line(damaged, &back)) << i;
  }
}

// Cut the file at every length: the records whose lines are whole come back, the rest is not invented.
TEST(Journal, ACrashAtAnyByteLosesOnlyTheUnfinishedLine) {
  const Folder whole;
  std::string path;
  {
    JournalWriter writer(whole.path());
    path = writer.path();
    for (int n = 0; n < 3; ++n) writer.put(record(n));
  }
  std::ifstream in(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  const Folder cut;
  const std::string file = cut.path() + "/x.journal";
  for (std::size_t length = 0; length <= bytes.size(); length += length + 40 < bytes.size() ? 7 : 1) {
    std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes.substr(0, length);
    std::size_t lines = 0;
    for (std::size_t i = 0; i < length; ++i) lines += bytes[i] == '\n';
    JournalReader reader(cut.path());
    const std::vector<Record> records = reader.read_new();
    ASSERT_EQ(lines, records.size()) << length;
    EXPECT_EQ(0u, reader.damaged());
    for (std::size_t i = 0; i < records.size(); ++i) expect_same(record(static_cast<int>(i)), records[i]);
  }
}

TEST(Journal, AReaderGoesOnWhereItWas) {
  const Folder folder;
  JournalWriter writer(folder.path());
  JournalReader reader(folder.path());
  writer.put(record(1));
  EXPECT_EQ(1u, reader.read_new().size());
  EXPECT_EQ(0u, reader.read_new().size());
  JournalWriter second(folder.path());
  writer.put(record(2));
  second.put(record(3));
  EXPECT_EQ(2u, reader.read_new().size());
  std::ofstream(writer.path(), std::ios::app) << "0 nonsense\n";
  EXPECT_EQ(0u, reader.read_new().size());
  EXPECT_EQ(1u, reader.damaged());
}

// The disk is full in the middle of a line, and has room again later: the record that failed is lost and said to be, the next is not.
TEST(Journal, AFullDiskCostsOnlyTheRecordThatFailed) {
  const Folder folder;
  JournalWriter writer(folder.path());
  writer.put(record(1));
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before{};
  ASSERT_EQ(0, getrlimit(RLIMIT_FSIZE, &before));
  rlimit full = before;
  full.rlim_cur = fs::file_size(writer.path()) + 20;
  ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &full));
  std::string sentence;
  try {
    writer.put(record(2));
  } catch (const std::runtime_error& failure) {
    sentence = failure.what();
  }
  ASSERT_EQ(0, setrlimit(RLIMIT_FSIZE, &before));
  EXPECT_NE(std::string::npos, sentence.find("cannot write " + writer.path())) << sentence;
  writer.put(record(3));
  JournalReader reader(folder.path());
  const std::vector<Record> records = reader.read_new();
  ASSERT_EQ(2u, records.size());
  expect_same(record(3), records[1]);
  EXPECT_EQ(1u, reader.damaged());
}

TEST(Journal, ADiskThatFailsLateIsNotASuccess) {
  const Folder folder;
  JournalWriter writer(folder.path());
  g_disk_is_broken = true;
  writer.put(record(1));
  EXPECT_THROW(writer.finish(), std::runtime_error);
  g_disk_is_broken = false;
  EXPECT_THROW(writer.put(record(2)), std::runtime_error);
}

TEST(Journal, AFolderThatCannotBeWrittenIsASentence) {
  try {
    const JournalWriter writer("/no/such/folder");
    FAIL();
  } catch (const std::runtime_error& failure) {
    EXPECT_NE(std::string::npos, std::string(failure.what()).find("cannot write /no/such/folder/"));
  }
}

}  // namespace
