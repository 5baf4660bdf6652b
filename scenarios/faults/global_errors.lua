-- SPDX-License-Identifier: Apache-2.0
-- Memory that refuses what an SMMU writes by itself: records of the event and PRI queues, and the messages that stand for interrupts. Each
-- refusal is one bit of GERROR; the driver acknowledges it, and what the SMMU does goes on.
-- The messages of queues and of GERROR are set up by the scenario: the driver of the bench uses wires for them. smmu1 is the model
-- whatever the run says, because the RTL block has no PRI queue.
-- Left out: commands (cmdq_errors.lua), service failure mode (it needs a failure inside the SMMU).
local PAGE, IOVA = 0x1000, 0x40000000
local MSI_DATA = 0x12345678

local scenario = {
   title = "Queues and interrupt messages that memory refuses: one global error each, acknowledged, and the SMMU goes on",
   needs = { "S1P", "MSI" },
   seed = 71,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1", backend = "tlm", idr = { ATS = 1, PRI = 1 } } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 } },
         { name = "nic", smmu = "smmu1", sids = { 0x30 }, ats = true, pri = true },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma, nic, s0, s1 = t.driver, t.masters.dma0, t.masters.nic, t.smmus.smmu0, t.smmus.smmu1
   local rows = {}

   t:step("CMD_SYNC says by message that it is done")
   d:enable { smmu = "smmu0", sync_signal = "msi" }
   d:enable { smmu = "smmu1" }
   local dom = d:domain { type = "s1" }
   d:attach(dma, dom)
   d:attach(nic, dom)
   local pa = dom:map { iova = IOVA, size_bytes = PAGE }
   local function fault(n)
      dma:expect_abort(dma:read { iova = IOVA + n * PAGE, size_bytes = 8 })
   end
   -- What is left after each error: translations, invalidations, records.
   local function goes_on()
      dma:write_pattern { iova = IOVA, size_bytes = PAGE, seed = #rows, pa = pa }
      dom:map { iova = IOVA + PAGE, size_bytes = PAGE }
      dom:unmap { iova = IOVA + PAGE, size_bytes = PAGE }
      fault(1)
      t:expect_event(s0, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = IOVA + PAGE })
      for _, s in ipairs { s0, s1 } do t:equal(s:reg("GERROR"), s:reg("GERRORN"), s.name .. ": no error is active") end
   end
   goes_on()

   local mailbox = t.ram.alloc(PAGE, PAGE)
   local function refusing(class, fn)
      local injected = t.ram.inject_error { pa = t.ram.base, size_bytes = t.ram.size_bytes, classes = { class }, on_read = false }
      fn()
      injected.clear()
   end
   -- Exactly these errors became active; the driver reports and acknowledges them.
   local function reported(s, wanted, what)
      t:wait_until(function() return s:reg("GERROR") ~= s:reg("GERRORN") end, { timeout_us = 100, what = what })
      t:wait_us(1)
      local report = d:handle_gerror(s)
      local names = {}
      for _, field in ipairs(t.arch.registers.GERROR.fields) do
         if report[field.name] then names[#names + 1] = field.name end
      end
      table.sort(names)
      t:equal(table.concat(names, " "), wanted, what)
      rows[#rows + 1] = { s.name, what, wanted }
   end
   -- Messages of a queue or of GERROR, while its interrupt is off.
   local function message(s, name, bit, address)
      local r = t.arch.registers
      s:write32(r.IRQ_CTRL.offset, s:reg("IRQ_CTRL") & ~(1 << bit))
      t:wait_until(function() return s:reg("IRQ_CTRLACK") == s:reg("IRQ_CTRL") end, { timeout_us = 100, what = "IRQ_CTRLACK" })
      s:write64(r[name .. "_IRQ_CFG0"].offset, address)
      s:write32(r[name .. "_IRQ_CFG1"].offset, MSI_DATA)
      s:write32(r[name .. "_IRQ_CFG2"].offset, 0)
      s:write32(r.IRQ_CTRL.offset, s:reg("IRQ_CTRL") | 1 << bit)
      t:wait_until(function() return s:reg("IRQ_CTRLACK") == s:reg("IRQ_CTRL") end, { timeout_us = 100, what = "IRQ_CTRLACK" })
   end
   local GERROR, PRIQ, EVENTQ = 0, 1, 2

   t:step("the event queue cannot be written: the record is lost, the next one is there")
   refusing("EventqWrite", function()
      fault(2)
      reported(s0, "EVENTQ_ABT_ERR", "a record that memory refuses")
   end)
   goes_on()

   t:step("the message of the event queue")
   message(s0, "EVENTQ", EVENTQ, mailbox)
   fault(3)
   t:wait_until(function() return t.ram.read64(mailbox) & 0xffffffff == MSI_DATA end, { timeout_us = 100, what = "the message of the event queue" })
   t:expect_event(s0, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = IOVA + 3 * PAGE })
   refusing("Msi", function()
      fault(4)
      reported(s0, "MSI_EVENTQ_ABT_ERR", "the message of the event queue, refused")
   end)
   t:expect_event(s0, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = IOVA + 4 * PAGE })
   message(s0, "EVENTQ", EVENTQ, 0)
   goes_on()

   t:step("the message of GERROR, about an event queue that cannot be written")
   message(s0, "GERROR", GERROR, mailbox + 8)
   local refused = t.ram.inject_error { pa = t.ram.base, size_bytes = t.ram.size_bytes, classes = { "EventqWrite", "Msi" }, on_read = false }
   fault(5)
   reported(s0, "EVENTQ_ABT_ERR MSI_GERROR_ABT_ERR", "the message of GERROR, refused")
   refused.clear()
   message(s0, "GERROR", GERROR, 0)
   goes_on()

   t:step("the message of a CMD_SYNC: its command is done all the same")
   refusing("Msi", function()
      t:equal(d:try("submit", s0, { { name = "SYNC", CS = 1, MSIAddress = mailbox + 16, MSIData = 1 } }, { sync = false }), "SMMU_OK", "a CMD_SYNC of its own")
      reported(s0, "MSI_CMDQ_ABT_ERR", "the message of a CMD_SYNC, refused")
   end)
   t:equal(t.ram.read64(mailbox + 16), 0, "where the message would be")
   t:equal(d:try("submit", s0, { { name = "SYNC", CS = 1, MSIAddress = 0 } }), "SMMU_OK", "a CMD_SYNC that interrupts by wire")
   goes_on()

   t:step("the PRI queue and its message")
   local function ask(n) return nic:request_page { iova = IOVA + n * PAGE, timeout_us = 5 } end
   message(s1, "PRIQ", PRIQ, mailbox + 24)
   refusing("Msi", function()
      t:equal(ask(8), "none", "nobody has answered yet")
      reported(s1, "MSI_PRIQ_ABT_ERR", "the message of the PRI queue, refused")
   end)
   local request = t:expect_page_request("smmu1", { StreamID = nic.sid, PageAddr = IOVA + 8 * PAGE })
   d:page_respond("smmu1", request, "invalid")
   message(s1, "PRIQ", PRIQ, 0)
   refusing("PriqWrite", function()
      ask(9)
      reported(s1, "PRIQ_ABT_ERR", "a page request that memory refuses")
   end)
   t:equal(#d:page_requests("smmu1"), 0, "page requests in the queue")
   goes_on()
   t:table { title = "global errors", columns = { "SMMU", "what", "GERROR" }, rows = rows }
end

return scenario
