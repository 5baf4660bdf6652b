// SPDX-License-Identifier: Apache-2.0
// What an answer of the core depends on beside memory: while two of these are equal, it would be given again. The epochs
// move with every invalidation. Not here: who keeps answers (client DMI, transactions that wait for their turn).
// Proof: model/tlm/test/test_shell.cpp, test_at.cpp.
#ifndef SMMUV3_TLM_TRANSLATION_BASIS_H
#define SMMUV3_TLM_TRANSLATION_BASIS_H

#include <cstdint>

#include "smmuv3_model/core_state.h"

namespace smmu_model_tlm {

struct TranslationBasis {
  std::uint64_t tlb_epoch, config_epoch;
  std::uint32_t gbpa, pmcg_cr;
  std::uint8_t open, trace_on;
  bool operator==(const TranslationBasis& o) const {
    return tlb_epoch == o.tlb_epoch && config_epoch == o.config_epoch && gbpa == o.gbpa && pmcg_cr == o.pmcg_cr && open == o.open &&
           trace_on == o.trace_on;
  }
  static TranslationBasis of(const smmu_core& core) {
    return {core.tlb_epoch, core.config_epoch, core.r.gbpa, core.pmcg.cr, core.open, core.trace_on};
  }
};

}  // namespace smmu_model_tlm

#endif
