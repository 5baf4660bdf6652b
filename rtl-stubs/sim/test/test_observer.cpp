// SPDX-License-Identifier: Apache-2.0
// Statistics, trace and interrupts of the SMMUv3 on a hand-made stream: what is seen must be what was done.
// Not here: whether the block translates correctly in every case (rtl-stubs/test). Proof of observer.cpp.
//
// Memory: STEs at +0x0, command queue +0x1000, event queue +0x2000, CD +0x3000, tables of 4 KiB pages +0x4000 (level 1),
// +0x5000 (level 2), +0x6000 (level 3). T0SZ = 25 gives 39 bits, so a walk starts at level 1 and reads 3 descriptors.
// IOVA page 0x5000 (index 5 of level 3) maps to +0x10000; page 0x6000 is not mapped.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <vector>

#include "bench.h"
#include "smmuv3_arch.h"
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

constexpr std::uint64_t kCmdq = kBase + 0x1000, kEventq = kBase + 0x2000, kCd = kBase + 0x3000, kLevel1 = kBase + 0x4000,
                        kLevel2 = kBase + 0x5000, kLevel3 = kBase + 0x6000, kPage = kBase + 0x10000;
constexpr std::uint32_t kSid = 2;
constexpr std::uint64_t kTable = 3, kLeaf = 3 | 1u << 10 | 1u << 6;  // leaf: AF, AP[1] = unprivileged access

void store(std::uint64_t pa, std::uint64_t value) { std::memcpy(bench->memory.at(pa), &value, 8); }

void build_tables() {
  std::fill(bench->memory.bytes.begin(), bench->memory.bytes.end(), std::uint8_t{0});
  smmu_ste ste{};
  smmu_ste_set_V(&ste, 1);
  smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
  smmu_ste_set_S1ContextPtr(&ste, kCd);
  std::memcpy(bench->memory.at(kBase + 64 * kSid), &ste, sizeof ste);
  smmu_cd cd{};
  smmu_cd_set_V(&cd, 1);
  smmu_cd_set_AA64(&cd, 1);
  smmu_cd_set_T0SZ(&cd, 25);
  smmu_cd_set_EPD1(&cd, 1);
  smmu_cd_set_IPS(&cd, 5);
  smmu_cd_set_A(&cd, 1);
  smmu_cd_set_R(&cd, 1);
  smmu_cd_set_ASET(&cd, 1);
  smmu_cd_set_ASID(&cd, 7);
  smmu_cd_set_TTB0(&cd, kLevel1);
  std::memcpy(bench->memory.at(kCd), &cd, sizeof cd);
  store(kLevel1, kLevel2 | kTable);
  store(kLevel2, kLevel3 | kTable);
  store(kLevel3 + 8 * 5, kPage | kLeaf);
}

void wait_equal(std::uint32_t offset, std::uint32_t value) {
  while (bench->read(offset) != value) {
  }
}

void set_cr0(std::uint32_t value) {
  bench->write(SMMU_CR0, value);
  wait_equal(SMMU_CR0ACK, value);
}

std::uint32_t cmdq_prod = 0;

void command(std::uint64_t word0, std::uint64_t word1 = 0) {
  store(kCmdq + 16 * (cmdq_prod % 16), word0);
  store(kCmdq + 16 * (cmdq_prod % 16) + 8, word1);
  cmdq_prod = (cmdq_prod + 1) % 32;
  bench->write(SMMU_CMDQ_PROD, cmdq_prod);
  wait_equal(SMMU_CMDQ_CONS, cmdq_prod);
}

// CMD_SYNC with CS = SIG_IRQ, which is 1 in bits 13:12.
void sync_irq() { command(SMMU_CMD_SYNC | 1u << 12); }

void bring_up() {
  bench->write(SMMU_CR1, 0);
  bench->write(SMMU_CR2, 2);  // RECINVSID
  bench->write(SMMU_STRTAB_BASE, kBase, 8);
  bench->write(SMMU_STRTAB_BASE_CFG, 3);  // linear, 8 STEs
  bench->write(SMMU_CMDQ_BASE, kCmdq | 4, 8);
  bench->write(SMMU_CMDQ_PROD, 0);
  bench->write(SMMU_CMDQ_CONS, 0);
  cmdq_prod = 0;
  bench->write(SMMU_EVENTQ_BASE, kEventq | 4, 8);
  bench->write(SMMU_EVENTQ_PROD, 0);
  bench->write(SMMU_EVENTQ_CONS, 0);
  set_cr0(8);  // CMDQEN
  command(SMMU_CMD_CFGI_ALL, 31);
  command(SMMU_CMD_TLBI_NSNH_ALL);
  sync_irq();
  set_cr0(12);  // EVENTQEN
  bench->write(SMMU_IRQ_CTRL, 4);
  wait_equal(SMMU_IRQ_CTRLACK, 4);
  set_cr0(13);  // SMMUEN
}

