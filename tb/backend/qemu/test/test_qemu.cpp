// SPDX-License-Identifier: Apache-2.0
// The real QEMU behind a platform: two of them over one RAM. Tables and commands are written by hand from the architecture, no driver.
// QEMU is absent or another version: exit status 77 (with_qemu.sh). The last tests kill one, so they stand last.
#define SC_INCLUDE_DYNAMIC_PROCESSES
#include <gtest/gtest.h>
#include <signal.h>

#include <cstring>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "backend/backend_failure.h"
#include "platform/platform.h"
#include "smmuv3_trace.h"

namespace {

using namespace tandem;

constexpr std::uint64_t kRam = 0x80000000;
constexpr std::uint64_t kStreams = kRam + 0x100000, kCommands = kRam + 0x110000, kEvents = kRam + 0x120000, kCd = kRam + 0x130000;
constexpr std::uint64_t kTable = kRam + 0x140000, kPages = kRam + 0x200000;
// A two-level stream table has 256 entries behind each descriptor here (SPLIT 8): StreamIDs 0x20 and 0x1219 are in the first and 0x12th.
constexpr std::uint32_t kSid = 0x20, kFarSid = 0x1219, kStrangerSid = 0x99;
constexpr std::uint32_t kCr0 = 0x20, kIrqCtrl = 0x50, kGerror = 0x60, kGerrorn = 0x64, kStrtab = 0x80, kStrtabCfg = 0x88, kCmdqBase = 0x90,
                        kCmdqProd = 0x98, kCmdqCons = 0x9c, kEventqBase = 0xa0, kEventqProd = 0x100a8, kEventqCons = 0x100ac;
constexpr unsigned kQueueLog2 = 3;

std::unique_ptr<Platform> platform;
std::vector<smmu_trace_record> records;

void collect(void*, const smmu_trace_record* record) { records.push_back(*record); }
smmu_trace_sink sink{nullptr, collect};

unsigned count_of(std::uint16_t kind) {
  unsigned count = 0;
  for (const smmu_trace_record& record : records) count += record.kind == kind ? 1 : 0;
  return count;
}

void poke(std::uint64_t pa, std::uint64_t value) { std::memcpy(platform->ram() + (pa - kRam), &value, 8); }
std::uint64_t peek(std::uint64_t pa) {
  std::uint64_t value = 0;
  std::memcpy(&value, platform->ram() + (pa - kRam), 8);
  return value;
}

// Runs the body on a CPU thread, as host_call does for libtandem.
void on_cpu(const std::function<void()>& body) { platform->host_call(body); }

AccessResult dma(unsigned smmu, std::uint32_t sid, std::uint64_t iova, std::vector<std::uint8_t>* data, bool write) {
  Access access;
  access.smmu = smmu;
  access.sid = sid;
  access.iova = iova;
  access.data = data->data();
  access.bytes = static_cast<std::uint32_t>(data->size());
  access.write = write;
  return platform->access(access);
}

std::vector<std::uint8_t> pattern(std::size_t bytes, unsigned seed) {
  std::vector<std::uint8_t> data(bytes);
  for (std::size_t i = 0; i < bytes; ++i) data[i] = static_cast<std::uint8_t>(i * 7 + i / 251 + seed);
  return data;
}

void command(unsigned smmu, std::uint64_t word0, std::uint64_t word1) {
  const std::uint32_t prod = platform->mmio_read32(smmu, kCmdqProd), index = prod & 7;
  poke(kCommands + smmu * 0x1000 + 16 * index, word0);
  poke(kCommands + smmu * 0x1000 + 16 * index + 8, word1);
  platform->mmio_write32(smmu, kCmdqProd, (prod + 1) & 15);
}

// STE: V (bit 0), Config (3:1) = 5 stage 1, S1ContextPtr (51:6). CD word 0: T0SZ (5:0) = 25, 39 bits; EPD1 (30), V (31), IPS (34:32) = 2,
// 40 bits; AA64 (41), R (45), A (46), ASID (63:48). Tables of levels 1, 2, 3; a page descriptor has AF (10), AP[1] (6), SH (9:8) and 3.
void build_tables() {
  std::memset(platform->ram() + 0x100000, 0, 0x100000);
  poke(kStreams + 8 * 0, (kStreams + 0x4000) | 9);        // L2Ptr, Span 9: 2^8 STEs
  poke(kStreams + 8 * 0x12, (kStreams + 0x8000) | 9);
  for (const std::uint64_t ste : {kStreams + 0x4000 + 64 * 0x20, kStreams + 0x8000 + 64 * 0x19}) poke(ste, 1 | 5 << 1 | kCd);
  poke(kCd, 25 | 1ull << 30 | 1ull << 31 | 2ull << 32 | 1ull << 41 | 1ull << 45 | 1ull << 46 | 0x11ull << 48);
  poke(kCd + 8, kTable);
  poke(kTable, (kTable + 0x1000) | 3);
  poke(kTable + 0x1000, (kTable + 0x2000) | 3);
  for (std::uint64_t page = 0; page < 16; ++page) poke(kTable + 0x2000 + 8 * page, (kPages + 0x1000 * page) | 1 << 10 | 3 << 8 | 1 << 6 | 3);
  poke(kTable + 0x2000 + 8 * 20, kPages | 1 << 10 | 3 << 8 | 3 << 6 | 3);                  // page 20: read-only, AP[2] (7)
  poke(kTable + 0x2000 + 8 * 21, 0x3000000000 | 1 << 10 | 3 << 8 | 1 << 6 | 3);            // page 21: where no memory is
}

void bring_up(unsigned smmu) {
  Platform& p = *platform;
  p.mmio_write32(smmu, kStrtabCfg, 16 | 8 << 6 | 1 << 16);  // LOG2SIZE 16, SPLIT 8, FMT two-level
  p.mmio_write64(smmu, kStrtab, kStreams);
  p.mmio_write64(smmu, kCmdqBase, (kCommands + smmu * 0x1000) | kQueueLog2);
  p.mmio_write64(smmu, kEventqBase, (kEvents + smmu * 0x1000) | kQueueLog2);
  p.mmio_write32(smmu, kIrqCtrl, 7);
  p.mmio_write32(smmu, kCr0, 0xd);                          // SMMUEN, EVENTQEN, CMDQEN
}

PlatformSpec spec() {
  PlatformSpec made;
  made.ram_base = kRam;
  made.ram_bytes = 8u << 20;
  for (const char* name : {"smmu0", "smmu1"}) {
    SmmuSpec smmu;
    smmu.name = name;
    smmu.params["answer_limit_ms"] = 5000;
    made.smmus.push_back(smmu);
    MasterSpec master;
    master.name = std::string("dma_") + name;
    master.smmu = name;
    master.sids = {kSid, kFarSid};
    made.masters.push_back(master);
  }
  made.smmus[1].id_fields["IDR0.ASID16"] = 0;
  return made;
}

std::vector<pid_t> qemus() {
  std::vector<pid_t> list;
  std::ifstream children("/proc/self/task/" + std::to_string(getpid()) + "/children");
  for (pid_t pid = 0; children >> pid;) list.push_back(pid);
  return list;
}

}  // namespace

