// SPDX-License-Identifier: Apache-2.0
// Endpoints with an ATC on the SystemC model: requests, translated accesses, invalidation, one that never answers, page requests.
// Registers and structures are written out by hand from the architecture. Not here: the rules of ATS (model.tlm_vectors).
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <utility>

#include "masters/atc_master.h"
#include "masters/dma_master.h"
#include "platform/platform.h"

namespace {

using namespace tandem;

constexpr std::uint64_t kStrtab = 0x10000, kCd = 0x12000, kTables = 0x14000, kCmdq = 0x20000, kEventq = 0x30000, kPriq = 0x38000, kData = 0x100000;
constexpr std::uint32_t kSid = 5;

class AtcTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    PlatformSpec spec;
    spec.ram_bytes = 16u << 20;
    spec.seed = 0;
    SmmuSpec smmu;
    smmu.name = "s";
    smmu.id_fields = {{"IDR0.PRI", 1}};
    smmu.params = {{"atc_timeout_ns", 2000}};
    spec.smmus.push_back(smmu);
    for (const auto& [name, sid] : std::map<std::string, std::uint32_t>{{"nic", kSid}, {"plain", 6}}) {
      MasterSpec master;
      master.name = name;
      master.smmu = "s";
      master.sids = {sid};
      spec.masters.push_back(master);
    }
    std::string error;
    platform_ = Platform::create(spec, "tlm", &error).release();
    ASSERT_NE(platform_, nullptr) << error;
  }
  static void TearDownTestSuite() { delete std::exchange(platform_, nullptr); }

  void on_cpu(const std::function<void()>& body) {
    platform_->reset();
    std::memset(platform_->ram(), 0, 1 << 20);
    platform_->spawn_cpu("test", [&] {
      bring_up();
      body();
    });
    ASSERT_EQ(platform_->run(), Platform::RunEnd::AllThreadsEnded) << platform_->waiting_report();
  }
  void store(std::uint64_t offset, std::uint64_t value) { std::memcpy(platform_->ram() + offset, &value, 8); }
  std::uint64_t load(std::uint64_t offset) {
    std::uint64_t value = 0;
    std::memcpy(&value, platform_->ram() + offset, 8);
    return value;
  }
  std::uint64_t pa(std::uint64_t offset) { return platform_->ram_base() + offset; }
  std::uint32_t read(std::uint32_t reg) { return platform_->mmio_read32(0, reg); }
  void map(unsigned page, bool writable = true) { store(kTables + 0x3000 + 8 * page, pa(kData + 4096 * page) | (writable ? 0xf43 : 0xfc3)); }
  void unmap(unsigned page) { store(kTables + 0x3000 + 8 * page, 0); }
  void cr0(std::uint32_t value) {
    platform_->mmio_write32(0, 0x20, value);
    EXPECT_TRUE(platform_->wait_until([&] { return read(0x24) == value; }, 100'000));
  }
  // Stream 5: stage 1, EATS = 1 (word 1 bits 29:28), pages 0 to 3 of 4 KiB. Stream 6: the same.
  void bring_up() {
    prod_ = 0;
    for (std::uint32_t sid : {kSid, 6u}) {
      store(kStrtab + 64 * sid, 0xb | pa(kCd));
      store(kStrtab + 64 * sid + 8, 1ull << 28);
    }
    // CD: T0SZ 16, EPD1, V, IPS 48 bits, AA64, R, A, ASID 7
    store(kCd, 16 | 1ull << 30 | 1ull << 31 | 5ull << 32 | 1ull << 41 | 3ull << 45 | 7ull << 48);
    store(kCd + 8, pa(kTables));
    for (unsigned level = 0; level < 3; ++level) store(kTables + 0x1000 * level, pa(kTables + 0x1000 * (level + 1)) | 3);
    for (unsigned page = 0; page < 4; ++page) map(page);
    platform_->mmio_write32(0, 0x28, 0);
    platform_->mmio_write32(0, 0x2c, 2);  // RECINVSID
    platform_->mmio_write64(0, 0x80, pa(kStrtab));
    platform_->mmio_write32(0, 0x88, 6);
    platform_->mmio_write64(0, 0x90, pa(kCmdq) | 4);
    platform_->mmio_write64(0, 0xa0, pa(kEventq) | 4);
    platform_->mmio_write64(0, 0xc0, pa(kPriq) | 4);
    cr0(0x1f);  // SMMUEN, PRIQEN, EVENTQEN, CMDQEN, ATSCHK
  }
  void command(std::uint64_t word0, std::uint64_t word1) {
    store(kCmdq + 16 * (prod_ & 15), word0);
    store(kCmdq + 16 * (prod_ & 15) + 8, word1);
    prod_ = (prod_ + 1) & 31;
    platform_->mmio_write32(0, 0x98, prod_);
  }
  bool consumed() { return platform_->wait_until([&] { return (read(0x9c) & 31) == prod_; }, 100'000); }
  // CMD_TLBI_NH_VA of ASID 7, CMD_ATC_INV of one page (Size 0), CMD_SYNC.
  void invalidate(std::uint64_t iova) {
    command(0x12 | 7ull << 48, iova);
    command(0x46, 0);
    command(0x40 | std::uint64_t{kSid} << 32, iova);
    command(0x46, 0);
  }

  static Platform* platform_;
  std::uint32_t prod_ = 0;
};
Platform* AtcTest::platform_ = nullptr;

TEST_F(AtcTest, one_request_serves_a_page_and_the_data_arrives) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    const std::uint64_t value = 0x1122334455667788;
    EXPECT_EQ(nic.write(0x1010, &value, 8), AtcStatus::Ok);
    EXPECT_EQ(load(kData + 0x1010), value);
    std::uint64_t back = 0;
    EXPECT_EQ(nic.read(0x1010, &back, 8), AtcStatus::Ok);
    EXPECT_EQ(back, value);
    EXPECT_EQ(nic.counts().requests, 1u);
    EXPECT_EQ(nic.counts().hits, 1u);
    std::uint8_t crossing[64] = {};
    EXPECT_EQ(nic.read(0x1fe0, crossing, 64), AtcStatus::Ok);  // pages 1 and 2
    EXPECT_EQ(nic.counts().requests, 2u);
    EXPECT_EQ(nic.cached(), 2u);
    map(3, false);
    EXPECT_EQ(nic.write(0x3000, &value, 8), AtcStatus::NotMapped);
    EXPECT_EQ(nic.read(0x3000, &back, 8), AtcStatus::Ok);
    EXPECT_EQ(nic.read(0x8000, &back, 8), AtcStatus::NotMapped);
    EXPECT_EQ(read(0x100a8), 0u);  // nothing of this is an event
  });
}

