// SPDX-License-Identifier: Apache-2.0
// The C functions that the prelude builds the Lua API from. Each fills fields of the table on top of the stack.
// A new kind of bench object (a master that keeps translations, say) gets a file of its own, one line here and one in run.cpp.
// Not here: argument checks a user sees (the prelude does them). Proof: tb/lua/test, scenarios.
#ifndef TANDEM_LUA_HOST_BINDINGS_H
#define TANDEM_LUA_HOST_BINDINGS_H

#include <cstdint>
#include <string>

#include <lua.hpp>

namespace tandem::lua {

class Host;

void bind_run(lua_State* state);     // verdicts, steps, time, threads
void bind_bench(lua_State* state);   // RAM, registers, transfers, tallies
void bind_observe(lua_State* state); // order of stores and commands, broadcast TLB maintenance
void bind_engine(lua_State* state);  // test engines
void bind_atc(lua_State* state);     // devices with an address translation cache
void bind_facts(lua_State* state);   // what a comparison is told; nothing without one
void bind_driver(lua_State* state);  // field "driver": the driver core (driver/calls.h)

// Helpers they share.
void set_integer(lua_State* state, const char* key, std::int64_t value);
void set_boolean(lua_State* state, const char* key, bool value);
void set_string(lua_State* state, const char* key, const std::string& value);
// SMMU number argument (from 1) as an index from 0.
unsigned smmu_argument(lua_State* state, int argument);

}  // namespace tandem::lua

#endif
