-- SPDX-License-Identifier: Apache-2.0
-- Events through the driver, what a scenario expects of them, and the answers to stalled accesses.
-- Left out: global errors (driver_devices.lua). Proof: tb/lua/test, scenarios.

return function(part)
   local host, driver, values, t, d, options, smmu_index, method, finish = part.host, part.driver, part.values, part.t, part.d,
      part.options, part.smmu_index, part.method, part.finish
   local waiting = {}
   for i = 1, #t.smmus do waiting[i] = {} end
   -- What the driver makes of a record is what the architecture says it is, in every run.
   local function check_decoding(event, words)
      for key, value in values.sorted_pairs(words.told or {}) do
         local wanted = event[key]
         if wanted and not (key == "SubstreamID" and event.SSV == 0) and not (key == "IPA" and event.S2 == 0) and wanted ~= value then
            host.fail(string.format("the driver misreads an event record: %s of %s is 0x%x, not 0x%x", key, event.name, wanted, value))
         end
      end
   end
   local function collect(i)
      local records = finish("d:events", "(" .. t.smmus[i].name .. ")", driver.events(i))
      for _, words in ipairs(records) do
         local event = t.arch.decode_event(words)
         check_decoding(event, words)
         table.insert(waiting[i], event)
      end
   end
   function d:events(smmu)
      local i = smmu_index("d:events", smmu)
      collect(i)
      local list = waiting[i]
      waiting[i] = {}
      return list
   end

   function t:expect_event(smmu, wanted, given)
      local i = smmu_index("t:expect_event", smmu)
      local name = t.smmus[i].name
      local o = options("t:expect_event", given, { timeout_us = "number" })
      local event = t.arch.events[wanted.name or ""]
      if not event then host.misuse("t:expect_event: name must be the name of an event, got " .. values.show(wanted.name)) end
      for key in values.sorted_pairs(wanted) do
         if key ~= "name" and key ~= "StreamID" and not event.fields[key] then
            host.misuse(string.format("t:expect_event: a record of %s has no field %s", wanted.name, values.show(key)))
         end
      end
      local limit_ns = t.now_ns() + math.ceil((o.timeout_us or 1000) * 1000)
      collect(i)
      while #waiting[i] == 0 do
         if t.now_ns() >= limit_ns then
            host.fail(string.format("no event on %s within %g us, expected %s", name, o.timeout_us or 1000, values.show(wanted)))
         end
         host.wait_irq(i, "EVENTQ", limit_ns - t.now_ns(), "an event on " .. name)
         collect(i)
      end
      local got = table.remove(waiting[i], 1)
      for key, value in values.sorted_pairs(wanted) do
         if got[key] ~= value and not part.known_field(t.smmus[i], wanted.name, key, got[key], value) then
            got.raw = nil
            host.fail(string.format("event on %s: %s is %s, expected %s; the record is %s", name, key, values.show(got[key]),
               values.show(value), values.show(got)))
         end
      end
      return got
   end
   -- Nothing may be recorded: looks after settle_us, by default 2.
   function t:expect_no_event(smmu, given)
      local i = smmu_index("t:expect_no_event", smmu)
      local o = options("t:expect_no_event", given, { settle_us = "number" })
      t:wait_us(o.settle_us or 2)
      collect(i)
      local got = waiting[i][1]
      if got then
         got.raw = nil
         host.fail(string.format("unexpected event on %s: %s", t.smmus[i].name, values.show(got)))
      end
   end


   -- Answers the stalled access of a record: "retry", "terminate" or "abort".
   method(d, "d:", "respond", function(_, smmu, event, action)
      if type(event) ~= "table" or type(event.raw) ~= "table" then host.misuse("d:respond takes an SMMU, an event record and an action") end
      if action ~= "retry" and action ~= "terminate" and action ~= "abort" then
         host.misuse("d:respond: the action must be 'retry', 'terminate' or 'abort', got " .. values.show(action))
      end
      return driver.respond(smmu_index("d:respond", smmu), event.raw, action)
   end)
end
