-- SPDX-License-Identifier: Apache-2.0
-- What devices with a translation cache can do and no scenario uses: writes of the device's own data, options of d:master over the platform,
-- page requests without an answer, failures, lost requests. Wrong use is in tb/cli/test/cli_test.lua.
local scenario = { title = "Devices with a translation cache behave as the scenario API says", needs = { "ATS" },
   platform = { ram_mib = 64, smmus = { { name = "a", idr = { PRI = 1 } } },
      masters = { { name = "nic", smmu = "a", sids = { 1 }, ssid_bits = 2, ats = true, pri = true }, { name = "old", smmu = "a", sids = { 2 }, ats = true },
         { name = "plain", smmu = "a", sids = { 3 } } } } }
function scenario.run(t)
   local d, nic, old = t.driver, t.masters.nic, t.masters.old
   t:step("d:master decides over the platform")
   d:enable { priq_log2 = 1 }
   t:equal(d:master(old, { ats = false }).ats_on, false)
   local dom = d:domain { type = "s1" }
   local pa = dom:map { iova = 0x4000, size_bytes = 0x2000 }
   d:attach(old, dom) d:attach(nic, dom)
   t:equal({ old:atc().ats_on, nic:atc().ats_on, nic:atc().pri_on, nic:atc().silent }, { false, true, true, false })
   t:equal(old:ats_write { iova = 0x4000, data = "x" }.status, "off")
   t:step("bytes across a page boundary")
   nic:expect_ok(nic:ats_write { iova = 0x4ffc, data = "12345678" })
   t:equal(t.ram.read(pa + 0xffc, 8), "12345678")
   t:equal(nic:ats_read { iova = 0x4ffe, size_bytes = 4 }.data, "3456")
   t:equal({ nic:atc().requests, nic:atc().hits, nic:atc().entries, nic:atc().discarded }, { 2, 2, 2, 0 })
   t:step("page requests: not answered in time, answered late, refused for good")
   t:equal(nic:request_page { iova = 0x9000, timeout_us = 1 }, "none")
   local list, lost = d:page_requests("a")
   t:equal({ #list, lost, list[1].PageAddr, list[1].SSV }, { 1, false, 0x9000, 0 })
   d:page_respond("a", list[1], "success")
   t:equal(d:try("page_respond", "a", list[1], "success"), "SMMU_E_NOT_FOUND")
   local code
   local thread = t:spawn("asks", function() code = nic:request_page { iova = 0xa000, write = true } end)
   d:page_respond("a", t:expect_page_request("a", { PageAddr = 0xa000, R = 1, W = 1, Last = 1 }), "failure")
   thread:join()
   t:equal(code, "failure")
   t:step("a queue of two: the third request is lost, and the SMMU itself answers it with success")
   local codes, threads = {}, {}
   for i = 1, 3 do threads[i] = t:spawn("asks" .. i, function() codes[i] = nic:request_page { iova = i << 12 } end) end
   threads[3]:join()
   list, lost = d:page_requests("a")
   t:equal({ #list, lost }, { 2, true })
   for _, request in ipairs(list) do d:page_respond("a", request, "invalid") end
   threads[1]:join() threads[2]:join()
   t:equal(codes, { "invalid", "invalid", "success" })
   t:step("a group of three pages: one answer, and only the last request says that it is the last")
   thread = t:spawn("asks for three", function() code = nic:request_page { iova = 0xc000, pages = 3 } end)
   t:wait_us(1)
   list = d:page_requests("a")      -- the third was lost, and answered
   t:equal({ #list, list[1].PageAddr, list[1].Last, list[2].PageAddr, list[2].Last }, { 2, 0xc000, 0, 0xd000, 0 })
   thread:join()
   t:equal(code, "success")
end
return scenario
