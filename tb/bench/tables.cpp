// SPDX-License-Identifier: Apache-2.0
// The structures of tables.h. Proof: tb/bench/test/test_bench.cpp.
#include "bench/tables.h"

#include <cstring>
#include <stdexcept>

namespace tandem::bench {
namespace {

constexpr std::uint64_t kTableMask = 0xfffffffff000;
constexpr std::uint64_t kTable = 3, kBlock = 1, kPage = 3, kAccessFlag = 1ull << 10, kInnerShareable = 3ull << 8;
constexpr std::uint64_t kS1ReadWriteForAll = 1ull << 6;  // AP[2:1] = 0b01, attribute index 0
constexpr std::uint64_t kS2ReadWrite = 3ull << 6, kS2WriteBack = 0xfull << 2;

}  // namespace

Tables::Tables(void* memory, std::uint64_t bytes)
    : memory_(static_cast<std::uint64_t*>(memory)), end_(kRamBase + bytes) {}

std::uint64_t Tables::take(std::uint64_t bytes) {
  const std::uint64_t pa = next_, whole = (bytes + 4095) & ~4095ull;
  if (whole > end_ - next_) throw std::runtime_error("tandem bench: the memory of a row is too small for its tables");
  next_ += whole;
  return pa;
}

std::uint64_t& Tables::word(std::uint64_t pa) { return memory_[(pa - kRamBase) / 8]; }

const std::uint64_t* Tables::words(std::uint64_t pa, std::uint64_t bytes) const {
  return pa >= kRamBase && bytes <= end_ - kRamBase && pa - kRamBase <= end_ - kRamBase - bytes
             ? memory_ + (pa - kRamBase) / 8
             : nullptr;
}

std::uint64_t Tables::leaf_table(std::uint64_t root, std::uint64_t address, unsigned level) {
  std::uint64_t table = root;
  for (unsigned l = 0; l < level; ++l) {
    const std::uint64_t entry = table + 8 * (address >> (39 - 9 * l) & 511);
    if (word(entry) == 0) word(entry) = take(4096) | kTable;
    table = word(entry) & kTableMask;
  }
  return table + 8 * (address >> (39 - 9 * level) & 511);
}

void Tables::map_s1(std::uint64_t root, std::uint64_t va, std::uint64_t pa, unsigned level) {
  word(leaf_table(root, va, level)) =
      pa | kAccessFlag | kInnerShareable | kS1ReadWriteForAll | (level == 3 ? kPage : kBlock);
}

void Tables::map_s2(std::uint64_t root, std::uint64_t ipa, std::uint64_t pa) {
  word(leaf_table(root, ipa, 3)) = pa | kAccessFlag | kInnerShareable | kS2ReadWrite | kS2WriteBack | kPage;
}

void Tables::put(std::uint64_t pa, const void* structure, std::uint64_t bytes) {
  std::memcpy(&word(pa), structure, bytes);
}

void Tables::add_streams(std::uint64_t s1_root, std::uint64_t s2_root, std::uint32_t more) {
  const std::uint64_t cd_pa = take(4096);
  smmu_cd cd{};
  smmu_cd_set_V(&cd, 1);
  smmu_cd_set_AA64(&cd, 1);
  smmu_cd_set_T0SZ(&cd, 16);
  smmu_cd_set_EPD1(&cd, 1);
  smmu_cd_set_IPS(&cd, 5);
  smmu_cd_set_R(&cd, 1);
  smmu_cd_set_A(&cd, 1);
  smmu_cd_set_ASID(&cd, 7);
  smmu_cd_set_TTB0(&cd, s1_root);
  smmu_cd_set_MAIR0(&cd, 0xff);
  put(cd_pa, &cd, sizeof cd);
  smmu_ste ste{};
  smmu_ste_set_V(&ste, 1);
  smmu_ste_set_Config(&ste, s2_root != 0 ? SMMU_STE_CONFIG_NESTED : SMMU_STE_CONFIG_S1);
  smmu_ste_set_S1ContextPtr(&ste, cd_pa);
  if (s2_root != 0) {
    map_s2(s2_root, cd_pa, cd_pa);  // stage 2 translates S1ContextPtr too
    smmu_ste_set_S2VMID(&ste, 1);
    smmu_ste_set_S2AA64(&ste, 1);
    smmu_ste_set_S2T0SZ(&ste, 16);
    smmu_ste_set_S2SL0(&ste, 2);  // start at level 0
    smmu_ste_set_S2PS(&ste, 5);
    smmu_ste_set_S2R(&ste, 1);
    smmu_ste_set_S2TTB(&ste, s2_root);
  }
  constexpr std::uint64_t kStrtabBytes = 64u << kStrtabLog2Size;  // aligned to its size
  strtab_ = (take(2 * kStrtabBytes) + kStrtabBytes - 1) & ~(kStrtabBytes - 1);
  put(strtab_ + 64 * kSid, &ste, sizeof ste);
  for (std::uint32_t i = 0; i < more; ++i) put(strtab_ + 64 * (kFirstMoreSid + i), &ste, sizeof ste);
  smmu_ste bypass{};
  smmu_ste_set_V(&bypass, 1);
  smmu_ste_set_Config(&bypass, SMMU_STE_CONFIG_BYPASS);
  smmu_ste_set_SHCFG(&bypass, SMMU_STE_SHCFG_INCOMING);
  put(strtab_ + 64 * kBypassSid, &bypass, sizeof bypass);
}

}  // namespace tandem::bench
