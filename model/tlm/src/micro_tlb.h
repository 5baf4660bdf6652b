// SPDX-License-Identifier: Apache-2.0
// The time that a micro-TLB in front of the main TLB saves: it remembers which kinds of transaction were answered lately, never the
// answer, so it cannot make a translation wrong. A half for reads and one for writes, replaced in turn, emptied by any invalidation
// or Update. Not here: nb_transport. Proof: model/tlm/test/test_shell.cpp.
#ifndef SMMUV3_TLM_MICRO_TLB_H
#define SMMUV3_TLM_MICRO_TLB_H

#include <array>
#include <cstdint>
#include <vector>

#include "smmu_tlm/stream_extension.h"
#include "translation_basis.h"

namespace smmu_model_tlm {

class MicroTlb {
 public:
  explicit MicroTlb(std::size_t entries) : halves_{Half{std::vector<Key>(entries), 0, 0}, Half{std::vector<Key>(entries), 0, 0}} {}

  // Whether a transaction like this one was answered lately; it is one of them from now on.
  bool knows(const smmu_core& core, std::uint64_t iova, bool write, const smmu_tlm::StreamExtension& stream) {
    TranslationBasis now = TranslationBasis::of(core);
    now.pmcg_cr = 0, now.trace_on = 0;  // who counts or watches changes no answer
    if (!(now == basis_)) {
      for (Half& half : halves_) half.used = half.next = 0;
      basis_ = now;
    }
    Half& half = halves_[write ? 1 : 0];
    const Key key{iova >> 12, stream.sid, stream.ssid_valid ? stream.ssid : 0, stream.ssid_valid, stream.privileged, stream.instruction};
    for (std::size_t i = 0; i < half.used; i++)
      if (half.keys[i] == key) return true;
    half.keys[half.next] = key;
    half.next = (half.next + 1) % half.keys.size();
    if (half.used < half.keys.size()) half.used++;
    return false;
  }

 private:
  struct Key {
    std::uint64_t page;
    std::uint32_t sid, ssid;
    bool ssid_valid, privileged, instruction;
    bool operator==(const Key& o) const {
      return page == o.page && sid == o.sid && ssid == o.ssid && ssid_valid == o.ssid_valid && privileged == o.privileged && instruction == o.instruction;
    }
  };
  struct Half {
    std::vector<Key> keys;
    std::size_t used, next;
  };
  std::array<Half, 2> halves_;
  TranslationBasis basis_{};
};

}  // namespace smmu_model_tlm

#endif
