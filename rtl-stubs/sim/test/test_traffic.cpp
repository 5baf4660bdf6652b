// SPDX-License-Identifier: Apache-2.0
// What the wrapper promises of any block behind the pins: register accesses, client traffic of any shape, errors,
// fairness, sleep and reset. Runs on the stand-in and on the SMMUv3 (whose GBPA bypasses while SMMUEN is 0).
// Not here: what only one of the blocks can show (test_standin.cpp, test_observer.cpp).
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "bench.h"
#include "smmuv3_rtl/rtl.h"

namespace rtl_test {
smmu_tlm::SmmuConfig config_under_test() {
  smmu_tlm::SmmuConfig config;
  config.ids = smmu_rtl::default_ids();
  return config;
}
}  // namespace rtl_test

using rtl_test::bench;
using rtl_test::Client;
using rtl_test::kBase;

namespace {

std::vector<std::uint8_t> pattern(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> out(bytes);
  std::uint32_t x = seed * 2654435761u + 1;
  for (auto& byte : out) {
    x = x * 1664525u + 1013904223u;
    byte = static_cast<std::uint8_t>(x >> 24);
  }
  return out;
}

class Traffic : public testing::Test {
 protected:
  void SetUp() override {
    bench->smmu->cold_reset();
    bench->memory.log.clear();
    bench->memory.bad_bytes = 0;
    bench->memory.delay = bench->memory.wait_time = sc_core::SC_ZERO_TIME;
    std::fill(bench->memory.bytes.begin(), bench->memory.bytes.end(), std::uint8_t{0xee});
    bench->run({[] { bench->set_global_bypass(false); }});
  }
};

// One write and one read back; everything else in memory must keep its bytes.
void write_and_read(std::uint64_t iova, std::size_t bytes, unsigned seed) {
  SCOPED_TRACE("iova " + std::to_string(iova) + " bytes " + std::to_string(bytes));
  Client client;
  auto out = pattern(bytes, seed);
  const auto guard = bench->memory.bytes;  // before
  ASSERT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, iova, out.data(), bytes, client));
  const std::size_t at = iova - kBase;
  ASSERT_EQ(0, std::memcmp(bench->memory.bytes.data(), guard.data(), at));
  ASSERT_EQ(0, std::memcmp(bench->memory.bytes.data() + at, out.data(), bytes));
  ASSERT_EQ(0, std::memcmp(bench->memory.bytes.data() + at + bytes, guard.data() + at + bytes, guard.size() - at - bytes));
  std::vector<std::uint8_t> in(bytes, 0x55);
  ASSERT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, iova, in.data(), bytes, client));
  ASSERT_EQ(out, in);
}

}  // namespace

TEST_F(Traffic, identification_registers_read_as_configured) {
  const auto ids = smmu_rtl::default_ids();
  bench->run({[&] {
    for (unsigned n = 0; n < 6; ++n) EXPECT_EQ(ids.idr[n], bench->read(4 * n)) << "IDR" << n;
    EXPECT_EQ(ids.iidr, bench->read(0x18));
    EXPECT_EQ(ids.aidr, bench->read(0x1c));
  }});
}

