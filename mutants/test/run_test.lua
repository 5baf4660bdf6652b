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
for _, name in ipairs { "run", "catalogue", "report", "shell" } do
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

-- Wrong ways to call it: 2 and one sentence.
for _, case in ipairs {
   { "--layer tb", "takes driver, model, rtl" }, { "--layer", "needs a value" }, { "--set most", "takes killers, tests or all" },
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
