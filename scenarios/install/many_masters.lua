-- SPDX-License-Identifier: Apache-2.0
-- A hundred devices behind four SMMUs share one domain, and some have a second one under a PASID: what an unmap costs follows the
-- SMMUs, not the devices.
-- AB-7, AB-8  an unmap reaches every SMMU of the domain, in one TLBI and one SYNC each, however many masters there are
-- Left out: time (tandem bench driver has it), ATS, whose cost does grow with the devices.

local PAGE, IOVA = 4096, 0x30000000
local SMMUS, EACH = 4, 25

local masters = {}
for i = 0, SMMUS * EACH - 1 do
   masters[#masters + 1] = { name = "dma" .. i, smmu = "smmu" .. i % SMMUS, sids = { 0x100 + i }, ssid_bits = 2 }
end

local scenario = {
   title = "An unmap in a domain of a hundred devices costs what it costs with four",
   rules = { "AB-7", "AB-8" },
   needs = { "S1P", "SSIDSIZE>=2" },
   seed = 100,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" }, { name = "smmu2" }, { name = "smmu3" } },
      masters = masters,
      limits = { simulated_ms = 200, wall_s = 120 },
   },
}

function scenario.run(t)
   local d = t.driver
   local list = {}
   for i = 0, SMMUS * EACH - 1 do list[#list + 1] = t.masters["dma" .. i] end
   d:enable {}
   local dom = d:domain { type = "s1" }
   local pa = dom:map { iova = IOVA, size_bytes = 16 * PAGE }
   local rows, page = {}, 16
   local function unmap_page(what)
      page = page - 1
      local order = t:watch(function()
         local cost = t:cost(function() dom:unmap { iova = IOVA + page * PAGE, size_bytes = PAGE } end)
         for i = 0, SMMUS - 1 do
            local c = cost["smmu" .. i]
            t:equal({ c.commands, c.syncs }, { 2, 1 }, what .. ": one TLBI and one SYNC on smmu" .. i)
         end
         rows[#rows + 1] = { what, #dom:inv_array(), cost.commands, cost.syncs }
      end)
      t:check(#order > 0, "something happened")
   end

   t:step("one device behind each SMMU")
   for i = 1, SMMUS do d:attach(list[i], dom) end
   unmap_page(string.format("%d devices", SMMUS))

   t:step("AB-7, AB-8: all of them, in one group")
   for i = 1, SMMUS do d:detach(list[i]) end
   d:group_attach(list, dom)
   t:equal(dom:stats().attachments, #list, "attachments")
   unmap_page(string.format("%d devices", #list))
   for i, dma in ipairs(list) do
      dma:write_pattern { iova = IOVA + i % 8 * PAGE, size_bytes = 64, seed = i, pa = pa + i % 8 * PAGE }
      dma:expect_abort(dma:read { iova = IOVA + page * PAGE, size_bytes = 8 })
   end
   for i = 0, SMMUS - 1 do
      local events = d:events("smmu" .. i)
      t:equal(#events, EACH, "one record for each device behind smmu" .. i)
   end

   t:step("a PASID of each device in the same domain costs nothing more: the tag is the same")
   d:group_attach(list, dom, { pasid = 1 })
   t:equal(dom:stats().attachments, 2 * #list, "attachments")
   unmap_page(string.format("%d devices and their PASIDs", #list))
   list[1]:expect_abort(list[1]:read { iova = IOVA + page * PAGE, size_bytes = 8, ssid = 1 })
   t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = list[1].sid, SubstreamID = 1 })

   t:step("devices leave one after the other: the last one behind an SMMU takes it out of the array")
   d:group_detach(list, { pasid = 1 })
   for i, dma in ipairs(list) do
      if (i - 1) % SMMUS == 3 then d:detach(dma) end
   end
   local cost = t:cost(function() dom:unmap { iova = IOVA + 8 * PAGE, size_bytes = PAGE } end)
   t:equal(cost.smmu3.commands, 0, "commands to an SMMU without a device in the domain")
   rows[#rows + 1] = { string.format("%d devices, none behind smmu3", (SMMUS - 1) * EACH), #dom:inv_array(), cost.commands, cost.syncs }
   t:table { title = "an unmap of one page", columns = { "in the domain", "entries of the array", "commands", "SYNCs" }, rows = rows }
end

return scenario
