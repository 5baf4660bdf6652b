// SPDX-License-Identifier: Apache-2.0
// What the prelude tells a comparison: driver calls and their results, counters, named points. Proof: tb/cli/test/compare_test.lua.
#include "diff/fact_sink.h"
#include "lua/host.h"
#include "lua/host_bindings.h"

namespace tandem::lua {
namespace {

int api_fact_call(lua_State* L) {
  Host::of(L).facts()->call(where(L), luaL_checkstring(L, 1));
  return 0;
}

int api_fact_result(lua_State* L) {
  Host::of(L).facts()->result(luaL_checkstring(L, 1));
  return 0;
}

// fact_counter(smmu, event, value)
int api_fact_counter(lua_State* L) {
  Host::of(L).facts()->counter(smmu_argument(L, 1), static_cast<std::uint64_t>(luaL_checkinteger(L, 2)),
                               static_cast<std::uint64_t>(luaL_checkinteger(L, 3)));
  return 0;
}

int api_fact_quiet(lua_State* L) {
  Host::of(L).facts()->quiet(lua_toboolean(L, 1) != 0);
  return 0;
}

int api_fact_point(lua_State* L) {
  Host::of(L).facts()->point(luaL_checkstring(L, 1));
  return 0;
}

const luaL_Reg kFunctions[] = {
    {"fact_call", api_fact_call},   {"fact_result", api_fact_result}, {"fact_counter", api_fact_counter},
    {"fact_quiet", api_fact_quiet}, {"fact_point", api_fact_point},   {nullptr, nullptr},
};

}  // namespace

// Without a comparison the functions are not there, which is what the prelude asks.
void bind_facts(lua_State* state) {
  if (Host::of(state).facts() != nullptr) luaL_setfuncs(state, kFunctions, 0);
}

}  // namespace tandem::lua
