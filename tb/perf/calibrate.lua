-- SPDX-License-Identifier: Apache-2.0
-- `tandem calibrate`: times of the model, so that it takes as long as the RTL. Every unknown is moved alone to see what it does to each
-- figure of the training runs: the loosely timed model adds times up, so least squares of the relative errors nearly say what the unknowns
-- are. Software that polls makes steps of the smooth lines, so the answer is then improved by trying its neighbours. Runs that taught
-- nothing say how far off the model still is.
-- Not here: the runs (calibration_set.lua), the arithmetic (fit.lua). Proof: tb/perf/test/perf_test.lua.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local files, fit = require "files", require "fit"
local quote = files.quote

local usage = [[
usage: tandem calibrate [options]

  --against BACKEND  what the model is to be like; default rtl
  --scenarios DIR    where the scenarios are; default those tandem was built with
  --set FILE         runs that teach and runs that judge; default the built-in ones (tb/perf/calibration_set.lua)
  --out FOLDER       default calibration
  -h, --help         this text

Writes FOLDER/timing.lua, the parameters as a preset for plans and platforms, and FOLDER/calibration.json with every figure.
Exit codes: 0 the mean error of the runs that judge is below 5 % (run times) and 10 % (accesses), 1 it is not, or a run failed,
2 wrong usage or a folder that cannot be written.
]]
local function stop(...)
   io.stderr:write("tandem calibrate: ", string.format(...), "\n")
   os.exit(2)
end

local tandem, scenarios = arg[1], arg[2]
local against, out, set_file = "rtl", "calibration", here .. "/calibration_set.lua"
do
   local i = 3
   while arg[i] do
      local word, value = arg[i], arg[i + 1]
      if word == "-h" or word == "--help" then io.write(usage) os.exit(0) end
      if word ~= "--against" and word ~= "--scenarios" and word ~= "--set" and word ~= "--out" then stop("unknown option '%s'; --help lists them", word) end
      if not value then stop("%s needs a value; --help says which", word) end
      if word == "--against" then against = value elseif word == "--scenarios" then scenarios = value
      elseif word == "--set" then set_file = value else out = value end
      i = i + 2
   end
end
local loaded, set = pcall(dofile, set_file)
if not loaded then stop("%s", set) end

