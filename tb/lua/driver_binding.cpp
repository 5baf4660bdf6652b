// SPDX-License-Identifier: Apache-2.0
// The driver core for the prelude: every function answers the status name, its sentence, then values after SMMU_OK.
// Handles are light userdata; the prelude keeps them away from the scenario. Proof: tb/lua/test, scenarios.
#include <cstring>

#include "lua/host.h"
#include "lua/host_bindings.h"
#include "smmuv3/smmuv3.h"

namespace tandem::lua {
namespace {

int answer(lua_State* L, smmu_status status) {
  lua_pushstring(L, smmu_status_name(status));
  lua_pushstring(L, smmu_status_text(status));
  return 2;
}

std::uint64_t u64(lua_State* L, int argument) { return static_cast<std::uint64_t>(luaL_checkinteger(L, argument)); }

template <class T>
T* handle(lua_State* L, int argument) {
  luaL_checktype(L, argument, LUA_TLIGHTUSERDATA);
  return static_cast<T*>(lua_touserdata(L, argument));
}

// The driver's view of an SMMU; null before probe, which the core answers with SMMU_E_INVALID. A better word:
smmu_dev* dev_argument(lua_State* L, int argument) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, argument);
  smmu_dev* dev = host.driver().devs.at(smmu);
  if (dev == nullptr) {
    host.end(L, report::Status::Error, "SMMU " + host.platform().spec().smmus.at(smmu).name + " was not probed: call d:probe() or d:enable() first");
  }
  return dev;
}

void push_features(lua_State* L, const smmu_features& f) {
  lua_newtable(L);
  const std::pair<const char*, bool> flags[] = {
      {"stage1", f.stage1}, {"stage2", f.stage2}, {"aarch64", f.aarch64}, {"aarch32_lpae", f.aarch32_lpae},
      {"st_2level", f.st_2level}, {"cd_2level", f.cd_2level}, {"coherent", f.coherent}, {"btm", f.btm}, {"hyp", f.hyp},
      {"ats", f.ats}, {"pri", f.pri}, {"msi", f.msi}, {"sev", f.sev}, {"atos", f.atos}, {"ns1ats_absent", f.ns1ats_absent},
      {"stall", f.stall}, {"stall_forced", f.stall_forced}, {"term_abort_only", f.term_abort_only},
      {"little_endian", f.little_endian}, {"big_endian", f.big_endian}, {"vmid_wildcard", f.vmid_wildcard},
      {"dormant_hint", f.dormant_hint}, {"attr_types_override", f.attr_types_override},
      {"attr_perms_override", f.attr_perms_override}, {"range_invalidation", f.range_invalidation}, {"stt", f.stt},
      {"fwb", f.fwb}, {"xnx", f.xnx}, {"had", f.had}, {"e0pd", f.e0pd}, {"ecmdq", f.ecmdq},
      {"tables_preset", f.tables_preset}, {"queues_preset", f.queues_preset}, {"gran4k", f.gran4k}, {"gran16k", f.gran16k},
      {"gran64k", f.gran64k}, {"va52", f.va52},
  };
  for (const auto& [name, value] : flags) set_boolean(L, name, value);
  const std::pair<const char*, unsigned> numbers[] = {
      {"httu", f.httu}, {"bbml", f.bbml}, {"asid_bits", f.asid_bits}, {"vmid_bits", f.vmid_bits}, {"sid_bits", f.sid_bits},
      {"ssid_bits", f.ssid_bits}, {"cmdq_log2_max", f.cmdq_log2_max}, {"eventq_log2_max", f.eventq_log2_max},
      {"priq_log2_max", f.priq_log2_max}, {"oas_bits", f.oas_bits}, {"ias_bits", f.ias_bits}, {"stall_max", f.stall_max},
      {"arch_major", f.arch_major}, {"arch_minor", f.arch_minor}, {"implementer", f.implementer}, {"product", f.product},
      {"variant", f.variant}, {"revision", f.revision},
  };
  for (const auto& [name, value] : numbers) set_integer(L, name, value);
}

std::uint8_t config_number(lua_State* L, const char* key) {
  lua_getfield(L, 2, key);
  const lua_Integer value = luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  if (value < 0 || value > 255) luaL_error(L, "d:enable: %s must be 0 to 255", key);
  return static_cast<std::uint8_t>(value);
}

