-- SPDX-License-Identifier: Apache-2.0
-- A blocked device floods a small event queue: records are lost and that is known, what others do goes on, and when the flood is over
-- the next fault is reported as ever.
-- AB-68 records that come while the queue is drained are drained too; an overflow is reported once and acknowledged
-- AB-71 one stream's faults cost bounded work, and invalidations of other streams do not wait for them
-- Left out: 10^5 faults (driver tests against a scripted SMMU), event merging, which no implementation here does.

local PAGE, IOVA = 4096, 0x50000000

local scenario = {
   title = "A flood of faults loses records, not the driver, and holds up nobody else",
   rules = { "AB-68", "AB-71" },
   needs = { "S1P" },
   seed = 68,
   params = { faults = 60 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = {
         { name = "broken", smmu = "smmu0", sids = { 0x66 } },
         { name = "good", smmu = "smmu0", sids = { 0x67 } },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, broken, good = t.driver, t.masters.broken, t.masters.good
   local s = t.smmus.smmu0
   d:enable { eventq_log2 = 3 }
   local room = 1 << d:layout(s).eventq_log2
   local empty, dom = d:domain { type = "s1" }, d:domain { type = "s1" }
   d:attach(broken, empty)
   d:attach(good, dom)
   local pa = dom:map { iova = IOVA, size_bytes = 32 * PAGE }

   t:step(string.format("%d faults into a queue of %d records, and nobody reads them", t.params.faults, room))
   for n = 0, t.params.faults - 1 do broken:expect_abort(broken:read { iova = IOVA + n * PAGE, size_bytes = 8 }) end
   local told = t:equal_or_known(s, "eventq.overflow", s:field("EVENTQ_PROD", "OVFLG") ~= s:field("EVENTQ_CONS", "OVACKFLG"), true,
      "the SMMU says that records were lost")

   t:step("AB-71: the other device works, and its unmaps take what they take without a flood")
   local rows = {}
   local function timed_unmap(what, page)
      good:write_pattern { iova = IOVA + page * PAGE, size_bytes = 64, seed = page, pa = pa + page * PAGE }
      local from = t.now_ns()
      local cost = t:cost(function() dom:unmap { iova = IOVA + page * PAGE, size_bytes = PAGE } end)
      t:equal(cost.smmu0.commands, 2, what .. ": one TLBI, one SYNC")
      rows[#rows + 1] = { what, t.now_ns() - from }
      good:expect_abort(good:read { iova = IOVA + page * PAGE, size_bytes = 8 })
      return rows[#rows][2]
   end
   local full = timed_unmap("queue full, records being lost", 31)

   t:step("AB-68: what fitted is read, in order; the loss is counted once and acknowledged")
   local list = d:events(s)
   t:equal(#list, room, "records in a full queue")
   for n, e in ipairs(list) do
      t:equal({ e.name, e.StreamID, e.InputAddr }, { "F_TRANSLATION", broken.sid, IOVA + (n - 1) * PAGE }, "record " .. n)
   end
   t:equal(d:stats(s).event_overflows, told and 1 or 0, "overflows")
   t:equal(s:field("EVENTQ_PROD", "OVFLG"), s:field("EVENTQ_CONS", "OVACKFLG"), "acknowledged")
   t:equal(d:stats(s).events, room, "records handled")

   t:step("the next fault is reported, the next overflow is a new one")
   broken:expect_abort(broken:write { iova = IOVA, size_bytes = 8 })
   t:expect_event(s, { name = "F_TRANSLATION", StreamID = broken.sid, RnW = 0, InputAddr = IOVA })
   for n = 0, room do broken:expect_abort(broken:read { iova = IOVA + n * PAGE, size_bytes = 8 }) end
   t:equal(#d:events(s), room, "records of the second flood")
   t:equal(d:stats(s).event_overflows, told and 2 or 0, "overflows")

   t:step("AB-68: faults that come while somebody drains are drained, none twice")
   local seen, sent = 0, 0
   local flood = t:spawn("flood", function()
      for n = 1, t.params.faults do
         broken:expect_abort(broken:read { iova = IOVA + n * PAGE, size_bytes = 8 })
         sent = n
         t:wait_us(0.05)
      end
   end)
   local last = 0
   t:wait_until(function()
      for _, e in ipairs(d:events(s)) do
         t:check(e.InputAddr > last, string.format("InputAddr 0x%x comes after 0x%x", e.InputAddr, last))
         last, seen = e.InputAddr, seen + 1
      end
      return sent == t.params.faults
   end, { timeout_us = 1000, what = "the end of the flood" })
   flood:join()
   t:wait_us(2)
   seen = seen + #d:events(s)
   t:equal(seen, t.params.faults, "a queue that is drained loses nothing")
   t:equal(d:stats(s).event_overflows, told and 2 or 0, "overflows")

   t:step("AB-71: quiet again")
   local quiet = timed_unmap("no fault, queue empty", 30)
   d:events(s)
   t:check(full <= 2 * quiet, string.format("an unmap took %d ns during the flood and %d ns without", full, quiet))
   t:table { title = "an unmap of another device", columns = { "meanwhile", "simulated ns" }, rows = rows }
end

return scenario
