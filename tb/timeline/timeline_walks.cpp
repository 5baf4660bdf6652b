// SPDX-License-Identifier: Apache-2.0
// Transactions at a TBU, what was fetched for them, and how often a TLB knew the answer.
// Proof: tb/timeline/test/timeline_test.lua.
#include <algorithm>

#include "timeline/timeline.h"
#include "trace/record_names.h"

namespace tandem {
namespace {

constexpr std::size_t kRateWindow = 32;  // lookups behind one value of the hit rate

}  // namespace

Timeline::Transaction* Timeline::transaction_of(Smmu& smmu, std::uint32_t sid, std::uint32_t ssid) {
  for (auto t = smmu.transactions.rbegin(); t != smmu.transactions.rend(); ++t) {
    if (t->sid == sid && t->ssid == ssid) return &*t;
  }
  return nullptr;
}

const Timeline::OpenAccess* Timeline::access_of(const Smmu& smmu, std::uint32_t sid, std::uint32_t ssid, std::uint64_t iova) const {
  for (const OpenAccess& a : accesses_) {
    if (&smmus_[a.smmu] == &smmu && a.sid == sid && a.ssid == ssid && iova - a.iova < a.bytes) return &a;
  }
  return nullptr;
}

void Timeline::transaction_begin(Smmu& smmu, const smmu_trace_record& r) {
  const auto tbu = static_cast<std::uint32_t>(std::min<std::uint64_t>(r.data[2], smmu.tbus.size() - 1));
  const OpenAccess* const cause = access_of(smmu, r.sid, r.ssid, r.addr);
  Transaction t{r.sid, r.ssid, tbu, r.flags, r.addr, r.time_ps, cause == nullptr ? 0 : cause->flow, smmu.tbus[tbu].acquire(file_)};
  JsonObject args;
  args.hex("StreamID", r.sid);
  if ((r.flags & SMMU_TRACE_FLAG_SSV) != 0) args.hex("SubstreamID", r.ssid);
  file_.begin(smmu.tbus[tbu].track(t.lane), r.time_ps, ((r.flags & SMMU_TRACE_FLAG_WRITE) != 0 ? "write " : "read ") + hex_text(r.addr), "transaction",
              args, flow_in(t.flow));
  smmu.transactions.push_back(t);
}

void Timeline::transaction_end(Smmu& smmu, const smmu_trace_record& r) {
  const auto same = [&](const Transaction& t) {
    return t.sid == r.sid && t.ssid == r.ssid && t.iova == r.addr && ((t.flags ^ r.flags) & SMMU_TRACE_FLAG_WRITE) == 0;
  };
  const auto t = std::find_if(smmu.transactions.begin(), smmu.transactions.end(), same);
  if (t == smmu.transactions.end()) return;
  end_walk(smmu, r.sid, r.ssid, r.time_ps);
  const Track track = smmu.tbus[t->tbu].track(t->lane);
  if (t->hit || t->walked) {
    const bool refused = r.detail == SMMU_TRACE_TXN_ABORTED;
    const char* const name = t->walked ? (refused ? "refused after a walk" : "translated by a walk") : refused ? "refused by the TLB" : "translated by the TLB";
    file_.complete(track, t->start_ps, r.time_ps, name, "translation", {}, flow_in(t->leaf_flow));
    count_lookup(smmu, !t->walked, r.time_ps);
  }
  JsonObject args = JsonObject().text("result", trace_txn_result_name(r.detail));
  if (r.detail == SMMU_TRACE_TXN_OK) args.hex("PA", r.data[0]);
  file_.end(track, r.time_ps, args);
  smmu.tbus[t->tbu].release(t->lane);
  smmu.transactions.erase(t);
}

void Timeline::lookup_hit(Smmu& smmu, const smmu_trace_record& r) {
  if (Transaction* const t = transaction_of(smmu, r.sid, r.ssid)) t->hit = true;
}

void Timeline::fetch(Smmu& smmu, const smmu_trace_record& r) {
  auto walk = std::find_if(smmu.walks.begin(), smmu.walks.end(), [&](const Walk& w) { return w.sid == r.sid && w.ssid == r.ssid; });
  Transaction* const t = transaction_of(smmu, r.sid, r.ssid);
  if (walk == smmu.walks.end()) {
    Walk fresh;
    fresh.sid = r.sid;
    fresh.ssid = r.ssid;
    fresh.start_ps = t == nullptr ? r.time_ps : t->start_ps;
    fresh.iova = t == nullptr ? 0 : t->iova;
    fresh.flow = t == nullptr ? 0 : t->flow;
    walk = smmu.walks.insert(smmu.walks.end(), fresh);
  }
  const auto stored = stored_.find(r.addr & ~7ull);
  WalkStep step{r.time_ps, stored == stored_.end() ? 0 : stored->second, "", {}};
  step.args.hex("PA", r.addr).hex("word", r.data[0]);
  if (r.kind == SMMU_TRACE_WALK_STEP) {
    step.name = "stage " + std::to_string(r.detail >> 8) + " level " + std::to_string(r.detail & 0xff);
    if (t != nullptr) {
      t->walked = true;
      t->leaf_flow = step.flow;
    }
  } else {
    step.name = trace_class_name(r.detail);
  }
  if (r.data[1] != 0) step.name += " aborted";
  walk->steps.push_back(std::move(step));
}

void Timeline::end_walk(Smmu& smmu, std::uint32_t sid, std::uint32_t ssid, std::uint64_t ps) {
  const auto walk = std::find_if(smmu.walks.begin(), smmu.walks.end(), [&](const Walk& w) { return w.sid == sid && w.ssid == ssid; });
  if (walk == smmu.walks.end()) return;
  emit_walk(smmu, *walk, ps);
  smmu.walks.erase(walk);
}

// A walker serves one translation after the other here: one that waited for another's end is drawn from that end on.
void Timeline::emit_walk(Smmu& smmu, const Walk& walk, std::uint64_t ps) {
  const std::uint64_t start = std::min(std::max(walk.start_ps, smmu.last_walk_ps), ps);
  file_.complete(smmu.walker, start, ps, "walk " + hex_text(walk.iova), "walk", JsonObject().hex("StreamID", walk.sid), flow_in(walk.flow));
  std::uint64_t from = start;
  for (const WalkStep& step : walk.steps) {
    const std::uint64_t to = std::min(std::max(step.ps, from), ps);
    file_.complete(smmu.walker, from, to, step.name, "fetch", step.args, flow_in(step.flow));
    from = to;
  }
  smmu.last_walk_ps = ps;
}

void Timeline::count_lookup(Smmu& smmu, bool hit, std::uint64_t ps) {
  smmu.lookups.push_back(hit);
  if (smmu.lookups.size() > kRateWindow) smmu.lookups.pop_front();
  const auto hits = static_cast<std::uint64_t>(std::count(smmu.lookups.begin(), smmu.lookups.end(), true));
  const std::uint64_t rate = 100 * hits / smmu.lookups.size();
  if (rate != smmu.rate) file_.counter(smmu.pid, ps, "TLB hit rate", "percent", rate);
  smmu.rate = rate;
}

}  // namespace tandem
