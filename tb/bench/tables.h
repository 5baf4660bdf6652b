// SPDX-License-Identifier: Apache-2.0
// Stream table, CD and translation tables written by hand into a piece of memory, so that a row times an SMMU and not
// the driver core. 4 KiB granule, 48-bit addresses, four levels.
// Not here: registers. Proof: tb/bench/test/test_bench.cpp; rows check what they translate.
#ifndef TANDEM_BENCH_TABLES_H
#define TANDEM_BENCH_TABLES_H

#include <cstdint>

#include "smmuv3_arch.h"

namespace tandem::bench {

inline constexpr std::uint64_t kRamBase = 0x80000000;
inline constexpr unsigned kStrtabLog2Size = 9;
inline constexpr std::uint32_t kSid = 5, kBypassSid = 6, kFirstMoreSid = 64;

class Tables {
 public:
  // The memory appears at kRamBase, is zero, and outlives this object. Throws std::runtime_error when it is too small.
  Tables(void* memory, std::uint64_t bytes);

  std::uint64_t take(std::uint64_t bytes);  // aligned to 4 KiB
  std::uint64_t taken() const { return next_; }
  // Leaf of level 3 (4 KiB) or 2 (2 MiB).
  void map_s1(std::uint64_t root, std::uint64_t va, std::uint64_t pa, unsigned level = 3);
  void map_s2(std::uint64_t root, std::uint64_t ipa, std::uint64_t pa);

  // Streams kSid (stage 1, stage 2 beneath it if s2_root is not 0) and kBypassSid. `more` streams from kFirstMoreSid on have
  // the same configuration, so the same TLB entries serve them.
  void add_streams(std::uint64_t s1_root, std::uint64_t s2_root = 0, std::uint32_t more = 0);
  std::uint64_t strtab() const { return strtab_; }

  const std::uint64_t* words(std::uint64_t pa, std::uint64_t bytes) const;  // null outside the memory

 private:
  std::uint64_t& word(std::uint64_t pa);
  std::uint64_t leaf_table(std::uint64_t root, std::uint64_t address, unsigned level);
  void put(std::uint64_t pa, const void* structure, std::uint64_t bytes);

  std::uint64_t* memory_;
  std::uint64_t end_, next_ = kRamBase;
  std::uint64_t strtab_ = 0;
};

}  // namespace tandem::bench

#endif
