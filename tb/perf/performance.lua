-- SPDX-License-Identifier: Apache-2.0
-- docs/performance.md and its charts, made from the JSON that measure.lua left: targets with what was reached, curves, calibration, every row.
--   lua5.4 performance.lua FOLDER PAGE      FOLDER: the JSON files, gets the SVG files; PAGE: the Markdown file, beside FOLDER
-- Not here: measuring (measure.lua), the targets and their explanations (targets.lua). Proof: tb/perf/test/page_test.lua.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local files, chart, targets = require "files", require "chart", require "targets"

local folder, page = arg[1], arg[2]
local function stop(...)
   io.stderr:write("performance: ", string.format(...), "\n")
   os.exit(2)
end
if not page then stop("usage: lua5.4 performance.lua FOLDER PAGE") end
local function load(name)
   local text, wrong = files.read(folder .. "/" .. name)
   if not text then stop("%s; ./run performance makes it", wrong) end
   local good, value = pcall(files.from_json, text)
   if not good then stop("%s/%s: %s", folder, name, value) end
   return value
end
local bench, run, calibration = load "bench.json", load "run.json", load "calibration.json"
local sweeps = { tlb = load "tlb.json", storm = load "storm.json", spots = load "spots.json" }
local inside = folder:match("([^/]+)/*$")   -- the folder as the page sees it

