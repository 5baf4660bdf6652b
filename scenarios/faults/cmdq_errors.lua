-- SPDX-License-Identifier: Apache-2.0
-- The command queue meets what it cannot execute or cannot fetch; the driver clears it up and everything behind it runs.
-- AB-65 CERROR_ILL: the slot becomes a SYNC, GERRORN toggles once, what follows runs, only the submitter learns it
-- AB-66 CERROR_ABT: the fetch is tried again after the acknowledge, no slot is changed, nobody loses a command; where one
--       slot aborts more than eight times in a row its submitter is told, and the fetch is tried again all the same
-- Left out: CERROR_ATC_INV_SYNC (needs an endpoint).

local PAGE, IOVA = 4096, 0x8000000

local scenario = {
   title = "An illegal command and an aborted command fetch: the queue recovers, and only the call that caused it fails",
   rules = { "AB-65", "AB-66" },
   needs = { "S1P" },
   seed = 65,
   params = { aborts = 3, many_aborts = 12 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } }, { name = "dma1", smmu = "smmu1", sids = { 0x20 } } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

-- The queue as it is in memory, as a list of pairs of words.
local function queue_words(t, smmu)
   local shape = t.driver:layout(smmu)
   local words = {}
   for i = 0, (2 << shape.cmdq_log2) - 1 do words[i] = t.ram.read64(shape.cmdq + 8 * i) end
   return words, (1 << shape.cmdq_log2) - 1
end
local function names_of(list)
   local names = {}
   for i, c in ipairs(list) do names[i] = c.name end
   return names
end
local function still_works(t, s, dma, dom)
   local pa = dom:map { iova = IOVA, size_bytes = PAGE }
   dma:write_pattern { iova = IOVA, size_bytes = 256, seed = 9, pa = pa }
   local cost = t:cost(function() dom:unmap { iova = IOVA, size_bytes = PAGE } end)
   t:equal(names_of(cost[s.name].list), { "TLBI_NH_VA", "SYNC" }, s.name .. ": the next unmap")
   dma:expect_abort(dma:read { iova = IOVA, size_bytes = 8 })
   t:expect_event(s, { name = "F_TRANSLATION", StreamID = dma.sid })
   t:equal(s:reg("GERROR"), s:reg("GERRORN"), s.name .. ": no error is active")
end

local function run_behind(t, rows, s, dma)
   local d = t.driver
   local dom = d:domain { type = "s1" }
   d:attach(dma, dom)
   dom:map { iova = IOVA + PAGE, size_bytes = PAGE }

   t:step(s.name .. ": AB-65 an illegal command in the middle of three")
   local errors = d:stats(s).command_errors
   local gerrorn = s:field("GERRORN", "CMDQ_ERR")
   local _, mask = queue_words(t, s)
   local slot = (s:field("CMDQ_PROD", "WR") + 1) & mask
   local good = { name = "CFGI_STE", StreamID = dma.sid, Leaf = 1 }
   local status
   local cost = t:cost(function() status = d:try("submit", s, { good, { raw = { 0x7f, 0 } }, good }) end)
   t:equal(status, "SMMU_E_CMDQ", s.name .. ": status of the submitter")
   local words = queue_words(t, s)
   t:equal(words[2 * slot] & 0xff, 0x46, s.name .. ": opcode in the slot of the illegal command (SYNC is 0x46)")
   t:equal(names_of(cost[s.name].list), { "CFGI_STE", "SYNC", "CFGI_STE", "SYNC" }, s.name .. ": what was consumed")
   t:equal(s:field("GERRORN", "CMDQ_ERR"), gerrorn ~ 1, s.name .. ": GERRORN.CMDQ_ERR toggled once")
   t:equal(d:stats(s).command_errors, errors + 1, s.name .. ": errors counted by the driver")
   rows[#rows + 1] = { s.name, "CERROR_ILL", status, 1, "the slot became a SYNC", table.concat(names_of(cost[s.name].list), " ") }
   still_works(t, s, dma, dom)

   local once = s.name .. ": AB-66 the fetch of commands aborts " .. t.params.aborts .. " times"
   local often = s.name .. ": AB-66 the fetch aborts " .. t.params.many_aborts .. " times in a row: the unmap says so, and its commands run"
   if s:caps().features.ERROR_INJECTION == false then
      for _, title in ipairs { once, often } do t:skip_step(title, "no read of the queue by " .. s.name .. " can be made to fail") end
      return
   end
   t:step(once)
   errors = d:stats(s).command_errors
   local shape = d:layout(s)
   local first = s:field("CMDQ_PROD", "WR") & mask
   local injected = t.ram.inject_error { pa = shape.cmdq, size_bytes = 16 << shape.cmdq_log2, classes = { "CmdqRead" }, on_write = false,
      fail_count = t.params.aborts }
   cost = t:cost(function() status = d:try("submit", s, { good, good, good }) end)
   injected.clear()
   t:equal(status, "SMMU_OK", s.name .. ": status of the submitter")
   t:equal(names_of(cost[s.name].list), { "CFGI_STE", "CFGI_STE", "CFGI_STE", "SYNC" }, s.name .. ": what was consumed")
   words = queue_words(t, s)
   for i = 0, 2 do
      local at = 2 * ((first + i) & mask)
      t:equal({ words[at], words[at + 1] }, t.arch.encode_command(good), s.name .. ": slot " .. i .. " after the aborts")
   end
   local acknowledged = d:stats(s).command_errors - errors
   t:check(acknowledged >= 1 and acknowledged <= t.params.aborts, s.name .. ": errors acknowledged: " .. acknowledged)
   rows[#rows + 1] = { s.name, "CERROR_ABT", status, acknowledged, "no slot was changed", table.concat(names_of(cost[s.name].list), " ") }
   still_works(t, s, dma, dom)

   t:step(often)
   errors = d:stats(s).command_errors
   injected = t.ram.inject_error { pa = shape.cmdq, size_bytes = 16 << shape.cmdq_log2, classes = { "CmdqRead" }, on_write = false,
      fail_count = t.params.many_aborts }
   cost = t:cost(function() status = dom:try("unmap", { iova = IOVA + PAGE, size_bytes = PAGE }) end)
   injected.clear()
   t:equal(status, "SMMU_E_CMDQ", s.name .. ": status of the unmap")
   t:equal(names_of(cost[s.name].list), { "TLBI_NH_VA", "SYNC" }, s.name .. ": what was consumed")
   acknowledged = d:stats(s).command_errors - errors
   t:check(acknowledged > 8 and acknowledged <= t.params.many_aborts, s.name .. ": errors acknowledged: " .. acknowledged)
   rows[#rows + 1] = { s.name, "CERROR_ABT", status, acknowledged, "no slot was changed", table.concat(names_of(cost[s.name].list), " ") }
   still_works(t, s, dma, dom)
end

function scenario.run(t)
   local rows = {}
   t.driver:enable {}
   run_behind(t, rows, t.smmus.smmu0, t.masters.dma0)
   run_behind(t, rows, t.smmus.smmu1, t.masters.dma1)
   t:table { title = "what a broken command costs", columns = { "SMMU", "error", "the call got", "acknowledged", "the slot", "consumed" }, rows = rows }
end

return scenario