-- One run -> { figure = value, ... }, or nil and why.
local scratch = os.tmpname()
local function measure(backend, run, smmu)
   local words = { quote(tandem), "run", quote(scenarios .. "/" .. run.scenario), "--on", backend, "--no-check all --json", quote(scratch) }
   for name, value in pairs(run.params) do words[#words + 1] = "-p " .. quote(name .. "=" .. tostring(value)) end
   for name, value in pairs(smmu or {}) do words[#words + 1] = "--smmu " .. quote(string.format("%s=%d", name, value)) end
   files.output(table.concat(words, " ") .. " 2>&1")
   local good, json = pcall(function() return files.from_json(assert(files.read(scratch))) end)
   local result = good and json.results and json.results[1]
   if not result or result.status ~= "pass" then
      return nil, string.format("%s on %s: %s", run.scenario, backend, result and result.status .. ", " .. result.reason or "no result")
   end
   local figures = {}
   for _, f in ipairs(result.figures) do figures[f.name:gsub("^scenario/", "")] = f.value end
   return figures
end
local function must(figures, why)
   if figures then return figures end
   io.stderr:write("tandem calibrate: ", why, "\n")
   os.remove(scratch)
   os.exit(1)
end

local function with(values, moved)
   local smmu = {}
   for name, value in pairs(set.fixed) do smmu[name] = value end
   for i, u in ipairs(set.unknowns) do smmu[u.name] = values[i] + (moved == i and u.step or 0) end
   return smmu
end
local function wanted(run)
   local list = {}
   for _, kind in ipairs { "access", "run" } do
      for _, name in ipairs(run[kind] or {}) do list[#list + 1] = { kind = kind, name = name } end
   end
   return list
end

-- ---- learn ------------------------------------------------------------------------------------------------------------

local base = {}
for i, u in ipairs(set.unknowns) do base[i] = u.least end
local rows, goals, felt = {}, {}, {}
for n, run in ipairs(set.training) do
   io.write(string.format("\rlearn %d of %d", n, #set.training))
   io.flush()
   local goal, zero, moved = must(measure(against, run)), must(measure("tlm", run, with(base))), {}
   for i in ipairs(set.unknowns) do moved[i] = must(measure("tlm", run, with(base, i))) end
   goals[n], felt[n] = goal, {}
   for i in ipairs(set.unknowns) do
      for name, value in pairs(zero) do felt[n][i] = felt[n][i] or moved[i][name] ~= value end
   end
   for _, figure in ipairs(wanted(run)) do
      local slopes = {}
      for i, u in ipairs(set.unknowns) do slopes[i] = (moved[i][figure.name] - zero[figure.name]) / u.step end
      rows[#rows + 1] = { slopes = slopes, target = goal[figure.name] - zero[figure.name], weight = 1 / goal[figure.name] }
   end
end
local found, silent = fit.least_squares(rows, #set.unknowns)
local values = {}
for i, u in ipairs(set.unknowns) do values[i] = math.floor(u.least + found[i] + 0.5) end

-- Neighbours, in steps that become smaller while none is better. A run is repeated only for unknowns that it feels.
local known = {}
local function figures_with(n, candidate)
   local key = { n }
   for i in ipairs(set.unknowns) do if felt[n][i] then key[#key + 1] = i .. "=" .. candidate[i] end end
   key = table.concat(key, " ")
   known[key] = known[key] or must(measure("tlm", set.training[n], with(candidate)))
   return known[key]
end
local function badness(candidate)
   local sum = 0
   for n, run in ipairs(set.training) do
      local mine = figures_with(n, candidate)
      for _, figure in ipairs(wanted(run)) do sum = sum + (mine[figure.name] / goals[n][figure.name] - 1) ^ 2 end
   end
   return sum
end
local best, step = badness(values), 4
while step >= 1 do
   local better = false
   for i, u in ipairs(set.unknowns) do
      for _, way in ipairs { -step, step } do
         local candidate = { table.unpack(values) }
         candidate[i] = candidate[i] + way
         if candidate[i] >= u.least then
            io.write(string.format("\rimprove: %s %d   %s", u.name, candidate[i], string.rep(" ", 12)))
            io.flush()
            local bad = badness(candidate)
            if bad < best - 1e-9 then values, best, better = candidate, bad, true end
         end
      end
   end
   if not better then step = step // 2 end
end

-- ---- judge ------------------------------------------------------------------------------------------------------------

local function errors(runs, smmu, label)
   local list, sum, count = {}, { access = 0, run = 0 }, { access = 0, run = 0 }
   for n, run in ipairs(runs) do
      io.write(string.format("\r%s %d of %d   ", label, n, #runs))
      io.flush()
      local goal, mine = must(measure(against, run)), must(measure("tlm", run, smmu))
      for _, figure in ipairs(wanted(run)) do
         local off = 100 * (mine[figure.name] - goal[figure.name]) / goal[figure.name]
         sum[figure.kind], count[figure.kind] = sum[figure.kind] + math.abs(off), count[figure.kind] + 1
         local params = {}
         for name, value in pairs(run.params) do params[#params + 1] = name .. "=" .. tostring(value) end
         table.sort(params)
         list[#list + 1] = { scenario = run.scenario, params = table.concat(params, " "), figure = figure.name, kind = figure.kind,
            goal = goal[figure.name], model = mine[figure.name], error_percent = off }
      end
   end
   return list, { access = sum.access / math.max(count.access, 1), run = sum.run / math.max(count.run, 1) }
end
local taught, taught_error = errors(set.training, with(values), "check")
local judged, judged_error = errors(set.held_out, with(values), "judge")
local _, plain_error = errors(set.held_out, nil, "judge the defaults")
os.remove(scratch)
io.write("\r", string.rep(" ", 60), "\r")

-- ---- tell -------------------------------------------------------------------------------------------------------------

local preset = { "-- SPDX-License-Identifier: Apache-2.0", string.format("-- Times of the model fitted to %s by tandem calibrate: parameters of an SMMU, for a plan's presets or --smmu.", against),
   string.format("-- Mean error of runs that were not used for it: %.1f %% of run times, %.1f %% of accesses.", judged_error.run, judged_error.access), "return {" }
local names = {}
for name in pairs(set.fixed) do names[#names + 1] = name end
table.sort(names)
for _, name in ipairs(names) do preset[#preset + 1] = string.format("   %s = %d,", name, set.fixed[name]) end
for i, u in ipairs(set.unknowns) do preset[#preset + 1] = string.format("   %s = %d,", u.name, values[i]) end
preset[#preset + 1] = "}\n"
local ok, wrong = pcall(function()
   if files.run("mkdir -p " .. quote(out)) ~= 0 then error("cannot make the folder " .. out, 0) end
   files.write(out .. "/timing.lua", table.concat(preset, "\n"))
   local parameters, silent_names = {}, {}
   for i, u in ipairs(set.unknowns) do parameters[u.name] = values[i] end
   for i, u in ipairs(silent) do silent_names[i] = set.unknowns[u].name end
   files.write(out .. "/calibration.json", files.to_json { against = against, parameters = parameters, fixed = set.fixed, undetermined = silent_names,
      training = taught, held_out = judged, training_error = taught_error, held_out_error = judged_error, default_error = plain_error } .. "\n")
end)
if not ok then stop("%s", wrong) end
for i, u in ipairs(set.unknowns) do io.write(string.format("%-22s %3d\n", u.name, values[i])) end
io.write("\n", string.format("%-28s %-52s %-13s %9s %9s %8s\n", "held-out run", "parameters", "figure", against, "model", "error"))
for _, row in ipairs(judged) do
   io.write(string.format("%-28s %-52s %-13s %9.4g %9.4g %7.1f%%\n", row.scenario, row.params, row.figure, row.goal, row.model, row.error_percent))
end
io.write(string.format("\nmean error of held-out run times %.1f %% (below 5 wanted), of accesses %.1f %% (below 10); of training %.1f and %.1f; with default times %.0f and %.0f\n",
   judged_error.run, judged_error.access, taught_error.run, taught_error.access, plain_error.run, plain_error.access))
io.write(string.format("%s/timing.lua, %s/calibration.json\n", out, out))
os.exit(judged_error.run < 5 and judged_error.access < 10 and 0 or 1)
