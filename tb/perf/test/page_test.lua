-- SPDX-License-Identifier: Apache-2.0
-- The performance page: verdicts from figures that are made up, files that are missing or broken, and the committed page from its files.
--   lua5.4 page_test.lua FOLDER PROJECT
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../?.lua;" .. package.path
local files = require "files"
local quote = files.quote
local folder, project = arg[1] .. "/page_test_files", arg[2]

local checks, failed = 0, 0
local function check(what, good, detail)
   checks = checks + 1
   if good then return end
   failed = failed + 1
   print("FAIL: " .. what .. (detail and ": " .. tostring(detail) or ""))
end
local function page_of(from, page)
   return files.run(string.format("%s %s %s %s > %s 2>&1", quote(arg[-1]), quote(here .. "/../performance.lua"), quote(from), quote(page), quote(folder .. "/words.txt")))
end

-- Verdicts --------------------------------------------------------------------------------------------------------------
os.execute("rm -rf " .. quote(folder) .. " && mkdir -p " .. quote(folder .. "/made"))
local made = folder .. "/made"
local function row(name, unit, low, median, high, trustworthy)
   return { name = name, unit = unit, min = low, median = median, max = high, trustworthy = trustworthy ~= false, runs = 7, what = "what " .. name }
end
local bench = { host = "a machine", date = "2026-01-02T03:04:05Z", compiler = "GCC 1", version = "1", spread_limit = 0.3, results = {
   row("calib.interposer", "ns", 99, 100, 101),
   row("driver.map_4k", "ns", 29, 30, 31),                   -- at most 30: the limit itself is reached
   row("driver.unmap_4k", "ns", 35, 36, 37),                 -- at most 35
   row("driver.map_64x4k", "ns", 100, 130, 180, false),      -- at most 140 lies inside the range
   row("driver.unmap_64x4k", "ns", 100, 130, 160, false),    -- at most 170: noisy, and still sure
   row("driver.map_2m", "ns", 100, 130, 160, false),         -- at most 30: noisy, and still missed
   row("driver.attach_pasid_1st", "ns", 90, 100, 110), row("driver.attach_pasid_1000th", "ns", 110, 120, 130),   -- 1.2 times is allowed
   row("driver.unmap_4_masters", "ns", 90, 100, 110), row("driver.unmap_1000_masters", "ns", 110, 111, 130),     -- 1.1 times is allowed
   row("model.b_transport_hit", "ns", 80, 120, 140, false),  -- at most 1.25 of 100: between 0.79 and 1.41 times
   row("rtl.clock_hz_idle", "Hz", 499e3, 500e3, 501e3), row("rtl.clock_hz_hit", "Hz", 498e3, 499e3, 501e3), } }
bench.results[2].anchor, bench.results[2].ratio = "calib.interposer", 0.3
local calibration = { held_out_error = { run = 5.1, access = 9.9 }, default_error = { run = 50, access = 90 },
   held_out = { { scenario = "throughput/dma.lua", params = "pages=4", figure = "run_time", kind = "run", goal = 100, model = 105.1, error_percent = 5.1 } } }
local sweep = { scenario = "s", axes = { { key = "pages", values = { 1, 2 } } }, units = {}, missing = { { point = "pages_9", backend = "tlm", reason = "fail: why" } },
   rows = { { backend = "tlm", point = { pages = 1 }, figures = { latency_mean = 1, tlb_hit_rate = 2, pair = 3 } } } }
local function write_all()
   for name, value in pairs { bench = bench, calibration = calibration, tlb = sweep, storm = sweep, spots = sweep, run = { kernel = "Linux 1", total_seconds = 66,
      commands = { "tandem bench --all" }, versions = { tandem = "1", systemc = "2", lua = "5" }, load_average = "0.5", memory = { per_page = 8.125, per_stream = 64, per_pasid = 65.5 }, startup = { median = 31, min = 30.5, max = 32 }, startup_cpu = { median = 25, min = 20, max = 40 } } } do
      files.write(made .. "/" .. name .. ".json", files.to_json(value))
   end
   -- What the sweeps have by name in the real files.
   sweep.rows[1].point["smmu.tlb_entries"], sweep.rows[1].point.cpus, sweep.rows[1].point.pattern = 16, 1, "random"
   for _, name in ipairs { "tlb", "storm", "spots" } do files.write(made .. "/" .. name .. ".json", files.to_json(sweep)) end
