// SPDX-License-Identifier: Apache-2.0
// libtandem: what the platform has and what happens in it: names, JSON, counts, trace, MSIs. Proof: tb/tests/test_libtandem.c.
#include "handle.h"

#include "smmu_tlm/smmu_module.h"
#include "smmuv3_trace.h"

using namespace tandem::capi;

namespace tandem::capi {

void Records::record(const smmu_trace_record& record) {
  if (owner_.on_trace.fn != nullptr) owner_.on_trace.fn(owner_.on_trace.arg, &record);
  const bool msi_arrived = record.kind == SMMU_TRACE_MSI && record.data[1] == 0;
  if (!msi_arrived || owner_.on_msi.fn == nullptr) return;
  const tandem_msi msi = {record.source, record.addr, record.data[0]};
  owner_.on_msi.fn(owner_.on_msi.arg, &msi);
}

void update_trace(tandem_handle* t) {
  const bool wanted = t->on_trace.fn != nullptr || t->on_msi.fn != nullptr;
  t->platform->set_trace_sink(wanted ? t->records.sink() : nullptr);
}

}  // namespace tandem::capi

extern "C" {

int tandem_api_version(void) { return TANDEM_API_VERSION; }
const char* tandem_version(void) { return TANDEM_VERSION; }
const char* tandem_error(const tandem_handle* t) { return t == nullptr ? "" : t->error.c_str(); }

const char* tandem_smmu_name(const tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->names[static_cast<std::size_t>(smmu)].c_str() : nullptr;
}

int tandem_find_smmu(const tandem_handle* t, const char* name) {
  if (!enter(t)) return -1;
  for (std::size_t i = 0; i < t->names.size() && name != nullptr; ++i) {
    if (t->names[i] == name) return static_cast<int>(i);
  }
  refuse(t, std::string("there is no SMMU '") + (name != nullptr ? name : "") + "'");
  return -1;
}

bool tandem_pmcg_pages(const tandem_handle* t, int smmu, int tbu, uint32_t* page0, uint32_t* page1) {
  if (page0 != nullptr) *page0 = 0;
  if (page1 != nullptr) *page1 = 0;
  if (!enter(t)) return false;
  if (!has_smmu(t, smmu)) return refuse(t, "there is no SMMU " + std::to_string(smmu));
  const auto n = static_cast<std::size_t>(smmu);
  if (tbu < -1 || (tbu >= 0 && static_cast<unsigned>(tbu) >= t->platform->spec().smmus[n].tbu_count))
    return refuse(t, "there is no TBU " + std::to_string(tbu) + " of " + t->names[n]);
  const char* const feature = tbu < 0 ? "\"PMCG\": true" : "\"PMCG_TBU\": true";
  if (t->caps[n].find(feature) == std::string::npos)
    return refuse(t, t->names[n] + (tbu < 0 ? " has no counter group" : " has no counter groups of its TBUs"));
  const auto which = static_cast<unsigned>(tbu);
  if (page0 != nullptr) *page0 = tbu < 0 ? smmu_tlm::kPmcgPage0 : smmu_tlm::pmcg_page0_of_tbu(which);
  if (page1 != nullptr) *page1 = tbu < 0 ? smmu_tlm::kPmcgPage1 : smmu_tlm::pmcg_page1_of_tbu(which);
  return true;
}

const char* tandem_platform_json(const tandem_handle* t) { return enter(t) ? t->platform_json.c_str() : ""; }

bool tandem_add_doorbell(tandem_handle* t, uint64_t pa, uint64_t size_bytes) {
  if (!enter(t)) return false;
  return t->platform->add_doorbell(pa, size_bytes) ||
         refuse(t, "a doorbell must have at least one byte, lie outside RAM and other doorbells, and not wrap");
}

void tandem_on_msi(tandem_handle* t, tandem_msi_fn fn, void* arg) {
  if (!enter(t)) return;
  t->on_msi = {fn, arg};
  update_trace(t);
}

void tandem_on_trace(tandem_handle* t, tandem_trace_fn fn, void* arg) {
  if (!enter(t)) return;
  t->on_trace = {fn, arg};
  update_trace(t);
}

size_t tandem_trace_text(const tandem_handle* t, const struct smmu_trace_record* record, char* text, size_t text_size) {
  if (text != nullptr && text_size != 0) text[0] = '\0';
  if (t == nullptr || record == nullptr) return 0;
  const std::string line = tandem::trace_record_to_json(*record, t->names);
  if (text != nullptr && text_size != 0) std::snprintf(text, text_size, "%s", line.c_str());
  return line.size();
}

bool tandem_smmu_stats(const tandem_handle* t, int smmu, tandem_stats* out) {
  if (out != nullptr) *out = tandem_stats{};
  if (!has_smmu(t, smmu)) return false;
  if (out == nullptr) return refuse(t, "there is nowhere to put the answer");
  const smmu_tlm::SmmuStats s = t->platform->smmu(static_cast<unsigned>(smmu)).stats();
  *out = {s.commands, s.syncs, s.transactions, s.translations, s.tlb_hits, s.tlb_misses, s.config_misses,
          s.table_walk_accesses, s.config_accesses, s.events_recorded, s.aborts};
  return true;
}

}  // extern "C"
