-- SPDX-License-Identifier: Apache-2.0
-- Where the tag of a domain lives when SMMUs have ASIDs of different width: the three policies on one crowded system.
-- AB-2  LOCAL: every SMMU gives the domain a tag of its own, whatever the other one gave
-- AB-3  REJECT: one tag for all, so an SMMU it does not fit is refused, without a command and without a changed byte
-- AB-4  REALLOCATE: one tag for all, the live domain moves: CFGI_CD and SYNC before TLBI by the old tag and SYNC
-- AB-15 a tag somebody had to give up is flushed before another context becomes valid with it
-- Traffic runs during every attach; not one access may fail. Left out: the move for a CPU's ASID (sva/btm_asid_move.lua).

local PAGE, IOVA = 4096, 0x40000000

local scenario = {
   title = "Three policies for the tag of a domain on a 16-bit and an 8-bit SMMU: what each costs and whom it disturbs",
   rules = { "AB-2", "AB-3", "AB-4", "AB-15" },
   needs = { "S1P", "SSIDSIZE>=9" },
   seed = 12,
   params = { crowd = 300 },
   platform = {
      ram_mib = 128,
      smmus = {
         { name = "smmu0", idr = { ASID16 = 1 } },
         { name = "smmu1", idr = { ASID16 = 0 } },
      },
      masters = {
         { name = "a", smmu = "smmu0", sids = { 0x10 } },
         { name = "b", smmu = "smmu1", sids = { 0x11 } },
         { name = "crowd", smmu = "smmu0", sids = { 0x80 }, ssid_bits = 9 },
      },
      limits = { simulated_ms = 1000, wall_s = 60 },
   },
}

-- Index of the first command at or after `from` whose fields fit.
local function find(list, from, wanted)
   for i = from, #list do
      local fits = true
      for key, value in pairs(wanted) do fits = fits and list[i][key] == value end
      if fits then return i end
   end
end

-- Reads of master a until told to stop; counts those that did not give the page's bytes.
local function start_traffic(t, pattern)
   local traffic = { reads = 0, wrong = 0, stop = false }
   traffic.thread = t:spawn("traffic of a", function()
      while not traffic.stop do
         local result = t.masters.a:read { iova = IOVA, size_bytes = 64 }
         traffic.reads = traffic.reads + 1
         if result.status ~= "ok" or result.data ~= pattern then traffic.wrong = traffic.wrong + 1 end
         t:wait_us(0.02)
      end
   end)
   return traffic
end

local function structures_of_b(t)
   local ste = t.driver:ste("b")
   return ste and t.ram.read(ste.pa, 64) or ""
end

-- between(): what happens after the domain is on smmu0 and before it is wanted on smmu1.
local function try_policy(t, name, tags, between)
   local d = t.driver
   local dom = d:domain { type = "s1", tags = tags }
   d:attach("a", dom)
   d:master("b")
   local pa = dom:map { iova = IOVA, size_bytes = PAGE }
   local pattern = string.rep(name:sub(1, 4) .. "....", 8)
   t.ram.write(pa, pattern)
   local before = { tag = dom:tag("smmu0"), b = structures_of_b(t), cd = t.ram.read(d:cd("a").pa, 64) }
   if between then between() end
   local traffic = start_traffic(t, pattern)
   t:wait_us(1)
   local status
   local cost = t:cost(function() status = d:try("attach", "b", dom) end)
   t:wait_us(1)
   traffic.stop = true
   traffic.thread:join()
   t:check(traffic.reads > 2, "traffic ran during the attach")
   t:equal(traffic.wrong, 0, name .. ": reads of a that failed during the attach")
   t:expect_no_event("smmu0")
   return { name = name, dom = dom, status = status, cost = cost, before = before, pattern = pattern, reads = traffic.reads }
end

-- What the report shows of an outcome; then the domain goes.
local function finish(t, rows, run)
   local d = t.driver
   local accepted = run.status == "SMMU_OK"
   local s0, s1 = d:stats("smmu0"), d:stats("smmu1")
   rows[#rows + 1] = { run.name, accepted and "accepted" or run.status, run.before.tag, run.dom:tag("smmu0"), accepted and run.dom:tag("smmu1") or "-",
      run.cost.smmu0.commands, run.cost.smmu0.syncs, run.cost.smmu1.commands, run.cost.smmu1.syncs, s0.asids_used, s1.asids_used, run.reads }
   if accepted then
      local result = t.masters.b:read { iova = IOVA, size_bytes = 64 }
      t.masters.b:expect_ok(result)
      t:equal(result.data, run.pattern, run.name .. ": b reads the page of the domain")
      d:detach("b")
   end
   d:detach("a")
   run.dom:destroy()
end

