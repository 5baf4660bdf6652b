// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_plan.cpp.
#include "farm/lua_data.h"

#include <exception>

#include "lua/sandbox.h"

namespace tandem::farm {
namespace {

constexpr int kLoadInstructions = 50'000'000;

// What no pcall of the file catches.
void endless(lua_State* L, lua_Debug*) {
  lua_pushlightuserdata(L, const_cast<void*>(lua::stop_token()));
  lua_error(L);
}

}  // namespace

std::string read_lua_data(const std::string& what, const std::string& file, const std::string& text,
                          const std::function<void(const TableReader& root)>& read) {
  const lua::State state = lua::new_sandbox();
  if (!state) return "out of memory";
  lua_State* L = state.get();
  const std::string error = lua::load_text(L, file, text);
  if (!error.empty()) return error;
  lua_sethook(L, endless, LUA_MASKCOUNT, kLoadInstructions);
  const int status = lua_pcall(L, 0, 1, 0);
  lua_sethook(L, nullptr, 0, 0);
  if (status != LUA_OK && lua::is_stop(L, -1)) return file + ": the " + what + " itself runs without end";
  if (status != LUA_OK) {
    const char* reason = lua_tostring(L, -1);
    return reason == nullptr ? file + ": the " + what + " raised an error that is no text" : reason;
  }
  if (!lua_istable(L, -1)) return file + ":1: a " + what + " must return a table, this one returns " + luaL_typename(L, -1);
  try {
    const SourceLines source(file);
    read(TableReader(L, -1, source, what, 1));
    return "";
  } catch (const TableRefused& refused) {
    return refused.sentence;
  } catch (const std::exception& failure) {
    return file + ": " + failure.what();
  }
}

}  // namespace tandem::farm
