-- SPDX-License-Identifier: Apache-2.0
-- ctest rtl.coverage_summary: `lua5.4 test.lua`. What summary.lua makes of points written by hand.
local folder = arg[0]:match("^(.*)/") or "."
local input = os.tmpname()

local function summary(text, ...)
   local file = assert(io.open(input, "w"))
   file:write(text)
   file:close()
   local pipe = assert(io.popen(("lua5.4 '%s/summary.lua' '%s' %s 2>&1"):format(folder, input, table.concat({ ... }, " "))))
   local out = pipe:read("a")
   local _, _, status = pipe:close()
   return out, status
end
local function point(source, line, page, what, instance, count)
   return ("C '\1f\2../rtl/%s\1l\2%d\1n\0023\1page\2%s\1o\2%s\1h\2%s' %d\n"):format(source, line, page, what, instance, count)
end
local wrong = 0
local function claim(sentence, out, text)
   if out:find(text, 1, true) then return end
   wrong = wrong + 1
   print(("WRONG: %s: no '%s' in:\n%s"):format(sentence, text, out))
end

local out, status = summary("# SystemC::Coverage-3\n"
   .. point("a.sv", 1, "v_line/a", "block", "TOP.x", 0) .. point("a.sv", 1, "v_line/a", "block", "TOP.y", 7)
   .. point("a.sv", 2, "v_branch/a", "else", "TOP.x", 0) .. point("a.sv", 2, "v_branch/a", "if", "TOP.x", 1)
   .. point("a.sv", 2, "v_branch/a__B2", "else", "TOP.x", 0)
   .. point("a.sv", 3, "v_toggle/a", "s[0]", "TOP.x", 2) .. point("a.sv", 3, "v_toggle/a", "s[1]", "TOP.x", 0)
   .. point("b.sv", 9, "v_toggle/b", "t", "TOP.z", 1) .. point("top.sv", 1, "v_line/top", "block", "TOP", 0), "top.sv")
claim("a point is covered when one instance passed it; branches are lines", out, "| a.sv | 2 of 3 | 66.7 % | 1 of 2 | 50.0 % |")
claim("a file without lines has none", out, "| b.sv | - | - | 1 of 1 | 100.0 % |")
claim("the sum leaves out what was excepted", out, "| all | 2 of 3 | 66.7 % | 2 of 3 | 66.7 % |")
if out:find("top.sv", 1, true) or status ~= 0 then
   wrong = wrong + 1
   print("WRONG: an excepted file is counted, or status " .. status)
end
out, status = summary("nothing\n")
claim("a file without points is one sentence", out, "has no coverage points.")
if status ~= 1 then
   wrong = wrong + 1
   print("WRONG: status " .. status .. " without points, not 1")
end
os.remove(input)
os.exit(wrong == 0)
