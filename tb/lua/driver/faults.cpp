// SPDX-License-Identifier: Apache-2.0
// Event records, global errors and answers to stalled accesses for the prelude. Proof: tb/lua/test, scenarios.
#include <vector>

#include "lua/driver/calls.h"

namespace tandem::lua {
namespace {

struct Records {
  std::vector<smmu_event_info> list;
};

// What the driver makes of a record, by the names of the architecture.
void push_info(lua_State* L, const smmu_event_info& event) {
  lua_newtable(L);
  if (!event.known) return;
  set_integer(L, "StreamID", event.sid);
  set_integer(L, "SSV", event.ssid_valid);
  if (event.ssid_valid) set_integer(L, "SubstreamID", event.ssid);
  set_integer(L, "Stall", event.stall);
  if (event.stall) set_integer(L, "STAG", event.stag);
  set_integer(L, "RnW", event.read);
  set_integer(L, "InD", event.instruction);
  set_integer(L, "PnU", event.privileged);
  set_integer(L, "S2", event.stage2);
  set_integer(L, "CLASS", event.fault_class);
  set_integer(L, "InputAddr", static_cast<std::int64_t>(event.input_addr));
  if (event.stage2) set_integer(L, "IPA", static_cast<std::int64_t>(event.ipa.v));
}

// events(smmu) -> list of records of 4 words, with `told`: what the driver makes of them; drained through the driver's handler.
int api_events(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  Records records;
  smmu_event_batch batch{};
  smmu_status status = SMMU_OK;
  do {
    status = smmu_dev_handle_events(dev, 0, [](void* arg, smmu_dev*, const smmu_event_info* event) {
      static_cast<Records*>(arg)->list.push_back(*event);
    }, &records, &batch);
  } while (status == SMMU_OK && batch.more);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_createtable(L, static_cast<int>(records.list.size()), 0);
  lua_Integer n = 0;
  for (const smmu_event_info& event : records.list) {
    lua_createtable(L, 4, 1);
    for (lua_Integer i = 0; i < 4; ++i) {
      lua_pushinteger(L, static_cast<lua_Integer>(event.raw[i]));
      lua_rawseti(L, -2, i + 1);
    }
    push_info(L, event);
    lua_setfield(L, -2, "told");
    lua_rawseti(L, -2, ++n);
  }
  return 3;
}

// respond(smmu, record of 4 words, "retry" / "terminate" / "abort")
int api_respond(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  luaL_checktype(L, 2, LUA_TTABLE);
  std::uint64_t words[4];
  for (lua_Integer i = 0; i < 4; ++i) {
    lua_rawgeti(L, 2, i + 1);
    words[i] = static_cast<std::uint64_t>(luaL_checkinteger(L, -1));
    lua_pop(L, 1);
  }
  static const char* const kNames[] = {"terminate", "retry", "abort", nullptr};
  static const smmu_resume kActions[] = {SMMU_RESUME_TERMINATE, SMMU_RESUME_RETRY, SMMU_RESUME_ABORT};
  const smmu_resume action = kActions[luaL_checkoption(L, 3, nullptr, kNames)];
  smmu_event_info event{};
  smmu_event_decode(words, &event);
  return answer(L, smmu_dev_respond(dev, &event, action));
}

int api_gerror(lua_State* L) {
  smmu_gerror_report report{};
  const smmu_status status = smmu_dev_handle_gerror(dev_argument(L, 1), &report);
  answer(L, status);
  lua_newtable(L);
  set_integer(L, "active", report.active);
  set_integer(L, "cmdq_error", report.cmdq_error);
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"events", api_events}, {"respond", api_respond}, {"gerror", api_gerror},
    {nullptr, nullptr},
};

}  // namespace

void add_fault_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
