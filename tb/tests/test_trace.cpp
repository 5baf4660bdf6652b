// SPDX-License-Identifier: Apache-2.0
// Decoding, the command log, the tally and the JSON lines. Words are put together by hand from the record layouts.
#include <gtest/gtest.h>

#include <cstring>

#include "trace/decode.h"
#include "trace/sinks.h"
#include "trace/stamp.h"

namespace {

using namespace tandem;

// CMD_TLBI_NH_VA: opcode 0x12 in 7:0, VMID 47:32, ASID 63:48; second word Leaf bit 0, Address 63:12 in place.
constexpr std::uint64_t kTlbi[2] = {0x0005'0003'0000'0012, 0x0000'0081'0060'3001};
// F_TRANSLATION: number 0x10 in 7:0, SSV bit 11, SubstreamID 31:12, StreamID 63:32; word 1: RnW bit 35 (of the word),
// CLASS 41:40; word 2: InputAddr.
constexpr std::uint64_t kFault[4] = {0x0000'0020'0000'9810, 0x0000'0208'0000'0000, 0x0000'0081'0060'3010, 0};

smmu_trace_record record_of(smmu_trace_kind kind, std::uint16_t source = 0) {
  smmu_trace_record r{};
  r.kind = static_cast<std::uint16_t>(kind);
  r.source = source;
  return r;
}

smmu_trace_record command(std::uint16_t source, std::uint64_t word0, std::uint64_t word1) {
  smmu_trace_record r = record_of(SMMU_TRACE_COMMAND, source);
  r.data[0] = word0;
  r.data[1] = word1;
  return r;
}

TEST(TraceDecodeTest, a_command_by_field_name) {
  const DecodedRecord record = decode_command(kTlbi);
  EXPECT_EQ(record.name, "TLBI_NH_VA");
  ASSERT_NE(record.find("ASID"), nullptr);
  EXPECT_EQ(*record.find("ASID"), 5u);
  EXPECT_EQ(*record.find("VMID"), 3u);
  EXPECT_EQ(*record.find("Leaf"), 1u);
  EXPECT_EQ(*record.find("Address"), 0x8100603000u);
  EXPECT_EQ(record.find("StreamID"), nullptr);
}

TEST(TraceDecodeTest, an_event_by_field_name) {
  const DecodedRecord record = decode_event(kFault);
  EXPECT_EQ(record.name, "F_TRANSLATION");
  EXPECT_EQ(*record.find("StreamID"), 0x20u);
  EXPECT_EQ(*record.find("SSV"), 1u);
  EXPECT_EQ(*record.find("SubstreamID"), 9u);
  EXPECT_EQ(*record.find("RnW"), 1u);
  EXPECT_EQ(*record.find("CLASS"), 2u);
  EXPECT_EQ(*record.find("InputAddr"), 0x8100603010u);
}

TEST(TraceDecodeTest, an_unknown_number_is_kept) {
  const std::uint64_t words[4] = {0xfe, 0, 0, 0};
  EXPECT_EQ(decode_command(words).name, "UNKNOWN_0xfe");
  EXPECT_EQ(decode_event(words).name, "UNKNOWN_0xfe");
}

TEST(TraceDecodeTest, registers_by_offset_in_the_frame) {
  EXPECT_EQ(register_name(0x20), "CR0");
  EXPECT_EQ(register_name(0x84), "STRTAB_BASE");  // its upper half
  EXPECT_EQ(register_name(0x100ac), "EVENTQ_CONS");
  EXPECT_EQ(register_name(0x20408), "PMCG_EVTYPER2");
  EXPECT_EQ(register_name(0x30018), "PMCG_EVCNTR3");
  EXPECT_EQ(register_name(0x5c), "");
}

TEST(TraceJsonTest, what_a_cpu_does_names_its_thread) {
  smmu_trace_record call = record_of(SMMU_TRACE_DRIVER_CALL, kTraceSourceBench);
  call.sid = 2;
  call.detail = 13;
  call.flags = SMMU_TRACE_FLAG_ENTRY;
  EXPECT_EQ(trace_record_to_json(call, {"s"}), R"({"time_ps":0,"source":"bench","kind":"driver_call","cpu":2,"call":13,"entry":true})");
  call.flags = 0;
  call.data[0] = static_cast<std::uint64_t>(-3);
  EXPECT_EQ(trace_record_to_json(call, {"s"}), R"({"time_ps":0,"source":"bench","kind":"driver_call","cpu":2,"call":13,"entry":false,"status":-3})");
  smmu_trace_record start = record_of(SMMU_TRACE_CPU, kTraceSourceBench);
  start.sid = 1;
  std::memcpy(start.data, "a \"b\"", 6);
  EXPECT_EQ(trace_record_to_json(start, {"s"}), R"({"time_ps":0,"source":"bench","kind":"cpu","cpu":1,"name":"a \"b\""})");
}

TEST(TraceJsonTest, messages_of_endpoints) {
  smmu_trace_record message = record_of(SMMU_TRACE_MESSAGE, kTraceSourceBench);
  message.sid = 0x21;
  message.detail = 1;
  message.addr = 0x4000;
  message.data[0] = SMMU_TRACE_ATC_INVALIDATE;
  message.data[1] = 14;
  message.data[2] = 3;
  const std::string text = trace_record_to_json(message, {"s", "u"});
  EXPECT_NE(text.find(R"("source":"bench","kind":"message")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("iova":"0x4000")"), std::string::npos) << text;
  EXPECT_NE(text.find(R"("smmu":1,"message":"atc_invalidate","value":14,"id":3})"), std::string::npos) << text;
  message.data[0] = SMMU_TRACE_PAGE_RESPONSE;
  EXPECT_NE(trace_record_to_json(message, {"s", "u"}).find("page_response"), std::string::npos);
}

TEST(TraceJsonTest, commands_of_the_secure_queue) {
  smmu_trace_record consumed = record_of(SMMU_TRACE_SECURE_COMMAND);
  consumed.addr = 3;
  consumed.data[0] = 0x46;
  const std::string text = trace_record_to_json(consumed, {"s"});
  EXPECT_NE(text.find(R"("kind":"secure_command","index":"0x3")"), std::string::npos) << text;
  EXPECT_NE(text.find("SYNC"), std::string::npos) << text;
}

TEST(TraceStampTest, only_what_cpus_do_is_stamped_with_a_thread) {
  OrderLog log;
  log.start();
  StampingSink stamp;
  stamp.set_up(0, nullptr, [](void*, const smmu_trace_record&) { return 7u; });
  stamp.forward_to(log.sink());
  smmu_trace_record store = record_of(SMMU_TRACE_TABLE_STORE), fetch = record_of(SMMU_TRACE_CONFIG_FETCH);
  fetch.sid = 3;
  stamp.sink()->emit(stamp.sink()->ctx, &store);
  stamp.sink()->emit(stamp.sink()->ctx, &fetch);
  const auto records = log.take();
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].sid, 7u);
  EXPECT_EQ(records[1].sid, 3u);
}

