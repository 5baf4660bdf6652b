// SPDX-License-Identifier: Apache-2.0
// Verdicts, steps, simulated time and threads for the prelude. Proof: tb/lua/test, scenarios.
#include <utility>

#include "coverage/coverage_sink.h"
#include "diff/fact_sink.h"
#include "lua/host.h"
#include "lua/host_bindings.h"
#include "platform/platform.h"

namespace tandem::lua {
namespace {

int end_with(lua_State* L, report::Status status) {
  Host::of(L).end(L, status, luaL_checkstring(L, 1));
}

int api_fail(lua_State* L) { return end_with(L, report::Status::Fail); }
int api_misuse(lua_State* L) { return end_with(L, report::Status::Error); }
int api_skip(lua_State* L) { return end_with(L, report::Status::Skip); }

int api_step(lua_State* L) {
  Host::of(L).stop_after_outage(L);
  Host::of(L).begin_step(luaL_checkstring(L, 1));
  return 0;
}

int api_skip_step(lua_State* L) {
  Host::of(L).skip_step(luaL_checkstring(L, 1));
  return 0;
}

std::vector<std::string> strings_argument(lua_State* L, int index) {
  std::vector<std::string> out;
  const lua_Integer count = luaL_len(L, index);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, index, i);
    out.emplace_back(luaL_checkstring(L, -1));
    lua_pop(L, 1);
  }
  return out;
}

// add_table(title, { column, ... }, { { cell, ... }, ... }), all text
int api_add_table(lua_State* L) {
  report::TableResult table;
  table.title = luaL_checkstring(L, 1);
  table.columns = strings_argument(L, 2);
  const lua_Integer count = luaL_len(L, 3);
  for (lua_Integer i = 1; i <= count; ++i) {
    lua_rawgeti(L, 3, i);
    table.rows.push_back(strings_argument(L, lua_gettop(L)));
    lua_pop(L, 1);
  }
  Host::of(L).tables().push_back(std::move(table));
  return 0;
}

// figure(name, value, unit): the last value of a name counts. Its names are apart from the bench's own.
int api_figure(lua_State* L) {
  const report::FigureResult figure{std::string("scenario/") + luaL_checkstring(L, 1), luaL_checkstring(L, 3), luaL_checknumber(L, 2)};
  std::vector<report::FigureResult>& all = Host::of(L).figures();
  for (report::FigureResult& known : all) {
    if (known.name == figure.name) return known = figure, 0;
  }
  all.push_back(figure);
  return 0;
}

int api_cover(lua_State* L) {
  Host::of(L).coverage().hit(std::string("scenario/") + luaL_checkstring(L, 1));
  return 0;
}

// note_divergence(smmu, rule, what, says)
int api_note_divergence(lua_State* L) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, 1);
  host.note_divergence({host.spec().smmus.at(smmu).name, luaL_checkstring(L, 2), luaL_checkstring(L, 3), luaL_checkstring(L, 4), 1});
  return 0;
}

int api_log(lua_State* L) {
  Host::of(L).listener().log(luaL_checkstring(L, 1));
  return 0;
}

int api_now_ns(lua_State* L) {
  lua_pushinteger(L, static_cast<lua_Integer>(Host::of(L).now_ns()));
  return 1;
}

// Who waits has told what it did: a comparison need not wait with it.
void tell_before_a_wait(lua_State* L) {
  if (Host::of(L).facts() != nullptr) Host::of(L).facts()->flush();
}

int api_wait_ns(lua_State* L) {
  tell_before_a_wait(L);
  Host::of(L).platform().wait_ns(static_cast<std::uint64_t>(luaL_checkinteger(L, 1)));
  return 0;
}

int api_describe_wait(lua_State* L) {
  Host::of(L).platform().describe_wait(luaL_checkstring(L, 1));
  return 0;
}

// wait_irq(smmu, "EVENTQ", timeout_ns, what): until that interrupt pulsed since the last such wait, or the time is over.
int api_wait_irq(lua_State* L) {
  Host& host = Host::of(L);
  const unsigned smmu = smmu_argument(L, 1);
  static const char* const kNames[] = {"EVENTQ", "PRIQ", "GERROR", "CMD_SYNC", "PMCG", nullptr};
  const unsigned bit = 1u << luaL_checkoption(L, 2, nullptr, kNames);
  const auto timeout_ns = static_cast<std::uint64_t>(luaL_checkinteger(L, 3));
  tell_before_a_wait(L);
  host.platform().describe_wait(luaL_checkstring(L, 4));
  const bool seen = host.platform().wait_until([&] { return (host.pending_irqs(smmu) & bit) != 0; }, timeout_ns);
  host.pending_irqs(smmu) &= ~bit;
  host.platform().describe_wait("");
  lua_pushboolean(L, seen);
  return 1;
}

int api_spawn(lua_State* L) {
  const std::string name = luaL_checkstring(L, 1);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  lua_pushinteger(L, static_cast<lua_Integer>(Host::of(L).spawn(L, name)));
  return 1;
}

int api_join(lua_State* L) {
  Host& host = Host::of(L);
  const lua_Integer number = luaL_checkinteger(L, 1);
  luaL_argcheck(L, number >= 1 && static_cast<std::size_t>(number) <= host.thread_count(), 1, "no such thread");
  host.platform().describe_wait(luaL_checkstring(L, 2));
  const auto thread = static_cast<std::size_t>(number);
  while (!host.platform().wait_until([&] { return host.thread_ended(thread); }, 1'000'000'000)) {
  }
  host.platform().describe_wait("");
  return 0;
}

const luaL_Reg kFunctions[] = {
    {"fail", api_fail},       {"misuse", api_misuse},   {"skip", api_skip},
    {"step", api_step},       {"skip_step", api_skip_step}, {"add_table", api_add_table},
    {"figure", api_figure},   {"cover", api_cover},
    {"note_divergence", api_note_divergence},
    {"log", api_log},         {"now_ns", api_now_ns},
    {"wait_ns", api_wait_ns}, {"describe_wait", api_describe_wait},
    {"wait_irq", api_wait_irq}, {"spawn", api_spawn},   {"join", api_join},
    {nullptr, nullptr},
};

}  // namespace

void set_integer(lua_State* state, const char* key, std::int64_t value) {
  lua_pushinteger(state, static_cast<lua_Integer>(value));
  lua_setfield(state, -2, key);
}

void set_boolean(lua_State* state, const char* key, bool value) {
  lua_pushboolean(state, value);
  lua_setfield(state, -2, key);
}

void set_string(lua_State* state, const char* key, const std::string& value) {
  lua_pushlstring(state, value.data(), value.size());
  lua_setfield(state, -2, key);
}

unsigned smmu_argument(lua_State* state, int argument) {
  const lua_Integer number = luaL_checkinteger(state, argument);
  luaL_argcheck(state, number >= 1 && number <= static_cast<lua_Integer>(Host::of(state).platform().smmu_count()), argument, "no such SMMU");
  return static_cast<unsigned>(number - 1);
}

void bind_run(lua_State* state) { luaL_setfuncs(state, kFunctions, 0); }

}  // namespace tandem::lua
