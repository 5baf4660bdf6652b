-- SPDX-License-Identifier: Apache-2.0
-- The checks a layout table must pass before anything is generated from it; the first problem is one sentence.
-- Not here: writing (gen_arch.lua). What it cannot know: whether a position is right. Proof: arch/test/test_gen.lua.

local layout = {}

local function stop(sentence, ...) error({ sentence = sentence:format(...) }, 0) end

function layout.sorted_enum(values)
   local list = {}
   for name, value in pairs(values) do list[#list + 1] = { name = name, value = value } end
   table.sort(list, function(a, b) if a.value ~= b.value then return a.value < b.value end return a.name < b.name end)
   return list
end

local function bits_of(f) return ("bits %d:%d"):format(f[2], f[3]) end
function layout.width_of(f) return f[2] - f[3] + 1 end

local function check_enum(where, values, bits)
   for _, e in ipairs(layout.sorted_enum(values)) do
      if e.value < 0 or (bits < 63 and e.value >> bits ~= 0) then
         stop("%s: value %s = %d does not fit %d bit(s)", where, e.name, e.value, bits)
      end
   end
end

local function check_fields(owner, fields, total_bits, shared)
   local seen = {}
   for i, f in ipairs(fields) do
      if type(f[1]) ~= "string" or math.type(f[2]) ~= "integer" or math.type(f[3]) ~= "integer" then
         stop("%s: field %d is not { name, most significant bit, least significant bit }", owner, i)
      end
      local name = owner .. "." .. f[1]
      local twin = seen[f[1]]
      if twin then stop("%s is defined twice, in %s and in %s", name, bits_of(twin), bits_of(f)) end
      if f[2] < f[3] then stop("%s: most significant bit %d is below least significant bit %d", name, f[2], f[3]) end
      if f[3] < 0 or f[2] >= total_bits then stop("%s: %s do not fit %d bits", name, bits_of(f), total_bits) end
      if f[2] // 64 ~= f[3] // 64 then stop("%s: %s cross a 64-bit word", name, bits_of(f)) end
      for _, g in ipairs(fields) do
         if g == f then break end
         local apart = f.when and g.when and f.when ~= g.when
         if not apart and f[2] >= g[3] and g[2] >= f[3] then
            stop("%s: %s overlap %s, %s", name, bits_of(f), owner .. "." .. g[1], bits_of(g))
         end
      end
      if f.enum then check_enum(("%s (%s)"):format(name, bits_of(f)), f.enum, layout.width_of(f)) end
      if f.enum_of and not shared[f.enum_of] then stop("%s: enum_of names %s, which enums does not hold", name, f.enum_of) end
      seen[f[1]] = f
   end
end

local function check_registers(registers, shared)
   local names, pages = {}, {}
   for _, r in ipairs(registers) do
      local where = ("register %s"):format(r.name)
      if names[r.name] then stop("%s is defined twice, at 0x%x and at 0x%x", where, names[r.name].offset, r.offset) end
      names[r.name] = r
      if r.bits ~= 32 and r.bits ~= 64 then stop("%s: %s bits is not 32 or 64", where, r.bits) end
      if not ({ ro = 1, rw = 1, wo = 1 })[r.access] then stop("%s: access %s is not ro, rw or wo", where, r.access) end
      check_fields(r.name, r.fields, r.bits, shared)
      local bytes = pages[r.page] or {}
      pages[r.page] = bytes
      for i = 0, (r.count or 1) - 1 do
         local first = r.offset + i * (r.stride or 0)
         if first % (r.bits // 8) ~= 0 then stop("%s: offset 0x%x is not aligned to its %d bits", where, first, r.bits) end
         for at = first, first + r.bits // 8 - 1 do
            if bytes[at] then stop("%s overlaps register %s at 0x%x in %s", where, bytes[at], at, r.page) end
            bytes[at] = r.name
         end
      end
   end
end

local function check_numbered(kind, key, list, bytes, common, shared)
   local names, numbers = {}, {}
   for _, entry in ipairs(list) do
      local number = entry[key]
      if names[entry.name] then stop("%s %s is defined twice", kind, entry.name) end
      if number < 0 or number > 0xff then stop("%s %s: %s 0x%02x does not fit 8 bits", kind, entry.name, key, number) end
      if numbers[number] then stop("%s %s: %s 0x%02x is already that of %s", kind, entry.name, key, number, numbers[number]) end
      names[entry.name], numbers[number] = true, entry.name
      local fields = {}   -- a record may not reuse the bits of a common field unless it is that field
      for _, f in ipairs(common) do fields[#fields + 1] = f end
      for _, f in ipairs(entry.fields) do
         local same
         for _, g in ipairs(common) do same = same or (g[1] == f[1] and g[2] == f[2] and g[3] == f[3]) end
         if not same then fields[#fields + 1] = f end
      end
      check_fields(entry.name, fields, bytes * 8, shared)
   end
end

function layout.check(arch)
   local shared, structures = {}, {}
   for _, e in ipairs(arch.enums) do
      if shared[e.name] then stop("enum %s is defined twice", e.name) end
      shared[e.name] = e
      check_enum("enum " .. e.name, e.values, e.bits)
   end
   check_registers(arch.registers, shared)
   for _, s in ipairs(arch.structures) do
      if structures[s.name] then stop("structure %s is defined twice", s.name) end
      structures[s.name] = true
      check_fields(s.name, s.fields, s.bytes * 8, shared)
   end
   check_numbered("command", "opcode", arch.commands, arch.command_bytes, arch.command_common, shared)
   check_numbered("event", "number", arch.events, arch.event_bytes, arch.event_common, shared)
end

return layout
