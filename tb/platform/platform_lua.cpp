// SPDX-License-Identifier: Apache-2.0
// Reads a platform table key by key. Proof: tb/tests/test_platform_lua.cpp.
#include "platform/platform_lua.h"

#include <cstdint>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include <lua.hpp>

#include "platform/source_lines.h"
#include "platform/table_reader.h"

namespace tandem {
namespace {

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
  table.allow_only({"name", "smmu", "tbu", "sids", "ssid_bits", "ats", "pri"});
  MasterSpec master;
  master.name = table.string("name", "");
  master.smmu = table.string("smmu", "");
  master.tbu = static_cast<unsigned>(table.integer("tbu", 0, 0, kMaxTbus - 1));
  master.sids = table.list_of_u32("sids");
  master.ssid_bits = static_cast<unsigned>(table.integer("ssid_bits", 0, 0, kMaxSsidBits));
  master.ats = table.boolean("ats");
  master.pri = table.boolean("pri");
  master.where = {file, table.line()};
  return master;
}

EngineSpec read_engine(const TableReader& table, const std::string& file) {
  table.allow_only({"name", "smmu", "tbu", "sids"});
  EngineSpec engine;
  engine.name = table.string("name", "");
  engine.smmu = table.string("smmu", "");
  engine.tbu = static_cast<unsigned>(table.integer("tbu", 0, 0, kMaxTbus - 1));
  engine.sids = table.list_of_u32("sids");
  engine.where = {file, table.line()};
  return engine;
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

// Of a platform whose SMMUs do not snoop each says so, unless it claims the contrary, which check_spec() refuses.
void deny_snooping(PlatformSpec* spec) {
  for (SmmuSpec& smmu : spec->smmus) smmu.id_fields.emplace("IDR0.COHACC", 0);
}

void read_platform(const TableReader& table, const std::string& file, PlatformSpec* spec) {
  table.allow_only({"ram_mib", "ram_base", "smmus", "masters", "engines", "limits", "seed", "noncoherent"});
  read_ram(table, spec);
  spec->seed = static_cast<std::uint64_t>(
      table.integer("seed", static_cast<std::int64_t>(spec->seed), 0, std::numeric_limits<std::int64_t>::max()));
  read_limits(table, spec);
  if (!table.has("smmus")) table.refuse("", "platform.smmus is missing; at least one SMMU is needed");
  table.list_of_tables("smmus", [&](const TableReader& entry) { spec->smmus.push_back(read_smmu(entry, file)); });
  table.list_of_tables("masters", [&](const TableReader& entry) { spec->masters.push_back(read_master(entry, file)); });
  table.list_of_tables("engines", [&](const TableReader& entry) { spec->engines.push_back(read_engine(entry, file)); });
  if (spec->smmus.empty()) table.refuse("smmus", "platform.smmus is empty; at least one SMMU is needed");
  spec->noncoherent = table.boolean("noncoherent", false);
  if (spec->noncoherent) deny_snooping(spec);
  const std::string problem = check_spec(*spec);
  if (!problem.empty()) throw TableRefused{problem};
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
      throw TableRefused{location_prefix({file, line}) + "the platform must be a table, not a " + luaL_typename(lua, table_index)};
    }
    read_platform(TableReader(lua, table_index, source, "platform", line), file, spec);
    return true;
  } catch (const TableRefused& refused) {
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
