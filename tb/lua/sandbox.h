// SPDX-License-Identifier: Apache-2.0
// A Lua state for scenarios: the standard library without files, processes, loaders and clocks; bounded memory; seeded
// random numbers; tables walked in a fixed order. Also the embedded Lua sources of the host.
// Not here: the scenario API. Proof: tb/lua/test/test_sandbox.cpp.
//
// Uses the C++ build of Lua: a Lua error is a C++ exception, so destructors run.
#ifndef TANDEM_LUA_SANDBOX_H
#define TANDEM_LUA_SANDBOX_H

#include <cstdint>
#include <memory>
#include <string>

#include <lua.hpp>

namespace tandem::lua {

struct StateClose {
  void operator()(lua_State* state) const { lua_close(state); }
};
using State = std::unique_ptr<lua_State, StateClose>;

// Lua source that was put into the program at build time, by name ("layout", "values", "arch", ...).
const std::string& embedded_source(const std::string& name);

// Null only when there is no memory. After it, only what a scenario may use is in the globals.
State new_sandbox();

// The error value that ends a run: no function of a scenario catches it.
const void* stop_token();
bool is_stop(lua_State* state, int index);

void seed_random(lua_State* state, std::int64_t seed);

// Loads an embedded module, runs it, leaves its value on the stack. A failure is a programming error: throws.
void push_embedded(lua_State* state, const std::string& name);

// Compiles text (never byte code) and leaves the chunk on the stack; or a sentence with file and line, nothing pushed.
std::string load_text(lua_State* state, const std::string& file, const std::string& text);

// Message handler for lua_pcall: a string gets a traceback (kept apart by kTracebackMark), anything else passes.
int add_traceback(lua_State* state);
inline constexpr char kTracebackMark[] = "\n\x01";
void split_traceback(const std::string& text, std::string* message, std::string* traceback);

// "file:line" of the innermost Lua function that belongs to a file (not to the host); empty if there is none.
std::string where(lua_State* state);

// A file's content; false and a sentence when it cannot be read.
bool read_text_file(const std::string& path, std::string* text, std::string* error);

}  // namespace tandem::lua

#endif
