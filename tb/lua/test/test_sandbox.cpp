// SPDX-License-Identifier: Apache-2.0
// What a scenario may and may not reach, and that a run depends only on its seed.
#include <gtest/gtest.h>

#include "lua/embedded.h"
#include "lua/sandbox.h"

using namespace tandem::lua;

namespace {

// Runs text and answers what its last expression returns as a string; "error: ..." on failure.
std::string run(lua_State* L, const std::string& text) {
  const std::string error = load_text(L, "test.lua", text);
  if (!error.empty()) return "error: " + error;
  if (lua_pcall(L, 0, 1, 0) != LUA_OK) return std::string("error: ") + lua_tostring(L, -1);
  return luaL_tolstring(L, -1, nullptr);
}

std::string run(const std::string& text) {
  const State state = new_sandbox();
  return run(state.get(), text);
}

}  // namespace

TEST(sandbox, hides_everything_that_reaches_outside) {
  for (const char* name : {"io", "os", "debug", "package", "require", "load", "loadfile", "loadstring", "dofile", "collectgarbage"}) {
    EXPECT_EQ("nil", run(std::string("return ") + name)) << name;
  }
  EXPECT_EQ("nil", run("return string.dump"));
  EXPECT_EQ("nil", run("return math.randomseed"));
  // The methods of strings are the same table, so hiding a function there hides it everywhere.
  EXPECT_EQ("nil", run("return ('x').dump"));
}

TEST(sandbox, refuses_byte_code) { EXPECT_EQ(0u, run(std::string("\x1bLua")).find("error: ")); }

TEST(sandbox, random_numbers_follow_the_seed) {
  const std::string text = "return math.random(1, 1 << 40) .. ' ' .. math.random(1, 1 << 40)";
  const State one = new_sandbox(), two = new_sandbox();
  seed_random(one.get(), 7);
  seed_random(two.get(), 7);
  const std::string first = run(one.get(), text);
  EXPECT_EQ(first, run(two.get(), text));
  seed_random(two.get(), 8);
  EXPECT_NE(first, run(two.get(), text));
}

TEST(sandbox, pairs_walks_in_an_order_that_does_not_depend_on_the_run) {
  EXPECT_EQ("1 2 a b c ", run("local s = '' for k in pairs { c = 1, b = 2, 10, a = 3, 20 } do s = s .. k .. ' ' end return s"));
}

TEST(sandbox, memory_is_bounded) {
  const std::string answer = run("return #('x'):rep(1 << 30)");
  EXPECT_NE(std::string::npos, answer.find("not enough memory")) << answer;
}

TEST(sandbox, a_syntax_error_names_file_and_line) {
  EXPECT_EQ("error: test.lua:2: unexpected symbol near '='", run("local a = 1\nlocal b = = 2"));
}

TEST(sandbox, a_syntax_error_names_the_whole_path_of_a_long_name) {
  const State state = new_sandbox();
  const std::string path = "/a/very/long/folder/name/that/lua/would/shorten/to/its/last/sixty/characters/scenario.lua";
  EXPECT_EQ(0u, load_text(state.get(), path, "x = = 1").find(path + ":1: "));
}

TEST(sandbox, every_embedded_module_loads) {
  const State state = new_sandbox();
  EXPECT_EQ(28u, embedded_files().size());
  for (const auto& [name, text] : embedded_files()) {
    push_embedded(state.get(), name);
    EXPECT_FALSE(lua_isnil(state.get(), -1)) << name;
  }
}

TEST(sandbox, no_function_of_a_scenario_catches_the_end_of_a_run) {
  for (const char* text : {"pcall(stop)", "xpcall(stop, print)", "coroutine.resume(coroutine.create(stop))", "coroutine.wrap(stop)()",
                           "local p = pcall; p(p, stop)"}) {
    const State state = new_sandbox();
    lua_State* L = state.get();
    lua_pushcfunction(L, [](lua_State* S) {
      lua_pushlightuserdata(S, const_cast<void*>(stop_token()));
      return lua_error(S);
    });
    lua_setglobal(L, "stop");
    ASSERT_EQ("", load_text(L, "x.lua", text));
    EXPECT_NE(LUA_OK, lua_pcall(L, 0, 0, 0)) << text;
    EXPECT_TRUE(is_stop(L, -1)) << text;
  }
}

TEST(sandbox, where_is_the_innermost_line_of_a_file) {
  const State state = new_sandbox();
  lua_State* L = state.get();
  lua_pushcfunction(L, [](lua_State* S) {
    lua_pushstring(S, where(S).c_str());
    return 1;
  });
  lua_setglobal(L, "here");
  EXPECT_EQ("test.lua:3", run(L, "local function f()\n\n  return (here())\nend\nreturn (f())"));
}

TEST(sandbox, a_traceback_is_kept_apart_from_the_message) {
  const State state = new_sandbox();
  lua_State* L = state.get();
  lua_pushcfunction(L, add_traceback);
  ASSERT_EQ("", load_text(L, "test.lua", "error('boom')"));
  ASSERT_NE(LUA_OK, lua_pcall(L, 0, 0, 1));
  std::string message, traceback;
  split_traceback(lua_tostring(L, -1), &message, &traceback);
  EXPECT_EQ("test.lua:1: boom", message);
  EXPECT_EQ(0u, traceback.find("stack traceback:"));
}
