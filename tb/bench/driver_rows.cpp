// SPDX-License-Identifier: Apache-2.0
// The driver core: map, unmap and look-up in a domain that is attached nowhere, where only table work is timed, and in one whose
// unmaps also invalidate; how unmaps grow with the masters of a domain, and attaching with the PASIDs of a master.
// Proof: tb/bench/test/test_bench.cpp.
#include <stdexcept>
#include <string>

#include "bench/bench.h"
#include "bench/driver_rig.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kPage = 4096, kBlock = 2ull << 20;
constexpr std::uint32_t kFirstSid = 0x100;

// A stage-1 domain, shared by so many masters, spread evenly over so many SMMUs.
class DomainBench {
 public:
  explicit DomainBench(unsigned smmus = 0, unsigned masters = 0) : rig_(smmus), domain_(rig_.make_domain()) {
    for (unsigned i = 0; i < masters; ++i) {
      check(smmu_master_attach(rig_.make_master(i % smmus, kFirstSid + i / smmus, 0), domain_, 0), "smmu_master_attach");
    }
    if (smmus != 0) check_sequences();
  }

  void map(std::uint64_t iova, std::uint64_t bytes) {
    check(smmu_domain_map(domain_, {iova}, {0x100000000 + iova}, bytes, SMMU_PROT_READ | SMMU_PROT_WRITE | SMMU_PROT_CACHED), "smmu_domain_map");
  }
  void unmap(std::uint64_t iova, std::uint64_t bytes) {
    std::uint64_t unmapped = 0;
    check(smmu_domain_unmap(domain_, {iova}, bytes, &unmapped), "smmu_domain_unmap");
    check_all(unmapped, bytes);
  }
  void unmap_gather(std::uint64_t iova, std::uint64_t bytes) {
    std::uint64_t unmapped = 0;
    check(smmu_domain_unmap_gather(domain_, {iova}, bytes, &gather_, &unmapped), "smmu_domain_unmap_gather");
    check_all(unmapped, bytes);
  }
  void sync() { check(smmu_domain_sync(domain_, &gather_), "smmu_domain_sync"); }
  std::uint64_t look_up(std::uint64_t iova) {
    smmu_pa pa{};
    if (smmu_domain_iova_to_phys(domain_, {iova}, &pa) != SMMU_OK) throw std::runtime_error("tandem bench: a look-up found nothing");
    return pa.v;
  }

 private:
  static void check_all(std::uint64_t unmapped, std::uint64_t bytes) {
    if (unmapped != bytes) throw std::runtime_error("tandem bench: an unmap found less than was mapped");
  }
  // One TLBI and one CMD_SYNC for each SMMU, however many masters there are.
  void check_sequences() {
    std::vector<struct smmu_dev_stats> before;
    for (unsigned i = 0; i < rig_.smmus(); ++i) before.push_back(rig_.stats(i));
    map(0, kPage);
    unmap(0, kPage);
    for (unsigned i = 0; i < rig_.smmus(); ++i) {
      const struct smmu_dev_stats after = rig_.stats(i);
      if (after.commands - before[i].commands == 2 && after.syncs - before[i].syncs == 1) continue;
      throw std::runtime_error("tandem bench: SMMU " + std::to_string(i) + " got " + std::to_string(after.commands - before[i].commands) +
                               " commands for one unmap, not one TLBI and one CMD_SYNC");
    }
  }

  DriverRig rig_;
  smmu_domain* domain_;
  smmu_gather gather_ = SMMU_GATHER_INIT;
};

enum class Call { kMap, kUnmap, kGather };

// Maps, or unmaps, sequentially `bytes` per operation; the other half of the pair happens untimed between batches.
// kGather: the invalidation is collected, and sent once for the batch.
class MapLoop : public Loop {
 public:
  MapLoop(Call call, std::uint64_t bytes, std::uint64_t batch, unsigned smmus, unsigned masters)
      : bench_(smmus, masters), call_(call), bytes_(bytes), batch_(batch) {}
  std::uint64_t limit() const override { return batch_; }
  void prepare() override {
    if (call_ == Call::kMap) {
      while (mapped_ != 0) bench_.unmap(--mapped_ * bytes_, bytes_);
    } else {
      while (mapped_ != batch_) bench_.map(mapped_++ * bytes_, bytes_);
    }
  }
  void run(std::uint64_t count) override {
    switch (call_) {
      case Call::kMap:
        for (; count != 0; --count) bench_.map(mapped_++ * bytes_, bytes_);
        break;
      case Call::kUnmap:
        for (; count != 0; --count) bench_.unmap(--mapped_ * bytes_, bytes_);
        break;
      case Call::kGather:
        for (; count != 0; --count) bench_.unmap_gather(--mapped_ * bytes_, bytes_);
        bench_.sync();
        break;
    }
  }

