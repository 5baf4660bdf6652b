// SPDX-License-Identifier: Apache-2.0
// What needs a block with simple, known behaviour: attributes on the pins, RAZ/WI, several TBUs, the walk-and-queue
// master with its access classes, interrupts and the trace of them. Registers: standin/standin_top.sv.
// Not here: what holds for any block (test_traffic.cpp).
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "bench.h"
#include "smmuv3_rtl/rtl.h"

namespace rtl_test {
smmu_tlm::SmmuConfig config_under_test() {
  smmu_tlm::SmmuConfig config;
  config.ids = smmu_rtl::default_ids();
  config.tbu_count = 2;
  config.params["batch_cycles"] = 64;
  config.params["mem_latency_cycles"] = 10;
  return config;
}
}  // namespace rtl_test

using rtl_test::bench;
using rtl_test::Client;
using rtl_test::kBase;

namespace {

constexpr unsigned kCopySource = 0x100, kCopyDestination = 0x108, kCopyControl = 0x110, kLastSid = 0x200, kLastSsid = 0x208;

class Standin : public testing::Test {
 protected:
  void SetUp() override {
    bench->smmu->cold_reset();
    bench->memory.log.clear();
    bench->memory.bad_bytes = 0;
    bench->irqs.clear();
  }
};

std::uint64_t copy(std::uint64_t source, std::uint64_t destination, unsigned words) {
  bench->write(kCopySource, source, 8);
  bench->write(kCopyDestination, destination, 8);
  bench->write(kCopyControl, words - 1);
  std::uint64_t control = 1;
  while ((control & 1) != 0) control = bench->read(kCopyControl);
  return control;
}

}  // namespace

// 0x208: SSV at bit 32, AxPROT at 26:24 (0 privileged, 1 non-secure, 2 instruction), SubstreamID at 19:0.
TEST_F(Standin, attributes_of_a_client_reach_the_pins) {
  bench->run({[] {
    std::uint8_t data[8] = {};
    Client client;
    client.sid = 0x1234;
    client.ssid = 0xabcde;
    client.ssid_valid = client.privileged = true;
    bench->access(true, kBase, data, 8, client);
    EXPECT_EQ(0x1234u, bench->read(kLastSid, 8));
    EXPECT_EQ(0x1'030a'bcdeu, bench->read(kLastSsid, 8));
    client.sid = 0xffff'fff0;
    client.ssid_valid = client.privileged = false;
    client.instruction = true;
    bench->access(false, kBase, data, 8, client);
    EXPECT_EQ(0xffff'fff0u, bench->read(kLastSid, 8));
    EXPECT_EQ(0x0'0600'0000u, bench->read(kLastSsid, 8));  // without SSV no SubstreamID leaves the wrapper
  }});
}

TEST_F(Standin, raz_wi_is_a_good_answer_with_a_mark) {
  bench->run({[] {
    std::uint8_t data[100];
    std::memset(data, 0x77, sizeof data);
    Client client;
    client.sid = 0xBAD;
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, kBase + 3, data, sizeof data, client));
    EXPECT_TRUE(client.raz_wi);
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, kBase + 3, data, sizeof data, client));
    EXPECT_TRUE(client.raz_wi);
    for (const std::uint8_t byte : data) EXPECT_EQ(0, byte);
    EXPECT_TRUE(bench->memory.log.empty());
    client.sid = 0;
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, kBase + 3, data, sizeof data, client));
    EXPECT_FALSE(client.raz_wi);
  }});
}

TEST_F(Standin, two_tbus_work_at_once) {
  std::uint64_t alone = 0, together = 0;
  const auto traffic = [](unsigned tbu) {
    Client client;
    client.tbu = tbu;
    std::vector<std::uint8_t> out(8000, static_cast<std::uint8_t>(tbu + 1)), in(8000);
    const std::uint64_t at = kBase + 0x10001 * (tbu + 1);
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, at, out.data(), out.size(), client));
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(false, at, in.data(), in.size(), client));
    EXPECT_EQ(out, in);
  };
  const auto timed = [](std::uint64_t& took, std::vector<std::function<void()>> threads) {
    const auto start = rtl_test::Bench::now_ps();
    ASSERT_TRUE(bench->run(std::move(threads)));
    took = rtl_test::Bench::now_ps() - start;
  };
  timed(alone, {[&] { traffic(0); }});
  timed(together, {[&] { traffic(0); }, [&] { traffic(1); }});
  EXPECT_LT(together, alone + alone / 2);
}

