// SPDX-License-Identifier: Apache-2.0
// Page tables of the driver core: map, unmap, look-up in a domain that is attached nowhere, so that nothing is
// invalidated and only table work is timed. Proof: tb/bench/test/test_bench.cpp.
#include <cstdlib>
#include <ctime>
#include <stdexcept>

#include "bench/bench.h"
#include "smmuv3/smmuv3.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kPage = 4096, kBlock = 2ull << 20;
constexpr std::uint64_t kArena = 64ull << 20;

std::uint64_t now_us(void*) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1000;
}

void check(smmu_status status, const char* what) {
  if (status != SMMU_OK) throw std::runtime_error(std::string("tandem bench: ") + what + ": " + smmu_status_name(status));
}

// A driver context with one stage-1 domain over plain memory.
class DomainBench {
 public:
  DomainBench() : dma_(std::aligned_alloc(kArena, kArena)), memory_(std::aligned_alloc(64, kArena)) {
    smmu_sys_config config{};
    config.host.now_us = now_us;
    config.dma = {dma_, 0x80000000, kArena};
    config.memory = {memory_, kArena};
    check(smmu_sys_init(&config, &sys_), "smmu_sys_init");
    smmu_domain_config domain{};
    domain.type = SMMU_DOMAIN_S1;
    check(smmu_domain_create(sys_, &domain, &domain_), "smmu_domain_create");
  }
  ~DomainBench() {
    std::free(dma_);
    std::free(memory_);
  }
  DomainBench(const DomainBench&) = delete;
  DomainBench& operator=(const DomainBench&) = delete;

  void map(std::uint64_t iova, std::uint64_t bytes) {
    check(smmu_domain_map(domain_, {iova}, {0x100000000 + iova}, bytes, SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED), "smmu_domain_map");
  }
  void unmap(std::uint64_t iova, std::uint64_t bytes) {
    std::uint64_t unmapped = 0;
    check(smmu_domain_unmap(domain_, {iova}, bytes, &unmapped), "smmu_domain_unmap");
    if (unmapped != bytes) throw std::runtime_error("tandem bench: an unmap found less than was mapped");
  }
  std::uint64_t look_up(std::uint64_t iova) {
    smmu_pa pa{};
    if (smmu_domain_iova_to_phys(domain_, {iova}, &pa) != SMMU_OK) throw std::runtime_error("tandem bench: a look-up found nothing");
    return pa.v;
  }

 private:
  void *dma_, *memory_;
  smmu_sys* sys_ = nullptr;
  smmu_domain* domain_ = nullptr;
};

// Maps, or unmaps, sequentially `bytes` per operation; the other half of the pair happens untimed between batches.
class MapLoop : public Loop {
 public:
  MapLoop(bool unmap, std::uint64_t bytes, std::uint64_t batch) : unmap_(unmap), bytes_(bytes), batch_(batch) {}
  std::uint64_t limit() const override { return batch_; }
  void prepare() override {
    while (mapped_ != 0 && !unmap_) bench_.unmap(--mapped_ * bytes_, bytes_);
    while (mapped_ != batch_ && unmap_) bench_.map(mapped_++ * bytes_, bytes_);
  }
  void run(std::uint64_t count) override {
    if (unmap_) {
      for (; count != 0; --count) bench_.unmap(--mapped_ * bytes_, bytes_);
    } else {
      for (; count != 0; --count) bench_.map(mapped_++ * bytes_, bytes_);
    }
  }

 private:
  DomainBench bench_;
  bool unmap_;
  std::uint64_t bytes_, batch_, mapped_ = 0;
};

class LookUpLoop : public Loop {
 public:
  // One call per page: a larger range would become blocks.
  explicit LookUpLoop(std::uint64_t pages) : mask_(pages - 1) {
    for (std::uint64_t page = 0; page < pages; ++page) bench_.map(page * kPage, kPage);
  }
  void run(std::uint64_t count) override {
    std::uint64_t sum = 0;
    for (; count != 0; --count) sum += bench_.look_up((random_.next() & mask_) * kPage);
    keep(sum);
  }

 private:
  DomainBench bench_;
  std::uint64_t mask_;
  Random random_;
};

Row look_up_row(const char* name, const char* what, std::uint64_t pages) {
  return {name, "ns", "calib.walk4_dependent", what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<LookUpLoop>(pages); }};
}

Row map_row(const char* name, const char* what, bool unmap, std::uint64_t bytes, std::uint64_t batch) {
  return {name, "ns", "calib.walk4_dependent", what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<MapLoop>(unmap, bytes, batch); }};
}

}  // namespace

std::vector<Row> driver_rows() {
  return {
      map_row("driver.map_4k", "driver, map one 4 KiB page, sequential", false, kPage, 4096),
      map_row("driver.unmap_4k", "driver, unmap one 4 KiB page, domain attached nowhere", true, kPage, 4096),
      map_row("driver.map_64x4k", "driver, map 64 pages in one call", false, 64 * kPage, 512),
      map_row("driver.unmap_64x4k", "driver, unmap 64 pages in one call", true, 64 * kPage, 512),
      map_row("driver.map_2m", "driver, map one 2 MiB block", false, kBlock, 512),
      map_row("driver.unmap_2m", "driver, unmap one 2 MiB block", true, kBlock, 512),
      look_up_row("driver.iova_to_phys_hot", "driver, look up one of 512 pages", 512),
      look_up_row("driver.iova_to_phys_4g", "driver, look up a random page of 4 GiB", 1u << 20),
  };
}

}  // namespace tandem::bench
