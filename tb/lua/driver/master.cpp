// SPDX-License-Identifier: Apache-2.0
// Masters and what is attached to them, for the prelude. Proof: tb/lua/test, scenarios.
#include <vector>

#include "lua/driver/calls.h"
#include "lua/endpoints.h"

namespace tandem::lua {
namespace {

unsigned smmu_index_of(const PlatformSpec& spec, const std::string& name) {
  unsigned i = 0;
  while (spec.smmus[i].name != name) ++i;
  return i;
}

// Registers a master of the platform with what a scenario says beyond it.
smmu_status create_master(lua_State* L, std::size_t index, smmu_master_config config) {
  Host& host = Host::of(L);
  const PlatformSpec& spec = host.spec();
  const MasterSpec& wanted = spec.masters.at(index);
  lua_pushinteger(L, static_cast<lua_Integer>(smmu_index_of(spec, wanted.smmu)) + 1);
  config.dev = dev_argument(L, lua_gettop(L));
  lua_pop(L, 1);
  config.sids = wanted.sids.data();
  config.sid_count = wanted.sids.size();
  config.ssid_bits = static_cast<std::uint8_t>(wanted.ssid_bits);
  config.endpoint = host.endpoints().hooks(index);
  smmu_master*& master = host.driver().masters.at(index);
  const smmu_status status = smmu_master_create(host.sys(), &config, &master);
  if (status != SMMU_OK) master = nullptr;
  return status;
}

// What the platform says of the device.
smmu_master_config device_config(lua_State* L, std::size_t index) {
  const MasterSpec& spec = Host::of(L).spec().masters.at(index);
  smmu_master_config config{};
  config.ats = spec.ats;
  config.pri = spec.pri;
  return config;
}

// A field of the options that replaces what the platform says.
void replace_flag(lua_State* L, const char* key, bool* flag) {
  lua_getfield(L, 2, key);
  if (!lua_isnil(L, -1)) *flag = lua_toboolean(L, -1) != 0;
  lua_pop(L, 1);
}

// master_register(master, { max_pasids =, can_stall =, cd_table = "linear" / "2level", ats =, pri = }): before it is used otherwise.
int api_master_register(lua_State* L) {
  const std::size_t index = master_number(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  if (Host::of(L).driver().masters.at(index) != nullptr) return answer(L, SMMU_E_EXISTS);
  smmu_master_config config = device_config(L, index);
  config.max_pasids = static_cast<std::uint32_t>(number_field(L, 2, "max_pasids", UINT32_MAX));
  config.can_stall = flag_field(L, 2, "can_stall");
  replace_flag(L, "ats", &config.ats);
  replace_flag(L, "pri", &config.pri);
  const std::string format = text_field(L, 2, "cd_table");
  config.cd_table = format == "linear" ? SMMU_CD_TABLE_LINEAR : format == "2level" ? SMMU_CD_TABLE_2LEVEL : SMMU_CD_TABLE_AUTO;
  return answer(L, create_master(L, index, config));
}

int api_master_destroy(lua_State* L) {
  smmu_master*& master = Host::of(L).driver().masters.at(master_number(L, 1));
  const smmu_status status = master == nullptr ? SMMU_E_NOT_FOUND : smmu_master_destroy(master);
  if (status == SMMU_OK) master = nullptr;
  return answer(L, status);
}

int api_unquarantine(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  return answer(L, status == SMMU_OK ? smmu_master_unquarantine(master) : status);
}

int api_attach(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  if (status != SMMU_OK) return answer(L, status);
  return answer(L, smmu_master_attach(master, handle<smmu_domain>(L, 2), static_cast<std::uint32_t>(u64(L, 3))));
}

int api_detach(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  return answer(L, status == SMMU_OK ? smmu_master_detach(master) : status);
}

int api_attach_pasid(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  if (status != SMMU_OK) return answer(L, status);
  const auto pasid = static_cast<std::uint32_t>(u64(L, 3)), flags = static_cast<std::uint32_t>(u64(L, 4));
  return answer(L, smmu_master_attach_pasid(master, handle<smmu_domain>(L, 2), pasid, flags));
}

int api_detach_pasid(lua_State* L) {
  smmu_master* master = nullptr;
  const smmu_status status = master_argument(L, 1, &master);
  return answer(L, status == SMMU_OK ? smmu_master_detach_pasid(master, static_cast<std::uint32_t>(u64(L, 2))) : status);
}

// A list of master numbers; the first that cannot be registered decides.
smmu_status masters_argument(lua_State* L, int index, std::vector<smmu_master*>* out) {
  luaL_checktype(L, index, LUA_TTABLE);
  const lua_Integer count = luaL_len(L, index);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, index, i);
    smmu_master* master = nullptr;
    const smmu_status status = master_argument(L, lua_gettop(L), &master);
    lua_pop(L, 1);
    if (status != SMMU_OK) return status;
    out->push_back(master);
  }
  return SMMU_OK;
}

// group_attach(masters, domain, pasid, flags)
int api_group_attach(lua_State* L) {
  std::vector<smmu_master*> masters;
  const smmu_status status = masters_argument(L, 1, &masters);
  if (status != SMMU_OK) return answer(L, status);
  const auto pasid = static_cast<std::uint32_t>(u64(L, 3)), flags = static_cast<std::uint32_t>(u64(L, 4));
  return answer(L, smmu_group_attach(masters.data(), masters.size(), handle<smmu_domain>(L, 2), pasid, flags));
}

int api_group_detach(lua_State* L) {
  std::vector<smmu_master*> masters;
  const smmu_status status = masters_argument(L, 1, &masters);
  return answer(L, status == SMMU_OK ? smmu_group_detach(masters.data(), masters.size(), static_cast<std::uint32_t>(u64(L, 2))) : status);
}

int api_master_info(lua_State* L) {
  smmu_master* master = nullptr;
  smmu_status status = master_argument(L, 1, &master);
  struct smmu_master_info info{};
  if (status == SMMU_OK) status = smmu_master_info(master, &info);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  set_integer(L, "ssid_bits", info.ssid_bits);
  set_integer(L, "max_pasids", info.max_pasids);
  set_integer(L, "pasid_count", info.pasid_count);
  set_boolean(L, "has_cd_table", info.has_cd_table);
  set_boolean(L, "cd_table_2level", info.cd_table_2level);
  set_integer(L, "cd_table", static_cast<std::int64_t>(info.cd_table.v));
  set_integer(L, "cd_table_bytes", static_cast<std::int64_t>(info.cd_table_bytes));
  set_boolean(L, "ats_on", info.ats_on);
  set_boolean(L, "pri_on", info.pri_on);
  set_boolean(L, "quarantined", info.quarantined);
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"master_register", api_master_register}, {"master_destroy", api_master_destroy}, {"master_info", api_master_info},
    {"unquarantine", api_unquarantine},
    {"attach", api_attach}, {"detach", api_detach}, {"attach_pasid", api_attach_pasid}, {"detach_pasid", api_detach_pasid},
    {"group_attach", api_group_attach}, {"group_detach", api_group_detach},
    {nullptr, nullptr},
};

}  // namespace

smmu_status master_argument(lua_State* L, int argument, smmu_master** out) {
  const std::size_t index = master_number(L, argument);
  const smmu_master* known = Host::of(L).driver().masters.at(index);
  const smmu_status status = known == nullptr ? create_master(L, index, device_config(L, index)) : SMMU_OK;
  *out = Host::of(L).driver().masters.at(index);
  return status;
}

void add_master_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
