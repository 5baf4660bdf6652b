// SPDX-License-Identifier: Apache-2.0
// Event records, global errors and answers to stalled accesses for the prelude. Proof: tb/lua/test, scenarios.
#include <array>
#include <vector>

#include "lua/driver/calls.h"

namespace tandem::lua {
namespace {

struct Records {
  std::vector<std::array<std::uint64_t, 4>> list;
};

// events(smmu) -> list of 4-word records, drained through the driver's handler.
int api_events(lua_State* L) {
  smmu_dev* dev = dev_argument(L, 1);
  Records records;
  smmu_event_batch batch{};
  smmu_status status = SMMU_OK;
  do {
    status = smmu_dev_handle_events(dev, 0, [](void* arg, smmu_dev*, const smmu_event_info* event) {
      static_cast<Records*>(arg)->list.push_back({event->raw[0], event->raw[1], event->raw[2], event->raw[3]});
    }, &records, &batch);
  } while (status == SMMU_OK && batch.more);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_createtable(L, static_cast<int>(records.list.size()), 0);
  lua_Integer n = 0;
  for (const auto& words : records.list) {
    lua_createtable(L, 4, 0);
    for (lua_Integer i = 0; i < 4; ++i) {
      lua_pushinteger(L, static_cast<lua_Integer>(words[static_cast<std::size_t>(i)]));
      lua_rawseti(L, -2, i + 1);
    }
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
