-- SPDX-License-Identifier: Apache-2.0
-- What no driver writes: random stream tables, contexts and tables of both stages, made by hand, with changes, the invalidations that
-- the architecture asks for, broadcasts, prefetches, illegal commands, full event queues. A run alone shows that everything ends and every
-- byte arrives; its use is `--compare`: two implementations must agree about every access, event, command and error.
-- What software must keep apart is kept apart: one tag (VMID, ASID, ASET) has one set of tables and of CD fields that a TLB may keep, global
-- pages of a VMID and ASET are the same for all its ASIDs, and nothing is accessed between a change and its SYNC.
-- With `-p exact=1` they must also keep what an invalidation does not name: the architecture lets an SMMU drop more, model and RTL here do not.
-- Left out: ATS, stalls, HTTU, 52-bit addresses, several accesses at once (rtl.lockstep has some of these).

local scenario = {
   title = "Hand-made worlds: every implementation says the same about what no driver writes",
   needs = { "S1P" },
   seed = 99,
   params = { worlds = 12, steps = 60, exact = 0 },
   no_check = { "commands", "tables", "stale" },      -- they know what a driver stored
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0", pmcg_counters = 4 }, { name = "narrow", pmcg_counters = 4, idr = { ASID16 = 0 } } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 }, ssid_bits = 4 },
         { name = "dma1", smmu = "narrow", sids = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 1000, wall_s = 120 },
   },
}

