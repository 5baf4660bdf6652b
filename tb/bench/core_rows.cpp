// SPDX-License-Identifier: Apache-2.0
// Translation in model/core without sockets: one stream, 4 KiB pages. Memory is read through a pointer, as the shell
// does with DMI. Proof: tb/bench/test/test_bench.cpp; a loop that finds other hits or walks than its name says ends the
// program.
#include <sys/mman.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "bench/bench.h"
#include "bench/tables.h"
#include "smmuv3_model/core.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kDataPa = 0x100000000;  // nothing is moved, so nothing has to be there
constexpr std::uint64_t kMemory = 64u << 20;

class Memory {
 public:
  Memory()
      : bytes_(mmap(nullptr, kMemory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0)) {
    if (bytes_ == MAP_FAILED) throw std::runtime_error("tandem bench: no memory for tables");
  }
  ~Memory() { munmap(bytes_, kMemory); }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  void* data() { return bytes_; }

 private:
  void* bytes_;
};

struct Shape {
  std::uint64_t pages = 1;
  unsigned tlb_entries = 4096, config_cache_entries = 512;
  bool nested = false;
  bool walk_cache = true;
  std::uint32_t streams = 0;  // beside the one of every row
};

// One core with its stream, enabled.
class CoreBench {
 public:
  explicit CoreBench(const Shape& shape) : tables_(memory_.data(), kMemory) {
    smmu_core_config config;
    smmu_core_config_default(&config);
    config.tlb_entries = shape.tlb_entries;
    config.config_cache_entries = shape.config_cache_entries;
    if (!shape.walk_cache) config.walk_cache_entries = 0;
    core_bytes_.resize(smmu_core_size() / sizeof(Line) + 1);
    core_ = reinterpret_cast<smmu_core*>(core_bytes_.data());
    char error[200];
    if (!smmu_core_init(core_, &config, error, sizeof error)) throw std::runtime_error(error);
    build_tables(shape);
    enable();
  }

  smmu_core* core() { return core_; }
  smmu_core_stats stats() const {
    smmu_core_stats stats{};
    smmu_core_stats_read(core_, &stats);
    return stats;
  }

  // The physical address, by hit or by walk.
  std::uint64_t translate(std::uint64_t iova, std::uint32_t sid = kSid) {
    smmu_txn txn{};
    txn.iova = iova;
    txn.sid = sid;
    smmu_xlate out{};
    int job = SMMU_JOB_NONE;
    const smmu_xlate_status status = smmu_core_translate_direct(core_, &txn, &window_, &out, &job);
    if (status != SMMU_XLATE_OK || out.pa != kDataPa + iova)
      throw std::runtime_error("tandem bench: the model core translated wrongly");
    return out.pa;
  }

 private:
  struct alignas(64) Line {
    unsigned char bytes[64];
  };

  void build_tables(const Shape& shape) {
    const std::uint64_t root = tables_.take(4096);
    for (std::uint64_t page = 0; page < shape.pages; ++page) tables_.map_s1(root, page << 12, kDataPa + (page << 12));
    std::uint64_t s2_root = 0;
    if (shape.nested) {  // IPA = PA, a page at a time, for the tables and for the data
      const std::uint64_t s1_end = tables_.taken();
      s2_root = tables_.take(4 * 4096);
      for (std::uint64_t pa = kRamBase; pa < s1_end; pa += 4096) tables_.map_s2(s2_root, pa, pa);
      for (std::uint64_t page = 0; page < shape.pages; ++page)
        tables_.map_s2(s2_root, kDataPa + (page << 12), kDataPa + (page << 12));
    }
    tables_.add_streams(root, s2_root, shape.streams);
  }

  void enable() {
    smmu_core_write64(core_, SMMU_STRTAB_BASE, tables_.strtab());
    smmu_core_write32(core_, SMMU_STRTAB_BASE_CFG, kStrtabLog2Size);
    smmu_core_write32(core_, SMMU_CR0, SMMU_CR0_SMMUEN_MASK);
    while (smmu_core_update(core_)) {
    }
    if ((smmu_core_read32(core_, SMMU_CR0ACK) & SMMU_CR0_SMMUEN_MASK) == 0)
      throw std::runtime_error("tandem bench: the model core did not enable");
  }

  Memory memory_;
  Tables tables_;
  smmu_window window_{kRamBase, kMemory, static_cast<unsigned char*>(memory_.data()), 0};
  std::vector<Line> core_bytes_;
  smmu_core* core_ = nullptr;
};

class HitLoop : public Loop {
 public:
  // An 8192-entry TLB, so that 4096 pages have room however they hash.
  explicit HitLoop(std::uint64_t pages) : bench_({pages, 8192, 512, false}), mask_(pages - 1) {
    for (std::uint64_t page = 0; page < pages; ++page) bench_.translate(page << 12);
  }
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
    if (missed != 0) throw std::runtime_error("tandem bench: look-ups missed in a loop that measures hits");
  }

 private:
  CoreBench bench_;
  std::uint64_t mask_;
  Random random_;
};

