-- SPDX-License-Identifier: Apache-2.0
-- Line and toggle coverage of the RTL block as a Markdown table, one row per source file.
--
--    lua5.4 summary.lua FILE [EXCEPT...]     FILE is what `verilator_coverage --write` merged; a source file named EXCEPT is left out
--
-- A point is a place in the source: it counts as covered when any instance of its module, of any size, passed it. Toggles are bits
-- of signals that changed after reset. exit 0: the table on stdout; 1: FILE has no points; 2: wrong usage.
-- Not here: running anything (`./run rtl-coverage`). Proof: ctest rtl.coverage_summary (test.lua).
local name = arg[1]
if not name then
   io.stderr:write("usage: summary.lua FILE [EXCEPT...]\n")
   os.exit(2)
end
local file, why = io.open(name)
if not file then
   io.stderr:write("summary: ", why, "\n")
   os.exit(2)
end
local except = {}
for i = 2, #arg do except[arg[i]] = true end

-- A line is C '<fields>' count, and a field \1 name \2 value.
local points = {}   -- [source][kind][place] = covered
for line in file:lines() do
   local key, count = line:match("^C '(.*)' (%d+)$")
   if key then
      local field = {}
      for k, v in key:gmatch("\1([^\2]*)\2([^\1]*)") do field[k] = v end
      local kind = (field.page or ""):match("^v_(%a+)")
      local source = (field.f or ""):match("[^/]*$")
      if (kind == "line" or kind == "branch" or kind == "toggle") and not except[source] then
         kind = kind == "toggle" and "toggle" or "line"   -- a branch is a block of lines too
         points[source] = points[source] or { line = {}, toggle = {} }
         local place = table.concat({ field.l or "", field.n or "", field.o or "" }, ":")   -- not the page: it names the parameters
         local of = points[source][kind]
         of[place] = of[place] or tonumber(count) > 0
      end
   end
end
file:close()

local names = {}
for source in pairs(points) do names[#names + 1] = source end
table.sort(names)
if #names == 0 then
   io.stderr:write("summary: ", name, " has no coverage points.\n")
   os.exit(1)
end

local total = { line = { 0, 0 }, toggle = { 0, 0 } }
local function count(of, sum)
   local covered, all = 0, 0
   for _, is in pairs(of) do
      all = all + 1
      if is then covered = covered + 1 end
   end
   sum[1], sum[2] = sum[1] + covered, sum[2] + all
   return covered, all
end
local function share(covered, all)
   return all == 0 and "- | -" or ("%d of %d | %.1f %%"):format(covered, all, 100 * covered / all)
end

print("| file | blocks of lines | | bits toggled | |")
print("|---|---:|---:|---:|---:|")
for _, source in ipairs(names) do
   local of = points[source]
   local lines = share(count(of.line, total.line))
   print(("| %s | %s | %s |"):format(source, lines, share(count(of.toggle, total.toggle))))
end
print(("| all | %s | %s |"):format(share(table.unpack(total.line)), share(table.unpack(total.toggle))))