local random = math.random
local function chance(percent) return random(100) <= percent end
local function pick(list) return list[random(#list)] end

local STREAMS, CONTEXTS, MIB = 16, 8, 1 << 20
local granules = {
   { page = 12, tg0 = 0, tg1 = 2, name = "4K", sizes = { 25, 16, 34, 28 }, blocks = { 1, 2 }, feature = "GRAN4K", command = 1, s2 = { T0SZ = 25, SL0 = 1, bits = 39 } },
   { page = 14, tg0 = 2, tg1 = 1, name = "16K", sizes = { 17, 28, 26, 34 }, blocks = { 2 }, feature = "GRAN16K", command = 2, s2 = { T0SZ = 28, SL0 = 1, bits = 36 } },
   { page = 16, tg0 = 1, tg1 = 3, name = "64K", sizes = { 22, 27, 24, 33 }, blocks = { 2 }, feature = "GRAN64K", command = 3, s2 = { T0SZ = 24, SL0 = 1, bits = 40 } },
}

function scenario.run(t)
   local ram = t.ram
   local s, dma                                                  -- the SMMU and the master of the world
   local stage2, asid16, hyp, btm, usable
   local function go_to(smmu, master)
      s, dma, usable = smmu, master, {}
      stage2, asid16 = s:field("IDR0", "S2P") == 1, s:field("IDR0", "ASID16") == 1
      hyp, btm = s:field("IDR0", "HYP") == 1, s:field("IDR0", "BTM") == 1
      for _, g in ipairs(granules) do
         if s:field("IDR5", g.feature) == 1 then usable[#usable + 1] = g end
      end
   end
   local DATA, DATA_BYTES = ram.base + 32 * MIB, 8 * MIB       -- what accesses may reach
   local TABLES = ram.base + 8 * MIB                           -- structures and tables, up to DATA
   local queue = { cmd = ram.base + MIB, event = ram.base + MIB + 0x10000, log2 = 5 }

   local function register(name) return t.arch.registers[name] end
   local function write(name, value)
      local r = register(name)
      if r.bits == 64 then s:write64(r.offset, value) else s:write32(r.offset, value) end
   end
   local function wait(what, fn) t:wait_until(fn, { timeout_us = 2000, what = what }) end
   local function switch(value)
      write("CR0", value)
      wait("CR0ACK", function() return s:reg("CR0ACK") == value end)
   end
   local function put(structure, pa, fields)
      for i, word in ipairs(assert(t.arch.encode_structure(structure, fields))) do ram.write64(pa + 8 * (i - 1), word) end
   end

   -- ---- queues --------------------------------------------------------------------------------------------------------------------

   local function slot() return queue.cmd + 16 * (queue.prod & (1 << queue.log2) - 1) end
   local function push_words(words)
      ram.write64(slot(), words[1])
      ram.write64(slot() + 8, words[2])
      queue.prod = queue.prod + 1 & (2 << queue.log2) - 1
   end
   -- A command that is refused is shown and becomes a SYNC.
   local function run_commands()
      write("CMDQ_PROD", queue.prod)
      for _ = 1, 8 do
         wait("the command queue", function() return s:reg("CMDQ_CONS") & 0xfffff == queue.prod or (s:reg("GERROR") ~ s:reg("GERRORN")) & 1 == 1 end)
         if (s:reg("GERROR") ~ s:reg("GERRORN")) & 1 == 0 then return end
         local cons = s:reg("CMDQ_CONS")
         t:snapshot(string.format("CMDQ_CONS is 0x%x", cons))
         local at = queue.cmd + 16 * (cons & (1 << queue.log2) - 1)
         local sync = assert(t.arch.encode_command { name = "SYNC" })
         ram.write64(at, sync[1])
         ram.write64(at + 8, sync[2])
         write("GERRORN", s:reg("GERRORN") ~ 1)
      end
   end
   -- Where ASIDs have 8 bits the SMMU does not look at the upper ones of a command.
   local function command(given, quiet)
      if given.ASID and not asid16 then given.ASID = given.ASID & 0xff | random(0, 255) << 8 end
      local words = assert(t.arch.encode_command(given))
      if given.name == "TLBI_S2_IPA" then words[2] = words[2] | random(0, 0xfff) << 52 end      -- nor at what is above an IPA
      push_words(words)
      if not quiet then run_commands() end
   end
   local function commands(list)
      for _, given in ipairs(list) do command(given, true) end
      command { name = "SYNC" }
   end
   local function drain()
      local prod = s:reg("EVENTQ_PROD")
      t:snapshot(string.format("EVENTQ_PROD is 0x%x, GERROR 0x%x", prod, s:reg("GERROR")))
      write("EVENTQ_CONS", prod)
   end

   -- ---- one world ---------------------------------------------------------------------------------------------------------------------

   local top                                                     -- memory for tables, given out once per world
   local function take(bytes, align)
      top = (top + align - 1) & ~(align - 1)
      local pa = top
      top = top + bytes
      if top > DATA then t:skip("the tables of this world do not fit") end
      for at = pa, pa + bytes - 1, 8 do ram.write64(at, 0) end
      return pa
   end
   local function shift_of(g, level) return g.page + (3 - level) * (g.page - 3) end

   -- A tree: tables are made where a leaf needs them. `into` says what a descriptor's address is at the level below (an IPA for stage 1 under stage 2).
   local function new_tree(g, bits, limits)
      local tree = { g = g, bits = bits, start = 4 - math.ceil((bits - g.page) / (g.page - 3)), tables = {}, leaves = {}, limits = limits }
      local entries = 1 << bits - shift_of(g, tree.start)
      tree.root = take(math.max(8 * entries, 64), math.max(8 * entries, 64))
      return tree
   end
   local function descriptor_pa(tree, va, level)
      local at, now = tree.root, tree.start
      while true do
         local mask = now == tree.start and (1 << tree.bits - shift_of(tree.g, now)) - 1 or (1 << tree.g.page - 3) - 1
         local entry = at + 8 * (va >> shift_of(tree.g, now) & mask)
         if now == level then return entry end
         local word = ram.read64(entry)
         if word & 3 == 1 then return nil end                    -- a block is in the way
         if word & 3 == 0 then
            local next_table = take(1 << tree.g.page, 1 << tree.g.page)
            word = next_table | 3 | (tree.limits and chance(15) and random(0, 15) << 59 or 0)
            ram.write64(entry, word)
            tree.tables[#tree.tables + 1] = entry
         end
         at, now = word & 0xfffffffff000 & ~((1 << tree.g.page) - 1), now + 1
      end
   end
   local function s1_attributes(global)
      local word = 1 << 10 | (global and 0 or 1 << 11) | (chance(60) and 1 << 6 or pick { 0, 1 << 7, 3 << 6 }) | random(0, 7) << 2 | random(0, 3) << 8
      if chance(8) then word = word & ~(1 << 10) end
      if chance(25) then word = word | random(0, 3) << 53 end
      return word
   end
   local function s2_attributes()
      local word = 1 << 10 | (chance(75) and 3 << 6 or random(0, 3) << 6) | pick { 15, 15, 15, 5, 1, 0 } << 2 | random(0, 3) << 8
      if chance(8) then word = word & ~(1 << 10) end
      return word | (chance(15) and random(0, 3) << 53 or 0)
   end
   -- A page or block that leads into the data -> the leaf.
   local function add_leaf(tree, half, attributes)
      local g = tree.g
      local level = chance(60) and 3 or pick(g.blocks)
      if level < tree.start then level = 3 end
      local size = 1 << shift_of(g, level)
      local target = DATA + random(0, DATA_BYTES // 4096 - 1) * 4096
      local va = (random(0, 3) * size + (chance(30) and random(0, 3) << math.min(tree.bits - 2, 40) or 0)) & (1 << tree.bits) - 1
      local at = descriptor_pa(tree, va, level)
      if not at or ram.read64(at) ~= 0 then return end
      local word = target & ~(size - 1) | attributes | (level == 3 and 3 or 1)
      if chance(4) then word = word | 1 << 45 end                -- beyond the output size
      ram.write64(at, word)
      local leaf = { va = va & ~(size - 1) | target & size - 1 & ~0xfff | half, at = at, size = size, level = level, word = word, tree = tree, target = target }
      table.insert(tree.leaves, leaf)
   end
   -- Stage 2 of one VMID maps an IPA when something needs it.
   local function identity(guest, ipa)
      local at = descriptor_pa(guest.tree, ipa, 3)
      if at and ram.read64(at) == 0 then
         ram.write64(at, ipa & ~((1 << guest.tree.g.page) - 1) | 1 << 10 | 3 << 6 | 15 << 2 | 3 << 8 | 3)
      end
   end

   local function world(number)
      top = TABLES
      queue.prod = 0
      local two_level = chance(40)
      local strtab
      if not two_level then
         strtab = take(64 * STREAMS, 64 * STREAMS)
      else
         local leaves = take(64 * 64, 64 * 64)
         strtab = take(64, 64)
         -- SPLIT = 6: one descriptor covers 64 StreamIDs, of which the Span has 8, 16 or all.
         ram.write64(strtab, leaves | pick { 4, 5, 7, 7 })
      end
      write("STRTAB_BASE", strtab)
      write("STRTAB_BASE_CFG", two_level and 1 << 16 | 6 << 6 | 7 or 4)
      write("CR1", 0xd75)
      local e2h = hyp and chance(30)
      write("CR2", (chance(70) and 2 or 0) | (e2h and 1 or 0))
      write("CMDQ_BASE", queue.cmd | queue.log2)
      write("CMDQ_PROD", 0)
      write("CMDQ_CONS", 0)
      write("EVENTQ_BASE", queue.event | random(2, 5))
      write("EVENTQ_PROD", 0)
      write("EVENTQ_CONS", 0)
      switch(8)
      commands { { name = "CFGI_STE_RANGE", Range = 31 }, { name = "TLBI_NSNH_ALL" } }
      if hyp then commands { { name = "TLBI_EL2_ALL" } } end

      -- Address spaces. `guests` are VMIDs with a stage 2; the upper half of a VMID and ASET is the same for all its ASIDs.
      local spaces, guests, uppers = {}, {}, {}
      for vmid = 11, 12 do
         local g = pick(usable)
         if stage2 then guests[vmid] = { vmid = vmid, g = g, tree = new_tree(g, g.s2.bits), affd = chance(15) and 1 or 0, ptw = chance(20) and 1 or 0 } end
      end
      local function upper_of(vmid, aset)
         local key = vmid << 1 | aset
         if not uppers[key] then
            local g = pick(usable)
            local size = pick(g.sizes)
            local globals = chance(75)
            local upper = { g = g, size = size, tree = new_tree(g, 64 - size, true), epd = chance(20) and 1 or 0,
               fields = { WXN = chance(15) and 1 or 0, PAN = chance(15) and 1 or 0, AFFD = chance(15) and 1 or 0, HAD1 = chance(15) and 1 or 0,
                  E0PD1 = chance(15) and 1 or 0, TBI1 = chance(30) and 1 or 0, IPS = pick { 5, 5, 5, 4, 2 }, MAIR0 = 0x44bb00ff, MAIR1 = 0x04080cff } }
            for _ = 1, 4 do add_leaf(upper.tree, -1 << 64 - size, s1_attributes(globals and chance(70))) end
            for _, leaf in ipairs(upper.tree.leaves) do upper.has_global = upper.has_global or leaf.word & 1 << 11 == 0 end
            uppers[key] = upper
         end
         return uppers[key]
      end
      local function space_of(vmid, asid, aset, el2)
         local key = el2 and "el2" or vmid << 24 | asid << 1 | aset
         if not spaces[key] then
            local g = pick(usable)
            local size = pick(g.sizes)
            local upper = upper_of(el2 and 0 or vmid, aset)
            local space = { g = g, size = size, tree = new_tree(g, 64 - size, true), upper = upper, vmid = vmid, asid = asid, aset = aset, el2 = el2,
               epd = chance(6) and 1 or 0, e0pd = chance(15) and 1 or 0, had = chance(15) and 1 or 0, tbi = chance(30) and 1 or 0, low = chance(30) and 1 << 4 or 0 }
            for _ = 1, 5 do add_leaf(space.tree, 0, s1_attributes(el2)) end
            if guests[vmid] and not el2 then
               for _, tree in ipairs { space.tree, upper.tree } do
                  for _, leaf in ipairs(tree.leaves) do identity(guests[vmid], DATA + random(0, 31) * 4096) identity(guests[vmid], leaf.word & 0xfffffffff000) identity(guests[vmid], leaf.target) end
               end
               for at = TABLES, top, 1 << guests[vmid].tree.g.page do identity(guests[vmid], at) end
            end
            spaces[key] = space
         end
         return spaces[key]
      end

      -- Streams, with a table of contexts each.
      local streams = {}
      local function ste_fields(one)
         return { V = one.v, Config = one.config, S1ContextPtr = one.contexts, S1CDMax = one.el2 and 0 or 3, S1Fmt = 0, S1DSS = one.dss, STRW = one.el2 and 2 or 0,
            S2VMID = one.vmid, S2T0SZ = one.guest and one.guest.g.s2.T0SZ or 25, S2SL0 = one.guest and one.guest.g.s2.SL0 or 1, S2TG = one.guest and one.guest.g.tg0 or 0,
            S2PS = 5, S2AA64 = 1, S2TTB = one.guest and one.guest.tree.root or 0, S2R = one.s2r, S2AFFD = one.guest and one.guest.affd or 0,
            S2PTW = one.guest and one.guest.ptw or 0, PRIVCFG = one.privcfg, INSTCFG = one.instcfg }
      end
      local function cd_fields(one, space)
         local fields = { T0SZ = space.size, TG0 = space.g.tg0, EPD0 = space.epd, V = one.v, AA64 = 1, R = one.r, A = one.a, ASID = space.asid, ASET = space.aset,
            TTB0 = space.tree.root | (8 << space.tree.bits - shift_of(space.g, space.tree.start) > 32 and space.low or 0), HAD0 = space.had, E0PD0 = space.e0pd,
            TBI0 = space.tbi, T1SZ = space.upper.size, TG1 = space.upper.g.tg1, EPD1 = space.upper.epd, TTB1 = space.upper.tree.root }
         if space.el2 and not e2h then fields.TTB1, fields.EPD1, fields.T1SZ, fields.TG1 = 0, 0, 0, 0 end
         for key, value in pairs(space.upper.fields) do fields[key] = value end
         return fields
      end
      local function ste_pa(sid) return two_level and (ram.read64(strtab) & 0xfffffffffffc0) + 64 * sid or strtab + 64 * sid end
      for sid = 0, STREAMS - 1 do
         local one = { sid = sid, v = chance(96) and 1 or 0, config = pick { 5, 5, 5, 5, 5, 4, 0 }, dss = pick { 0, 1, 2, 2 }, s2r = chance(80) and 1 or 0,
            privcfg = chance(15) and random(2, 3) or 0, instcfg = chance(15) and random(2, 3) or 0, vmid = stage2 and random(1, 2) or 0, spaces = {}, cds = {} }
         if stage2 and chance(40) then
            one.config, one.vmid = pick { 6, 7, 7 }, random(11, 12)
            one.guest = guests[one.vmid]
         elseif hyp and chance(15) then
            one.config, one.el2 = 5, true
         end
         one.contexts = take(64 * CONTEXTS, 64 * CONTEXTS)
         for i = 0, CONTEXTS - 1 do
            local space = space_of(one.vmid, random(1, 3) + (chance(asid16 and 20 or 4) and 0x100 or 0), random(0, 1), one.el2)
            one.spaces[i], one.cds[i] = space, { v = chance(92) and 1 or 0, r = chance(85) and 1 or 0, a = chance(85) and 1 or 0 }
            put("CD", one.contexts + 64 * i, cd_fields(one.cds[i], space))
         end
         streams[sid] = one
      end
      for _, guest in pairs(guests) do                             -- tables and contexts are where they are; some of stage 2 is odd
         for at = TABLES, top, 1 << guest.tree.g.page do identity(guest, at) end
         for _ = 1, 4 do add_leaf(guest.tree, 0, s2_attributes()) end
      end
      for sid = 0, STREAMS - 1 do put("STE", ste_pa(sid), ste_fields(streams[sid])) end
      switch(13 | (stage2 and chance(30) and s:field("IDR0", "VMW") == 1 and 1 << 6 or 0))

      local function leaves_of(one, ssid)
         local space = one.spaces[ssid or 0]
         if one.config == 6 then return one.guest.tree.leaves end
         return chance(60) and space.tree.leaves or space.upper.tree.leaves
      end
      -- meanwhile: what happens beside it.
      local function access(sid, meanwhile)
         local one = streams[sid]
         local ssid = chance(45) and random(0, chance(10) and 15 or CONTEXTS - 1) or nil
         local list = leaves_of(one, ssid and ssid < CONTEXTS and ssid or 0)
         local leaf = #list > 0 and pick(list)
         local va = leaf and leaf.va + 8 * random(0, 500) or random(0, 1 << 30) & ~7
         if chance(5) then va = va ~ 1 << random(12, 63) end
         if one.config == 4 or one.config == 0 or (ssid == nil and one.dss == 1) then va = DATA + 8 * random(0, 500) end
         local request = { sid = sid, ssid = ssid, iova = va, size_bytes = pick { 1, 4, 8 }, privileged = chance(40) }
         if chance(40) then
            request.data, request.size_bytes = string.rep(string.char(random(0, 255)), request.size_bytes), nil
            if not meanwhile then dma:write(request) return end
            local handle = dma:start_write(request)
            meanwhile()
            handle:wait_done {}
         else
            request.instruction = chance(25)
            if not meanwhile then dma:read(request) return end
            local handle = dma:start_read(request)
            meanwhile()
            handle:wait_done {}
         end
      end
      -- One address, many streams and contexts: what is cached for one must not serve another.
      local function same_address()
         local one = streams[random(0, STREAMS - 1)]
         local list = leaves_of(one, random(0, CONTEXTS - 1))
         if #list == 0 then return end
         local va, privileged = pick(list).va, chance(60)
         for _ = 1, 6 do
            local sid = random(0, 13)
            if streams[sid].config & 3 ~= 0 then
               dma:read { sid = sid, ssid = streams[sid].config & 1 == 1 and not streams[sid].el2 and random(0, CONTEXTS - 1) or nil, iova = va, size_bytes = 4, privileged = privileged }
            end
         end
      end
      local function flush_of(space, leaf, va)
         local by_page = { name = "TLBI_NH_VA", VMID = space.vmid, ASID = space.asid, Leaf = random(0, 1), Address = va & ~0xfff }
         if space.el2 then
            return pick { { { name = "TLBI_EL2_ALL" } }, { { name = "TLBI_EL2_VAA", Address = va & ~0xfff } }, { { name = "TLBI_EL2_VA", ASID = space.asid, Address = va & ~0xfff } } }
         end
         local range
         if s:field("IDR3", "RIL") == 1 and leaf.size == 1 << leaf.tree.g.page then
            range = { name = pick { "TLBI_NH_VA", "TLBI_NH_VAA" }, VMID = space.vmid, TG = leaf.tree.g.command, NUM = 1, SCALE = 0,
               Address = (va & ~(2 * leaf.size - 1)), TTL = pick { 0, 3 }, Leaf = 1 }
            if range.name == "TLBI_NH_VA" then range.ASID = space.asid end
         end
         return pick { { by_page }, { by_page }, { { name = "TLBI_NH_VAA", VMID = space.vmid, Leaf = 1, Address = va & ~0xfff } },
            { { name = "TLBI_NH_ASID", VMID = space.vmid, ASID = space.asid }, leaf.global and by_page or nil }, { { name = "TLBI_NH_ALL", VMID = space.vmid } },
            { { name = "TLBI_NSNH_ALL" } }, { range or by_page }, { stage2 and { name = "TLBI_S12_VMALL", VMID = space.vmid } or by_page } }
      end
      -- A leaf changes, its translations are dropped in one of the ways that are enough, and the address is used again.
      local function change_leaf()
         local one = streams[random(0, STREAMS - 1)]
         local ssid = random(0, CONTEXTS - 1)
         local space = one.spaces[ssid]
         local list = chance(60) and space.tree.leaves or space.upper.tree.leaves
         if one.config == 6 or one.config == 4 or #list == 0 then return end
         local leaf = pick(list)
         leaf.global = leaf.word & 1 << 11 == 0
         local upper = list == space.upper.tree.leaves
         -- A global page may be remembered under the ASID of another context.
         if upper and leaf.global and not one.el2 then
            for other = 0, CONTEXTS - 1 do
               if one.spaces[other].upper == space.upper and one.spaces[other].asid ~= space.asid then
                  dma:read { sid = one.sid, ssid = other, iova = leaf.va, size_bytes = 4, privileged = chance(50) }
               end
            end
         end
         for _ = 1, 2 do dma:read { sid = one.sid, ssid = not one.el2 and ssid or nil, iova = leaf.va, size_bytes = 4, privileged = chance(50) } end
         -- Where stage 2 has smaller pages a block is cached in pieces, which go together.
         local beside = leaf.size > 1 << leaf.tree.g.page and leaf.va & ~(leaf.size - 1)
         if beside then dma:read { sid = one.sid, ssid = not one.el2 and ssid or nil, iova = beside, size_bytes = 4, privileged = true } end
         local bit = pick { 0, 0, 1 << 7, 1 << 6, 1 << 10, 1 << 53, 1 << 54 }
         ram.write64(leaf.at, bit == 0 and (ram.read64(leaf.at) == 0 and leaf.word or 0) or ram.read64(leaf.at) == 0 and 0 or ram.read64(leaf.at) ~ bit)
         local broadcast = btm and not space.el2 and chance(25) and s:field("CR2", "PTM") == 0
         -- Another ASID of the same upper half may hold a page that is not global.
         if upper and not leaf.global then
            commands { space.el2 and { name = "TLBI_EL2_ALL" } or { name = "TLBI_NH_VAA", VMID = space.vmid, Leaf = random(0, 1), Address = leaf.va & ~0xfff } }
         elseif broadcast then
            if space.aset == 0 and chance(60) then
               t.cpu:tlbi { kind = "va", vmid = space.vmid, asid = space.asid, iova = leaf.va & ~0xfff, leaf = chance(50) }
            else
               t.cpu:tlbi { kind = pick { "vaa", "vmall", "all", "vaa" }, vmid = space.vmid, iova = leaf.va & ~0xfff, leaf = chance(50) }
            end
            command { name = "SYNC" }
         else
            commands(flush_of(space, leaf, leaf.va))
         end
         if beside then dma:read { sid = one.sid, ssid = not one.el2 and ssid or nil, iova = beside, size_bytes = 4, privileged = true } end
         dma:read { sid = one.sid, ssid = not one.el2 and ssid or nil, iova = leaf.va, size_bytes = 4, privileged = chance(50) }
         dma:write { sid = one.sid, ssid = not one.el2 and ssid or nil, iova = leaf.va + 64, size_bytes = 4, privileged = chance(50) }
      end
      local function change_table()
         local one = streams[random(0, STREAMS - 1)]
         local space = one.spaces[random(0, CONTEXTS - 1)]
         local tree = chance(60) and space.tree or space.upper.tree
         if #tree.tables == 0 then return end
         local at = pick(tree.tables)
         ram.write64(at, ram.read64(at) ~ 1 << random(59, 62))
         commands { space.el2 and { name = "TLBI_EL2_ALL" } or pick { { name = "TLBI_NH_ALL", VMID = space.vmid }, { name = "TLBI_NSNH_ALL" } } }
      end
      local function change_stage2()
         local list = {}
         for _, guest in pairs(guests) do if #guest.tree.leaves > 0 then list[#list + 1] = guest end end
         table.sort(list, function(a, b) return a.vmid < b.vmid end)
         if #list == 0 then return end
         local guest = pick(list)
         local leaf = pick(guest.tree.leaves)
         ram.write64(leaf.at, ram.read64(leaf.at) == 0 and leaf.word or pick { 0, ram.read64(leaf.at) ~ 1 << random(6, 7) })
         local ipa = { name = "TLBI_S2_IPA", VMID = guest.vmid, Leaf = random(0, 1), Address = leaf.va & ~0xfff }
         commands(pick { { { name = "TLBI_S12_VMALL", VMID = guest.vmid } }, { ipa, { name = "SYNC" }, { name = "TLBI_NH_ALL", VMID = guest.vmid } } })
      end
      local function change_structure()
         local one = streams[random(0, STREAMS - 1)]
         if chance(40) then
            one.v, one.dss, one.privcfg = chance(90) and 1 or 0, random(0, 2), chance(20) and random(2, 3) or 0
            put("STE", ste_pa(one.sid), ste_fields(one))
            commands { pick { { name = "CFGI_STE", StreamID = one.sid, Leaf = 1 }, { name = "CFGI_STE_RANGE", StreamID = one.sid & ~3, Range = 1 },
               { name = "CFGI_STE_RANGE", Range = 31 } } }
         else
            local i = one.el2 and 0 or random(0, CONTEXTS - 1)
            one.cds[i] = { v = chance(80) and 1 or 0, r = random(0, 1), a = random(0, 1) }
            put("CD", one.contexts + 64 * i, cd_fields(one.cds[i], one.spaces[i]))
            commands { pick { { name = "CFGI_CD", StreamID = one.sid, SubstreamID = i, Leaf = random(0, 1) }, { name = "CFGI_CD_ALL", StreamID = one.sid },
               { name = "CFGI_STE", StreamID = one.sid, Leaf = random(0, 1) } } }
         end
         for _ = 1, 3 do access(one.sid) end
      end
      -- An invalidation that does not name a cached translation leaves it alone, where the implementation is exact.
      local function spare()
         if t.params.exact == 0 then return end
         local one = streams[random(0, STREAMS - 1)]
         local ssid = not one.el2 and random(0, CONTEXTS - 1) or nil
         local space = one.spaces[ssid or 0]
         local list = leaves_of(one, ssid or 0)
         if one.config == 4 or one.config == 0 or #list == 0 then return end
         if one.config == 6 then ssid = nil end
         local leaf = pick(list)
         local function read() return dma:read { sid = one.sid, ssid = ssid, iova = leaf.va, size_bytes = 4, privileged = true } end
         local function is_hit()
            local before = s:stats().tlb_hits
            return read().status == "ok" and s:stats().tlb_hits > before
         end
         read()
         if not is_hit() then return end
         local global, va = leaf.word & 1 << 11 == 0, leaf.va & ~0xfff
         local told
         local named = one.config ~= 6 and not space.el2
         -- With CR0.VMW = 1 the lowest bit of a VMID does not count.
         local other = one.vmid ~ (stage2 and chance(50) and 1 or 8)
         local choices = { { name = "TLBI_NH_ALL", VMID = other }, stage2 and { name = "TLBI_S2_IPA", VMID = other, Address = va & 0xfffffffff000 } or nil }
         if named then
            -- Under stage 2 more than the named leaf may go: pieces of a larger one are not told from it.
            if not one.guest then choices[#choices + 1] = { name = "TLBI_NH_VAA", VMID = space.vmid, Address = va ~ leaf.size } end
            choices[#choices + 1] = { name = "TLBI_NH_ASID", VMID = space.vmid, ASID = space.asid ~ 8 }
            -- Where a context has global pages the model drops by address whatever the ASID.
            if not space.upper.has_global then choices[#choices + 1] = { name = "TLBI_NH_VA", VMID = space.vmid, ASID = space.asid ~ 8, Address = va } end
         end
         if named and btm and space.aset == 1 and not global and s:field("CR2", "PTM") == 0 and chance(40) then
            told = "a broadcast"
            t.cpu:tlbi(pick { { kind = "asid", vmid = space.vmid, asid = space.asid }, { kind = "va", vmid = space.vmid, asid = space.asid, iova = va } })
            command { name = "SYNC" }
         else
            local given = pick(choices)
            told = given.name
            commands { given }
         end
         t:snapshot(string.format("%s %s translation%s", is_hit() and "kept" or "dropped", global and "a global" or "a", " after " .. told))
      end
      -- What must not change while the SMMU is on keeps its value, and what can is put back.
      local function touch_locked()
         local name = pick { "CR1", "CR2", "STRTAB_BASE", "STRTAB_BASE_CFG", "CMDQ_BASE", "CMDQ_CONS", "EVENTQ_BASE", "EVENTQ_PROD" }
         local before = s:reg(name)
         write(name, before ~ (name == "CR1" and 0x55 or name == "CR2" and 3 or 0x40))
         local after = s:reg(name)
         write(name, before)
         t:snapshot(string.format("%s is 0x%x after a write while the SMMU is on", name, after))
      end
      local function odd_command()
         local sid = random(0, STREAMS - 1)
         if chance(60) then
            local ssid = random(0, CONTEXTS - 1)
            local list = leaves_of(streams[sid], ssid)
            local address = #list > 0 and chance(60) and pick(list).va & ~0xfff or chance(50) and DATA or random(0, 1 << 30) & ~0xfff
            local one = chance(50)
            commands { pick { { name = "PREFETCH_CONFIG", StreamID = sid, SSV = 1, SubstreamID = random(0, 9) }, { name = "PREFETCH_ADDR", StreamID = sid, Address = address },
               { name = "PREFETCH_ADDR", StreamID = sid, SSV = one and 1 or 0, SubstreamID = one and ssid or 0, Address = address } } }
         else
            push_words { pick { 0, 0x1f, 0x7f, 0x60, 0x50, 0x08, 0x46 | 3 << 12, 0x13 | 1 << 31 } | random(0, 0xffff) << 32, random(0, 0xffff) << 12 }
            run_commands()
         end
      end
      -- Memory refuses a structure or a table while nothing is cached.
      local function error_of_memory()
         commands { { name = "CFGI_STE_RANGE", Range = 31 }, { name = "TLBI_NSNH_ALL" }, hyp and { name = "TLBI_EL2_ALL" } or nil }
         local injected = ram.inject_error { pa = ram.base, size_bytes = ram.size_bytes, on_write = false,
            classes = { pick { "Ste", "Cd", "Stage1Table", "Stage2Table" } } }
         access(random(0, STREAMS - 1))
         injected.clear()
      end
      -- Memory refuses event records: they are lost, and nothing more is written until the error is acknowledged.
      local function event_is_refused()
         drain()
         local injected = ram.inject_error { pa = queue.event, size_bytes = 32 << queue.log2, on_read = false, classes = { "EventqWrite" } }
         for _ = 1, random(4, 12) do
            dma:read { sid = random(0, 13), iova = random(0, 1 << 30) & ~7 | 1 << 46, size_bytes = 4 }
            t:snapshot(string.format("a record may have been refused: GERROR 0x%x", s:reg("GERROR")))
         end
         injected.clear()
         write("GERRORN", s:reg("GERROR"))
      end
      local function msi_is_refused()
         if s:field("IDR0", "MSI") == 0 then return end
         local injected = ram.inject_error { pa = ram.base, size_bytes = ram.size_bytes, on_read = false, classes = { "Msi" } }
         for _ = 1, random(1, 3) do
            command { name = "SYNC", CS = 1, MSIData = 1, MSIAddress = ram.base + 4 * random(0, 63) }
            command { name = "SYNC" }
            t:snapshot(string.format("an MSI was refused: GERROR 0x%x", s:reg("GERROR")))
         end
         injected.clear()
         write("GERRORN", s:reg("GERROR"))
      end
      -- A counter runs over, and its MSI arrives or is refused: flag, message and status, also after the interrupt was switched off and on.
      local function run_over()
         if not s:caps().features.PMCG or s:field("PMCG_CFGR", "MSI") == 0 then return end
         local message, together = ram.base + 0x800, random(1, 4)
         ram.write64(message, 0)
         local function counter(name, value)
            local r = t.arch.registers[name]
            local offset = ((name == "PMCG_EVCNTR0" or name == "PMCG_OVSCLR0") and 0x30000 or 0x20000) + r.offset
            if value and r.bits == 64 then s:write64(offset, value) elseif value then s:write32(offset, value) end
            return r.bits == 64 and s:read64(offset) or s:read32(offset)
         end
         local function interrupt(value)
            counter("PMCG_IRQ_CTRL", value)
            wait("PMCG_IRQ_CTRLACK", function() return counter("PMCG_IRQ_CTRLACK") == value end)
            t:snapshot(string.format("PMCG_IRQ_STATUS is 0x%x with IRQEN = %d", counter("PMCG_IRQ_STATUS"), value))
         end
         interrupt(0)
         for _, pair in ipairs { { "PMCG_IRQ_CFG0", message }, { "PMCG_IRQ_CFG1", 0x77 }, { "PMCG_EVTYPER0", 1 << 29 | 1 }, { "PMCG_SMR0", 0xffffffff },
            { "PMCG_EVCNTR0", -together }, { "PMCG_OVSCLR0", -1 }, { "PMCG_INTENSET0", 1 }, { "PMCG_CNTENSET0", 1 } } do counter(pair[1], pair[2]) end
         interrupt(1)
         local injected = chance(50) and ram.inject_error { pa = message, size_bytes = 8, on_read = false, classes = { "Msi" } }
         counter("PMCG_CR", 1)
         -- Flags of other counters are cleared, which takes nothing from this one.
         access(random(0, 13), function()
            local handles = {}
            for i = 2, together do handles[i - 1] = dma:start_read { sid = 14, iova = DATA + 64 * i, size_bytes = 4 } end
            for _ = 1, random(0, 3) do
               if chance(70) then t:wait_us(random(1, 12) / 1000) end
               s:write64(0x30000 + t.arch.registers.PMCG_OVSCLR0.offset, -2)
            end
            for _, handle in ipairs(handles) do handle:wait_done {} end
         end)
         t:wait_us(2)
         counter("PMCG_CR", 0)
         if injected then injected.clear() end
         t:snapshot(string.format("a counter ran over: OVS 0x%x, message 0x%x, IRQ_STATUS 0x%x", counter("PMCG_OVSCLR0"), ram.read64(message), counter("PMCG_IRQ_STATUS")))
         counter("PMCG_OVSCLR0", -1)
         interrupt(0)
         interrupt(1)
         interrupt(0)
         counter("PMCG_CNTENCLR0", -1)
      end
      local kinds = { { 60, function() access(chance(3) and random(14, 15) or random(0, 13)) end }, { 18, change_leaf }, { 4, change_table }, { 5, change_stage2 }, { 6, change_structure }, { 12, spare }, { 8, same_address },
         { 5, odd_command }, { 2, error_of_memory }, { 3, drain }, { 3, event_is_refused }, { 3, msi_is_refused }, { 5, run_over }, { 3, touch_locked } }
      local total = 0
      for _, kind in ipairs(kinds) do total = total + kind[1] end
      for _ = 1, t.params.steps do
         local at = random(total)
         for _, kind in ipairs(kinds) do
            at = at - kind[1]
            if at <= 0 then
               kind[2]()
               break
            end
         end
      end
      drain()
   end

   go_to(t.smmus.smmu0, t.masters.dma0)
   for number = 1, t.params.worlds do
      t:step("world " .. number)
      world(number)
      switch(0)
      if chance(50) then go_to(t.smmus.narrow, t.masters.dma1) else go_to(t.smmus.smmu0, t.masters.dma0) end
   end
end

return scenario