std::vector<smmu_trace_record> records(std::uint16_t kind) {
  std::vector<smmu_trace_record> out;
  for (const auto& record : bench->trace)
    if (record.kind == kind) out.push_back(record);
  return out;
}

tlm::tlm_response_status dma(bool write, std::uint32_t sid, std::uint64_t iova, std::uint8_t* data, std::size_t bytes) {
  Client client;
  client.sid = sid;
  return bench->access(write, iova, data, bytes, client);
}

class Observed : public testing::Test {
 protected:
  void SetUp() override {
    bench->smmu->cold_reset();
    build_tables();
    bench->irqs.clear();
    bench->start_trace();
    ASSERT_TRUE(bench->run({bring_up}));
  }
};

}  // namespace

TEST_F(Observed, commands_are_counted_and_traced_with_their_words) {
  EXPECT_EQ(3u, bench->smmu->stats().commands);
  EXPECT_EQ(1u, bench->smmu->stats().syncs);
  const auto seen = records(SMMU_TRACE_COMMAND);
  ASSERT_EQ(3u, seen.size());
  EXPECT_EQ(0x04u, seen[0].data[0]);
  EXPECT_EQ(31u, seen[0].data[1]);
  EXPECT_EQ(0x30u, seen[1].data[0]);
  EXPECT_EQ(0x1046u, seen[2].data[0]);
  for (unsigned n = 0; n < 3; ++n) EXPECT_EQ(n, seen[n].addr);
  ASSERT_EQ(1u, bench->irqs.size());
  EXPECT_EQ(smmu_tlm::Irq::CmdSync, bench->irqs[0]);
}

TEST_F(Observed, a_miss_and_a_hit_are_told_apart) {
  bench->run({[] {
    std::uint8_t out[16] = "fifteen letters", in[16] = {};
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, dma(true, kSid, 0x5008, out, sizeof out));
    EXPECT_EQ(0, std::memcmp(bench->memory.at(kPage + 8), out, sizeof out));
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, dma(false, kSid, 0x5008, in, sizeof in));
    EXPECT_EQ(0, std::memcmp(in, out, sizeof out));
  }});
  const auto stats = bench->smmu->stats();
  EXPECT_EQ(2u, stats.transactions);
  EXPECT_EQ(2u, stats.translations);
  EXPECT_EQ(1u, stats.tlb_misses);
  EXPECT_EQ(1u, stats.tlb_hits);
  EXPECT_EQ(1u, stats.config_misses);
  EXPECT_EQ(3u, stats.table_walk_accesses);
  EXPECT_EQ(2u, stats.config_accesses);  // STE and CD
  EXPECT_EQ(0u, stats.aborts);
  EXPECT_EQ(0u, stats.events_recorded);
}

// Bytes 0x5ff8..0x7ff7 lie on three pages, so the whole is three pieces, whatever its number of beats: 1 of 8 bytes, 1 of
// 4 KiB and 1 of 4 KiB - 8. Done twice: three misses, then three hits.
TEST_F(Observed, a_4_kib_piece_is_one_transaction) {
  store(kLevel3 + 8 * 6, (kPage + 0x1000) | kLeaf);
  store(kLevel3 + 8 * 7, (kPage + 0x2000) | kLeaf);
  bench->memory.log.clear();
  bench->run({[] {
    std::vector<std::uint8_t> data(8192, 0x3c);
    for (const bool write : {true, false})
      EXPECT_EQ(tlm::TLM_OK_RESPONSE, dma(write, kSid, 0x5ff8, data.data(), data.size()));
  }});
  const auto stats = bench->smmu->stats();
  EXPECT_EQ(6u, stats.transactions);
  EXPECT_EQ(6u, stats.translations);
  EXPECT_EQ(3u, stats.tlb_misses);
  EXPECT_EQ(3u, stats.tlb_hits);
  unsigned client_accesses = 0;
  for (const auto& entry : bench->memory.log) client_accesses += !entry.classified;
  EXPECT_EQ(6u, client_accesses);
  const auto begins = records(SMMU_TRACE_TXN_BEGIN);
  ASSERT_EQ(6u, begins.size());
  EXPECT_EQ(0x6000u, begins[1].addr);
  EXPECT_EQ(8u, begins[0].size);
  EXPECT_EQ(255u, begins[1].size);  // 4096 does not fit; 255 stands for more
  const auto ends = records(SMMU_TRACE_TXN_END);
  ASSERT_EQ(6u, ends.size());
  for (unsigned n = 0; n < 6; ++n) {
    EXPECT_EQ(begins[n].data[3], ends[n].data[3]);
    EXPECT_EQ(begins[n].size, ends[n].size);
    EXPECT_NE(begins[n].data[3], begins[(n + 1) % 6].data[3]);
  }
}

