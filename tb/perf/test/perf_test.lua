-- SPDX-License-Identifier: Apache-2.0
-- The performance tools: ranges and least squares by themselves, then sweeps and a calibration from outside, with what users get wrong.
--   lua5.4 perf_test.lua TANDEM FOLDER SCENARIOS BACKENDS
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../?.lua;" .. package.path
local ranges, files, fit, chart = require "ranges", require "files", require "fit", require "chart"
local tandem, folder, scenarios, backends = arg[1], arg[2] .. "/perf_test_files", arg[3], arg[4]

local checks, failed = 0, 0
local function check(what, good, detail)
   checks = checks + 1
   if good then return end
   failed = failed + 1
   print("FAIL: " .. what .. (detail and ": " .. tostring(detail) or ""))
end
local function same(what, got, wanted) check(what, got == wanted, string.format("got %s, expected %s", tostring(got), tostring(wanted))) end

-- Ranges ----------------------------------------------------------------------------------------------------------------
local function values(text)
   local axis, wrong = ranges.parse(text)
   return axis and table.concat(axis.values, " ") or wrong
end
same("times", values "smmu.tlb_entries=16..100x2", "16 32 64")
same("plus", values "pages=0..7+3", "0 3 6")
same("steps of one", values "cpus=1..4", "1 2 3 4")
same("a list with a range, once each", values "n=1,2..4,3,big", "1 2 3 4 big")
same("an empty range", values "n=9..3", "n=9..3: '9..3' is empty, 3 is below 9")
same("times one", values "n=1..8x1", "n=1..8x1: '1..8x1' multiplies: it needs a start of at least 1 and a factor of at least 2")
same("plus nothing", values "n=1..8+0", "n=1..8+0: '1..8+0' adds 0 and never ends")
same("a broken range", values "n=1..", "n=1..: '1..' is no range; write 16..1024x2 or 0..8+2")
same("nothing", values "n=", "n=: '' has an empty value")
same("no key", values "=3", "'=3' is no KEY=RANGE, such as smmu.tlb_entries=16..1024x2")
same("too many", values "n=1..100000", "n=1..100000: '1..100000' has more than 1000 values")
local points = ranges.points { ranges.parse "a=1,2", ranges.parse "b=5..7" }
same("every combination", #points, 6)
same("the last key is fastest", points[2].a .. " " .. points[2].b .. " " .. points[4].a, "1 6 2")
local spots = ranges.spots(9, 3)
same("spots are spread from first to last", tostring(spots[1]) .. tostring(spots[5]) .. tostring(spots[9]) .. tostring(spots[2]), "truetruetruenil")

-- Least squares: 3 x + 5 y and something about z only; a negative one is left out ----------------------------------------
local found, silent = fit.least_squares({ { slopes = { 1, 0, 0 }, target = 3, weight = 1 }, { slopes = { 1, 1, 0 }, target = 8, weight = 2 },
   { slopes = { 2, 1, 0 }, target = 11, weight = 1 } }, 3)
check("exact equations are solved", math.abs(found[1] - 3) < 1e-9 and math.abs(found[2] - 5) < 1e-9, found[1] .. " " .. found[2])
same("an unknown nobody asks for", found[3] .. " " .. silent[1], "0 3")
-- y would be -1: without it, x minimises (x - 2)^2 + (x - 1)^2, so 1.5.
found = fit.least_squares({ { slopes = { 1, 0 }, target = 2, weight = 1 }, { slopes = { 1, 1 }, target = 1, weight = 1 } }, 2)
check("no time is negative", math.abs(found[1] - 1.5) < 1e-9 and found[2] == 0, found[1] .. " " .. found[2])

-- Text forms ------------------------------------------------------------------------------------------------------------
local json = files.to_json { name = "a\"b", list = { 1, 2.5 }, yes = true }
local back = files.from_json(json)
same("JSON there and back", back.name .. back.list[2] .. tostring(back.yes), 'a"b2.5true')
check("bad JSON is a sentence", not pcall(files.from_json, '{"a": }'))
local csv = files.from_csv('a,b\n"x,""y""",2\n')
same("CSV with quotes", csv[1].a .. csv[1].b, 'x,"y"2')
local svg = chart.svg { title = "<t>", x = "x", y = "y", log_x = true, series = { { name = "s", points = { { 1, 1 }, { 10, 2 } } } } }
check("a chart is SVG, its text is escaped", svg:find("^<svg") and svg:find("&lt;t&gt;", 1, true) and select(2, svg:gsub("<circle", "")) == 2)
check("a chart without points is a chart", chart.svg { title = "t", x = "x", y = "y", series = {} }:find("</svg>", 1, true))

-- From outside ----------------------------------------------------------------------------------------------------------
os.execute("rm -rf " .. files.quote(folder) .. " && mkdir -p " .. files.quote(folder))
local function expect(what, command, wanted, ...)
   local out = folder .. "/words.txt"
   local code = files.run("cd " .. files.quote(folder) .. " && " .. command:gsub("^tandem", files.quote(tandem)) .. " > words.txt 2>&1")
   local text = files.read(out)
   check(what .. ": exit code", code == wanted, string.format("%d, expected %d\n%s", code, wanted, text))
   for _, part in ipairs { ... } do check(what, text:find(part, 1, true), string.format("no '%s' in\n%s", part, text)) end
   return text
end
local dma = scenarios .. "/throughput/dma.lua"

-- 64 random pages in a TLB of 16 entries hit less often than in one of 64, and 8 pages always hit.
expect("a sweep of two parameters", "tandem sweep " .. dma .. " --param smmu.tlb_entries=16..64x4 --param pages=8,64 --set accesses=60 --out two", 0,
   "4 of 4 points have their figures")
local sweep = files.from_json(files.read(folder .. "/two/sweep.json"))
local rate = {}
for _, row in ipairs(sweep.rows) do rate[row.point["smmu.tlb_entries"] .. "/" .. row.point.pages] = row.figures["scenario/tlb_hit_rate"] end
check("what was swept had its effect", rate["16/64"] < rate["64/64"] and rate["16/8"] == 100 and rate["64/8"] == 100,
   table.concat({ rate["16/64"], rate["64/64"], rate["16/8"], rate["64/8"] }, " "))
check("a chart for each figure", files.read(folder .. "/two/scenario_tlb_hit_rate.svg"))
same("the CSV has every point", select(2, files.read(folder .. "/two/sweep.csv"):gsub("\n", "")), 5)
expect("the same again goes on and repeats nothing", "tandem sweep " .. dma ..
   " --param smmu.tlb_entries=16..64x4 --param pages=8,64 --set accesses=60 --out two --resume", 2, "nothing to resume")

-- One point fails: the rest is there, and the result says which is missing.
expect("a point that fails", "tandem sweep " .. dma .. " --param pages=8,9000 --set accesses=20 --out bad", 1, "1 of 2 points have their figures",
   "pages_9000 on tlm: fail:", "pages is 9000; allowed are 1 to 8192")
expect("a parameter nobody has", "tandem sweep " .. dma .. " --param smmu.tlb_entriez=16 --out none", 1, "0 of 1 points", "unknown parameter 'tlb_entriez'")
expect("no range", "tandem sweep " .. dma .. " --param pages", 2, "'pages' is no KEY=RANGE")
expect("nothing varies", "tandem sweep " .. dma, 2, "nothing varies; give --param KEY=RANGE")
expect("no such scenario", "tandem sweep nowhere.lua --param a=1", 2, "cannot read nowhere.lua")
expect("no such figure", "tandem sweep " .. dma .. " --param pages=8 --set accesses=20 --figure speed --out figure", 2, "no figure fits --figure speed; there are ")
expect("spots where they cannot be", "tandem sweep " .. dma .. " --param smmu.tlb_entries=16 --spot rtl=1", 2, "vary scenario parameters only")
expect("help", "tandem sweep --help", 0, "usage: tandem sweep SCENARIO")

-- A set whose answer is known: the model against itself with a time that is told, which the fit has to find.
local known = folder .. "/known.lua"
files.write(known, [[
return { fixed = { tlb_latency_ns = 7, walk_cache_entries = 0 },
   unknowns = { { name = "walk_latency_ns", least = 0, step = 5 } },
   training = { { scenario = "throughput/dma.lua", params = { pages = 64, accesses = 50, warm = false }, access = { "latency_mean" } } },
   held_out = { { scenario = "throughput/dma.lua", params = { pages = 32, accesses = 50, warm = false }, access = { "latency_mean" }, run = { "run_time" } } } }
]])
-- Against the default model: a look-up of 2 ns, walks of 20 ns with a walk cache, so the runs agree only in part: the error is told.
local code_text = expect("a calibration", "tandem calibrate --against tlm --set known.lua --out cal", 1, "walk_latency_ns", "mean error of held-out run times", "cal/timing.lua")
check("the error is a number", code_text:find("run times %d"))
local preset = assert(loadfile(folder .. "/cal/timing.lua"))()
check("a preset with every parameter", preset.tlb_latency_ns == 7 and math.type(preset.walk_latency_ns) == "integer", files.read(folder .. "/cal/timing.lua"))
files.write(known, files.read(known):gsub("tlb_latency_ns = 7, walk_cache_entries = 0", "walk_cache_entries = 4096"))
expect("a calibration that finds what is there", "tandem calibrate --against tlm --set known.lua --out cal2", 0)
same("the default time of a walk", assert(loadfile(folder .. "/cal2/timing.lua"))().walk_latency_ns, 20)
-- Software that polls: times are steps, and the straight lines of the first guess lead far away from the 10 ns of the default model.
files.write(known, [[
return { fixed = { tlb_latency_ns = 2 },
   unknowns = { { name = "register_latency_ns", least = 0, step = 3 }, { name = "update_latency_ns", least = 1, step = 3 } },
   training = { { scenario = "throughput/invalidation.lua", params = { cpus = 1, rounds = 5 }, run = { "register", "sync", "pair", "reattach" } } },
   held_out = { { scenario = "throughput/invalidation.lua", params = { cpus = 1, rounds = 7 }, run = { "register", "sync", "pair", "reattach" } } } }
]])
expect("a calibration over steps", "tandem calibrate --against tlm --set known.lua --out cal3", 0)
same("the default time of a register", assert(loadfile(folder .. "/cal3/timing.lua"))().register_latency_ns, 10)
expect("a set that is none", "tandem calibrate --set nowhere.lua", 2, "nowhere.lua")
expect("help", "tandem calibrate --help", 0, "usage: tandem calibrate")

if backends:find("rtl") then
   -- walk_latency_ns is a parameter of the model only.
   expect("spot checks on the RTL", "tandem sweep " .. dma .. " --param pages=4..16x2 --spot rtl=2 --set accesses=20 --set smmu.walk_latency_ns=30 --figure scenario/latency_mean --out spot", 0,
      "3 points", "2 spot checks", "| rtl | 4 |", "| rtl | 16 |")
end
print(string.format("%d checks, %d failed", checks, failed))
os.exit(failed == 0 and 0 or 1)
