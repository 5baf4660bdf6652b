-- SPDX-License-Identifier: Apache-2.0
-- Reads what `gcov --branch-probabilities --stdout` says of driver/src, one program part after the other, and prints per file the lines
-- and branches that were reached, then each one that was not. A header counts once: reached from any part is reached.
-- Not here: building and running (coverage.sh).
--
--    lua5.4 coverage.lua GCOV_TEXT       exit 0: all lines, at least 98 % of the branches; 1: less; 2: nothing to read
local LINES_PERCENT, BRANCHES_PERCENT = 100, 98

local files, order = {}, {}
local function file_of(path)
   if not files[path] then
      files[path] = { lines = {}, code = {}, branches = {}, last = 0 }
      order[#order + 1] = path
   end
   return files[path]
end

local function merge(old, new)
   return math.max(old or 0, new)
end

local input = arg[1] and io.open(arg[1])
if not input then
   io.stderr:write("usage: coverage.lua GCOV_TEXT (a file that can be read)\n")
   os.exit(2)
end
local file, number
for text in input:lines() do
   local count, line, code = text:match("^ *([^:]+): *(%d+):(.*)$")
   if count and line == "0" then
      local source = code:match("^Source:(.*)$")
      file = source and (source:match("^driver/src/") and file_of(source) or nil) or (not source and file or nil)
   elseif count and file then
      number = tonumber(line)
      if count ~= "-" then
         -- "#####" and "=====" were never reached; a star marks a part of a line that was not
         file.lines[number] = merge(file.lines[number], tonumber((count:gsub("%*", ""))) or 0)
         file.code[number] = code
         file.last = math.max(file.last, number)
      end
   elseif file then
      local index, what = text:match("^branch +(%d+) (.*)$")
      if index then
         local taken = tonumber(what:match("^taken (%d+)")) or 0
         file.branches[number] = file.branches[number] or {}
         file.branches[number][index + 1] = merge(file.branches[number][index + 1], taken)
      end
   end
end
input:close()
table.sort(order)

local total = { lines = 0, lines_hit = 0, branches = 0, branches_hit = 0 }
local missing = {}
local function percent(hit, all)
   return all == 0 and 100 or 100 * hit / all
end
local function row(name, t)
   print(("%-34s %5d of %5d lines %6.2f %%   %5d of %5d branches %6.2f %%"):format(name, t.lines_hit, t.lines,
      percent(t.lines_hit, t.lines), t.branches_hit, t.branches, percent(t.branches_hit, t.branches)))
end

for _, path in ipairs(order) do
   local f, t = files[path], { lines = 0, lines_hit = 0, branches = 0, branches_hit = 0 }
   for n = 1, f.last do
      local hit = f.lines[n]
      local code = hit and f.code[n]:gsub("^%s+", "")
      if hit then
         t.lines = t.lines + 1
         t.lines_hit = t.lines_hit + (hit > 0 and 1 or 0)
         if hit == 0 then
            missing[#missing + 1] = ("%s:%d: line: %s"):format(path, n, code)
         end
      end
      local not_taken = {}
      for i, taken in ipairs(f.branches[n] or {}) do
         t.branches = t.branches + 1
         t.branches_hit = t.branches_hit + (taken > 0 and 1 or 0)
         if taken == 0 then
            not_taken[#not_taken + 1] = i - 1
         end
      end
      if #not_taken > 0 and hit > 0 then
         missing[#missing + 1] = ("%s:%d: branch %s of %d: %s"):format(path, n, table.concat(not_taken, ","),
            #f.branches[n], code)
      end
   end
   for key, value in pairs(t) do
      total[key] = total[key] + value
   end
   row(path, t)
end
if total.lines == 0 then
   io.stderr:write(arg[1] .. ": nothing of driver/src in it\n")
   os.exit(2)
end
row("all", total)
for _, text in ipairs(missing) do
   print(text)
end
os.exit(percent(total.lines_hit, total.lines) >= LINES_PERCENT and percent(total.branches_hit, total.branches) >= BRANCHES_PERCENT)
