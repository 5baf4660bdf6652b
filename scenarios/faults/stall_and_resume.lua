-- SPDX-License-Identifier: Apache-2.0
-- A device that stalls on a fault: every stall gets exactly one answer, and the answer decides what the device sees.
-- AB-69 Retry completes the access, Abort and Terminate end it; a second answer is refused; a detach ends what is outstanding,
--       whether its records were read before or lie in the event queue
-- Two devices stall at the same time, each with several accesses. Left out: PRI.

local PAGE, IOVA = 4096, 0x8000000

local scenario = {
   title = "Stalled accesses: retry, abort, terminate, a second answer, and a detach with stalls outstanding",
   rules = { "AB-69" },
   needs = { "S1P", "SSIDSIZE>=2", "STALL_MODEL!=1", "STALL_MAX>=2" },
   seed = 69,
   params = { accesses = 4 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 2 },
         { name = "dma1", smmu = "smmu1", sids = { 0x21 }, ssid_bits = 2 },
         { name = "other", smmu = "smmu0", sids = { 0x22 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

local function resumes(list)
   local out = {}
   for _, c in ipairs(list) do
      if c.name == "RESUME" then out[#out + 1] = c end
   end
   return out
end

-- One stalled read at iova, its record not read yet.
local function stall_unread(t, dma, iova)
   local result = dma:read { iova = iova, size_bytes = 16 }
   t:equal(result.status, "stalled", "a read of an unmapped page by " .. dma.name)
   return result
end
-- The same -> result, record.
local function stall(t, dma, iova)
   local result = stall_unread(t, dma, iova)
   return result, t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, Stall = 1, RnW = 1, InputAddr = iova })
end

local function answer(t, rows, dma, dom, action, map)
   local d = t.driver
   local iova = IOVA + #rows * PAGE
   local result, event = stall(t, dma, iova)
   t:equal(dma:poll(result).status, "stalled", "before the answer")
   if map then t.ram.write(dom:map { iova = iova, size_bytes = PAGE }, "what was there..") end
   local status
   local cost = t:cost(function() status = d:try("respond", dma.smmu, event, action) end)
   t:equal(status, "SMMU_OK", action)
   local sent = resumes(cost[dma.smmu].list)
   t:equal(#sent, 1, action .. ": RESUMEs")
   t:equal({ sent[1].StreamID, sent[1].STAG }, { dma.sid, event.STAG }, action .. ": StreamID and STAG of the RESUME")
   local final
   if action == "retry" and not map then
      -- Nothing changed, so it stalls again, with a record of its own.
      event = t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, Stall = 1, InputAddr = iova })
      d:respond(dma.smmu, event, "abort")
   end
   final = dma:finish(result, { timeout_us = 100 })
   local again = t:cost(function() t:equal(d:try("respond", dma.smmu, event, action), "SMMU_E_NOT_FOUND", action .. ": the second answer") end)
   t:equal(again.commands, 0, action .. ": commands of the second answer")
   rows[#rows + 1] = { dma.smmu, action .. (map and ", page mapped" or ", still unmapped"), final.status .. (final.raz_wi and ", RAZ/WI" or ""), #sent, "refused" }
   return final
end

function scenario.run(t)
   local d = t.driver
   local rows = {}
   d:enable {}
   -- The detach leaves twice as many open as the other steps; a small SMMU holds only few.
   local accesses = t.params.accesses
   for _, s in ipairs { "smmu0", "smmu1" } do accesses = math.min(accesses, t.smmus[s]:field("IDR5", "STALL_MAX") // 2) end
   local dom, pairs_of = {}, { { t.masters.dma0, t.smmus.smmu0 }, { t.masters.dma1, t.smmus.smmu1 } }
   for i, p in ipairs(pairs_of) do
      d:master(p[1], { can_stall = true })
      dom[i] = d:domain { type = "s1" }
      d:attach(p[1], dom[i])
      t:equal(d:cd(p[1]).S, 1, p[1].name .. ": CD.S of a device that can stall")
   end

   for i, p in ipairs(pairs_of) do
      t:step(p[2].name .. ": AB-69 retry completes, abort and terminate end the access")
      local final = answer(t, rows, p[1], dom[i], "retry", true)
      t:equal({ final.status, final.data }, { "ok", "what was there.." }, "retry of a page that is there now")
      t:equal(answer(t, rows, p[1], dom[i], "retry", false).status, "abort", "retry of a page that is still missing, then abort")
      t:equal(answer(t, rows, p[1], dom[i], "abort", false).status, "abort", "abort")
      final = answer(t, rows, p[1], dom[i], "terminate", false)
      -- Terminating without Abort reads zeros; an SMMU that can only abort (TERM_MODEL = 1) aborts all the same. CD.A has no say here.
      if p[2]:field("IDR0", "TERM_MODEL") == 0 then
         t:equal({ final.status, final.raz_wi, final.data }, { "ok", true, string.rep("\0", 16) }, "terminate: zeros")
      else
         t:equal(final.status, "abort", "terminate on an SMMU that can only abort")
      end
      t:equal(d:stats(p[2]).stalls, 0, "stalls outstanding")
   end

   t:step("AB-69: " .. accesses .. " stalls at a time on each SMMU, answered in another order")
   local open = {}
   for n = 1, accesses do
      for i, p in ipairs(pairs_of) do
         local iova = IOVA + (0x100 + n) * PAGE
         local result, event = stall(t, p[1], iova)
         dom[i]:map { iova = iova, size_bytes = PAGE }
         table.insert(open, math.random(#open + 1), { p = p, result = result, event = event })
      end
   end
   t:equal(d:stats("smmu0").stalls, accesses, "stalls outstanding on smmu0")
   local cost = t:cost(function()
      for _, o in ipairs(open) do d:respond(o.p[2], o.event, "retry") end
   end)
   for _, p in ipairs(pairs_of) do t:equal(#resumes(cost[p[2].name].list), accesses, "RESUMEs on " .. p[2].name) end
   for _, o in ipairs(open) do o.p[1]:expect_ok(o.p[1]:finish(o.result, { timeout_us = 100 })) end

   t:step("a stalled device holds up nobody else")
   local held, record = stall(t, t.masters.dma0, IOVA + 0x200 * PAGE)
   local plain = d:domain { type = "s1" }
   local pa = plain:map { iova = IOVA, size_bytes = PAGE }
   d:attach("other", plain)
   t.masters.other:write_pattern { iova = IOVA, size_bytes = 256, seed = 3, pa = pa }
   plain:unmap { iova = IOVA, size_bytes = PAGE }
   t:equal(t.masters.dma0:poll(held).status, "stalled", "the stalled access meanwhile")
   d:respond("smmu0", record, "abort")
   t.masters.dma0:expect_abort(t.masters.dma0:finish(held, { timeout_us = 100 }))

   t:step("AB-69: detach with stalls outstanding resolves them all, with records that were read and with records nobody has read")
   for i, p in ipairs(pairs_of) do
      local dma, s, each = p[1], p[2], accesses
      local results, records = {}, {}
      for n = 1, each do results[n], records[n] = stall(t, dma, IOVA + (0x300 + n) * PAGE) end
      for n = each + 1, 2 * each do results[n] = stall_unread(t, dma, IOVA + (0x300 + n) * PAGE) end
      t:equal(d:stats(s).stalls, each, "stalls outstanding before the detach, as far as their records were read")
      local detached = t:cost(function() d:detach(dma) end)
      local sent, answered = resumes(detached[s.name].list), {}
      t:equal(#sent, 2 * each, "RESUMEs of the detach")
      for _, c in ipairs(sent) do
         t:equal(c.StreamID, dma.sid, "StreamID of a RESUME of the detach")
         t:check(not answered[c.STAG], string.format("STAG 0x%x is answered twice", c.STAG))
         answered[c.STAG] = true
      end
      for n = 1, 2 * each do t:equal(dma:finish(results[n], { timeout_us = 100 }).status, "abort", "access " .. n .. " after the detach") end
      for _, read in ipairs(records) do
         t:check(answered[read.STAG], "the RESUMEs name the STAGs of the records")
         t:equal(d:try("respond", s, read, "retry"), "SMMU_E_NOT_FOUND", "an answer after the detach")
      end
      -- What was still in the queue is there as a fault that needs no answer any more.
      for n = each + 1, 2 * each do
         t:expect_event(s, { name = "F_TRANSLATION", StreamID = dma.sid, Stall = 0, InputAddr = IOVA + (0x300 + n) * PAGE })
      end
      t:expect_no_event(s)
      t:equal(d:stats(s).stalls, 0, "stalls outstanding after the detach")
      rows[#rows + 1] = { s.name, string.format("detach of %d stalls", 2 * each), "abort", #sent, "refused" }
      dom[i]:destroy()
   end
   t:table { title = "what the device sees", columns = { "SMMU", "answer", "the access ends as", "RESUMEs", "second answer" }, rows = rows }
end

return scenario