TEST_F(Observed, fetches_carry_class_address_and_stream) {
  bench->run({[] {
    std::uint8_t data[8] = {};
    dma(true, kSid, 0x5008, data, sizeof data);
  }});
  const auto fetches = records(SMMU_TRACE_CONFIG_FETCH);
  ASSERT_EQ(2u, fetches.size());
  EXPECT_EQ(kBase + 64 * kSid, fetches[0].addr);
  EXPECT_EQ(static_cast<unsigned>(smmu_tlm::AccessClass::Ste), fetches[0].detail);
  // STE word 0: V, Config = 5 in bits 3:1, S1ContextPtr in place.
  EXPECT_EQ(kCd | 5u << 1 | 1u, fetches[0].data[0]);
  EXPECT_EQ(kCd, fetches[1].addr);
  EXPECT_EQ(static_cast<unsigned>(smmu_tlm::AccessClass::Cd), fetches[1].detail);
  const auto steps = records(SMMU_TRACE_WALK_STEP);
  ASSERT_EQ(3u, steps.size());
  const std::uint64_t addresses[] = {kLevel1, kLevel2, kLevel3 + 40};
  const std::uint64_t descriptors[] = {kLevel2 | 3, kLevel3 | 3, kPage | kLeaf};
  for (unsigned n = 0; n < 3; ++n) {
    EXPECT_EQ(addresses[n], steps[n].addr);
    EXPECT_EQ(descriptors[n], steps[n].data[0]);
    EXPECT_EQ(1u << 8 | (n + 1), steps[n].detail);
    EXPECT_EQ(0u, steps[n].data[1]);
    EXPECT_EQ(kSid, steps[n].sid);
  }
  const auto fills = records(SMMU_TRACE_TLB_FILL);
  ASSERT_EQ(1u, fills.size());
  EXPECT_EQ(0x5000u, fills[0].addr & ~0xfffull);
  EXPECT_EQ(kPage, fills[0].data[0] & ~0xfffull);
  EXPECT_EQ(7u, fills[0].data[1]);  // ASID 7, VMID 0
  EXPECT_EQ(12u, fills[0].size);
  const auto ends = records(SMMU_TRACE_TXN_END);
  ASSERT_EQ(1u, ends.size());
  ASSERT_EQ(1u, records(SMMU_TRACE_TXN_BEGIN).size());
  EXPECT_EQ(0x5008u, ends[0].addr);
  EXPECT_EQ(kPage + 8, ends[0].data[0]);
  EXPECT_EQ(SMMU_TRACE_TXN_OK, ends[0].detail);
  EXPECT_EQ(SMMU_TRACE_FLAG_WRITE, ends[0].flags);
}

TEST_F(Observed, a_fault_is_an_abort_an_event_and_an_interrupt) {
  bench->run({[] {
    std::uint8_t data[8] = {};
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, dma(false, kSid, 0x6010, data, sizeof data));
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, dma(true, 9, 0x5000, data, sizeof data));
    wait_equal(SMMU_EVENTQ_PROD, 2);
    rtl_test::Bench::let_pass(1'000'000);
  }});
  EXPECT_EQ(2u, bench->smmu->stats().aborts);
  EXPECT_EQ(2u, bench->smmu->stats().events_recorded);
  const auto events = records(SMMU_TRACE_EVENT);
  ASSERT_EQ(2u, events.size());
  for (unsigned n = 0; n < 2; ++n) {  // the record in the trace is the record in memory
    EXPECT_EQ(n, events[n].addr);
    EXPECT_EQ(0, std::memcmp(events[n].data, bench->memory.at(kEventq + 32 * n), 32));
  }
  EXPECT_EQ(0x10u, events[0].data[0] & 0xff);       // F_TRANSLATION
  EXPECT_EQ(kSid, events[0].data[0] >> 32);
  EXPECT_EQ(0x6010u, events[0].data[2]);            // InputAddr
  EXPECT_EQ(0x02u, events[1].data[0] & 0xff);       // C_BAD_STREAMID
  EXPECT_EQ(9u, events[1].data[0] >> 32);
  // The queue became non-empty once; bring_up brought the interrupt of its CMD_SYNC.
  ASSERT_EQ(2u, bench->irqs.size());
  EXPECT_EQ(smmu_tlm::Irq::Eventq, bench->irqs[1]);
}

