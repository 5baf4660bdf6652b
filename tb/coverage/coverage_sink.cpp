// SPDX-License-Identifier: Apache-2.0
// Counting, and the names of what was counted. Counting happens for every record of every run: an index and an addition, or a
// look-up where records are rare; names are made once at the end. Proof: tb/coverage/test/test_coverage.cpp.
#include "coverage/coverage_sink.h"

#include <cstring>
#include <iterator>

#include "smmuv3/status.h"
#include "smmuv3/trace.h"
#include "smmuv3_arch.h"
#include "smmuv3_names.h"

namespace tandem {
namespace {

constexpr std::uint16_t kBench = 0xffff;
constexpr unsigned kNoLevel = 7, kTranslated = 0;  // an event has a number of 1 or more
constexpr unsigned kStatuses = 17, kOutcomes = 4;
// Access classes of CONFIG_FETCH records.
constexpr unsigned kClassSte = 2, kClassCd = 4;

const char* const kConfigNames[] = {"no_ste", "abort", "bypass", "s1", "s2", "nested", "disabled"};
const char* const kSteNames[] = {"reserved", "abort", "bypass", "s1", "s2", "nested", "invalid"};
const char* const kGranuleNames[] = {"4k", "16k", "64k", "no_granule"};
const char* const kOutcomeNames[] = {"ok", "abort", "raz_wi", "stalled"};
const char* const kCdTableNames[] = {"one", "linear", "2level_4k", "2level_64k"};
const char* const kIrqNames[] = {"EVENTQ", "PRIQ", "GERROR", "CMD_SYNC", "PMCG"};
const char* const kTagNames[] = {"allocated", "live", "flushed", "free"};
const char* const kErrorNames[] = {"CERROR_NONE", "CERROR_ILL", "CERROR_ABT", "CERROR_ATC_INV_SYNC"};

constexpr unsigned kSteInvalid = 6;

// What a transaction met of the caches; the furthest counts: an entry was fetched, tables were walked, a TLB answered.
constexpr std::uint8_t kMetTlb = 1, kMetWalk = 2, kMetFetch = 4;
const char* const kMetNames[] = {"nothing", "tlb", "walk", "fetch"};
const char* const kOperationNames[] = {"read", "write", "fetch"};

// Commands that make an SMMU forget: CFGI_*, TLBI_* that are not of Secure state, ATC_INV.
bool is_invalidation(unsigned opcode) {
  return (opcode >= SMMU_CMD_CFGI_STE && opcode <= SMMU_CMD_CFGI_CD_ALL) || (opcode >= SMMU_CMD_TLBI_NH_ALL && opcode <= SMMU_CMD_TLBI_NSNH_ALL) ||
         opcode == SMMU_CMD_ATC_INV;
}

bool is_walk_fault(unsigned number) {
  return number == SMMU_EVENT_F_WALK_EABT || (number >= SMMU_EVENT_F_TRANSLATION && number <= SMMU_EVENT_F_PERMISSION);
}

// Entry 0 of a table holds the common fields.
std::string name_in(const smmu_entry_name* table, std::uint32_t count, std::uint32_t number) {
  for (std::uint32_t i = 1; i < count; ++i) {
    if (table[i].number == number) return table[i].name;
  }
  return "unknown";
}
std::string command_name(unsigned opcode) { return name_in(smmu_command_names, smmu_command_names_count, opcode); }
std::string event_name(unsigned number) { return name_in(smmu_event_names, smmu_event_names_count, number); }

std::string gerror_name(unsigned bit) {
  for (std::uint32_t i = 0; i < smmu_register_names_count; ++i) {
    if (std::strcmp(smmu_register_names[i].name, "GERROR") != 0) continue;
    for (std::uint32_t f = 0; f < smmu_register_names[i].field_count; ++f) {
      if (smmu_register_names[i].fields[f].shift == bit) return smmu_register_names[i].fields[f].name;
    }
  }
  return "unknown";
}

template <std::size_t N>
const char* name_at(const char* const (&names)[N], unsigned index) {
  return index < N ? names[index] : "unknown";
}

std::string transaction_name(unsigned index) {
  const unsigned flags = index & 15u;
  const char* what = (flags & SMMU_TRACE_FLAG_WRITE) != 0 ? "write" : (flags & SMMU_TRACE_FLAG_INSTRUCTION) != 0 ? "fetch" : "read";
  return std::string(what) + ((flags & SMMU_TRACE_FLAG_PRIVILEGED) != 0 ? "/privileged" : "/user") +
         ((flags & SMMU_TRACE_FLAG_SSV) != 0 ? "/substream/" : "/stream/") + kOutcomeNames[index >> 4 & 3u];
}

// config, stage, granule, level and outcome in one number.
std::uint32_t walk_key(unsigned config, unsigned stage, unsigned granule, unsigned level, unsigned outcome) {
  return config << 16 | stage << 14 | granule << 12 | (level & 7u) << 8 | (outcome & 0xffu);
}
std::string walk_name(std::uint32_t key) {
  const unsigned level = key >> 8 & 7u, outcome = key & 0xffu;
  return std::string(name_at(kConfigNames, key >> 16)) + "/stage" + std::to_string((key >> 14 & 3u) + 1) + "/" + kGranuleNames[key >> 12 & 3u] + "/" +
         (level == kNoLevel ? "no_walk" : "L" + std::to_string(level)) + "/" + (outcome == kTranslated ? "ok" : event_name(outcome));
}

std::string met_name(unsigned index) {
  return std::string(name_at(kConfigNames, index >> 6)) + "/" + name_at(kOperationNames, index >> 4 & 3u) + "/" + kMetNames[index >> 2 & 3u] + "/" +
         kOutcomeNames[index & 3u];
}
std::string after_name(std::uint32_t key) {
  return command_name(key >> 8) + "/" + name_at(kConfigNames, key >> 2 & 7u) + "/" + kOutcomeNames[key & 3u];
}

std::string call_name(std::uint32_t key) {
  return std::string(smmu_call_name(key >> 8)) + "/" + smmu_status_name(static_cast<smmu_status>(-static_cast<int>(key & 0xffu)));
}

}  // namespace

CoverageSink::Stream& CoverageSink::stream_of(std::uint16_t source, std::uint32_t sid) {
  const std::uint64_t key = static_cast<std::uint64_t>(source) << 32 | sid;
  if (key != last_key_ || last_ == nullptr) {
    last_ = &streams_[key];
    last_key_ = key;
  }
  return *last_;
}

namespace {

std::uint64_t cd_key(std::uint16_t source, std::uint32_t sid, std::uint32_t ssid) {
  return static_cast<std::uint64_t>(source) << 52 | static_cast<std::uint64_t>(sid) << 20 | (ssid & 0xfffffu);
}

}  // namespace

void CoverageSink::fetched(const smmu_trace_record& r) {
  if (r.data[1] != 0) return;  // aborted: the event tells
  const std::uint64_t word = r.data[0];
  if (r.detail == kClassCd) {
    static constexpr Granule low[] = {k4k, k64k, k16k, kNoGranule}, high[] = {kNoGranule, k16k, k4k, k64k};
    Cd& cd = cds_[cd_key(r.source, r.sid, (r.flags & SMMU_TRACE_FLAG_SSV) != 0 ? r.ssid : 0)];
    cd.low = low[(word & SMMU_CD_TG0_MASK) >> SMMU_CD_TG0_SHIFT];
    cd.high = high[(word & SMMU_CD_TG1_MASK) >> SMMU_CD_TG1_SHIFT];
  }
  Stream& stream = stream_of(r.source, r.sid);
  stream.met |= kMetFetch;
  if (r.detail != kClassSte) return;
  if ((word & SMMU_STE_V_MASK) == 0) {
    stream.config = kNoSte;
    ++stes_[kSteInvalid];
    return;
  }
  switch ((word & SMMU_STE_Config_MASK) >> SMMU_STE_Config_SHIFT) {
    case SMMU_STE_CONFIG_ABORT: stream.config = kAbort; break;
    case SMMU_STE_CONFIG_BYPASS: stream.config = kBypass; break;
    case SMMU_STE_CONFIG_S1: stream.config = kS1; break;
    case SMMU_STE_CONFIG_S2: stream.config = kS2; break;
    case SMMU_STE_CONFIG_NESTED: stream.config = kNested; break;
    default: stream.config = kNoSte; break;
  }
  ++stes_[stream.config];
  if (stream.config == kS2 || stream.config == kNested) {
    static constexpr Granule stage2[] = {k4k, k64k, k16k, kNoGranule};
    stream.stage2 = stage2[(read64_(memory_, r.addr + 8u * SMMU_STE_S2TG_WORD) & SMMU_STE_S2TG_MASK) >> SMMU_STE_S2TG_SHIFT];
  }
  if (stream.config == kS1 || stream.config == kNested) {
    const bool many = (word & SMMU_STE_S1CDMax_MASK) != 0;
    ++cd_tables_[many ? 1u + ((word & SMMU_STE_S1Fmt_MASK) >> SMMU_STE_S1Fmt_SHIFT) : 0u];
  }
}

void CoverageSink::walked(const smmu_trace_record& r) {
  const unsigned stage = static_cast<unsigned>(r.detail >> 8) - 1u;
  if (stage > 1) return;
  Stream& stream = stream_of(r.source, r.sid);
  if (stream.fresh) stream.walked[0] = stream.walked[1] = stream.fresh = false;
  stream.walked[stage] = true;
  stream.met |= kMetWalk;
  stream.level[stage] = static_cast<std::uint8_t>(r.detail & 3u);
}

void CoverageSink::count_walk(std::uint16_t source, std::uint32_t sid, std::uint32_t ssid, const Stream& stream, std::uint64_t iova,
                              unsigned stage, unsigned outcome) {
  Granule granule = stream.stage2;
  if (stage == 0) {
    const auto cd = cds_.find(cd_key(source, sid, ssid));
    granule = cd == cds_.end() ? kNoGranule : (iova >> 55 & 1u) != 0 ? cd->second.high : cd->second.low;
  }
  ++walks_[walk_key(stream.config, stage, granule, stream.walked[stage] ? stream.level[stage] : kNoLevel, outcome)];
}

void CoverageSink::filled(const smmu_trace_record& r) {
  Stream& stream = stream_of(r.source, r.sid);
  for (unsigned stage = 0; stage < 2; ++stage) {
    if (stream.walked[stage]) count_walk(r.source, r.sid, (r.flags & SMMU_TRACE_FLAG_SSV) != 0 ? r.ssid : 0, stream, r.addr, stage, kTranslated);
    stream.walked[stage] = false;
  }
}

void CoverageSink::event(const smmu_trace_record& r) {
  const auto number = static_cast<unsigned>(r.data[0] & 0xff);
  if (!is_walk_fault(number)) return;
  stalls_[number] += r.data[1] >> 31 & 1u;
  // Not every SMMU says the stream beside the record.
  const auto sid = static_cast<std::uint32_t>(r.data[0] >> 32);
  const bool has_ssid = (r.data[0] >> 11 & 1u) != 0;
  Stream& stream = stream_of(r.source, sid);
  const unsigned stage = r.data[1] >> 39 & 1u;
  count_walk(r.source, sid, has_ssid ? static_cast<std::uint32_t>(r.data[0] >> 12 & 0xfffffu) : 0, stream, r.data[2], stage, number);
  stream.walked[0] = stream.walked[1] = false;
}

void CoverageSink::ended(const smmu_trace_record& r) {
  Stream& stream = stream_of(r.source, r.sid);
  stream.fresh = true;
  const unsigned outcome = r.detail & 3u;
  const Config config = smmus_[r.source & 63u].enabled ? stream.config : kDisabled;
  const unsigned config_number = config;
  ++accesses_[config_number * 8u + outcome];
  ++transactions_[(r.flags & 15u) | outcome << 4];
  const unsigned operation = (r.flags & SMMU_TRACE_FLAG_WRITE) != 0 ? 1u : (r.flags & SMMU_TRACE_FLAG_INSTRUCTION) != 0 ? 2u : 0u;
  const unsigned met = (stream.met & kMetFetch) != 0 ? 3u : (stream.met & kMetWalk) != 0 ? 2u : stream.met & kMetTlb;
  ++met_[config_number << 6 | operation << 4 | met << 2 | outcome];
  stream.met = 0;
  const Smmu& smmu = smmus_[r.source & 63u];
  if (stream.told != smmu.invalidations) ++after_[static_cast<std::uint32_t>(smmu.invalidation) << 8 | config_number << 2 | outcome];
  stream.told = smmu.invalidations;
}

void CoverageSink::command(const smmu_trace_record& r) {
  const auto opcode = static_cast<std::uint8_t>(r.data[0] & 0xff);
  ++totals_.commands;
  ++commands_[opcode];
  if (!is_invalidation(opcode)) return;
  Smmu& smmu = smmus_[r.source & 63u];
  smmu.invalidation = opcode;
  ++smmu.invalidations;
}

void CoverageSink::register_access(const smmu_trace_record& r) {
  if (r.source == kBench) return;  // the driver's own record of what the SMMU reports, too
  ++totals_.register_accesses;
  Smmu& smmu = smmus_[r.source & 63u];
  const auto value = static_cast<std::uint32_t>(r.data[0]);
  if (r.kind == SMMU_TRACE_MMIO_WRITE) {
    if (r.addr == SMMU_CR0) smmu.enabled = (value & SMMU_CR0_SMMUEN_MASK) != 0;
    if (r.addr == SMMU_GERRORN) smmu.gerrorn = value;
  } else if (r.addr == SMMU_GERROR) {
    smmu.gerror = value;
  } else {
    return;
  }
  // A bit counts when it is seen to turn active.
  const std::uint32_t active = smmu.gerror ^ smmu.gerrorn;
  for (std::uint32_t fresh = active & ~smmu.active; fresh != 0; fresh &= fresh - 1) ++gerrors_[static_cast<unsigned>(__builtin_ctz(fresh))];
  smmu.active = active;
}

void CoverageSink::record(const smmu_trace_record& r) {
  switch (r.kind) {
    case SMMU_TRACE_TXN_BEGIN: break;
    case SMMU_TRACE_TXN_END: ended(r); break;
    case SMMU_TRACE_TLB_HIT: {
      Stream& stream = stream_of(r.source, r.sid);
      ++tlb_hits_[stream.config];
      stream.met |= kMetTlb;
      break;
    }
    case SMMU_TRACE_WALK_STEP: walked(r); break;
    case SMMU_TRACE_TLB_FILL: filled(r); break;
    case SMMU_TRACE_CONFIG_FETCH: fetched(r); break;
    case SMMU_TRACE_COMMAND: command(r); break;
    case SMMU_TRACE_CMDQ_ERROR: ++command_errors_[r.data[0] & 0x7f]; break;
    case SMMU_TRACE_TLB_INVALIDATE: invalidations_[r.data[0] & 0xff] += r.addr != 0; break;
    case SMMU_TRACE_EVENT:
      ++events_[r.data[0] & 0xff];
      event(r);
      break;
    case SMMU_TRACE_EVENT_LOST: ++lost_[r.data[0] & 0xff]; break;
    case SMMU_TRACE_PRI: ++page_requests_; break;
    case SMMU_TRACE_IRQ: ++irqs_[r.detail & 7u]; break;
    case SMMU_TRACE_MSI: ++msis_[r.data[1] != 0]; break;
    case SMMU_TRACE_PMCG: ++overflows_; break;
    case SMMU_TRACE_DRIVER_CALL:
      if ((r.flags & SMMU_TRACE_FLAG_ENTRY) != 0) break;
      ++totals_.driver_calls;
      ++calls_[static_cast<std::uint32_t>(r.detail) << 8 | (static_cast<std::uint32_t>(-static_cast<std::int64_t>(r.data[0])) & 0xffu)];
      break;
    case SMMU_TRACE_TABLE_STORE: ++totals_.table_stores; break;
    case SMMU_TRACE_TAG: ++tags_[r.detail & 7u]; break;
    case SMMU_TRACE_MMIO_READ:
    case SMMU_TRACE_MMIO_WRITE: register_access(r); break;
    default: break;
  }
}

CoveragePoints CoverageSink::points() const {
  CoveragePoints out = named_;
  // Most counts are zero: their names are not made.
  const auto add = [&out](std::uint64_t count, const char* group, const auto& name) {
    if (count != 0) out[std::string(group) + name()] += count;
  };
  for (const auto& [key, count] : walks_) add(count, "walk/", [k = key] { return walk_name(k); });
  for (const auto& [key, count] : calls_) add(count, "call/", [k = key] { return call_name(k); });
  for (const auto& [key, count] : after_) add(count, "after/", [k = key] { return after_name(k); });
  for (unsigned i = 0; i < met_.size(); ++i) add(met_[i], "met/", [i] { return met_name(i); });
  for (unsigned i = 0; i < 256; ++i) {
    add(commands_[i], "command/", [i] { return command_name(i); });
    add(invalidations_[i], "invalidate/", [i] { return command_name(i); });
    add(events_[i], "event/", [i] { return event_name(i); });
    add(lost_[i], "event_lost/", [i] { return event_name(i); });
    add(stalls_[i], "stall/", [i] { return event_name(i); });
    add(command_errors_[i], "command_error/", [i] { return name_at(kErrorNames, i); });
  }
  for (unsigned i = 0; i < gerrors_.size(); ++i) add(gerrors_[i], "gerror/", [i] { return gerror_name(i); });
  for (unsigned i = 0; i < accesses_.size(); ++i) {
    add(accesses_[i], "access/", [i] { return std::string(name_at(kConfigNames, i >> 3)) + "/" + kOutcomeNames[i & 3u]; });
    add(transactions_[i], "transaction/", [i] { return transaction_name(i); });
  }
  for (unsigned i = 0; i < 8; ++i) {
    add(tlb_hits_[i], "tlb_hit/", [i] { return name_at(kConfigNames, i); });
    add(stes_[i], "ste/", [i] { return name_at(kSteNames, i); });
    add(cd_tables_[i], "cd_table/", [i] { return name_at(kCdTableNames, i); });
    add(irqs_[i], "irq/", [i] { return name_at(kIrqNames, i); });
    add(msis_[i], "msi/", [i] { return i == 0 ? "ok" : "aborted"; });
    add(tags_[i], "tag/", [i] { return name_at(kTagNames, i - 1); });
  }
  add(page_requests_, "page_request", [] { return ""; });
  add(overflows_, "counter_overflow", [] { return ""; });
  return out;
}

void CoverageSink::count_everything() {
  for (const unsigned config : {kS1, kS2, kNested}) {
    for (unsigned stage = 0; stage < 2; ++stage) {
      if ((config == kS1 && stage == 1) || (config == kS2 && stage == 0)) continue;
      for (unsigned granule = 0; granule < kNoGranule; ++granule) {
        for (const unsigned level : {0u, 1u, 2u, 3u, kNoLevel}) {
          for (unsigned outcome = 0; outcome < 256; ++outcome) {
            if (outcome == kTranslated ? level != kNoLevel : is_walk_fault(outcome)) walks_[walk_key(config, stage, granule, level, outcome)] = 1;
          }
        }
      }
    }
  }
  for (unsigned config = 0; config < kConfigs; ++config) {
    for (unsigned outcome = 0; outcome < kOutcomes; ++outcome) {
      for (unsigned opcode = 0; opcode < 256; ++opcode) {
        if (is_invalidation(opcode)) after_[opcode << 8 | config << 2 | outcome] = 1;
      }
      for (unsigned operation = 0; operation < 3; ++operation) {
        for (unsigned met = 0; met < 4; ++met) met_[config << 6 | operation << 4 | met << 2 | outcome] = 1;
      }
    }
  }
  for (std::uint32_t call = 1; call <= SMMU_CALL_LAST; ++call) {
    for (std::uint32_t status = 0; status < kStatuses; ++status) calls_[call << 8 | status] = 1;
  }
  commands_.fill(1);
  events_.fill(1);
  lost_.fill(1);
  for (unsigned number = SMMU_EVENT_F_TRANSLATION; number <= SMMU_EVENT_F_PERMISSION; ++number) stalls_[number] = 1;
  invalidations_.fill(1);
  gerrors_.fill(1);
  transactions_.fill(1);
  for (unsigned i = 0; i < 4; ++i) command_errors_[i] = cd_tables_[i] = tags_[i + 1] = 1;
  for (unsigned i = 0; i < kConfigs; ++i) {
    tlb_hits_[i] = stes_[i] = 1;
    for (unsigned outcome = 0; outcome < kOutcomes; ++outcome) accesses_[i * 8u + outcome] = 1;
  }
  for (unsigned i = 0; i < 5; ++i) irqs_[i] = 1;
  msis_[0] = msis_[1] = page_requests_ = overflows_ = 1;
  for (const char* type : {"s1", "s2"}) {
    for (const char* granule : kGranuleNames) {
      for (const char* policy : {"local", "reject", "reallocate"}) named_[std::string("domain/") + type + "/" + granule + "/" + policy] = 1;
    }
  }
  for (const char* other : {"domain/identity", "domain/blocked", "domain/sva", "domain/nested"}) named_[other] = 1;
}

const CoveragePoints& coverage_vocabulary() {
  static const CoveragePoints all = [] {
    CoverageSink sink([](const void*, std::uint64_t) { return std::uint64_t{0}; }, nullptr);
    sink.count_everything();
    CoveragePoints points = sink.points();
    for (auto point = points.begin(); point != points.end();) {
      const bool is_name = point->first.find("unknown") == std::string::npos && point->first.find("no_granule") == std::string::npos;
      point = is_name ? std::next(point) : points.erase(point);
    }
    return points;
  }();
  return all;
}

bool is_coverage_point(const std::string& name) {
  return name.rfind("scenario/", 0) == 0 || coverage_vocabulary().count(name) != 0;
}

}  // namespace tandem
