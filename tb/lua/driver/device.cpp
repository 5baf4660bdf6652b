// SPDX-License-Identifier: Apache-2.0
// One SMMU through the driver core: bring-up, what it became, its counters, raw commands. Proof: tb/lua/test, scenarios.
#include <utility>
#include <vector>

#include "lua/driver/calls.h"
#include "smmuv3_arch.h"

namespace tandem::lua {
namespace {

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

smmu_dev_config config_argument(lua_State* L, int index) {
  luaL_checktype(L, index, LUA_TTABLE);
  const auto small = [&](const char* key) { return static_cast<std::uint8_t>(number_field(L, index, key, 255)); };
  smmu_dev_config config{};
  config.cmdq_log2 = small("cmdq_log2");
  config.eventq_log2 = small("eventq_log2");
  config.priq_log2 = small("priq_log2");
  config.sid_bits = small("sid_bits");
  config.split_log2 = small("split_log2");
  lua_getfield(L, index, "two_level");
  if (!lua_isnil(L, -1)) config.stream_table = lua_toboolean(L, -1) != 0 ? SMMU_STREAM_TABLE_2LEVEL : SMMU_STREAM_TABLE_LINEAR;
  lua_pop(L, 1);
  config.ignore_bad_sid = flag_field(L, index, "ignore_bad_sid");
  config.treat_as_noncoherent = flag_field(L, index, "noncoherent");
  config.bypass_on_disable = flag_field(L, index, "bypass_on_disable");
  config.el2_world = flag_field(L, index, "el2_world");
  config.page_groups = static_cast<std::uint16_t>(number_field(L, index, "page_groups", UINT16_MAX));
  config.event_rate = static_cast<std::uint32_t>(number_field(L, index, "event_rate", UINT32_MAX));
  config.broadcast_tlb = flag_field(L, index, "broadcast_tlb");
  const std::string signal = text_field(L, index, "sync_signal");
  config.sync_signal = signal == "msi" ? SMMU_SYNC_MSI : signal == "sev" ? SMMU_SYNC_SEV : SMMU_SYNC_POLL;
  config.irq.enable = true;
  return config;
}

// probe(smmu, config) -> features. A second probe with another configuration replaces the first.
int api_probe(lua_State* L) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, 1);
  const smmu_dev_config config = config_argument(L, 2);
  smmu_dev*& dev = host.driver().devs.at(smmu);
  if (dev != nullptr) {
    const smmu_status status = smmu_dev_remove(dev);
    if (status != SMMU_OK) return answer(L, status);
    dev = nullptr;
  }
  const smmu_port port = host.port(smmu);
  const smmu_status status = smmu_dev_probe(host.sys(), &port, &config, &dev);
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
int api_suspend(lua_State* L) { return answer(L, smmu_dev_suspend(dev_argument(L, 1))); }
int api_restore(lua_State* L) { return answer(L, smmu_dev_restore(dev_argument(L, 1))); }

int api_remove(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  const smmu_status status = smmu_dev_remove(dev);
  if (status == SMMU_OK) Host::of(L).driver().devs.at(smmu_argument(L, 1)) = nullptr;
  return answer(L, status);
}

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
  set_integer(L, "priq_log2", layout.priq_log2);
  set_integer(L, "priq", static_cast<std::int64_t>(layout.priq.v));
  static const char* const kSignals[] = {"poll", "msi", "sev"};
  set_string(L, "sync_signal", kSignals[layout.sync_signal]);
  return 3;
}

int api_stats(lua_State* L) {
  struct smmu_dev_stats stats{};
  const smmu_status status = smmu_dev_stats(dev_argument(L, 1), &stats);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  const auto set = [L](const char* key, std::uint64_t value) { set_integer(L, key, static_cast<std::int64_t>(value)); };
  set("commands", stats.commands);
  set("syncs", stats.syncs);
  set("command_errors", stats.command_errors);
  set("events", stats.events);
  set("event_overflows", stats.event_overflows);
  set("events_suppressed", stats.events_suppressed);
  set("polls", stats.polls);
  set("asids_used", stats.asids_used);
  set("vmids_used", stats.vmids_used);
  set("stalls", stats.stalls);
  set("page_requests", stats.page_requests);
  set("page_request_overflows", stats.page_request_overflows);
  set("page_groups", stats.page_groups);
  set("page_responses", stats.page_responses);
  set("quarantines", stats.quarantines);
  return 3;
}

// { { word0, word1 }, ... }
std::vector<smmu_cmd> commands_argument(lua_State* L, int argument) {
  luaL_checktype(L, argument, LUA_TTABLE);
  std::vector<smmu_cmd> commands(static_cast<std::size_t>(luaL_len(L, argument)));
  for (std::size_t i = 0; i < commands.size(); ++i) {
    lua_rawgeti(L, argument, static_cast<lua_Integer>(i + 1));
    for (lua_Integer word = 0; word < 2; ++word) {
      lua_rawgeti(L, -1, word + 1);
      commands[i].qword[word] = static_cast<std::uint64_t>(luaL_checkinteger(L, -1));
      lua_pop(L, 1);
    }
    lua_pop(L, 1);
  }
  return commands;
}

// submit(smmu, commands, sync)
int api_submit(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  const std::vector<smmu_cmd> commands = commands_argument(L, 2);
  return answer(L, smmu_dev_submit(dev, commands.data(), commands.size(), lua_toboolean(L, 3) != 0));
}

// guest_invalidate(parent, smmu, commands) -> status, sentence, commands done: of a guest whose StreamIDs are the SMMU's
int api_guest_invalidate(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 2);
  const std::vector<smmu_cmd> commands = commands_argument(L, 3);
  const smmu_guest_streams streams{};
  std::size_t done = 0;
  answer(L, smmu_guest_invalidate(handle<smmu_domain>(L, 1), dev, &streams, commands.data(), commands.size(), &done));
  lua_pushinteger(L, static_cast<lua_Integer>(done));
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"probe", api_probe}, {"enable", api_enable}, {"disable", api_disable}, {"suspend", api_suspend}, {"restore", api_restore},
    {"remove", api_remove},
    {"set_stream_default", api_set_stream_default}, {"layout", api_layout}, {"stats", api_stats}, {"submit", api_submit},
    {"guest_invalidate", api_guest_invalidate},
    {nullptr, nullptr},
};

}  // namespace

void add_device_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
