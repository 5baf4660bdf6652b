-- SPDX-License-Identifier: Apache-2.0
-- A run depends on its seed and on nothing else: the same scenario twice gives the same bytes of JSON (without wall_ms) and the
-- same trace; another seed gives other reset values where the architecture leaves them UNKNOWN, and each SMMU has its own.
-- Usage: lua5.4 determinism.lua TANDEM FOLDER-FOR-FILES RESET_VALUES.lua BACKENDS SCENARIO...

local tandem, folder, reset_values, backends = arg[1], arg[2] .. "/determinism_files", arg[3], arg[4]
os.execute("mkdir -p '" .. folder .. "'")
local failures = 0

local function fail(...)
   failures = failures + 1
   print("FAIL: " .. string.format(...))
end

local function content(path)
   local f = assert(io.open(path, "rb"))
   local text = f:read("a")
   f:close()
   return text
end

local function run(scenario, backend, seed, options)
   local pipe = assert(io.popen(string.format("'%s' run '%s' --on %s --seed %s %s 2>&1", tandem, scenario, backend, seed, options)))
   local out = pipe:read("a")
   local _, _, code = pipe:close()
   if code ~= 0 then fail("%s on %s --seed %s: exit code %s\n%s", scenario, backend, seed, code, out) end
   return out
end

-- The JSON without its wall-clock times, and the trace.
local function outcome(scenario, backend, seed, number)
   local json, trace = folder .. "/" .. number .. ".json", folder .. "/" .. number .. ".jsonl"
   run(scenario, backend, seed, string.format("--json '%s' --trace '%s'", json, trace))
   local text, replaced = content(json):gsub('"wall_ms": [%d.e+-]+', '"wall_ms": 0')
   if replaced ~= 1 then fail("%s: expected one wall_ms, found %d", json, replaced) end
   return text, content(trace)
end

-- Registers as reset_values.lua shows them: SMMU -> text.
local function reset_of(seed)
   local values = {}
   for name, words in run(reset_values, "tlm", seed, "-v"):gmatch("reset (%w+): ([%x ]+)") do values[name] = words end
   if not (values.a and values.b) then fail("reset_values.lua says nothing with seed %s", seed) end
   return values
end

for backend in backends:gmatch("[^,]+") do
   for i = 5, #arg do
      local json1, trace1 = outcome(arg[i], backend, 42, 1)
      local json2, trace2 = outcome(arg[i], backend, 42, 2)
      if json1 ~= json2 then fail("%s on %s: the same seed gave two results; compare %s/1.json and 2.json", arg[i], backend, folder) end
      if trace1 ~= trace2 then fail("%s on %s: the same seed gave two traces; compare %s/1.jsonl and 2.jsonl", arg[i], backend, folder) end
      if #trace1 < 1000 then fail("%s on %s: a trace of %d bytes proves nothing", arg[i], backend, #trace1) end
   end
end

local one, again, other = reset_of(1), reset_of(1), reset_of(2)
if one.a ~= again.a or one.b ~= again.b then fail("reset values change with the same seed: %s, %s", one.a, again.a) end
if one.a == other.a or one.b == other.b then fail("seeds 1 and 2 give the same reset values: %s", one.a) end
if one.a == one.b then fail("two SMMUs of one platform have the same reset values: %s", one.a) end

print(failures == 0 and "deterministic" or failures .. " failed")
os.exit(failures == 0 and 0 or 1)
