-- SPDX-License-Identifier: Apache-2.0
-- Everything that docs/performance.md shows, measured in one go: benchmark, start-up, sweeps, calibration. Only figures are kept, as JSON.
--   lua5.4 measure.lua TANDEM SCENARIOS WORK FOLDER        WORK: scratch, emptied first; FOLDER: for the JSON files
-- Not here: the page (performance.lua). Proof: tb/perf/test/perf_test.lua (the page from such files); `./run performance` runs this.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local files = require "files"
local quote = files.quote
local tandem, scenarios, work, folder = arg[1], arg[2], arg[3], arg[4]
if not folder then
   io.stderr:write("usage: lua5.4 measure.lua TANDEM SCENARIOS WORK FOLDER\n")
   os.exit(2)
end

local commands, seconds, started = {}, {}, os.time()
local function stop(what)
   io.stderr:write("measure: ", what, "\n")
   os.exit(1)
end
-- Runs `tandem ARGS`; shown on the page as users would type it.
local function run(part, args, allowed)
   local from = os.time()
   local shown = "tandem " .. args:gsub("'", ""):gsub(work:gsub("%p", "%%%0"), "build/performance")
   local all = shown
   shown = shown:gsub("%-%-set smmu%.%S+ ", "")
   if shown ~= all then shown = shown .. "   # with --set for each line of timing.lua" end
   commands[#commands + 1] = shown
   io.stderr:write(string.format("== %2d:%02d  %s\n", (from - started) // 60, (from - started) % 60, shown))
   local code = files.run(quote(tandem) .. " " .. args .. " > " .. quote(work .. "/" .. part .. ".txt"))
   if code ~= 0 and code ~= allowed then stop(string.format("'%s' ended with exit code %d; %s/%s.txt has its words", shown, code, work, part)) end
   seconds[part] = os.time() - from
end
local function json(path) return files.from_json(assert(files.read(path))) end

if files.run("rm -rf " .. quote(work) .. " && mkdir -p " .. quote(work) .. " " .. quote(folder)) ~= 0 then stop("cannot make " .. work .. " and " .. folder) end

run("bench", "bench --all --json " .. quote(work .. "/bench.json"))
files.write(folder .. "/bench.json", files.read(work .. "/bench.json"))

-- Wall time of the whole command, as a user waits for it, and the processor time of its processes; by the shell, so that no further
-- process is timed.
local load_average = (files.read("/proc/loadavg") or "?"):match("^%S+")
local startup = string.format("run %s --on tlm", quote(scenarios .. "/smoke/bring_up.lua"))
local wall, cpu = {}, {}
local loop = string.format("TIMEFORMAT='%%3R %%3U %%3S'; for i in $(seq 20); do time %s %s > /dev/null || exit 1; done", quote(tandem), startup)
for real, user, system in files.output("bash -c " .. quote(loop) .. " 2>&1"):gmatch("(%d+%.%d+) (%d+%.%d+) (%d+%.%d+)") do
   wall[#wall + 1], cpu[#cpu + 1] = 1000 * real, 1000 * (user + system)
end
if #wall ~= 20 then stop("the start-up scenario did not pass 20 times") end
local function statistics(times)
   table.sort(times)
   return { median = (times[10] + times[11]) / 2, min = times[1], max = times[#times] }
end
run("startup", startup .. " --json " .. quote(work .. "/startup.json"))

-- Memory of tables, by a scenario that checks it against what the structures need.
run("memory", string.format("run %s --on tlm --json %s", quote(scenarios .. "/throughput/memory.lua"), quote(work .. "/memory.json")))
local memory = {}
for _, figure in ipairs(json(work .. "/memory.json").results[1].figures) do
   local name = figure.name:match("^scenario/(.+)")
   if name then memory[name] = figure.value end
end

-- A sweep, of which the named figures are kept.
local function sweep(name, scenario, options, kept)
   run(name, string.format("sweep %s %s --out %s", quote(scenarios .. "/" .. scenario), options, quote(work .. "/" .. name)), 1)
   local all = json(work .. "/" .. name .. "/sweep.json")
   for _, row in ipairs(all.rows) do
      local figures = {}
      for _, figure in ipairs(kept) do figures[figure] = row.figures["scenario/" .. figure] end
      row.figures = figures
   end
   local units = {}
   for _, figure in ipairs(kept) do units[figure] = all.units["scenario/" .. figure] end
   all.scenario, all.units = "scenarios/" .. scenario, units
   files.write(folder .. "/" .. name .. ".json", files.to_json(all) .. "\n")
end
run("calibration", "calibrate --out " .. quote(work .. "/calibration"), 1)
local calibration = json(work .. "/calibration/calibration.json")
files.write(folder .. "/calibration.json", files.to_json(calibration) .. "\n")
files.write(folder .. "/timing.lua", files.read(work .. "/calibration/timing.lua"))

-- Sweeps have the fitted times, so that what they say holds for the RTL too.
local function fitted(varied)
   local words = {}
   for _, list in ipairs { calibration.fixed, calibration.parameters } do
      for name, value in pairs(list) do
         if name ~= varied then words[#words + 1] = string.format("--set smmu.%s=%d", name, value) end
      end
   end
   table.sort(words)
   return " " .. table.concat(words, " ")
end
sweep("tlb", "throughput/dma.lua", "--param pages=8..1024x2 --param smmu.tlb_entries=16..1024x2" .. fitted "tlb_entries", { "tlb_hit_rate", "latency_mean", "throughput" })
sweep("storm", "throughput/invalidation.lua", "--param queue_log2=1..9+2 --param cpus=1..8x2" .. fitted(), { "pair", "pairs_rate", "sync" })
sweep("spots", "throughput/dma.lua", "--param pages=2..512x2 --param pattern=strided,random --spot rtl=18" .. fitted(), { "latency_mean", "latency_p99", "throughput" })

-- What an entry of the TLB costs: memory bits of the synthesised preset `balanced`, whose TLB has as many entries as the fitted model.
local synthesis = files.read(here .. "/../../docs/rtl-synthesis.md") or ""
local tlb_bits = tonumber((synthesis:match("### balanced.-| smmuv3_tlb | 1 | %d+ | %d+ | (%d+) |")))
files.write(folder .. "/run.json", files.to_json {
   versions = json(work .. "/startup.json").versions, kernel = files.output("uname -sr"):match("^%S+ %d+%.%d+") or "?", commands = commands, seconds = seconds,
   total_seconds = os.time() - started,
   tlb_bits_per_entry = tlb_bits and tlb_bits / calibration.fixed.tlb_entries, load_average = load_average, memory = memory, startup = statistics(wall), startup_cpu = statistics(cpu) } .. "\n")
io.stderr:write(string.format("== %2d:%02d  measured\n", (os.time() - started) // 60, (os.time() - started) % 60))
