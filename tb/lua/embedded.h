// SPDX-License-Identifier: Apache-2.0
// The Lua files that are part of the program: the prelude of this folder and the layout table, put in by embed.cmake.
// Proof: tb/lua/test/test_sandbox.cpp.
#ifndef TANDEM_LUA_EMBEDDED_H
#define TANDEM_LUA_EMBEDDED_H

#include <map>
#include <string>

namespace tandem::lua {

using EmbeddedFiles = std::map<std::string, std::string>;
const EmbeddedFiles& embedded_files();

}  // namespace tandem::lua

#endif
