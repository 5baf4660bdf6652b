-- SPDX-License-Identifier: Apache-2.0
-- One CPU address space on devices behind three SMMUs: one domain, one PASID; what the CPU unmaps, no device reaches.
-- AB-46 without broadcast maintenance: CR2.PTM = 1 where there is one, CD.ASET = 1, every range the CPU changes costs a TLBI per SMMU
-- AB-49 binding the same address space again, anywhere, gives the same domain and PASID
-- AB-50 the address space exits while devices run: CDs stay valid with EPD0 = 1, accesses abort silently, no C_BAD_CD;
--       a later bind of the same identity is another address space
-- AB-51 an address space an SMMU cannot walk is refused
-- AB-52 many pages and no ranges: one TLBI by ASID
-- Left out: broadcast maintenance (sva/btm_asid_move.lua), ATS, page requests.

local PAGE, IOVA = 4096, 0x7f00000000

local scenario = {
   title = "One CPU address space behind three SMMUs: shared tables and PASID, invalidation per SMMU, exit while devices run",
   rules = { "AB-46", "AB-49", "AB-50", "AB-51", "AB-52" },
   needs = { "S1P", "SSIDSIZE>=4", "COHACC" },
   seed = 46,
   platform = {
      ram_mib = 64,
      smmus = {
         { name = "smmu0", idr = { RIL = 1 } },
         { name = "smmu1", idr = { RIL = 0 } },
         { name = "smmu2", idr = { RIL = 1, ASID16 = 0, OAS = 4 } },
      },
      masters = {
         { name = "a", smmu = "smmu0", sids = { 0x10 }, ssid_bits = 4 },
         { name = "a2", smmu = "smmu0", sids = { 0x11 }, ssid_bits = 4 },
         { name = "b", smmu = "smmu1", sids = { 0x10 }, ssid_bits = 4 },
         { name = "c", smmu = "smmu2", sids = { 0x10 }, ssid_bits = 4 },
         { name = "late", smmu = "smmu2", sids = { 0x11 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

local devices = { "a", "a2", "b", "c" }

-- "TLBI_NH_VA x2, SYNC" of a list of commands.
local function summary(list)
   local parts, i = {}, 1
   while i <= #list do
      local n = 1
      while list[i + n] and list[i + n].name == list[i].name do n = n + 1 end
      parts[#parts + 1] = n == 1 and list[i].name or list[i].name .. " x" .. n
      i = i + n
   end
   return #parts > 0 and table.concat(parts, ", ") or "-"
end
local function cost_row(t, what, cost)
   local row = { what }
   for _, s in ipairs(t.smmus) do row[#row + 1] = summary(cost[s.name].list) end
   return row
end

function scenario.run(t)
   local d = t.driver
   local rows = {}
   d:enable {}
   local mm = t.cpu:address_space { asid = 7, asid_bits = 8 }
   local pa = mm:map { iova = IOVA, size_bytes = 16 * PAGE }

   t:step("AB-49: four binds behind three SMMUs give one domain and one PASID")
   local dom, pasid
   for i, name in ipairs(devices) do
      local bound, number = d:sva_bind(name, mm)
      dom, pasid = dom or bound, pasid or number
      t:check(bound == dom, name .. ": the same domain")
      t:equal(number, pasid, name .. ": the same PASID")
      t.masters[name]:write_pattern { iova = IOVA, size_bytes = 256, seed = i, pa = pa, ssid = pasid }
   end
   t:equal(d:try("sva_bind", "a", mm), "SMMU_E_EXISTS", "the same device a second time")
   t.masters.a:verify_pattern { iova = IOVA, size_bytes = 256, seed = #devices, ssid = pasid }

   t:step("AB-46: tables of the CPU, tags of the driver's own, no part in broadcast maintenance")
   -- Without IDR0.BTM there is no broadcast to take part in, and CR2.PTM is RES0.
   for _, s in ipairs(t.smmus) do t:equal(s:field("CR2", "PTM"), s:field("IDR0", "BTM"), s.name .. " CR2.PTM") end
   for _, name in ipairs(devices) do
      local cd = d:cd(name, pasid)
      t:equal({ cd.V, cd.ASET, cd.TTB0, cd.ASID }, { 1, 1, mm.ttb, dom:tag(t.masters[name].smmu) }, "CD of " .. name)
   end
   -- A broadcast TLBI reaches nobody: the devices still use what they have cached, so the driver has to be told.
   t.cpu:tlbi { kind = "asid", asid = mm.asid }

   t:step("AB-46: the CPU unmaps a page: one TLBI and SYNC per SMMU, then nobody reaches it")
   mm:unmap { iova = IOVA, size_bytes = PAGE }
   local cost = t:cost(function() dom:invalidate { iova = IOVA, size_bytes = PAGE } end)
   rows[1] = cost_row(t, "1 page", cost)
   for _, s in ipairs(t.smmus) do
      local list = cost[s.name].list
      t:equal({ #list, list[1].name, list[1].ASID, list[1].Address, list[2].name }, { 2, "TLBI_NH_VA", dom:tag(s), IOVA, "SYNC" }, s.name)
   end
   for _, name in ipairs(devices) do
      local m = t.masters[name]
      m:expect_abort(m:read { iova = IOVA, size_bytes = 16, ssid = pasid })
      t:expect_event(m.smmu, { name = "F_TRANSLATION", StreamID = m.sid, SSV = 1, SubstreamID = pasid, InputAddr = IOVA })
      m:expect_ok(m:read { iova = IOVA + PAGE, size_bytes = 16, ssid = pasid })
   end

   t:step("AB-52: 512 pages: a range where there are ranges, one TLBI by ASID where there are none")
   -- Counted by the driver: an SMMU that puts its invalidations off does hundreds at once, more than a trace can hold.
   local sent = d:stats("smmu1").commands
   cost = t:cost(function() dom:invalidate { iova = IOVA, size_bytes = 511 * PAGE } end)
   rows[2] = cost_row(t, "511 pages", cost)
   t:equal(d:stats("smmu1").commands - sent, 512, "commands for smmu1 (no ranges), 511 pages")
   cost = t:cost(function() dom:invalidate { iova = IOVA, size_bytes = 512 * PAGE } end)
   rows[3] = cost_row(t, "512 pages", cost)
   t:equal(summary(cost.smmu1.list), "TLBI_NH_ASID, SYNC", "smmu1 (no ranges), 512 pages")
   for _, name in ipairs { "smmu0", "smmu2" } do
      local first = cost[name].list[1]
      t:equal({ cost[name].commands, first.name, first.SCALE, first.NUM }, { 2, "TLBI_NH_VA", 9, 0 }, name .. " (ranges), 512 pages")
   end

   t:step("AB-50: the address space exits under traffic: valid CDs, silent aborts, no storm of events")
   local seen = { ok = 0, abort = 0 }
   local stop = false
   local traffic = t:spawn("traffic of a", function()
      while not stop do
         local result = t.masters.a:read { iova = IOVA + PAGE, size_bytes = 16, ssid = pasid }
         seen[result.status] = seen[result.status] + 1
         t:wait_us(0.02)
      end
   end)
   t:wait_us(1)
   local list
   cost = t:cost(function() list = t:watch(function() dom:mm_exit() end) end)
   t:wait_us(1)
   stop = true
   traffic:join()
   rows[4] = cost_row(t, "mm exit", cost)
   t:check(seen.ok > 3 and seen.abort > 3, string.format("reads during the exit: %d ok, %d aborted", seen.ok, seen.abort))
   for _, name in ipairs(devices) do
      local m, cd = t.masters[name], d:cd(name, pasid)
      t:equal({ cd.V, cd.EPD0, cd.S, cd.R }, { 1, 1, 0, 0 }, name .. ": CD.V, EPD0, S, R after the exit")
      for _, r in ipairs(list) do
         t:check(r.kind ~= "store" or r.pa ~= cd.pa or r.new >> 31 & 1 == 1, name .. ": the CD is valid at every store")
      end
      m:expect_abort(m:read { iova = IOVA + PAGE, size_bytes = 16, ssid = pasid })
   end
   for _, s in ipairs(t.smmus) do
      local by_tag = 0
      for _, c in ipairs(cost[s.name].list) do
         if c.name == "TLBI_NH_ASID" and c.ASID == dom:tag(s) then by_tag = by_tag + 1 end
      end
      t:equal(by_tag, 1, s.name .. ": TLBIs by tag")
      -- Two SYNCs for each CD, one for the TLBI.
      t:equal(cost[s.name].syncs, 2 * (s.name == "smmu0" and 2 or 1) + 1, s.name .. ": SYNCs of the exit")
      t:expect_no_event(s)
   end
   -- The old one is gone for good: whoever binds that identity now has begun another address space.
   local new_dom, new_pasid = d:sva_bind("late", mm)
   t:check(new_dom ~= dom and new_pasid ~= pasid, "a bind after the exit gives another domain and another PASID")
   d:sva_unbind("late", new_dom)

   t:step("AB-51: an address space an SMMU cannot walk is refused, nothing changes")
   local refused = {}
   local wide_tags = t.cpu:address_space { asid = 300, asid_bits = 16 }
   local cost_of_refusal, status = t:cost(function() return (d:try("sva_bind", "late", wide_tags)) end)
   t:equal({ status, cost_of_refusal.commands }, { "SMMU_E_INCOMPATIBLE", 0 }, "16-bit ASIDs of the CPU on an SMMU with 8 bits")
   refused[1] = { "ASIDs wider than the SMMU's", status }
   local wide_pa = t.cpu:address_space { asid = 3, asid_bits = 8, oas = 48 }
   cost_of_refusal, status = t:cost(function() return (d:try("sva_bind", "late", wide_pa)) end)
   t:equal({ status, cost_of_refusal.commands }, { "SMMU_E_INCOMPATIBLE", 0 }, "48-bit physical addresses on an SMMU with 44")
   refused[2] = { "physical addresses wider than the SMMU's", status }

   t:step("the last unbind frees domain and PASID")
   local cd_pa = d:cd("a", pasid).pa
   for _, name in ipairs(devices) do d:sva_unbind(name, dom) end
   t:equal(t.ram.read64(cd_pa) >> 31 & 1, 0, "CD.V after the unbind")
   t:equal(d:try("pasid_free", pasid), "SMMU_E_NOT_FOUND", "the PASID is free already")

   t:table { title = "what each SMMU is told when the CPU changes its tables", columns = { "change", "smmu0 (RIL)", "smmu1 (no RIL)", "smmu2 (RIL, 8-bit ASIDs)" }, rows = rows }
   t:table { title = "address spaces refused", columns = { "why", "status" }, rows = refused }
end

return scenario