// STRTAB_BASE: RA is bit 62, ADDR bits 51:6; all other bits are RES0, so the value uses only these.
TEST_F(Traffic, a_64_bit_register_is_the_sum_of_its_halves) {
  bench->run({[] {
    bench->write(0x80, 0x400f'edcb'a987'6540, 8);
    EXPECT_EQ(0x400f'edcb'a987'6540u, bench->read(0x80, 8));
    EXPECT_EQ(0xa987'6540u, bench->read(0x80));
    EXPECT_EQ(0x400f'edcbu, bench->read(0x84));
    bench->write(0x84, 0x0001'2345);
    EXPECT_EQ(0x0001'2345'a987'6540u, bench->read(0x80, 8));
    bench->write(0x80, 0x89ab'cdc0);
    EXPECT_EQ(0x0001'2345'89ab'cdc0u, bench->read(0x80, 8));
  }});
}

TEST_F(Traffic, odd_sizes_and_alignments_read_zero_and_write_nothing) {
  bench->run({[] {
    bench->write(0x80, 0x1240, 8);
    bench->write(0x80, 0xff, 1);
    bench->write(0x82, 0xffff, 2);
    bench->write(0x84, 0x8'0000'0007, 8);  // 64-bit at a multiple of 4 only
    EXPECT_EQ(0x1240u, bench->read(0x80, 8));
    EXPECT_EQ(0u, bench->read(0x80, 2));
    EXPECT_EQ(0u, bench->read(0x84, 8));
  }});
}

TEST_F(Traffic, every_register_access_advances_time_by_whole_cycles) {
  bench->run({[] {
    for (unsigned odd_ps : {0u, 1u, 999u, 1500u}) {
      rtl_test::Bench::let_pass(1'000'000 + odd_ps);
      const auto before = rtl_test::Bench::now_ps();
      bench->read(0x0);
      EXPECT_GT(rtl_test::Bench::now_ps(), before);
      EXPECT_EQ(0u, rtl_test::Bench::now_ps() % 1000);  // the clock period is 1000 ps
      EXPECT_LT(rtl_test::Bench::now_ps() - before, 20'000u);
    }
  }});
}

// Whenever an input comes, in a batch, between batches, or just when the block falls asleep, it is served.
TEST_F(Traffic, an_access_at_any_moment_is_served) {
  ASSERT_TRUE(bench->run({[] {
    for (unsigned cycles = 0; cycles < 1200; cycles += cycles == 80 ? 900 : 1) {
      bench->read(0x0);
      rtl_test::Bench::let_pass(1000 * cycles);
      const auto before = rtl_test::Bench::now_ps();
      bench->read(0x0);
      EXPECT_LE(rtl_test::Bench::now_ps() - before, 1000u * (16 + 10)) << cycles;  // a batch and the access itself
    }
  }}));
}

TEST_F(Traffic, all_alignments_and_lengths_move_exactly_their_bytes) {
  bench->run({[] {
    for (unsigned bytes = 1; bytes <= 300; bytes += bytes < 24 ? 1 : 7)
      for (unsigned offset = 0; offset < 8 && !testing::Test::HasFatalFailure(); ++offset)
        write_and_read(kBase + 0x10000 + offset, bytes, bytes * 8 + offset);
  }});
}

// A page boundary splits, and so does the 256-beat limit inside a page.
TEST_F(Traffic, long_accesses_cross_pages) {
  bench->run({[] {
    for (const auto& [offset, bytes] : std::vector<std::pair<unsigned, unsigned>>{
             {0, 4096}, {1, 4096}, {4095, 2}, {4090, 300}, {2047, 2050}, {0, 2048}, {7, 2048}, {3, 20000}})
      if (!testing::Test::HasFatalFailure()) write_and_read(kBase + 0x20000 + offset, bytes, bytes + offset);
  }});
}

TEST_F(Traffic, no_access_in_memory_crosses_a_page) {
  bench->run({[] {
    std::vector<std::uint8_t> data(20000);
    Client client;
    bench->access(true, kBase + 0x20ff3, data.data(), data.size(), client);
    std::uint64_t total = 0;
    for (const auto& entry : bench->memory.log) {
      EXPECT_FALSE(entry.classified);
      EXPECT_LE(entry.address % 4096 + entry.bytes, 4096u);
      total += entry.bytes;
    }
    EXPECT_EQ(data.size(), total);
  }});
}

TEST_F(Traffic, byte_enables_choose_bytes) {
  bench->run({[] {
    auto data = pattern(37, 9);
    Client client;
    // Enabled: the first of every three bytes.
    bench->access(true, kBase + 0x3005, data.data(), data.size(), client, {0xff, 0, 0});
    for (unsigned i = 0; i < data.size(); ++i)
      EXPECT_EQ(i % 3 == 0 ? data[i] : 0xee, *bench->memory.at(kBase + 0x3005 + i)) << i;
    std::vector<std::uint8_t> in(37, 0x11);
    bench->access(false, kBase + 0x3005, in.data(), in.size(), client, {0, 0xff});
    for (unsigned i = 0; i < in.size(); ++i)
      EXPECT_EQ(i % 2 == 0 ? 0x11 : (i % 3 == 0 ? data[i] : 0xee), in[i]) << i;
  }});
}

TEST_F(Traffic, callers_of_one_tbu_share_it) {
  std::vector<unsigned> order;
  std::vector<std::function<void()>> threads;
  for (unsigned n = 0; n < 4; ++n)
    threads.push_back([n, &order] {
      Client client;
      auto out = pattern(n == 0 ? 65536 : 1000, n);
      std::vector<std::uint8_t> in(out.size());
      const std::uint64_t at = kBase + 0x40000 + n * 0x20000 + n;
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, at, out.data(), out.size(), client));
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, at, in.data(), in.size(), client));
      EXPECT_EQ(out, in);
      order.push_back(n);
    });
  ASSERT_TRUE(bench->run(threads));
  ASSERT_EQ(4u, order.size());
}

TEST_F(Traffic, a_long_call_does_not_keep_short_ones_waiting) {
  for (const bool write : {true, false}) {
    std::vector<unsigned> order;
    std::vector<std::function<void()>> threads;
    for (unsigned n = 0; n < 4; ++n)
      threads.push_back([n, write, &order] {
        Client client;
        std::vector<std::uint8_t> data(n == 0 ? 65536 : 3000);
        EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(write, kBase + 0x20000 * n, data.data(), data.size(), client));
        order.push_back(n);
      });
    ASSERT_TRUE(bench->run(threads));
    ASSERT_EQ(4u, order.size());
    EXPECT_EQ(0u, order.back());
  }
}

TEST_F(Traffic, an_abort_of_the_smmu_is_an_address_error) {
  bench->run({[] {
    bench->set_global_bypass(true);
    bench->memory.log.clear();
    Client client;
    auto data = pattern(5000, 3);
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench->access(true, kBase + 0x5003, data.data(), data.size(), client));
    const auto before = data;
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench->access(false, kBase + 0x5003, data.data(), data.size(), client));
    EXPECT_EQ(before, data);  // an aborted read delivers nothing
    EXPECT_TRUE(bench->memory.log.empty());
    bench->set_global_bypass(false);
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, kBase + 0x5003, data.data(), data.size(), client));
  }});
}

