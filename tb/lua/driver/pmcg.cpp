// SPDX-License-Identifier: Apache-2.0
// Performance counters for the prelude. Proof: scenarios/counters.
#include <vector>

#include "lua/counter_calls.h"
#include "lua/driver/calls.h"
#include "platform/platform.h"

namespace tandem::lua {
namespace {

// pmcg_probe(smmu, irq, tbu or nil) -> handle, info
int api_pmcg_probe(lua_State* L) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, 1);
  const smmu_port port = host.port(smmu);
  smmu_pmcg* pmcg = nullptr;
  const bool of_tbu = !lua_isnoneornil(L, 3);
  const unsigned tbu = of_tbu ? static_cast<unsigned>(u64(L, 3)) : 0;
  const smmu_status status = smmu_pmcg_probe(host.sys(), &port, of_tbu ? smmu_tlm::pmcg_page0_of_tbu(tbu) : smmu_tlm::kPmcgPage0,
                                             of_tbu ? smmu_tlm::pmcg_page1_of_tbu(tbu) : smmu_tlm::kPmcgPage1,
                                             lua_toboolean(L, 2) != 0, &pmcg);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  host.counter_calls().found(pmcg, smmu, of_tbu ? 1 + tbu : 0);
  lua_pushlightuserdata(L, pmcg);
  const struct smmu_pmcg_info* info = smmu_pmcg_info(pmcg);
  lua_newtable(L);
  set_integer(L, "counter_count", info->counter_count);
  set_integer(L, "width_bits", info->width_bits);
  set_boolean(L, "relocated", info->relocated);
  set_boolean(L, "capture", info->capture);
  set_integer(L, "ceid0", static_cast<std::int64_t>(info->ceid[0]));
  return 4;
}

// pmcg_alloc(pmcg, event, sid or nil, span or nil)
int api_pmcg_alloc(lua_State* L) {
  smmu_pmcg_filter filter{};
  if (!lua_isnoneornil(L, 3)) {
    filter.kind = lua_isnoneornil(L, 4) ? SMMU_PMCG_EXACT : SMMU_PMCG_SPAN;
    filter.sid = static_cast<std::uint32_t>(u64(L, 3));
    filter.span_log2 = static_cast<std::uint8_t>(luaL_optinteger(L, 4, 0));
  }
  std::uint8_t counter = 0;
  const auto event = static_cast<std::uint32_t>(u64(L, 2));
  smmu_pmcg* const pmcg = handle<smmu_pmcg>(L, 1);
  CounterCalls::Call call(Host::of(L).counter_calls(), pmcg);
  const smmu_status status = smmu_pmcg_alloc(pmcg, event, &filter, &counter);
  if (status == SMMU_OK) call.gave(counter, event, filter);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, counter);
  return 3;
}

std::uint8_t counter_argument(lua_State* L) { return static_cast<std::uint8_t>(luaL_checkinteger(L, 2)); }

int run_counter_call(lua_State* L, smmu_status (*fn)(smmu_pmcg*, std::uint8_t), check_counter_call what) {
  smmu_pmcg* const pmcg = handle<smmu_pmcg>(L, 1);
  const std::uint8_t counter = counter_argument(L);
  CounterCalls::Call call(Host::of(L).counter_calls(), pmcg);
  const smmu_status status = fn(pmcg, counter);
  if (status == SMMU_OK) call.did(what, counter);
  return answer(L, status);
}

int api_pmcg_start(lua_State* L) { return run_counter_call(L, smmu_pmcg_start, CHECK_COUNTER_STARTED); }
int api_pmcg_stop(lua_State* L) { return run_counter_call(L, smmu_pmcg_stop, CHECK_COUNTER_STOPPED); }
int api_pmcg_free(lua_State* L) { return run_counter_call(L, smmu_pmcg_free, CHECK_COUNTER_FREED); }

int api_pmcg_read(lua_State* L) {
  std::uint64_t value = 0;
  smmu_pmcg* const pmcg = handle<smmu_pmcg>(L, 1);
  const std::uint8_t counter = counter_argument(L);
  CounterCalls::Call call(Host::of(L).counter_calls(), pmcg);
  const smmu_status status = smmu_pmcg_read(pmcg, counter, &value);
  if (status == SMMU_OK) call.did(CHECK_COUNTER_READ, counter, value);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_pushinteger(L, static_cast<lua_Integer>(value));
  return 3;
}

int api_pmcg_remove(lua_State* L) { return answer(L, smmu_pmcg_remove(handle<smmu_pmcg>(L, 1))); }
int api_pmcg_handle_irq(lua_State* L) {
  smmu_pmcg* const pmcg = handle<smmu_pmcg>(L, 1);
  const CounterCalls::Call call(Host::of(L).counter_calls(), pmcg);
  return answer(L, smmu_pmcg_handle_irq(pmcg));
}

// pmcg_capture(pmcg, counter_count) -> { [counter] = value, ... }, counters from 0
int api_pmcg_capture(lua_State* L) {
  std::vector<std::uint64_t> values(static_cast<std::size_t>(u64(L, 2)));
  smmu_pmcg* const pmcg = handle<smmu_pmcg>(L, 1);
  CounterCalls::Call call(Host::of(L).counter_calls(), pmcg);
  const smmu_status status = smmu_pmcg_capture(pmcg, values.data(), values.size());
  for (std::size_t n = 0; status == SMMU_OK && n < values.size(); ++n) call.did(CHECK_COUNTER_READ, static_cast<std::uint8_t>(n), values[n]);
  answer(L, status);
  if (status != SMMU_OK) return 2;
  lua_newtable(L);
  for (std::size_t n = 0; n < values.size(); ++n) {
    lua_pushinteger(L, static_cast<lua_Integer>(values[n]));
    lua_rawseti(L, -2, static_cast<lua_Integer>(n));
  }
  return 3;
}

const luaL_Reg kFunctions[] = {
    {"pmcg_probe", api_pmcg_probe}, {"pmcg_alloc", api_pmcg_alloc}, {"pmcg_start", api_pmcg_start},
    {"pmcg_stop", api_pmcg_stop}, {"pmcg_read", api_pmcg_read}, {"pmcg_free", api_pmcg_free},
    {"pmcg_remove", api_pmcg_remove}, {"pmcg_handle_irq", api_pmcg_handle_irq}, {"pmcg_capture", api_pmcg_capture},
    {nullptr, nullptr},
};

}  // namespace

void add_pmcg_calls(lua_State* L) { luaL_setfuncs(L, kFunctions, 0); }

}  // namespace tandem::lua
