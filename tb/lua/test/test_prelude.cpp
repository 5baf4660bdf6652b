// SPDX-License-Identifier: Apache-2.0
// The Lua half of the host that needs no platform: layouts, value comparison, checks of the scenario table.
#include <gtest/gtest.h>

#include "lua/sandbox.h"

using namespace tandem::lua;

namespace {

// Runs a body that sees the modules and answers its result as text.
std::string eval(const std::string& body) {
  const State state = new_sandbox();
  lua_State* L = state.get();
  for (const char* name : {"layout", "values", "scenario_table", "arch", "divergences", "known_defects"}) {
    push_embedded(L, name);
    lua_setglobal(L, name);
  }
  const std::string error = load_text(L, "test.lua", body);
  if (!error.empty()) return error;
  if (lua_pcall(L, 0, 1, 0) != LUA_OK) return std::string("error: ") + lua_tostring(L, -1);
  return luaL_tolstring(L, -1, nullptr);
}

std::string check(const std::string& scenario) {
  return eval("local source = [==[" + scenario + "]==]\nlocal s = (function() " + scenario +
              " end)()\nreturn scenario_table.check(values, s, 'f.lua', source)");
}

std::string params(const std::string& key, const std::string& text) {
  return eval("local p, e = scenario_table.params(values, { params = { n = 4, x = 0.5, on = true, name = 'a' } }, {{'" + key + "', '" +
              text + "'}}, 'f.lua') return e or values.show(p['" + key + "'])");
}

}  // namespace

// CMD_TLBI_NH_VA is opcode 0x12; ASID is bits 63:48 of the first word, Leaf bit 0 and Address bits 63:12 of the second.
TEST(layout, decodes_a_command_with_its_address_in_place) {
  EXPECT_EQ("TLBI_NH_VA 0x1234 0x7 1 0xabcd5000",
            eval("local c = layout.build(arch).decode_command { 0x1234000700000012, 0xabcd5001 } "
                 "return string.format('%s 0x%x 0x%x %d 0x%x', c.name, c.ASID, c.VMID, c.Leaf, c.Address)"));
}

// CFGI_STE_RANGE (0x04) with Range (bits 4:0 of the second word) = 31 is CFGI_ALL.
TEST(layout, names_the_range_over_everything_cfgi_all) {
  EXPECT_EQ("CFGI_ALL CFGI_STE_RANGE", eval("local a = layout.build(arch) return a.decode_command({ 4, 31 }).name .. ' ' .. a.decode_command({ 4, 3 }).name"));
}

TEST(layout, an_unknown_opcode_is_shown_as_a_number) { EXPECT_EQ("opcode 0xff", eval("return layout.build(arch).decode_command({ 0xff, 0 }).name")); }

// STE: V is bit 0, Config bits 3:1 (5: stage 1), S1ContextPtr bits 51:6 in place, S1DSS bits 65:64; 64 bytes are 8 words.
TEST(layout, encodes_a_structure) {
  EXPECT_EQ("0x4000100b 0x2 0x0 8",
            eval("local w = layout.build(arch).encode_structure('STE', { V = 1, Config = 5, S1ContextPtr = 0x40001000, S1DSS = 2 }) "
                 "return string.format('0x%x 0x%x 0x%x %d', w[1], w[2], w[8], #w)"));
  EXPECT_EQ("there is no structure TLB", eval("return select(2, layout.build(arch).encode_structure('TLB', {}))"));
  EXPECT_EQ("STE has no field Valid", eval("return select(2, layout.build(arch).encode_structure('STE', { Valid = 1 }))"));
  EXPECT_EQ("STE.Config takes 3 bits", eval("return select(2, layout.build(arch).encode_structure('STE', { Config = 8 }))"));
  EXPECT_EQ("the fields of a structure are a table", eval("return select(2, layout.build(arch).encode_structure('STE', 1))"));
}