TEST_F(Traffic, an_error_of_the_memory_is_a_generic_error) {
  bench->run({[] {
    bench->memory.bad_address = kBase + 0x7000;
    bench->memory.bad_bytes = 64;
    Client client;
    auto data = pattern(256, 4);
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench->access(true, kBase + 0x7010, data.data(), 8, client));
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench->access(false, kBase + 0x6fc0, data.data(), 256, client));
    // The piece before the failing page is performed.
    EXPECT_EQ(tlm::TLM_GENERIC_ERROR_RESPONSE, bench->access(true, kBase + 0x6ff0, data.data(), 64, client));
    EXPECT_EQ(0, std::memcmp(bench->memory.at(kBase + 0x6ff0), data.data(), 16));
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, kBase + 0x7040, data.data(), 8, client));
  }});
}

TEST_F(Traffic, delays_of_the_memory_cost_cycles) {
  std::uint64_t fast = 0, annotated = 0, waited = 0;
  bench->run({[&] {
    Client client;
    std::uint8_t data[8] = {};
    const auto time_of = [&] {
      rtl_test::Bench::let_pass(2'000'000);  // asleep, so that every access starts on the same foot
      const auto start = rtl_test::Bench::now_ps();
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, kBase, data, 8, client));
      return rtl_test::Bench::now_ps() - start;
    };
    fast = time_of();
    bench->memory.delay = sc_core::sc_time(100, sc_core::SC_NS);
    annotated = time_of();
    bench->memory.delay = sc_core::SC_ZERO_TIME;
    bench->memory.wait_time = sc_core::sc_time(100500, sc_core::SC_PS);  // not a multiple of the clock
    waited = time_of();
  }});
  EXPECT_EQ(fast + 100'000, annotated);
  EXPECT_EQ(fast + 101'000, waited);  // 100.5 ns, then the next clock edge
}

TEST_F(Traffic, an_idle_block_is_not_evaluated) {
  bench->run({[] { rtl_test::Bench::let_pass(5'000'000); }});
  EXPECT_TRUE(bench->smmu->idle());
  EXPECT_EQ("", bench->smmu->busy_report());
  const auto before = smmu_rtl::run_counters(*bench->smmu);
  bench->run({[] { rtl_test::Bench::let_pass(1'000'000'000); }});
  const auto after = smmu_rtl::run_counters(*bench->smmu);
  EXPECT_EQ(before.cycles_evaluated, after.cycles_evaluated);
  EXPECT_EQ(before.batches, after.batches);
  EXPECT_GT(before.sleeps, 0u);
  bench->run({[] { bench->read(0); }});
  EXPECT_GT(smmu_rtl::run_counters(*bench->smmu).cycles_evaluated, after.cycles_evaluated);
}

TEST_F(Traffic, a_reset_ends_parked_calls_with_an_abort_in_no_time) {
  bench->memory.delay = sc_core::sc_time(50, sc_core::SC_US);
  unsigned aborted = 0;
  std::uint64_t reset_at = 0;
  const auto client_thread = [&](bool write, unsigned n) {
    return [&aborted, &reset_at, write, n] {
      Client client;
      std::vector<std::uint8_t> data(256);
      EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench->access(write, kBase + 512 * n, data.data(), data.size(), client));
      EXPECT_EQ(reset_at, rtl_test::Bench::now_ps());
      ++aborted;
    };
  };
  ASSERT_TRUE(bench->run({client_thread(false, 0), client_thread(true, 1), client_thread(false, 2), [&] {
    rtl_test::Bench::let_pass(10'000'000);
    EXPECT_FALSE(bench->smmu->idle());
    EXPECT_NE("", bench->smmu->busy_report());
    reset_at = rtl_test::Bench::now_ps();
    bench->smmu->cold_reset();
  }}));
  EXPECT_EQ(3u, aborted);
  bench->memory.delay = sc_core::SC_ZERO_TIME;
  bench->run({[] {
    bench->set_global_bypass(false);
    write_and_read(kBase + 0x1003, 77, 5);
  }});
}

// A reset may hit every phase of a burst; the next one starts from nothing.
TEST_F(Traffic, a_reset_in_any_cycle_of_a_burst_leaves_no_trace) {
  for (unsigned cycles = 1; cycles < 90 && !HasFatalFailure(); ++cycles)
    for (const bool write : {true, false})
      ASSERT_TRUE(bench->run({[write] {
        Client client;
        std::vector<std::uint8_t> data(400);
        bench->access(write, kBase + 5, data.data(), data.size(), client);
      }, [cycles] {
        rtl_test::Bench::let_pass(1000 * cycles);
        bench->smmu->cold_reset();
        bench->set_global_bypass(false);
        write_and_read(kBase + 0x1003, 77, cycles);
      }}));
}

TEST_F(Traffic, a_reset_while_the_memory_waits_drops_its_answer) {
  bench->memory.wait_time = sc_core::sc_time(50, sc_core::SC_US);
  ASSERT_TRUE(bench->run({[] {
    Client client;
    std::uint8_t data[16] = {};
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, bench->access(false, kBase, data, sizeof data, client));
  }, [] {
    rtl_test::Bench::let_pass(10'000'000);
    bench->smmu->cold_reset();
  }}));
  bench->memory.wait_time = sc_core::SC_ZERO_TIME;
  bench->run({[] {
    bench->set_global_bypass(false);
    write_and_read(kBase + 0x1003, 77, 6);
  }});
}