// probe(smmu, config) -> features. A second probe with another configuration replaces the first.
int api_probe(lua_State* L) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  smmu_dev*& dev = host.driver().devs.at(smmu);
  if (dev != nullptr) {
    const smmu_status status = smmu_dev_remove(dev);
    if (status != SMMU_OK) return answer(L, status);
    dev = nullptr;
  }
  smmu_dev_config config{};
  config.cmdq_log2 = config_number(L, "cmdq_log2");
  config.eventq_log2 = config_number(L, "eventq_log2");
  config.sid_bits = config_number(L, "sid_bits");
  config.split_log2 = config_number(L, "split_log2");
  lua_getfield(L, 2, "two_level");
  if (!lua_isnil(L, -1)) config.stream_table = lua_toboolean(L, -1) != 0 ? SMMU_STREAM_TABLE_2LEVEL : SMMU_STREAM_TABLE_LINEAR;
  lua_pop(L, 1);
  config.irq.enable = true;
  const smmu_port port = host.port().port(smmu);
  const smmu_status status = smmu_dev_probe(host.port().sys(), &port, &config, &dev);
  if (status != SMMU_OK) {
    dev = nullptr;
    return answer(L, status);
  }
  answer(L, status);
  push_features(L, *smmu_dev_features(dev));
  return 3;
}

int api_enable(lua_State* L) { return answer(L, smmu_dev_enable(dev_argument(L, 1))); }
int api_disable(lua_State* L) { return answer(L, smmu_dev_disable(dev_argument(L, 1))); }

int api_set_stream_default(lua_State* L) {
  const auto policy = lua_toboolean(L, 3) != 0 ? SMMU_STREAM_BYPASS : SMMU_STREAM_ABORT;
  return answer(L, smmu_dev_set_stream_default(dev_argument(L, 1), static_cast<std::uint32_t>(u64(L, 2)), policy));
}

int api_layout(lua_State* L) {
  struct smmu_dev_layout layout{};
  const smmu_status status = smmu_dev_layout(dev_argument(L, 1), &layout);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "cmdq_log2", layout.cmdq_log2);
  set_integer(L, "eventq_log2", layout.eventq_log2);
  set_integer(L, "sid_bits", layout.sid_bits);
  set_integer(L, "split_log2", layout.split_log2);
  set_boolean(L, "st_2level", layout.st_2level);
  set_boolean(L, "coherent", layout.coherent);
  set_boolean(L, "enabled", layout.enabled);
  set_integer(L, "strtab", static_cast<std::int64_t>(layout.strtab.v));
  set_integer(L, "cmdq", static_cast<std::int64_t>(layout.cmdq.v));
  set_integer(L, "eventq", static_cast<std::int64_t>(layout.eventq.v));
  return 3;
}

int api_stats(lua_State* L) {
  struct smmu_dev_stats stats{};
  const smmu_status status = smmu_dev_stats(dev_argument(L, 1), &stats);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "commands", static_cast<std::int64_t>(stats.commands));
  set_integer(L, "syncs", static_cast<std::int64_t>(stats.syncs));
  set_integer(L, "command_errors", static_cast<std::int64_t>(stats.command_errors));
  set_integer(L, "events", static_cast<std::int64_t>(stats.events));
  set_integer(L, "event_overflows", static_cast<std::int64_t>(stats.event_overflows));
  set_integer(L, "polls", static_cast<std::int64_t>(stats.polls));
  set_integer(L, "asids_used", stats.asids_used);
  return 3;
}

struct Records {
  std::vector<std::array<std::uint64_t, 4>> list;
};

// events(smmu) -> list of 4-word records, drained through the driver's handler.
int api_events(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  Records records;
  smmu_event_batch batch{};
  smmu_status status = SMMU_OK;
  do {
    status = smmu_dev_handle_events(dev, 0, [](void* arg, smmu_dev*, const smmu_event_info* event) {
      static_cast<Records*>(arg)->list.push_back({event->raw[0], event->raw[1], event->raw[2], event->raw[3]});
    }, &records, &batch);
  } while (status == SMMU_OK && batch.more);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_createtable(L, static_cast<int>(records.list.size()), 0);
  lua_Integer n = 0;
  for (const auto& words : records.list) {
    lua_createtable(L, 4, 0);
    for (lua_Integer i = 0; i < 4; ++i) {
      lua_pushinteger(L, static_cast<lua_Integer>(words[static_cast<std::size_t>(i)]));
      lua_rawseti(L, -2, i + 1);
    }
    lua_rawseti(L, -2, ++n);
  }
  return 3;
}

int api_domain_create(lua_State* L) {
  smmu_domain_config config{};
  const std::string type = luaL_checkstring(L, 1);
  config.type = type == "s1" ? SMMU_DOMAIN_S1 : type == "identity" ? SMMU_DOMAIN_IDENTITY : SMMU_DOMAIN_BLOCKED;
  config.granule_log2 = static_cast<std::uint8_t>(u64(L, 2));
  const std::uint64_t ias = u64(L, 3);
  config.ias_bits = ias > 255 ? 255 : static_cast<std::uint8_t>(ias);
  smmu_domain* domain = nullptr;
  const smmu_status status = smmu_domain_create(Host::of(L).port().sys(), &config, &domain);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushlightuserdata(L, domain);
  return 3;
}

