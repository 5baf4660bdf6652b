-- SPDX-License-Identifier: Apache-2.0
-- What a scenario needs of every SMMU: "S1P" (a field of an ID register that must not be 0, or a feature of s:caps()), or a
-- comparison: "STALL_MODEL!=1", "OAS>=4", "TTENDIAN<2", "TTF=2".
-- Proof: tb/lua/test/test_prelude.cpp, tb/cli/test/cli_test.lua.

local comparisons = {
   ["="] = function(a, b) return a == b end,
   ["!="] = function(a, b) return a ~= b end,
   [">="] = function(a, b) return a >= b end,
   ["<="] = function(a, b) return a <= b end,
   [">"] = function(a, b) return a > b end,
   ["<"] = function(a, b) return a < b end,
}

-- The value an SMMU gives for a name; nil when it knows no such thing.
local function value_of(t, s, name)
   for _, register in ipairs { "IDR0", "IDR1", "IDR3", "IDR5" } do
      if t.arch.registers[register].fields[name] then return s:field(register, name) end
   end
   return (s:caps().features or {})[name]
end

-- nil when all is there; a reason to skip; or nil and a sentence about a need nobody can have.
return function(t, list)
   for _, need in ipairs(list) do
      local name, operator, number = need:match("^([%w_]+)([=<>!]+)(%d+)$")
      name = name or need
      local holds = comparisons[operator or "!="]
      if not name:match("^[%w_]+$") or not holds then
         return nil, string.format("needs: '%s' must be a name, or a name, one of = != >= <= > < and a number", need)
      end
      local known = false
      for _, s in ipairs(t.smmus) do
         local value = value_of(t, s, name)
         if value ~= nil then known = true end
         if type(value) == "boolean" then value = value and 1 or 0 end
         if value == nil and known or value ~= nil and not holds(value, tonumber(number or 0)) then
            local what = operator and string.format("%s, it is %s", need, value) or name
            return string.format("%s (%s) has no %s", s.name, s.backend, what)
         end
      end
      if not known then return nil, string.format("needs: no SMMU knows a feature '%s'", name) end
   end
end
