-- SPDX-License-Identifier: Apache-2.0
-- What a sweep varies: KEY=RANGE words, and the points they span. 16..1024x2 multiplies, 0..8+2 adds, 1,2,5 lists; parts of a
-- list may be ranges. Words instead of numbers are values as they are.
-- Proof: tb/perf/test/perf_test.lua.
local M = {}

local MOST_VALUES, MOST_POINTS = 1000, 10000

-- One word of a list -> values, or nil and what is wrong with it.
local function values_of(word)
   local from, to, sign, step = word:match("^(%-?%d+)%.%.(%-?%d+)([x+]?)(%d*)$")
   if not from then
      if word:find("%.%.") then return nil, "is no range; write 16..1024x2 or 0..8+2" end
      if word == "" then return nil, "has an empty value" end
      return { math.tointeger(tonumber(word)) or tonumber(word) or word }
   end
   from, to, step = math.tointeger(tonumber(from)), math.tointeger(tonumber(to)), math.tointeger(tonumber(step))
   if not from or not to then return nil, "has a number that is too large" end
   if (sign == "") ~= (step == nil) then return nil, "is no range; write 16..1024x2 or 0..8+2" end
   if sign == "x" and (step < 2 or from < 1) then return nil, "multiplies: it needs a start of at least 1 and a factor of at least 2" end
   if sign ~= "x" and step == 0 then return nil, "adds 0 and never ends" end
   if to < from then return nil, string.format("is empty, %d is below %d", to, from) end
   local out = {}
   local value = from
   while value <= to do
      if #out == MOST_VALUES then return nil, string.format("has more than %d values", MOST_VALUES) end
      out[#out + 1] = value
      value = sign == "x" and value * step or value + (step or 1)
   end
   return out
end

-- "smmu.tlb_entries=16..64x2" -> { key =, values =, geometric = }; nil and one sentence.
function M.parse(text)
   local key, range = text:match("^([%w_]+%.?[%w_]*)=(.*)$")
   if not key then return nil, string.format("'%s' is no KEY=RANGE, such as smmu.tlb_entries=16..1024x2", text) end
   local values, seen = {}, {}
   for word in (range .. ","):gmatch("([^,]*),") do
      local some, wrong = values_of(word)
      if not some then return nil, string.format("%s=%s: '%s' %s", key, range, word, wrong) end
      for _, value in ipairs(some) do
         if not seen[value] then values[#values + 1] = value end
         seen[value] = true
      end
   end
   return { key = key, values = values, geometric = range:find("x%d") ~= nil }
end

-- Every combination, the last key fastest -> { { [key] = value, ... }, ... }; nil and one sentence when there are too many.
function M.points(axes)
   local count = 1
   for _, axis in ipairs(axes) do count = count * #axis.values end
   if count > MOST_POINTS then return nil, string.format("the sweep has %d points; at most %d are taken", count, MOST_POINTS) end
   local points = { {} }
   for _, axis in ipairs(axes) do
      local next_points = {}
      for _, point in ipairs(points) do
         for _, value in ipairs(axis.values) do
            local copy = {}
            for key, v in pairs(point) do copy[key] = v end
            copy[axis.key] = value
            next_points[#next_points + 1] = copy
         end
      end
      points = next_points
   end
   return points
end

-- Numbers from 1 of n points spread evenly over all.
function M.spots(count, n)
   local out = {}
   for i = 0, math.min(n, count) - 1 do out[1 + i * (count - 1) // math.max(1, math.min(n, count) - 1)] = true end
   return out
end

return M
