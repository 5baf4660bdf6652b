-- SPDX-License-Identifier: Apache-2.0
-- The parts of the Lua API no scenario uses: threads that race, transfers in the background, injected errors, coroutines.
-- Derivation: n workers fault exactly once per round, 20 rounds, so n * 20 records.
local scenario = { title = "Threads, background transfers and injected errors behave as the scenario API says", params = { n = 3 },
   platform = { ram_mib = 64, smmus = { { name = "a" }, { name = "b" } },
      masters = { { name = "m", smmu = "a", sids = { 1, 2 } }, { name = "n", smmu = "b", sids = { 1 } } } } }
function scenario.run(t)
   local d = t.driver
   d:enable {}
   local dom = d:domain { type = "s1" }
   d:attach("m", dom) d:attach("n", dom)
   local hot = dom:map { iova = 0, size_bytes = 2 << 20 }
   t:equal(hot % (2 << 20), 0)
   t:step("race")
   local handles = {}
   for i = 1, t.params.n do
      handles[i] = t:spawn("worker" .. i, function()
         local base = i << 30
         for k = 1, 20 do
            local pa = dom:map { iova = base + k * 4096, size_bytes = 4096 }
            local m = t.masters[i % 2 == 0 and "m" or "n"]
            m:write_pattern { iova = base + k * 4096, size_bytes = 256, seed = i * 100 + k, pa = pa }
            dom:unmap { iova = base + k * 4096, size_bytes = 4096 }
            m:expect_abort(m:read { iova = base + k * 4096, size_bytes = 8 })
            t:wait_us(math.random() * 0.1)
         end
      end)
   end
   local h = t.masters.m:start_write { iova = 0x1000, size_bytes = 8192, pattern = 5 }
   local r = t.masters.m:start_read { iova = 0x3000, size_bytes = 64, sid = 2 }
   t:log("started", h:is_done())
   t.masters.m:expect_ok(h:wait_done { timeout_us = 100 })
   t:equal(r:wait_done {}.status, "ok")
   for _, x in ipairs(handles) do x:join() end
   t:step("events")
   local count = #d:events("a") + #d:events("b")
   t:equal(count, t.params.n * 20)
   local ok, err = pcall(error, "mine")
   t:equal(ok, false) t:check(err:find("mine"))
   t:step("injected error")
   local inj = t.ram.inject_error { pa = hot, size_bytes = 4096, classes = { "Client" } }
   local res = t.masters.m:read { iova = 0, size_bytes = 8 }
   t:log(res) t:equal(res.status, "abort") t:check(res.memory_error)
   inj.clear()
   t.masters.m:expect_ok(t.masters.m:read { iova = 0, size_bytes = 8 })
   print("caps", t.smmus.a:caps())
   local c = coroutine.wrap(function() t:wait_us(1) coroutine.yield(5) end)
   t:equal(c(), 5)
end
return scenario
