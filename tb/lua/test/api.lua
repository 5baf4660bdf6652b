-- SPDX-License-Identifier: Apache-2.0
-- The parts of the Lua API no scenario uses: threads that race, transfers in the background, injected errors, coroutines.
-- Derivation: n workers fault exactly once per round, 20 rounds, so n * 20 records.
local scenario = { title = "Threads, background transfers and injected errors behave as the scenario API says", params = { n = 3 },
   platform = { ram_mib = 64, smmus = { { name = "a" }, { name = "b" } },
      masters = { { name = "m", smmu = "a", sids = { 1, 2 } }, { name = "n", smmu = "b", sids = { 1 } } },
      engines = { { name = "te", smmu = "a" }, { name = "te_b", smmu = "b", sids = { 1 } } } } }
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
   t:step("test engines")
   -- m is attached: its StreamID reaches through SMMU a what the driver mapped, on the engine's TBU as well
   local e = t.engines.te
   t:equal(e.smmu, "a") t:equal(t.engines[2].name, "te_b")
   t:equal(t.engines.te_b:read("STREAM_ID"), 1)
   local r1 = e:run("WRITE", { STREAM_ID = 1, BEGIN = 0x2000, END = 0x2fff, SIZE = 256, SEED = 3, CONTROL = 1 })
   t:equal({ r1.state, r1.done_count, r1.error_count }, { "DONE", 16, 0 })
   t:equal(e:take_irq(), true) t:equal(e:take_irq(), false)
   -- byte 5 of seed 3 as docs/test-engine.md has it; Lua integers are 64-bit and wrap
   local x = (3 + 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9 ~ 5
   x = (x ~ x >> 31) * 0x94d049bb133111eb
   t:equal(t.ram.read(hot + 0x2005, 1):byte(), x >> 56)
   -- a page that is not mapped: each transfer faults, the record says the engine's StreamID
   local r2 = e:run("READ", { BEGIN = 0x40000000, END = 0x4000003f, SIZE = 64 })
   t:equal({ r2.state, r2.error_kind, r2.error_address }, { "FAILED", "ABORT", 0x40000000 })
   t:expect_event("a", { name = "F_TRANSLATION", StreamID = 1, InputAddr = 0x40000000 })
   local r3 = e:run("COPY", { SIZE = 0 })
   t:equal({ r3.state, r3.bad_register }, { "BAD_VALUE", "SIZE" })
   print("caps", t.smmus.a:caps())
   local c = coroutine.wrap(function() t:wait_us(1) coroutine.yield(5) end)
   t:equal(c(), 5)
   t:step("figures and points of its own")
   t:figure("latency", 2.5, "us")
   t:figure("latency", 3)   -- the last one counts
   t:cover("reached/the-end")
end
return scenario
