-- SPDX-License-Identifier: Apache-2.0
-- The list of known defects is well formed, and every rule that a conformance row or a scenario names is in it.
--
--    lua5.4 defects.lua SOURCE_ROOT      exit 0: it holds; 1: each fault on its own line
local root = arg[1] or "."
local list = dofile(root .. "/tb/backend/qemu/known_defects.lua").defects
local divergences = dofile(root .. "/tb/lua/prelude/divergences.lua")
local faults = {}

local problem = divergences.problem(list)
if problem then faults[#faults + 1] = problem end
if #list == 0 then faults[#faults + 1] = "the list is empty" end
local rules = {}
for _, defect in ipairs(list) do rules[defect.rule] = true end

local function text_of(path)
   local file <close> = assert(io.open(root .. "/" .. path))
   return file:read("a")
end
local named = 0
for id, rule in text_of("tb/tests/conformance/report.c"):gmatch('{ "qemu", "([^"]+)", "([^"]+)"') do
   named = named + 1
   if not rules[rule] then faults[#faults + 1] = "row " .. id .. " names the rule " .. rule .. ", which is not listed" end
end
if named == 0 then faults[#faults + 1] = "no conformance row names a rule" end
for rule in text_of("scenarios/faults/event_records.lua"):gmatch('equal_or_known%([^,]+, "([^"]+)"') do
   if not rules[rule] then faults[#faults + 1] = "scenarios/faults/event_records.lua names the rule " .. rule .. ", which is not listed" end
end

for _, fault in ipairs(faults) do print(fault) end
print(string.format("%d rules, %d conformance rows name one", #list, named))
os.exit(#faults == 0 and 0 or 1)
