-- SPDX-License-Identifier: Apache-2.0
-- The layout table as scenarios see it (t.arch): every list can also be indexed by name, and words can be decoded.
-- Left out: where the words come from. Proof: tb/lua/test/test_prelude.cpp.

local layout = {}

local function by_name(list)
   local all = {}
   for i, entry in ipairs(list) do
      local fields = {}
      for n, f in ipairs(entry.fields or {}) do
         local field = { name = f[1], msb = f[2], lsb = f[3], addr = f.addr, enum = f.enum, enum_of = f.enum_of, when = f.when }
         fields[n] = field
         -- Where two forms of a word share a name or bits, the first form is the one without a special condition.
         fields[f[1]] = fields[f[1]] or field
      end
      local copy = {}
      for key, value in pairs(entry) do copy[key] = value end
      copy.fields = fields
      all[i] = copy
      all[entry.name] = copy
   end
   return all
end

-- Value of one field of an array of 64-bit words. A field never crosses a word; address fields stay in place.
function layout.field(words, field)
   local word = words[field.lsb // 64 + 1]
   local low, high = field.lsb % 64, field.msb % 64
   local mask = high - low == 63 and -1 or (1 << (high - low + 1)) - 1
   if field.addr then return word & (mask << low) end
   return (word >> low) & mask
end

function layout.decode(fields, words)
   local out = {}
   for _, field in ipairs(fields) do
      if out[field.name] == nil then out[field.name] = layout.field(words, field) end
   end
   return out
end

function layout.build(arch)
   local t = {
      registers = by_name(arch.registers), structures = by_name(arch.structures),
      commands = by_name(arch.commands), events = by_name(arch.events), enums = {},
   }
   for _, e in ipairs(arch.enums) do t.enums[e.name] = e.values end

   local by_opcode, by_number = {}, {}
   for _, c in ipairs(t.commands) do by_opcode[c.opcode] = c end
   for _, e in ipairs(t.events) do by_number[e.number] = e end

   -- { d0, d1 } -> { name =, FIELD = ..., raw = }
   function t.decode_command(words)
      local command = by_opcode[words[1] & 0xff]
      if not command then return { name = string.format("opcode 0x%02x", words[1] & 0xff), raw = words } end
      local out = layout.decode(command.fields, words)
      out.name, out.raw = command.name, words
      if command.name == "CFGI_STE_RANGE" and out.Range == 31 then out.name = "CFGI_ALL" end
      return out
   end

   -- Puts { FIELD = ... } into words -> words; nil and a sentence when there is no such field or a value does not fit.
   local function encode(known, words, fields)
      for key, value in pairs(fields) do
         local field = type(key) == "string" and known.fields[key]
         if not field then return nil, known.name .. " has no field " .. tostring(key) end
         if math.type(value) ~= "integer" then
            return nil, string.format("%s.%s must be an integer, got %s", known.name, key, tostring(value))
         end
         local low, width = field.lsb % 64, field.msb - field.lsb + 1
         local mask = width == 64 and -1 or (1 << width) - 1
         local shifted = field.addr and value or value << low
         if shifted & ~(mask << low) ~= 0 and field.addr then
            return nil, string.format("%s.%s has bits %d to %d of an address, got 0x%x", known.name, key, low, low + width - 1, value)
         end
         if shifted & ~(mask << low) ~= 0 or (not field.addr and value & ~mask ~= 0) then
            return nil, string.format("%s.%s takes %d bits", known.name, key, width)
         end
         words[field.lsb // 64 + 1] = words[field.lsb // 64 + 1] | shifted
      end
      return words
   end

   -- { name =, FIELD = ... } or { raw = { d0, d1 } } -> { d0, d1 }; nil and a sentence when there is no such command or field.
   function t.encode_command(command)
      if type(command) ~= "table" then return nil, "a command is a table" end
      local raw = command.raw
      if raw then
         local good = type(raw) == "table" and #raw == 2 and math.type(raw[1]) == "integer" and math.type(raw[2]) == "integer"
         if not good then return nil, "raw must be two integers, the words of the command" end
         return raw
      end
      local known = type(command.name) == "string" and t.commands[command.name]
      if not known then return nil, "there is no command " .. tostring(command.name) end
      local fields = {}
      for key, value in pairs(command) do if key ~= "name" then fields[key] = value end end
      return encode(known, { known.opcode, 0 }, fields)
   end

   -- 4 words -> { name =, StreamID =, FIELD = ..., raw = }
   function t.decode_event(words)
      local event = by_number[words[1] & 0xff]
      if not event then return { name = string.format("event 0x%02x", words[1] & 0xff), raw = words } end
      local out = layout.decode(event.fields, words)
      out.name, out.StreamID, out.raw = event.name, (words[1] >> 32) & 0xffffffff, words
      return out
   end

   -- ("STE", { FIELD = ... }) -> its words; nil and a sentence when there is no such structure or field.
   function t.encode_structure(name, fields)
      local known = type(name) == "string" and t.structures[name]
      if not known then return nil, "there is no structure " .. tostring(name) end
      if type(fields) ~= "table" then return nil, "the fields of a structure are a table" end
      local words = {}
      for word = 1, known.bytes // 8 do words[word] = 0 end
      return encode(known, words, fields)
   end

   function t.decode_structure(name, words)
      local out = layout.decode(t.structures[name].fields, words)
      out.raw = words
      return out
   end

   return t
end

return layout
