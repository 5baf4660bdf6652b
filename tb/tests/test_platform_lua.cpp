// SPDX-License-Identifier: Apache-2.0
// Platform tables from Lua: what is read, and the sentence for each mistake, with file and line.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include <lua.hpp>

#include "platform/platform_lua.h"

namespace {

using namespace tandem;

constexpr const char* kFile = "test_platform_lua.tmp.lua";

// The message with the file name taken off, or "" when the text was accepted.
std::string load(const std::string& text, PlatformSpec* spec) {
  std::ofstream(kFile) << text;
  std::string error;
  const bool ok = load_platform_file(kFile, spec, &error);
  std::remove(kFile);
  EXPECT_EQ(ok, error.empty());
  const std::string prefix = std::string(kFile) + ":";
  return error.compare(0, prefix.size(), prefix) == 0 ? error.substr(prefix.size()) : error;
}

std::string refusal(const std::string& text) {
  PlatformSpec spec;
  return load(text, &spec);
}

constexpr const char* kFull = R"(
local scenario = {
  title = "a comment that says ram_mib = 1",  -- ram_mib = 2
  platform = {
    ram_mib = 64, ram_base = 0x40000000,
    smmus = {
      { name = "smmu0", idr = { ASID16 = 0, SIDSIZE = 8 }, params = { tlb_entries = 64 }, tbus = 2, pmcg_counters = 8 },
      { name = "smmu1", backend = "rtl", idr = { ["IDR1.SSIDSIZE"] = 4, S1P = true } },
    },
    masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20, 33 }, ssid_bits = 4, tbu = 1 } },
    engines = { { name = "te", smmu = "smmu0", tbu = 1, sids = { 7 } }, { name = "te2", smmu = "smmu1" } },
    limits = { simulated_ms = 100, wall_s = 7 },
  },
}
return scenario
)";

TEST(PlatformLuaTest, every_key_of_a_full_table_is_read) {
  PlatformSpec spec;
  ASSERT_EQ(load(kFull, &spec), "");
  EXPECT_EQ(spec.ram_bytes, 64u << 20);
  EXPECT_EQ(spec.ram_base, 0x40000000u);
  EXPECT_EQ(spec.simulated_limit_us, 100000u);
  EXPECT_EQ(spec.wall_limit_s, 7u);
  ASSERT_EQ(spec.smmus.size(), 2u);
  EXPECT_EQ(spec.smmus[0].name, "smmu0");
  EXPECT_EQ(spec.smmus[0].backend, "");
  EXPECT_EQ(spec.smmus[0].id_fields, (std::map<std::string, std::int64_t>{{"IDR0.ASID16", 0}, {"IDR1.SIDSIZE", 8}}));
  EXPECT_EQ(spec.smmus[0].params.at("tlb_entries"), 64);
  EXPECT_EQ(spec.smmus[0].tbu_count, 2u);
  EXPECT_EQ(spec.smmus[0].pmcg_counter_count, 8u);
  EXPECT_EQ(spec.smmus[0].where.line, 7);
  EXPECT_EQ(spec.smmus[1].backend, "rtl");
  EXPECT_EQ(spec.smmus[1].id_fields, (std::map<std::string, std::int64_t>{{"IDR0.S1P", 1}, {"IDR1.SSIDSIZE", 4}}));
  EXPECT_EQ(spec.smmus[1].where.line, 8);
  ASSERT_EQ(spec.masters.size(), 1u);
  EXPECT_EQ(spec.masters[0].sids, (std::vector<std::uint32_t>{0x20, 33}));
  EXPECT_EQ(spec.masters[0].ssid_bits, 4u);
  EXPECT_EQ(spec.masters[0].tbu, 1u);
  EXPECT_EQ(spec.masters[0].where.line, 10);
  ASSERT_EQ(spec.engines.size(), 2u);
  EXPECT_EQ(spec.engines[0].tbu, 1u);
  EXPECT_EQ(spec.engines[0].sids, (std::vector<std::uint32_t>{7}));
  EXPECT_TRUE(spec.engines[1].sids.empty());
}

