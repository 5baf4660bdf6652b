-- SPDX-License-Identifier: Apache-2.0
-- Proves arch/gen_arch.lua and arch/layout.lua: every kind of broken table gives its exact sentence and exit code, and
-- --check sees one changed byte, a missing output, and nothing else. Not here: whether bit positions are right.
-- Use: lua5.4 arch/test/test_gen.lua ROOT. Works in a temporary folder; never writes under ROOT.

local root = assert(arg[1], "usage: test_gen.lua ROOT")
local scratch = os.tmpname()
os.remove(scratch)
local failed = 0

local function quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end
local function shell(command) return assert(os.execute(command), command) end
local function read(path)
   local file = assert(io.open(path, "rb"))
   local text = file:read("a")
   file:close()
   return text
end
local function write(path, text)
   local file = assert(io.open(path, "wb"))
   file:write(text)
   file:close()
end

local function generator(arguments)   -- exit code, what it said
   local _, _, code = os.execute(("%s %s %s >%s 2>&1"):format(quote(arg[-1] or "lua5.4"), quote(root .. "/arch/gen_arch.lua"), arguments,
      quote(scratch .. "/said")))
   return code, read(scratch .. "/said")
end

local function check(name, code, said, want_code, want_said)
   local ok = code == want_code and said == want_said
   print((ok and "ok   " or "FAIL ") .. name)
   if not ok then
      failed = failed + 1
      print(("     wanted %d: %s     got %s: %s"):format(want_code, want_said, tostring(code), said))
   end
end

-- A small good table; each case changes one thing.
local GOOD = [[
local t = {
   registers = {
      { name = "A", offset = 0x10, bits = 32, access = "rw", page = "page0", fields = { { "X", 3, 0, enum = { ON = 1 } }, { "Y", 7, 4 } } },
      { name = "B", offset = 0x18, bits = 64, access = "ro", page = "page0", fields = {} },
   },
   structures = { { name = "S", bytes = 16, doc = "S.", fields = { { "Lo", 63, 32 }, { "Hi", 67, 64, enum = { BIG = 15 } } } } },
   command_bytes = 16, command_common = { { "opcode", 7, 0 } }, command_aliases = {},
   commands = { { name = "C1", opcode = 1, fields = { { "P", 8, 8 } } }, { name = "C2", opcode = 2, fields = {} } },
   event_bytes = 32, event_common = { { "number", 7, 0 } },
   events = { { name = "E1", number = 1, fields = {} }, { name = "E2", number = 2, fields = {} } },
   enums = { { name = "EN", bits = 2, values = { THREE = 3 } } }, unsure = {}, left_out = {},
}
%s
return t
]]

local broken = {
   { "overlapping fields", 't.structures[1].fields[3] = { "Mid", 40, 32 }', "S.Mid: bits 40:32 overlap S.Lo, bits 63:32" },
   { "a form and a field of every form share bits", 't.structures[1].fields[3] = { "Mid", 32, 32, when = "form" }',
     "S.Mid: bits 32:32 overlap S.Lo, bits 63:32" },
   { "duplicate field", 't.structures[1].fields[3] = { "Lo", 70, 70 }', "S.Lo is defined twice, in bits 63:32 and in bits 70:70" },
   { "field across a word", 't.structures[1].fields = { { "Wide", 64, 60 } }', "S.Wide: bits 64:60 cross a 64-bit word" },
   { "field past the structure", 't.structures[1].fields = { { "Far", 128, 128 } }', "S.Far: bits 128:128 do not fit 128 bits" },
   { "field past the register", 't.registers[1].fields = { { "Far", 32, 30 } }', "A.Far: bits 32:30 do not fit 32 bits" },
   { "bits the wrong way round", 't.registers[1].fields = { { "Z", 2, 5 } }', "A.Z: most significant bit 2 is below least significant bit 5" },
   { "field without bits", 't.registers[1].fields = { { "Z", 2 } }', "A: field 1 is not { name, most significant bit, least significant bit }" },
   { "enum value too wide", 't.structures[1].fields[2].enum.HUGE = 16', "S.Hi (bits 67:64): value HUGE = 16 does not fit 4 bit(s)" },
   { "shared enum value too wide", 't.enums[1].values.FOUR = 4', "enum EN: value FOUR = 4 does not fit 2 bit(s)" },
   { "unknown shared enum", 't.registers[1].fields[1].enum_of = "NOPE"', "A.X: enum_of names NOPE, which enums does not hold" },
   { "duplicate enum", 't.enums[2] = t.enums[1]', "enum EN is defined twice" },
   { "duplicate register", 't.registers[2].name = "A"', "register A is defined twice, at 0x10 and at 0x18" },
   { "overlapping registers", 't.registers[1].offset = 0x1c', "register B overlaps register A at 0x1c in page0" },
   { "indexed registers overlap", 't.registers[1].count = 4 t.registers[1].stride = 4', "register B overlaps register A at 0x18 in page0" },
   { "unaligned register", 't.registers[2].offset = 0x24', "register B: offset 0x24 is not aligned to its 64 bits" },
   { "register of a wrong size", 't.registers[1].bits = 16', "register A: 16 bits is not 32 or 64" },
   { "unknown access", 't.registers[1].access = "w1c"', "register A: access w1c is not ro, rw or wo" },
   { "duplicate structure", 't.structures[2] = t.structures[1]', "structure S is defined twice" },
   { "duplicate opcode", 't.commands[2].opcode = 1', "command C2: opcode 0x01 is already that of C1" },
   { "duplicate command", 't.commands[2].name = "C1"', "command C1 is defined twice" },
   { "opcode too wide", 't.commands[2].opcode = 256', "command C2: opcode 0x100 does not fit 8 bits" },
   { "duplicate event number", 't.events[2].number = 1', "event E2: number 0x01 is already that of E1" },
   { "command field over the opcode", 't.commands[1].fields[1] = { "P", 8, 7 }', "C1.P: bits 8:7 overlap C1.opcode, bits 7:0" },
   { "two generated names collide", 't.registers[2].name = "A_X_MASK"', "the generated name SMMU_A_X_MASK would be defined twice" },
}

