// SPDX-License-Identifier: Apache-2.0
// The table of parameters and the way from a platform's configuration to the core's.
// Not here: what they do. Proof: model/tlm/test/test_shell.cpp.
#include "params.h"

namespace smmu_model_tlm {
namespace {

struct Declaration {
  const char* name;
  std::int64_t Params::*field;
  std::int64_t value, min, max;
  const char* meaning;  // unit first where there is one
};

const Declaration declarations[] = {
    {"tlb_entries", &Params::tlb_entries, 8192, 0, 8192, "main TLB; power of two, 0 switches it off"},
    {"tlb_ways", &Params::tlb_ways, 4, 1, 4, "ways of a TLB set: 1, 2 or 4"},
    {"walk_cache_entries", &Params::walk_cache_entries, 4096, 0, 8192,
     "pointers to tables; power of two, 0 switches it and the stage-2 translations kept for walks off"},
    {"config_cache_entries", &Params::config_cache_entries, 512, 0, 1024, "decoded configurations; power of two, 0 switches the caches off"},
    {"cache_mode", &Params::cache_mode, 0, 0, 2, "0 normal, 1 off, 2 adversary: as hostile to missing invalidations as is permitted"},
    {"job_slots", &Params::job_slots, 64, 2, 64, "client transactions walking or stalled at a time"},
    {"secure", &Params::secure, 0, 0, 2, "secure programming interface: 0 none, 1 for accesses with a SecureExtension, 2 for every access"},
    {"prefetch", &Params::prefetch, 0, 0, 1, "CMD_PREFETCH_CONFIG and CMD_PREFETCH_ADDR fill the caches"},
    {"merge_events", &Params::merge_events, 0, 0, 1, "events like the last unread record are merged with it where that is permitted (STE.MEV)"},
    {"pmcg_global_filter", &Params::pmcg_global_filter, 0, 0, 1, "PMCG CFGR.SID_FILTER_TYPE"},
    {"pmcg_width_bits", &Params::pmcg_width_bits, 64, 32, 64, "bits of a PMCG counter: 32, 36, 40, 44, 48 or 64"},
    {"gbpa_abort_at_reset", &Params::gbpa_abort_at_reset, 0, 0, 1, "GBPA.ABORT and S_GBPA.ABORT after reset"},
    {"count_while_disabled", &Params::count_while_disabled, 0, 0, 1, "PMCG event 1 while SMMUEN = 0"},
    {"retry_counts_again", &Params::retry_counts_again, 0, 0, 1, "PMCG event 1 again for a retry by CMD_RESUME"},
    {"count_ats", &Params::count_ats, 1, 0, 1, "PMCG event 1 for ATS requests and translated accesses"},
    {"register_latency_ns", &Params::register_latency_ns, 10, 0, 1000000, "ns per access of the programming port"},
    {"update_latency_ns", &Params::update_latency_ns, 20, 1, 1000000, "ns from a write of CR0, IRQ_CTRL or GBPA to its acknowledgement"},
    {"tlb_latency_ns", &Params::tlb_latency_ns, 2, 0, 1000000, "ns of a look-up, paid by hits and misses alike"},
    {"walk_latency_ns", &Params::walk_latency_ns, 20, 0, 1000000, "ns of SMMU work per access of its own, beside the time of the memory"},
    {"timed_walks", &Params::timed_walks, 0, 0, 1,
     "1: a walk takes its time access by access, and commands come in between; 0: at once, its time is added; not of nb_transport"},
    {"cmdq_latency_ns", &Params::cmdq_latency_ns, 10, 1, 1000000, "ns per command consumed"},
    {"atc_timeout_ns", &Params::atc_timeout_ns, 1000000, 1, 1000000000, "ns an endpoint has to complete CMD_ATC_INV before CMD_SYNC reports it"},
    {"link_latency_ns", &Params::link_latency_ns, 5, 0, 1000000, "ns between a TBU and the walker, each way; misses of nb_transport"},
    {"beat_latency_ns", &Params::beat_latency_ns, 0, 0, 1000, "ns for each 16 bytes of a client transaction's data, started ones count whole; not of nb_transport"},
    {"write_latency_ns", &Params::write_latency_ns, 0, 0, 1000000, "ns of a client write beside its data; not of nb_transport"},
    {"micro_tlb_entries", &Params::micro_tlb_entries, 0, 0, 64,
     "pages that each half (reads, writes) of a TBU answers in micro_tlb_latency_ns, 0 none; time only, not of nb_transport"},
    {"micro_tlb_latency_ns", &Params::micro_tlb_latency_ns, 1, 0, 1000000, "ns of a look-up that the micro-TLB answers; others take tlb_latency_ns"},
    {"translation_slots", &Params::translation_slots, 16, 1, 1024, "nb_transport: transactions of a TBU that are being translated"},
    {"walk_slots", &Params::walk_slots, 8, 1, 64, "nb_transport: misses of the SMMU that are walking"},
    {"walk_dmi", &Params::walk_dmi, 1, 0, 1, "the SMMU's own accesses use DMI where the memory grants it"},
    {"client_dmi", &Params::client_dmi, 1, 0, 1, "clients are granted DMI to translated regions"},
};

std::string known_names() {
  std::string names;
  for (const Declaration& d : declarations) names += (names.empty() ? "" : ", ") + std::string(d.name);
  return names;
}

const Declaration* find(const std::string& name) {
  for (const Declaration& d : declarations)
    if (name == d.name) return &d;
  return nullptr;
}

std::string read_params(const smmu_tlm::SmmuConfig& config, Params& params) {
  for (const Declaration& d : declarations) params.*d.field = d.value;
  for (const auto& [name, value] : config.params) {
    const Declaration* d = find(name);
    if (d == nullptr) return "unknown parameter '" + name + "' of the SystemC model; it has " + known_names();
    if (value < d->min || value > d->max)
      return "parameter '" + name + "' (" + d->meaning + ") is " + std::to_string(value) + ", allowed are " + std::to_string(d->min) +
             " to " + std::to_string(d->max);
    params.*d->field = value;
  }
  return {};
}

void fill_core(const smmu_tlm::SmmuConfig& config, const Params& params, smmu_core_config& core) {
  smmu_core_config_default(&core);
  for (std::size_t i = 0; i < config.ids.idr.size(); i++) core.ids.idr[i] = config.ids.idr[i];
  core.ids.iidr = config.ids.iidr;
  core.ids.aidr = config.ids.aidr;
  core.seed = config.seed;
  core.pmcg_counters = config.pmcg_counter_count;
  core.tlb_entries = static_cast<std::uint32_t>(params.tlb_entries);
  core.tlb_ways = static_cast<std::uint32_t>(params.tlb_ways);
  core.walk_cache_entries = static_cast<std::uint32_t>(params.walk_cache_entries);
  core.cache_mode = static_cast<std::uint32_t>(params.cache_mode);
  core.config_cache_entries = static_cast<std::uint32_t>(params.config_cache_entries);
  core.job_slots = static_cast<std::uint32_t>(params.job_slots);
  core.secure = params.secure != 0;
  core.prefetch = params.prefetch != 0;
  core.merge_events = params.merge_events != 0;
  core.pmcg_global_filter = params.pmcg_global_filter != 0;
  core.pmcg_width_bits = static_cast<std::uint32_t>(params.pmcg_width_bits);
  core.gbpa_abort_at_reset = params.gbpa_abort_at_reset != 0;
  core.count_while_disabled = params.count_while_disabled != 0;
  core.retry_counts_again = params.retry_counts_again != 0;
  core.count_ats = params.count_ats != 0;
}

}  // namespace

std::string read_config(const smmu_tlm::SmmuConfig& config, Params& params, smmu_core_config& core) {
  if (config.tbu_count < 1 || config.tbu_count > 4) return "tbu_count must be 1 to 4, not " + std::to_string(config.tbu_count);
  if (config.clock_period_ps == 0) return "clock_period_ps must not be 0";
  if (std::string problem = read_params(config, params); !problem.empty()) return problem;
  fill_core(config, params, core);
  char sentence[256] = "";
  smmu_core_config_check(&core, sentence, sizeof sentence);
  return sentence;
}

}  // namespace smmu_model_tlm