end
write_all()
check("the page is written", page_of(made, folder .. "/made.md") == 0, files.read(folder .. "/words.txt"))
local text = files.read(folder .. "/made.md") or ""
local function verdict(start, wanted)
   local line = text:match("\n(| " .. start:gsub("%p", "%%%0") .. " |[^\n]*)")
   check("verdict of " .. start, line and line:match("| ([^|]+) |$") == wanted, line)
end
verdict("`driver.map_4k`", "reached")
verdict("`driver.unmap_4k`", "**missed**")
verdict("`driver.map_64x4k`", "not decided: too noisy")
verdict("`driver.unmap_64x4k`", "reached")
verdict("`driver.map_2m`", "**missed**")
verdict("`driver.iova_to_phys_hot`", "not measured")
verdict("`driver.attach_pasid_1000th` / `driver.attach_pasid_1st`", "reached")
verdict("`driver.unmap_1000_masters` / `driver.unmap_4_masters`", "**missed**")
verdict("`model.b_transport_hit` / `calib.interposer`", "not decided: too noisy")
verdict("`rtl.clock_hz_idle`", "reached")
verdict("`rtl.clock_hz_hit`", "**missed**")
verdict("`startup.bring_up`", "**missed**")
verdict("`startup.bring_up_cpu`", "not decided: too noisy")
verdict("`calibration.run_times`", "**missed**")
verdict("`calibration.accesses`", "reached")
for what, part in pairs { ["machine and date"] = "a machine on 2026-01-02, load average 0.5; ", ["the ratio of a row"] = "| 0.30 x `calib.interposer` |", ["what made it"] = "\ntandem bench --all\n",
   ["what is missed is listed"] = "\n- `driver.unmap_4k`, 36.0 ns: ", ["a noisy row is named"] = "not trustworthy in this run: `driver.map_64x4k`",
   ["a missing point is named"] = "- tlb: pages_9 on tlm: fail: why", ["a chart is shown"] = "](made/tlb_hit_rate.svg)",
   ["memory is there"] = "**8.12 bytes for a mapped page** of 4 KiB, **64.00 for a stream**",
   ["every row is there"] = "| what rtl.clock_hz_hit |" } do
   check(what, text:find(part, 1, true), part)
end
check("charts are beside the JSON", (files.read(made .. "/curve_core.svg") or ""):find("</svg>", 1, true))

-- Every target names a figure that exists in the committed run, so a misspelt name cannot pass as "not measured".
local committed = project .. "/docs/performance"
local known = { ["startup.bring_up"] = true, ["startup.bring_up_cpu"] = true, ["calibration.run_times"] = true, ["calibration.accesses"] = true }
for _, r in ipairs(files.from_json(files.read(committed .. "/bench.json")).results) do known[r.name] = true end
for _, group in ipairs(require "targets") do
   for _, target in ipairs(group) do
      check("a target has a figure", known[target.row] and (not target.to or known[target.to]), target.row)
      check("a target has one limit", (target.at_most == nil) ~= (target.at_least == nil), target.row)
   end
end

-- Bad input -------------------------------------------------------------------------------------------------------------
files.write(made .. "/storm.json", "{ \"rows\": ")
check("broken JSON", page_of(made, folder .. "/made.md") == 2 and files.read(folder .. "/words.txt"):find("made/storm.json: JSON: ", 1, true), files.read(folder .. "/words.txt"))
os.remove(made .. "/bench.json")
check("a missing file", page_of(made, folder .. "/made.md") == 2 and files.read(folder .. "/words.txt"):find("bench.json: No such file or directory; ./run performance makes it", 1, true),
   files.read(folder .. "/words.txt"))

-- What is committed belongs together ------------------------------------------------------------------------------------
os.execute(string.format("cp -r %s %s", quote(committed), quote(folder .. "/performance")))
os.execute("rm -f " .. quote(folder) .. "/performance/*.svg")
check("the committed page", page_of(folder .. "/performance", folder .. "/performance.md") == 0, files.read(folder .. "/words.txt"))
local function same(name)
   check("docs/" .. name .. " is what its files make", files.read(project .. "/docs/" .. name) == files.read(folder .. "/" .. name),
      "lua5.4 tb/perf/performance.lua docs/performance docs/performance.md writes it again")
end
same "performance.md"
for _, picture in ipairs { "tlb_hit_rate", "tlb_latency", "tlb_pareto", "storm_pair", "spots", "curve_core", "curve_driver" } do same("performance/" .. picture .. ".svg") end

print(string.format("%d checks, %d failed", checks, failed))
os.exit(failed == 0 and 0 or 1)
