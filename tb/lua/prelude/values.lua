-- SPDX-License-Identifier: Apache-2.0
-- Comparing and printing values for checks: integers in hex, tables deeply and in a fixed order; checked option tables.
-- Left out: what happens after a failed check. Proof: tb/lua/test/test_prelude.cpp.

local values = {}

local function less(a, b)
   local ta, tb = type(a), type(b)
   if ta ~= tb then return ta < tb end
   if ta == "number" or ta == "string" then return a < b end
   return tostring(a) < tostring(b)
end

-- Keys in an order that does not depend on the run, so that a scenario is reproducible from its seed.
function values.sorted_keys(t)
   local keys = {}
   for key in next, t do keys[#keys + 1] = key end
   table.sort(keys, less)
   return keys
end

function values.sorted_pairs(t)
   local keys, i = values.sorted_keys(t), 0
   return function()
      i = i + 1
      local key = keys[i]
      if key ~= nil then return key, t[key] end
   end
end

function values.show(v, depth)
   depth = depth or 0
   if math.type(v) == "integer" then
      return (v >= 0 and v < 10) and tostring(v) or string.format("0x%x", v)
   elseif type(v) == "string" then
      return #v <= 80 and string.format("%q", v) or string.format("%q... (%d bytes)", v:sub(1, 64), #v)
   elseif type(v) == "userdata" then
      return "a handle"                               -- its number would be another one in every run
   elseif type(v) ~= "table" then
      return tostring(v)
   elseif getmetatable(v) and (v.label or v.name) then
      return v.label or v.name                        -- a domain, a master, an SMMU
   elseif depth == 4 then
      return "{...}"
   end
   local parts, sequence = {}, #v
   for i = 1, sequence do parts[i] = values.show(v[i], depth + 1) end
   for key, value in values.sorted_pairs(v) do
      if not (math.type(key) == "integer" and key >= 1 and key <= sequence) then
         parts[#parts + 1] = tostring(key) .. " = " .. values.show(value, depth + 1)
      end
   end
   return "{ " .. table.concat(parts, ", ") .. " }"
end

-- nil when equal, otherwise the path of the first difference and both values there.
function values.difference(actual, expected, path)
   path = path or ""
   if type(actual) ~= "table" or type(expected) ~= "table" then
      if actual == expected then return nil end
      return path, actual, expected
   end
   for key, value in values.sorted_pairs(expected) do
      local where, a, e = values.difference(actual[key], value, path .. "[" .. values.show(key) .. "]")
      if where then return where, a, e end
   end
   for key, value in values.sorted_pairs(actual) do
      if expected[key] == nil then return path .. "[" .. values.show(key) .. "]", value, nil end
   end
   return nil
end

local function is_a(value, wanted)
   if wanted == "any" then return true end
   if wanted == "integer" then return math.type(value) == "integer" end
   return type(value) == wanted
end

-- Checks an option table against { key = "type" or { "type", required = true, among = {...} } }; a sentence when wrong.
function values.check_options(call, options, known)
   if type(options) ~= "table" then
      return string.format("%s takes a table of options, got %s", call, type(options))
   end
   for key, value in values.sorted_pairs(options) do
      local rule = known[key]
      if not rule then
         local names = {}
         for _, name in ipairs(values.sorted_keys(known)) do names[#names + 1] = tostring(name) end
         return string.format("%s: unknown key '%s'; it knows %s", call, tostring(key), table.concat(names, ", "))
      end
      local wanted = type(rule) == "table" and rule[1] or rule
      if not is_a(value, wanted) then
         return string.format("%s: %s must be a%s %s, got %s", call, key, wanted == "integer" and "n" or "", wanted, values.show(value))
      end
      if type(rule) == "table" and rule.among then
         local found = false
         for _, allowed in ipairs(rule.among) do found = found or allowed == value end
         if not found then
            return string.format("%s: %s must be one of %s, got %s", call, key, table.concat(rule.among, ", "), values.show(value))
         end
      end
   end
   for key, rule in values.sorted_pairs(known) do
      if type(rule) == "table" and rule.required and options[key] == nil then
         return string.format("%s: %s is missing", call, key)
      end
   end
   return nil
end

return values
