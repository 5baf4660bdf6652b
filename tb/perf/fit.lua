-- SPDX-License-Identifier: Apache-2.0
-- Least squares with weights and lower bounds of 0, for a handful of unknowns: normal equations, and unknowns that would be negative
-- are taken out until none is. Proof: tb/perf/test/perf_test.lua.
local M = {}

-- Gaussian elimination with pivoting; nil when an unknown is not determined.
local function solved(matrix, right)
   local n = #right
   for column = 1, n do
      local best = column
      for row = column + 1, n do if math.abs(matrix[row][column]) > math.abs(matrix[best][column]) then best = row end end
      if math.abs(matrix[best][column]) < 1e-9 then return nil end
      matrix[column], matrix[best], right[column], right[best] = matrix[best], matrix[column], right[best], right[column]
      for row = column + 1, n do
         local factor = matrix[row][column] / matrix[column][column]
         for k = column, n do matrix[row][k] = matrix[row][k] - factor * matrix[column][k] end
         right[row] = right[row] - factor * right[column]
      end
   end
   local out = {}
   for row = n, 1, -1 do
      local sum = right[row]
      for k = row + 1, n do sum = sum - matrix[row][k] * out[k] end
      out[row] = sum / matrix[row][row]
   end
   return out
end

-- rows = { { slopes = { ... }, target = t, weight = w }, ... } -> { value of each unknown }, and which of them the rows say nothing about.
function M.least_squares(rows, count)
   local active, silent = {}, {}
   for u = 1, count do
      local seen = false
      for _, row in ipairs(rows) do seen = seen or row.slopes[u] ~= 0 end
      if seen then active[#active + 1] = u else silent[#silent + 1] = u end
   end
   while true do
      local matrix, right = {}, {}
      for i, u in ipairs(active) do
         matrix[i], right[i] = {}, 0
         for j, v in ipairs(active) do
            local sum = 0
            for _, row in ipairs(rows) do sum = sum + row.weight ^ 2 * row.slopes[u] * row.slopes[v] end
            matrix[i][j] = sum
         end
         for _, row in ipairs(rows) do right[i] = right[i] + row.weight ^ 2 * row.slopes[u] * row.target end
      end
      local found = solved(matrix, right)
      local out, worst = {}, nil
      for u = 1, count do out[u] = 0 end
      if found then
         for i, u in ipairs(active) do
            out[u] = found[i]
            if found[i] < 0 and (not worst or found[i] < found[worst]) then worst = i end
         end
      else
         worst = #active     -- two that cannot be told apart: the last one goes
      end
      if not worst then return out, silent end
      table.remove(active, worst)
   end
end

return M
