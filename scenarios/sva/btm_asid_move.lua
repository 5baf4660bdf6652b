-- SPDX-License-Identifier: Apache-2.0
-- An SMMU that takes part in the CPUs' broadcast TLB maintenance must use the CPU's ASID. A domain that has this number is
-- moved to another one while its devices work and its pages are unmapped.
-- AB-47 broadcast on one SMMU only: there ASET = 0, the CPU's ASID and no TLBI for ranges the CPU has announced; exit tells both
-- AB-48 the move: one store per CD, its CFGI_CD and SYNC, then TLBI by the old ASID and SYNC, only then is the CPU's CD valid;
--       no access of the moved domain fails; what is unmapped meanwhile is invalidated under both numbers
-- Left out: ATS; every interleaving (driver tests do that).

local PAGE, IOVA, CPU_IOVA = 4096, 0x40000000, 0x7f00000000

local scenario = {
   title = "The CPU needs an ASID that a working domain has: the domain moves without losing an access, and the CPU's TLBIs arrive",
   rules = { "AB-47", "AB-48" },
   needs = { "S1P", "SSIDSIZE>=4", "COHACC", "BTM" },
   seed = 48,
   params = { pages = 24 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma", smmu = "smmu0", sids = { 0x10 }, ssid_bits = 4 },
         { name = "dma2", smmu = "smmu0", sids = { 0x11 }, ssid_bits = 4 },
         { name = "acc0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 4 },
         { name = "acc1", smmu = "smmu1", sids = { 0x21 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

local function names_of(list)
   local names = {}
   for i, c in ipairs(list) do names[i] = c.name end
   return #names > 0 and table.concat(names, ", ") or "-"
end

function scenario.run(t)
   local d = t.driver
   local rows = {}

   t:step("broadcast maintenance on smmu0 alone")
   d:enable { smmu = "smmu0", broadcast_tlb = true }
   d:enable { smmu = "smmu1" }
   t:equal({ t.smmus.smmu0:field("CR2", "PTM"), t.smmus.smmu1:field("CR2", "PTM") }, { 0, 1 }, "CR2.PTM of smmu0 and smmu1")

   t:step("a domain works on smmu0: plain traffic of two devices and one PASID")
   local dom = d:domain { type = "s1" }
   d:attach("dma", dom)
   d:attach("dma2", dom)
   d:attach_pasid("dma2", dom, 5)
   local pages = t.params.pages
   local pa = dom:map { iova = IOVA, size_bytes = (pages + 1) * PAGE }
   local pattern = string.rep("stays...", 8)
   t.ram.write(pa + pages * PAGE, pattern)
   local old = dom:tag("smmu0")
   local mm = t.cpu:address_space { asid = old }
   local cpu_pa = mm:map { iova = CPU_IOVA, size_bytes = 2 * PAGE }
   t.ram.write(cpu_pa, string.rep("ofthecpu", 8))

   t:step("AB-48: the CPU's address space with the same ASID is bound under traffic and unmaps")
   local traffic = { reads = 0, wrong = 0, unmaps = 0, stale = 0, stop = false }
   local threads = {}
   for i, from in ipairs { { "dma" }, { "dma2" }, { "dma2", 5 } } do
      threads[i] = t:spawn("traffic " .. i, function()
         while not traffic.stop do
            local result = t.masters[from[1]]:read { iova = IOVA + pages * PAGE, size_bytes = 64, ssid = from[2] }
            traffic.reads = traffic.reads + 1
            if result.status ~= "ok" or result.data ~= pattern then traffic.wrong = traffic.wrong + 1 end
            t:wait_us(0.015)
         end
      end)
   end
   -- Unmaps page after page; each was in use just before, and must be out of reach when the call returns.
   threads[4] = t:spawn("unmapper", function()
      for n = 0, pages - 1 do
         local iova = IOVA + n * PAGE
         t.masters.dma:read { iova = iova, size_bytes = 16 }
         dom:unmap { iova = iova, size_bytes = PAGE }
         traffic.unmaps = traffic.unmaps + 1
         if t.masters.dma:read { iova = iova, size_bytes = 16 }.status == "ok" then traffic.stale = traffic.stale + 1 end
         if traffic.stop then break end
      end
   end)
   t:wait_us(0.5)
   local list, sva, pasid
   list = t:watch(function() sva, pasid = d:sva_bind("acc0", mm) end)
   local moved_during = traffic.unmaps
   t:wait_us(0.5)
   traffic.stop = true
   for _, thread in ipairs(threads) do thread:join() end
   local new = dom:tag("smmu0")
   t:check(new ~= old, "the domain has another tag than " .. old)
   t:equal(sva:tag("smmu0"), old, "the tag of the CPU's context")
   t:check(moved_during > 0, "pages were unmapped during the bind")
   t:equal({ traffic.wrong, traffic.stale }, { 0, 0 }, "reads of the domain that failed; pages still reached after their unmap")

   t:step("AB-48: the order of the move")
   local cd_of = {}
   for _, at in ipairs { { "dma", 0 }, { "dma2", 0 }, { "dma2", 5 } } do cd_of[d:cd(at[1], at[2]).pa] = at end
   local sva_cd = d:cd("acc0", pasid)
   t:equal({ sva_cd.V, sva_cd.ASET, sva_cd.ASID, sva_cd.TTB0 }, { 1, 0, old, mm.ttb }, "the CPU's CD on smmu0")
   local stores, last_cfgi, last_cfgi_sync, flush, flush_sync, valid = {}, nil, nil, nil, nil, nil
   local both_named = { [old] = false, [new] = false }
   for i, r in ipairs(list) do
      if r.kind == "store" then
         for pa_of, at in pairs(cd_of) do
            if r.pa >= pa_of and r.pa < pa_of + 64 then
               local key = at[1] .. ":" .. at[2]
               stores[key] = (stores[key] or 0) + 1
               t:equal({ r.pa - pa_of, r.old >> 48 & 0xffff, r.new >> 48 & 0xffff, r.old & 0xffffffffffff == r.new & 0xffffffffffff },
                  { 0, old, new, true }, "the store to the CD of " .. key)
            end
         end
         if r.pa == sva_cd.pa and r.new >> 31 & 1 == 1 then valid = valid or i end
      elseif r.kind == "command" and r.smmu == "smmu0" then
         local c = r.command
         if c.name == "CFGI_CD" and (c.StreamID == 0x10 or c.StreamID == 0x11) then last_cfgi, last_cfgi_sync = i, nil end
         if c.name == "SYNC" and last_cfgi and not last_cfgi_sync then last_cfgi_sync = i end
         if c.name == "TLBI_NH_ASID" and c.ASID == old then flush, flush_sync = flush or i, nil end
         if c.name == "SYNC" and flush and not flush_sync then flush_sync = i end
         if c.name == "TLBI_NH_VA" and both_named[c.ASID] ~= nil then both_named[c.ASID] = true end
      end
   end
   t:equal(stores, { ["dma:0"] = 1, ["dma2:0"] = 1, ["dma2:5"] = 1 }, "stores to the CDs of the domain: one each")
   t:check(last_cfgi_sync and flush and flush_sync and valid, "CFGI_CD and SYNC, TLBI by the old tag and SYNC, and the CPU's CD are all there")
   t:check(last_cfgi_sync < flush and flush < flush_sync and flush_sync < valid,
      "last CFGI_CD, SYNC, TLBI by the old tag, SYNC, the CPU's CD valid: in this order")
   t:equal(both_named, { [old] = true, [new] = true }, "an unmap during the move invalidates the old and the new tag")

   t:step("AB-47: on smmu1 the same address space has a tag of the driver")
   local again = d:sva_bind("acc1", mm)
   t:check(again == sva, "the same domain on both SMMUs")
   t:equal(d:cd("acc1", pasid).ASET, 1, "CD.ASET on smmu1")
   for _, name in ipairs { "acc0", "acc1" } do
      t:equal(t.masters[name]:read { iova = CPU_IOVA, size_bytes = 64, ssid = pasid }.data, string.rep("ofthecpu", 8), name .. " reads the CPU's page")
   end

   t:step("AB-47: the CPU unmaps: its TLBI reaches smmu0, the driver tells smmu1 only")
   mm:unmap { iova = CPU_IOVA, size_bytes = PAGE }
   t.cpu:tlbi { kind = "va", asid = mm.asid, iova = CPU_IOVA, leaf = true }
   local cost = t:cost(function() sva:invalidate { iova = CPU_IOVA, size_bytes = PAGE } end)
   rows[1] = { "a page the CPU has announced", names_of(cost.smmu0.list), names_of(cost.smmu1.list) }
   t:equal(cost.smmu0.commands, 0, "commands of smmu0")
   t:equal({ cost.smmu1.list[1].name, cost.smmu1.list[1].ASID }, { "TLBI_NH_VA", sva:tag("smmu1") }, "what smmu1 was told")
   for _, name in ipairs { "acc0", "acc1" } do
      local m = t.masters[name]
      m:expect_abort(m:read { iova = CPU_IOVA, size_bytes = 16, ssid = pasid })
      m:expect_ok(m:read { iova = CPU_IOVA + PAGE, size_bytes = 16, ssid = pasid })
   end
   for _, s in ipairs(t.smmus) do d:events(s) end

   t:step("AB-47: the exit is no notifier range: both SMMUs are told")
   cost = t:cost(function() sva:mm_exit() end)
   rows[2] = { "exit", names_of(cost.smmu0.list), names_of(cost.smmu1.list) }
   for _, s in ipairs(t.smmus) do
      local found = false
      for _, c in ipairs(cost[s.name].list) do found = found or c.name == "TLBI_NH_ASID" and c.ASID == sva:tag(s) end
      t:check(found, s.name .. ": TLBI by tag at the exit")
   end
   t.masters.acc0:expect_abort(t.masters.acc0:read { iova = CPU_IOVA + PAGE, size_bytes = 16, ssid = pasid })
   d:sva_unbind("acc0", sva)
   d:sva_unbind("acc1", sva)
   t.masters.dma:expect_ok(t.masters.dma:read { iova = IOVA + pages * PAGE, size_bytes = 16 })

   t:table { title = "the move of a working domain", columns = { "tag before", "after", "CDs", "stores", "reads meanwhile", "failed", "pages unmapped meanwhile", "stale" },
      rows = { { old, new, 3, 3, traffic.reads, traffic.wrong, traffic.unmaps, traffic.stale } } }
   t:table { title = "what the driver tells each SMMU", columns = { "the CPU's change", "smmu0 (broadcast)", "smmu1 (none)" }, rows = rows }
end

return scenario