TEST(QemuTest, a_platform_that_asks_for_more_than_qemu_has_is_told_apart_from_a_wrong_one) {
  std::string error;
  bool lacking = false;
  PlatformSpec wish = spec();
  wish.smmus[0].id_fields["IDR1.SSIDSIZE"] = 4;
  EXPECT_EQ(Platform::create(wish, "qemu", &error, &lacking), nullptr);
  EXPECT_TRUE(lacking);
  EXPECT_EQ(error, "smmu0 (qemu): the platform asks for IDR1.SSIDSIZE = 4, QEMU has 0");
  wish = spec();
  wish.masters[1].sids = {3};
  EXPECT_EQ(Platform::create(wish, "qemu", &error, &lacking), nullptr);
  EXPECT_TRUE(lacking);
  EXPECT_EQ(error, "smmu1 (qemu): StreamID 0x3 is not possible: 0 to 7 are the host bridge of QEMU's machine");
  wish = spec();
  wish.ram_base = 0;
  EXPECT_EQ(Platform::create(wish, "qemu", &error, &lacking), nullptr);
  EXPECT_TRUE(lacking);
  wish = spec();
  wish.smmus[0].params["tlb_entries"] = 4;
  EXPECT_EQ(Platform::create(wish, "qemu", &error, &lacking), nullptr);
  EXPECT_FALSE(lacking);
  EXPECT_EQ(error, "SMMU 'smmu0': parameter 'tlb_entries' is not known; QEMU has answer_limit_ms");
}