TEST(TraceSinksTest, the_log_keeps_order_per_smmu_and_is_emptied_by_taking) {
  CommandLog log;
  log.record(command(0, 1, 2));
  log.record(command(1, 3, 4));
  log.record(record_of(SMMU_TRACE_EVENT));
  log.record(command(0, 5, 6));
  const auto first = log.take(0);
  ASSERT_EQ(first.size(), 2u);
  EXPECT_EQ(first[1].words[0], 5u);
  EXPECT_TRUE(log.take(0).empty());
  EXPECT_EQ(log.take(1).size(), 1u);
  EXPECT_TRUE(log.take(7).empty());
}

TEST(TraceSinksTest, the_tally_counts_kinds_opcodes_and_events_per_source) {
  TraceTally tally;
  TraceTee tee;
  tee.add(tally.sink());
  const auto tlbi = command(1, kTlbi[0], kTlbi[1]);
  tee.sink()->emit(tee.sink()->ctx, &tlbi);
  auto event = record_of(SMMU_TRACE_EVENT, 1);
  event.data[0] = kFault[0];
  tally.record(event);
  EXPECT_EQ(tally.count(1, SMMU_TRACE_COMMAND), 1u);
  EXPECT_EQ(tally.commands(1, 0x12), 1u);
  EXPECT_EQ(tally.events(1, 0x10), 1u);
  EXPECT_EQ(tally.commands(0, 0x12), 0u);
}

TEST(TraceSinksTest, the_stamp_fills_in_a_missing_time_and_always_the_source) {
  struct Keeper : TraceSink {
    smmu_trace_record last{};
    void record(const smmu_trace_record& r) override { last = r; }
  } keeper;
  StampingSink stamp;
  stamp.set_up(4, [] { return std::uint64_t{123}; });
  auto r = record_of(SMMU_TRACE_STEP);
  stamp.sink()->emit(stamp.sink()->ctx, &r);  // nobody listens yet
  stamp.forward_to(keeper.sink());
  stamp.sink()->emit(stamp.sink()->ctx, &r);
  EXPECT_EQ(keeper.last.time_ps, 123u);
  EXPECT_EQ(keeper.last.source, 4);
  r.time_ps = 99;
  stamp.sink()->emit(stamp.sink()->ctx, &r);
  EXPECT_EQ(keeper.last.time_ps, 99u);
}

TEST(TraceJsonTest, one_object_per_record) {
  auto tlbi = command(0, kTlbi[0], kTlbi[1]);
  tlbi.time_ps = 7;
  tlbi.addr = 3;
  const std::string json = trace_record_to_json(tlbi, {"smmu0"});
  EXPECT_EQ(json.find(R"({"time_ps":7,"source":"smmu0","kind":"command","index":"0x3","name":"TLBI_NH_VA",)"), 0u) << json;
  EXPECT_NE(json.find(R"("Address":"0x8100603000")"), std::string::npos) << json;

  auto read = record_of(SMMU_TRACE_MMIO_READ, 0xffff);
  read.addr = 0x24;
  read.data[0] = 0x1f;
  read.size = 4;
  EXPECT_EQ(trace_record_to_json(read, {"smmu0"}),
            R"({"time_ps":0,"source":"bench","kind":"mmio_read","register":"CR0ACK","offset":"0x24","value":"0x1f","bytes":4})");

  auto end = record_of(SMMU_TRACE_TXN_END);
  end.sid = 0x20;
  end.addr = 0x1000;
  end.flags = SMMU_TRACE_FLAG_WRITE;
  end.detail = SMMU_TRACE_TXN_ABORTED;
  EXPECT_EQ(trace_record_to_json(end, {"smmu0"}),
            R"({"time_ps":0,"source":"smmu0","kind":"txn_end","sid":"0x20","iova":"0x1000","access":"write","result":"abort","pa":"0x0"})");
}

TEST(TraceJsonTest, every_kind_makes_an_object) {
  for (unsigned kind = 0; kind < 25; ++kind) {
    const std::string json = trace_record_to_json(record_of(static_cast<smmu_trace_kind>(kind)), {"smmu0"});
    EXPECT_EQ(json.front(), '{');
    EXPECT_EQ(json.back(), '}');
    EXPECT_EQ(json.find("unknown"), kind == 0 || kind > 21 ? json.find("unknown") : std::string::npos) << json;
  }
}

}  // namespace
