-- SPDX-License-Identifier: Apache-2.0
-- Page requests through the driver, what a scenario expects of them, and their answers.
-- Left out: the devices that ask (atc_object.lua). Proof: tb/lua/test/endpoint.lua, scenarios/sva/page_faults.lua.

return function(part)
   local host, driver, values, t, d, options, smmu_index, method, finish = part.host, part.driver, part.values, part.t, part.d,
      part.options, part.smmu_index, part.method, part.finish
   local waiting, lost = {}, {}
   for i = 1, #t.smmus do waiting[i], lost[i] = {}, false end
   local function decoded(words)
      local request = t.arch.decode_structure("PRI", words)
      request.raw = words
      return request
   end
   local function collect(i)
      local records, some_lost = finish("d:page_requests", "(" .. t.smmus[i].name .. ")", driver.page_requests(i))
      for _, words in ipairs(records) do table.insert(waiting[i], decoded(words)) end
      lost[i] = lost[i] or some_lost
   end
   -- Drains the PRI queue through the driver -> list of records, whether some were lost before them.
   function d:page_requests(smmu)
      local i = smmu_index("d:page_requests", smmu)
      collect(i)
      local list, some_lost = waiting[i], lost[i]
      waiting[i], lost[i] = {}, false
      return list, some_lost
   end

   -- The next page request within the time, with the fields given.
   function t:expect_page_request(smmu, wanted, given)
      local call = "t:expect_page_request"
      local i = smmu_index(call, smmu)
      local o = options(call, given, { timeout_us = "number" })
      local fields = t.arch.structures.PRI.fields
      for key in values.sorted_pairs(wanted or {}) do
         if not fields[key] then host.misuse(string.format("%s: a page request has no field %s", call, values.show(key))) end
      end
      local name, timeout_us = t.smmus[i].name, o.timeout_us or 1000
      local limit_ns = t.now_ns() + math.ceil(timeout_us * 1000)
      collect(i)
      while #waiting[i] == 0 do
         if t.now_ns() >= limit_ns then
            host.fail(string.format("no page request on %s within %g us, expected %s", name, timeout_us, values.show(wanted or {})))
         end
         host.wait_irq(i, "PRIQ", limit_ns - t.now_ns(), "a page request on " .. name)
         collect(i)
      end
      local got = table.remove(waiting[i], 1)
      for key, value in values.sorted_pairs(wanted or {}) do
         if got[key] ~= value then
            host.fail(string.format("page request on %s: %s is %s, expected %s", name, key, values.show(got[key]), values.show(value)))
         end
      end
      return got
   end

   -- Answers the group of a request.
   method(d, "d:", "page_respond", function(_, smmu, request, response)
      local call = "d:page_respond"
      if type(request) ~= "table" or type(request.raw) ~= "table" then host.misuse(call .. " takes an SMMU, a page request and a response") end
      if response ~= "success" and response ~= "invalid" and response ~= "failure" then
         host.misuse(call .. ": the response must be 'success', 'invalid' or 'failure', got " .. values.show(response))
      end
      return driver.page_respond(smmu_index(call, smmu), request.raw[1], request.raw[2], response)
   end)
end