// One access is ended by CMD_RESUME, the other translated again in whatever slot is free: each end names its own begin.
TEST_F(Observed, the_end_of_a_stalled_access_is_told_with_its_begin) {
  smmu_cd cd{};
  std::memcpy(&cd, bench->memory.at(kCd), sizeof cd);
  smmu_cd_set_S(&cd, 1);
  std::memcpy(bench->memory.at(kCd), &cd, sizeof cd);
  const auto reads = [](std::uint64_t iova, tlm::tlm_response_status status) {
    return [iova, status] {
      std::uint8_t data[8] = {};
      EXPECT_EQ(status, dma(false, kSid, iova, data, sizeof data));
    };
  };
  const auto answers = [] {
    wait_equal(SMMU_EVENTQ_PROD, 2);
    store(kLevel3 + 8 * 7, kPage | kLeaf);
    for (unsigned n = 0; n < 2; ++n) {
      std::uint64_t words[3];
      std::memcpy(words, bench->memory.at(kEventq + 32 * n), sizeof words);
      const std::uint64_t how = words[2] == 0x7020 ? 1u << 12 : 1u << 13;  // retry, abort
      command(SMMU_CMD_RESUME | how | std::uint64_t{kSid} << 32, words[1] & 0xffff);
    }
  };
  ASSERT_TRUE(bench->run({reads(0x6010, tlm::TLM_ADDRESS_ERROR_RESPONSE), reads(0x7020, tlm::TLM_OK_RESPONSE), answers}));
  const auto begins = records(SMMU_TRACE_TXN_BEGIN), ends = records(SMMU_TRACE_TXN_END);
  ASSERT_EQ(2u, begins.size());
  ASSERT_EQ(2u, ends.size());
  for (const auto& end : ends) {
    const auto& begin = begins[begins[0].data[3] == end.data[3] ? 0 : 1];
    EXPECT_EQ(begin.data[3], end.data[3]);
    EXPECT_EQ(begin.addr, end.addr);
    EXPECT_EQ(8u, end.size);
    EXPECT_EQ(kSid, end.sid);
    EXPECT_EQ(end.addr == 0x7020 ? SMMU_TRACE_TXN_OK : SMMU_TRACE_TXN_ABORTED, end.detail);
  }
  EXPECT_EQ(1u, bench->smmu->stats().aborts);
}

// Two stalled pages of data fill the park and hold the port. A translated write behind them does not keep CMD_SYNC waiting: it begins
// anew, and both of its beginnings have their end. It is one transaction all the same, for PMCG event 1 too.
TEST_F(Observed, a_recalled_access_begins_and_ends_twice) {
  constexpr std::uint32_t pmcg = 0x20000;
  smmu_cd cd{};
  std::memcpy(&cd, bench->memory.at(kCd), sizeof cd);
  smmu_cd_set_S(&cd, 1);
  std::memcpy(bench->memory.at(kCd), &cd, sizeof cd);
  const auto stalls = [](std::uint64_t iova) {
    return [iova] {
      std::vector<std::uint8_t> data(4096);
      EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, dma(true, kSid, iova, data.data(), data.size()));
    };
  };
  const auto behind = [] {
    wait_equal(SMMU_EVENTQ_PROD, 2);
    std::uint8_t data[8] = {};
    EXPECT_EQ(tlm::TLM_OK_RESPONSE, dma(true, kSid, 0x5010, data, sizeof data));
  };
  static std::uint32_t counted;
  const auto counts = [] {
    bench->write(pmcg + SMMU_PMCG_EVTYPER0, SMMU_PMCG_EVTYPER0_FILTER_SID_SPAN_MASK | 1);
    bench->write(pmcg + SMMU_PMCG_SMR0, ~0u);
    bench->write(pmcg + SMMU_PMCG_CNTENSET0, 1);
    bench->write(pmcg + SMMU_PMCG_CR, SMMU_PMCG_CR_E_MASK);
  };
  const auto answers = [] {
    wait_equal(SMMU_EVENTQ_PROD, 2);
    sc_core::wait(10, sc_core::SC_US);
    command(SMMU_CMD_TLBI_NSNH_ALL, 0);
    sync_irq();
    EXPECT_EQ(1, std::count_if(bench->trace.begin(), bench->trace.end(), [](const auto& r) { return r.kind == SMMU_TRACE_TXN_END; }));
    for (unsigned n = 0; n < 2; ++n) {
      std::uint64_t words[2];
      std::memcpy(words, bench->memory.at(kEventq + 32 * n), sizeof words);
      command(SMMU_CMD_RESUME | 1u << 13 | std::uint64_t{kSid} << 32, words[1] & 0xffff);
    }
    counted = bench->read(pmcg + 0x10000);  // its counters are in the page behind
  };
  ASSERT_TRUE(bench->run({counts}));
  ASSERT_TRUE(bench->run({stalls(0x6000), stalls(0x7000), behind, answers}));
  EXPECT_EQ(3u, counted);
  EXPECT_EQ(3u, bench->smmu->stats().transactions);
  for (const auto& begin : records(SMMU_TRACE_TXN_BEGIN)) {
    const auto before = std::count_if(bench->trace.begin(), bench->trace.end(), [&](const auto& r) {
      return r.kind == SMMU_TRACE_TXN_BEGIN && r.addr == begin.addr && r.data[3] < begin.data[3];
    });
    EXPECT_EQ(begin.addr == 0x5010 ? static_cast<std::uint64_t>(before) : 0u, begin.data[1]) << "the second beginning is no new transaction";
  }
  std::map<std::uint64_t, smmu_trace_record> begins;
  for (const auto& begin : records(SMMU_TRACE_TXN_BEGIN)) begins[begin.data[3]] = begin;
  const auto ends = records(SMMU_TRACE_TXN_END);
  ASSERT_EQ(4u, begins.size());
  ASSERT_EQ(4u, ends.size());
  unsigned twice = 0;
  for (const auto& end : ends) {
    ASSERT_EQ(1u, begins.count(end.data[3]));
    EXPECT_EQ(begins[end.data[3]].addr, end.addr);
    EXPECT_EQ(begins[end.data[3]].size, end.size);
    EXPECT_EQ(end.addr == 0x5010 ? 8u : 255u, end.size);
    EXPECT_EQ(end.addr == 0x5010 ? SMMU_TRACE_TXN_OK : SMMU_TRACE_TXN_ABORTED, end.detail);
    twice += end.addr == 0x5010;
    begins.erase(end.data[3]);
  }
  EXPECT_EQ(2u, twice);
}

