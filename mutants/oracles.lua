-- SPDX-License-Identifier: Apache-2.0
-- `--set oracles`: what finds a mutant where no unit test counts. Scenarios with the oracles that are always on, exploration, two
-- implementations held against each other, and the block against the model core. Says for each mutant who found it, and by what.
-- Not here: applying mutants, building (run.lua), tables (report.lua). Proof: mutants/test/run_test.lua.
local shell = require "shell"
local quote = shell.quote
local M = {}

-- Who can find a mutant, best first. An expectation that a scenario states about its own run is told, and the search goes on: it
-- says that this scenario was written for this rule, not that a run nobody wrote an expectation for would be judged.
M.judges = { "oracle", "differ", "answer", "lockstep", "pins", "naive", "hang", "expectation" }
local rank = {}
for i, judge in ipairs(M.judges) do rank[judge] = i end

-- Files that are dear on Verilated SMMUs: eight of them, thousands of calls; and what has a step of its own.
local function is_cheap(path) return not (path:find("install/many_smmus", 1, true) or path:find("throughput/memory", 1, true) or path:find("wild/", 1, true)) end

-- ---- reading what tandem wrote ---------------------------------------------------------------------------------------------------------

local escapes = { n = " ", t = " ", r = " ", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

-- The objects of "results" and "comparisons" in the JSON of `tandem run`: their texts by name, and which list they are from.
function M.runs_of(json)
   local list, one, section = {}, nil, ""
   for line in json:gmatch("[^\n]+") do
      local begins, key, value = line:match('^  "(%a+)": %['), line:match('^      "([%w_]+)": "(.*)",?$')
      if begins then section = begins end
      if line:find("^    {") then
         one = { list = section }
         list[#list + 1] = one
      elseif one and key then
         one[key] = value:gsub("\\(.)", escapes)
      end
   end
   return list
end

-- What a failure's one sentence says about who made it.
local function judge_of(reason)
   local rule = reason:match("oracle ([%a.]+)")
   if rule then return "oracle", rule end
   if reason:find(" differ: ", 1, true) then return "differ", "" end
   if reason:find("play: ", 1, true) or reason:find("the driver misreads an event record", 1, true) then return "answer", "" end
   if reason:find("limit of", 1, true) or reason:find("ended by SIG", 1, true) or reason:find("did not end", 1, true)
      or reason:find("Nothing can happen any more", 1, true) or reason:find("deadlock", 1, true) then
      return "hang", ""
   end
   return "expectation", ""
end

-- The best of the failures in a JSON file: { judge, rule, where, reason }, nil when nothing failed.
function M.best_of(json)
   local best
   local function offer(one)
      if not best or rank[one.judge] < rank[best.judge] then best = one end
   end
   for _, run in ipairs(M.runs_of(json)) do
      if run.status == "fail" or run.status == "error" then
         local name = run.scenario:match("([^/]+/[^/]+)%.lua$") or run.scenario
         if run.list == "comparisons" then
            if run.status == "fail" then offer { judge = "differ", rule = "", where = name, reason = run.reason } end
         else
            if (run.oracle or "") ~= "" then
               offer { judge = "oracle", rule = run.oracle:match("oracle ([%a.]+)"), where = name .. " on " .. run.backend, reason = run.oracle }
            end
            if run.reason ~= "stopped after the first difference" then
               local judge, rule = judge_of(run.reason)
               offer { judge = judge, rule = rule, where = name .. " on " .. run.backend, reason = run.reason }
            end
         end
      end
   end
   return best
end

-- The same of the words of `tandem explore`.
function M.of_exploration(words)
   local seed, reason = words:match("FAIL: seed (%-?%d+), after %d+ seeds: ([^\n]*)")
   if not seed then return nil end
   local judge, rule = judge_of(reason)
   local why = words:match("\n  and (oracle [^\n]*)")
   if why and judge ~= "oracle" then
      judge, rule = judge_of(why)
      reason = why
   end
   return { judge = judge, rule = rule, where = "explore, seed " .. seed, reason = reason }
end

-- ---- the steps of the search ---------------------------------------------------------------------------------------------------------

local function scenarios(session, what)
   local list = {}
   local pipe = assert(io.popen("cd " .. quote(session.tree) .. " && ls scenarios/*/*.lua 2>/dev/null"))
   for path in pipe:lines() do
      if (not what.cheap or is_cheap(path)) and path:find(what.only or "", 1, true) then list[#list + 1] = path end
   end
   pipe:close()
   return table.concat(list, " ")
end

local function run(options, what)
   return { title = "run " .. options .. (what.cheap and " cheap" or ""), target = "tandem", work = function(session, log)
      local json = session.out .. "/oracles.json"
      os.remove(json)
      session:run(string.format("cd %s && timeout -s INT -k 20 400 %s/bin/tandem run %s %s --jobs %d --json %s </dev/null", quote(session.tree),
         quote(session.build), scenarios(session, what), options, session.o.jobs, quote(json)), log)
      local text = session.read(json)
      if not text then return { judge = "hang", rule = "", where = "run " .. options, reason = "no results: " .. session:last_line(log) } end
      return M.best_of(text)
   end }
end

local function explore(options)
   return { title = "explore " .. options, target = "tandem", work = function(session, log)
      local folder = session.out .. "/explored"
      session:run("mkdir -p " .. quote(folder))
      local ok, code = session:run(string.format("timeout -s INT -k 20 400 %s/bin/tandem explore %s --no-shrink --wall-limit 20 --jobs %d --out %s </dev/null",
         quote(session.build), options, session.o.jobs, quote(folder)), log)
      if ok then return nil end
      local found = M.of_exploration(session.read(session.out .. "/logs/" .. log) or "")
      return found or { judge = "hang", rule = "", where = "explore " .. options, reason = "ended with " .. tostring(code) .. ": " .. session:last_line(log) }
   end }
end

-- What such a program complains of, and the two opinions below it.
local function complaint(words)
   local assertion = words:match("Assertion failed in [^\n]*")
   if assertion then return assertion end
   local fail, rest = words:match("(FAIL[^\n]*)(.*)")
   if not fail then return nil end
   local block, model = rest:match("^\n  (the block: [^\n]*)\n  (the model: [^\n]*)")
   return block and fail .. "; " .. block .. "; " .. model or fail
end
-- A program of random worlds that says FAIL and why.
local function worlds(judge, program, options)
   return { title = program, target = "test." .. program, work = function(session, log)
      local ok, code = session:run(string.format("timeout -k 5 200 %s/bin/test.%s %s </dev/null", quote(session.build), program, options), log)
      if ok then return nil end
      local words = session.read(session.out .. "/logs/" .. log) or ""
      return { judge = code == 124 and "hang" or judge, rule = "", where = program, reason = complaint(words) or session:last_line(log) }
   end }
end
-- The block against the model core; random bursts on its pins, with what the bench knows of AXI, of the data and of what may wait for what.
local lockstep = worlds("lockstep", "rtl.lockstep", "--seeds 120 --steps 2000")
local parking = worlds("pins", "rtl.parking", "--seeds 40")
local garbage = worlds("pins", "rtl.garbage", "")

-- The model core against the naive translator.
local naive = { title = "naive", target = "test.model.diff_fuzz", work = function(session, log)
   local ok, code = session:run(string.format("timeout -k 5 200 %s/bin/test.model.diff_fuzz --seed 1 --count 600000 </dev/null", quote(session.build)), log)
   if ok then return nil end
   local words = session.read(session.out .. "/logs/" .. log) or ""
   return { judge = code == 124 and "hang" or "naive", rule = "", where = "model.diff_fuzz", reason = words:match("DIFFERENCE: [^\n]+") or session:last_line(log) }
end }

-- Worlds that no driver makes; model and RTL here are exact about what an invalidation drops.
local wild = run("--on tlm,rtl --compare --wall-limit 100 -p worlds=100 -p steps=80 -p exact=1", { only = "wild/hand_made" })
local registers = run("--on tlm,rtl --compare --wall-limit 60 -p steps=20000", { only = "wild/registers" })

-- In the order of what is likely to find a mutant of the layer and of what it costs.
M.steps = {
   driver = {
      run("--on tlm --wall-limit 20", {}), explore("--on tlm --seeds 250"), run("--on tlm,rtl --compare --wall-limit 60", { cheap = true }),
   },
   model = {
      run("--on tlm --wall-limit 20", {}), wild, registers, naive, run("--on tlm,rtl --compare --wall-limit 60", { cheap = true }), lockstep, explore("--on tlm,rtl --seeds 60"),
      explore("--on tlm --seeds 250"),
   },
   rtl = {
      lockstep, parking, garbage, registers, wild, explore("--on tlm,rtl --seeds 60"), run("--on tlm,rtl --compare --wall-limit 60", { cheap = true }),
   },
}

local function result_of(session, found)
   local by = found.judge .. (found.rule ~= "" and " " .. found.rule or "") .. ": " .. found.where
   return { outcome = "killed", judge = found.judge, by = by, where = session:short(found.reason) }
end

-- With the sources as they are now: who finds something. Steps are skipped whose program the build folder lacks.
function M.judge(session, entry, log)
   local weak
   for number, step in ipairs(M.steps[entry.layer]) do
      if session:build_target(step.target, log .. ".build.log") then
         local found = step.work(session, log .. ".oracles" .. number .. ".log")
         if found and found.judge ~= "expectation" then return result_of(session, found) end
         weak = weak or found
      else
         return { outcome = "does-not-build", judge = "", by = "", where = session:build_complaint(log .. ".build.log") }
      end
   end
   return weak and result_of(session, weak) or { outcome = "survived", judge = "", by = "", where = "" }
end

-- Nothing may be found in the unchanged sources. Nil, or a sentence.
function M.baseline(session, layers)
   local known = {}
   for _, layer in ipairs(layers) do
      for number, step in ipairs(M.steps[layer]) do
         if known[step.title] then goto continue end
         known[step.title] = true
         local log = "baseline." .. layer .. ".oracles" .. number .. ".log"
         if not session:build_target(step.target, "baseline." .. step.target .. ".log") then return step.target .. " does not build" end
         local found = step.work(session, log)
         if found then return step.title .. " finds something: " .. found.where .. ": " .. found.reason end
         ::continue::
      end
   end
end

return M
