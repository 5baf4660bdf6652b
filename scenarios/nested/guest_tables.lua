-- SPDX-License-Identifier: Apache-2.0
-- A guest keeps stage-1 tables in its own memory, the host keeps stage 2 over it, and devices of the guest go through both.
-- The guest's commands pass through smmu_guest_invalidate(), which lets it invalidate what is its own and nothing else.
-- Left out: ATS and page requests of guests, the guest's own registers and queues.

local PAGE = 4096
-- The guest's memory as the guest sees it (IPA), and what it holds: CD, tables for 39-bit addresses (levels 1 to 3), buffers.
local IPA, GUEST_BYTES = 0x40000000, 0x200000
local CD, ROOT, LEVEL2, LEVEL3, BUFFERS = IPA, IPA + 0x1000, IPA + 0x2000, IPA + 0x3000, IPA + 0x10000
local IOVA = 0x80000000
-- Access flag, inner shareable, any privilege, not global, a page.
local PAGE_BITS = 1 << 10 | 3 << 8 | 1 << 6 | 1 << 11 | 3
local GUEST_ASID = 5

local scenario = {
   title = "Devices of a guest go through the guest's tables and the host's, and the guest can invalidate only what is its own",
   needs = { "S1P", "S2P" },
   seed = 21,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "guest0", smmu = "smmu0", sids = { 0x10 } },
         { name = "guest1", smmu = "smmu1", sids = { 0x11 } },
         { name = "host", smmu = "smmu0", sids = { 0x12 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

local function names(list)
   local out = {}
   for _, c in ipairs(list) do out[#out + 1] = c.name end
   return table.concat(out, " ")
end
local function first(list, name)
   for _, c in ipairs(list) do if c.name == name then return c end end
end

function scenario.run(t)
   local d, guest0, guest1 = t.driver, t.masters.guest0, t.masters.guest1
   d:enable {}

   -- What the guest does with its memory; it knows IPAs only.
   local memory = t.ram.alloc(GUEST_BYTES, GUEST_BYTES)
   local function at(ipa) return memory + ipa - IPA end
   local function guest_store(ipa, value) t.ram.write64(at(ipa), value) end
   local function guest_map(n, ipa) guest_store(LEVEL3 + 8 * n, ipa | PAGE_BITS) end
   for word, value in ipairs(assert(t.arch.encode_structure("CD", { T0SZ = 25, EPD1 = 1, V = 1, IPS = 5, AA64 = 1, R = 1, A = 1, ASET = 1,
      ASID = GUEST_ASID, TTB0 = ROOT, MAIR0 = 0xff }))) do
      guest_store(CD + 8 * (word - 1), value)
   end
   guest_store(ROOT + 8 * (IOVA >> 30), LEVEL2 | 3)
   guest_store(LEVEL2, LEVEL3 | 3)
   for n = 0, 3 do guest_map(n, BUFFERS + n * PAGE) end

   t:step("the host puts the guest's memory under stage 2, and the guest's STE under it")
   local parent = d:domain { type = "s2" }
   parent:map { iova = IPA, pa = memory, size_bytes = GUEST_BYTES }
   local ste = { V = 1, Config = t.arch.structures.STE.fields.Config.enum.S1, S1ContextPtr = CD }
   local nested = d:domain { type = "nested", parent = parent, ste = ste }
   d:attach(guest0, nested)
   d:attach(guest1, nested)
   t:equal(d:ste(guest0).Config, t.arch.structures.STE.fields.Config.enum.NESTED, "both stages are on")
   t:equal(d:ste(guest0).S1ContextPtr, CD, "the CD is where the guest says, an IPA")

   t:step("DMA goes through both stages, behind two SMMUs")
   guest0:write_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = 1, pa = at(BUFFERS) }
   guest1:verify_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = 1, pa = at(BUFFERS) }

   t:step("faults say which stage refused, and at which intermediate address")
   guest0:expect_abort(guest0:read { iova = IOVA + 4 * PAGE, size_bytes = 8 })
   t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = guest0.sid, S2 = 0, CLASS = 2, InputAddr = IOVA + 4 * PAGE })
   guest_map(5, IPA + GUEST_BYTES + PAGE)
   guest0:expect_abort(guest0:read { iova = IOVA + 5 * PAGE + 24, size_bytes = 8 })
   t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = guest0.sid, S2 = 1, CLASS = 2, InputAddr = IOVA + 5 * PAGE + 24,
      IPA = IPA + GUEST_BYTES + PAGE })

   t:step("the guest moves a page and invalidates it: its VMID is the parent's, whatever it wrote")
   local vmid = parent:tag("smmu0")
   guest_map(0, BUFFERS + 8 * PAGE)
   local told = t:cost(function()
      t:equal(d:guest_invalidate("smmu0", parent, { { name = "TLBI_NH_VA", VMID = vmid ~ 0xff, ASID = GUEST_ASID, Address = IOVA, Leaf = 1 } }), 1,
         "commands done")
   end)
   local tlbi = first(told.smmu0.list, "TLBI_NH_VA")
   t:equal({ tlbi.VMID, tlbi.ASID, tlbi.Address }, { vmid, GUEST_ASID, IOVA }, "what smmu0 was told")
   t:equal(told.smmu1.commands, 0, "smmu1 was not meant")
   guest0:write_pattern { iova = IOVA, size_bytes = 64, seed = 2, pa = at(BUFFERS + 8 * PAGE) }

   t:step("commands that are not a guest's are refused, and nothing behind them is done")
   for _, c in ipairs { { name = "CFGI_STE", StreamID = guest0.sid, Leaf = 1 }, { name = "TLBI_S12_VMALL", VMID = vmid }, { name = "TLBI_EL2_ALL" },
      { name = "RESUME", StreamID = guest0.sid } } do
      local sent = t:cost(function()
         local status, done = d:try("guest_invalidate", "smmu0", parent, { c, { name = "TLBI_NH_ALL" } })
         t:equal({ status, done }, { "SMMU_E_INVALID", 0 }, c.name .. " of a guest")
      end)
      t:check(not first(sent.smmu0.list, c.name), c.name .. " of a guest reached the SMMU: " .. names(sent.smmu0.list))
      t:check(not first(sent.smmu0.list, "TLBI_NH_ALL"), "what stands behind " .. c.name .. " was done")
   end
   local status, done = d:try("guest_invalidate", "smmu0", parent, { { name = "CFGI_CD", StreamID = t.masters.host.sid, Leaf = 1 } })
   t:equal({ status, done }, { "SMMU_E_NOT_FOUND", 0 }, "CFGI_CD for a stream of the host")

   t:step("the host takes a page of the guest away: what was combined with it is gone on both SMMUs")
   guest1:expect_ok(guest1:read { iova = IOVA + PAGE, size_bytes = 8 })
   local taken = t:cost(function() parent:unmap { iova = BUFFERS + PAGE, size_bytes = PAGE } end)
   for _, dma in ipairs { guest0, guest1 } do
      t:check(taken[dma.smmu].syncs >= 1, dma.smmu .. " was told: " .. names(taken[dma.smmu].list))
      dma:expect_abort(dma:read { iova = IOVA + PAGE, size_bytes = 8 })
      t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, S2 = 1, InputAddr = IOVA + PAGE, IPA = BUFFERS + PAGE })
      dma:expect_ok(dma:read { iova = IOVA + 2 * PAGE, size_bytes = 8 })
   end

   t:step("the guest turns its stage 1 off: its device uses intermediate addresses")
   local off = d:domain { type = "nested", parent = parent, ste = { V = 1, Config = t.arch.structures.STE.fields.Config.enum.BYPASS } }
   d:attach(guest0, off, { replace = true })
   guest0:write_pattern { iova = BUFFERS + 3 * PAGE, size_bytes = 256, seed = 3, pa = at(BUFFERS + 3 * PAGE) }
   guest0:expect_abort(guest0:read { iova = IOVA, size_bytes = 8 })
   t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = guest0.sid, S2 = 1, InputAddr = IOVA })
   guest1:verify_pattern { iova = IOVA + 3 * PAGE, size_bytes = 256, seed = 3, pa = at(BUFFERS + 3 * PAGE) }

   t:step("a guest STE that says too much is refused, a parent in use is not destroyed")
   t:equal(d:try("domain", { type = "nested", parent = parent, ste = { V = 1, Config = t.arch.structures.STE.fields.Config.enum.S2 } }),
      "SMMU_E_INVALID", "a guest that asks for stage 2")
   t:equal(parent:try("destroy"), "SMMU_E_BUSY", "the parent of nested domains")
   d:detach(guest0)
   d:detach(guest1)
   nested:destroy()
   off:destroy()
   parent:destroy()
   guest0:expect_abort(guest0:read { iova = IOVA, size_bytes = 8 })
end

return scenario