// The same bits the other way round; a field that is not there or does not fit is a sentence.
TEST(layout, encodes_a_command) {
  EXPECT_EQ("0x1234000700000012 0xabcd5001",
            eval("local w = layout.build(arch).encode_command { name = 'TLBI_NH_VA', ASID = 0x1234, VMID = 7, Leaf = 1, Address = 0xabcd5000 } "
                 "return string.format('0x%x 0x%x', w[1], w[2])"));
  EXPECT_EQ("TLBI_NH_VA has no field Size", eval("return select(2, layout.build(arch).encode_command { name = 'TLBI_NH_VA', Size = 1 })"));
  EXPECT_EQ("TLBI_NH_VA.Leaf takes 1 bits", eval("return select(2, layout.build(arch).encode_command { name = 'TLBI_NH_VA', Leaf = 2 })"));
  EXPECT_EQ("TLBI_NH_VA.Leaf must be an integer, got true", eval("return select(2, layout.build(arch).encode_command { name = 'TLBI_NH_VA', Leaf = true })"));
  EXPECT_EQ("TLBI_NH_VA has no field 1", eval("return select(2, layout.build(arch).encode_command { name = 'TLBI_NH_VA', 5 })"));
  EXPECT_EQ("TLBI_NH_VA.Address has bits 12 to 63 of an address, got 0x1001",
            eval("return select(2, layout.build(arch).encode_command { name = 'TLBI_NH_VA', Address = 0x1001 })"));
  EXPECT_EQ("raw must be two integers, the words of the command", eval("return select(2, layout.build(arch).encode_command { raw = { 1 } })"));
  EXPECT_EQ("there is no command WARP", eval("return select(2, layout.build(arch).encode_command { name = 'WARP' })"));
}

// F_TRANSLATION is 0x10; StreamID is bits 63:32 of word 0, RnW bit 35 and CLASS bits 41:40 of word 1, InputAddr word 2.
TEST(layout, decodes_an_event_record) {
  EXPECT_EQ("F_TRANSLATION 0x20 1 2 0xfffffffffffff008",
            eval("local e = layout.build(arch).decode_event { 0x2000000010, 1 << 35 | 2 << 40, -4088, 0 } "
                 "return string.format('%s 0x%x %d %d 0x%x', e.name, e.StreamID, e.RnW, e.CLASS, e.InputAddr)"));
}

// STE: Config is bits 3:1; S1ContextPtr bits 51:6, an address; SHCFG is bit 109:108, that is 45:44 of the second word.
TEST(layout, decodes_a_structure) {
  EXPECT_EQ("5 0x80001040 1", eval("local s = layout.build(arch).decode_structure('STE', { 0x8000104b, 1 << 44, 0, 0, 0, 0, 0, 0 }) "
                                   "return string.format('%d 0x%x %d', s.Config, s.S1ContextPtr, s.SHCFG)"));
}

TEST(values, difference_names_the_first_path) {
  EXPECT_EQ("[2][\"a\"] 5 6", eval("local p, a, e = values.difference({ 1, { a = 5 } }, { 1, { a = 6 } }) return p .. ' ' .. a .. ' ' .. e"));
  EXPECT_EQ("nil", eval("return (values.difference({ 1, { a = 5 } }, { 1, { a = 5 } }))"));
  EXPECT_EQ("[3]", eval("return (values.difference({ 1, 2, 3 }, { 1, 2 }))"));
}

TEST(values, shows_integers_in_hex_and_tables_in_order) {
  EXPECT_EQ("{ 0x10, 9, a = \"x\", b = true }", eval("return values.show { 16, 9, b = true, a = 'x' }"));
}

TEST(values, options_are_checked_by_name_type_and_presence) {
  const std::string known = "{ iova = { 'integer', required = true }, access = { 'string', among = { 'r', 'rw' } } }";
  EXPECT_EQ("nil", eval("return values.check_options('map', { iova = 1, access = 'r' }, " + known + ")"));
  EXPECT_EQ("map: unknown key 'size'; it knows access, iova", eval("return values.check_options('map', { size = 1 }, " + known + ")"));
  EXPECT_EQ("map: iova must be an integer, got 1.5", eval("return values.check_options('map', { iova = 1.5 }, " + known + ")"));
  EXPECT_EQ("map: iova is missing", eval("return values.check_options('map', {}, " + known + ")"));
  EXPECT_EQ("map: access must be one of r, rw, got \"w\"", eval("return values.check_options('map', { iova = 1, access = 'w' }, " + known + ")"));
  EXPECT_EQ("map takes a table of options, got number", eval("return values.check_options('map', 5, " + known + ")"));
}

TEST(scenario_table, accepts_a_complete_scenario) {
  EXPECT_EQ("nil", check("return { title = 't', rules = { 'AB-1' }, platform = {}, params = { n = 1 }, run = function() end }"));
}