// The copy engine claims to be an STE fetch and an event queue write.
TEST_F(Standin, the_walk_port_moves_bursts_with_their_access_class) {
  for (unsigned i = 0; i < 128; ++i) *bench->memory.at(kBase + 0x100 + i) = static_cast<std::uint8_t>(i * 3);
  bench->run({[] { EXPECT_EQ(0u, copy(kBase + 0x100, kBase + 0x800, 16)); }});
  EXPECT_EQ(0, std::memcmp(bench->memory.at(kBase + 0x100), bench->memory.at(kBase + 0x800), 128));
  ASSERT_EQ(2u, bench->memory.log.size());
  const auto& read = bench->memory.log[0];
  EXPECT_TRUE(read.classified);
  EXPECT_EQ(smmu_tlm::AccessClass::Ste, read.access_class);
  EXPECT_EQ(kBase + 0x100, read.address);
  EXPECT_EQ(128u, read.bytes);
  const auto& write = bench->memory.log[1];
  EXPECT_EQ(smmu_tlm::AccessClass::EventqWrite, write.access_class);
  EXPECT_TRUE(write.write);
  // Latency 10, then 16 read beats, the address and 16 write beats, one cycle of 1000 ps each, whatever the batch.
  EXPECT_EQ(read.time_ps + 43'000, write.time_ps);
}

TEST_F(Standin, an_error_on_the_walk_port_reaches_the_block) {
  bench->memory.bad_address = kBase + 0x140;
  bench->memory.bad_bytes = 1;
  bench->run({[] {
    EXPECT_EQ(2u, copy(kBase + 0x100, kBase + 0x800, 16));
    EXPECT_EQ(2u, copy(kBase + 0x800, kBase + 0x100, 16));
    EXPECT_EQ(0u, copy(kBase + 0x100, kBase + 0x800, 8));
  }});
}

TEST_F(Standin, an_interrupt_is_raised_once_after_what_caused_it) {
  bench->start_trace();
  bench->run({[] {
    copy(kBase, kBase + 0x800, 1);
    rtl_test::Bench::let_pass(100'000);
  }});
  bench->smmu->set_trace_sink(nullptr);
  ASSERT_EQ(1u, bench->irqs.size());
  EXPECT_EQ(smmu_tlm::Irq::CmdSync, bench->irqs[0]);
  unsigned interrupts = 0, writes = 0;
  std::uint64_t last_ps = 0;
  for (const auto& record : bench->trace) {
    EXPECT_GE(record.time_ps, last_ps);  // the trace is in the order of time
    last_ps = record.time_ps;
    writes += record.kind == SMMU_TRACE_MMIO_WRITE;
    if (record.kind != SMMU_TRACE_IRQ) continue;
    ++interrupts;
    EXPECT_EQ(3u, record.detail);  // CMD_SYNC
    EXPECT_GT(record.time_ps, bench->memory.log.back().time_ps);
  }
  EXPECT_EQ(1u, interrupts);
  EXPECT_EQ(3u, writes);
}

TEST_F(Standin, a_register_can_be_polled_while_the_block_works) {
  bench->memory.delay = sc_core::sc_time(20, sc_core::SC_US);
  unsigned polls = 0;
  bench->run({[&] {
    bench->write(kCopySource, kBase, 8);
    bench->write(kCopyDestination, kBase + 0x800, 8);
    bench->write(kCopyControl, 0);
    while ((bench->read(kCopyControl) & 1) != 0) ++polls;
  }});
  bench->memory.delay = sc_core::SC_ZERO_TIME;
  EXPECT_GT(polls, 100u);  // 40 us at no more than a batch of 64 cycles and a few cycles each
}

TEST_F(Standin, a_killed_caller_leaves_the_port_usable_and_its_buffer_alone) {
  static std::vector<std::uint8_t> buffer;
  buffer.assign(30000, 0x5a);
  std::memset(bench->memory.at(kBase), 0xc3, buffer.size());
  bench->run({[] {
    auto victim = sc_core::sc_spawn([] {
      Client client;
      bench->access(false, kBase, buffer.data(), buffer.size(), client);
      ADD_FAILURE() << "the killed thread went on";
    });
    rtl_test::Bench::let_pass(500'000);  // in the second of 15 bursts
    victim.kill();
    const auto left = buffer;
    Client client;
    std::uint8_t data[9] = {};
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, bench->access(true, kBase + 1, data, sizeof data, client));
    rtl_test::Bench::let_pass(5'000'000);
    EXPECT_TRUE(bench->smmu->idle()) << bench->smmu->busy_report();
    EXPECT_EQ(left, buffer);
    EXPECT_EQ(0xc3, buffer[0]);
    EXPECT_EQ(0x5a, buffer.back());
    EXPECT_EQ(3u, bench->memory.log.size());  // two bursts of the victim and the write
  }});
}