TEST_F(Observed, an_invalidation_names_its_command_and_its_victims) {
  bench->run({[] {
    std::uint8_t data[8] = {};
    dma(true, kSid, 0x5000, data, sizeof data);
    // TLBI_NH_VA: ASID in bits 63:48 of word 0, Address in place in word 1.
    command(SMMU_CMD_TLBI_NH_VA | 7ull << 48, 0x5000);
    sync_irq();
    dma(true, kSid, 0x5000, data, sizeof data);
  }});
  const auto seen = records(SMMU_TRACE_TLB_INVALIDATE);
  ASSERT_EQ(2u, seen.size());  // TLBI_NSNH_ALL of bring_up came first
  EXPECT_EQ(0x30u, seen[0].data[0]);
  EXPECT_EQ(0x0007'0000'0000'0012u, seen[1].data[0]);
  EXPECT_EQ(0x5000u, seen[1].data[1]);
  EXPECT_EQ(1u, seen[1].addr);
  EXPECT_EQ(2u, bench->smmu->stats().tlb_misses);
}

TEST_F(Observed, an_external_abort_of_a_walk_is_traced) {
  bench->memory.bad_address = kLevel2;
  bench->memory.bad_bytes = 8;
  bench->run({[] {
    std::uint8_t data[8] = {};
    EXPECT_EQ(tlm::TLM_ADDRESS_ERROR_RESPONSE, dma(true, kSid, 0x5000, data, sizeof data));
    wait_equal(SMMU_EVENTQ_PROD, 1);
  }});
  bench->memory.bad_bytes = 0;
  const auto steps = records(SMMU_TRACE_WALK_STEP);
  ASSERT_EQ(2u, steps.size());
  EXPECT_EQ(1u, steps[1].data[1]);
  const auto events = records(SMMU_TRACE_EVENT);
  ASSERT_EQ(1u, events.size());
  EXPECT_EQ(0x0bu, events[0].data[0] & 0xff);  // F_WALK_EABT
}

TEST_F(Observed, the_trace_is_in_the_order_of_time) {
  bench->run({[] {
    std::vector<std::uint8_t> data(3000);
    dma(true, kSid, 0x5000, data.data(), data.size());
  }});
  for (std::size_t n = 1; n < bench->trace.size(); ++n) EXPECT_GE(bench->trace[n].time_ps, bench->trace[n - 1].time_ps);
}

TEST_F(Observed, a_reset_clears_statistics) {
  bench->smmu->cold_reset();
  EXPECT_EQ(0u, bench->smmu->stats().commands);
}
