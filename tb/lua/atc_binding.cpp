// SPDX-License-Identifier: Apache-2.0
// Accesses of devices with an address translation cache, its state, and page requests, for the prelude. Proof: scenarios/ats,
// tb/lua/test/endpoint.lua.
#include "diff/fact_sink.h"
#include "lua/endpoints.h"
#include "lua/host.h"
#include "lua/host_bindings.h"
#include "masters/atc_master.h"

namespace tandem::lua {
namespace {

// Number of a master from 1; the prelude gives only those that have a cache.
AtcMaster& device_argument(lua_State* L, int argument) {
  const lua_Integer number = luaL_checkinteger(L, argument);
  const std::size_t count = Host::of(L).spec().masters.size();
  AtcMaster* const device =
      number >= 1 && static_cast<std::size_t>(number) <= count ? Host::of(L).endpoints().device(static_cast<std::size_t>(number - 1)) : nullptr;
  luaL_argcheck(L, device != nullptr, argument, "no such device");
  return *device;
}

std::optional<std::uint32_t> ssid_argument(lua_State* L, int argument) {
  if (lua_isnoneornil(L, argument)) return {};
  return static_cast<std::uint32_t>(luaL_checkinteger(L, argument));
}

const char* word_of(AtcStatus status) {
  switch (status) {
    case AtcStatus::Ok: return "ok";
    case AtcStatus::Off: return "off";
    case AtcStatus::NotMapped: return "not_mapped";
    case AtcStatus::Refused: return "refused";
    case AtcStatus::Aborted: return "abort";
  }
  return "?";
}

void tell(lua_State* L, const std::string& what, const std::string& came_out) {
  if (Host::of(L).facts() != nullptr) Host::of(L).facts()->result(what + "|" + came_out);
}

void begin(lua_State* L, const std::string& what) {
  Host& host = Host::of(L);
  host.platform().describe_wait(what);
  if (host.facts() != nullptr) host.facts()->call(where(L), what);
}

// atc_access(master, what, iova, ssid, data to write or nil, bytes to read) -> status, data
int api_atc_access(lua_State* L) {
  AtcMaster& device = device_argument(L, 1);
  const std::string what = luaL_checkstring(L, 2);
  const auto iova = static_cast<std::uint64_t>(luaL_checkinteger(L, 3));
  const std::optional<std::uint32_t> ssid = ssid_argument(L, 4);
  const bool write = !lua_isnil(L, 5);
  std::string data;
  if (write) {
    std::size_t size = 0;
    const char* text = luaL_checklstring(L, 5, &size);
    data.assign(text, size);
  } else {
    data.assign(static_cast<std::size_t>(luaL_checkinteger(L, 6)), '\0');
  }
  const auto bytes = static_cast<std::uint32_t>(data.size());
  begin(L, what);
  const AtcStatus status = write ? device.write(iova, data.data(), bytes, ssid) : device.read(iova, data.data(), bytes, ssid);
  Host::of(L).platform().describe_wait("");
  if (status == AtcStatus::Ok) Host::of(L).count_dma(bytes);
  tell(L, what, word_of(status));
  lua_pushstring(L, word_of(status));
  lua_pushlstring(L, data.data(), data.size());
  return 2;
}

int api_atc_state(lua_State* L) {
  const AtcMaster& device = device_argument(L, 1);
  lua_newtable(L);
  set_boolean(L, "ats_on", device.ats_on());
  set_boolean(L, "pri_on", device.pri_on());
  set_boolean(L, "silent", device.silent());
  const auto set = [L](const char* key, std::uint64_t value) { set_integer(L, key, static_cast<std::int64_t>(value)); };
  set("entries", device.cached());
  set("hits", device.counts().hits);
  set("requests", device.counts().requests);
  set("invalidations", device.counts().invalidations);
  set("discarded", device.counts().discarded);
  return 1;
}

int api_atc_silence(lua_State* L) {
  device_argument(L, 1).set_silent(lua_toboolean(L, 2) != 0);
  return 0;
}

// page_request(master, what, iova, write, ssid, timeout_ns, pages) -> answer, or "none"
int api_page_request(lua_State* L) {
  AtcMaster& device = device_argument(L, 1);
  const std::string what = luaL_checkstring(L, 2);
  const auto iova = static_cast<std::uint64_t>(luaL_checkinteger(L, 3));
  begin(L, what);
  const auto code = device.request_page(iova, lua_toboolean(L, 4) != 0, ssid_argument(L, 5), static_cast<std::uint64_t>(luaL_checkinteger(L, 6)),
                                        static_cast<unsigned>(luaL_checkinteger(L, 7)));
  Host::of(L).platform().describe_wait("");
  using Code = smmu_tlm::PageResponse::Code;
  const char* const word = !code ? "none" : *code == Code::Success ? "success" : *code == Code::InvalidRequest ? "invalid" : "failure";
  tell(L, what, word);
  lua_pushstring(L, word);
  return 1;
}

const luaL_Reg kFunctions[] = {
    {"atc_access", api_atc_access}, {"atc_state", api_atc_state}, {"atc_silence", api_atc_silence}, {"page_request", api_page_request},
    {nullptr, nullptr},
};

}  // namespace

void bind_atc(lua_State* state) { luaL_setfuncs(state, kFunctions, 0); }

}  // namespace tandem::lua
