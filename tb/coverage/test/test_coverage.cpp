// SPDX-License-Identifier: Apache-2.0
// Each kind of record gives the point that its fields say. Records are put together by hand from the layouts of the architecture.
#include <gtest/gtest.h>

#include <map>

#include "coverage/coverage_sink.h"

namespace {

using namespace tandem;

constexpr std::uint64_t kSte = 0x80000040;

class Coverage : public testing::Test {
 protected:
  static std::uint64_t read64(const void* memory, std::uint64_t pa) {
    const auto& words = *static_cast<const std::map<std::uint64_t, std::uint64_t>*>(memory);
    const auto found = words.find(pa);
    return found == words.end() ? 0 : found->second;
  }

  smmu_trace_record make(smmu_trace_kind kind, std::uint32_t sid = 5) {
    smmu_trace_record r{};
    r.kind = static_cast<std::uint16_t>(kind);
    r.source = 1;
    r.sid = sid;
    return r;
  }
  void give(const smmu_trace_record& r) { sink_.record(r); }

  // STE word 0: V in bit 0, Config in 3:1, S1Fmt in 5:4, S1CDMax in 63:59.
  void ste(std::uint64_t word0, std::uint32_t sid = 5) {
    smmu_trace_record r = make(SMMU_TRACE_CONFIG_FETCH, sid);
    r.detail = 2;
    r.addr = kSte;
    r.data[0] = word0;
    give(r);
  }
  // CD word 0: TG0 in 7:6, TG1 in 23:22.
  void cd(std::uint64_t word0, std::uint32_t ssid = 0) {
    smmu_trace_record r = make(SMMU_TRACE_CONFIG_FETCH);
    r.detail = 4;
    r.ssid = ssid;
    r.flags = ssid != 0 ? SMMU_TRACE_FLAG_SSV : 0;
    r.data[0] = word0;
    give(r);
  }
  void step(unsigned stage, unsigned level) {
    smmu_trace_record r = make(SMMU_TRACE_WALK_STEP);
    r.detail = static_cast<std::uint16_t>(stage << 8 | level);
    give(r);
  }
  void fill(std::uint64_t iova, std::uint32_t ssid = 0) {
    smmu_trace_record r = make(SMMU_TRACE_TLB_FILL);
    r.addr = iova;
    r.ssid = ssid;
    r.flags = ssid != 0 ? SMMU_TRACE_FLAG_SSV : 0;
    give(r);
  }
  // Word 0: number in 7:0, SSV in bit 11, SubstreamID in 31:12, StreamID in 63:32. Word 1: Stall in bit 31, S2 in bit 39. Word 2: InputAddr.
  void event(std::uint64_t number, bool stage2 = false, bool stall = false) {
    smmu_trace_record r = make(SMMU_TRACE_EVENT, 0);  // an SMMU may leave the stream to the words
    r.data[0] = number | 5ull << 32;
    r.data[1] = static_cast<std::uint64_t>(stage2) << 39 | static_cast<std::uint64_t>(stall) << 31;
    r.data[2] = 0x1000;
    give(r);
  }
  void end(unsigned result, unsigned flags = 0) {
    smmu_trace_record r = make(SMMU_TRACE_TXN_END);
    r.detail = static_cast<std::uint16_t>(result);
    r.flags = static_cast<std::uint8_t>(flags);
    give(r);
  }
  void reg(smmu_trace_kind kind, std::uint64_t offset, std::uint64_t value, std::uint16_t source = 1) {
    smmu_trace_record r = make(kind);
    r.source = source;
    r.addr = offset;
    r.data[0] = value;
    r.size = 4;
    give(r);
  }
  std::uint64_t count(const std::string& point) {
    const CoveragePoints points = sink_.points();
    const auto found = points.find(point);
    return found == points.end() ? 0 : found->second;
  }