// Hits of one page each, spread over many SMMUs or many streams: what one more of them costs.
class SpreadLoop : public Loop {
 public:
  SpreadLoop(unsigned smmus, std::uint32_t streams) : streams_(streams) {
    for (unsigned i = 0; i < smmus; ++i) {
      smmus_.push_back(std::make_unique<CoreBench>(Shape{16, 8192, 1024, false, true, streams}));
      for (std::uint64_t page = 0; page < 16; ++page)
        for (std::uint32_t stream = 0; stream < streams; ++stream) smmus_.back()->translate(page << 12, kFirstMoreSid + stream);
    }
  }
  void run(std::uint64_t count) override {
    smmu_txn txn{};
    smmu_xlate out{};
    std::uint64_t sum = 0, missed = 0;
    for (; count != 0; --count) {
      const std::uint64_t random = random_.next();
      txn.iova = (random & 15) << 12 | (random >> 40 & 0xfc0);
      txn.sid = kFirstMoreSid + static_cast<std::uint32_t>((random >> 8 & 0xffff) % streams_);
      missed += smmu_core_translate(smmus_[(random >> 24 & 0xffff) % smmus_.size()]->core(), &txn, &out) != SMMU_XLATE_OK ? 1 : 0;
      sum += out.pa;
    }
    keep(sum);
    if (missed != 0) throw std::runtime_error("tandem bench: look-ups missed in a loop that measures hits");
  }

 private:
  std::uint32_t streams_;
  std::vector<std::unique_ptr<CoreBench>> smmus_;
  Random random_;
};

// Random pages of a range that does not fit the TLB.
class WalkLoop : public Loop {
 public:
  WalkLoop(const Shape& shape, std::uint64_t config_accesses)
      : bench_(shape), mask_(shape.pages - 1), config_accesses_(config_accesses) {
    bench_.translate(0);
  }
  void run(std::uint64_t count) override {
    const smmu_core_stats before = bench_.stats();
    std::uint64_t sum = 0;
    for (std::uint64_t i = 0; i != count; ++i) {
      const std::uint64_t random = random_.next();
      sum += bench_.translate((random & mask_) << 12 | (random >> 40 & 0xfc0));
    }
    keep(sum);
    const smmu_core_stats after = bench_.stats();
    const bool walks = after.tlb_misses - before.tlb_misses >= count - count / 10;
    if (!walks || after.config_accesses - before.config_accesses != count * config_accesses_) {
      throw std::runtime_error("tandem bench: look-ups hit in a loop that measures misses");
    }
  }

 private:
  CoreBench bench_;
  std::uint64_t mask_, config_accesses_;
  Random random_;
};

Row hit_row(const char* name, std::uint64_t pages) {
  return {name, "ns", "calib.hash_l1",
          "model core, TLB hit, " + std::to_string(pages) + (pages == 1 ? " page" : " pages"),
          [pages]() -> std::unique_ptr<Loop> { return std::make_unique<HitLoop>(pages); }};
}

Row spread_row(const char* name, const char* anchor, unsigned smmus, std::uint32_t streams) {
  return {name, "ns", anchor,
          "model core, TLB hit, " + std::to_string(smmus) + (smmus == 1 ? " SMMU, " : " SMMUs, ") + std::to_string(streams) +
              (streams == 1 ? " stream" : " streams"),
          [=]() -> std::unique_ptr<Loop> { return std::make_unique<SpreadLoop>(smmus, streams); }};
}

Row walk_row(const char* name, const char* what, const Shape& shape, std::uint64_t config_accesses) {
  return {name, "ns", "calib.walk4_dependent", what,
          [=]() -> std::unique_ptr<Loop> { return std::make_unique<WalkLoop>(shape, config_accesses); }};
}

}  // namespace

std::vector<Row> core_rows() {
  return {
      hit_row("model.core_hit_1", 1),
      hit_row("model.core_hit_512", 512),
      hit_row("model.core_hit_4096", 4096),
      spread_row("model.core_spread_1x1", "calib.hash_l1", 1, 1),
      spread_row("model.core_spread_8x1", "model.core_spread_1x1", 8, 1),
      spread_row("model.core_spread_64x1", "model.core_spread_1x1", 64, 1),
      spread_row("model.core_spread_1x16", "model.core_spread_1x1", 1, 16),
      spread_row("model.core_spread_1x256", "model.core_spread_1x1", 1, 256),
      walk_row("model.core_miss_256m", "model core, random page of 256 MiB, TLB of 4096, 4 levels",
               {1u << 16, 4096, 512, false, true}, 0),
      walk_row("model.core_miss_4g", "model core, random page of 4 GiB, TLB of 4096, 4 levels",
               {1u << 20, 4096, 512, false, true}, 0),
      walk_row("model.core_cold", "model core, caches off: STE, CD and 4 levels, 512 pages", {512, 0, 0, false, false}, 2),
      walk_row("model.core_nested_miss", "model core, random page of 256 MiB, 4 levels over 4 levels",
               {1u << 16, 4096, 512, true, true}, 0),
  };
}

}  // namespace tandem::bench
