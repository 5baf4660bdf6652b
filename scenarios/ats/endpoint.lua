-- SPDX-License-Identifier: Apache-2.0
-- Devices that keep translations of their own: an unmap empties the SMMU first and the devices after it, and one that does not
-- answer costs nobody else anything.
-- AB-59 the STE allows ATS, that is confirmed, the device is told to forget everything, and only then is it switched on; off the
--       other way round, and nothing after that
-- AB-57 TLBI and SYNC come before the ATC invalidations and their SYNC
-- AB-56 the span of an ATC invalidation is the smallest aligned power of two of pages that holds the range
-- AB-62 a silent device: the unmap says so, its STE loses EATS, its remembered translations are refused, it is asked no more;
--       others go on; after a reset it may come back
-- Left out: page requests (sva/page_faults.lua), PASIDs (the same), a guest's devices.

local PAGE, IOVA = 4096, 0x10000000

local scenario = {
   title = "Devices with a translation cache: unmap empties SMMU, then devices; a silent one is cut off and the others go on",
   rules = { "AB-56", "AB-57", "AB-59", "AB-62" },
   needs = { "S1P", "ATS" },
   seed = 62,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = {
         { name = "nic", smmu = "smmu0", sids = { 0x20 }, ats = true },
         { name = "gpu", smmu = "smmu0", sids = { 0x21 }, ats = true },
         { name = "dma", smmu = "smmu0", sids = { 0x22 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

-- "CFGI_STE, SYNC, ATC_INV 0x20 all, SYNC"
local function words(list)
   local out = {}
   for i, c in ipairs(list) do
      out[i] = c.name
      if c.name == "ATC_INV" then
         out[i] = string.format("ATC_INV 0x%x %s", c.StreamID, c.Size == 52 and "all" or string.format("0x%x+%d", c.Address, 1 << c.Size))
      end
   end
   return #out > 0 and table.concat(out, ", ") or "-"
end

function scenario.run(t)
   local d, nic, gpu, dma = t.driver, t.masters.nic, t.masters.gpu, t.masters.dma
   local rows = {}
   local function told(what, fn)
      local cost, status = t:cost(fn)
      local text = words(cost.smmu0.list)
      rows[#rows + 1] = { what, text }
      return text, status
   end
   local function page(n) return IOVA + n * PAGE end

   t:step("AB-59: ATS goes on in the STE, then in the device, which remembers nothing")
   d:enable {}
   local dom = d:domain { type = "s1" }
   local pa = dom:map { iova = IOVA, size_bytes = 16 * PAGE }
   t:equal(nic:ats_read { iova = IOVA, size_bytes = 8 }.status, "off", "before the attach")
   local text = told("attach nic", function() d:attach(nic, dom) end)
   t:check(text:find("CFGI_STE, SYNC, ATC_INV 0x20 all, SYNC$"), "the attach ends with " .. text)
   d:attach(gpu, dom)
   d:attach(dma, dom)
   t:equal({ d:ste(nic).EATS, d:ste(gpu).EATS, d:ste(dma).EATS }, { 1, 1, 0 }, "STE.EATS")
   t:equal({ nic:atc().ats_on, nic:atc().entries, d:master(nic).ats_on }, { true, 0, true }, "nic after the attach")

   t:step("one request per page, the data arrives, and the device does without the SMMU's walks from then on")
   for _, m in ipairs { nic, gpu } do
      m:expect_ok(m:ats_write { iova = page(4), size_bytes = 8 * PAGE, pattern = m.sid })
      t:equal(t.ram.read(pa + 4 * PAGE, 8 * PAGE), m:expect_ok(m:ats_read { iova = page(4), size_bytes = 8 * PAGE }).data, m.name .. ": RAM and what it reads")
      t:equal({ m:atc().requests, m:atc().hits, m:atc().entries }, { 8, 8, 8 }, m.name .. ": requests, hits, entries")
   end
   dma:write_pattern { iova = page(4), size_bytes = 8 * PAGE, seed = 3, pa = pa + 4 * PAGE }
   t:equal(nic:ats_read { iova = page(20), size_bytes = 8 }.status, "not_mapped", "a page outside")
   t:expect_no_event("smmu0")   -- a translation request that finds nothing is no fault

   t:step("AB-57, AB-56: an unmap of pages 8 to 11: TLBI, SYNC, then one aligned span per device")
   text = told("unmap pages 8 to 11", function() dom:unmap { iova = page(8), size_bytes = 4 * PAGE } end)
   t:equal(text:gsub("TLBI_NH_VA, ", ""), string.format("SYNC, ATC_INV 0x20 0x%x+4, ATC_INV 0x21 0x%x+4, SYNC", page(8), page(8)), "commands")
   t:check(text:find("^TLBI_NH_VA"), "it begins with a TLBI: " .. text)
   t:equal({ nic:atc().entries, gpu:atc().entries }, { 4, 4 }, "entries")
   t:equal(nic:ats_write { iova = page(8), size_bytes = 8 }.status, "not_mapped", "an unmapped page")
   nic:expect_ok(nic:ats_write { iova = page(7), size_bytes = PAGE })
   t:equal(nic:atc().requests, 10, "page 7 is remembered: requests so far")

   t:step("AB-62: gpu falls silent: the unmap says so, nic has forgotten the page, dma does not notice")
   gpu:set_silent(true)
   local gpu_before = gpu:atc().entries
   local status
   text, status = told("unmap page 7, gpu silent", function() return (dom:try("unmap", { iova = page(7), size_bytes = PAGE })) end)
   t:equal(status, "SMMU_E_ENDPOINT", "the unmap")
   t:check(text:find("CFGI_STE, SYNC$"), "it ends with the cut: " .. text)
   t:equal({ d:master(gpu).quarantined, d:master(nic).quarantined, d:ste(gpu).EATS, d:ste(nic).EATS }, { true, false, 0, 1 }, "quarantine, EATS")
   t:equal(d:stats("smmu0").quarantines, 1, "quarantines")
   t:equal({ nic:atc().entries, nic:ats_read { iova = page(7), size_bytes = 8 }.status }, { 3, "not_mapped" }, "nic")
   dma:expect_abort(dma:read { iova = page(7), size_bytes = 8 })
   t:expect_event("smmu0", { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = page(7) })
   dma:expect_ok(dma:read { iova = page(6), size_bytes = 8 })

   t:step("AB-62: what gpu remembers is believed no more")
   t:check(gpu_before > 0, "gpu remembers something")
   gpu:expect_abort(gpu:ats_write { iova = page(6), size_bytes = 8 })
   t:expect_event("smmu0", { name = "F_TRANSL_FORBIDDEN", StreamID = gpu.sid, RnW = 0 })
   t:equal(gpu:ats_read { iova = page(12), size_bytes = 8 }.status, "refused", "a translation gpu asks for")
   t:expect_event("smmu0", { name = "F_BAD_ATS_TREQ", StreamID = gpu.sid })

   t:step("AB-62: the next unmap asks nic alone and succeeds")
   text = told("unmap page 6", function() dom:unmap { iova = page(6), size_bytes = PAGE } end)
   t:equal(text, string.format("TLBI_NH_VA, SYNC, ATC_INV 0x20 0x%x+1, SYNC", page(6)), "commands")

   t:step("gpu was reset and comes back with an empty cache")
   gpu:set_silent(false)
   text = told("unquarantine gpu", function() d:unquarantine(gpu) end)
   t:check(text:find("CFGI_STE, SYNC, ATC_INV 0x21 all, SYNC$"), "it ends with " .. text)
   t:equal({ gpu:atc().ats_on, gpu:atc().entries, d:ste(gpu).EATS, d:master(gpu).quarantined }, { true, 0, 1, false }, "gpu")
   gpu:expect_ok(gpu:ats_write { iova = page(5), size_bytes = 8 })
   t:equal(d:try("unquarantine", gpu), "SMMU_E_STATE", "a second time")

   t:step("AB-59: off: the device first, then the STE, then everything it knew; nothing after that")
   text = told("detach nic", function() d:detach(nic) end)
   t:equal({ nic:atc().ats_on, nic:atc().entries, d:master(nic).ats_on }, { false, 0, false }, "nic after the detach")
   t:check(text:find("CFGI_STE, SYNC, ATC_INV 0x20 all, SYNC"), "the detach has " .. text)
   local before = nic:atc().invalidations
   text = told("unmap page 5", function() dom:unmap { iova = page(5), size_bytes = PAGE } end)
   t:equal(text, string.format("TLBI_NH_VA, SYNC, ATC_INV 0x21 0x%x+1, SYNC", page(5)), "commands")
   t:equal(nic:atc().invalidations, before, "invalidations nic has seen")
   t:expect_no_event("smmu0")

   t:table { title = "what the SMMU is told", columns = { "call", "commands" }, rows = rows }
end

return scenario
