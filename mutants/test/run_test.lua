-- SPDX-License-Identifier: Apache-2.0
-- The runner on a project of ten lines: a mutant that is found by the test named, one found by another, one that hangs, one that survives,
-- one that does not build; resuming; every wrong way to call it. Not here: the real catalogue.
--
--    lua5.4 run_test.lua LUA MUTANTS_FOLDER SCRATCH_FOLDER
local lua, mutants, scratch = arg[1], arg[2], arg[3]
local project, failures = scratch .. "/project", 0

local function claim(holds, ...)
   if holds then return end
   failures = failures + 1
   print(string.format(...))
end

local function write(path, text)
   local file = assert(io.open(project .. "/" .. path, "wb"))
   file:write(text)
   file:close()
end

local function read(path)
   local file = io.open(path, "rb")
   local text = file and file:read("a") or ""
   if file then file:close() end
   return text
end

-- Exit status and all words.
local function run(arguments)
   local pipe = assert(io.popen(string.format("cd '%s' && '%s' mutants/run.lua %s 2>&1", project, lua, arguments)))
   local words = pipe:read("a")
   local _, _, code = pipe:close()
   return code, words
end

assert(os.execute(string.format("rm -rf '%s' && mkdir -p '%s/mutants' '%s/driver/src' '%s/model/core/src' '%s/rtl-stubs/rtl' '%s/scenarios'",
   scratch, project, project, project, project, project)))
for _, name in ipairs { "run", "catalogue", "oracles", "report", "shell" } do
   assert(os.execute(string.format("cp '%s/%s.lua' '%s/mutants/'", mutants, name, project)))
end
write("CMakeLists.txt", [[
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES C)
enable_testing()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
foreach(n IN ITEMS 1 2)
  add_executable(test.driver.t${n} driver/src/a.c)
  target_compile_definitions(test.driver.t${n} PRIVATE WHICH=${n})
  add_test(NAME driver.t${n} COMMAND test.driver.t${n})
  set_tests_properties(driver.t${n} PROPERTIES TIMEOUT 10)
endforeach()
]])
write("driver/src/a.c", [[
static int twice(int x) { return x + x; }
static int next(int x) { return x + 1; }
static int unused = 0;
int main(void)
{
	for (volatile int i = 0; i < 3; i++)
		;
	return WHICH == 1 ? twice(3) != 6 : next(3) != 4 + unused;
}
]])
write("mutants/driver.lua", [[
return {
   { name = "found", file = "driver/src/a.c", find = "x + x", replace = "x * x", breaks = "Twice.", killer = "driver.t1" },
   { name = "found_by_another", file = "driver/src/a.c", find = "x + 1", replace = "x", breaks = "Next.", killer = "driver.t1" },
   { name = "hangs", file = "driver/src/a.c", find = "i < 3", replace = "i < 3 || 1", breaks = "Ends.", killer = "driver.t2" },
   { name = "survivor", file = "driver/src/a.c", find = "i < 3", replace = "i < 4", breaks = "Three.", killer = "driver.t1" },
   { name = "broken", file = "driver/src/a.c", find = "unused = 0;", replace = "unused = ;", breaks = "C.", killer = "driver.t1" },
}
]])
write("mutants/model.lua", "return {}")
write("mutants/rtl.lua", "return {}")

local function row(name) return read(project .. "/build/mutants/mutants.md"):match("| " .. name .. " [^\n]+") or "" end

