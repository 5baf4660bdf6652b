// SPDX-License-Identifier: Apache-2.0
// What happens in which order, and broadcast TLB maintenance of a CPU, for the prelude. Proof: tb/lua/test, scenarios.
#include <vector>

#include "lua/host.h"
#include "lua/host_bindings.h"
#include "platform/platform.h"

namespace tandem::lua {
namespace {

int api_watch_start(lua_State* L) {
  Host::of(L).order().start();
  return 0;
}

const char* kind_name(unsigned kind) {
  switch (kind) {
    case SMMU_TRACE_TABLE_STORE: return "store";
    case SMMU_TRACE_COMMAND: return "command";
    case SMMU_TRACE_CONFIG_FETCH: return "fetch";
    case SMMU_TRACE_MMIO_WRITE: return "doorbell";
    default: return "tag";
  }
}

// The records in their order: kind, smmu (from 1), address, a, b, detail, sid, ssid, time_ps.
int api_watch_take(lua_State* L) {
  const std::vector<smmu_trace_record> records = Host::of(L).order().take();
  lua_createtable(L, static_cast<int>(records.size()), 0);
  lua_Integer n = 0;
  for (const smmu_trace_record& record : records) {
    lua_createtable(L, 0, 9);
    set_string(L, "kind", kind_name(record.kind));
    set_integer(L, "smmu", record.source + 1);
    set_integer(L, "address", static_cast<std::int64_t>(record.addr));
    set_integer(L, "a", static_cast<std::int64_t>(record.data[0]));
    set_integer(L, "b", static_cast<std::int64_t>(record.data[1]));
    set_integer(L, "detail", record.detail);
    set_integer(L, "sid", record.sid);
    set_integer(L, "ssid", record.ssid);
    set_integer(L, "time_ps", static_cast<std::int64_t>(record.time_ps));
    lua_rawseti(L, -2, ++n);
  }
  return 1;
}

// broadcast_tlbi(kind, leaf, vmid, asid, address): every SMMU of the platform hears it and decides for itself.
int api_broadcast_tlbi(lua_State* L) {
  Platform& platform = Host::of(L).platform();
  smmu_tlm::BroadcastTlbi tlbi;
  const lua_Integer kind = luaL_checkinteger(L, 1);
  luaL_argcheck(L, kind >= 0 && kind <= static_cast<lua_Integer>(smmu_tlm::BroadcastTlbi::Kind::El2All), 1, "no such kind");
  tlbi.kind = static_cast<smmu_tlm::BroadcastTlbi::Kind>(kind);
  tlbi.leaf = lua_toboolean(L, 2) != 0;
  tlbi.vmid = static_cast<std::uint16_t>(luaL_checkinteger(L, 3));
  tlbi.asid = static_cast<std::uint16_t>(luaL_checkinteger(L, 4));
  tlbi.address = static_cast<std::uint64_t>(luaL_checkinteger(L, 5));
  for (unsigned i = 0; i < platform.smmu_count(); ++i) platform.smmu(i).broadcast_tlbi(tlbi);
  return 0;
}

const luaL_Reg kFunctions[] = {
    {"watch_start", api_watch_start}, {"watch_take", api_watch_take}, {"broadcast_tlbi", api_broadcast_tlbi},
    {nullptr, nullptr},
};

}  // namespace

void bind_observe(lua_State* state) { luaL_setfuncs(state, kFunctions, 0); }

}  // namespace tandem::lua
