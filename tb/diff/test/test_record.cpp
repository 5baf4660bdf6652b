// SPDX-License-Identifier: Apache-2.0
// A record comes back as it was written, the same run writes the same bytes, and a file that is none, is of another format or was
// cut short is refused with a sentence.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <stdexcept>

#include "diff/record.h"

using namespace tandem::diff;
using tandem::report::RunResult;
using tandem::report::Status;

namespace {

std::string path(const char* name) { return ::testing::TempDir() + "/tandem_" + name; }

std::string content(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file, std::ios::binary).rdbuf();
  return text.str();
}

void put(const std::string& file, const std::string& text) { std::ofstream(file, std::ios::binary) << text; }

std::string write_one(const char* name, double wall_ms) {
  RecordHead head;
  head.version = "1.2";
  head.scenario = "s/a.lua";
  head.text = "return {}\n-- \"quoted\"\n";
  head.backend = "tlm";
  head.params = {{"pages", "3"}};
  head.common = {"rtl", "tlm"};
  RecordWriter writer(path(name), head);
  writer.fact("s0 1 2 3 4 5");
  writer.fact("m0 0 2 46 0");
  RunResult result;
  result.status = Status::Pass;
  result.seed = -7;
  result.wall_ms = wall_ms;
  result.smmus = {{"smmu0", "tlm"}};
  EXPECT_EQ("", writer.close(result));
  return path(name);
}

std::string refusal(const std::string& file) {
  Record record;
  std::string error;
  EXPECT_FALSE(read_record(file, &record, &error));
  return error;
}

}  // namespace

TEST(record, comes_back_as_it_was) {
  Record record;
  std::string error;
  ASSERT_TRUE(read_record(write_one("a.rec", 1), &record, &error)) << error;
  EXPECT_EQ("s/a.lua", record.head.scenario);
  EXPECT_EQ("return {}\n-- \"quoted\"\n", record.head.text);
  EXPECT_EQ("3", record.head.params.at(0).second);
  EXPECT_EQ((std::vector<std::string>{"rtl", "tlm"}), record.head.common);
  EXPECT_EQ((std::vector<std::string>{"s0 1 2 3 4 5", "m0 0 2 46 0"}), record.facts);
  EXPECT_EQ(-7, record.tail.seed);
  EXPECT_EQ((std::vector<std::string>{"smmu0"}), record.tail.smmus);
  EXPECT_TRUE(record.tail.ending.settled);
  EXPECT_EQ("pass", record.tail.ending.verdict);
}

TEST(record, does_not_depend_on_the_clock) { EXPECT_EQ(content(write_one("b.rec", 1)), content(write_one("c.rec", 999))); }

TEST(record, refuses_other_files) {
  EXPECT_EQ("cannot read /no/such: No such file or directory", refusal("/no/such"));
  put(path("d.rec"), "");
  EXPECT_NE(std::string::npos, refusal(path("d.rec")).find("is empty"));
  put(path("d.rec"), "hello\n");
  EXPECT_NE(std::string::npos, refusal(path("d.rec")).find("is no record of 'tandem run --record'"));
  put(path("d.rec"), "{\"tandem_record\": 9}\n");
  EXPECT_NE(std::string::npos, refusal(path("d.rec")).find("has the record format 9; this tandem reads format 1"));
  const std::string whole = content(write_one("e.rec", 1));
  put(path("e.rec"), whole.substr(0, whole.find("m0 0")));
  EXPECT_NE(std::string::npos, refusal(path("e.rec")).find("is cut short"));
  std::string less = whole;
  less.erase(less.find("m0 0"), 12);
  put(path("e.rec"), less);
  EXPECT_NE(std::string::npos, refusal(path("e.rec")).find("has 1 facts where its last line says 2"));
}

TEST(record, a_file_that_cannot_be_made_or_filled_is_a_sentence) {
  EXPECT_THROW(RecordWriter("/no/such/folder/x", {}), std::runtime_error);
  RecordWriter full("/dev/full", {});
  full.fact(std::string(100000, '0'));
  EXPECT_EQ("cannot write /dev/full: No space left on device", full.close({}));
}
