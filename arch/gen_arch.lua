-- SPDX-License-Identifier: Apache-2.0
-- Reads arch/smmuv3.lua and writes everything derived from it: C header, name tables, SystemVerilog package, docs page.
-- Not here: layouts (smmuv3.lua), their checks (layout.lua), behaviour. Proof: arch/test/test_gen.lua; ctest arch.drift compares the outputs.
-- Use: lua5.4 arch/gen_arch.lua --root DIR [--check] [--table FILE]
-- Exit: 0 done or equal, 1 an output differs or a file cannot be written, 2 the table or the command line is wrong.

local here = arg[0]:match("^(.*)/") or "."
local layout = dofile(here .. "/layout.lua")
local sorted_enum, width_of = layout.sorted_enum, layout.width_of

local function stop(code, sentence, ...)
   io.stderr:write("gen_arch: ", sentence:format(...), "\n")
   os.exit(code)
end

local function word_of(f) return f[3] // 64 end
local function mask_of(f)   -- in place in its word
   local w = width_of(f)
   return (w == 64 and -1 or (1 << w) - 1) << (f[3] % 64)
end

---------------------------------------------------------------- writing

local MADE_BY = "Generated from arch/smmuv3.lua by `lua5.4 arch/gen_arch.lua --root .`; do not edit."

