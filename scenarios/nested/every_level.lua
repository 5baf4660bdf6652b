-- SPDX-License-Identifier: Apache-2.0
-- A guest's tables under the host's, at every level and in every granule: what translates, and how each walk that does not is
-- recorded, by the stage that refused. The guest's tables are written by the scenario; those of the host are the driver's, and where no
-- driver would write what is needed, the scenario stores it behind the driver's back and puts it right again.
-- The guest has a CD table of two levels with leaves of 4 KiB, which the driver itself never makes.
-- Left out: what a guest may invalidate (guest_tables.lua), reads of CDs that stage 2 refuses.

local scenario = {
   title = "Both stages at every level: what translates, and how each walk that does not is recorded",
   needs = { "S1P", "S2P", "CD2L", "SSIDSIZE>=7", "OAS>=5" },
   seed = 65,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x64 }, ssid_bits = 7 } },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

-- Of a granule: bits of a page, levels at which blocks may be, bits of the addresses both stages take in, the level where their walks begin.
-- In the last row stage 2 takes in less than stage 1 puts out.
local granules = {
   { kib = 4, page = 12, blocks = { 1, 2 }, bits = 48, first = 0, tg0 = 0, feature = "GRAN4K" },
   { kib = 16, page = 14, blocks = { 2 }, bits = 47, first = 1, tg0 = 2, feature = "GRAN16K" },
   { kib = 64, page = 16, blocks = { 2 }, bits = 48, first = 1, tg0 = 1, feature = "GRAN64K" },
   { kib = 4, page = 12, blocks = {}, bits = 48, first = 0, tg0 = 0, feature = "GRAN4K", host_bits = 39, host_first = 1 },
}
local ADDRESS, GUEST_BYTES, GUEST_ASID = 0x0000fffffffff000, 0x200000, 5
-- A leaf of stage 1: access flag, inner shareable, any privilege, not global.
local READ_ONLY, ACCESS_FLAG, ANY_PRIVILEGE = 1 << 7, 1 << 10, 1 << 6
local S1_LEAF = ACCESS_FLAG | 3 << 8 | ANY_PRIVILEGE | 1 << 11
local S2_WRITE = 1 << 7
local TOO_LARGE = 1 << 44            -- more than the 40 bits that both stages may put out

