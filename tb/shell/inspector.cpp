// SPDX-License-Identifier: Apache-2.0
// Proof: tb/shell/test/shell_test.lua.
#include "shell/inspector.h"

#include <cstring>
#include <stdexcept>

#include "lua/host_bindings.h"

namespace tandem::shell {
namespace {

constexpr std::size_t kKeptRecords = 1000;

Inspector& self_of(lua_State* L) { return *static_cast<Inspector*>(lua_touserdata(L, lua_upvalueindex(1))); }
unsigned smmu_of(lua_State* L) { return static_cast<unsigned>(luaL_checkinteger(L, 1) - 1); }

int api_register(lua_State* L) {
  const auto value = self_of(L).register_value(smmu_of(L), static_cast<std::uint32_t>(luaL_checkinteger(L, 2)), static_cast<unsigned>(luaL_checkinteger(L, 3)));
  if (!value) return 0;
  lua_pushinteger(L, static_cast<lua_Integer>(*value));
  return 1;
}

int api_word(lua_State* L) {
  Platform& platform = self_of(L).platform();
  const auto pa = static_cast<std::uint64_t>(luaL_checkinteger(L, 1));
  std::uint64_t word = 0;
  if (pa < platform.ram_base() || pa - platform.ram_base() > platform.ram_bytes() - sizeof word) return 0;
  std::memcpy(&word, platform.ram() + (pa - platform.ram_base()), sizeof word);
  lua_pushinteger(L, static_cast<lua_Integer>(word));
  return 1;
}

int push_text(lua_State* L, const std::string& text) {
  lua_pushlstring(L, text.data(), text.size());
  return 1;
}
int api_cache(lua_State* L) { return push_text(L, self_of(L).platform().smmu(smmu_of(L)).cache_report()); }
int api_waiting(lua_State* L) { return push_text(L, self_of(L).platform().waiting_report()); }
int api_records(lua_State* L) { return push_text(L, self_of(L).last_records(static_cast<std::size_t>(luaL_checkinteger(L, 1)))); }
int api_stats(lua_State* L) {
  const smmu_tlm::SmmuStats s = self_of(L).platform().smmu(smmu_of(L)).stats();
  return push_text(L, std::to_string(s.tlb_hits) + " TLB hits, " + std::to_string(s.tlb_misses) + " misses, " + std::to_string(s.config_misses) +
                          " configuration misses, " + std::to_string(s.commands) + " commands, " + std::to_string(s.events_recorded) + " events so far");
}

}  // namespace

Inspector::Inspector(Platform& platform, TraceTee& trace) : platform_(platform), trace_(trace), state_(lua::new_sandbox()) {
  if (!state_) throw std::runtime_error("out of memory");
  for (const SmmuSpec& smmu : platform.spec().smmus) smmu_names_.push_back(smmu.name);
  lua_State* L = state_.get();
  lua::push_embedded(L, "inspect");
  lua_newtable(L);
  const luaL_Reg functions[] = {{"register", api_register}, {"word", api_word},       {"cache", api_cache}, {"waiting", api_waiting},
                                {"records", api_records},   {"stats", api_stats},     {nullptr, nullptr}};
  lua_pushlightuserdata(L, this);
  luaL_setfuncs(L, functions, 1);
  const auto set_integer = [L](const char* key, std::uint64_t value) {
    lua_pushinteger(L, static_cast<lua_Integer>(value));
    lua_setfield(L, -2, key);
  };
  set_integer("ram_base", platform.ram_base());
  set_integer("ram_bytes", platform.ram_bytes());
  lua_newtable(L);
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    lua_newtable(L);
    push_text(L, smmu_names_[i]);
    lua_setfield(L, -2, "name");
    push_text(L, platform.smmu_backend(i));
    lua_setfield(L, -2, "backend");
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(L, -2, "smmus");
  lua::push_embedded(L, "layout");
  lua_getfield(L, -1, "build");
  lua::push_embedded(L, "arch");
  lua_call(L, 1, 1);          // inspect, host, layout, arch
  lua_pushvalue(L, -4);
  lua_pushvalue(L, -4);
  lua_pushvalue(L, -3);
  lua_call(L, 2, 1);          // inspect, host, layout, arch, object
  lua_pushvalue(L, -3);
  lua_setfield(L, -2, "layout");
  lua_replace(L, 1);
  lua_settop(L, 1);
}

void Inspector::record(const smmu_trace_record& record) {
  records_.push_back(record);
  if (records_.size() > kKeptRecords) records_.pop_front();
  if (record.kind != SMMU_TRACE_MMIO_READ && record.kind != SMMU_TRACE_MMIO_WRITE) return;
  const auto offset = static_cast<std::uint32_t>(record.addr);
  for (std::uint32_t byte = 0; byte < record.size; byte += 4) {
    seen_[{record.source, offset + byte}] = static_cast<std::uint32_t>(record.data[0] >> (8 * byte));
  }
}

std::optional<std::uint64_t> Inspector::register_value(unsigned smmu, std::uint32_t offset, unsigned bits) {
  const unsigned bytes = bits / 8;
  if (platform_.smmu_backend(smmu) == "tlm") {
    std::uint64_t value = 0;
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(offset);
    payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
    payload.set_data_length(bytes);
    payload.set_streaming_width(bytes);
    trace_.mute(true);
    const unsigned got = platform_.smmu(smmu).programming.get_base_export()->transport_dbg(payload);
    trace_.mute(false);
    if (got == bytes) return value;
  }
  std::uint64_t value = 0;
  for (unsigned byte = 0; byte < bytes; byte += 4) {
    const auto word = seen_.find({smmu, offset + byte});
    if (word == seen_.end()) return std::nullopt;
    value |= static_cast<std::uint64_t>(word->second) << (8 * byte);
  }
  return value;
}

std::string Inspector::last_records(std::size_t count) const {
  std::string text;
  const std::size_t first = records_.size() - std::min(count, records_.size());
  for (std::size_t i = first; i < records_.size(); ++i) text += (i == first ? "" : "\n") + trace_record_to_json(records_[i], smmu_names_);
  return text;
}

std::optional<std::pair<std::string, bool>> Inspector::run(const std::string& line) {
  lua_State* L = state_.get();
  lua_settop(L, 1);
  lua_getfield(L, 1, "run");
  lua_pushlstring(L, line.data(), line.size());
  if (lua_pcall(L, 1, 2, 0) != LUA_OK) return std::pair(std::string(lua_tostring(L, -1)) + "\n", false);
  if (lua_isnil(L, -2)) return std::nullopt;
  return std::pair(std::string(lua_tostring(L, -2)), lua_toboolean(L, -1) != 0);
}

}  // namespace tandem::shell
