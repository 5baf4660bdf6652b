// SPDX-License-Identifier: Apache-2.0
// Reads a Lua table that a user wrote, key by key; whatever is wrong is one sentence with file, line, key and what is allowed.
// Not here: what the keys mean. Proof: tb/tests/test_platform_lua.cpp, tb/farm/test.
#ifndef TANDEM_PLATFORM_TABLE_READER_H
#define TANDEM_PLATFORM_TABLE_READER_H

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <lua.hpp>

#include "platform/spec_check.h"
#include "platform/source_lines.h"

namespace tandem {

// Thrown by a reader: the one sentence for the user.
struct TableRefused {
  std::string sentence;
};

// Restores the stack however a scope is left.
class StackGuard {
 public:
  explicit StackGuard(lua_State* lua) : lua_(lua), top_(lua_gettop(lua)) {}
  ~StackGuard() { lua_settop(lua_, top_); }
  StackGuard(const StackGuard&) = delete;
  StackGuard& operator=(const StackGuard&) = delete;

 private:
  lua_State* lua_;
  int top_;
};

// A table on the stack, with what messages need: its path ("smmus[1]") and the line it probably starts at.
class TableReader {
 public:
  TableReader(lua_State* lua, int index, const SourceLines& source, std::string path, int line)
      : lua_(lua), index_(lua_absindex(lua, index)), source_(source), path_(std::move(path)), line_(line) {}

  int line() const { return line_; }
  const std::string& path() const { return path_; }

  [[noreturn]] void refuse(const std::string& key, const std::string& sentence) const {
    const int line = key.empty() ? line_ : source_.line_of_key(key, line_);
    throw TableRefused{location_prefix({source_.file(), line}) + sentence};
  }

  void allow_only(std::initializer_list<const char*> keys) const {
    StackGuard guard(lua_);
    std::string list;
    for (const char* key : keys) list += (list.empty() ? "" : ", ") + std::string(key);
    lua_pushnil(lua_);
    while (lua_next(lua_, index_) != 0) {
      lua_pop(lua_, 1);
      if (lua_type(lua_, -1) != LUA_TSTRING) refuse("", path_ + " has an entry without a name; its keys are " + list);
      const std::string key = lua_tostring(lua_, -1);
      bool known = false;
      for (const char* allowed : keys) known = known || key == allowed;
      if (!known) refuse(key, "unknown key '" + key + "' in " + path_ + "; its keys are " + list);
    }
  }

  bool has(const char* key) const {
    StackGuard guard(lua_);
    return lua_getfield(lua_, index_, key) != LUA_TNIL;
  }

  std::string string(const char* key, const std::string& otherwise) const {
    StackGuard guard(lua_);
    const int type = lua_getfield(lua_, index_, key);
    if (type == LUA_TNIL) return otherwise;
    if (type != LUA_TSTRING) wrong_type(key, "a string");
    return lua_tostring(lua_, -1);
  }

  bool boolean(const char* key, bool otherwise = false) const {
    StackGuard guard(lua_);
    const int type = lua_getfield(lua_, index_, key);
    if (type == LUA_TNIL) return otherwise;
    if (type != LUA_TBOOLEAN) wrong_type(key, "true or false");
    return lua_toboolean(lua_, -1) != 0;
  }

  std::int64_t integer(const char* key, std::int64_t otherwise, std::int64_t low, std::int64_t high) const {
    StackGuard guard(lua_);
    if (lua_getfield(lua_, index_, key) == LUA_TNIL) return otherwise;
    return integer_on_top(key, low, high);
  }

  // Calls fn(reader of the table) when the key is there.
  template <class Fn>
  void table(const char* key, Fn fn) const {
    StackGuard guard(lua_);
    const int type = lua_getfield(lua_, index_, key);
    if (type == LUA_TNIL) return;
    if (type != LUA_TTABLE) wrong_type(key, "a table");
    fn(TableReader(lua_, -1, source_, member(key), source_.line_of_key(key, line_)));
  }

  // Calls fn(reader, number) for every table of the list under key.
  template <class Fn>
  void list_of_tables(const char* key, Fn fn) const {
    table(key, [&](const TableReader& list) {
      int line = list.line() - 1;
      list.for_each_element([&](int type, std::int64_t number) {
        if (type != LUA_TTABLE) list.refuse("", list.element(number) + " must be a table");
        line = source_.line_of_name(name_on_top(), line + 1);  // entries that share a line are found by the second pass
        fn(TableReader(lua_, -1, source_, list.element(number), line));
      });
    });
  }

  std::vector<std::string> list_of_strings(const char* key) const {
    std::vector<std::string> values;
    table(key, [&](const TableReader& list) {
      list.for_each_element([&](int type, std::int64_t number) {
        if (type != LUA_TSTRING) list.wrong_type("", "a string", list.element(number));
        values.emplace_back(lua_tostring(lua_, -1));
      });
    });
    return values;
  }

  std::vector<std::int64_t> list_of_integers(const char* key) const {
    std::vector<std::int64_t> values;
    table(key, [&](const TableReader& list) {
      list.for_each_element([&](int, std::int64_t number) {
        constexpr auto low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
        values.push_back(list.integer_on_top("", low, high, list.element(number)));
      });
    });
    return values;
  }

