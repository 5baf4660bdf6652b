// SPDX-License-Identifier: Apache-2.0
// A cache that SMMUs do not snoop: what was forgotten stays unseen, what was cleaned is there after publish(), in any order before.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "port/cpu_cache.h"

using tandem::CpuCache;

namespace {

constexpr std::size_t kLine = CpuCache::kLineBytes, kBytes = 16 * kLine;

struct Memory {
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(kBytes, 0xee);
};

}  // namespace

TEST(cpu_cache, the_view_starts_with_what_memory_holds) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  EXPECT_TRUE(std::equal(memory.bytes.begin(), memory.bytes.end(), cache.view()));
}

TEST(cpu_cache, a_store_without_a_clean_is_never_seen) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  cache.view()[5] = 1;
  cache.publish();
  for (int i = 0; i < 100; ++i) cache.arrive_some();
  EXPECT_EQ(0xee, memory.bytes[5]);
}

TEST(cpu_cache, a_cleaned_line_is_there_as_a_whole_after_publish) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  cache.view()[kLine + 3] = 1;
  cache.view()[kLine + 60] = 2;
  cache.view()[2 * kLine] = 3;
  cache.clean(cache.view() + kLine + 3, 1);
  EXPECT_EQ(0xee, memory.bytes[kLine + 3]) << "cleaning alone is no promise";
  cache.publish();
  EXPECT_EQ(1, memory.bytes[kLine + 3]);
  EXPECT_EQ(2, memory.bytes[kLine + 60]);
  EXPECT_EQ(0xee, memory.bytes[2 * kLine]) << "the next line was not cleaned";
}

TEST(cpu_cache, a_range_over_a_line_boundary_cleans_both_lines) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  cache.view()[kLine - 1] = 1;
  cache.view()[kLine] = 2;
  cache.clean(cache.view() + kLine - 1, 2);
  cache.publish();
  EXPECT_EQ(1, memory.bytes[kLine - 1]);
  EXPECT_EQ(2, memory.bytes[kLine]);
}

// What was stored after a clean needs a clean of its own, and an older content of a line never overtakes a newer one.
TEST(cpu_cache, a_line_leaves_with_what_it_held) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  cache.view()[0] = 1;
  cache.clean(cache.view(), 1);
  cache.view()[0] = 2;
  cache.publish();
  EXPECT_EQ(1, memory.bytes[0]);
  cache.view()[0] = 3;
  cache.clean(cache.view(), 1);
  cache.view()[0] = 4;
  cache.clean(cache.view(), 1);
  EXPECT_EQ(3, memory.bytes[0]) << "the first had to arrive to let the second leave";
  cache.publish();
  EXPECT_EQ(4, memory.bytes[0]);
}

// Two cleaned lines arrive in both orders, depending on the seed: a driver needs publish() between entry and doorbell.
TEST(cpu_cache, before_publish_lines_arrive_in_any_order) {
  bool first_alone = false, second_alone = false;
  for (std::uint64_t seed = 0; seed < 64; ++seed) {
    Memory memory;
    CpuCache cache(memory.bytes.data(), kBytes, seed);
    cache.view()[0] = 1;
    cache.view()[kLine] = 2;
    cache.clean(cache.view(), kLine + 1);
    cache.arrive_some();
    const bool first = memory.bytes[0] == 1, second = memory.bytes[kLine] == 2;
    first_alone = first_alone || (first && !second);
    second_alone = second_alone || (second && !first);
  }
  EXPECT_TRUE(first_alone);
  EXPECT_TRUE(second_alone);
}

TEST(cpu_cache, what_smmus_wrote_is_seen_after_discard_only) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  memory.bytes[3 * kLine + 7] = 9;
  EXPECT_EQ(0xee, cache.view()[3 * kLine + 7]);
  cache.discard(cache.view() + 3 * kLine, 8);
  EXPECT_EQ(9, cache.view()[3 * kLine + 7]);
}

TEST(cpu_cache, ranges_outside_of_the_view_are_ignored) {
  Memory memory;
  CpuCache cache(memory.bytes.data(), kBytes, 1);
  std::uint8_t elsewhere[64] = {};
  cache.clean(elsewhere, sizeof elsewhere);
  cache.discard(elsewhere, sizeof elsewhere);
  cache.view()[kBytes - 1] = 1;
  cache.clean(cache.view() + kBytes - 1, 2);
  cache.publish();
  EXPECT_EQ(0xee, memory.bytes[kBytes - 1]) << "a range that leaves the view is no range of it";
}
