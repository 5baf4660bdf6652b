-- SPDX-License-Identifier: Apache-2.0
-- The catalogue of mutants still fits the tree: every file is there, every text to replace is in it exactly once, names are unique,
-- what is to find a mutant exists. Changes of the sources that move under a mutant fail here and not in the night.
-- Not here: whether a mutant is found (run.lua). Proof: --self-test, and ctest mutants.catalogue.
--
--    lua5.4 mutants/check.lua SOURCE_ROOT [BUILD_FOLDER [--without-rtl]]
--    lua5.4 mutants/check.lua --self-test
--
-- Exit: 0 all is well; 1 not, one sentence per fault; 2 wrong usage. --without-rtl: the build has no tests of the RTL to look up.
package.path = (arg[0]:match("^(.*)/[^/]*$") or ".") .. "/?.lua;" .. package.path
local catalogue = require "catalogue"

local minimum = { driver = 25, model = 20, rtl = 20 }

local function good()
   return { layer = "driver", number = 1, name = "a_name", file = "driver/src/a.c", find = "x + 1", replace = "x",
            breaks = "A rule.", killer = "driver.a" }
end

-- Each must be reported once, with these words.
local wrong = {
   { "must be a text", function(e) e.killer = nil end }, { "must be a text", function(e) e.find = "" end },
   { "unknown field oracle", function(e) e.oracle = "x" end }, { "other characters", function(e) e.name = "A name" end },
   { "no full stop", function(e) e.breaks = "a rule" end }, { "is not under", function(e) e.file = "driver/test/a.c" end },
   { "nothing would change", function(e) e.replace = e.find end }, { "there is no file", function(e) e.file = "driver/src/b.c" end },
   { "not in driver/src/a.c any more", function(e) e.find = "y" end }, { "more than once", function(e) e.find, e.replace = "x", "y" end },
   { "there is no ctest", function(e) e.killer = "driver.b" end }, { "a step needs", function(e) e.step = "one" end },
   { "there is no scenario", function(e) e.killer = "scenario.s.none.tlm" end },
   { "has no step", function(e) e.killer, e.step = "scenario.s.one.tlm", "three" end },
}

local function self_test()
   local files = { ["driver/src/a.c"] = "x = x + 1;\n", ["driver/test/a.c"] = "x + 1\n", ["scenarios/s/one.lua"] = 't:step("two steps")' }
   local tests = { ["driver.a"] = true, ["scenario.s.one.tlm"] = true, ["scenario.s.none.tlm"] = true }
   local function faults_of(...)
      return catalogue.check({ ... }, function(path) return files[path] end, function(name) return tests[name] end)
   end
   local failures = 0
   local function claim(holds, ...)
      if holds then return end
      failures = failures + 1
      print(string.format(...))
   end
   local scenario = good()
   scenario.name, scenario.killer, scenario.step = "other", "scenario.s.one.tlm", "two"
   local fine = faults_of(good(), scenario)
   claim(#fine == 0, "a good entry is refused: %s", tostring(fine[1]))
   for _, case in ipairs(wrong) do
      local entry = good()
      case[2](entry)
      local faults = faults_of(entry)
      claim(#faults == 1 and faults[1]:find(case[1], 1, true), "'%s': %d faults, %s", case[1], #faults, tostring(faults[1]))
   end
   local twice = faults_of(good(), good())
   claim(#twice == 1 and twice[1]:find("taken already", 1, true), "the same name twice is taken")
   local text, line = catalogue.apply({ name = "n", find = "b\n", replace = "c" }, "a\nb\nd")
   claim(text == "a\ncd" and line == 2, "apply: '%s' at line %d", text, line)
   print(string.format("%d entries that are wrong, %d not seen as they should be", #wrong + 1, failures))
   return failures == 0
end

local function check(root, build, without_rtl)
   local entries = catalogue.load(root)
   local is_test
   if build then
      local tests, by_name = catalogue.tests_of(build)
      if not tests then return { by_name } end
      is_test = function(name)
         return by_name[name] ~= nil or (without_rtl and (name:find("^rtl%.") or name:find("^scenario%..*%.rtl$")))
      end
   end
   local faults, counts = catalogue.check(entries, catalogue.source_of(root), is_test), {}
   for _, entry in ipairs(entries) do counts[entry.layer] = (counts[entry.layer] or 0) + 1 end
   for _, layer in ipairs(catalogue.layers) do
      if (counts[layer] or 0) < minimum[layer] then
         faults[#faults + 1] = string.format("mutants/%s.lua: %d entries, not %d or more", layer, counts[layer] or 0, minimum[layer])
      end
   end
   return faults, entries
end

if arg[1] == "--self-test" and not arg[2] then os.exit(self_test()) end
if not arg[1] or arg[1]:find("^%-") or #arg > 3 or (arg[3] and arg[3] ~= "--without-rtl") then
   io.stderr:write("usage: check.lua SOURCE_ROOT [BUILD_FOLDER [--without-rtl]] | check.lua --self-test\n")
   os.exit(2)
end
local faults, entries = check(arg[1], arg[2], arg[3] ~= nil)
for _, fault in ipairs(faults) do print(fault) end
print(string.format("%d mutants, %d faults", entries and #entries or 0, #faults))
os.exit(#faults == 0)
