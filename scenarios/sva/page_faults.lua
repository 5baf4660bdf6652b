-- SPDX-License-Identifier: Apache-2.0
-- Devices work in the address space of a process whose pages are not there yet. One asks for them by page requests, because it
-- keeps translations; the other stalls. The same handler, a thread of its own, brings the pages of the process and refuses others.
-- AB-70 one answer per page request group, with its PASID, also for what is outstanding when the device leaves
-- AB-69 one answer per stall: a retry completes the access, an abort ends it
-- AB-58 what the CPU takes away under a PASID is invalidated in the device under that PASID
-- Left out: groups of several requests, a PRI queue that runs full (driver tests do both).

local PAGE, IOVA = 4096, 0x7f00000000
local PAGES = 8              -- what the process has, from IOVA on

local scenario = {
   title = "Page faults of devices in a process: by page requests and by stalls, answered by one handler",
   rules = { "AB-58", "AB-69", "AB-70" },
   needs = { "S1P", "SSIDSIZE>=4", "COHACC", "STALL_MODEL!=1" },
   seed = 70,
   platform = {
      ram_mib = 64,
      smmus = {
         { name = "smmu0", backend = "tlm", idr = { ATS = 1, PRI = 1 } },   -- the RTL block has no ATS
         { name = "smmu1" },
      },
      masters = {
         { name = "nic", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 4, ats = true, pri = true },
         { name = "acc", smmu = "smmu1", sids = { 0x30 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, nic, acc = t.driver, t.masters.nic, t.masters.acc
   local rows, seen = {}, { requests = 0, stalls = 0 }

   t:step("one address space on both devices, none of its pages is there")
   d:enable {}
   d:master(acc, { can_stall = true })
   local mm = t.cpu:address_space { asid = 7, asid_bits = 16 }
   local dom, pasid = d:sva_bind(nic, mm)
   local same, same_pasid = d:sva_bind(acc, mm)
   t:check(dom == same, "the same domain")
   t:equal(pasid, same_pasid, "the PASID")
   t:equal({ nic:atc().ats_on, nic:atc().pri_on }, { true, true }, "ATS and page requests of nic")
   t:equal({ d:cd(acc, pasid).S, d:cd(nic, pasid).S }, { 1, 0 }, "CD.S")

   -- The handler: brings a page of the process with its contents, once -> whether it is one.
   local present = {}
   local function bring(iova)
      local n = (iova - IOVA) // PAGE
      if n < 0 or n >= PAGES then return false end
      if not present[n] then
         present[n] = mm:map { iova = IOVA + n * PAGE, size_bytes = PAGE }
         t.ram.write(present[n], string.format("page %2d of the process", n))
      end
      return true
   end
   local stop = false
   local handler = t:spawn("page fault handler", function()
      while not stop do
         for _, request in ipairs(d:page_requests("smmu0")) do
            t:equal({ request.StreamID, request.SSV, request.SubstreamID, request.Last }, { nic.sid, 1, pasid, 1 }, "page request")
            seen.requests = seen.requests + 1
            d:page_respond("smmu0", request, bring(request.PageAddr) and "success" or "invalid")
         end
         for _, event in ipairs(d:events("smmu1")) do
            t:equal({ event.name, event.StreamID, event.SubstreamID, event.Stall }, { "F_TRANSLATION", acc.sid, pasid, 1 }, "record of a stall")
            seen.stalls = seen.stalls + 1
            d:respond("smmu1", event, bring(event.InputAddr - event.InputAddr % PAGE) and "retry" or "abort")
         end
         t:wait_us(0.2)
      end
   end)
   local function text_of(n) return string.format("page %2d of the process", n) end

   t:step("AB-70: a device that keeps translations asks for the page, then for its translation")
   for n = 0, 3 do
      local iova = IOVA + n * PAGE
      t:equal(nic:ats_read { iova = iova, size_bytes = 22, ssid = pasid }.status, "not_mapped", "page " .. n .. " before")
      t:equal(nic:request_page { iova = iova, write = true, ssid = pasid }, "success", "the answer for page " .. n)
      t:equal(nic:expect_ok(nic:ats_read { iova = iova, size_bytes = 22, ssid = pasid }).data, text_of(n), "page " .. n)
   end
   t:equal({ seen.requests, nic:atc().entries }, { 4, 4 }, "page requests, entries")
   rows[1] = { "nic", "page of the process", "page request", "success", "read" }

   t:step("AB-69: a device that stalls does not notice, but for the time")
   for n = 2, 5 do   -- 2 and 3 are there already
      local result = acc:finish(acc:read { iova = IOVA + n * PAGE, size_bytes = 22, ssid = pasid }, { timeout_us = 100 })
      t:equal(acc:expect_ok(result).data, text_of(n), "page " .. n)
   end
   t:equal(seen.stalls, 2, "stalls")
   rows[2] = { "acc", "page of the process", "stall", "retry", "read" }

   t:step("a page the process does not have is refused, in both ways")
   local outside = IOVA + PAGES * PAGE
   t:equal(nic:request_page { iova = outside, ssid = pasid }, "invalid", "the answer for nic")
   t:equal(nic:ats_read { iova = outside, size_bytes = 8, ssid = pasid }.status, "not_mapped", "nic")
   acc:expect_abort(acc:finish(acc:read { iova = outside, size_bytes = 8, ssid = pasid }, { timeout_us = 100 }))
   rows[3] = { "nic", "outside", "page request", "invalid", "gives up" }
   rows[4] = { "acc", "outside", "stall", "abort", "abort" }

   t:step("AB-58: the CPU takes a page away: the device forgets it under its PASID, and both fault again")
   local entries = nic:atc().entries
   mm:unmap { iova = IOVA + 2 * PAGE, size_bytes = PAGE }
   present[2] = nil
   local cost = t:cost(function() dom:invalidate { iova = IOVA + 2 * PAGE, size_bytes = PAGE } end)
   local invs = {}
   for _, c in ipairs(cost.smmu0.list) do
      if c.name == "ATC_INV" then invs[#invs + 1] = { c.SSV, c.SubstreamID, c.StreamID, c.Address, c.Size } end
   end
   t:equal(invs, { { 1, pasid, nic.sid, IOVA + 2 * PAGE, 0 } }, "ATC_INVs: SSV, SubstreamID, StreamID, Address, Size")
   t:equal(nic:atc().entries, entries - 1, "entries of nic")
   t:equal(nic:ats_read { iova = IOVA + 2 * PAGE, size_bytes = 8, ssid = pasid }.status, "not_mapped", "nic")
   local stalls = seen.stalls
   acc:expect_ok(acc:finish(acc:read { iova = IOVA + 2 * PAGE, size_bytes = 8, ssid = pasid }, { timeout_us = 100 }))
   t:equal(seen.stalls, stalls + 1, "acc stalled again")

   t:step("AB-70: what is outstanding when the device leaves is answered all the same")
   stop = true
   handler:join()
   local sent = d:stats("smmu0").page_responses
   local answer
   local waiting = t:spawn("nic waits for a page", function() answer = nic:request_page { iova = IOVA + 6 * PAGE, ssid = pasid } end)
   t:expect_page_request("smmu0", { StreamID = nic.sid, PageAddr = IOVA + 6 * PAGE, SSV = 1, SubstreamID = pasid, R = 1, W = 0 })
   d:sva_unbind(nic, dom)
   waiting:join()
   t:equal({ answer, d:stats("smmu0").page_responses - sent }, { "invalid", 1 }, "the answer, answers sent")
   t:equal({ nic:atc().ats_on, nic:atc().pri_on, nic:atc().entries }, { false, false, 0 }, "nic has left")
   t:equal(nic:request_page { iova = IOVA, ssid = pasid }, "none", "a device that is off asks for nothing")
   t:equal(#d:page_requests("smmu0"), 0, "what it asked for")
   d:sva_unbind(acc, dom)
   t:expect_no_event("smmu0")
   t:expect_no_event("smmu1")

   t:table { title = "faults of devices in a process", columns = { "device", "page", "tells by", "answer", "outcome" }, rows = rows }
end

return scenario