local out = {}
local function say(...) out[#out + 1] = select("#", ...) > 1 and string.format(...) or (...) end

-- ---- every figure by name ---------------------------------------------------------------------------------------------

local figures, noisy = {}, {}
for _, row in ipairs(bench.results) do
   figures[row.name] = row
   if not row.trustworthy then noisy[#noisy + 1] = row.name end
end
local function add(name, unit, f)
   f.name, f.unit, f.trustworthy = name, unit, not f.max or (f.max - f.min) / f.median <= bench.spread_limit
   figures[name] = f
end
add("startup.bring_up", "ms", run.startup)
add("startup.bring_up_cpu", "ms", run.startup_cpu)
add("calibration.run_times", "%", { median = calibration.held_out_error.run })
add("calibration.accesses", "%", { median = calibration.held_out_error.access })

local function number(unit, value)
   if unit == "Hz" then return string.format("%.0f kHz", value / 1e3) end
   if unit == "1/s" then return string.format("%.0f k/s", value / 1e3) end
   if unit == "x" then return string.format("%.2f x", value) end
   return string.format(value < 10 and "%.2f %s" or "%.1f %s", value, unit)
end

-- ---- targets ----------------------------------------------------------------------------------------------------------

-- -> text of the value, verdict
local function judged(target)
   local f, to = figures[target.row], target.to and figures[target.to]
   if not f or target.to and not to then return nil, "not measured" end
   local low, high, value, unit = f.min or f.median, f.max or f.median, f.median, f.unit
   if to then
      value, unit = f.median / to.median, "x"
      low, high = f.trustworthy and value or low / to.max, f.trustworthy and value or high / to.min
      if not to.trustworthy then low, high = f.min / to.max, f.max / to.min end
   elseif f.trustworthy then
      low, high = value, value
   end
   local function meets(v) return target.at_least and v >= target.at_least or target.at_most and v <= target.at_most or false end
   local verdict = meets(low) ~= meets(high) and "not decided: too noisy" or meets(value) and "reached" or "**missed**"
   return value, verdict, unit
end
local function spread(f) return f.min and f.max and string.format("%.0f %%", 100 * (f.max - f.min) / f.median) or "" end

local counts, missed = {}, {}
local function table_of(group)
   say("### %s\n", group.title)
   if group.text then say("%s\n", (group.text:gsub("%s+", " "))) end
   say "| figure | target | measured | spread | to its anchor | |"
   say "|---|---:|---:|---:|---:|---|"
   for _, target in ipairs(group) do
      local value, verdict, unit = judged(target)
      local f = figures[target.row] or {}
      local plain = verdict:gsub("%*", "")
      counts[plain] = (counts[plain] or 0) + 1
      if plain == "missed" or plain:find("noisy") and target.why then missed[#missed + 1] = { target = target, text = number(unit, value) } end
      local limit = target.at_least and "at least " or "at most "
      say("| %s | %s | %s | %s | %s | %s |", target.to and string.format("`%s` / `%s`", target.row, target.to) or "`" .. target.row .. "`",
         limit .. number(target.to and "x" or f.unit or target.unit or "", target.at_least or target.at_most),
         value and number(unit, value) or "", spread(f), not target.to and f.ratio and string.format("%.2f x `%s`", f.ratio, f.anchor) or "", verdict)
   end
   say ""
end

-- ---- charts -----------------------------------------------------------------------------------------------------------

local function draw(name, picture, alt)
   files.write(folder .. "/" .. name .. ".svg", chart.svg(picture))
   say("![%s](%s/%s.svg)\n", alt, inside, name)
end
-- One line for each value of the other parameters; spot checks are dots.
local function of_sweep(sweep, figure, label)
   local x, series, by = sweep.axes[1].key, {}, {}
   for _, row in ipairs(sweep.rows) do
      local name = label(row)
      if not by[name] then
         by[name] = { name = name, points = {}, dots = row.backend ~= "tlm" }
         series[#series + 1] = by[name]
      end
      table.insert(by[name].points, { row.point[x], row.figures[figure] })
   end
   for _, s in ipairs(series) do table.sort(s.points, function(a, b) return a[1] < b[1] end) end
   return series
end
-- { { x, row }, ... } -> points of rows that were measured
local function of_rows(list)
   local points = {}
   for _, entry in ipairs(list) do
      if figures[entry[2]] then points[#points + 1] = { entry[1], figures[entry[2]].median } end
   end
   return points
end

-- ---- the page ---------------------------------------------------------------------------------------------------------

local tables_at
say "<!-- SPDX-License-Identifier: Apache-2.0 -->"
say "<!-- Written by tb/perf/performance.lua from the files in performance/; `./run performance` measures again and writes it. -->"
say "# Performance\n"
say("%s on %s, load average %s; %s; Tandem %s built with %s, SystemC %s, Lua %s%s.\n", bench.host, bench.date:sub(1, 10), run.load_average, run.kernel, run.versions.tandem, bench.compiler,
   run.versions.systemc, run.versions.lua, run.versions.verilator and ", Verilator " .. run.versions.verilator or "")
say("Everything on this page was measured in %.1f minutes by `./run performance`, which is:\n", run.total_seconds / 60)
say "```sh"
for _, command in ipairs(run.commands) do say(command) end
say "```\n"
say(string.format("`tandem` is `build/release/bin/tandem`. Figures of rows are thread CPU time, median of %d rounds over all rows in turns. Spread is (maximum - minimum) / median; a row above %.0f %% is not trustworthy, and a " ..
   "target that its range does not decide is left open. *To its anchor* is the ratio to a calibration loop of the same run: it travels between machines, the absolute figures do not.\n",
   bench.results[1].runs, 100 * bench.spread_limit))
tables_at = #out + 1
say "## Targets\n"
for _, group in ipairs(targets) do table_of(group) end
if #missed > 0 then
   say "## What is missed or open, and why\n"
   for _, m in ipairs(missed) do
      say("- `%s`%s, %s: %s", m.target.row, m.target.to and " / `" .. m.target.to .. "`" or "", m.text,
         m.target.why and (m.target.why:gsub("%s+", " ")) or "nothing is known about this yet; compare its ratio with that of another machine first.")
   end
   say ""
end
table.insert(out, tables_at, string.format("**%d targets reached, %d missed, %d not decided, %d not measured.**%s\n", counts.reached or 0, counts.missed or 0,
   counts["not decided: too noisy"] or 0, counts["not measured"] or 0,
   #noisy > 0 and string.format(" Rows that are not trustworthy in this run: `%s`.", table.concat(noisy, "`, `")) or ""))

say "## Simulated: what a configuration is worth\n"
say "Times of this section are simulated by the model with the times fitted below, and the same on every machine.\n"
local function entries(row) return "TLB of " .. row.point["smmu.tlb_entries"] end
draw("tlb_hit_rate", { title = "Hit rate by working set and TLB size (model)", x = "4 KiB pages, at random", y = "%", log_x = true,
   series = of_sweep(sweeps.tlb, "tlb_hit_rate", entries) }, "TLB hit rate by working set and TLB size")
draw("tlb_latency", { title = "Mean latency of a 64-byte access (model)", x = "4 KiB pages, at random", y = "ns", log_x = true,
   series = of_sweep(sweeps.tlb, "latency_mean", entries) }, "latency by working set and TLB size")
if run.tlb_bits_per_entry then
   local series, by = {}, {}
   for _, row in ipairs(sweeps.tlb.rows) do
      local pages = row.point.pages
      if pages >= 64 then
         if not by[pages] then
            by[pages] = { name = pages .. " pages", points = {} }
            series[#series + 1] = by[pages]
         end
         table.insert(by[pages].points, { row.point["smmu.tlb_entries"] * run.tlb_bits_per_entry, row.figures.latency_mean })
      end
   end
   say("The same against what it costs: a TLB entry of the RTL is %.0f bits of memory ([rtl-synthesis.md](rtl-synthesis.md)). A point is worth its area while the line to it falls.\n",
      run.tlb_bits_per_entry)
   draw("tlb_pareto", { title = "Mean latency of a 64-byte access against the TLB's area", x = "memory bits of the TLB", y = "ns", log_x = true, series = series },
      "latency by memory bits of the TLB")
end
draw("storm_pair", { title = "A map and unmap of 4 KiB by several CPUs (model)", x = "log2 of the command queue's entries", y = "ns",
   series = of_sweep(sweeps.storm, "pair", function(row) return row.point.cpus .. (row.point.cpus == 1 and " CPU" or " CPUs") end) },
   "time of a map and unmap by queue size and CPUs")
local lacking = {}
for name, sweep in pairs(sweeps) do
   for _, m in ipairs(sweep.missing) do lacking[#lacking + 1] = string.format("- %s: %s on %s: %s", name, m.point, m.backend, m.reason) end
end
table.sort(lacking)
if #lacking > 0 then
   say "Points without a result:\n"
   for _, line in ipairs(lacking) do say(line) end
   say ""
end

say "## Simulated: the model with times fitted to the RTL\n"
say(string.format("`tandem calibrate` fits the model's times to runs on the RTL and judges them by %d figures of runs it did not see. Mean error of run times: **%.1f %%** (default times: %.0f %%); " ..
   "of the latency of an access: **%.1f %%** (default times: %.0f %%). The preset is [timing.lua](%s/timing.lua).\n", #calibration.held_out, calibration.held_out_error.run,
   calibration.default_error.run, calibration.held_out_error.access, calibration.default_error.access, inside))
say "| run that judges | parameters | figure | RTL | model | error |"
say "|---|---|---|---:|---:|---:|"
for _, row in ipairs(calibration.held_out) do
   say("| %s | %s | %s | %.5g ns | %.5g ns | %+.1f %% |", row.scenario:gsub("^throughput/", ""), row.params, row.figure, row.goal, row.model, row.error_percent)
end
say ""
draw("spots", { title = "Mean latency of a 64-byte access: fitted model, RTL as dots", x = "4 KiB pages", y = "ns", log_x = true,
   series = of_sweep(sweeps.spots, "latency_mean", function(row) return (row.backend == "tlm" and "model, " or row.backend .. ", ") .. row.point.pattern end) },
   "latency of fitted model and RTL")
for _, text in ipairs(targets.residual) do say("%s\n", (text:gsub("%s+", " "))) end

say "## Host: cost curves\n"
draw("curve_core", { title = "A translation that hits, model core", x = "how many", y = "ns", log_x = true, series = {
   { name = "hot pages", points = of_rows { { 1, "model.core_hit_1" }, { 512, "model.core_hit_512" }, { 4096, "model.core_hit_4096" } } },
   { name = "SMMUs", points = of_rows { { 1, "model.core_spread_1x1" }, { 8, "model.core_spread_8x1" }, { 64, "model.core_spread_64x1" } } },
   { name = "streams", points = of_rows { { 1, "model.core_spread_1x1" }, { 16, "model.core_spread_1x16" }, { 256, "model.core_spread_1x256" } } } } },
   "cost of a hit by pages, SMMUs and streams")
draw("curve_driver", { title = "Driver calls", x = "masters, PASIDs", y = "ns", log_x = true, series = {
   { name = "unmap, masters", points = of_rows { { 4, "driver.unmap_4_masters" }, { 1000, "driver.unmap_1000_masters" } } },
   { name = "attach, n-th PASID", points = of_rows { { 1, "driver.attach_pasid_1st" }, { 2, "driver.attach_pasid_2nd" }, { 1000, "driver.attach_pasid_1000th" } } } } },
   "cost of driver calls by masters and PASIDs")

say "## Memory\n"
say("Tables take **%.2f bytes for a mapped page** of 4 KiB, **%.2f for a stream** of a full leaf table and **%.2f for a PASID**, as the driver lays them out (`scenarios/throughput/memory.lua`). "
   .. "The core of the model is one struct of less than 1 MiB for each SMMU and allocates nothing: streams, PASIDs and pages add no memory to it.\n", run.memory.per_page, run.memory.per_stream, run.memory.per_pasid)

say "## Every row\n"
say "| row | median | minimum | maximum | spread | to its anchor | what |"
say "|---|---:|---:|---:|---:|---:|---|"
for _, row in ipairs(bench.results) do
   say("| `%s` | %s | %s | %s | %s%s | %s | %s |", row.name, number(row.unit, row.median), number(row.unit, row.min), number(row.unit, row.max), spread(row),
      row.trustworthy and "" or ", not trustworthy", row.anchor and string.format("%.2f x `%s`", row.ratio, row.anchor) or "", row.what)
end

local good, wrong = pcall(files.write, page, table.concat(out, "\n") .. "\n")
if not good then stop("%s", wrong) end
io.write(string.format("%s: %d targets reached, %d missed, %d not decided\n", page, counts.reached or 0, counts.missed or 0, counts["not decided: too noisy"] or 0))
