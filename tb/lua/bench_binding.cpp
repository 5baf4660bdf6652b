// SPDX-License-Identifier: Apache-2.0
// RAM, registers, transfers of masters and the bench's own tallies for the prelude. Proof: tb/lua/test, scenarios.
#include <cstring>
#include <memory>

#include <jansson.h>

#include "diff/fact_sink.h"
#include "lua/host.h"
#include "lua/host_bindings.h"
#include "lua/transfer.h"

namespace tandem::lua {
namespace {

// Host pointer of [pa, pa + bytes); raises a Lua error outside RAM.
std::uint8_t* ram_at(lua_State* L, std::uint64_t pa, std::uint64_t bytes) {
  Platform& platform = Host::of(L).platform();
  const std::uint64_t base = platform.ram_base(), size = platform.ram_bytes();
  if (pa < base || bytes > size || pa - base > size - bytes) {
    luaL_error(L, "PA 0x%I..0x%I is not in RAM, which is 0x%I..0x%I", static_cast<LUAI_UACINT>(pa),
               static_cast<LUAI_UACINT>(pa + bytes - 1), static_cast<LUAI_UACINT>(base), static_cast<LUAI_UACINT>(base + size - 1));
  }
  return platform.ram() + (pa - base);
}

std::uint64_t address(lua_State* L, int argument) { return static_cast<std::uint64_t>(luaL_checkinteger(L, argument)); }

int api_ram_read64(lua_State* L) {
  std::uint64_t value = 0;
  std::memcpy(&value, ram_at(L, address(L, 1), 8), 8);
  lua_pushinteger(L, static_cast<lua_Integer>(value));
  return 1;
}

int api_ram_write64(lua_State* L) {
  const std::uint64_t value = address(L, 2);
  std::memcpy(ram_at(L, address(L, 1), 8), &value, 8);
  return 0;
}

int api_ram_read(lua_State* L) {
  const std::uint64_t bytes = address(L, 2);
  lua_pushlstring(L, reinterpret_cast<const char*>(ram_at(L, address(L, 1), bytes)), bytes);
  return 1;
}

int api_ram_write(lua_State* L) {
  std::size_t bytes = 0;
  const char* data = luaL_checklstring(L, 2, &bytes);
  std::memcpy(ram_at(L, address(L, 1), bytes), data, bytes);
  return 0;
}

int api_ram_alloc(lua_State* L) {
  const lua_Integer bytes = luaL_checkinteger(L, 1), align = luaL_optinteger(L, 2, 4096);
  luaL_argcheck(L, bytes > 0, 1, "the size must be 1 or more");
  luaL_argcheck(L, align > 0 && (align & (align - 1)) == 0, 2, "the alignment must be a power of two");
  const std::uint64_t pa = Host::of(L).allocate_ram(static_cast<std::uint64_t>(bytes), static_cast<std::uint64_t>(align));
  if (pa == 0) return luaL_error(L, "RAM is used up: %I bytes are not left, make platform.ram_mib larger", static_cast<LUAI_UACINT>(bytes));
  lua_pushinteger(L, static_cast<lua_Integer>(pa));
  return 1;
}

int api_inject_error(lua_State* L) {
  ErrorInjection injection;
  injection.pa = address(L, 1);
  injection.bytes = address(L, 2);
  injection.class_mask = static_cast<std::uint32_t>(address(L, 3));
  injection.on_read = lua_toboolean(L, 4) != 0;
  injection.on_write = lua_toboolean(L, 5) != 0;
  injection.skip_count = address(L, 6);
  injection.fail_count = address(L, 7);
  lua_pushinteger(L, Host::of(L).platform().inject_error(injection));
  return 1;
}

int api_clear_error(lua_State* L) {
  Host::of(L).platform().clear_error(static_cast<unsigned>(address(L, 1)));
  return 0;
}

// Offset argument checked against the access size, so that a typo is a message and not a silent RAZ/WI.
std::uint32_t offset_argument(lua_State* L, int argument, lua_Integer bits) {
  const lua_Integer offset = luaL_checkinteger(L, argument);
  luaL_argcheck(L, offset >= 0 && offset < static_cast<lua_Integer>(smmu_tlm::kFrameBytes), argument, "the offset is outside the SMMU's frame of 0xe0000 bytes");
  luaL_argcheck(L, offset % (bits / 8) == 0, argument, "the offset is not aligned to the access");
  return static_cast<std::uint32_t>(offset);
}

int api_mmio_read(lua_State* L) {
  Platform& platform = Host::of(L).platform();
  const unsigned smmu = smmu_argument(L, 1);
  const lua_Integer bits = luaL_checkinteger(L, 3);
  const std::uint32_t offset = offset_argument(L, 2, bits);
  lua_pushinteger(L, static_cast<lua_Integer>(bits == 64 ? platform.mmio_read64(smmu, offset) : platform.mmio_read32(smmu, offset)));
  return 1;
}

int api_mmio_write(lua_State* L) {
  Platform& platform = Host::of(L).platform();
  const unsigned smmu = smmu_argument(L, 1);
  const lua_Integer bits = luaL_checkinteger(L, 3);
  const std::uint32_t offset = offset_argument(L, 2, bits);
  if (bits == 64) {
    platform.mmio_write64(smmu, offset, address(L, 4));
  } else {
    platform.mmio_write32(smmu, offset, static_cast<std::uint32_t>(address(L, 4)));
  }
  return 0;
}

void push_json(lua_State* L, const json_t* value) {
  luaL_checkstack(L, 4, "capabilities");
  switch (json_typeof(value)) {
    case JSON_OBJECT: {
      lua_newtable(L);
      const char* key = nullptr;
      json_t* item = nullptr;
      json_object_foreach(const_cast<json_t*>(value), key, item) {
        push_json(L, item);
        lua_setfield(L, -2, key);
      }
      break;
    }
    case JSON_ARRAY: {
      lua_newtable(L);
      for (std::size_t i = 0; i < json_array_size(value); ++i) {
        push_json(L, json_array_get(value, i));
        lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
      }
      break;
    }
    case JSON_STRING: lua_pushstring(L, json_string_value(value)); break;
    case JSON_INTEGER: lua_pushinteger(L, json_integer_value(value)); break;
    case JSON_REAL: lua_pushnumber(L, json_real_value(value)); break;
    default: lua_pushboolean(L, json_is_true(value)); break;
  }
}

int api_caps(lua_State* L) {
  const std::string text = Host::of(L).platform().smmu(smmu_argument(L, 1)).caps_json();
  json_error_t where;
  json_t* root = json_loads(text.c_str(), 0, &where);
  if (root == nullptr) return luaL_error(L, "the SMMU's capabilities are no JSON: %s", where.text);
  push_json(L, root);
  json_decref(root);
  return 1;
}

int api_stats(lua_State* L) {
  const smmu_tlm::SmmuStats stats = Host::of(L).platform().smmu(smmu_argument(L, 1)).stats();
  lua_newtable(L);
  const auto set = [L](const char* key, std::uint64_t value) { set_integer(L, key, static_cast<std::int64_t>(value)); };
  set("commands", stats.commands);
  set("syncs", stats.syncs);
  set("transactions", stats.transactions);
  set("translations", stats.translations);
  set("tlb_hits", stats.tlb_hits);
  set("tlb_misses", stats.tlb_misses);
  set("config_misses", stats.config_misses);
  set("table_walk_accesses", stats.table_walk_accesses);
  set("config_accesses", stats.config_accesses);
  set("events_recorded", stats.events_recorded);
  set("aborts", stats.aborts);
  return 1;
}

// The power of one SMMU was off: registers and caches are gone, RAM is not.
int api_power_cycle(lua_State* L) {
  const unsigned smmu = smmu_argument(L, 1);
  Host::of(L).platform().reset_smmu(smmu);
  return 0;
}

int api_commands(lua_State* L) {
  const unsigned smmu = smmu_argument(L, 1);
  const std::vector<LoggedCommand> commands = Host::of(L).commands().take(smmu);
  lua_createtable(L, static_cast<int>(commands.size()), 0);
  lua_Integer n = 0;
  for (const LoggedCommand& command : commands) {
    lua_createtable(L, 2, 0);
    lua_pushinteger(L, static_cast<lua_Integer>(command.words[0]));
    lua_rawseti(L, -2, 1);
    lua_pushinteger(L, static_cast<lua_Integer>(command.words[1]));
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, ++n);
  }
  return 1;
}

lua_Integer field_integer(lua_State* L, const char* key, lua_Integer missing) {
  lua_getfield(L, 1, key);
  const lua_Integer value = lua_isnil(L, -1) ? missing : luaL_checkinteger(L, -1);
  lua_pop(L, 1);
  return value;
}

bool field_boolean(lua_State* L, const char* key) {
  lua_getfield(L, 1, key);
  const bool value = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
  return value;
}

std::string field_string(lua_State* L, const char* key) {
  lua_getfield(L, 1, key);
  std::size_t size = 0;
  const char* text = lua_tolstring(L, -1, &size);
  std::string value = text == nullptr ? "" : std::string(text, size);
  lua_pop(L, 1);
  return value;
}

struct Request {
  Access access;
  std::shared_ptr<std::string> data;  // may outlive the call: a stalled access gives its bytes when it goes on
  std::string what;
  std::uint64_t timeout_ns = 0;
};

Request request_argument(lua_State* L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  Request request;
  Access& access = request.access;
  access.smmu = static_cast<unsigned>(field_integer(L, "smmu", 1) - 1);
  access.tbu = static_cast<unsigned>(field_integer(L, "tbu", 0));
  access.sid = static_cast<std::uint32_t>(field_integer(L, "sid", 0));
  const lua_Integer ssid = field_integer(L, "ssid", -1);
  access.ssid_valid = ssid >= 0;
  access.ssid = ssid >= 0 ? static_cast<std::uint32_t>(ssid) : 0;
  access.iova = static_cast<std::uint64_t>(field_integer(L, "iova", 0));
  access.write = field_boolean(L, "write");
  access.privileged = field_boolean(L, "privileged");
  access.instruction = field_boolean(L, "instruction");
  request.what = field_string(L, "what");
  request.timeout_ns = static_cast<std::uint64_t>(field_integer(L, "timeout_ns", 1'000'000'000));
  request.data = std::make_shared<std::string>(
      access.write ? field_string(L, "data") : std::string(static_cast<std::size_t>(field_integer(L, "size_bytes", 0)), '\0'));
  return request;
}

const char* status_word(AccessStatus status) {
  switch (status) {
    case AccessStatus::Ok: return "ok";
    case AccessStatus::Abort: return "abort";
    case AccessStatus::Stalled: return "stalled";
    case AccessStatus::Timeout: return "timeout";
  }
  return "?";
}

int push_result(lua_State* L, const AccessResult& result, const std::string& data) {
  lua_newtable(L);
  set_string(L, "status", status_word(result.status));
  set_boolean(L, "raz_wi", result.raz_wi);
  set_boolean(L, "memory_error", result.memory_error);
  if (result.status == AccessStatus::Stalled) set_integer(L, "ticket", static_cast<std::int64_t>(result.ticket));
  set_string(L, "data", data);
  return 1;
}

int api_access(lua_State* L) {
  Host& host = Host::of(L);
  Request request = request_argument(L);
  request.access.data = reinterpret_cast<std::uint8_t*>(request.data->data());
  request.access.bytes = static_cast<std::uint32_t>(request.data->size());
  host.platform().describe_wait(request.what);
  if (host.facts() != nullptr) host.facts()->call(where(L), request.what);
  const AccessResult result = host.platform().access(request.access, request.timeout_ns);
  host.platform().describe_wait("");
  if (result.status == AccessStatus::Ok) host.count_dma(request.data->size());
  if (result.status == AccessStatus::Stalled) host.park(result.ticket, request.access, request.data);
  host.tell_response(request.access, result, *request.data, false);
  return push_result(L, result, *request.data);
}

int api_start_access(lua_State* L) {
  Request request = request_argument(L);
  if (Host::of(L).facts() != nullptr) Host::of(L).facts()->call(where(L), "start of the " + request.what);
  lua_pushinteger(L, static_cast<lua_Integer>(Host::of(L).start_transfer(request.access, std::move(request.data), request.timeout_ns, request.what)));
  return 1;
}

Transfer& transfer_argument(lua_State* L) {
  Host& host = Host::of(L);
  const lua_Integer number = luaL_checkinteger(L, 1);
  luaL_argcheck(L, number >= 1 && static_cast<std::size_t>(number) <= host.transfer_count(), 1, "no such transfer");
  return host.transfer(static_cast<std::size_t>(number));
}

int api_access_done(lua_State* L) {
  lua_pushboolean(L, transfer_argument(L).done);
  return 1;
}

int api_access_result(lua_State* L) {
  const Transfer& transfer = transfer_argument(L);
  return push_result(L, transfer.result, *transfer.data);
}

// poll(ticket): the outcome of a stalled access, once; its data with it.
int api_poll(lua_State* L) {
  Host& host = Host::of(L);
  const std::uint64_t ticket = address(L, 1);
  const AccessResult result = host.platform().poll(ticket);
  if (result.status == AccessStatus::Stalled) return push_result(L, result, "");
  const std::shared_ptr<Parked> parked = host.unpark(ticket);
  if (parked && result.status == AccessStatus::Ok) host.count_dma(parked->data->size());
  if (parked) host.tell_response(parked->access, result, *parked->data, true);
  return push_result(L, result, parked ? *parked->data : "");
}

// Bytes that differ between seeds and do not repeat within a page: xorshift64, one word at a time.
int api_pattern(lua_State* L) {
  std::uint64_t state = address(L, 1) * 0x9e3779b97f4a7c15ull + 0x1234567ull;
  const lua_Integer size = luaL_checkinteger(L, 2);
  luaL_argcheck(L, size >= 0 && size <= 1 << 24, 2, "size_bytes must be at most 0x1000000");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  for (std::size_t i = 0; i < bytes.size(); i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    std::memcpy(&bytes[i], &state, std::min<std::size_t>(8, bytes.size() - i));
  }
  lua_pushlstring(L, bytes.data(), bytes.size());
  return 1;
}

const luaL_Reg kFunctions[] = {
    {"ram_read64", api_ram_read64}, {"ram_write64", api_ram_write64}, {"ram_read", api_ram_read},
    {"ram_write", api_ram_write},   {"ram_alloc", api_ram_alloc},     {"inject_error", api_inject_error},
    {"clear_error", api_clear_error}, {"mmio_read", api_mmio_read},   {"mmio_write", api_mmio_write},
    {"caps", api_caps},             {"stats", api_stats},             {"commands", api_commands},
    {"power_cycle", api_power_cycle},
    {"access", api_access},         {"start_access", api_start_access}, {"access_done", api_access_done},
    {"access_result", api_access_result}, {"poll", api_poll},         {"pattern", api_pattern},
    {nullptr, nullptr},
};

}  // namespace

void bind_bench(lua_State* state) {
  luaL_setfuncs(state, kFunctions, 0);
  Platform& platform = Host::of(state).platform();
  set_integer(state, "ram_base", static_cast<std::int64_t>(platform.ram_base()));
  set_integer(state, "ram_bytes", static_cast<std::int64_t>(platform.ram_bytes()));
  const PlatformSpec& spec = platform.spec();
  lua_newtable(state);
  for (std::size_t i = 0; i < spec.smmus.size(); ++i) {
    lua_newtable(state);
    set_string(state, "name", spec.smmus[i].name);
    set_string(state, "backend", platform.smmu_backend(static_cast<unsigned>(i)));
    lua_rawseti(state, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(state, -2, "smmus");
  lua_newtable(state);
  for (std::size_t i = 0; i < spec.masters.size(); ++i) {
    const MasterSpec& master = spec.masters[i];
    lua_newtable(state);
    set_string(state, "name", master.name);
    set_string(state, "smmu", master.smmu);
    set_integer(state, "tbu", master.tbu);
    set_integer(state, "ssid_bits", master.ssid_bits);
    set_boolean(state, "ats", master.ats);
    set_boolean(state, "pri", master.pri);
    lua_newtable(state);
    for (std::size_t n = 0; n < master.sids.size(); ++n) {
      lua_pushinteger(state, master.sids[n]);
      lua_rawseti(state, -2, static_cast<lua_Integer>(n + 1));
    }
    lua_setfield(state, -2, "sids");
    lua_rawseti(state, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(state, -2, "masters");
}

}  // namespace tandem::lua
