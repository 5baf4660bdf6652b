-- SPDX-License-Identifier: Apache-2.0
-- `tandem sweep`: a scenario at every point that parameters span, as a plan of `tandem regress`, and what it measured as a table, CSV,
-- JSON and charts. Runs, processes, limits, progress and resuming are the farm's; nothing finished is run twice.
-- Not here: ranges (ranges.lua), charts (chart.lua). Proof: tb/perf/test/perf_test.lua.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/?.lua;" .. package.path
local ranges, files, chart = require "ranges", require "files", require "chart"
local quote = files.quote

local usage = [[
usage: tandem sweep SCENARIO --param KEY=RANGE [--param KEY=RANGE ...] [options]

  --param KEY=RANGE  smmu.NAME: a parameter of every SMMU, smmu0.NAME: of one, NAME: of the scenario. RANGE is 16..1024x2 (times 2),
                     0..8+2 (plus 2), 1..4, a list 1,2,8, or a word. Several: every combination
  --set KEY=VALUE    the same at every point; a parameter of an implementation concerns the swept one, not spot checks
  --on BACKEND       where every point runs; default tlm
  --spot BACKEND=N   N points, spread evenly, on another backend too (only where scenario parameters vary: others may not exist there)
  --figure GLOB,...  which figures to show and draw; default scenario/*. All are in the CSV and the JSON
  --timeout S        wall-clock limit of a point; default 60
  --jobs N           processes at a time; default one per processor
  --out FOLDER       default sweep.<scenario>; --resume goes on there without repeating what is finished
  --resume
  -h, --help         this text

Writes FOLDER/sweep.csv, sweep.json, sweep.md, and an SVG chart for each figure: the first parameter is the x axis.
Exit codes: 0 every point has its figures, 1 some have none (they are named), 2 wrong usage or a folder that cannot be written,
130 interrupted: --resume does the rest.
]]

local function stop(...)
   io.stderr:write("tandem sweep: ", string.format(...), "\n")
   os.exit(2)
end

-- ---- what is asked for ------------------------------------------------------------------------------------------------

local tandem, o = arg[1], { axes = {}, set = {}, spots = {}, on = "tlm", timeout = 60, figures = { "scenario/*" } }
do
   local i = 2
   local function value(option)
      i = i + 1
      if not arg[i] then stop("%s needs a value; --help says which", option) end
      return arg[i]
   end
   local function number(option)
      local text = value(option)
      local n = math.tointeger(tonumber(text))
      if not n or n < 1 or n > 100000 then stop("%s takes a number from 1 to 100000, got '%s'", option, text) end
      return n
   end
   while arg[i] do
      local word = arg[i]
      if word == "-h" or word == "--help" then io.write(usage) os.exit(0)
      elseif word == "--param" then
         local axis, wrong = ranges.parse(value(word))
         if not axis then stop("--param %s", wrong) end
         for _, other in ipairs(o.axes) do if other.key == axis.key then stop("--param %s is given twice", axis.key) end end
         o.axes[#o.axes + 1] = axis
      elseif word == "--set" then
         local axis, wrong = ranges.parse(value(word))
         if not axis or #axis.values ~= 1 then stop("--set %s", wrong or "takes one value; --param takes ranges") end
         o.set[axis.key] = axis.values[1]
      elseif word == "--on" then o.on = value(word)
      elseif word == "--spot" then
         local text = value(word)
         local backend, n = text:match("^([%w_]+)=(%d+)$")
         if not backend or tonumber(n) < 1 then stop("--spot takes BACKEND=N, such as rtl=5, got '%s'", text) end
         o.spots[backend] = math.tointeger(tonumber(n))
      elseif word == "--figure" then
         o.figures = {}
         for glob in value(word):gmatch("[^,]+") do o.figures[#o.figures + 1] = glob end
      elseif word == "--timeout" then o.timeout = number(word)
      elseif word == "--jobs" then o.jobs = number(word)
      elseif word == "--out" then o.out = value(word)
      elseif word == "--resume" then o.resume = true
      elseif word:sub(1, 1) == "-" then stop("unknown option '%s'; --help lists them", word)
      elseif o.scenario then stop("one scenario at a time: %s or %s?", o.scenario, word)
      else o.scenario = word end
      i = i + 1
   end
   if not o.scenario then stop("no scenario given; --help has an example") end
   if #o.axes == 0 then stop("nothing varies; give --param KEY=RANGE") end
   local text, wrong = files.read(o.scenario)
   if not text then stop("%s", wrong) end
   o.out = o.out or "sweep." .. o.scenario:match("([^/]+)$"):gsub("%.lua$", "")
end
local points, too_many = ranges.points(o.axes)
if not points then stop("%s", too_many) end
for backend in pairs(o.spots) do
   for _, axis in ipairs(o.axes) do
      if axis.key:find("%.") then stop("--spot %s: %s is a parameter of an implementation, which %s need not have; vary scenario parameters only", backend, axis.key, backend) end
   end
end

-- ---- the plan ---------------------------------------------------------------------------------------------------------

local function name_of(point)
   local parts = {}
   for _, axis in ipairs(o.axes) do parts[#parts + 1] = axis.key:gsub("[^%w_]", "_") .. "_" .. tostring(point[axis.key]):gsub("[^%w_]", "_") end
   return table.concat(parts, "__")
end

local function lua_value(v) return type(v) == "string" and string.format("%q", v) or tostring(v) end

-- A spot check runs elsewhere, where parameters of the implementation that is swept mean nothing.
local SPOT = "__spot"
local function preset_of(point, is_spot)
   local params, smmu = {}, {}
   local function put(key, value)
      local owner, name = key:match("^([%w_]+)%.([%w_]+)$")
      if not owner then params[#params + 1] = string.format("[%q] = %s", key, lua_value(value))
      elseif not is_spot then smmu[#smmu + 1] = string.format("[%q] = %s", owner == "smmu" and name or key, lua_value(value)) end
   end
   local keys = {}
   for key in pairs(o.set) do keys[#keys + 1] = key end
   table.sort(keys)
   for _, key in ipairs(keys) do if point[key] == nil then put(key, o.set[key]) end end
   for _, axis in ipairs(o.axes) do put(axis.key, point[axis.key]) end
   return string.format("{ params = { %s }, smmu = { %s } }", table.concat(params, ", "), table.concat(smmu, ", "))
end

local function absolute(path)
   if path:sub(1, 1) == "/" then return path end
   return (files.output("pwd"):gsub("\n$", "")) .. "/" .. path
end

local names, presets, all = {}, {}, {}
for i, point in ipairs(points) do
   names[i] = name_of(point)
   presets[i] = string.format("      [%q] = %s,", names[i], preset_of(point))
   all[i] = string.format("%q", names[i])
end
local function entry(backend, chosen)
   return string.format("      { scenarios = { %q }, on = { %q }, presets = { %s } },", absolute(o.scenario), backend, table.concat(chosen, ", "))
end
local runs, spot_presets = { entry(o.on, all) }, {}
for backend, n in pairs(o.spots) do
   local chosen = {}
   for i in pairs(ranges.spots(#points, n)) do
      chosen[#chosen + 1] = string.format("%q", names[i] .. SPOT)
      spot_presets[i] = string.format("      [%q] = %s,", names[i] .. SPOT, preset_of(points[i], true))
   end
   table.sort(chosen)
   runs[#runs + 1] = entry(backend, chosen)
end
table.sort(runs, function(a, b) return a > b end)
for i = 1, #points do presets[#presets + 1] = spot_presets[i] end
local plan = table.concat({ "-- Written by tandem sweep.", "return {", string.format("   title = %q,", "sweep of " .. o.scenario),
   string.format("   limits = { wall_s = %d },", o.timeout), "   presets = {", table.concat(presets, "\n"), "   },", "   runs = {",
   table.concat(runs, "\n"), "   },", "}", "" }, "\n")

local ok, wrong = pcall(function()
   if files.run("mkdir -p " .. quote(o.out)) ~= 0 then error("cannot make the folder " .. o.out, 0) end
   -- The farm refuses to resume a plan that changed, so the same sweep must be the same bytes; it is.
   files.write(o.out .. "/plan.lua", plan)
end)
if not ok then stop("%s", wrong) end

-- ---- run --------------------------------------------------------------------------------------------------------------

local spot_count = 0
for _, n in pairs(o.spots) do spot_count = spot_count + math.min(n, #points) end
io.write(string.format("%d points of %s on %s%s\n", #points, o.scenario, o.on, spot_count > 0 and string.format(", %d spot checks", spot_count) or ""))
io.flush()
local store = o.out .. "/results.db"
local code = files.run(table.concat({ quote(tandem), "regress", quote(o.out .. "/plan.lua"), "--out", quote(o.out .. "/runs"), "--store", quote(store),
   o.jobs and "--jobs " .. o.jobs or "", o.resume and "--resume" or "" }, " "))
if code == 130 then os.exit(130) end
if code == 2 then os.exit(2) end

-- ---- what came out ----------------------------------------------------------------------------------------------------

local function export(what)
   local text, good = files.output(table.concat({ quote(tandem), "results export", what, "--session last --format csv --limit 0 --store", quote(store) }, " "))
   if not good then stop("the results in %s cannot be read", store) end
   return files.from_csv(text)
end
-- "path|backend|seed=..|preset=NAME|..." -> backend, name of the point
local function of_key(key) return key:match("^[^|]*|([^|]*)|"), (key:match("|preset=([^|]*)"):gsub(SPOT .. "$", "")) end

local figures, units, measured = {}, {}, {}
for _, row in ipairs(export("--what figures")) do
   local backend, name = of_key(row.key)
   local at = backend .. "|" .. name
   measured[at] = measured[at] or {}
   measured[at][row.name] = tonumber(row.value)
   if not units[row.name] then figures[#figures + 1] = row.name end
   units[row.name] = row.unit
end
table.sort(figures)
local failed = {}
for _, row in ipairs(export("")) do
   local backend, name = of_key(row.key)
   if row.status ~= "pass" then failed[backend .. "|" .. name] = (row.status or "?") .. ": " .. (row.reason or "") end
end

local function fits(name)
   for _, glob in ipairs(o.figures) do
      local pattern = "^" .. glob:gsub("[%^%$%(%)%%%.%[%]%+%-]", "%%%0"):gsub("%*", ".*"):gsub("%?", ".") .. "$"
      if name:match(pattern) then return true end
   end
   return false
end
local shown = {}
for _, name in ipairs(figures) do if fits(name) then shown[#shown + 1] = name end end
if #shown == 0 and #figures > 0 then stop("no figure fits --figure %s; there are %s", table.concat(o.figures, ","), table.concat(figures, ", ")) end

local backends = { o.on }
for backend in pairs(o.spots) do if backend ~= o.on then backends[#backends + 1] = backend end end
table.sort(backends, function(a, b) return (a == o.on and "" or a) < (b == o.on and "" or b) end)
local rows, missing = {}, {}
for _, backend in ipairs(backends) do
   for i, point in ipairs(points) do
      local at = backend .. "|" .. names[i]
      local is_asked = backend == o.on or ranges.spots(#points, o.spots[backend] or 0)[i]
      if is_asked and (failed[at] or not measured[at]) then
         missing[#missing + 1] = { backend = backend, point = names[i], reason = failed[at] or "no result" }
      elseif is_asked then
         rows[#rows + 1] = { backend = backend, point = point, figures = measured[at] }
      end
   end
end

local function csv()
   local head = { "backend" }
   for _, axis in ipairs(o.axes) do head[#head + 1] = axis.key end
   for _, name in ipairs(figures) do head[#head + 1] = name end
   local lines = { table.concat(head, ",") }
   for _, row in ipairs(rows) do
      local cells = { row.backend }
      for _, axis in ipairs(o.axes) do cells[#cells + 1] = tostring(row.point[axis.key]) end
      for _, name in ipairs(figures) do cells[#cells + 1] = row.figures[name] and string.format("%.9g", row.figures[name]) or "" end
      lines[#lines + 1] = table.concat(cells, ",")
   end
   return table.concat(lines, "\n") .. "\n"
end

local function markdown()
   local head, line = { "backend" }, { "---" }
   for _, axis in ipairs(o.axes) do head[#head + 1], line[#line + 1] = axis.key, "---:" end
   for _, name in ipairs(shown) do head[#head + 1], line[#line + 1] = string.format("%s (%s)", name:gsub("^scenario/", ""), units[name]), "---:" end
   local lines = { "# Sweep of " .. o.scenario, "", "| " .. table.concat(head, " | ") .. " |", "|" .. table.concat(line, "|") .. "|" }
   for _, row in ipairs(rows) do
      local cells = { row.backend }
      for _, axis in ipairs(o.axes) do cells[#cells + 1] = tostring(row.point[axis.key]) end
      for _, name in ipairs(shown) do cells[#cells + 1] = row.figures[name] and string.format("%.5g", row.figures[name]) or "-" end
      lines[#lines + 1] = "| " .. table.concat(cells, " | ") .. " |"
   end
   if #missing > 0 then lines[#lines + 1] = "\nMissing:\n" end
   for _, m in ipairs(missing) do lines[#lines + 1] = string.format("- %s on %s: %s", m.point, m.backend, m.reason) end
   return table.concat(lines, "\n") .. "\n"
end

-- One line for each combination of the further parameters, and dots for spot checks.
local function draw(name)
   local x, series, by_name = o.axes[1], {}, {}
   for _, row in ipairs(rows) do
      if type(row.point[x.key]) == "number" and row.figures[name] then
         local parts = { row.backend ~= o.on and row.backend or nil }
         for i = 2, #o.axes do parts[#parts + 1] = o.axes[i].key .. " " .. tostring(row.point[o.axes[i].key]) end
         local label = #parts == 0 and o.on or table.concat(parts, ", ")
         if not by_name[label] then
            by_name[label] = { name = label, points = {}, dots = row.backend ~= o.on }
            series[#series + 1] = by_name[label]
         end
         table.insert(by_name[label].points, { row.point[x.key], row.figures[name] })
      end
   end
   for _, s in ipairs(series) do table.sort(s.points, function(a, b) return a[1] < b[1] end) end
   return #series > 0 and chart.svg { title = name:gsub("^scenario/", "") .. " of " .. o.scenario:match("([^/]+)$"), x = x.key,
      y = units[name], log_x = x.geometric, series = series }
end

ok, wrong = pcall(function()
   files.write(o.out .. "/sweep.csv", csv())
   files.write(o.out .. "/sweep.md", markdown())
   local axes = {}
   for i, axis in ipairs(o.axes) do axes[i] = { key = axis.key, values = axis.values } end
   files.write(o.out .. "/sweep.json", files.to_json { scenario = o.scenario, axes = axes, units = units, rows = rows, missing = missing } .. "\n")
   for _, name in ipairs(shown) do
      local svg = draw(name)
      if svg then files.write(o.out .. "/" .. name:gsub("[^%w_]", "_") .. ".svg", svg) end
   end
end)
if not ok then stop("%s", wrong) end
io.write("\n", (markdown():gsub("^.-\n\n", "")))
io.write(string.format("\n%d of %d points have their figures; %s/sweep.csv, sweep.json, sweep.md and %d charts\n", #rows, #rows + #missing, o.out, #shown))
os.exit(#missing == 0 and 0 or 1)
