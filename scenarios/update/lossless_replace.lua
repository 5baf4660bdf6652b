-- SPDX-License-Identifier: Apache-2.0
-- One domain takes the place of another at a PASID while the device works, in three ways: a plain replace, a lossless one, and a
-- lossless one under a device that can stall.
-- AB-20 every access gives the old page, the new page, or a fault that is announced: never the new tables under the old tag
-- AB-38 with stalls no access is lost
-- A second device stays on the old domain: what it reads shows whether the old tag was ever filled from the new tables.
-- Left out: the STE (update/hitless.lua).

local PAGE, IOVA, PASID = 4096, 0x8000000, 2

local scenario = {
   title = "Replacing the domain of a working PASID: what the device meets with and without the lossless flag, and with stalls",
   rules = { "AB-20", "AB-38" },
   needs = { "S1P", "SSIDSIZE>=2" },
   seed = 38,
   params = { rounds = 12, readers = 3 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dev0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 2 },
         { name = "stay0", smmu = "smmu0", sids = { 0x21 }, ssid_bits = 2 },
         { name = "dev1", smmu = "smmu1", sids = { 0x20 }, ssid_bits = 2 },
         { name = "stay1", smmu = "smmu1", sids = { 0x21 }, ssid_bits = 2 },
      },
      limits = { simulated_ms = 500, wall_s = 100 },
   },
}

local ONE, TWO = string.rep("domain 1", 2), string.rep("domain 2", 2)

local function run_mode(t, rows, smmu, mode)
   local d, dev, stay = t.driver, t.masters["dev" .. smmu.name:sub(-1)], t.masters["stay" .. smmu.name:sub(-1)]
   d:master(dev, { can_stall = mode.stall })
   local one, two = d:domain { type = "s1" }, d:domain { type = "s1" }
   t.ram.write(one:map { iova = IOVA, size_bytes = PAGE }, ONE)
   t.ram.write(two:map { iova = IOVA, size_bytes = PAGE }, TWO)
   d:attach_pasid(dev, one, PASID)
   d:attach_pasid(stay, one, PASID)
   local seen = { reads = 0, one = 0, two = 0, wrong = 0, abort = 0, stalled = 0, C_BAD_CD = 0, F_TRANSLATION = 0, other = 0 }
   local stop, open = false, 0

   local function judge(result)
      seen.reads = seen.reads + 1
      if result.status ~= "ok" then
         seen.abort = seen.abort + 1
      elseif result.data == ONE then
         seen.one = seen.one + 1
      elseif result.data == TWO then
         seen.two = seen.two + 1
      else
         seen.wrong = seen.wrong + 1
      end
   end
   local threads = {}
   for i = 1, t.params.readers do
      threads[i] = t:spawn("reader " .. i, function()
         while not stop do
            open = open + 1
            local result = dev:read { iova = IOVA, size_bytes = 16, ssid = PASID }
            if result.status == "stalled" then seen.stalled = seen.stalled + 1 end
            judge(dev:finish(result, { timeout_us = 1000 }))
            open = open - 1
            t:wait_us(0.005 * i)
         end
      end)
   end
   -- The handler: counts records and answers stalls with retry, as a page-fault handler that finds nothing to do.
   threads[#threads + 1] = t:spawn("fault handler", function()
      while not stop or open > 0 do
         for _, event in ipairs(d:events(smmu)) do
            if seen[event.name] then seen[event.name] = seen[event.name] + 1 else seen.other = seen.other + 1 end
            if event.Stall == 1 then d:respond(smmu, event, "retry") end
         end
         t:wait_us(0.05)
      end
   end)
   t:wait_us(0.5)
   local syncs = 0
   for round = 1, t.params.rounds do
      local before = d:stats(smmu).syncs
      d:attach_pasid(dev, round % 2 == 1 and two or one, PASID, { replace = true, lossless = mode.lossless })
      syncs = math.max(syncs, d:stats(smmu).syncs - before)
      t:wait_us(0.2)
      -- The device that stayed still sees the old domain under the old tag.
      t:equal(stay:read { iova = IOVA, size_bytes = 16, ssid = PASID }.data, ONE, "what the device on the old domain reads")
   end
   t:wait_us(0.5)
   stop = true
   for _, thread in ipairs(threads) do thread:join() end
   for _, event in ipairs(d:events(smmu)) do seen[event.name] = (seen[event.name] or 0) + 1 end

   t:equal({ seen.wrong, seen.other }, { 0, 0 }, mode.name .. ": wrong data, records of other kinds")
   t:check(seen.one > 3 and seen.two > 3, string.format("%s: both domains were read, %d and %d times", mode.name, seen.one, seen.two))
   if mode.lossless then t:equal(seen.C_BAD_CD, 0, mode.name .. ": C_BAD_CD records") end
   if not mode.lossless then t:equal(seen.F_TRANSLATION, 0, mode.name .. ": F_TRANSLATION records") end
   if mode.stall and mode.lossless then t:equal(seen.abort, 0, mode.name .. ": accesses lost") end
   rows[#rows + 1] = { smmu.name, mode.name, seen.reads, seen.one, seen.two, seen.C_BAD_CD, seen.F_TRANSLATION, seen.stalled, seen.abort, seen.wrong, syncs }
   for _, m in ipairs { dev, stay } do
      d:detach_pasid(m, PASID)
      d:forget_master(m)
   end
   one:destroy()
   two:destroy()
   return seen
end

function scenario.run(t)
   t.driver:enable {}
   local rows = {}
   for _, smmu in ipairs(t.smmus) do
      t:step(smmu.name .. ": AB-20 a plain replace: old, new, or C_BAD_CD")
      local plain = run_mode(t, rows, smmu, { name = "replace" })
      t:check(plain.C_BAD_CD > 0, smmu.name .. ": the window of a plain replace was met by the traffic")
      t:step(smmu.name .. ": AB-20 a lossless replace: old, new, or F_TRANSLATION")
      local lossless = run_mode(t, rows, smmu, { name = "lossless", lossless = true })
      t:check(lossless.F_TRANSLATION > 0, smmu.name .. ": the window of a lossless replace was met by the traffic")
      local title = smmu.name .. ": AB-38 a lossless replace under a device that stalls: nothing is lost"
      if smmu:field("IDR0", "STALL_MODEL") ~= 1 then
         t:step(title)
         local stalling = run_mode(t, rows, smmu, { name = "lossless, stalls", lossless = true, stall = true })
         t:check(stalling.stalled > 0, smmu.name .. ": accesses stalled in the window")
      else
         t:skip_step(title, "the SMMU cannot stall")
      end
   end
   t:table { title = t.params.rounds .. " replaces under traffic",
      columns = { "SMMU", "mode", "reads", "old page", "new page", "C_BAD_CD", "F_TRANSLATION", "stalled, retried", "lost", "wrong", "SYNCs at most" }, rows = rows }
end

return scenario