TEST_F(AtcTest, after_the_sync_of_an_invalidation_the_page_is_forgotten) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    std::uint64_t word = 1;
    EXPECT_EQ(nic.write(0x1000, &word, 8), AtcStatus::Ok);
    EXPECT_EQ(nic.write(0x2000, &word, 8), AtcStatus::Ok);
    unmap(1);
    EXPECT_EQ(nic.write(0x1000, &word, 8), AtcStatus::Ok);  // the ATC may still know it
    invalidate(0x1000);
    EXPECT_TRUE(consumed());
    EXPECT_EQ(nic.counts().invalidations, 1u);
    EXPECT_EQ(nic.cached(), 1u);
    EXPECT_EQ(nic.write(0x1000, &word, 8), AtcStatus::NotMapped);
    EXPECT_EQ(nic.write(0x2000, &word, 8), AtcStatus::Ok);
    EXPECT_EQ(nic.counts().requests, 3u);
  });
}

// The request walks for more than 100 ns; the page is unmapped and invalidated meanwhile. Its answer must not be kept.
TEST_F(AtcTest, an_answer_that_an_invalidation_overtook_is_asked_for_again) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    platform_->spawn_device("software", [&] {
      platform_->wait_ns(1);
      unmap(1);
      command(0x12 | 7ull << 48, 0x1000);
      command(0x40 | std::uint64_t{kSid} << 32, 0x1000);
      command(0x46, 0);
    });
    std::uint64_t word = 0;
    EXPECT_EQ(nic.read(0x1000, &word, 8), AtcStatus::NotMapped);
    EXPECT_EQ(nic.counts().requests, 2u);
    EXPECT_EQ(nic.counts().discarded, 1u);
    EXPECT_EQ(nic.cached(), 0u);
    EXPECT_TRUE(consumed());
  });
}

TEST_F(AtcTest, a_stream_without_a_cache_completes_at_once) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    command(0x40 | 6ull << 32, 0);
    command(0x46, 0);
    EXPECT_TRUE(consumed());
    EXPECT_EQ(read(0x60) ^ read(0x64), 0u);
  });
}

// CERROR_ATC_INV_SYNC is 3 in CMDQ_CONS[30:24], on the CMD_SYNC; acknowledging lets it complete.
TEST_F(AtcTest, a_device_that_never_answers_fails_the_sync) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    nic.set_silent(true);
    invalidate(0x1000);
    EXPECT_TRUE(platform_->wait_until([&] { return (read(0x60) ^ read(0x64)) == 1; }, 100'000));
    EXPECT_EQ(read(0x9c) >> 24 & 0x7f, 3u);
    EXPECT_EQ(read(0x9c) & 31, 3u);
    platform_->mmio_write32(0, 0x64, read(0x60));
    EXPECT_TRUE(consumed());
    nic.set_silent(false);  // late: nobody waits for that tag any more
    invalidate(0x1000);
    EXPECT_TRUE(consumed());
    EXPECT_EQ(read(0x60) ^ read(0x64), 0u);
  });
}

