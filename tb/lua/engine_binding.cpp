// SPDX-License-Identifier: Apache-2.0
// Registers of test engines for the prelude. Proof: tb/lua/test/api.lua.
#include "lua/host.h"
#include "lua/host_bindings.h"
#include "masters/test_engine.h"
#include "platform/bus.h"

namespace tandem::lua {
namespace {

unsigned engine_argument(lua_State* L, int argument) {
  const lua_Integer number = luaL_checkinteger(L, argument);
  luaL_argcheck(L, number >= 1 && number <= static_cast<lua_Integer>(Host::of(L).platform().engine_count()), argument, "no such test engine");
  return static_cast<unsigned>(number - 1);
}

// engine_read(engine, offset, bytes) -> value
int api_engine_read(lua_State* L) {
  const auto offset = static_cast<std::uint32_t>(luaL_checkinteger(L, 2));
  const std::uint64_t value = engine_read(Host::of(L).platform(), engine_argument(L, 1), offset, static_cast<unsigned>(luaL_checkinteger(L, 3)));
  lua_pushinteger(L, static_cast<lua_Integer>(value));
  return 1;
}

// engine_write(engine, offset, bytes, value)
int api_engine_write(lua_State* L) {
  const auto offset = static_cast<std::uint32_t>(luaL_checkinteger(L, 2));
  engine_write(Host::of(L).platform(), engine_argument(L, 1), offset, static_cast<unsigned>(luaL_checkinteger(L, 3)),
               static_cast<std::uint64_t>(luaL_checkinteger(L, 4)));
  return 0;
}

// engine_take_irq(engine) -> seen since the last call
int api_engine_take_irq(lua_State* L) {
  lua_pushboolean(L, Host::of(L).platform().take_engine_irq(engine_argument(L, 1)));
  return 1;
}

const luaL_Reg kFunctions[] = {
    {"engine_read", api_engine_read}, {"engine_write", api_engine_write}, {"engine_take_irq", api_engine_take_irq}, {nullptr, nullptr}};

}  // namespace

void bind_engine(lua_State* state) {
  luaL_setfuncs(state, kFunctions, 0);
  Platform& platform = Host::of(state).platform();
  lua_newtable(state);
  for (unsigned i = 0; i < platform.engine_count(); ++i) {
    lua_newtable(state);
    set_string(state, "name", platform.engine(i).spec().name);
    set_string(state, "smmu", platform.engine(i).spec().smmu);
    set_integer(state, "frame", static_cast<std::int64_t>(platform.engine_frame(i)));
    lua_rawseti(state, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(state, -2, "engines");
  lua_newtable(state);
  for (const EngineRegister& reg : engine_registers()) {
    lua_newtable(state);
    set_integer(state, "offset", reg.offset);
    set_integer(state, "bytes", reg.bytes);
    lua_setfield(state, -2, reg.name);
  }
  lua_setfield(state, -2, "engine_registers");
}

}  // namespace tandem::lua
