-- SPDX-License-Identifier: Apache-2.0
-- lua5.4 check_pins.lua PINS.TXT TOP VTOP.H: holds the ports of a Verilated class against the pins that the wrapper drives, so
-- that a pin that is missing, turned round, of another width, or that nobody would drive is one sentence instead of a page of
-- compiler errors. Further outputs are nobody's business. Exit 0: they fit; 1: they do not; 2: a file cannot be read.
-- Not here: what the pins do. Proof: ctest example.bring_your_own_rtl.mistakes.

local pins_file, top, header_file = arg[1], arg[2], arg[3]

local function lines_of(name)
   local file, problem = io.open(name)
   if not file then
      io.stderr:write("check_pins.lua: ", problem, "\n")
      os.exit(2)
   end
   return file:lines()
end

-- name -> { direction, bits, is_array }. VL_IN8(&clk_i,0,0); and, for an array, VL_INW((&tbu_s_wdata_i)[1],127,0,4);
local ports, port_names = {}, {}
for line in lines_of(header_file) do
   local direction, what, msb, lsb = line:match("^%s*VL_([IO][NU]T?)[0-9W]*%((.-),(%d+),(%d+)")
   if direction then
      local name = what:match("&([%w_]+)")
      ports[name] = { direction = direction:lower(), bits = msb - lsb + 1, is_array = what:find("[", 1, true) ~= nil }
      port_names[#port_names + 1] = name
   end
end

local missing, wrong, strange, known = {}, {}, {}, {}
for line in lines_of(pins_file) do
   local name, direction, widths, per = line:match("^([%w_]+)%s+(%a+)%s+([%d|]+)%s+(%a+)$")
   if name then
      known[name] = true
      local port = ports[name]
      if not port then
         missing[#missing + 1] = name
      elseif port.direction ~= direction then
         wrong[#wrong + 1] = ("%s is an %sput and must be an %sput"):format(name, port.direction, direction)
      elseif port.is_array ~= (per == "tbu") then
         wrong[#wrong + 1] = name .. (per == "tbu" and " must be an unpacked array with one element for each TBU" or " must not be an array")
      elseif not ("|" .. widths .. "|"):find("|" .. port.bits // 1 .. "|", 1, true) then
         wrong[#wrong + 1] = ("%s has %d bits and must have %s"):format(name, port.bits, (widths:gsub("|", " or ")))
      end
   end
end
for _, name in ipairs(port_names) do
   if ports[name].direction == "in" and not known[name] then strange[#strange + 1] = name end
end

local sentences = {}
if #missing > 0 then sentences[#sentences + 1] = "it lacks " .. table.concat(missing, ", ") end
if #wrong > 0 then sentences[#sentences + 1] = table.concat(wrong, ", ") end
if #strange > 0 then sentences[#sentences + 1] = "nobody would drive " .. table.concat(strange, ", ") end
if #sentences > 0 then
   io.stderr:write(("The top module %s does not have the pins of an SMMU block: %s. They are listed in %s.\n"):format(top,
      table.concat(sentences, "; "), pins_file))
   os.exit(1)
end