local function writer()   -- lines of one output; refuses to define a symbol twice
   local lines, symbols = {}, {}
   local out = {}
   function out.put(fmt, ...) lines[#lines + 1] = select("#", ...) > 0 and fmt:format(...) or fmt end
   function out.symbol(name)
      if symbols[name] then stop(2, "the generated name %s would be defined twice", name) end
      symbols[name] = true
      return name
   end
   function out.text() return table.concat(lines, "\n") .. "\n" end
   return out
end

-- Commands and events as structures, in one form: prefix of names, number, fields.
local function records(arch)
   local list = {}
   local function add(kind, key, struct, entries)
      for _, e in ipairs(entries) do
         list[#list + 1] = { kind = kind, prefix = kind:upper() .. "_" .. e.name, number = e[key], struct = struct, fields = e.fields,
            bare = e.name, doc = e.doc, secure = e.secure }
      end
   end
   add("cmd", "opcode", "cmd", arch.commands)
   add("event", "number", "event", arch.events)
   return list
end

local function find_register_mask(r)
   local mask = 0
   for _, f in ipairs(r.fields) do mask = mask | mask_of(f) end
   return mask
end

local function c_comment(doc) return doc and (" /* %s */"):format(doc) or "" end

local function c_enum(h, prefix, values)
   for _, e in ipairs(sorted_enum(values)) do h.put("#define %s 0x%xu", h.symbol(prefix .. "_" .. e.name), e.value) end
end

local function c_field(h, prefix, f, const, digits, with_word)
   local name = prefix .. "_" .. f[1]
   if f.doc or f.when then
      h.put("/* %s%s%s */", name, f.when and (" (%s)"):format(f.when) or "", f.doc and ": " .. f.doc or "")
   end
   if with_word then h.put("#define %s %du", h.symbol(name .. "_WORD"), word_of(f)) end
   h.put("#define %s %du", h.symbol(name .. "_SHIFT"), f[3] % 64)
   h.put("#define %s %du", h.symbol(name .. "_WIDTH"), width_of(f))
   h.put("#define %s %s(0x%0" .. digits .. "x)", h.symbol(name .. "_MASK"), const, mask_of(f))
   if f.enum then c_enum(h, prefix .. "_" .. f[1]:upper(), f.enum) end
end

local function c_accessors(h, struct, func, macro, f)
   local m, w = macro .. "_" .. f[1], word_of(f)
   local get = f.addr and "s->qword[%d] & %s_MASK" or "(s->qword[%d] & %s_MASK) >> %s_SHIFT"
   local set = f.addr and "value" or ("(value << %s_SHIFT)"):format(m)
   h.put("static inline uint64_t %s(const struct smmu_%s *s) { return " .. get .. "; }", h.symbol(func .. "_get_" .. f[1]), struct, w, m, m)
   h.put("static inline void %s(struct smmu_%s *s, uint64_t value)", h.symbol(func .. "_set_" .. f[1]), struct)
   h.put("{ s->qword[%d] = (s->qword[%d] & ~%s_MASK) | (%s & %s_MASK); }", w, w, m, set, m)
end

local function c_header(arch)
   local h = writer()
   h.put("/* %s", MADE_BY)
   h.put [[
 * SPDX-License-Identifier: Apache-2.0
 * SMMUv3 register offsets and fields, structures, commands, event and PRI records. Freestanding C11, valid C++17.
 * Left out: behaviour, and names for printing (smmuv3_names.h). Proof: ctest arch.drift and arch.generator.
 * X_SHIFT and X_MASK are in place in the register or 64-bit word, X_WORD says which word. Enum values are not shifted.
 * A field that is an address stays in place in its get and set; every other field is shifted down. */
#ifndef SMMUV3_ARCH_H
#define SMMUV3_ARCH_H

#include <stdint.h>

/* One field of a register value: SMMU_FIELD_GET(CR1, TABLE_SH, cr1), SMMU_FIELD_PUT(CR1, TABLE_SH, SMMU_CR1_TABLE_SH_ISH).
 * These shift addresses too: to keep one in place use its X_MASK, as in base & SMMU_CMDQ_BASE_ADDR_MASK. */
#define SMMU_FIELD_GET(REG, FIELD, value) \
	((SMMU_##REG##_UINT)(((SMMU_##REG##_UINT)(value) & SMMU_##REG##_##FIELD##_MASK) >> SMMU_##REG##_##FIELD##_SHIFT))
#define SMMU_FIELD_PUT(REG, FIELD, x) \
	((SMMU_##REG##_UINT)(((SMMU_##REG##_UINT)(x) << SMMU_##REG##_##FIELD##_SHIFT) & SMMU_##REG##_##FIELD##_MASK))
]]
   h.put("/* Values shared by several structures. */")
   for _, e in ipairs(arch.enums) do c_enum(h, "SMMU_" .. e.name, e.values) end
   h.put("\n/* Registers: offset in the page named; X_FIELDS_MASK holds every defined bit. */")
   for _, r in ipairs(arch.registers) do
      local name = "SMMU_" .. r.name
      h.put("\n/* %s: %s, %s, %d bits.%s%s */", r.name, r.page, r.access, r.bits, r.also and " Moves to " .. r.also .. " when relocated." or "",
         r.doc and " " .. r.doc or "")
      h.put("#define %s 0x%xu", h.symbol(name), r.offset)
      h.put("#define %s uint%d_t", h.symbol(name .. "_UINT"), r.bits)
      if math.type(r.reset) == "integer" then h.put("#define %s UINT%d_C(0x%x)", h.symbol(name .. "_RESET"), r.bits, r.reset) end
      if r.count then
         h.put("#define %s %du", h.symbol(name .. "_COUNT"), r.count)
         if not r.stride_varies then
            h.put("#define %s %du", h.symbol(name .. "_STRIDE"), r.stride)
            h.put("#define %s(n) (0x%xu + %du * (uint32_t)(n))", h.symbol(name:sub(1, -2)), r.offset, r.stride)
         end
      end
      if #r.fields > 0 then
         h.put("#define %s UINT%d_C(0x%0" .. r.bits // 4 .. "x)", h.symbol(name .. "_FIELDS_MASK"), r.bits, find_register_mask(r))
      end
      for _, f in ipairs(r.fields) do c_field(h, name, f, "UINT" .. r.bits .. "_C", r.bits // 4, false) end
   end
   h.put("\n/* Structures in memory: arrays of little-endian 64-bit words. */")
   local function struct(name, bytes, doc)
      h.put("\n/* %s */\nstruct smmu_%s { uint64_t qword[%d]; };", doc, name:lower(), bytes // 8)
   end
   for _, s in ipairs(arch.structures) do
      if s.descriptor then h.put("\n/* %s */", s.doc) else struct(s.name, s.bytes, s.doc) end
      for _, f in ipairs(s.fields) do c_field(h, "SMMU_" .. s.name, f, "UINT64_C", 16, true) end
      if not s.descriptor then
         for _, f in ipairs(s.fields) do c_accessors(h, s.name:lower(), "smmu_" .. s.name:lower(), "SMMU_" .. s.name, f) end
      end
   end
   local function common(kind, fields)
      for _, f in ipairs(fields) do c_field(h, "SMMU_" .. kind:upper(), f, "UINT64_C", 16, true) end
      for _, f in ipairs(fields) do c_accessors(h, kind, "smmu_" .. kind, "SMMU_" .. kind:upper(), f) end
   end
   struct("cmd", arch.command_bytes, "A command; the fields below are in all of them.")
   common("cmd", arch.command_common)
   struct("event", arch.event_bytes, "An event record; the fields below are in all of them.")
   common("event", arch.event_common)
   for _, r in ipairs(records(arch)) do
      local macro, func = "SMMU_" .. r.prefix, ("smmu_%s_%s"):format(r.kind, r.bare:lower())
      h.put("\n#define %s 0x%02xu%s", h.symbol(macro), r.number, c_comment(r.secure and "Illegal on a Non-secure queue." or r.doc))
      for _, f in ipairs(r.fields) do c_field(h, macro, f, "UINT64_C", 16, true) end
      for _, f in ipairs(r.fields) do c_accessors(h, r.struct, func, macro, f) end
   end
   h.put("")
   for _, a in ipairs(arch.command_aliases) do
      h.put("#define %s SMMU_CMD_%s /* %s */", h.symbol("SMMU_CMD_" .. a.name), a.of, a.doc)
   end
   h.put("\n#endif")
   return h.text()
end

local function names_header(arch)
   local h = writer()
   h.put("/* %s", MADE_BY)
   h.put [[
 * SPDX-License-Identifier: Apache-2.0
 * Names of registers, structures, commands and events with their fields, for decoding in reports. C11 and C++17.
 * Left out: anything the driver or the model needs (smmuv3_arch.h). Proof: ctest arch.drift.
 * Fields common to all commands or events are in the first entry of their table, named "*". */
#ifndef SMMUV3_NAMES_H
#define SMMUV3_NAMES_H

#include <stdint.h>

struct smmu_field_name { const char *name; uint8_t word, shift, width, is_addr; };
struct smmu_entry_name {
	const char *name;                        /* without prefix, as in the architecture: CR0, STE, TLBI_NH_VA, F_TRANSLATION */
	uint32_t number;                         /* register offset, structure size in bytes, opcode, event number */
	uint32_t bits;                           /* size of the register or structure */
	const char *page;                        /* registers: page0, page1, vatos, ecmdq, pmcg0; else an empty string */
	uint32_t count, stride_bytes;            /* indexed registers; else 1 and 0 */
	const struct smmu_field_name *fields;    /* field_count of them; null when 0 */
	uint32_t field_count;
};
]]
   local function tbl(name, entries)
      for _, e in ipairs(entries) do
         if #e.fields > 0 then
            h.put("static const struct smmu_field_name %s[] = {", h.symbol("smmu_fields_" .. e.id))
            for _, f in ipairs(e.fields) do
               h.put('\t{ "%s", %d, %d, %d, %d },', f[1], word_of(f), f[3] % 64, width_of(f), f.addr and 1 or 0)
            end
            h.put("};")
         end
      end
      h.put("static const struct smmu_entry_name %s[] = {", h.symbol(name))
      for _, e in ipairs(entries) do
         h.put('\t{ "%s", 0x%xu, %du, "%s", %du, %du, %s, %du },', e.name, e.number, e.bits, e.page or "", e.count or 1, e.stride or 0,
            #e.fields > 0 and "smmu_fields_" .. e.id or "0", #e.fields)
      end
      h.put("};\nstatic const uint32_t %s_count = sizeof %s / sizeof %s[0];\n", name, name, name)
   end
   local registers, structures = {}, {}
   local groups = { cmd = { { id = "cmd_common", name = "*", number = 0, bits = arch.command_bytes * 8, fields = arch.command_common } },
      event = { { id = "event_common", name = "*", number = 0, bits = arch.event_bytes * 8, fields = arch.event_common } } }
   for _, r in ipairs(arch.registers) do
      registers[#registers + 1] = { id = "reg_" .. r.name:lower(), name = r.name, number = r.offset, bits = r.bits, page = r.page,
         count = r.count, stride = r.stride, fields = r.fields }
   end
   for _, s in ipairs(arch.structures) do
      structures[#structures + 1] = { id = "struct_" .. s.name:lower(), name = s.name, number = s.bytes, bits = s.bytes * 8, fields = s.fields }
   end
   for _, r in ipairs(records(arch)) do
      table.insert(groups[r.kind], { id = r.prefix:lower(), name = r.bare, number = r.number, bits = groups[r.kind][1].bits, fields = r.fields })
   end
   tbl("smmu_register_names", registers)
   tbl("smmu_structure_names", structures)
   tbl("smmu_command_names", groups.cmd)
   tbl("smmu_event_names", groups.event)
   h.put("#endif")
   return h.text()
end

local function sv_package(arch)
   local s = writer()
   s.put("// %s", MADE_BY)
   s.put [[
// SPDX-License-Identifier: Apache-2.0
// SMMUv3 register offsets, and LSB/MSB of the fields of registers, structures, commands and records (upper case names).
// Bits of structures count over the whole structure. Left out: behaviour. Proof: ctest arch.drift.
package smmuv3_arch_pkg;
]]
   local function uint(name, value) s.put("  localparam int unsigned %s = %d;", s.symbol(name), value) end
   local function enum(prefix, values, bits)
      for _, e in ipairs(sorted_enum(values)) do
         s.put("  localparam logic [%d:0] %s = %d'h%x;", bits - 1, s.symbol(prefix .. "_" .. e.name), bits, e.value)
      end
   end
   local function fields(prefix, list)
      for _, f in ipairs(list) do
         local name = (prefix .. "_" .. f[1]):upper()
         uint(name .. "_LSB", f[3])
         uint(name .. "_MSB", f[2])
         if f.enum then enum(name, f.enum, width_of(f)) end
      end
   end
   for _, e in ipairs(arch.enums) do enum(e.name, e.values, e.bits) end
   for _, r in ipairs(arch.registers) do
      s.put("\n  // %s: %s, %s, %d bits", r.name, r.page, r.access, r.bits)
      s.put("  localparam logic [19:0] %s = 20'h%05x;", s.symbol("REG_" .. r.name), r.offset)
      if r.count then
         uint("REG_" .. r.name .. "_COUNT", r.count)
         if not r.stride_varies then uint("REG_" .. r.name .. "_STRIDE", r.stride) end
      end
      fields(r.name, r.fields)
   end
   for _, t in ipairs(arch.structures) do
      s.put("\n  // %s", t.doc)
      uint(t.name .. "_BYTES", t.bytes)
      fields(t.name, t.fields)
   end
   s.put("\n  // Commands and event records")
   uint("CMD_BYTES", arch.command_bytes)
   fields("CMD", arch.command_common)
   uint("EVENT_BYTES", arch.event_bytes)
   fields("EVENT", arch.event_common)
   for _, r in ipairs(records(arch)) do
      s.put("\n  localparam logic [7:0] %s = 8'h%02x;", s.symbol(r.prefix), r.number)
      fields(r.prefix, r.fields)
   end
   s.put("")
   for _, a in ipairs(arch.command_aliases) do
      s.put("  localparam logic [7:0] %s = CMD_%s;  // %s", s.symbol("CMD_" .. a.name), a.of, a.doc)
   end
   s.put("endpackage")
   return s.text()
end

local function docs_page(arch)
   local d = writer()
   local function values(list)
      local text = {}
      for _, e in ipairs(sorted_enum(list)) do text[#text + 1] = ("%d %s"):format(e.value, e.name) end
      return table.concat(text, ", ")
   end
   local function fields(list)
      if #list == 0 then return d.put("No fields.\n") end
      d.put("| bits | field | meaning |\n|---|---|---|")
      for _, f in ipairs(list) do
         local note = {}
         if f.when then note[#note + 1] = ("Form: %s."):format(f.when) end
         if f.doc then note[#note + 1] = f.doc end
         if f.enum then note[#note + 1] = values(f.enum) .. "." end
         if f.enum_of then note[#note + 1] = ("Values: %s."):format(f.enum_of) end
         d.put("| %s | %s | %s |", f[2] == f[3] and f[2] or f[2] .. ":" .. f[3], f[1], table.concat(note, " "))
      end
      d.put("")
   end
   d.put("<!-- %s -->\n<!-- SPDX-License-Identifier: Apache-2.0 -->", MADE_BY)
   d.put [[
# Registers, structures, commands and records

The layouts Tandem uses, for the SMMUv3 architecture v3.0 to v3.3. Bits of a structure count over the whole structure:
bit 64 is bit 0 of its second 64-bit word. Bits not listed are RES0 or IMPLEMENTATION DEFINED.

## Not confirmed

These positions could not be confirmed, so the fields are absent: write 0 and ignore what is read.
]]
   for _, line in ipairs(arch.unsure) do d.put("- %s", line) end
   d.put("\n## Left out\n")
   for _, line in ipairs(arch.left_out) do d.put("- %s", line) end
   d.put("\n## Shared values\n\n| name | values |\n|---|---|")
   for _, e in ipairs(arch.enums) do d.put("| %s | %s |", e.name, values(e.values)) end
   d.put("\n## Registers\n\n`page0` and `page1` offsets count from the base of the SMMU, the others from the base of their page or queue.\n")
   d.put("| page | offset | register | bits | access | reset |\n|---|---|---|---|---|---|")
   for _, r in ipairs(arch.registers) do
      d.put("| %s%s | 0x%05x%s | %s | %d | %s | %s |", r.page, r.also and " or " .. r.also or "", r.offset,
         r.count and (" + %d * n, n < %d"):format(r.stride, r.count) or "", r.name, r.bits, r.access,
         math.type(r.reset) == "integer" and ("0x%x"):format(r.reset) or r.reset or r.access == "ro" and "fixed" or "-")
   end
   d.put("")
   for _, r in ipairs(arch.registers) do
      if #r.fields > 0 or r.doc then d.put("### %s\n", r.name) end
      if r.doc then d.put("%s\n", r.doc) end
      if #r.fields > 0 then fields(r.fields) end
   end
   d.put("## Structures\n")
   for _, s in ipairs(arch.structures) do d.put("### %s\n\n%s %d bytes.\n", s.name, s.doc, s.bytes) fields(s.fields) end
   d.put("## Commands\n\n16 bytes each, the opcode in bits 7:0.\n")
   local heading = "## Event records\n\n32 bytes each, the number in bits 7:0 and the StreamID in bits 63:32.\n"
   for _, r in ipairs(records(arch)) do
      if r.kind == "event" and heading then d.put(heading) heading = nil end
      d.put("### %s (0x%02x)\n", r.kind == "cmd" and r.prefix or r.bare, r.number)
      if r.secure then d.put("Illegal on a Non-secure queue; its fields are left out.\n") elseif r.doc then d.put("%s\n", r.doc) end
      if not r.secure then fields(r.fields) end
   end
   return (d.text():gsub("\n+$", "\n"))
end

---------------------------------------------------------------- main

local options, i = {}, 1
while i <= #arg do
   if arg[i] == "--check" then options.check = true
   elseif (arg[i] == "--root" or arg[i] == "--table") and arg[i + 1] then options[arg[i]:sub(3)], i = arg[i + 1], i + 1
   else stop(2, "unknown argument %s; use --root DIR [--check] [--table FILE]", arg[i]) end
   i = i + 1
end
if not options.root then stop(2, "--root DIR is missing") end
local path = options.table or options.root .. "/arch/smmuv3.lua"
local chunk, problem = loadfile(path)
if not chunk then stop(2, "%s", problem) end
local arch = chunk()
local good, why = pcall(layout.check, arch)
if not good then stop(2, "%s", type(why) == "table" and why.sentence or why) end

local outputs = {
   { "arch/gen", "smmuv3_arch.h", c_header },
   { "arch/gen", "smmuv3_names.h", names_header },
   { "rtl-stubs/gen", "smmuv3_arch_pkg.sv", sv_package },
   { "docs", "arch.md", docs_page },
}
local differs = false
for _, o in ipairs(outputs) do o.text = o[3](arch) end   -- all before any is written
for _, o in ipairs(outputs) do
   local folder, name, text = options.root .. "/" .. o[1], o[1] .. "/" .. o[2], o.text
   if options.check then
      local file = io.open(folder .. "/" .. o[2], "rb")
      local old = file and file:read("a")
      if file then file:close() end
      if old ~= text then
         io.stderr:write(("gen_arch: %s differs from the table; run lua5.4 arch/gen_arch.lua --root .\n"):format(name))
         differs = true
      end
   else
      local file, trouble = io.open(folder .. "/" .. o[2], "wb")
      if not file then stop(1, "cannot write %s", trouble) end
      file:write(text)
      file:close()
   end
end
os.exit(differs and 1 or 0)
