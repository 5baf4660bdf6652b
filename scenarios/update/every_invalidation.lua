-- SPDX-License-Identifier: Apache-2.0
-- Each command that invalidates, one at a time: the scenario changes a descriptor or a CD behind the driver's back after the SMMU has used
-- it, sends that one command with a CMD_SYNC, and the next access sees the change. Prefetches are hints: they change nothing and record nothing.
-- Left out: what a command must not drop (an SMMU may always drop more), ranges of TLBI, ATC invalidations (ats/endpoint.lua).
local PAGE, IOVA = 0x1000, 0x40000000

local scenario = {
   title = "After each invalidation command and its CMD_SYNC the SMMU uses what is in memory",
   needs = { "S1P" },
   seed = 68,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } }, { name = "dma1", smmu = "smmu1", sids = { 0x21 } } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d = t.driver
   local rows = {}

   -- Two pages of RAM with a text each; which of them a device sees is what this is about.
   local texts = { "the first page..", "the other page.." }
   local pages = {}
   for n, text in ipairs(texts) do
      pages[n] = t.ram.alloc(PAGE, PAGE)
      t.ram.write(pages[n], text)
   end
   local function sees(dma, n, what) t:equal(dma:expect_ok(dma:read { iova = IOVA, size_bytes = 16 }).data, texts[n], what) end
   -- A domain with one page at IOVA, 39 bits in three levels -> domain, the leaf's PA.
   local function domain(kind, n)
      local dom = d:domain { type = kind, ias = 39, oas = 40 }
      dom:map { iova = IOVA, pa = pages[n], size_bytes = PAGE }
      local pa = dom:stats().root
      for level = 1, 2 do pa = t.ram.read64(pa + 8 * (IOVA >> 12 + 9 * (3 - level) & 511)) & 0xfffffffff000 end
      return dom, pa + 8 * (IOVA >> 12 & 511)
   end
   local function sent(dma, command, seen)
      t:equal(d:try("submit", dma.smmu, { command }), "SMMU_OK", command.name)
      rows[#rows + 1] = { dma.smmu, command.name, seen }
   end

   -- A descriptor changes; the command must make the SMMU forget the old one.
   local function translations(dma, kind, commands_of)
      local dom, leaf = domain(kind, 1)
      d:attach(dma, dom)
      for _, command in ipairs(commands_of(dom:tag(dma.smmu))) do
         sees(dma, 1, "before " .. command.name)
         t.ram.write64(leaf, t.ram.read64(leaf) ~ pages[1] ~ pages[2])
         sent(dma, command, "the new descriptor")
         sees(dma, 2, "after " .. command.name)
         t.ram.write64(leaf, t.ram.read64(leaf) ~ pages[1] ~ pages[2])
         dom:flush()
      end
      d:detach(dma)
      dom:destroy()
   end

   local dma0, dma1 = t.masters.dma0, t.masters.dma1
   t:step("TLBI of stage 1")
   d:enable { smmu = "smmu0" }
   translations(dma0, "s1", function(asid)
      return { { name = "TLBI_NH_ALL" }, { name = "TLBI_NH_ASID", ASID = asid }, { name = "TLBI_NH_VA", ASID = asid, Address = IOVA, Leaf = 1 },
         { name = "TLBI_NH_VA", ASID = asid, Address = IOVA }, { name = "TLBI_NH_VAA", Address = IOVA, Leaf = 1 }, { name = "TLBI_NH_VAA", Address = IOVA },
         { name = "TLBI_NSNH_ALL" } }
   end)

   if t.smmus.smmu0:field("IDR0", "S2P") == 0 then
      t:skip_step("TLBI of stage 2", "smmu0 has no stage 2")
   else
      t:step("TLBI of stage 2")
      translations(dma0, "s2", function(vmid)
         return { { name = "TLBI_S12_VMALL", VMID = vmid }, { name = "TLBI_S2_IPA", VMID = vmid, Address = IOVA, Leaf = 1 },
            { name = "TLBI_S2_IPA", VMID = vmid, Address = IOVA }, { name = "TLBI_NSNH_ALL" } }
      end)
   end

   if t.smmus.smmu1:field("IDR0", "HYP") == 0 then
      t:skip_step("TLBI of EL2", "smmu1 has no EL2")
   else
      t:step("TLBI of EL2, on an SMMU that works in the world of a hypervisor")
      d:enable { smmu = "smmu1", el2_world = true }
      translations(dma1, "s1", function(asid)
         return { { name = "TLBI_EL2_ALL" }, { name = "TLBI_EL2_ASID", ASID = asid }, { name = "TLBI_EL2_VA", ASID = asid, Address = IOVA, Leaf = 1 },
            { name = "TLBI_EL2_VA", ASID = asid, Address = IOVA }, { name = "TLBI_EL2_VAA", Address = IOVA, Leaf = 1 } }
      end)
   end

   t:step("CFGI: a CD that points to other tables")
   local dom, other = domain("s1", 1), domain("s1", 2)
   d:attach(dma0, dom)
   local sid = dma0.sid
   for _, command in ipairs { { name = "CFGI_CD", StreamID = sid, Leaf = 1 }, { name = "CFGI_CD_ALL", StreamID = sid },
      { name = "CFGI_STE", StreamID = sid, Leaf = 1 }, { name = "CFGI_STE_RANGE", StreamID = sid, Range = 3 }, { name = "CFGI_STE_RANGE", Range = 31 } } do
      local ttb0 = d:cd(dma0).pa + 8
      local function swap() t.ram.write64(ttb0, t.ram.read64(ttb0) ~ dom:stats().root ~ other:stats().root) end
      sees(dma0, 1, "before " .. command.name)
      swap()
      sent(dma0, command, "the new CD")
      dom:flush()                        -- what the TLB has is of the old one
      sees(dma0, 2, "after " .. command.name)
      swap()
      d:submit("smmu0", { { name = "CFGI_CD", StreamID = sid, Leaf = 1 } })
      dom:flush()
   end

   t:step("prefetches: of what is there and of what is not")
   for _, command in ipairs { { name = "PREFETCH_CONFIG", StreamID = sid }, { name = "PREFETCH_CONFIG", StreamID = 0x3f },
      { name = "PREFETCH_ADDR", StreamID = sid, Address = IOVA }, { name = "PREFETCH_ADDR", StreamID = sid, Address = IOVA + 64 * PAGE },
      { name = "PREFETCH_ADDR", StreamID = 0x3f, Address = IOVA } } do
      dom:flush()
      sent(dma0, command, "nothing changes")
      sees(dma0, 1, "after " .. command.name)
      t:expect_no_event("smmu0")
   end
   t:table { title = "what each command did", columns = { "SMMU", "command", "the next access sees" }, rows = rows }
end

return scenario