TEST(PlatformLuaTest, on_a_noncoherent_platform_every_smmu_says_so) {
  PlatformSpec spec;
  ASSERT_EQ(load("return { noncoherent = true,\n smmus = { { name = 'a' }, { name = 'b', idr = { COHACC = 0 } } } }", &spec), "");
  EXPECT_TRUE(spec.noncoherent);
  EXPECT_EQ(spec.smmus[0].id_fields.at("IDR0.COHACC"), 0);
  EXPECT_EQ(refusal("return { noncoherent = 1, smmus = { { name = 'a' } } }"),
            "1: platform.noncoherent must be true or false, not a number");
  EXPECT_EQ(refusal("return { noncoherent = true,\nsmmus = { { name = 'a', idr = { COHACC = 1 } } } }"),
            "2: the platform is noncoherent, but SMMU 'a' says IDR0.COHACC = 1; it must be 0");
}

TEST(PlatformLuaTest, a_bare_platform_table_has_the_documented_defaults) {
  PlatformSpec spec;
  ASSERT_EQ(load("return { smmus = { { name = 'smmu0' } } }", &spec), "");
  EXPECT_EQ(spec.ram_bytes, 256u << 20);
  EXPECT_EQ(spec.ram_base, 0x80000000u);
}

TEST(PlatformLuaTest, an_unknown_key_is_named_with_its_line) {
  EXPECT_EQ(refusal("return {\n  smmus = { { name = 'a' } },\n  rams = 3,\n}"),
            "3: unknown key 'rams' in platform; its keys are ram_mib, ram_base, smmus, masters, engines, limits, seed, noncoherent");
  EXPECT_EQ(refusal("return {\n  smmus = {\n    { name = 'a' },\n    { name = 'b', tbu = 1 },\n  },\n}"),
            "4: unknown key 'tbu' in platform.smmus[2]; its keys are name, backend, idr, params, tbus, pmcg_counters");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n limits = { wall_ms = 3 } }"),
            "2: unknown key 'wall_ms' in platform.limits; its keys are simulated_ms, wall_s");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } }, 5 }"),
            " platform has an entry without a name; its keys are ram_mib, ram_base, smmus, masters, engines, limits, seed, noncoherent");
}

TEST(PlatformLuaTest, a_wrong_type_is_named_with_what_is_wanted) {
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n  ram_mib = '64' }"), "2: platform.ram_mib must be an integer, not a string");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n  ram_mib = 64.5 }"), "2: platform.ram_mib must be a whole number");
  EXPECT_EQ(refusal("return {\n smmus = 3 }"), "2: platform.smmus must be a table, not a number");
  EXPECT_EQ(refusal("return {\n smmus = { 3 } }"), "2: platform.smmus[1] must be a table");
  EXPECT_EQ(refusal("return {\n smmus = { a = {} } }"), "2: platform.smmus must be a list without names or gaps");
  EXPECT_EQ(refusal("return {\n smmus = { { name = true } } }"), "2: platform.smmus[1].name must be a string, not a boolean");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n masters = { { name = 'm', smmu = 'a', sids = { 'x' } } } }"),
            "2: platform.masters[1].sids[1] must be an integer, not a string");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n masters = { { name = 'm', smmu = 'a', sids = { -1 } } } }"),
            "2: platform.masters[1].sids[1] is -1; allowed are 0 to 4294967295");
}

TEST(PlatformLuaTest, values_out_of_range_are_named_with_what_is_allowed) {
  EXPECT_EQ(refusal("return {\n smmus = { { name = 'a', tbus = 5 } } }"), "2: platform.smmus[1].tbus is 5; allowed are 1 to 4");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n ram_mib = 1 }"),
            "2: RAM of 1048576 bytes is too small; allowed are 4 to 65536 MiB");
  EXPECT_EQ(refusal("return { smmus = { { name = 'a' } },\n ram_base = 4096 }"),
            "2: ram_base 0x1000 is not aligned; it must be a multiple of 0x200000 (2 MiB)");
  EXPECT_EQ(refusal("return {\n smmus = { { name = 'a',\n idr = { SIDSIZE = 99 } } } }"),
            "3: IDR1.SIDSIZE = 99 does not fit its field; allowed are 0 to 63");
  EXPECT_EQ(refusal("return {\n smmus = { { name = 'a',\n idr = { SIDSIZES = 9 } } } }"),
            "3: 'SIDSIZES' in platform.smmus[1].idr is no field of IDR0, IDR1, IDR2, IDR3, IDR5, IIDR or AIDR");
}