 private:
  DomainBench bench_;
  Call call_;
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

// Attaches a domain of its own as the n-th PASID of a master whose RID is in use too. The n - 1 before it have a domain each,
// so that as many tags are out. A batch is one attach for each of 32 masters; the detaches happen untimed between batches.
class AttachPasidLoop : public Loop {
 public:
  explicit AttachPasidLoop(std::uint32_t nth) : rig_(1), nth_(nth) {
    for (unsigned i = 0; i < kMasters; ++i) {
      masters_.push_back(rig_.make_master(0, kFirstSid + i, 10));
      own_.push_back(rig_.make_domain());
      check(smmu_master_attach(masters_.back(), rig_.make_domain(), 0), "smmu_master_attach");
    }
    for (std::uint32_t ssid = 1; ssid < nth; ++ssid) {
      smmu_domain* const domain = rig_.make_domain();
      for (smmu_master* master : masters_) attach(master, domain, ssid);
    }
  }
  std::uint64_t limit() const override { return kMasters; }
  void prepare() override {
    while (attached_ != 0) check(smmu_master_detach_pasid(masters_[--attached_], nth_), "smmu_master_detach_pasid");
  }
  void run(std::uint64_t count) override {
    for (; count != 0; --count, ++attached_) attach(masters_[attached_], own_[attached_], nth_);
  }

 private:
  static constexpr unsigned kMasters = 32;
  static void attach(smmu_master* master, smmu_domain* domain, std::uint32_t ssid) {
    check(smmu_master_attach_pasid(master, domain, ssid, 0), "smmu_master_attach_pasid");
  }

  DriverRig rig_;
  std::uint32_t nth_;
  std::vector<smmu_master*> masters_;
  std::vector<smmu_domain*> own_;
  unsigned attached_ = 0;
};

Row look_up_row(const char* name, const char* what, std::uint64_t pages) {
  return {name, "ns", "calib.walk4_dependent", what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<LookUpLoop>(pages); }};
}

Row map_row(const char* name, const char* what, Call call, std::uint64_t bytes, std::uint64_t batch, unsigned smmus = 0, unsigned masters = 0,
            const char* anchor = "calib.walk4_dependent") {
  return {name, "ns", anchor, what,
          [=]() -> std::unique_ptr<Loop> { return std::make_unique<MapLoop>(call, bytes, batch, smmus, masters); }};
}

Row attach_row(const char* name, const char* anchor, const char* what, std::uint32_t nth) {
  return {name, "ns", anchor, what, [=]() -> std::unique_ptr<Loop> { return std::make_unique<AttachPasidLoop>(nth); }};
}

}  // namespace

std::vector<Row> driver_rows() {
  return {
      map_row("driver.map_4k", "driver, map one 4 KiB page, sequential", Call::kMap, kPage, 4096),
      map_row("driver.unmap_4k", "driver, unmap one 4 KiB page, domain attached nowhere", Call::kUnmap, kPage, 4096),
      map_row("driver.map_64x4k", "driver, map 64 pages in one call", Call::kMap, 64 * kPage, 512),
      map_row("driver.unmap_64x4k", "driver, unmap 64 pages in one call", Call::kUnmap, 64 * kPage, 512),
      map_row("driver.map_2m", "driver, map one 2 MiB block", Call::kMap, kBlock, 512),
      map_row("driver.unmap_2m", "driver, unmap one 2 MiB block", Call::kUnmap, kBlock, 512),
      map_row("driver.attached_map_4k", "driver, map one 4 KiB page, domain attached behind one SMMU", Call::kMap, kPage, 4096, 1, 1),
      map_row("driver.attached_unmap_4k", "driver, unmap it, TLBI and CMD_SYNC included", Call::kUnmap, kPage, 4096, 1, 1),
      map_row("driver.attached_gather_4k", "driver, unmap it, range collected, one TLBI and CMD_SYNC for 4096", Call::kGather, kPage, 4096, 1, 1),
      map_row("driver.attached_map_64x4k", "driver, map 64 pages in one call, domain attached", Call::kMap, 64 * kPage, 512, 1, 1),
      map_row("driver.attached_unmap_64x4k", "driver, unmap them, TLBI and CMD_SYNC included", Call::kUnmap, 64 * kPage, 512, 1, 1),
      map_row("driver.attached_gather_64x4k", "driver, unmap them, range collected", Call::kGather, 64 * kPage, 512, 1, 1),
      map_row("driver.attached_map_2m", "driver, map one 2 MiB block, domain attached", Call::kMap, kBlock, 512, 1, 1),
      map_row("driver.attached_unmap_2m", "driver, unmap it, TLBI and CMD_SYNC included", Call::kUnmap, kBlock, 512, 1, 1),
      map_row("driver.attached_gather_2m", "driver, unmap it, range collected", Call::kGather, kBlock, 512, 1, 1),
      map_row("driver.unmap_4_masters", "driver, unmap 4 KiB, 4 masters behind 4 SMMUs, 4 TLBIs and CMD_SYNCs", Call::kUnmap, kPage, 4096, 4, 4),
      map_row("driver.unmap_1000_masters", "driver, the same with 1000 masters", Call::kUnmap, kPage, 4096, 4, 1000, "driver.unmap_4_masters"),
      attach_row("driver.attach_pasid_1st", "calib.walk4_dependent", "driver, attach the first PASID of a master", 1),
      attach_row("driver.attach_pasid_2nd", "driver.attach_pasid_1st", "driver, attach the second PASID of a master", 2),
      attach_row("driver.attach_pasid_1000th", "driver.attach_pasid_1st", "driver, attach the 1000th PASID of a master", 1000),
      look_up_row("driver.iova_to_phys_hot", "driver, look up one of 512 pages", 512),
      look_up_row("driver.iova_to_phys_4g", "driver, look up a random page of 4 GiB", 1u << 20),
  };
}

}  // namespace tandem::bench
