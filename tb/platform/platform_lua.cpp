// SPDX-License-Identifier: Apache-2.0
// Reads a platform table key by key. Proof: tb/tests/test_platform_lua.cpp.
#include "platform/platform_lua.h"

#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <limits>
#include <set>
#include <string>
#include <vector>

#include <lua.hpp>

#include "platform/source_lines.h"

namespace tandem {
namespace {

struct Refused {
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
    throw Refused{location_prefix({source_.file(), line}) + sentence};
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

void read_id_fields(const TableReader& table, SmmuSpec* smmu) {
  table.each_integer("idr", [&](const TableReader& idr, const std::string& field, std::int64_t value) {
    std::string full;
    if (!resolve_id_field(field, &full)) {
      smmu_tlm::IdRegisters scratch;
      const bool is_full = field.find('.') != std::string::npos;
      idr.refuse(field, is_full ? set_id_field(&scratch, field, 0)
                                : "'" + field + "' in " + idr.path() + " is no field of IDR0, IDR1, IDR2, IDR3, IDR5, IIDR or AIDR");
    }
    smmu_tlm::IdRegisters scratch;
    const std::string problem = set_id_field(&scratch, full, value);
    if (!problem.empty()) idr.refuse(field, problem);
    smmu->id_fields[full] = value;
  });
}

SmmuSpec read_smmu(const TableReader& table, const std::string& file) {
  table.allow_only({"name", "backend", "idr", "params", "tbus", "pmcg_counters"});
  SmmuSpec smmu;
  smmu.name = table.string("name", "");
  smmu.backend = table.string("backend", "");
  smmu.tbu_count = static_cast<unsigned>(table.integer("tbus", smmu.tbu_count, 1, kMaxTbus));
  smmu.pmcg_counter_count = static_cast<unsigned>(table.integer("pmcg_counters", smmu.pmcg_counter_count, 1, kMaxPmcgCounters));
  smmu.where = {file, table.line()};
  read_id_fields(table, &smmu);
  table.each_integer("params", [&](const TableReader&, const std::string& name, std::int64_t value) { smmu.params[name] = value; });
  return smmu;
}

MasterSpec read_master(const TableReader& table, const std::string& file) {
  table.allow_only({"name", "smmu", "tbu", "sids", "ssid_bits"});
  MasterSpec master;
  master.name = table.string("name", "");
  master.smmu = table.string("smmu", "");
  master.tbu = static_cast<unsigned>(table.integer("tbu", 0, 0, kMaxTbus - 1));
  master.sids = table.list_of_u32("sids");
  master.ssid_bits = static_cast<unsigned>(table.integer("ssid_bits", 0, 0, kMaxSsidBits));
  master.where = {file, table.line()};
  return master;
}

void read_ram(const TableReader& table, PlatformSpec* spec) {
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();
  const std::int64_t mib = table.integer("ram_mib", static_cast<std::int64_t>(spec->ram_bytes >> 20), 0, most >> 20);
  spec->ram_bytes = static_cast<std::uint64_t>(mib) << 20;
  spec->ram_base = static_cast<std::uint64_t>(table.integer("ram_base", static_cast<std::int64_t>(spec->ram_base), 0, most));
  const std::string size_problem = check_ram(0, spec->ram_bytes);
  if (!size_problem.empty()) table.refuse("ram_mib", size_problem);
  const std::string problem = check_ram(spec->ram_base, spec->ram_bytes);
  if (!problem.empty()) table.refuse("ram_base", problem);
}

void read_limits(const TableReader& table, PlatformSpec* spec) {
  table.table("limits", [&](const TableReader& limits) {
    limits.allow_only({"simulated_ms", "wall_s"});
    constexpr std::int64_t day_s = 86400;
    const auto default_ms = static_cast<std::int64_t>(spec->simulated_limit_us / 1000);
    spec->simulated_limit_us = static_cast<std::uint64_t>(limits.integer("simulated_ms", default_ms, 1, day_s * 1000)) * 1000;
    spec->wall_limit_s =
        static_cast<std::uint64_t>(limits.integer("wall_s", static_cast<std::int64_t>(spec->wall_limit_s), 1, day_s));
  });
}

void read_platform(const TableReader& table, const std::string& file, PlatformSpec* spec) {
  table.allow_only({"ram_mib", "ram_base", "smmus", "masters", "limits", "seed"});
  read_ram(table, spec);
  spec->seed = static_cast<std::uint64_t>(
      table.integer("seed", static_cast<std::int64_t>(spec->seed), 0, std::numeric_limits<std::int64_t>::max()));
  read_limits(table, spec);
  if (!table.has("smmus")) table.refuse("", "platform.smmus is missing; at least one SMMU is needed");
  table.list_of_tables("smmus", [&](const TableReader& entry) { spec->smmus.push_back(read_smmu(entry, file)); });
  table.list_of_tables("masters", [&](const TableReader& entry) { spec->masters.push_back(read_master(entry, file)); });
  if (spec->smmus.empty()) table.refuse("smmus", "platform.smmus is empty; at least one SMMU is needed");
  const std::string problem = check_spec(*spec);
  if (!problem.empty()) throw Refused{problem};
}

struct LuaCloser {
  lua_State* lua;
  ~LuaCloser() { lua_close(lua); }
};

void open_safe_library(lua_State* lua) {
  luaL_requiref(lua, "_G", luaopen_base, 1);
  luaL_requiref(lua, LUA_STRLIBNAME, luaopen_string, 1);
  luaL_requiref(lua, LUA_TABLIBNAME, luaopen_table, 1);
  luaL_requiref(lua, LUA_MATHLIBNAME, luaopen_math, 1);
  lua_settop(lua, 0);
  for (const char* name : {"load", "loadfile", "dofile", "loadstring", "require", "collectgarbage"}) {
    lua_pushnil(lua);
    lua_setglobal(lua, name);
  }
}

std::string text_of_error(lua_State* lua) {
  const char* text = lua_tostring(lua, -1);
  return text != nullptr ? text : "an error that is not a string";
}

}  // namespace

bool load_platform(lua_State* lua, int table_index, const std::string& file, PlatformSpec* spec, std::string* error) {
  StackGuard guard(lua);
  luaL_checkstack(lua, 20, "platform");
  *spec = PlatformSpec{};
  const SourceLines source(file);
  const int line = source.line_of_key("platform", 0);
  try {
    if (!lua_istable(lua, table_index)) {
      throw Refused{location_prefix({file, line}) + "the platform must be a table, not a " + luaL_typename(lua, table_index)};
    }
    read_platform(TableReader(lua, table_index, source, "platform", line), file, spec);
    return true;
  } catch (const Refused& refused) {
    *error = refused.sentence;
    return false;
  }
}

bool load_platform_file(const std::string& file, PlatformSpec* spec, std::string* error) {
  if (!std::ifstream(file).good()) {
    *error = "cannot read platform file '" + file + "'";
    return false;
  }
  lua_State* const lua = luaL_newstate();
  if (lua == nullptr) {
    *error = "no memory for Lua";
    return false;
  }
  const LuaCloser closer{lua};
  open_safe_library(lua);
  if (luaL_loadfilex(lua, file.c_str(), "t") != LUA_OK || lua_pcall(lua, 0, 1, 0) != LUA_OK) {
    *error = text_of_error(lua);
    return false;
  }
  if (!lua_istable(lua, -1)) {
    *error = file + ": must return a platform table or a scenario, not a " + luaL_typename(lua, -1);
    return false;
  }
  if (lua_getfield(lua, -1, "platform") == LUA_TNIL) lua_pop(lua, 1);
  return load_platform(lua, -1, file, spec, error);
}

}  // namespace tandem
