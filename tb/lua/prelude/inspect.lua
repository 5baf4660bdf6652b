-- SPDX-License-Identifier: Apache-2.0
-- What `tandem shell` shows of a run that stands still: registers, table entries, walks, queues, caches, memory.
-- Reads registers and RAM only, and calls nothing of the scenario. Words are in `words`; a command answers text, or nil and a
-- sentence about a wrong argument.
-- Left out: stopping and going on (tb/shell). Proof: tb/shell/test/shell_test.lua.
--
-- host: smmus = { { name =, backend = } }, register(smmu, offset, bits) -> value or nil, word(pa) -> value or nil, ram_base, ram_bytes,
-- cache(smmu), waiting(), stats(smmu) -> text, records(n) -> text

return function(host, arch)
   local inspect, chosen = {}, 1
   local function hex(v) return string.format("0x%x", v) end
   local function wrong(...) error({ sentence = string.format(...) }, 0) end

   -- Fields that are not zero, as NAME=value, broken into lines. An enumerated value shows its name.
   local function fields_text(fields, words, indent)
      local lines, line, seen = {}, indent, {}
      for _, f in ipairs(fields) do
         local value = not seen[f.name] and inspect.layout.field(words, f) or 0
         seen[f.name] = true
         if value ~= 0 then
            local text = f.name .. "=" .. hex(value)
            for name, v in pairs(f.enum or f.enum_of and arch.enums[f.enum_of] or {}) do
               if v == value then text = f.name .. "=" .. name end
            end
            if #line + #text > 118 then lines[#lines + 1], line = line, indent end
            line = line .. (line == indent and "" or " ") .. text
         end
      end
      lines[#lines + 1] = line
      return (table.concat(lines, "\n"):gsub("%s+$", ""))
   end
   local page_base = { pmcg0 = 0x20000, pmcg1 = 0x30000 }
   local function register(name)
      local r = arch.registers[name]
      return host.register(chosen, (page_base[r.page] or 0) + r.offset, r.bits)
   end
   local function need(name)
      local value = register(name)
      if not value then wrong("%s of %s is not known yet: nobody has read or written it", name, host.smmus[chosen].name) end
      return value
   end
   local function field_of(name, field) return inspect.layout.field({ need(name) }, arch.registers[name].fields[field]) end
   local function word(pa)
      local value = host.word(pa)
      if not value then wrong("PA %s is not in RAM, which is %s..%s", hex(pa), hex(host.ram_base), hex(host.ram_base + host.ram_bytes - 1)) end
      return value
   end
   local function structure_words(pa, name)
      local words = {}
      for i = 1, arch.structures[name].bytes // 8 do words[i] = word(pa + 8 * (i - 1)) end
      return words
   end
   local function number(text, what, most)
      local value = text and (math.tointeger(tonumber(text)))
      if not value or value < 0 and most or most and value > most then
         wrong("%s must be a number%s, decimal or with 0x, got '%s'", what, most and " up to " .. hex(most) or "", text or "")
      end
      return value
   end

   -- Table entries ------------------------------------------------------------------------------------------------------
   local out
   local function say(...) out[#out + 1] = string.format(...) end
   local function show_entry(name, what, pa, words)
      say("%s %s at PA %s", name, what, hex(pa))
      say("%s", fields_text(arch.structures[name].fields, words, "  "))
   end

   local function find_ste(sid)
      local base, size = need("STRTAB_BASE") & 0x000fffffffffffc0, field_of("STRTAB_BASE_CFG", "LOG2SIZE")
      if sid >> size ~= 0 then wrong("StreamID %s is outside the stream table, which has 2^%d entries", hex(sid), size) end
      local pa = base + 64 * sid
      if field_of("STRTAB_BASE_CFG", "FMT") == 1 then
         local split = field_of("STRTAB_BASE_CFG", "SPLIT")
         local at = base + 8 * (sid >> split)
         local l1 = { word(at) }
         show_entry("L1STD", "of StreamID " .. hex(sid), at, l1)
         local d = arch.decode_structure("L1STD", l1)
         local index = sid & (1 << split) - 1
         if d.Span == 0 or index >> (d.Span - 1) ~= 0 then
            say("  no STE: Span covers %d StreamIDs of this array", d.Span == 0 and 0 or 1 << d.Span - 1)
            return nil
         end
         pa = d.L2Ptr + 64 * index
      end
      local words = structure_words(pa, "STE")
      show_entry("STE", "of StreamID " .. hex(sid), pa, words)
      local ste = arch.decode_structure("STE", words)
      if ste.V == 0 then say("  V=0: not valid") return nil end
      return ste
   end

   local walk2
   -- Where stage 1 structures of a nested stream are: their addresses are IPAs.
   local function through(ste, address, what)
      if ste.Config ~= 7 then return address end
      say("%s at IPA %s:", what, hex(address))
      return walk2(ste, address)
   end
   local function find_cd(ste, ssid)
      if ste.Config & 1 == 0 then say("Config of the STE has no stage 1, so there is no CD") return nil end
      if ssid >> ste.S1CDMax ~= 0 then say("SubstreamID %s is outside the CD table of 2^%d entries", hex(ssid), ste.S1CDMax) return nil end
      local pa = ste.S1ContextPtr + 64 * ssid
      if ste.S1CDMax > 0 and ste.S1Fmt ~= 0 then
         local split = ste.S1Fmt == 1 and 6 or 10
         local at = through(ste, ste.S1ContextPtr + 8 * (ssid >> split), "L1CD")
         if not at then return nil end
         local l1 = { word(at) }
         show_entry("L1CD", "of SubstreamID " .. hex(ssid), at, l1)
         local d = arch.decode_structure("L1CD", l1)
         if d.V == 0 then say("  V=0: no CD") return nil end
         pa = d.L2Ptr + 64 * (ssid & (1 << split) - 1)
      end
      pa = through(ste, pa, "CD")
      if not pa then return nil end
      local words = structure_words(pa, "CD")
      show_entry("CD", "of SubstreamID " .. hex(ssid), pa, words)
      local cd = arch.decode_structure("CD", words)
      if cd.V == 0 then say("  V=0: not valid") return nil end
      return cd
   end

   -- One stage. table_at(address) -> PA of a descriptor, or nil. Answers the output address, or nil.
   local function walk(stage, input, root, input_bits, granule, start, table_at)
      local stride = granule - 3
      local base, level = root, start
      while true do
         local low = granule + (3 - level) * stride
         -- The start level of stage 2 may be several tables side by side.
         local top = level == start and input_bits - 1 or low + stride - 1
         local at = base + 8 * (input >> low & (1 << top - low + 1) - 1)
         local pa = table_at(at)
         if not pa then return nil end
         local d = word(pa)
         local kind = d & 3
         local address = d & 0x0000fffffffff000 & ~((1 << granule) - 1)
         if granule == 16 then address = address | (d >> 12 & 0xf) << 48 end
         local is_leaf = level == 3 and kind == 3 or level < 3 and kind == 1
         if is_leaf then
            local size = 1 << low
            local result = address & ~(size - 1) | input & size - 1
            say("stage %d level %d at PA %s: %s, %s of 2^%d bytes -> %s %s", stage, level, hex(pa), hex(d), level == 3 and "page" or "block", low,
               stage == 1 and "output" or "PA", hex(result))
            say("%s", fields_text(arch.structures[stage == 1 and "S1LEAF" or "S2LEAF"].fields, { d & ~0x0000fffffffff003 }, "  "))
            return result
         end
         if level == 3 or kind ~= 3 then
            say("stage %d level %d at PA %s: %s, %s", stage, level, hex(pa), hex(d), kind & 1 == 0 and "not valid" or "reserved")
            return nil
         end
         say("stage %d level %d at PA %s: %s, table %s", stage, level, hex(pa), hex(d), hex(address))
         base, level = address, level + 1
      end
   end
   local granule_of_tg0, granule_of_tg1 = { [0] = 12, [1] = 16, [2] = 14 }, { [1] = 14, [2] = 12, [3] = 16 }
   local function start_level(input_bits, granule)
      local stride = granule - 3
      return 4 - (input_bits - granule + stride - 1) // stride
   end
   function walk2(ste, ipa)
      local granule, bits = granule_of_tg0[ste.S2TG], 64 - ste.S2T0SZ
      if not granule then say("S2TG is reserved") return nil end
      if ipa >> bits ~= 0 then say("IPA %s is beyond S2T0SZ: %d bits", hex(ipa), bits) return nil end
      local start = granule == 12 and 2 - ste.S2SL0 or 3 - ste.S2SL0
      return walk(2, ipa, ste.S2TTB, bits, granule, start, function(pa) return pa end)
   end
   local function walk1(ste, cd, va)
      local upper = va >> 55 & 1 == 1
      local tsz, epd, ttb = upper and cd.T1SZ or cd.T0SZ, upper and cd.EPD1 or cd.EPD0, upper and cd.TTB1 or cd.TTB0
      local granule = upper and granule_of_tg1[cd.TG1] or not upper and granule_of_tg0[cd.TG0]
      local bits = 64 - tsz
      if epd == 1 then say("EPD%d: no walks in this half", upper and 1 or 0) return nil end
      if not granule then say("TG%d is reserved", upper and 1 or 0) return nil end
      local sign = upper and -1 or 0
      local masked = (upper and cd.TBI1 or cd.TBI0) == 1 and (va & 0x00ffffffffffffff | sign << 56) or va
      if masked >> bits ~= (upper and (1 << 64 - bits) - 1 or 0) then say("IOVA %s is beyond T%dSZ: %d bits", hex(va), upper and 1 or 0, bits) return nil end
      return walk(1, va & (1 << bits) - 1, ttb, bits, granule, start_level(bits, granule),
         function(at) if ste.Config == 7 then return walk2(ste, at) end return at end)
   end

   -- Commands -------------------------------------------------------------------------------------------------------------
   local commands = {}
   commands.smmu = function(words)
      for i, s in ipairs(host.smmus) do
         if s.name == words[2] then chosen = i end
         say("%s %s (%s)", i == chosen and "*" or " ", s.name, s.backend)
      end
      if words[2] and host.smmus[chosen].name ~= words[2] then
         local names = {}
         for i, s in ipairs(host.smmus) do names[i] = s.name end
         wrong("there is no SMMU '%s'; the platform has %s", words[2], table.concat(names, ", "))
      end
   end
   commands.regs = function(words)
      local found, unknown = false, 0
      for _, r in ipairs(arch.registers) do
         local wanted = #words == 1 and (r.page == "page0" or r.page == "page1") and not r.count
         for i = 2, #words do wanted = wanted or r.name:sub(1, #words[i]) == words[i]:upper() end
         if wanted then
            found = true
            local value = register(r.name)
            if not value then
               unknown = unknown + 1
            elseif #words > 1 then
               say("%-20s %s", r.name, hex(value))
               local text = fields_text(r.fields, { value }, "  ")
               if text ~= "" then say("%s", text) end
            elseif value ~= 0 then
               say("%-20s %s", r.name, hex(value))
            end
         end
      end
      if not found then wrong("no register begins with '%s'", words[2]) end
      if #words == 1 then say("(those that are 0 are left out%s)", unknown > 0 and ", and " .. unknown .. " that nobody has read or written yet" or "")
      elseif unknown > 0 then say("(%d registers that nobody has read or written yet are left out)", unknown) end
      if host.smmus[chosen].backend ~= "tlm" then say("(as last read or written: this backend does not let them be looked at)") end
   end
   commands.ste = function(words) find_ste(number(words[2], "the StreamID", 0xffffffff)) end
   commands.cd = function(words)
      local ste = find_ste(number(words[2], "the StreamID", 0xffffffff))
      if ste then find_cd(ste, words[3] and number(words[3], "the SubstreamID", 0xfffff) or 0) end
   end
   commands.walk = function(words)
      local sid = number(words[2], "the StreamID", 0xffffffff)
      local ssid = words[4] and number(words[3], "the SubstreamID", 0xfffff) or 0
      local iova = number(words[4] or words[3], "the IOVA")
      local ste = find_ste(sid)
      if not ste then return end
      if ste.Config == 4 then say("bypass: PA %s", hex(iova)) return end
      if ste.Config & 4 == 0 then say("Config of the STE aborts every access") return end
      local address = iova
      if ste.Config & 1 == 1 then
         local cd = find_cd(ste, ssid)
         address = cd and walk1(ste, cd, iova)
      end
      if address and ste.Config & 2 == 2 then address = walk2(ste, address) end
      say("%s", address and string.format("IOVA %s -> PA %s", hex(iova), hex(address)) or "no translation")
   end
   local function show_queue(name, decode, words_each)
      local base, log2 = need(name .. "_BASE"), need(name .. "_BASE") & 0x1f
      local mask = (2 << log2) - 1
      local prod, cons = need(name .. "_PROD") & mask, need(name .. "_CONS") & mask
      local count = prod - cons & mask
      say("%s: %d of %d entries, PROD %s, CONS %s, at PA %s", name, count, 1 << log2, hex(prod), hex(cons), hex(base & 0x000fffffffffffe0))
      for i = 0, math.min(count, 32) - 1 do
         local slot = cons + i & (1 << log2) - 1
         local words = {}
         for n = 1, words_each do words[n] = word((base & 0x000fffffffffffe0) + 8 * (words_each * slot + n - 1)) end
         local entry, list = decode(words)
         local stream = words_each == 4 and "StreamID=" .. hex(entry.StreamID or 0) .. " " or ""
         say("  %4d %s %s%s", slot, entry.name, stream, list and fields_text(list.fields, words, "") or "")
      end
      if count > 32 then say("  ... %d more", count - 32) end
   end
   commands.queues = function()
      show_queue("CMDQ", function(words) local c = arch.decode_command(words) return c, arch.commands[c.name] end, 2)
      show_queue("EVENTQ", function(words) local e = arch.decode_event(words) return e, arch.events[e.name] end, 4)
   end
   commands.cache = function()
      local text = host.cache(chosen)
      say("%s", text ~= "" and text or "this backend (" .. host.smmus[chosen].backend .. ") does not show its caches")
      say("%s", host.stats(chosen))
   end
   commands.mem = function(words)
      local pa, count = number(words[2], "the PA"), words[3] and number(words[3], "the number of words", 512) or 8
      for i = 0, count - 1 do say("%s: 0x%016x", hex(pa + 8 * i), word(pa + 8 * i)) end
   end
   commands.trace = function(words) say("%s", host.records(words[2] and number(words[2], "the number of records", 1000) or 10)) end
   commands.threads = function() say("%s", host.waiting()) end

   -- A command line -> text, whether it is good. nil: no command of this file.
   function inspect.run(line)
      local words = {}
      for w in line:gmatch("%S+") do words[#words + 1] = w end
      local command = commands[words[1] or ""]
      if not command then return nil end
      out = {}
      local good, problem = pcall(command, words)
      if good then return table.concat(out, "\n") .. "\n", true end
      if type(problem) ~= "table" then return words[1] .. ": " .. tostring(problem) .. "\n", false end
      out[#out + 1] = words[1] .. ": " .. problem.sentence
      return table.concat(out, "\n") .. "\n", false
   end
   return inspect
end