TEST(QemuTest, two_qemus_start_over_one_ram) {
  std::string error;
  platform = Platform::create(spec(), "qemu", &error);
  ASSERT_NE(platform, nullptr) << error;
  platform->set_trace_sink(&sink);
  EXPECT_EQ(qemus().size(), 2u);
  on_cpu([] {
    EXPECT_EQ(platform->mmio_read32(0, 0), 0x0d40101au);
    EXPECT_EQ(platform->mmio_read32(1, 0), 0x0d40001au) << "ASID16 (bit 12) was asked to be hidden";
    EXPECT_EQ(platform->mmio_read64(0, 0), 0x027300100d40101au);
    EXPECT_EQ(platform->mmio_read32(0, 0x20e00), 0u) << "there is no counter group";
    build_tables();
    bring_up(0);
    bring_up(1);
    EXPECT_EQ(platform->mmio_read32(0, 0x24), 0xdu) << "CR0ACK";
  });
  EXPECT_NE(platform->smmu(0).caps_json().find("\"version\": \"7.2."), std::string::npos);
}

// 9000 bytes from the middle of a page: four pieces, each of a beat and bursts, through both SMMUs.
TEST(QemuTest, data_goes_through_either_smmu_and_any_bus) {
  ASSERT_NE(platform, nullptr);
  on_cpu([] {
    unsigned seed = 1;
    for (const unsigned smmu : {0u, 1u}) {
      for (const std::uint32_t sid : {kSid, kFarSid}) {
        std::vector<std::uint8_t> out = pattern(9000, ++seed), in(9000);
        EXPECT_EQ(dma(smmu, sid, 0xf03, &out, true).status, AccessStatus::Ok);
        EXPECT_EQ(std::memcmp(platform->ram() + (kPages + 0xf03 - kRam), out.data(), 9000), 0) << "SMMU " << smmu << ", StreamID " << sid;
        EXPECT_EQ(dma(1 - smmu, sid, 0xf03, &in, false).status, AccessStatus::Ok);
        EXPECT_EQ(in, out);
      }
    }
    EXPECT_EQ(platform->mmio_read32(0, kEventqProd), 0u);
  });
  EXPECT_EQ(platform->smmu(0).stats().transactions, 16u) << "4 transfers of 4 pieces";
}

TEST(QemuTest, a_refused_access_is_one_event_one_interrupt_and_no_data) {
  ASSERT_NE(platform, nullptr);
  records.clear();
  on_cpu([] {
    platform->take_irqs(0);
    std::vector<std::uint8_t> out = pattern(64, 9);
    poke(kPages + 0x40, 0x1111);
    EXPECT_EQ(dma(0, kSid, 20 * 0x1000 + 0x40, &out, true).status, AccessStatus::Abort);
    EXPECT_EQ(peek(kPages + 0x40), 0x1111u);
    EXPECT_EQ(platform->mmio_read32(0, kEventqProd), 1u);
    EXPECT_EQ(peek(kEvents), 0x0000002000000013u) << "F_PERMISSION, StreamID 0x20";
    EXPECT_EQ(peek(kEvents + 16), 20u * 0x1000 + 0x40);
    EXPECT_EQ(platform->take_irqs(0), 1u << static_cast<unsigned>(smmu_tlm::Irq::Eventq));
    platform->mmio_write32(0, kEventqCons, 1);
  });
  EXPECT_EQ(count_of(SMMU_TRACE_EVENT), 1u);
  EXPECT_EQ(count_of(SMMU_TRACE_TXN_BEGIN), 1u);
  EXPECT_EQ(count_of(SMMU_TRACE_TXN_END), 1u);
  EXPECT_EQ(count_of(SMMU_TRACE_WALK_STEP), 3u);
}