-- All of it.
local code, words = run("--layer driver")
claim(code == 1, "survivors end with %s, not 1: %s", code, words)
claim(row("found"):find("a.c:1 | Twice. | killed by driver.t1 |", 1, true), "found: %s", row("found"))
claim(row("found_by_another"):find("killed by driver.t2", 1, true), "found by another: %s", row("found_by_another"))
claim(row("hangs"):find("timed out in driver.t2", 1, true), "hangs: %s", row("hangs"))
claim(row("survivor"):find("SURVIVED", 1, true), "survivor: %s", row("survivor"))
claim(row("broken"):find("DOES NOT BUILD", 1, true) and row("broken"):find("error", 1, true), "broken: %s", row("broken"))
claim(words:find("driver +5 +2 +1 +1 +1"), "no summary: %s", words)
claim(read(project .. "/build/mutants/mutants.json"):find('"name": "found", "layer": "driver"', 1, true), "no JSON")
claim(not read(project .. "/driver/src/a.c"):find("x * x", 1, true), "the sources themselves were changed")

-- Nothing is done twice; a result whose entry changed is; all found is 0.
code, words = run("--layer driver --resume")
claim(code == 1 and not words:find("[1/", 1, true), "resume repeats: %s", words)
write("mutants/driver.lua", [[
return {
   { name = "found", file = "driver/src/a.c", find = "x + x", replace = "x * x", breaks = "Twice.", killer = "driver.t1" },
   { name = "survivor", file = "driver/src/a.c", find = "x + 1", replace = "x + 2", breaks = "Next.", killer = "driver.t2" },
}
]])
code, words = run("--layer driver --resume")
claim(code == 0 and words:find("[1/1] driver survivor: killed by driver.t2", 1, true), "a changed entry: %s %s", code, words)
code, words = run("--layer driver --name 'none,sur*' --set killers --out other")
claim(code == 0 and words:find("[1/1]", 1, true) and read(project .. "/other/mutants.md"):find("survivor", 1, true), "--name, --out: %s", words)
write("driver/src/a.c", read(project .. "/driver/src/a.c"):gsub("next%(3%) != 4", "next(3) != 5"))
code, words = run("--layer driver --resume")
claim(code == 2 and words:find("have changed since", 1, true), "resume over other sources: %s %s", code, words)
code, words = run("--layer driver")
claim(code == 2 and words:find("driver.t2 fails on the unchanged sources", 1, true), "a baseline that fails: %s %s", code, words)

-- Without unit tests: a program that is called like tandem and says what oracles, exploration and comparison say.
write("CMakeLists.txt", [[
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES C)
enable_testing()
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
add_executable(tandem driver/src/a.c)
add_test(NAME driver.t1 COMMAND tandem)
]])
write("driver/src/a.c", [[
#include <stdio.h>
#include <string.h>
static int rule = 1, other = 1, own = 1, ends = 1, answers = 1, explains = 1, same = 1, compiles = 1;
static const char *const head = "    {\n      \"scenario\": \"scenarios/s/a.lua\",\n      \"backend\": \"tlm\",\n";
int main(int argc, char **argv)
{
	FILE *json = NULL;
	int compare = 0;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i - 1], "--json") == 0)
			json = fopen(argv[i], "w");
		compare |= strcmp(argv[i], "--compare") == 0;
	}
	if (json == NULL) {
		if (!answers || !explains)
			printf("FAIL: seed 5, after 4 seeds: on tlm: explore-5.lua:9: play: read got abort\n");
		if (!explains)
			printf("not shrunk\n  on tlm: play: read got abort\n  and oracle table.tag at 3 ns\n");
		return !answers || !explains;
	}
	fprintf(json, "{\n  \"results\": [\n%s", head);
	fprintf(json, "      \"status\": \"%s\",\n", own && rule && other && ends ? "pass" : "fail");
	fprintf(json, "      \"reason\": \"%s\",\n", !ends ? "the wall-clock limit of 9 s ended the run" : !own || !other ? "a.lua:3: got \\\"1\\\"" : !rule ? "oracle life.call at 3 ns" : "");
	fprintf(json, "      \"oracle\": \"%s\",\n      \"figures\": [ { \"status\": \"fail\" } ]\n    }\n  ]%s\n", rule && other ? "" : "oracle command.missing at 4 ns, record 1: a TLBI", compare ? "," : "");
	if (compare)
		fprintf(json, "  \"comparisons\": [\n%s      \"status\": \"%s\",\n      \"reason\": \"tlm and rtl differ: event\"\n    }\n  ]\n", head, same ? "pass" : "fail");
	fprintf(json, "}\n");
	return fclose(json);
}
]])
local named = {}
for i, name in ipairs { "rule", "other", "own", "ends", "answers", "explains", "same", "nothing" } do
   named[i] = string.format([[{ name = "%s", file = "driver/src/a.c", find = "%s", replace = "%s", breaks = "One.", killer = "driver.t1" }]], name,
      name == "nothing" and "compiles = 1" or name .. " = 1", name == "nothing" and "compiles = 2" or name .. " = 0")
