// SPDX-License-Identifier: Apache-2.0
// Translation in model/core without sockets: one stream, stage 1, 4 KiB pages, hot in the TLB.
// Proof: tb/bench/test/test_bench.cpp; a look-up that misses in the timed loop ends the program.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>
#include <vector>

#include "bench/bench.h"
#include "smmuv3_arch.h"
#include "smmuv3_model/core.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kRamBase = 0x80000000;
constexpr std::uint32_t kSid = 5;

// One SMMU with a linear stream table, one CD and a 4-level table, in a small memory of its own.
class CoreBench {
 public:
  explicit CoreBench(std::uint64_t page_count) {
    smmu_core_config config;
    smmu_core_config_default(&config);
    config.tlb_entries = 8192;
    core_bytes_.resize(smmu_core_size() / 64 + 1);
    core_ = reinterpret_cast<smmu_core*>(core_bytes_.data());
    char error[200];
    if (!smmu_core_init(core_, &config, error, sizeof error)) throw std::runtime_error(error);
    build_tables(page_count);
    enable();
    // Every page once, so that the timed loop only hits.
    for (std::uint64_t page = 0; page < page_count; ++page) translate_cold(page << 12);
  }

  smmu_core* core() { return core_; }

 private:
  struct alignas(64) Line {
    unsigned char bytes[64];
  };

  std::uint64_t take(std::uint64_t bytes) {
    const std::uint64_t pa = kRamBase + ram_.size() * 8;
    ram_.resize(ram_.size() + bytes / 8);
    return pa;
  }
  std::uint64_t& word(std::uint64_t pa) { return ram_.at((pa - kRamBase) / 8); }

  std::uint64_t table_below(std::uint64_t entry_pa) {
    if (word(entry_pa) == 0) {
      const std::uint64_t table = take(4096);
      word(entry_pa) = table | 3;
    }
    return word(entry_pa) & 0xfffffffff000ull;
  }

  void build_tables(std::uint64_t page_count) {
    root_ = take(4096);
    for (std::uint64_t page = 0; page < page_count; ++page) {
      std::uint64_t table = root_;
      for (unsigned level = 0; level < 3; ++level) table = table_below(table + 8 * (page >> (9 * (3 - level)) & 511));
      // Page, AF, inner shareable, read-write for everybody, attribute 0.
      word(table + 8 * (page & 511)) = (0x100000000ull + (page << 12)) | 1ull << 10 | 3ull << 8 | 1ull << 6 | 3;
    }
    cd_pa_ = take(4096);
    smmu_cd cd{};
    smmu_cd_set_T0SZ(&cd, 16);
    smmu_cd_set_EPD1(&cd, 1);
    smmu_cd_set_V(&cd, 1);
    smmu_cd_set_IPS(&cd, 5);
    smmu_cd_set_AA64(&cd, 1);
    smmu_cd_set_R(&cd, 1);
    smmu_cd_set_A(&cd, 1);
    smmu_cd_set_ASID(&cd, 7);
    smmu_cd_set_TTB0(&cd, root_);
    smmu_cd_set_MAIR0(&cd, 0xff);
    std::memcpy(&word(cd_pa_), &cd, sizeof cd);
    strtab_ = take(4096);
    smmu_ste ste{};
    smmu_ste_set_V(&ste, 1);
    smmu_ste_set_Config(&ste, SMMU_STE_CONFIG_S1);
    smmu_ste_set_S1ContextPtr(&ste, cd_pa_);
    std::memcpy(&word(strtab_ + 64 * kSid), &ste, sizeof ste);
  }

  void enable() {
    smmu_core_write64(core_, SMMU_STRTAB_BASE, strtab_);
    smmu_core_write32(core_, SMMU_STRTAB_BASE_CFG, 6);
    smmu_core_write32(core_, SMMU_CR0, SMMU_CR0_SMMUEN_MASK);
    while (smmu_core_update(core_)) {
    }
    if ((smmu_core_read32(core_, SMMU_CR0ACK) & SMMU_CR0_SMMUEN_MASK) == 0) throw std::runtime_error("the model core did not enable");
  }

  void translate_cold(std::uint64_t iova) {
    smmu_txn txn{};
    txn.iova = iova;
    txn.sid = kSid;
    smmu_xlate out{};
    if (smmu_core_translate(core_, &txn, &out) == SMMU_XLATE_OK) return;
    const int job = smmu_core_job_start(core_, &txn);
    smmu_step step;
    while ((step = smmu_core_job_step(core_, job)) == SMMU_STEP_IO) {
      const smmu_io* io = smmu_core_job_io(core_, job);
      std::uint64_t data[8] = {};
      const bool good = io->kind == SMMU_IO_READ && io->addr >= kRamBase && io->addr + io->size <= kRamBase + ram_.size() * 8;
      if (good) std::memcpy(data, reinterpret_cast<unsigned char*>(ram_.data()) + (io->addr - kRamBase), io->size);
      smmu_core_job_feed(core_, job, good, data);
    }
    smmu_core_job_result(core_, job, &out);
    smmu_core_job_free(core_, job);
    if (out.status != SMMU_XLATE_OK || out.pa != 0x100000000ull + iova) throw std::runtime_error("the model core translated a page of the benchmark wrongly");
  }

  std::vector<Line> core_bytes_;
  smmu_core* core_ = nullptr;
  std::vector<std::uint64_t> ram_;
  std::uint64_t root_ = 0, cd_pa_ = 0, strtab_ = 0;
};

class HitLoop : public Loop {
 public:
  explicit HitLoop(std::uint64_t pages) : bench_(pages), mask_(pages - 1) {}
  void run(std::uint64_t count) override {
    smmu_core* core = bench_.core();
    smmu_txn txn{};
    txn.sid = kSid;
    smmu_xlate out{};
    std::uint64_t sum = 0, missed = 0;
    for (; count != 0; --count) {
      const std::uint64_t random = random_.next();
      txn.iova = (random & mask_) << 12 | (random >> 40 & 0xfc0);
      missed += smmu_core_translate(core, &txn, &out) != SMMU_XLATE_OK ? 1 : 0;
      sum += out.pa;
    }
    keep(sum);
    if (missed != 0) {
      std::fprintf(stderr, "tandem bench: %llu look-ups missed in a loop that measures hits\n", static_cast<unsigned long long>(missed));
      std::exit(2);
    }
  }

 private:
  CoreBench bench_;
  std::uint64_t mask_;
  Random random_;
};

Row hit_row(const char* name, std::uint64_t pages) {
  return {name, "calib.hash_l1", "model core, TLB hit, " + std::to_string(pages) + (pages == 1 ? " page" : " pages") + ", incl. random number",
          [pages]() -> std::unique_ptr<Loop> { return std::make_unique<HitLoop>(pages); }};
}

}  // namespace

std::vector<Row> model_rows() {
  return {hit_row("model.core_hit_1", 1), hit_row("model.core_hit_512", 512), hit_row("model.core_hit_4096", 4096)};
}

}  // namespace tandem::bench
