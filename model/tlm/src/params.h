// SPDX-License-Identifier: Apache-2.0
// The parameters of the model, each declared once with unit, default, range and meaning.
// Not here: identification registers (model/core config.c). Proof: model/tlm/test/test_shell.cpp.
#ifndef SMMUV3_TLM_PARAMS_H
#define SMMUV3_TLM_PARAMS_H

#include <cstdint>
#include <string>

#include "smmu_tlm/smmu_module.h"
#include "smmuv3_model/core.h"

namespace smmu_model_tlm {

struct Params {
  // sizes
  std::int64_t tlb_entries = 0, tlb_ways = 0, walk_cache_entries = 0, config_cache_entries = 0, cache_mode = 0, job_slots = 0;
  // choices the architecture leaves open
  std::int64_t secure = 0, prefetch = 0, merge_events = 0, pmcg_global_filter = 0, pmcg_width_bits = 64, gbpa_abort_at_reset = 0, count_while_disabled = 0, retry_counts_again = 0, count_ats = 0;
  // time, in nanoseconds
  std::int64_t register_latency_ns = 0, update_latency_ns = 0, tlb_latency_ns = 0, walk_latency_ns = 0, cmdq_latency_ns = 0, atc_timeout_ns = 0, link_latency_ns = 0,
               beat_latency_ns = 0, write_latency_ns = 0, micro_tlb_entries = 0, micro_tlb_latency_ns = 0, timed_walks = 0;
  // nb_transport
  std::int64_t translation_slots = 0, walk_slots = 0;
  // how the SMMU reaches memory
  std::int64_t walk_dmi = 0, client_dmi = 0;
};

// Empty, or one sentence; then `params` and `core` hold the configuration.
std::string read_config(const smmu_tlm::SmmuConfig& config, Params& params, smmu_core_config& core);

}  // namespace smmu_model_tlm

#endif