  std::map<std::uint64_t, std::uint64_t> memory_;
  CoverageSink sink_{&Coverage::read64, &memory_};
};

// Config 0b101 is stage 1. TG0: 0 is 4 KiB, 1 is 64 KiB, 2 is 16 KiB; TG1: 1 is 16 KiB, 2 is 4 KiB, 3 is 64 KiB.
TEST_F(Coverage, AWalkSaysConfigStageGranuleAndLeaf) {
  ste(1 | 5 << 1);
  cd(2u << 6 | 3u << 22);
  for (unsigned level = 0; level < 3; ++level) step(1, level);
  fill(0x1000);
  EXPECT_EQ(1u, count("walk/s1/stage1/16k/L2/ok"));
  step(1, 3);
  fill(std::uint64_t{1} << 55);  // the high half has a granule of its own
  EXPECT_EQ(1u, count("walk/s1/stage1/64k/L3/ok"));
  EXPECT_EQ(1u, count("ste/s1"));
}

TEST_F(Coverage, EachSubstreamHasAGranuleOfItsOwn) {
  ste(1 | 5 << 1 | 4ull << 59 | 2u << 4);
  cd(0, 7);
  cd(1u << 6, 8);
  step(1, 3);
  fill(0, 7);
  step(1, 2);
  fill(0, 8);
  EXPECT_EQ(1u, count("walk/s1/stage1/4k/L3/ok"));
  EXPECT_EQ(1u, count("walk/s1/stage1/64k/L2/ok"));
  EXPECT_EQ(1u, count("cd_table/2level_64k"));
}

// Config 0b111 is nested; S2TG is in bits 47:46 of word 2, 2 is 16 KiB.
TEST_F(Coverage, ANestedWalkCountsBothStages) {
  memory_[kSte + 16] = 2ull << 46;
  ste(1 | 7 << 1);
  cd(0);
  step(2, 3);
  step(1, 2);
  step(2, 1);
  fill(0);
  EXPECT_EQ(1u, count("walk/nested/stage1/4k/L2/ok"));
  EXPECT_EQ(1u, count("walk/nested/stage2/16k/L1/ok"));
  EXPECT_EQ(0u, count("walk/nested/stage2/16k/L3/ok"));  // that was the way to a table of stage 1
}

TEST_F(Coverage, AFaultHasItsStageAndTheLevelWhereTheWalkEnded) {
  memory_[kSte + 16] = 1ull << 46;
  ste(1 | 6 << 1);
  step(2, 1);
  step(2, 2);
  event(0x10, true);
  EXPECT_EQ(1u, count("walk/s2/stage2/64k/L2/F_TRANSLATION"));
  EXPECT_EQ(1u, count("event/F_TRANSLATION"));
  event(0x13, true, true);  // found in the TLB: no step belongs to it
  EXPECT_EQ(1u, count("walk/s2/stage2/64k/no_walk/F_PERMISSION"));
  EXPECT_EQ(1u, count("stall/F_PERMISSION"));
  EXPECT_EQ(0u, count("stall/F_TRANSLATION"));
}

// The record of a fault may come after the end of its transaction, but the steps of the next walk are not its own.
TEST_F(Coverage, TheNextTransactionStartsAfresh) {
  ste(1 | 5 << 1);
  cd(0);
  step(1, 1);
  end(SMMU_TRACE_TXN_ABORTED);
  event(0x10);
  EXPECT_EQ(1u, count("walk/s1/stage1/4k/L1/F_TRANSLATION"));
  step(1, 2);
  end(SMMU_TRACE_TXN_ABORTED);
  step(1, 3);
  fill(0);
  EXPECT_EQ(1u, count("walk/s1/stage1/4k/L3/ok"));
}

// A transaction that ends without a record leaves no stage behind for the next one, which needs no walk of stage 2.
TEST_F(Coverage, AStageIsWalkedByItsOwnTransactionOnly) {
  ste(1 | 7 << 1);
  cd(0);
  step(2, 3);
  end(SMMU_TRACE_TXN_ABORTED);
  step(1, 3);
  fill(0);
  EXPECT_EQ(1u, count("walk/nested/stage1/4k/L3/ok"));
  EXPECT_EQ(0u, count("walk/nested/stage2/4k/L3/ok"));
}

TEST_F(Coverage, EntriesByTheirKind) {
  ste(0);
  ste(1 | 4 << 1, 6);
  ste(1 | 0 << 1, 7);
  ste(1 | 5 << 1 | 3ull << 59, 8);
  smmu_trace_record aborted = make(SMMU_TRACE_CONFIG_FETCH);
  aborted.detail = 2;
  aborted.data[0] = 1 | 6 << 1;
  aborted.data[1] = 1;
  give(aborted);
  EXPECT_EQ(1u, count("ste/invalid"));
  EXPECT_EQ(1u, count("ste/bypass"));
  EXPECT_EQ(1u, count("ste/abort"));
  EXPECT_EQ(0u, count("ste/s2"));
  EXPECT_EQ(1u, count("cd_table/linear"));
}

TEST_F(Coverage, AccessesByWhatTheirStreamDoes) {
  end(SMMU_TRACE_TXN_OK);  // CR0.SMMUEN is 0
  reg(SMMU_TRACE_MMIO_WRITE, 0x20, 1);
  end(SMMU_TRACE_TXN_ABORTED);
  ste(1 | 4 << 1);
  end(SMMU_TRACE_TXN_OK, SMMU_TRACE_FLAG_WRITE | SMMU_TRACE_FLAG_PRIVILEGED | SMMU_TRACE_FLAG_SSV);
  give(make(SMMU_TRACE_TLB_HIT));
  EXPECT_EQ(1u, count("access/disabled/ok"));
  EXPECT_EQ(1u, count("access/no_ste/abort"));
  EXPECT_EQ(1u, count("access/bypass/ok"));
  EXPECT_EQ(1u, count("transaction/write/privileged/substream/ok"));
  EXPECT_EQ(1u, count("transaction/read/user/stream/abort"));
  EXPECT_EQ(1u, count("tlb_hit/bypass"));
}

// What a transaction met of the caches: the furthest it had to go counts, and nothing of it is left for the next one.
TEST_F(Coverage, AnAccessIsCrossedWithWhatItMetOfTheCaches) {
  reg(SMMU_TRACE_MMIO_WRITE, 0x20, 1);
  ste(1 | 5 << 1);
  cd(0);
  step(1, 3);
  end(SMMU_TRACE_TXN_OK);
  EXPECT_EQ(1u, count("met/s1/read/fetch/ok"));
  step(1, 3);
  give(make(SMMU_TRACE_TLB_HIT));
  end(SMMU_TRACE_TXN_ABORTED, SMMU_TRACE_FLAG_WRITE);
  EXPECT_EQ(1u, count("met/s1/write/walk/abort"));
  give(make(SMMU_TRACE_TLB_HIT));
  end(SMMU_TRACE_TXN_OK, SMMU_TRACE_FLAG_INSTRUCTION);
  EXPECT_EQ(1u, count("met/s1/fetch/tlb/ok"));
  end(SMMU_TRACE_TXN_OK);
  EXPECT_EQ(1u, count("met/s1/read/nothing/ok"));
}

// The last command that invalidates, and the first access of each stream behind it; other commands change nothing.
TEST_F(Coverage, AnAccessIsCrossedWithTheLastInvalidation) {
  reg(SMMU_TRACE_MMIO_WRITE, 0x20, 1);
  ste(1 | 5 << 1);
  ste(1 | 4 << 1, 6);
  end(SMMU_TRACE_TXN_OK);  // nothing was invalidated yet
  smmu_trace_record r = make(SMMU_TRACE_COMMAND);
  for (const unsigned opcode : {0x03u, 0x12u, 0x46u}) {
    r.data[0] = opcode;
    give(r);
  }
  end(SMMU_TRACE_TXN_ABORTED);
  end(SMMU_TRACE_TXN_OK);  // the second one behind it
  smmu_trace_record other = make(SMMU_TRACE_TXN_END, 6);
  other.detail = SMMU_TRACE_TXN_OK;
  give(other);
  EXPECT_EQ(1u, count("after/TLBI_NH_VA/s1/abort"));
  EXPECT_EQ(0u, count("after/TLBI_NH_VA/s1/ok"));
  EXPECT_EQ(1u, count("after/TLBI_NH_VA/bypass/ok"));
  EXPECT_EQ(0u, count("after/CFGI_STE/s1/abort"));
}

TEST_F(Coverage, CommandsErrorsAndInvalidations) {
  smmu_trace_record r = make(SMMU_TRACE_COMMAND);
  r.data[0] = 0x46;
  give(r);
  give(r);
  r.kind = SMMU_TRACE_TLB_INVALIDATE;
  r.data[0] = 0x12;
  give(r);  // nothing was dropped
  r.addr = 3;
  give(r);
  r.kind = SMMU_TRACE_CMDQ_ERROR;
  r.data[0] = 2;
  give(r);
  EXPECT_EQ(2u, count("command/SYNC"));
  EXPECT_EQ(1u, count("invalidate/TLBI_NH_VA"));
  EXPECT_EQ(1u, count("command_error/CERROR_ABT"));
  EXPECT_EQ(2u, sink_.totals().commands);
}

// GERROR at 0x60 and GERRORN at 0x64: an error is active while their bits differ. CMDQ_ERR is bit 0, SFM_ERR bit 8.
TEST_F(Coverage, AnErrorCountsWhenItTurnsActive) {
  reg(SMMU_TRACE_MMIO_READ, 0x60, 1);
  reg(SMMU_TRACE_MMIO_READ, 0x60, 1);
  EXPECT_EQ(1u, count("gerror/CMDQ_ERR"));
  reg(SMMU_TRACE_MMIO_WRITE, 0x64, 1);  // acknowledged
  reg(SMMU_TRACE_MMIO_READ, 0x60, 0x100);
  EXPECT_EQ(2u, count("gerror/CMDQ_ERR"));  // toggled again
  EXPECT_EQ(1u, count("gerror/SFM_ERR"));
  reg(SMMU_TRACE_MMIO_READ, 0x60, 0x4, 0xffff);  // the driver's copy of a record is not another one
  EXPECT_EQ(0u, count("gerror/EVENTQ_ABT_ERR"));
}

TEST_F(Coverage, CallsTagsInterruptsAndTheRest) {
  smmu_trace_record call = make(SMMU_TRACE_DRIVER_CALL);
  call.source = 0xffff;
  call.detail = 18;
  call.flags = SMMU_TRACE_FLAG_ENTRY;
  give(call);
  EXPECT_EQ(0u, count("call/master_attach/SMMU_OK"));
  call.flags = 0;
  call.data[0] = static_cast<std::uint64_t>(std::int64_t{-5});
  give(call);
  EXPECT_EQ(1u, count("call/master_attach/SMMU_E_BUSY"));
  EXPECT_EQ(1u, sink_.totals().driver_calls);
  smmu_trace_record r = make(SMMU_TRACE_TAG);
  r.detail = 3;
  give(r);
  r = make(SMMU_TRACE_IRQ);
  r.detail = 2;
  give(r);
  r = make(SMMU_TRACE_MSI);
  r.data[1] = 1;
  give(r);
  r = make(SMMU_TRACE_EVENT_LOST);
  r.data[0] = 0x10;
  give(r);
  give(make(SMMU_TRACE_PRI));
  give(make(SMMU_TRACE_PMCG));
  for (const char* point : {"tag/flushed", "irq/GERROR", "msi/aborted", "event_lost/F_TRANSLATION", "page_request", "counter_overflow"}) {
    EXPECT_EQ(1u, count(point)) << point;
  }
}

TEST_F(Coverage, WhatAnSmmuInventsIsUnknown) {
  smmu_trace_record r = make(SMMU_TRACE_COMMAND);
  r.source = 0xfff0;
  r.data[0] = 0xfe;
  give(r);
  step(9, 200);
  r = make(SMMU_TRACE_DRIVER_CALL);
  r.detail = 999;
  r.data[0] = 77;
  give(r);
  EXPECT_EQ(1u, count("command/unknown"));
  EXPECT_FALSE(is_coverage_point("command/unknown"));
}

// A model must be able to name everything that is counted, and nothing that never can be.
TEST_F(Coverage, TheVocabularyHasWhatIsCounted) {
  memory_[kSte + 16] = 0;
  ste(1 | 7 << 1);
  cd(0);
  step(1, 3);
  step(2, 3);
  fill(0);
  event(0x12);
  end(SMMU_TRACE_TXN_OK);
  sink_.hit("domain/s1/64k/reject");
  sink_.hit("scenario/mine");
  for (const auto& [point, hits] : sink_.points()) EXPECT_TRUE(is_coverage_point(point)) << point;
  for (const char* never : {"walk/s1/stage2/4k/L3/ok", "walk/s1/stage1/4k/no_walk/ok", "event/F_NOTHING", "domain/s1/no_granule/local", "stall/F_WALK_EABT"}) {
    EXPECT_FALSE(is_coverage_point(never)) << never;
  }
}

}  // namespace