  // Calls fn(key, text) for every entry of a table of name = string, number or boolean, in the order of the names.
  template <class Fn>
  void each_text(const char* key, Fn fn) const {
    table(key, [&](const TableReader& entries) {
      std::map<std::string, std::string> sorted;
      StackGuard guard(lua_);
      lua_pushnil(lua_);
      while (lua_next(lua_, entries.index_) != 0) {
        if (lua_type(lua_, -2) != LUA_TSTRING) entries.refuse("", entries.path_ + " has an entry without a name");
        const std::string name = lua_tostring(lua_, -2);
        const int type = lua_type(lua_, -1);
        if (type != LUA_TBOOLEAN && type != LUA_TSTRING && type != LUA_TNUMBER) entries.wrong_type(name, "a string, a number or a boolean");
        lua_pushvalue(lua_, -1);  // tolstring would change the number in the table
        sorted[name] = type == LUA_TBOOLEAN ? (lua_toboolean(lua_, -1) != 0 ? "true" : "false") : lua_tostring(lua_, -1);
        lua_pop(lua_, 2);
      }
      for (const auto& [name, text] : sorted) fn(name, text);
    });
  }

  // Calls fn(name, reader) for every entry of a table of name = table, in the order of the names.
  template <class Fn>
  void each_table(const char* key, Fn fn) const {
    table(key, [&](const TableReader& entries) {
      std::set<std::string> names;
      StackGuard guard(lua_);
      lua_pushnil(lua_);
      while (lua_next(lua_, entries.index_) != 0) {
        if (lua_type(lua_, -2) != LUA_TSTRING) entries.refuse("", entries.path_ + " has an entry without a name");
        names.insert(lua_tostring(lua_, -2));
        lua_pop(lua_, 1);
      }
      for (const std::string& name : names) entries.table(name.c_str(), [&](const TableReader& one) { fn(name, one); });
    });
  }

  bool is_table(const char* key) const {
    StackGuard guard(lua_);
    return lua_getfield(lua_, index_, key) == LUA_TTABLE;
  }

  std::vector<std::uint32_t> list_of_u32(const char* key) const {
    std::vector<std::uint32_t> values;
    table(key, [&](const TableReader& list) {
      list.for_each_element([&](int, std::int64_t number) {
        values.push_back(static_cast<std::uint32_t>(
            list.integer_on_top("", 0, std::numeric_limits<std::uint32_t>::max(), list.element(number))));
      });
    });
    return values;
  }

  // Calls fn(key, value) for every entry of a table of name = integer.
  template <class Fn>
  void each_integer(const char* key, Fn fn) const {
    table(key, [&](const TableReader& entries) {
      StackGuard guard(lua_);
      lua_pushnil(lua_);
      while (lua_next(lua_, entries.index_) != 0) {
        if (lua_type(lua_, -2) != LUA_TSTRING) entries.refuse("", entries.path_ + " has an entry without a name");
        const std::string name = lua_tostring(lua_, -2);
        if (lua_isboolean(lua_, -1)) {
          fn(entries, name, static_cast<std::int64_t>(lua_toboolean(lua_, -1)));
        } else {
          constexpr auto low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
          fn(entries, name, entries.integer_on_top(name, low, high));
        }
        lua_pop(lua_, 1);
      }
    });
  }

 private:
  std::string member(const std::string& key) const { return path_ + "." + key; }
  std::string element(std::int64_t number) const { return path_ + "[" + std::to_string(number) + "]"; }

  [[noreturn]] void wrong_type(const std::string& key, const char* wanted, const std::string& what = "") const {
    refuse(key, (what.empty() ? member(key) : what) + " must be " + wanted + ", not a " + luaL_typename(lua_, -1));
  }

  std::int64_t integer_on_top(const std::string& key, std::int64_t low, std::int64_t high, const std::string& what = "") const {
    int is_integer = 0;
    const std::int64_t value = lua_tointegerx(lua_, -1, &is_integer);
    if (lua_type(lua_, -1) != LUA_TNUMBER) wrong_type(key, "an integer", what);
    const std::string name = what.empty() ? member(key) : what;
    if (is_integer == 0) refuse(key, name + " must be a whole number");
    if (value < low || value > high) {
      refuse(key, name + " is " + std::to_string(value) + "; allowed are " + std::to_string(low) + " to " + std::to_string(high));
    }
    return value;
  }

  std::string name_on_top() const {
    StackGuard guard(lua_);
    return lua_getfield(lua_, -1, "name") == LUA_TSTRING ? lua_tostring(lua_, -1) : "";
  }

  template <class Fn>
  void for_each_element(Fn fn) const {
    StackGuard guard(lua_);
    const auto count = static_cast<std::int64_t>(lua_rawlen(lua_, index_));
    std::int64_t entries = 0;
    lua_pushnil(lua_);
    for (; lua_next(lua_, index_) != 0; ++entries) lua_pop(lua_, 1);
    if (entries != count) refuse("", path_ + " must be a list without names or gaps");
    for (std::int64_t i = 1; i <= count; ++i) {
      const int type = lua_rawgeti(lua_, index_, i);
      fn(type, i);
      lua_pop(lua_, 1);
    }
  }

  lua_State* lua_;
  int index_;
  const SourceLines& source_;
  std::string path_;
  int line_;
};

}  // namespace tandem

#endif
