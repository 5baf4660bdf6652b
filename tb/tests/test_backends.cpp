// SPDX-License-Identifier: Apache-2.0
// The same checks on every implementation, alone and mixed in one system: DMA, events, interrupts, injected errors and
// trace through a platform whose SMMU n is of the n-th backend named on the command line.
// Usage: test_backends BACKEND... Offsets and records are written out by hand from the architecture.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>

#include "masters/dma_master.h"
#include "platform/platform.h"
#include "trace/decode.h"
#include "trace/sinks.h"

namespace {

using namespace tandem;

std::vector<std::string> backends;
Platform* platform = nullptr;
CommandLog commands;

constexpr std::uint32_t kCr0 = 0x20, kCr0Ack = 0x24, kGbpa = 0x44;
constexpr std::uint32_t kSmmuEn = 1, kEventqEn = 4, kCmdqEn = 8;
constexpr std::uint64_t kPerSmmu = 1u << 20;  // RAM of SMMU n starts at n MiB

// Brings one SMMU up by hand.
class HandDriver {
 public:
  explicit HandDriver(unsigned smmu) : smmu_(smmu), offset_(smmu * kPerSmmu), base_(platform->ram_base() + offset_) {}

  std::uint32_t read(std::uint32_t reg) const { return platform->mmio_read32(smmu_, reg); }
  void write(std::uint32_t reg, std::uint32_t value) const { platform->mmio_write32(smmu_, reg, value); }
  void write64(std::uint32_t reg, std::uint64_t value) const { platform->mmio_write64(smmu_, reg, value); }
  bool wait(std::uint32_t reg, std::uint32_t mask, std::uint32_t want) const {
    return platform->wait_until([&] { return (read(reg) & mask) == want; }, 100'000);
  }
  bool cr0(std::uint32_t value) const {
    write(kCr0, value);
    return wait(kCr0Ack, 0xf, value);
  }
  bool gbpa_bypass() const {  // Update bit 31, SHCFG 13:12 = use incoming, ABORT = 0
    write(kGbpa, 1u << 31 | 1u << 12);
    return wait(kGbpa, 1u << 31, 0);
  }
  void store(std::uint64_t offset, std::uint64_t value) const { std::memcpy(platform->ram() + offset_ + offset, &value, 8); }
  std::uint64_t load(std::uint64_t offset) const {
    std::uint64_t value = 0;
    std::memcpy(&value, platform->ram() + offset_ + offset, 8);
    return value;
  }
  std::uint64_t pa(std::uint64_t offset) const { return base_ + offset; }

  // Stream table of 64 STEs at 0x10000 (all invalid), command queue of 16 at 0x20000, event queue of 16 at 0x30000.
  bool bring_up() {
    std::memset(platform->ram() + offset_ + 0x10000, 0, 64 * 64);
    if (!cr0(0)) return false;
    write(0x28, 0);             // CR1
    write(0x2c, 6);             // CR2: PTM, RECINVSID
    write64(0x80, pa(0x10000));  // STRTAB_BASE
    write(0x88, 6);             // STRTAB_BASE_CFG: linear, 2^6
    write64(0x90, pa(0x20000) | 4);
    write(0x98, 0);
    write(0x9c, 0);
    if (!cr0(kCmdqEn)) return false;
    store(0x20000, 0x04), store(0x20008, 31);  // CMD_CFGI_ALL
    store(0x20010, 0x30), store(0x20018, 0);   // CMD_TLBI_NSNH_ALL
    store(0x20020, 0x46), store(0x20028, 0);   // CMD_SYNC
    write(0x98, 3);
    if (!wait(0x9c, 0x1f, 3)) return false;
    write64(0xa0, pa(0x30000) | 4);
    write(0x100a8, 0);
    write(0x100ac, 0);
    if (!cr0(kCmdqEn | kEventqEn)) return false;
    write64(0xb0, 0);  // EVENTQ_IRQ_CFG0 is UNKNOWN after a reset; 0: no MSI
    write(0x50, 4);    // IRQ_CTRL.EVENTQ_IRQEN
    return wait(0x54, 4, 4) && cr0(kCmdqEn | kEventqEn | kSmmuEn);
  }

 private:
  unsigned smmu_;
  std::uint64_t offset_, base_;
};

class BackendTest : public ::testing::Test {
 protected:
  static std::string master(unsigned smmu) { return "dma" + std::to_string(smmu); }
  void for_each_smmu(const std::function<void(unsigned, DmaMaster&)>& body) {
    on_cpu([&] {
      for (unsigned i = 0; i < backends.size(); ++i) {
        SCOPED_TRACE("SMMU " + std::to_string(i) + " on " + backends[i]);
        DmaMaster master_of_it(*platform, master(i));
        body(i, master_of_it);
      }
    });
  }
  void on_cpu(const std::function<void()>& body) {
    platform->spawn_cpu("test", body);
    ASSERT_EQ(platform->run(), Platform::RunEnd::AllThreadsEnded) << platform->waiting_report();
  }
  void SetUp() override {
    platform->reset();
    platform->set_trace_sink(nullptr);
  }
};

TEST_F(BackendTest, each_smmu_is_of_the_backend_it_asked_for) {
  for (unsigned i = 0; i < backends.size(); ++i) {
    EXPECT_EQ(platform->smmu_backend(i), backends[i]);
    EXPECT_NE(platform->smmu(i).caps_json().find("\"" + backends[i] + "\""), std::string::npos) << platform->smmu(i).caps_json();
  }
  on_cpu([] {  // an implementation may need some clock cycles after a reset
    EXPECT_TRUE(platform->wait_until([] { return platform->idle(); }, 1000)) << platform->waiting_report();
  });
  for (unsigned i = 0; i < backends.size(); ++i) EXPECT_EQ(platform->smmu(i).busy_report(), "");
}

TEST_F(BackendTest, dma_passes_disabled_smmus_at_the_same_time) {
  for_each_smmu([](unsigned i, DmaMaster&) { EXPECT_TRUE(HandDriver(i).gbpa_bypass()); });
  on_cpu([] {
    std::vector<std::shared_ptr<DmaTransfer>> transfers;
    for (unsigned i = 0; i < backends.size(); ++i) {
      std::vector<std::uint8_t> data(10001);
      for (std::size_t k = 0; k < data.size(); ++k) data[k] = dma_pattern_byte(i, HandDriver(i).pa(0x40003) + k);
      transfers.push_back(DmaMaster(*platform, master(i)).start_write(HandDriver(i).pa(0x40003), data));
    }
    EXPECT_TRUE(platform->wait_until([&] {
      for (const auto& transfer : transfers) {
        if (!transfer->done) return false;
      }
      return true;
    }, 1'000'000));
  });
  for_each_smmu([](unsigned i, DmaMaster& master) {
    const DmaVerdict verdict = master.verify_pattern(HandDriver(i).pa(0x40003), 10001, i);
    EXPECT_EQ(verdict.result.status, AccessStatus::Ok);
    EXPECT_FALSE(verdict.mismatch.has_value());
  });
}

TEST_F(BackendTest, an_unattached_stream_aborts_with_an_event_and_an_interrupt_of_its_own_smmu) {
  on_cpu([] {
    for (unsigned i = 0; i < backends.size(); ++i) EXPECT_TRUE(HandDriver(i).bring_up()) << platform->waiting_report();
  });
  for_each_smmu([](unsigned i, DmaMaster& master) {
    const HandDriver driver(i);
    for (unsigned k = 0; k < backends.size(); ++k) platform->take_irqs(k);
    std::uint8_t byte = 0;
    EXPECT_EQ(master.read(driver.pa(0x40000), &byte, 1).status, AccessStatus::Abort);
    EXPECT_TRUE(driver.wait(0x100a8, 0x1f, 1));
    EXPECT_EQ(driver.load(0x30000) & 0xff, 0x04u);   // C_BAD_STE (T-STR-01)
    EXPECT_EQ(driver.load(0x30000) >> 32, 0x20u);    // StreamID
    unsigned irqs = 0;
    EXPECT_TRUE(platform->wait_until([&] { return (irqs |= platform->take_irqs(i)) != 0; }, 10'000));
    EXPECT_EQ(irqs, 1u);                             // EVENTQ
    for (unsigned k = 0; k < backends.size(); ++k) {
      EXPECT_EQ(platform->take_irqs(k), 0u);
    }
  });
}

TEST_F(BackendTest, the_trace_holds_the_commands_in_order_and_the_statistics_agree) {
  platform->set_trace_sink(commands.sink());
  on_cpu([] {
    for (unsigned i = 0; i < backends.size(); ++i) EXPECT_TRUE(HandDriver(i).bring_up());
  });
  platform->set_trace_sink(nullptr);
  for (unsigned i = 0; i < backends.size(); ++i) {
    const auto log = commands.take(i);
    ASSERT_EQ(log.size(), 3u) << backends[i];
    EXPECT_EQ(decode_command(log[0].words.data()).name, "CFGI_STE_RANGE");  // with Range = 31: CFGI_ALL
    EXPECT_EQ(decode_command(log[1].words.data()).name, "TLBI_NSNH_ALL");
    EXPECT_EQ(decode_command(log[2].words.data()).name, "SYNC");
    EXPECT_EQ(platform->smmu(i).stats().commands, 3u);
    EXPECT_EQ(platform->smmu(i).stats().syncs, 1u);
  }
}

TEST_F(BackendTest, an_error_on_the_ste_fetch_is_recorded_with_its_address) {
  for_each_smmu([](unsigned i, DmaMaster& master) {
    HandDriver driver(i);
    EXPECT_TRUE(driver.bring_up());
    ErrorInjection injection;
    injection.pa = driver.pa(0x10000 + 0x20 * 64);
    injection.bytes = 64;
    injection.class_mask = 1u << static_cast<unsigned>(smmu_tlm::AccessClass::Ste);
    const unsigned handle = platform->inject_error(injection);
    std::uint8_t byte = 0;
    EXPECT_EQ(master.read(driver.pa(0x40000), &byte, 1).status, AccessStatus::Abort);
    EXPECT_TRUE(driver.wait(0x100a8, 0x1f, 1));
    EXPECT_EQ(driver.load(0x30000) & 0xff, 0x03u);                                          // F_STE_FETCH (T-STR-05)
    EXPECT_EQ(driver.load(0x30018) & 0x000ffffffffffff8, driver.pa(0x10000 + 0x20 * 64));  // FetchAddr 51:3 of word 3
    platform->clear_error(handle);
  });
}

}  // namespace

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  PlatformSpec spec;
  spec.ram_bytes = 16u << 20;
  spec.simulated_limit_us = 20'000;
  for (int i = 1; i < argc; ++i) {
    backends.emplace_back(argv[i]);
    SmmuSpec smmu;
    smmu.name = "s" + std::to_string(i - 1);
    smmu.backend = argv[i];
    spec.smmus.push_back(smmu);
    MasterSpec master;
    master.name = "dma" + std::to_string(i - 1);
    master.smmu = smmu.name;
    master.sids = {0x20};
    spec.masters.push_back(master);
  }
  std::string error;
  const std::unique_ptr<Platform> owner = Platform::create(spec, "tlm", &error);
  if (!owner) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
  platform = owner.get();
  return RUN_ALL_TESTS();
}
