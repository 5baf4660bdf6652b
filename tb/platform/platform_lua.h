// SPDX-License-Identifier: Apache-2.0
// A platform from Lua: the `platform` table of docs/scenario-api.md, or a file that returns one.
// Not here: the scenario around it (tb/lua), building it (platform.h). Proof: tb/tests/test_platform_lua.cpp.
#ifndef TANDEM_PLATFORM_LUA_H
#define TANDEM_PLATFORM_LUA_H

#include <string>

#include "platform/id_fields.h"
#include "platform/platform_spec.h"
#include "platform/spec_check.h"

struct lua_State;

namespace tandem {

// Reads and checks the table at table_index of the stack, which it leaves as it was. file is where the table came from:
// named in messages, and searched for the line of a key, because a Lua value does not know where it was written.
// On failure false and one sentence "file:line: ..." that names the field and what is allowed.
bool load_platform(lua_State* lua, int table_index, const std::string& file, PlatformSpec* spec, std::string* error);

// Runs a Lua file that returns a platform table, or a scenario (a table with a `platform` field). It sees the standard
// library without io, os, debug, package, load* and require.
bool load_platform_file(const std::string& file, PlatformSpec* spec, std::string* error);

}  // namespace tandem

#endif