TEST(QemuTest, an_address_without_memory_is_a_memory_error) {
  ASSERT_NE(platform, nullptr);
  on_cpu([] {
    std::vector<std::uint8_t> in(16);
    const AccessResult result = dma(0, kSid, 21 * 0x1000, &in, false);
    EXPECT_EQ(result.status, AccessStatus::Abort);
    EXPECT_TRUE(result.memory_error);
    EXPECT_EQ(platform->mmio_read32(0, kEventqProd), 1u) << "no event";
  });
}

// CMD_TLBI_NH_ASID (0x11), ASID in 63:48; CMD_SYNC (0x46). 0x7f is no command.
TEST(QemuTest, commands_are_told_as_they_are_consumed_and_an_error_too) {
  ASSERT_NE(platform, nullptr);
  records.clear();
  on_cpu([] {
    platform->take_irqs(0);
    command(0, 0x11 | 0x11ull << 48, 0);
    command(0, 0x46, 0);
    command(0, 0x7f, 0);
    EXPECT_EQ(platform->mmio_read32(0, kCmdqCons), 1u << 24 | 2u) << "ERR = CERROR_ILL at the third";
    EXPECT_EQ(platform->mmio_read32(0, kGerror), 1u);
    EXPECT_EQ(platform->take_irqs(0), 1u << static_cast<unsigned>(smmu_tlm::Irq::Gerror));
    poke(kCommands + 16 * 2, 0x46);
    platform->mmio_write32(0, kGerrorn, 1);
    EXPECT_EQ(platform->mmio_read32(0, kCmdqCons) & 0xfffff, 3u);
  });
  std::vector<std::uint64_t> opcodes;
  for (const smmu_trace_record& record : records) {
    if (record.kind == SMMU_TRACE_COMMAND) opcodes.push_back(record.data[0] & 0xff);
  }
  EXPECT_EQ(opcodes, (std::vector<std::uint64_t>{0x11, 0x46, 0x46}));
  EXPECT_EQ(count_of(SMMU_TRACE_CMDQ_ERROR), 1u);
  EXPECT_EQ(platform->smmu(0).stats().syncs, 2u);
}

TEST(QemuTest, a_reset_starts_from_the_beginning_and_keeps_ram) {
  ASSERT_NE(platform, nullptr);
  const std::vector<pid_t> before = qemus();
  on_cpu([] {
    platform->reset();
    EXPECT_EQ(platform->mmio_read32(0, kCr0), 0u);
    EXPECT_EQ(peek(kTable), (kTable + 0x1000) | 3);
    std::memset(platform->ram() + (kCommands - kRam), 0, 0x20000);
    bring_up(0);
    std::vector<std::uint8_t> out = pattern(8, 3);
    EXPECT_EQ(dma(0, kSid, 0x1000, &out, true).status, AccessStatus::Ok);
    EXPECT_EQ(std::memcmp(platform->ram() + (kPages + 0x1000 - kRam), out.data(), 8), 0);
  });
  EXPECT_EQ(qemus(), before);
}

namespace {

std::string failure_of(const std::function<void()>& body) {
  try {
    on_cpu(body);
  } catch (const BackendFailure& failure) {
    return failure.what();
  }
  return "no failure";
}

}  // namespace

// SIGSTOP: it is there and says nothing. From then on every call says the same.
TEST(QemuTest, one_that_stops_answering_is_given_up_after_the_limit) {
  ASSERT_NE(platform, nullptr);
  for (const pid_t pid : qemus()) kill(pid, SIGSTOP);
  const std::string sentence = "QEMU of SMMU 'smmu1': it did not answer 'readl 0x9050020' (qtest) within 5000 ms";
  EXPECT_EQ(failure_of([] { platform->mmio_read32(1, kCr0); }), sentence);
  ASSERT_NE(platform->outage(), nullptr);
  EXPECT_FALSE(platform->outage()->lacks);
  EXPECT_EQ(failure_of([] { platform->wait_ns(1); }), sentence);
  platform.reset();
  EXPECT_TRUE(qemus().empty()) << "a stopped QEMU was left behind";
}

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