TEST_F(AtcTest, without_eats_requests_are_refused_and_recorded) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    store(kStrtab + 64 * kSid + 8, 0);
    std::uint64_t word = 0;
    EXPECT_EQ(nic.read(0x1000, &word, 8), AtcStatus::Refused);
    EXPECT_EQ(read(0x100a8), 1u);
    EXPECT_EQ(load(kEventq), 0x500000005u);  // F_BAD_ATS_TREQ of stream 5
    EXPECT_EQ(DmaMaster(*platform_, "nic").read(0x1000, &word, 8).status, AccessStatus::Ok);  // untranslated traffic goes on
  });
}

// PRI record: StreamID [31:0], W 60, R 61 (word 0 [60], [61]), Last 63; group [8:0] and address in word 1.
TEST_F(AtcTest, a_page_request_is_answered_by_software) {
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    platform_->spawn_device("software", [&] {
      platform_->wait_until([&] { return read(0x100c8) == 1; }, 100'000);
      map(9);
      command(0x41 | std::uint64_t{kSid} << 32, (load(kPriq + 8) & 0x1ff) | 2ull << 12);  // CMD_PRI_RESP, Resp = success
      platform_->mmio_write32(0, 0x100cc, 1);
    });
    std::uint64_t word = 0;
    EXPECT_EQ(nic.read(0x9000, &word, 8), AtcStatus::NotMapped);
    EXPECT_EQ(nic.request_page(0x9000, true), smmu_tlm::PageResponse::Code::Success);
    EXPECT_EQ(load(kPriq + 8) & ~0xfffull, 0x9000u);
    EXPECT_EQ(load(kPriq) & 0xffffffff, kSid);
    EXPECT_EQ(nic.read(0x9000, &word, 8), AtcStatus::Ok);
  });
}

// What endpoints are told and tell is in the trace, in the order in which it happened.
TEST_F(AtcTest, messages_are_traced) {
  static std::vector<smmu_trace_record> seen;
  static smmu_trace_sink sink = {nullptr, [](void*, const smmu_trace_record* r) {
                                   if (r->kind == SMMU_TRACE_MESSAGE) seen.push_back(*r);
                                 }};
  seen.clear();
  on_cpu([&] {
    AtcHub hub(*platform_);
    AtcMaster nic(hub, "nic");
    platform_->set_trace_sink(&sink);
    command(0x40 | std::uint64_t{kSid} << 32, 0x9000 | 2);  // CMD_ATC_INV, 16 KiB
    command(0x40 | 6ull << 32, 0x4000);                      // of a device that keeps nothing
    command(0x46, 0);
    platform_->spawn_device("software", [&] {
      platform_->wait_until([&] { return read(0x100c8) == 2; }, 100'000);
      command(0x41 | std::uint64_t{kSid} << 32, (load(kPriq + 8) & 0x1ff) | 2ull << 12);
      platform_->mmio_write32(0, 0x100cc, 2);
    });
    EXPECT_EQ(nic.request_page(0x9000, true, {}, 1'000'000, 2), smmu_tlm::PageResponse::Code::Success);
    platform_->set_trace_sink(nullptr);
  });
  std::vector<std::vector<std::uint64_t>> got;
  for (const smmu_trace_record& r : seen) got.push_back({r.data[0], r.sid, r.addr, r.data[1]});
  const std::vector<std::vector<std::uint64_t>> expected = {
      {SMMU_TRACE_ATC_INVALIDATE, kSid, 0x8000, 14}, {SMMU_TRACE_ATC_COMPLETED, kSid, 0, 0}, {SMMU_TRACE_ATC_INVALIDATE, 6, 0x4000, 12},
      {SMMU_TRACE_ATC_COMPLETED, 6, 0, 0}, {SMMU_TRACE_PAGE_REQUEST, kSid, 0x9000, 0}, {SMMU_TRACE_PAGE_REQUEST, kSid, 0xa000, 1},
      {SMMU_TRACE_PAGE_RESPONSE, kSid, 0, 0}};
  EXPECT_EQ(got, expected);
}

TEST_F(AtcTest, an_unknown_master_is_refused) {
  AtcHub hub(*platform_);
  EXPECT_THROW(AtcMaster(hub, "nobody"), std::invalid_argument);
}

}  // namespace