TEST(scenario_table, names_the_line_of_a_wrong_key_or_type) {
  EXPECT_EQ("f.lua:2: unknown key 'titel' in the scenario; it may hold needs, no_check, params, platform, rules, run, seed, title",
            check("return {\n titel = 'x',\n platform = {}, run = function() end }"));
  EXPECT_EQ("f.lua:3: seed must be an integer, got \"x\"", check("return { title = 't',\n-- seed = 1\n seed = 'x', platform = {}, run = print }"));
  EXPECT_EQ("f.lua: the scenario has no run", check("return { title = 't', platform = {} }"));
  EXPECT_EQ("f.lua:1: rules must be a list of strings", check("return { title = 't', rules = { 1 }, platform = {}, run = print }"));
  EXPECT_EQ("f.lua:1: no_check must be a list of strings", check("return { title = 't', no_check = { stale = true }, platform = {}, run = print }"));
  EXPECT_EQ("f.lua: a scenario file must return its table, this one returns nil", check("return nil"));
}

TEST(scenario_table, parameters_take_the_type_of_their_default) {
  EXPECT_EQ("0x20", params("n", "32"));
  EXPECT_EQ("0x20", params("n", "0x20"));
  EXPECT_EQ("0.25", params("x", "0.25"));
  EXPECT_EQ("false", params("on", "false"));
  EXPECT_EQ("\"32\"", params("name", "32"));
  EXPECT_EQ("-p n=1.5: n of f.lua must be an integer", params("n", "1.5"));
  EXPECT_EQ("-p on=yes: on of f.lua must be true or false", params("on", "yes"));
  EXPECT_EQ("-p m=1: f.lua has no parameter 'm'; it has n, name, on, x", params("m", "1"));
}

TEST(divergences, a_field_is_known_for_its_backend_event_and_values_only) {
  const std::string list =
      "local list = { { backend = 'x', rule = 'r', event = { 'F_A', 'F_B' }, field = 'CLASS', got = 0, wanted = 2 } } "
      "local function known(...) local d = divergences.of_field(list, ...) return d and d.rule or 'no' end ";
  EXPECT_EQ("r r", eval(list + "return known('x', 'F_A', 'CLASS', 0, 2) .. ' ' .. known('x', 'F_B', 'CLASS', 0, 2)"));
  EXPECT_EQ("no no no no no", eval(list + "return table.concat({ known('y', 'F_A', 'CLASS', 0, 2), known('x', 'F_C', 'CLASS', 0, 2), "
                                          "known('x', 'F_A', 'RnW', 0, 2), known('x', 'F_A', 'CLASS', 1, 2), known('x', 'F_A', 'CLASS', 0, 1) }, ' ')"));
}

TEST(divergences, a_list_is_checked) {
  EXPECT_EQ("nil", eval("return divergences.problem(known_defects.defects)"));
  const std::string good = "local function d(r) return { backend = 'x', version = '1', rule = r, what = 'w', says = 's', why = 'y' } end ";
  EXPECT_EQ("nil", eval(good + "return divergences.problem { d 'a', d 'b' }"));
  EXPECT_EQ("the rule a of x is listed twice", eval(good + "return divergences.problem { d 'a', d 'a' }"));
  EXPECT_EQ("known defect 1 has no says", eval(good + "local e = d 'a' e.says = nil return divergences.problem { e }"));
  EXPECT_EQ("the rule a needs event, field, got and wanted together", eval(good + "local e = d 'a' e.event = { 'F' } return divergences.problem { e }"));
}

// A difference fails unless the backend of that SMMU has the rule; then it is noted, and the run goes on.
TEST(divergences, equal_or_known_notes_only_what_is_listed) {
  const std::string t =
      "local said = {} "
      "local host = { misuse = function(s) error(s, 0) end, note_divergence = function(i, r) said[#said + 1] = i .. r end } "
      "local t = { smmus = { a = { name = 'a', backend = 'x', index = 1 }, b = { name = 'b', backend = 'y', index = 2 } } } "
      "function t:equal(a, e, text) if values.difference(a, e) then error('failed: ' .. text, 0) end end "
      "divergences.install(host, values, t, { { backend = 'x', rule = 'r', what = 'w', says = 's' } }) ";
  EXPECT_EQ("true false 1r", eval(t + "return tostring(t:equal_or_known('a', 'r', 1, 1, 'n')) .. ' ' .. tostring(t:equal_or_known('a', 'r', { 1 }, { 2 }, 'n')) .. ' ' .. said[1] .. (said[2] or '')"));
  EXPECT_EQ("failed: n", eval(t + "return select(2, pcall(t.equal_or_known, t, 'b', 'r', 1, 2, 'n'))"));
  EXPECT_EQ("failed: n", eval(t + "return select(2, pcall(t.equal_or_known, t, 'a', 'q', 1, 2, 'n'))"));
  EXPECT_EQ("t:equal_or_known: there is no SMMU \"c\"", eval(t + "return select(2, pcall(t.equal_or_known, t, 'c', 'r', 1, 2, 'n'))"));
}