end
write("mutants/driver.lua", "return {\n" .. table.concat(named, ",\n") .. "}")
code, words = run("--set oracles --layer driver --out oracles --page page.md")
claim(code == 1, "one that nobody finds, and one that an expectation finds: %s %s", code, words)
for name, by in pairs { rule = "oracle command.missing: s/a on tlm | oracle command.missing at 4 ns", other = "oracle command.missing: s/a on tlm",
   own = 'expectation: s/a on tlm | a.lua:3: got "1"', ends = "hang: s/a on tlm", answers = "answer: explore, seed 5 | on tlm: explore-5.lua:9: play: read",
   explains = "oracle table.tag: explore, seed 5 | oracle table.tag at 3 ns",
   same = "differ: s/a | tlm and rtl differ: event", nothing = "SURVIVED" } do
   local line = read(project .. "/page.md"):match("| " .. name .. " [^\n]+") or ""
   claim(line:find("| a.c | One. | " .. by, 1, true), "%s is found by: %s", name, line)
end
claim(read(project .. "/page.md"):find("| driver | 8 | 3 | 1 | 1 | 0 | 0 | 0 | 1 | 6 (75.0 %) | 1 | 1 |", 1, true), "the sums of the page: %s", words)
local _, again = run("--set oracles --layer driver --out oracles --resume --sample 3 --seed 4")
local _, other = run("--set oracles --layer driver --out oracles --resume --sample 3 --seed 4")
claim(again == other and again:find("3 mutants at random: --sample 3 --seed 4", 1, true), "a sample: %s and %s", again, other)
write("driver/src/a.c", read(project .. "/driver/src/a.c"):gsub("own = 1", "own = 1 - 1"))
write("mutants/driver.lua", "return {" .. named[1] .. "}")
code, words = run("--set oracles --layer driver --out oracles")
claim(code == 2 and words:find("the unchanged sources: run --on tlm --wall-limit 20 finds something: s/a on tlm: a.lua:3", 1, true), "a baseline that fails: %s", words)

-- Wrong ways to call it: 2 and one sentence.
for _, case in ipairs {
   { "--layer tb", "takes driver, model, rtl" }, { "--layer", "needs a value" }, { "--set most", "takes killers, tests, all or oracles" },
   { "--jobs 0", "from 1 to 256" }, { "--limit-factor x", "from 1 to 100" }, { "--name nothing", "--list shows their names" },
   { "--fast", "unknown option" }, { "--out .", "holds the sources" }, { "--out /proc/none", "cannot make the folder" },
} do
   code, words = run(case[1])
   claim(code == 2 and words:find(case[2], 1, true) and select(2, words:gsub("\n", "")) == 1, "%s: %s %s", case[1], code, words)
end
write("mutants/driver.lua", [[return { { name = "gone", file = "driver/src/a.c", find = "none", replace = "", breaks = "C.", killer = "driver.t1" } }]])
code, words = run("")
claim(code == 2 and words:find("does not fit the sources", 1, true), "a catalogue that does not fit: %s %s", code, words)
code, words = run("--help")
claim(code == 0 and words:find("Exit codes", 1, true), "--help: %s", words)
print(failures == 0 and "all as it should be" or failures .. " claims do not hold")
os.exit(failures == 0)
