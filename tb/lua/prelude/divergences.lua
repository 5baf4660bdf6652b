-- SPDX-License-Identifier: Apache-2.0
-- Known defects of implementations that are not ours to fix: a scenario that meets one goes on, and the report says so.
-- Left out: the list (tb/backend/qemu/known_defects.lua), and defects nobody listed, which fail. Proof: tb/lua/test/test_prelude.cpp, scenarios on qemu.

local divergences = {}

local texts = { "backend", "version", "rule", "what", "says", "why" }

-- A sentence about what is wrong with a list, or nil.
function divergences.problem(list)
   local seen = {}
   for i, d in ipairs(list) do
      for _, key in ipairs(texts) do
         if type(d[key]) ~= "string" or d[key] == "" then return string.format("known defect %d has no %s", i, key) end
      end
      local id = d.backend .. " " .. d.rule
      if seen[id] then return string.format("the rule %s of %s is listed twice", d.rule, d.backend) end
      seen[id] = true
      if d.event and (type(d.event) ~= "table" or type(d.field) ~= "string" or not math.type(d.got) or not math.type(d.wanted)) then
         return string.format("the rule %s needs event, field, got and wanted together", d.rule)
      end
   end
end

-- The entry that explains this field of this event on this backend.
function divergences.of_field(list, backend, event, field, got, wanted)
   for _, d in ipairs(list) do
      if d.backend == backend and d.field == field and d.got == got and d.wanted == wanted then
         for _, name in ipairs(d.event) do if name == event then return d end end
      end
   end
end

function divergences.of_rule(list, backend, rule)
   for _, d in ipairs(list) do
      if d.backend == backend and d.rule == rule then return d end
   end
end

-- Adds the face of it to t; answers the function that expect_event asks: true when the difference was known and is now noted.
function divergences.install(host, values, t, list)
   local function note(s, d) host.note_divergence(s.index, d.rule, d.what, d.says) end

   -- Checks a value like t:equal, but where the SMMU has a known defect of that rule a difference is noted and the run goes on.
   -- Answers whether the values were equal.
   function t:equal_or_known(smmu, rule, actual, expected, text)
      local s = type(smmu) == "table" and smmu or t.smmus[smmu]
      if type(s) ~= "table" or not s.backend then host.misuse("t:equal_or_known: there is no SMMU " .. values.show(smmu)) end
      if type(rule) ~= "string" then host.misuse("t:equal_or_known: the rule must be a string, got " .. values.show(rule)) end
      if values.difference(actual, expected) == nil then return true end
      local d = divergences.of_rule(list, s.backend, rule)
      if not d then t:equal(actual, expected, text) end
      note(s, d)
      return false
   end

   return function(s, event, field, got, wanted)
      local d = divergences.of_field(list, s.backend, event, field, got, wanted)
      if d then note(s, d) end
      return d ~= nil
   end
end

return divergences