shell("mkdir -p " .. quote(scratch .. "/copy/arch/gen") .. " " .. quote(scratch .. "/copy/rtl-stubs/gen") .. " " .. quote(scratch .. "/copy/docs"))
local copy, table_file = scratch .. "/copy", scratch .. "/table.lua"
local at_copy = "--root " .. quote(copy) .. " --table "

local function table_with(change) write(table_file, (GOOD:gsub("%%s", function() return change end))) end

table_with("")
local code, said = generator(at_copy .. quote(table_file))
check("a good small table is accepted", code, said, 0, "")
code, said = generator(at_copy .. quote(table_file) .. " --check")
check("what it wrote is what it checks", code, said, 0, "")
table_with('t.structures[1].fields[1].when = "a" t.structures[1].fields[3] = { "Mid", 32, 32, when = "b" }')
code, said = generator(at_copy .. quote(table_file))
check("fields of different forms may share bits", code, said, 0, "")
for _, case in ipairs(broken) do
   table_with(case[2])
   code, said = generator(at_copy .. quote(table_file))
   check(case[1], code, said, 2, "gen_arch: " .. case[3] .. "\n")
end

code, said = generator("--wrong")
check("unknown argument", code, said, 2, "gen_arch: unknown argument --wrong; use --root DIR [--check] [--table FILE]\n")

-- The real outputs, copied; then one byte of each is changed, one after the other.
local real = at_copy .. quote(root .. "/arch/smmuv3.lua") .. " --check"
local outputs = { "arch/gen/smmuv3_arch.h", "arch/gen/smmuv3_names.h", "rtl-stubs/gen/smmuv3_arch_pkg.sv", "docs/arch.md" }
local function differs(name) return ("gen_arch: %s differs from the table; run lua5.4 arch/gen_arch.lua --root .\n"):format(name) end
for _, name in ipairs(outputs) do write(copy .. "/" .. name, read(root .. "/" .. name)) end
code, said = generator(real)
check("a faithful copy of the outputs passes --check", code, said, 0, "")
for _, name in ipairs(outputs) do
   local text = read(root .. "/" .. name)
   local middle = #text // 2
   local other = text:byte(middle) == 0x30 and "1" or "0"
   write(copy .. "/" .. name, text:sub(1, middle - 1) .. other .. text:sub(middle + 1))
   code, said = generator(real)
   check("one changed byte in " .. name, code, said, 1, differs(name))
   os.remove(copy .. "/" .. name)
   code, said = generator(real)
   check("missing " .. name, code, said, 1, differs(name))
   write(copy .. "/" .. name, text)
end

shell("rm -r " .. quote(scratch))
print(failed == 0 and "all checks passed" or failed .. " checks failed")
os.exit(failed == 0 and 0 or 1)