TEST(PlatformLuaTest, masters_that_do_not_fit_are_named_with_the_line_of_their_entry) {
  EXPECT_EQ(refusal("return {\n smmus = { { name = 'a' } },\n masters = {\n  { name = 'm', smmu = 'a', sids = { 1 } },\n"
                    "  { name = 'n', smmu = 'a', sids = { 1 } },\n } }"),
            "5: StreamID 0x1 behind SMMU 'a' is used by masters 'm' and 'n'");
  EXPECT_EQ(refusal("return {\n smmus = { { name = 'a' } },\n masters = { { name = 'm', smmu = 'b', sids = { 1 } } } }"),
            "3: master 'm' is behind SMMU 'b', which does not exist; there is 'a'");
  EXPECT_EQ(refusal("return {\n smmus = {\n { name = 'a' },\n { name = 'a' } } }"), "4: SMMU name 'a' is used twice");
}

TEST(PlatformLuaTest, test_engines_that_do_not_fit_are_named_with_the_line_of_their_entry) {
  const std::string smmus = "return {\n smmus = { { name = 'a', tbus = 2 } },\n engines = {\n";
  EXPECT_EQ(refusal(smmus + "  { name = 'e', smmu = 'b' } } }"), "4: test engine 'e' is behind SMMU 'b', which does not exist; there is 'a'");
  EXPECT_EQ(refusal(smmus + "  { name = 'e', smmu = 'a', tbu = 2 } } }"), "4: test engine 'e' uses TBU 2 of 'a'; allowed are 0 to 1");
  EXPECT_EQ(refusal(smmus + "  { name = 'e', smmu = 'a' },\n  { name = 'e', smmu = 'a' } } }"), "5: test engine name 'e' is used twice");
  EXPECT_EQ(refusal(smmus + "  { smmu = 'a' } } }"), "3: test engine has no name");  // an entry is found by its name
  EXPECT_EQ(refusal(smmus + "  { name = 'e', smmu = 'a', sid = 3 } } }"),
            "4: unknown key 'sid' in platform.engines[1]; its keys are name, smmu, tbu, sids");
}

TEST(PlatformLuaTest, a_file_that_is_no_platform_is_refused) {
  EXPECT_EQ(refusal("return 3"), " must return a platform table or a scenario, not a number");
  EXPECT_EQ(refusal("return {"), "1: unexpected symbol near <eof>");
  EXPECT_EQ(refusal("return os.time()"), "1: attempt to index a nil value (global 'os')");
  EXPECT_EQ(refusal("return {\n platform = 5 }"), "2: the platform must be a table, not a number");
  EXPECT_EQ(refusal("return {}"), " platform.smmus is missing; at least one SMMU is needed");
  EXPECT_EQ(refusal("return {\n smmus = {} }"), "2: platform.smmus is empty; at least one SMMU is needed");
  PlatformSpec spec;
  std::string error;
  EXPECT_FALSE(load_platform_file("no/such/file.lua", &spec, &error));
  EXPECT_EQ(error, "cannot read platform file 'no/such/file.lua'");
}

TEST(PlatformLuaTest, the_stack_is_left_as_it_was_and_a_reused_spec_is_fresh) {
  lua_State* const lua = luaL_newstate();
  lua_pushinteger(lua, 42);
  luaL_dostring(lua, "return { smmus = { { name = 'a' } } }");
  PlatformSpec spec = default_platform();
  std::string error;
  EXPECT_TRUE(load_platform(lua, -1, "none.lua", &spec, &error));
  EXPECT_EQ(spec.smmus.size(), 1u);
  EXPECT_EQ(lua_gettop(lua), 2);
  lua_pushinteger(lua, 42);
  EXPECT_FALSE(load_platform(lua, -1, "none.lua", &spec, &error));
  EXPECT_EQ(error, "none.lua: the platform must be a table, not a number");
  EXPECT_EQ(lua_gettop(lua), 3);
  lua_close(lua);
}

}  // namespace