function scenario.run(t)
   local d, dma, smmu = t.driver, t.masters.dma0, t.smmus.smmu0
   local rows = {}
   d:enable {}

   local function run_one(g)
      local function shift_of(level) return g.page + (3 - level) * (g.page - 3) end
      local host_bits, host_first = g.host_bits or g.bits, g.host_first or g.first
      local function index_of(address, level, first, all)
         local bits = level == first and all - shift_of(level) or g.page - 3
         return address >> shift_of(level) & (1 << bits) - 1
      end
      -- Region n of the IOVAs and of the intermediate addresses, far enough apart for tables of their own below the first level. The guest puts
      -- out 40 bits, so what the host's first level holds is common to all of them, the guest's memory included.
      local function iova_region(n) return n << (g.bits - 3) end
      local function ipa_region(n) return n << 36 end
      local page, guest_ipa = 1 << g.page, ipa_region(6)

      -- The guest's memory, and what is in it.
      local memory, used = t.ram.alloc(GUEST_BYTES, GUEST_BYTES), 0
      local function at(ipa) return memory + ipa - guest_ipa end
      local function guest_alloc(bytes)
         used = (used + bytes - 1) // bytes * bytes + bytes
         t.ram.write(memory + used - bytes, string.rep("\0", bytes))
         return guest_ipa + used - bytes
      end
      local root = guest_alloc(math.max(page, 8 << (g.bits - shift_of(g.first))))
      -- The descriptor of the given level on the guest's walk, with the tables above it -> its PA.
      local function guest_descriptor(iova, level)
         local table_ipa = root
         for now = g.first, level - 1 do
            local pa = at(table_ipa) + 8 * index_of(iova, now, g.first, g.bits)
            if t.ram.read64(pa) == 0 then t.ram.write64(pa, guest_alloc(page) | 3) end
            table_ipa = t.ram.read64(pa) & ADDRESS
         end
         return at(table_ipa) + 8 * index_of(iova, level, g.first, g.bits)
      end
      local cd_leaf, cd_table = guest_alloc(4096), guest_alloc(4096)
      for word, value in ipairs(assert(t.arch.encode_structure("CD", { T0SZ = 64 - g.bits, TG0 = g.tg0, EPD1 = 1, V = 1, IPS = 2, AA64 = 1,
         R = 1, A = 1, ASET = 1, ASID = GUEST_ASID, TTB0 = root, MAIR0 = 0xff }))) do
         t.ram.write64(at(cd_leaf) + 8 * (word - 1), value)
      end
      t.ram.write64(at(cd_table), cd_leaf | 1)

      -- The host puts that memory under stage 2, and the guest's STE under it.
      local parent = d:domain { type = "s2", granule_kib = g.kib, ias = host_bits, oas = 40 }
      parent:map { iova = guest_ipa, pa = memory, size_bytes = GUEST_BYTES }
      local nested = d:domain { type = "nested", parent = parent, ste = { V = 1, Config = t.arch.structures.STE.fields.Config.enum.S1,
         S1ContextPtr = cd_table, S1CDMax = 7, S1Fmt = 1, S1DSS = 2 } }
      d:attach(dma, nested)
      local function host_descriptor(ipa, level)
         local table_pa = parent:stats().root
         for now = host_first, level - 1 do
            table_pa = t.ram.read64(table_pa + 8 * index_of(ipa, now, host_first, host_bits)) & ADDRESS & ~(page - 1)
         end
         return table_pa + 8 * index_of(ipa, level, host_first, host_bits)
      end

      -- One refused access: the record names the stage and the input address.
      local function faults(stage, what, iova, event, write)
         dma:expect_abort(write and dma:write { iova = iova, size_bytes = 8 } or dma:read { iova = iova, size_bytes = 8 })
         local record = t:expect_event(smmu, { name = event, StreamID = dma.sid, InputAddr = iova, RnW = write and 0 or 1 })
         if event ~= "F_WALK_EABT" then t:equal(record.S2, stage - 1, what .. ": the stage that refused") end
         rows[#rows + 1] = { g.kib .. " KiB", "stage " .. stage, what, event }
      end
      -- With another descriptor at pa, and with caches that know nothing of either.
      local function with(pa, word, fn)
         local was = t.ram.read64(pa)
         t.ram.write64(pa, word(was))
         parent:flush()
         fn()
         t.ram.write64(pa, was)
         parent:flush()
      end
      local function refusing(pa, class, fn)
         local refused = t.ram.inject_error { pa = pa & ~63, size_bytes = 64, classes = { class } }
         parent:flush()
         fn()
         refused.clear()
         parent:flush()
      end

      -- Leaves of every size in both stages, each in a region of its own.
      local leaves = { { level = 3, size = page } }
      for _, level in ipairs(g.blocks) do leaves[#leaves + 1] = { level = level, size = 1 << shift_of(level) } end
      for n, leaf in ipairs(leaves) do
         local iova, ipa = iova_region(n + 2), ipa_region(n)
         parent:map { iova = ipa, pa = t.ram.base, size_bytes = leaf.size }
         local stage1, stage2 = guest_descriptor(iova, leaf.level), host_descriptor(ipa, leaf.level)
         t.ram.write64(stage1, ipa | S1_LEAF | (leaf.level == 3 and 3 or 1))
         t:equal(t.ram.read64(stage2) & 3, leaf.level == 3 and 3 or 1, "the host's leaf at level " .. leaf.level)
         dma:write_pattern { iova = iova + 64, size_bytes = 64, seed = n, pa = t.ram.base + 64 }
         rows[#rows + 1] = { g.kib .. " KiB", "both", "leaves at level " .. leaf.level, "translates" }

         local where = "level " .. leaf.level
         with(stage1, function(w) return w & ~ACCESS_FLAG end, function() faults(1, "no access flag at " .. where, iova, "F_ACCESS") end)
         with(stage2, function(w) return w & ~ACCESS_FLAG end, function() faults(2, "no access flag at " .. where, iova, "F_ACCESS") end)
         -- A right that is missing is found by a walk, and where the TLB holds the translation for reads, there.
         for stage, one in ipairs { { stage1, function(w) return w | READ_ONLY end }, { stage2, function(w) return w & ~S2_WRITE end } } do
            with(one[1], one[2], function()
               faults(stage, "a write without the right at " .. where, iova, "F_PERMISSION", true)
               dma:expect_ok(dma:read { iova = iova, size_bytes = 8 })
               faults(stage, "the same, read before", iova, "F_PERMISSION", true)
            end)
         end
         with(stage1, function(w) return w & ~ANY_PRIVILEGE end, function()
            dma:expect_ok(dma:read { iova = iova, size_bytes = 8, privileged = true })
            faults(1, "a user's read of a page of the system at " .. where, iova, "F_PERMISSION")
         end)
         -- Every level of the way: nothing, an address that is too large, memory that refuses.
         for level = g.first, leaf.level do
            local one, two = guest_descriptor(iova, level), level >= host_first and host_descriptor(ipa, level)
            where = "level " .. level .. (level == leaf.level and ", the leaf" or "")
            for stage, pa in ipairs { one, two or nil } do
               with(pa, function() return 0 end, function() faults(stage, "nothing at " .. where, iova, "F_TRANSLATION") end)
               with(pa, function(w) return w | TOO_LARGE end, function() faults(stage, "an address too large at " .. where, iova, "F_ADDR_SIZE") end)
               refusing(pa, stage == 1 and "Stage1Table" or "Stage2Table", function() faults(stage, "memory refuses " .. where, iova, "F_WALK_EABT") end)
            end
         end
         dma:expect_ok(dma:read { iova = iova, size_bytes = 8 })
      end
      faults(1, "more bits than the tables resolve", 1 << g.bits, "F_TRANSLATION")
      if host_bits < 40 then
         local beside = iova_region(3) + page
         t.ram.write64(guest_descriptor(beside, 3), 1 << host_bits | S1_LEAF | 3)
         faults(2, "more bits than stage 2 resolves", beside, "F_TRANSLATION")
      end
      d:detach(dma)
      nested:destroy()
      parent:destroy()
   end

   for _, g in ipairs(granules) do
      local title = string.format("%d KiB granule in both stages%s", g.kib, g.host_bits and ", stage 2 of " .. g.host_bits .. " bits" or "")
      if smmu:field("IDR5", g.feature) == 0 then
         t:skip_step(title, smmu.name .. " has no such granule")
      else
         t:step(title)
         run_one(g)
      end
   end
   t:table { title = "how a walk of both stages ends", columns = { "granule", "stage", "what", "outcome" }, rows = rows }
end

return scenario
