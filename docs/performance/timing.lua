-- SPDX-License-Identifier: Apache-2.0
-- Times of the model fitted to rtl by tandem calibrate: parameters of an SMMU, for a plan's presets or --smmu.
-- Mean error of runs that were not used for it: 4.3 % of run times, 1.5 % of accesses.
return {
   config_cache_entries = 32,
   micro_tlb_entries = 4,
   tlb_entries = 128,
   tlb_ways = 4,
   walk_cache_entries = 16,
   micro_tlb_latency_ns = 8,
   tlb_latency_ns = 14,
   update_latency_ns = 3,
   walk_latency_ns = 8,
   beat_latency_ns = 1,
   write_latency_ns = 2,
   cmdq_latency_ns = 12,
   register_latency_ns = 8,
}
