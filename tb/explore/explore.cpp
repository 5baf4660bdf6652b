// SPDX-License-Identifier: Apache-2.0
// Generator in Lua, text, delta debugging. Proof: tb/explore/test/test_explore.cpp.
#include "explore/explore.h"

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

#include "lua/sandbox.h"

namespace tandem::explore {
namespace {

std::vector<std::string> lines_of(lua_State* L, const char* key) {
  std::vector<std::string> lines;
  lua_getfield(L, -1, key);
  for (lua_Integer i = 1; lua_rawgeti(L, -1, i) == LUA_TSTRING; ++i) {
    lines.emplace_back(lua_tostring(L, -1));
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  return lines;
}

void set(lua_State* L, const char* key, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, key);
}

}  // namespace

Exploration generate(const Wanted& wanted) {
  const lua::State state = lua::new_sandbox();
  if (!state) throw std::runtime_error("out of memory");
  lua_State* L = state.get();
  lua::push_embedded(L, "generator");
  lua::seed_random(L, wanted.seed);
  lua_newtable(L);
  set(L, "most_smmus", wanted.most_smmus);
  set(L, "steps", wanted.steps);
  for (const auto& [key, value] : {std::pair{"compared", wanted.compared}, {"tlm_only", wanted.tlm_only}}) {
    lua_pushboolean(L, value ? 1 : 0);
    lua_setfield(L, -2, key);
  }
  lua::push_embedded(L, "aims");
  lua_setfield(L, -2, "aims");
  lua_newtable(L);
  for (std::size_t i = 0; i < wanted.points.size(); ++i) {
    lua_pushlstring(L, wanted.points[i].data(), wanted.points[i].size());
    lua_rawseti(L, -2, static_cast<lua_Integer>(i + 1));
  }
  lua_setfield(L, -2, "wanted");
  if (lua_pcall(L, 1, 1, 0) != LUA_OK) throw std::logic_error(std::string("the generator: ") + lua_tostring(L, -1));
  Exploration out;
  out.smmus = lines_of(L, "smmus");
  out.masters = lines_of(L, "masters");
  out.steps = lines_of(L, "steps");
  out.aims = lines_of(L, "aims");
  lua_getfield(L, -1, "cpus");
  out.cpus = static_cast<unsigned>(lua_tointeger(L, -1));
  lua_getfield(L, -2, "noncoherent");
  out.noncoherent = lua_toboolean(L, -1) != 0;
  return out;
}

std::string scenario_text(const Exploration& exploration, std::int64_t seed, const std::vector<std::string>& comment) {
  std::string text = "-- SPDX-License-Identifier: Apache-2.0\n-- Written by tandem explore, seed " + std::to_string(seed) + ".\n";
  for (const std::string& line : comment) text += "-- " + line + "\n";
  const auto list = [&](const char* indent, const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += indent + line + "\n";
  };
  text += "local scenario = {\n   title = \"Explored, seed " + std::to_string(seed) + "\",\n   seed = " + std::to_string(seed) +
          ",\n   platform = {\n      ram_mib = 64,\n" + (exploration.noncoherent ? "      noncoherent = true,\n" : "") + "      smmus = {\n";
  list("         ", exploration.smmus);
  text += "      },\n      masters = {\n";
  list("         ", exploration.masters);
  text += "      },\n      limits = { simulated_ms = 1000, wall_s = 60 },\n   },\n}\n\nfunction scenario.run(t)\n   t:play {\n";
  list("      ", exploration.steps);
  return text + "   }\nend\n\nreturn scenario\n";
}

// Delta debugging: leave out ever smaller pieces as long as the rest still fails.
std::vector<std::string> shrink(std::vector<std::string> list, const std::function<bool(const std::vector<std::string>&)>& fails,
                                const std::function<bool()>& is_enough) {
  for (std::size_t piece = std::max<std::size_t>(list.size() / 2, 1); !list.empty();) {
    bool shorter = false;
    for (std::size_t from = 0; from < list.size();) {
      if (is_enough()) return list;
      std::vector<std::string> rest(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(from));
      const std::size_t end = std::min(from + piece, list.size());
      rest.insert(rest.end(), list.begin() + static_cast<std::ptrdiff_t>(end), list.end());
      if (fails(rest)) {
        list = std::move(rest);
        shorter = true;
      } else {
        from = end;
      }
    }
    if (piece == 1 && !shorter) break;
    piece = std::max<std::size_t>(piece / 2, 1);
  }
  return list;
}

std::string failure_key(const std::string& reason) {
  std::string key = reason;
  const std::size_t lua = key.find(".lua:");
  const std::size_t place = lua == std::string::npos ? lua : key.find(": ", lua);
  if (place != std::string::npos) key.erase(0, place + 2);
  if (key.rfind("oracle ", 0) == 0) key.resize(std::min(key.find(' ', 7), key.size()));
  for (const char* mark : {": step", " (step", " of smmu", "; "}) key.resize(std::min(key.find(mark), key.size()));
  std::string out;
  for (const char c : key) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (!digit || out.empty() || out.back() != '#') out += digit ? '#' : c;
  }
  return out;
}

}  // namespace tandem::explore
