// SPDX-License-Identifier: Apache-2.0
// What the bindings of the driver core share: the shape of an answer, handles, and the driver's objects of the platform.
// Each file of this folder binds one subject and fills the table on top of the stack; bind_driver() calls them all. A new
// subject is a new file, one line here and one in driver.cpp.
// Every call answers the status name, its sentence, then values after SMMU_OK. Handles are light userdata; the prelude keeps
// them away from the scenario. Proof: tb/lua/test, scenarios.
#ifndef TANDEM_LUA_DRIVER_CALLS_H
#define TANDEM_LUA_DRIVER_CALLS_H

#include <cstddef>
#include <cstdint>
#include <string>

#include "lua/host.h"
#include "lua/host_bindings.h"
#include "smmuv3/smmuv3.h"

namespace tandem::lua {

void add_device_calls(lua_State* L);   // probe, enable, disable, remove, layout, counters, raw commands
void add_fault_calls(lua_State* L);    // events, global errors, answers to stalled accesses
void add_page_calls(lua_State* L);     // page requests and their answers
void add_domain_calls(lua_State* L);   // domains, map, unmap, tags, the invalidation array
void add_master_calls(lua_State* L);   // masters, attach and detach, PASIDs, groups
void add_sva_calls(lua_State* L);      // CPU address spaces, global PASIDs
void add_pmcg_calls(lua_State* L);     // counters

// Two values: name and sentence of the status.
int answer(lua_State* L, smmu_status status);

std::uint64_t u64(lua_State* L, int argument);

template <class T>
T* handle(lua_State* L, int argument) {
  luaL_checktype(L, argument, LUA_TLIGHTUSERDATA);
  return static_cast<T*>(lua_touserdata(L, argument));
}

// Fields of the table at `index`; missing ones are 0, false, "".
std::uint64_t number_field(lua_State* L, int index, const char* key, std::uint64_t most);
bool flag_field(lua_State* L, int index, const char* key);
std::string text_field(lua_State* L, int index, const char* key);

// The driver's view of SMMU number `argument`; ends the run with a sentence when it was not probed.
smmu_dev* dev_argument(lua_State* L, int argument);
// The driver's object of master number `argument` (from 1), registered when first needed with what the platform says.
smmu_status master_argument(lua_State* L, int argument, smmu_master** out);
// Number of that master, from 0.
std::size_t master_number(lua_State* L, int argument);

}  // namespace tandem::lua

#endif
