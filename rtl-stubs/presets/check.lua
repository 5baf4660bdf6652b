-- SPDX-License-Identifier: Apache-2.0
-- Runs every scenario and the tests of the block alone on builds of its presets, and prints what passed as Markdown.
--
--    lua5.4 check.lua SCENARIOS NAME=BUILD...      BUILD: the folder of a build with that preset
--
-- A scenario may be skipped only because an SMMU lacks what its ID registers deny. exit 0: all passed; 1: something did not, see stderr;
-- 2: wrong usage. Not here: building (`./run presets`). Proof: ctest rtl.presets (test.lua).
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../../tb/perf/?.lua;" .. package.path
local files = require "files"
local scenarios = arg[1]
if not arg[2] then
   io.stderr:write("usage: check.lua SCENARIOS NAME=BUILD...\n")
   os.exit(2)
end

local failed = false
local function complain(...)
   failed = true
   io.stderr:write("presets: ", string.format(...), "\n")
end
local paths = {}
for path in files.output("ls " .. files.quote(scenarios) .. "/*/*.lua"):gmatch("[^\n]+") do paths[#paths + 1] = files.quote(path) end

-- -> passed, of how many, "scenario: reason" of each that was skipped
local function run_scenarios(name, build)
   local json = build .. "/presets.json"
   os.remove(json)
   local _, good = files.output(files.quote(build .. "/bin/tandem") .. " run " .. table.concat(paths, " ") .. " --on rtl --json " .. files.quote(json))
   local text = files.read(json)
   if not text then
      complain("%s: the scenarios did not run", name)
      return 0, #paths, {}
   end
   local passed, skips = 0, {}
   local results = files.from_json(text).results
   if not good then complain("%s: tandem run failed", name) end
   for _, result in ipairs(results) do
      local short = result.scenario:match("[^/]+/[^/]+$")
      if result.status == "pass" then
         passed = passed + 1
      elseif result.status == "skip" and result.reason:find("^%S+ %(rtl%) has no ") then
         skips[#skips + 1] = short .. ": " .. result.reason:match("has no (.*)")
      else
         complain("%s: %s: %s: %s", name, short, result.status, result.reason)
      end
   end
   if #results ~= #paths then complain("%s: %d scenarios, and results of %d", name, #paths, #results) end
   return passed, #results, skips
end

-- The figures a test ends with, by the pattern of its last words; "" when they do not come.
local function run_test(name, build, arguments, pattern)
   local text, good = files.output(files.quote(build) .. "/bin/" .. arguments .. " 2>&1")
   local figures = { text:match(pattern) }
   if not good or not figures[1] then
      complain("%s: %s failed:\n%s", name, arguments, text)
      return "failed"
   end
   return table.concat(figures, ", ")
end

local all_skips, seen = {}, {}
print("| preset | scenarios passed | skipped | rows of `rtl.vectors` passed, two seeds | `rtl.lockstep` | `rtl.garbage` |")
print("|---|---:|---:|---|---|---|")
for i = 2, #arg do
   local name, build = arg[i]:match("^(%w+)=(.+)$")
   if not name then
      io.stderr:write("check.lua: what is '", arg[i], "'? NAME=BUILD is wanted.\n")
      os.exit(2)
   end
   local passed, all, skips = run_scenarios(name, build)
   local rows = {}
   for seed = 1, 2 do rows[seed] = run_test(name, build, "test.rtl.vectors --seed " .. seed, "(%d+) rows, 0 failed") end
   for _, skip in ipairs(skips) do
      if not seen[skip] then all_skips[#all_skips + 1] = skip end
      seen[skip] = true
   end
   print(("| %s | %d of %d | %d | %s | %s | %s |"):format(name, passed, all, #skips, rows[1] == rows[2] and rows[1] or table.concat(rows, " / "),
      run_test(name, build, "test.rtl.lockstep", "^(%d+ seeds of %d+ transactions)"), run_test(name, build, "test.rtl.garbage", "^(%d+ seeds of %d+ steps)")))
end
if #all_skips > 0 then
   print("\nSkipped for what the ID registers deny:\n")
   for _, skip in ipairs(all_skips) do print("- `" .. skip:gsub(": ", "`: ", 1)) end
end
os.exit(not failed)
