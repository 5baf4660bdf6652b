-- SPDX-License-Identifier: Apache-2.0
-- The performance counters of an SMMU through the driver. Proof: scenarios/counters.

return function(part)
   local host, driver, values, t, d, options, smmu_index, method, add_try, finish, show_arguments = part.host, part.driver, part.values,
      part.t, part.d, part.options, part.smmu_index, part.method, part.add_try, part.finish, part.show_arguments
   local group, counter = {}, {}
   group.__index, counter.__index = group, counter
   function d:pmcg(smmu, given)
      local o = options("d:pmcg", given, { irq = "boolean", tbu = "integer" })
      local i = smmu_index("d:pmcg", smmu)
      if o.tbu then
         local caps = t.smmus[i]:caps()
         if not caps.features.PMCG_TBU then host.misuse(string.format("d:pmcg: the TBUs of %s have no counter groups (PMCG_TBU)", t.smmus[i].name)) end
         if o.tbu < 0 or o.tbu >= caps.limits.TBUS then
            host.misuse(string.format("d:pmcg: tbu is %d; %s has %d", o.tbu, t.smmus[i].name, caps.limits.TBUS))
         end
      end
      local handle, info = finish("d:pmcg", show_arguments(smmu), driver.pmcg_probe(i, o.irq or false, o.tbu))
      -- Optional, and nothing that ID registers could make equal: in a comparison nobody has it.
      if host.fact_call then info.capture = false end
      return setmetatable({ handle = handle, info = info, smmu = t.smmus[i].name }, group)
   end
   method(group, "pmcg:", "counter", function(p, given)
      local o = options("pmcg:counter", given, { event = { "any", required = true }, sid = "integer", span = "integer" })
      local number = math.type(o.event) == "integer" and o.event or t.arch.enums.PMCG_EVENT[o.event]
      if not number then
         host.misuse("pmcg:counter: event must be a number or one of " .. table.concat(values.sorted_keys(t.arch.enums.PMCG_EVENT), ", "))
      end
      for key, most in pairs { event = 0xffffffff, sid = 0xffffffff, span = 0xff } do
         part.fits("pmcg:counter", key, math.type(o[key]) == "integer" and o[key] or nil, most)
      end
      local status, sentence, index = driver.pmcg_alloc(p.handle, number, o.sid, o.span)
      if status ~= "SMMU_OK" then return status, sentence end
      return status, sentence, setmetatable({ handle = p.handle, index = index, event = number, smmu = p.smmu }, counter)
   end)
   -- The host's part of the overflow interrupt: counts are carried over into 64 bits.
   method(group, "pmcg:", "handle_irq", function(p) return driver.pmcg_handle_irq(p.handle) end)
   -- Every counter at one instant -> what those have counted that are given out, by counter (as c.index), others 0.
   method(group, "pmcg:", "capture", function(p)
      if host.fact_call then return "SMMU_E_UNSUPPORTED", "a comparison has no capture, because not every SMMU has it" end
      return driver.pmcg_capture(p.handle, p.info.counter_count)
   end)
   -- The group is given back; it and its counters are not to be used any more.
   method(group, "pmcg:", "remove", function(p)
      local status, sentence = driver.pmcg_remove(p.handle)
      if status == "SMMU_OK" then p.handle = nil end
      return status, sentence
   end)
   add_try(group, "pmcg:")
   for _, name in ipairs { "start", "stop", "read", "free" } do
      local fn = driver["pmcg_" .. name]
      if name ~= "read" then method(counter, "counter:", name, function(c) return fn(c.handle, c.index) end) end
   end
   -- What a counter says is a fact of its own, because it depends on the event whether it may differ.
   local function read(c)
      local status, sentence, value = driver.pmcg_read(c.handle, c.index)
      if host.fact_counter and status == "SMMU_OK" then host.fact_counter(smmu_index("counter:read", c.smmu), c.event, value) end
      return status, sentence, value
   end
   part.untold(counter, "counter:", "read", read)
   add_try(counter, "counter:")
end