int api_domain_destroy(lua_State* L) { return answer(L, smmu_domain_destroy(handle<smmu_domain>(L, 1))); }

// map(domain, iova, pa, size, read, write, execute, privileged)
int api_map(lua_State* L) {
  std::uint32_t prot = SMMU_PROT_CACHED;
  if (lua_toboolean(L, 5) != 0) prot |= SMMU_PROT_READ;
  if (lua_toboolean(L, 6) != 0) prot |= SMMU_PROT_WRITE;
  if (lua_toboolean(L, 7) == 0) prot |= SMMU_PROT_NOEXEC;
  if (lua_toboolean(L, 8) != 0) prot |= SMMU_PROT_PRIVILEGED;
  return answer(L, smmu_domain_map(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, smmu_pa{u64(L, 3)}, u64(L, 4), prot));
}

int api_unmap(lua_State* L) {
  std::uint64_t unmapped = 0;
  const smmu_status status = smmu_domain_unmap(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, u64(L, 3), &unmapped);
  answer(L, status);
  lua_pushinteger(L, static_cast<lua_Integer>(unmapped));
  return 3;
}

int api_iova_to_phys(lua_State* L) {
  smmu_pa pa{};
  const smmu_status status = smmu_domain_iova_to_phys(handle<smmu_domain>(L, 1), smmu_iova{u64(L, 2)}, &pa);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, static_cast<lua_Integer>(pa.v));
  return 3;
}

int api_domain_tag(lua_State* L) {
  std::uint32_t tag = 0;
  const smmu_status status = smmu_domain_tag(handle<smmu_domain>(L, 1), dev_argument(L, 2), &tag);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, tag);
  return 3;
}

int api_domain_stats(lua_State* L) {
  struct smmu_domain_stats stats{};
  const smmu_status status = smmu_domain_stats(handle<smmu_domain>(L, 1), &stats);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "root", static_cast<std::int64_t>(stats.root.v));
  set_integer(L, "table_pages", stats.table_pages);
  set_integer(L, "attachments", stats.attachments);
  return 3;
}

unsigned smmu_index_of(const PlatformSpec& spec, const std::string& name) {
  unsigned i = 0;
  while (spec.smmus[i].name != name) ++i;
  return i;
}

// The driver's object of a master of the platform, registered when first needed.
smmu_status master_object(lua_State* L, std::size_t index, smmu_master** out) {
  Host& host = Host::of(L);
  smmu_master*& master = host.driver().masters.at(index);
  if (master == nullptr) {
    const PlatformSpec& spec = host.platform().spec();
    const MasterSpec& wanted = spec.masters.at(index);
    const unsigned smmu = smmu_index_of(spec, wanted.smmu);
    lua_pushinteger(L, static_cast<lua_Integer>(smmu) + 1);
    smmu_master_config config{};
    config.dev = dev_argument(L, lua_gettop(L));
    config.sids = wanted.sids.data();
    config.sid_count = wanted.sids.size();
    config.ssid_bits = static_cast<std::uint8_t>(wanted.ssid_bits);
    lua_pop(L, 1);
    const smmu_status status = smmu_master_create(host.port().sys(), &config, &master);
    if (status != SMMU_OK) {
      master = nullptr;
      return status;
    }
  }
  *out = master;
  return SMMU_OK;
}

std::size_t master_argument(lua_State* L) {
  const lua_Integer number = luaL_checkinteger(L, 1);
  luaL_argcheck(L, number >= 1 && static_cast<std::size_t>(number) <= Host::of(L).driver().masters.size(), 1, "no such master");
  return static_cast<std::size_t>(number - 1);
}

std::uint32_t attach_flags(lua_State* L, int argument) { return lua_toboolean(L, argument) != 0 ? SMMU_ATTACH_REPLACE : 0; }

int api_attach(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_object(L, master_argument(L), &master);
  if (status != SMMU_OK) return answer(L, status);
  return answer(L, smmu_master_attach(master, handle<smmu_domain>(L, 2), attach_flags(L, 3)));
}

int api_detach(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_object(L, master_argument(L), &master);
  return answer(L, status == SMMU_OK ? smmu_master_detach(master) : status);
}

int api_attach_pasid(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_object(L, master_argument(L), &master);
  if (status != SMMU_OK) return answer(L, status);
  return answer(L, smmu_master_attach_pasid(master, handle<smmu_domain>(L, 2), static_cast<std::uint32_t>(u64(L, 3)), attach_flags(L, 4)));
}

