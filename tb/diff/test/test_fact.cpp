// SPDX-License-Identifier: Apache-2.0
// A fact survives its line, is shown by name, and a field of a record is exactly its bits.
#include <gtest/gtest.h>

#include "diff/fact.h"

using namespace tandem::diff;

TEST(fact, a_line_and_back_is_the_same_fact) {
  const Fact fact{Kind::Store, true, true, 3, 123456, {0x80001000, 0, 0xffffffffffffffff}, "two words"};
  Fact back;
  ASSERT_TRUE(from_line(to_line(fact), &back));
  EXPECT_EQ(Kind::Store, back.kind);
  EXPECT_TRUE(back.concurrent);
  EXPECT_TRUE(back.contended);
  EXPECT_EQ(3u, back.source);
  EXPECT_EQ(123456u, back.time_ps);
  EXPECT_EQ(fact.values, back.values);
  EXPECT_EQ("two words", back.text);
}

TEST(fact, a_text_with_a_line_end_stays_one_line) {
  const std::string line = to_line({Kind::Call, false, false, 1, 0, {}, "a.lua:1|f('x\ny')"});
  EXPECT_EQ(std::string::npos, line.find('\n'));
}

TEST(fact, refuses_what_is_no_fact) {
  Fact fact;
  EXPECT_FALSE(from_line("", &fact));
  EXPECT_FALSE(from_line("Z0 1 2", &fact));           // no such kind
  EXPECT_FALSE(from_line("s4 1 2 3 4 5", &fact));     // 0 to 3
  EXPECT_FALSE(from_line("s0 1 2 3 4", &fact));       // a store has three values
  EXPECT_FALSE(from_line("s0 1 2 3 4 xyz", &fact));
  EXPECT_TRUE(from_line("s0 1 2 3 4 5", &fact));
}

// CMD_TLBI_NH_VA: opcode 0x12 in bits 7:0, VMID 47:32, ASID 63:48, Leaf bit 64, TTL 73:72, Address 127:76.
TEST(fact, a_command_is_shown_by_its_fields) {
  const Fact command{Kind::Command, false, false, 0, 0, {0x0005000700000012, 0x0000000010000001}, ""};
  EXPECT_EQ("TLBI_NH_VA VMID=0x7 ASID=0x5 Leaf=0x1 Address=0x10000000", describe(command));
}

TEST(fact, the_mask_of_a_field_is_its_bits) {
  const Fact command{Kind::Command, false, false, 0, 0, {0x12, 0}, ""};
  EXPECT_EQ((std::vector<std::uint64_t>{0xffff000000000000, 0}), mask_of(command, "ASID"));
  EXPECT_TRUE(mask_of(command, "StreamID").empty());  // a TLBI has none
  const Fact store{Kind::Store, false, false, 1, 0, {1, 2, 3}, ""};
  EXPECT_EQ((std::vector<std::uint64_t>{0, ~0ull, 0}), mask_of(store, "old"));
}