function scenario.run(t)
   local d = t.driver
   local rows = {}

   t:step("a crowd: " .. t.params.crowd .. " domains own the small tags of smmu0")
   d:enable {}
   local by_tag = {}
   for pasid = 1, t.params.crowd do
      local dom = d:domain { type = "s1" }
      d:attach_pasid("crowd", dom, pasid)
      by_tag[dom:tag("smmu0")] = { dom = dom, pasid = pasid }
   end
   for tag = 1, 255 do t:check(by_tag[tag], "tag " .. tag .. " of smmu0 is taken") end

   t:step("AB-2: LOCAL, a tag for each SMMU")
   local run = try_policy(t, "LOCAL", "local")
   t:equal(run.status, "SMMU_OK", "LOCAL: attach to smmu1")
   t:check(run.before.tag > 255, "the tag on smmu0 does not fit smmu1, it is " .. run.before.tag)
   t:equal(run.dom:tag("smmu0"), run.before.tag, "LOCAL: the tag on smmu0 is untouched")
   local small = run.dom:tag("smmu1")
   t:check(small >= 1 and small <= 255, "LOCAL: the tag on smmu1 is 1..255, got " .. small)
   t:equal(run.cost.smmu0.commands, 0, "LOCAL: commands smmu0 got for an attach on smmu1")
   finish(t, rows, run)

   t:step("AB-3: REJECT, one tag for all or nothing")
   run = try_policy(t, "REJECT", "reject")
   t:equal(run.status, "SMMU_E_RANGE", "REJECT: attach to smmu1")
   t:equal(run.cost.commands, 0, "REJECT: commands of a refused attach")
   t:equal(structures_of_b(t), run.before.b, "REJECT: the STE of b")
   t:equal(t.ram.read(d:cd("a").pa, 64), run.before.cd, "REJECT: the CD of a")
   finish(t, rows, run)

   t:step("AB-4: REALLOCATE, a small tag has become free: the domain moves to it")
   local freed = 77
   run = try_policy(t, "REALLOCATE", "reallocate", function() d:detach_pasid("crowd", by_tag[freed].pasid) end)
   t:equal(run.status, "SMMU_OK", "REALLOCATE: attach to smmu1")
   t:check(run.before.tag > 255, "the tag before the move does not fit smmu1, it is " .. run.before.tag)
   t:equal({ run.dom:tag("smmu0"), run.dom:tag("smmu1") }, { freed, freed }, "REALLOCATE takes the free tag everywhere")
   local told = {}
   for i, c in ipairs(run.cost.smmu0.list) do told[i] = { c.name, c.ASID or c.StreamID } end
   t:equal(told, { { "CFGI_CD", 0x10 }, { "SYNC" }, { "TLBI_NH_ASID", run.before.tag }, { "SYNC" } }, "REALLOCATE: what smmu0 was told")
   finish(t, rows, run)

   t:step("AB-4, AB-15: REALLOCATE, every small tag is taken: somebody makes way, then the domain moves")
   d:attach_pasid("crowd", by_tag[freed].dom, by_tag[freed].pasid)
   run = try_policy(t, "REALLOCATE, full", "reallocate")
   t:equal(run.status, "SMMU_OK", "REALLOCATE with a full pool: attach to smmu1")
   local tag = run.dom:tag("smmu0")
   t:check(run.before.tag > 255 and tag <= 255, string.format("the domain moved from %d to %d", run.before.tag, tag))
   t:equal(run.dom:tag("smmu1"), tag, "REALLOCATE: one tag everywhere")
   t:equal(d:cd("a").ASID, tag, "REALLOCATE: CD.ASID of a")
   t:equal(d:cd("b").ASID, tag, "REALLOCATE: CD.ASID of b")
   local moved = by_tag[tag]
   t:check(moved and moved.dom:tag("smmu0") ~= tag, "the domain that owned tag " .. tag .. " has another one")
   local list = run.cost.smmu0.list
   local gave_way = find(list, 1, { name = "CFGI_CD", SubstreamID = moved.pasid, StreamID = 0x80 })
   local flushed = find(list, gave_way or 1, { name = "TLBI_NH_ASID", ASID = tag })
   local adopted = find(list, flushed or 1, { name = "CFGI_CD", StreamID = 0x10 })
   local cleaned = find(list, adopted or 1, { name = "TLBI_NH_ASID", ASID = run.before.tag })
   t:check(gave_way and flushed and adopted and cleaned, "on smmu0: CFGI_CD of the old owner, TLBI of its tag, CFGI_CD of a, TLBI of a's old tag")
   for _, place in ipairs { gave_way, flushed, adopted, cleaned } do t:equal(list[place + 1].name, "SYNC", "what follows command " .. place) end
   finish(t, rows, run)

   t:table { title = "attaching a live domain of smmu0 to smmu1 while it works",
      columns = { "policy", "outcome", "tag before", "smmu0", "smmu1", "cmds 0", "SYNCs 0", "cmds 1", "SYNCs 1", "tags used 0", "tags used 1", "reads meanwhile" }, rows = rows }
end

return scenario