int api_detach_pasid(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_object(L, master_argument(L), &master);
  return answer(L, status == SMMU_OK ? smmu_master_detach_pasid(master, static_cast<std::uint32_t>(u64(L, 2))) : status);
}

int api_master_info(lua_State* L) {
  smmu_master* master = nullptr;
  smmu_status status = master_object(L, master_argument(L), &master);
  struct smmu_master_info info{};
  if (status == SMMU_OK) status = smmu_master_info(master, &info);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "ssid_bits", info.ssid_bits);
  set_integer(L, "pasid_count", info.pasid_count);
  set_boolean(L, "has_cd_table", info.has_cd_table);
  set_integer(L, "cd_table", static_cast<std::int64_t>(info.cd_table.v));
  set_integer(L, "cd_table_bytes", static_cast<std::int64_t>(info.cd_table_bytes));
  return 3;
}

int api_pmcg_probe(lua_State* L) {
  Host& host = Host::of(L);
  const smmu_port port = host.port().port(smmu_argument(L, 1));
  smmu_pmcg* pmcg = nullptr;
  const smmu_status status = smmu_pmcg_probe(host.port().sys(), &port, smmu_tlm::kPmcgPage0, smmu_tlm::kPmcgPage1, false, &pmcg);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushlightuserdata(L, pmcg);
  const struct smmu_pmcg_info* info = smmu_pmcg_info(pmcg);
  lua_newtable(L);
  set_integer(L, "counter_count", info->counter_count);
  set_integer(L, "width_bits", info->width_bits);
  set_boolean(L, "relocated", info->relocated);
  set_boolean(L, "capture", info->capture);
  set_integer(L, "ceid0", static_cast<std::int64_t>(info->ceid[0]));
  return 4;
}

// pmcg_alloc(pmcg, event, sid or nil, span or nil)
int api_pmcg_alloc(lua_State* L) {
  smmu_pmcg_filter filter{};
  if (!lua_isnoneornil(L, 3)) {
    filter.kind = lua_isnoneornil(L, 4) ? SMMU_PMCG_EXACT : SMMU_PMCG_SPAN;
    filter.sid = static_cast<std::uint32_t>(u64(L, 3));
    filter.span_log2 = static_cast<std::uint8_t>(luaL_optinteger(L, 4, 0));
  }
  std::uint8_t counter = 0;
  const smmu_status status = smmu_pmcg_alloc(handle<smmu_pmcg>(L, 1), static_cast<std::uint32_t>(u64(L, 2)), &filter, &counter);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, counter);
  return 3;
}

std::uint8_t counter_argument(lua_State* L) { return static_cast<std::uint8_t>(luaL_checkinteger(L, 2)); }

int api_pmcg_start(lua_State* L) { return answer(L, smmu_pmcg_start(handle<smmu_pmcg>(L, 1), counter_argument(L))); }
int api_pmcg_stop(lua_State* L) { return answer(L, smmu_pmcg_stop(handle<smmu_pmcg>(L, 1), counter_argument(L))); }
int api_pmcg_free(lua_State* L) { return answer(L, smmu_pmcg_free(handle<smmu_pmcg>(L, 1), counter_argument(L))); }

int api_pmcg_read(lua_State* L) {
  std::uint64_t value = 0;
  const smmu_status status = smmu_pmcg_read(handle<smmu_pmcg>(L, 1), counter_argument(L), &value);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, static_cast<lua_Integer>(value));
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"probe", api_probe}, {"enable", api_enable}, {"disable", api_disable}, {"set_stream_default", api_set_stream_default},
    {"layout", api_layout}, {"stats", api_stats}, {"events", api_events},
    {"domain_create", api_domain_create}, {"domain_destroy", api_domain_destroy}, {"map", api_map}, {"unmap", api_unmap},
    {"iova_to_phys", api_iova_to_phys}, {"domain_tag", api_domain_tag}, {"domain_stats", api_domain_stats},
    {"attach", api_attach}, {"detach", api_detach}, {"attach_pasid", api_attach_pasid}, {"detach_pasid", api_detach_pasid},
    {"master_info", api_master_info},
    {"pmcg_probe", api_pmcg_probe}, {"pmcg_alloc", api_pmcg_alloc}, {"pmcg_start", api_pmcg_start},
    {"pmcg_stop", api_pmcg_stop}, {"pmcg_read", api_pmcg_read}, {"pmcg_free", api_pmcg_free},
    {nullptr, nullptr},
};

}  // namespace

void bind_driver(lua_State* state) {
  lua_newtable(state);
  luaL_setfuncs(state, kFunctions, 0);
  lua_setfield(state, -2, "driver");
}

}  // namespace tandem::lua
