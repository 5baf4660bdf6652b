// SPDX-License-Identifier: Apache-2.0
// Helpers of the driver bindings, and the list of them. Proof: tb/lua/test, scenarios.
#include "lua/driver/calls.h"

namespace tandem::lua {

int answer(lua_State* L, smmu_status status) {
  lua_pushstring(L, smmu_status_name(status));
  lua_pushstring(L, smmu_status_text(status));
  return 2;
}

std::uint64_t u64(lua_State* L, int argument) { return static_cast<std::uint64_t>(luaL_checkinteger(L, argument)); }

std::uint64_t number_field(lua_State* L, int index, const char* key, std::uint64_t most) {
  lua_getfield(L, index, key);
  const auto value = static_cast<std::uint64_t>(luaL_optinteger(L, -1, 0));
  lua_pop(L, 1);
  if (value > most) luaL_error(L, "%s must be 0 to 0x%I", key, static_cast<LUAI_UACINT>(most));
  return value;
}

bool flag_field(lua_State* L, int index, const char* key) {
  lua_getfield(L, index, key);
  const bool value = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return value;
}

std::string text_field(lua_State* L, int index, const char* key) {
  lua_getfield(L, index, key);
  const char* text = lua_tostring(L, -1);
  std::string value = text == nullptr ? "" : text;
  lua_pop(L, 1);
  return value;
}

smmu_dev* dev_argument(lua_State* L, int argument) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, argument);
  smmu_dev* dev = host.driver().devs.at(smmu);
  if (dev == nullptr) {
    host.end(L, report::Status::Error, "SMMU " + host.spec().smmus.at(smmu).name + " was not probed: call d:probe() or d:enable() first");
  }
  return dev;
}

std::size_t master_number(lua_State* L, int argument) {
  const lua_Integer number = luaL_checkinteger(L, argument);
  luaL_argcheck(L, number >= 1 && static_cast<std::size_t>(number) <= Host::of(L).driver().masters.size(), argument, "no such master");
  return static_cast<std::size_t>(number - 1);
}

void bind_driver(lua_State* state) {
  lua_newtable(state);
  add_device_calls(state);
  add_fault_calls(state);
  add_page_calls(state);
  add_domain_calls(state);
  add_master_calls(state);
  add_sva_calls(state);
  add_pmcg_calls(state);
  lua_setfield(state, -2, "driver");
}

}  // namespace tandem::lua
