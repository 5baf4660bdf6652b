// SPDX-License-Identifier: Apache-2.0
// Lua states for scenarios. Proof: tb/lua/test/test_sandbox.cpp.
#include "lua/sandbox.h"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <sys/stat.h>

#include "lua/embedded.h"

namespace tandem::lua {
namespace {

constexpr std::size_t kMemoryLimit = 512u << 20;

// One state per process in a run; `list` makes one after the other.
std::size_t g_bytes_used = 0;

void* allocate(void*, void* block, std::size_t old_size, std::size_t new_size) {
  const std::size_t held = block == nullptr ? 0 : old_size;
  if (new_size == 0) {
    std::free(block);
    g_bytes_used -= held;
    return nullptr;
  }
  if (new_size > held && g_bytes_used + (new_size - held) > kMemoryLimit) return nullptr;
  void* moved = std::realloc(block, new_size);
  if (moved != nullptr) g_bytes_used += new_size - held;
  return moved;
}

void forget_field(lua_State* state, const char* name) {
  lua_pushnil(state);
  lua_setfield(state, -2, name);
}

int random_seed_key = 0;
char stop_token_key = 0;

int api_is_stop(lua_State* state) {
  lua_pushboolean(state, is_stop(state, 1));
  return 1;
}

}  // namespace

const std::string& embedded_source(const std::string& name) {
  for (const auto& [key, text] : embedded_files()) {
    if (key == name) return text;
  }
  throw std::logic_error("no embedded Lua source " + name);
}

const void* stop_token() { return &stop_token_key; }

bool is_stop(lua_State* state, int index) { return lua_islightuserdata(state, index) && lua_touserdata(state, index) == stop_token(); }

State new_sandbox() {
  State state(lua_newstate(allocate, nullptr));
  if (!state) return state;
  lua_State* L = state.get();
  luaL_requiref(L, LUA_GNAME, luaopen_base, 1);
  luaL_requiref(L, LUA_COLIBNAME, luaopen_coroutine, 1);
  luaL_requiref(L, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(L, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(L, LUA_MATHLIBNAME, luaopen_math, 1);
  luaL_requiref(L, LUA_UTF8LIBNAME, luaopen_utf8, 1);
  lua_settop(L, 0);

  lua_getglobal(L, LUA_MATHLIBNAME);
  lua_getfield(L, -1, "randomseed");
  lua_rawsetp(L, LUA_REGISTRYINDEX, &random_seed_key);
  forget_field(L, "randomseed");
  lua_getglobal(L, LUA_STRLIBNAME);
  forget_field(L, "dump");
  lua_pushglobaltable(L);
  for (const char* name : {"load", "loadfile", "loadstring", "dofile", "require", "warn", "collectgarbage"}) forget_field(L, name);

  push_embedded(L, "values");
  lua_getfield(L, -1, "sorted_pairs");
  lua_setglobal(L, "pairs");
  push_embedded(L, "protected_calls");
  lua_pushcfunction(L, api_is_stop);
  lua_pushglobaltable(L);
  lua_call(L, 2, 0);
  lua_settop(L, 0);
  seed_random(L, 1);
  return state;
}

void seed_random(lua_State* state, std::int64_t seed) {
  lua_rawgetp(state, LUA_REGISTRYINDEX, &random_seed_key);
  lua_pushinteger(state, static_cast<lua_Integer>(seed));
  lua_call(state, 1, 0);
}

void push_embedded(lua_State* state, const std::string& name) {
  const std::string& text = embedded_source(name);
  const std::string chunk = "=tandem/" + name + ".lua";
  if (luaL_loadbufferx(state, text.data(), text.size(), chunk.c_str(), "t") != LUA_OK || lua_pcall(state, 0, 1, 0) != LUA_OK) {
    throw std::logic_error(lua_tostring(state, -1));
  }
}

std::string load_text(lua_State* state, const std::string& file, const std::string& text) {
  if (luaL_loadbufferx(state, text.data(), text.size(), ("@" + file).c_str(), "t") == LUA_OK) return "";
  std::string message = lua_tostring(state, -1);
  lua_pop(state, 1);
  // Lua shortens long chunk names; the full path is what an editor can open.
  const std::size_t colon = message.find(':');
  if (message.rfind("...", 0) == 0 && colon != std::string::npos) message.replace(0, colon, file);
  return message;
}

// A wrong argument that only the host's Lua noticed belongs to the line of the scenario that gave it.
static std::string at_scenario(lua_State* state, const std::string& message) {
  const std::size_t space = message.find(": ");
  const std::string place = where(state);
  return message.rfind("tandem/", 0) == 0 && space != std::string::npos && !place.empty() ? place + message.substr(space) : message;
}

int add_traceback(lua_State* state) {
  const char* message = lua_tostring(state, 1);
  if (message == nullptr || lua_type(state, 1) != LUA_TSTRING) {
    if (lua_islightuserdata(state, 1)) return 1;
    message = luaL_tolstring(state, 1, nullptr);
  }
  luaL_traceback(state, state, (at_scenario(state, message) + kTracebackMark).c_str(), 1);
  return 1;
}

void split_traceback(const std::string& text, std::string* message, std::string* traceback) {
  const std::size_t mark = text.find(kTracebackMark);
  *message = text.substr(0, mark);
  *traceback = mark == std::string::npos ? "" : text.substr(std::min(text.size(), mark + std::strlen(kTracebackMark) + 1));
}

std::string where(lua_State* state) {
  lua_Debug frame;
  for (int level = 0; lua_getstack(state, level, &frame) != 0; ++level) {
    lua_getinfo(state, "Sl", &frame);
    if (frame.source[0] == '@' && frame.currentline > 0) return std::string(frame.source + 1) + ":" + std::to_string(frame.currentline);
  }
  return "";
}

bool read_text_file(const std::string& path, std::string* text, std::string* error) {
  struct stat info {};
  if (stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    *error = "cannot read " + path + (S_ISDIR(info.st_mode) ? ": it is a folder" : ": it is no regular file");
    return false;
  }
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    *error = "cannot read " + path + ": " + std::strerror(errno);
    return false;
  }
  text->clear();
  char block[4096];
  std::size_t got = 0;
  while ((got = std::fread(block, 1, sizeof block, file)) != 0) text->append(block, got);
  const bool failed = std::ferror(file) != 0;
  std::fclose(file);
  if (failed) *error = "cannot read " + path + ": " + std::strerror(EIO);
  return !failed;
}

}  // namespace tandem::lua
