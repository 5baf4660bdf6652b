-- SPDX-License-Identifier: Apache-2.0
-- SMMUs come and go while a domain is in use elsewhere: nothing is sent to one that is not there, and one that comes in knows nothing
-- from before.
-- AB-7  an unmap reaches every SMMU that may cache the page, and nobody else
-- AB-14 the tag of the domain on an SMMU goes with its last attachment there
-- AB-17 nothing touches the registers of an SMMU that was removed
-- Left out: an SMMU whose clock stops in the middle of a call (driver tests), power loss (suspend_resume.lua).

local PAGE, IOVA = 4096, 0x10000000

local scenario = {
   title = "An SMMU joins a domain in use, leaves it, goes away and comes back",
   rules = { "AB-7", "AB-14", "AB-17" },
   needs = { "S1P" },
   seed = 8,
   params = { rounds = 3 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "stays", smmu = "smmu0", sids = { 0x40 } },
         { name = "comes", smmu = "smmu1", sids = { 0x41 } },
         { name = "beside", smmu = "smmu1", sids = { 0x42 } },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

-- Unmaps a page that both may cache -> commands on each SMMU.
local function unmap_cost(t, dom, iova)
   local cost = t:cost(function() dom:unmap { iova = iova, size_bytes = PAGE } end)
   return cost.smmu0.commands, cost.smmu1.commands
end

function scenario.run(t)
   local d, stays, comes = t.driver, t.masters.stays, t.masters.comes
   local rows = {}
   local function note(state, zero, one) rows[#rows + 1] = { state, zero, one } end

   t:step("one SMMU, one domain; the other SMMU was never touched")
   d:probe { smmu = "smmu0" }
   d:enable { smmu = "smmu0" }
   local dom = d:domain { type = "s1" }
   local pa = dom:map { iova = IOVA, size_bytes = 16 * PAGE }
   d:attach(stays, dom)
   stays:write_pattern { iova = IOVA, size_bytes = 16 * PAGE, seed = 1, pa = pa }
   local zero, one = unmap_cost(t, dom, IOVA + 15 * PAGE)
   t:equal(one, 0, "commands on an SMMU that is off")
   note("smmu1 off", zero, one)

   for round = 1, t.params.rounds do
      local now = string.format(" (round %d of %d)", round, t.params.rounds)
      t:step("smmu1 comes: what was mapped before is there, what was unmapped is not" .. now)
      d:probe { smmu = "smmu1" }
      d:enable { smmu = "smmu1" }
      comes:expect_abort(comes:read { iova = IOVA, size_bytes = 8 })
      t:expect_event("smmu1", { name = "C_BAD_STREAMID", StreamID = comes.sid })
      d:attach(comes, dom)
      comes:verify_pattern { iova = IOVA, size_bytes = 6 * PAGE, seed = 1, pa = pa }
      comes:expect_abort(comes:read { iova = IOVA + 15 * PAGE, size_bytes = 8 })
      t:expect_event("smmu1", { name = "F_TRANSLATION", StreamID = comes.sid, InputAddr = IOVA + 15 * PAGE })

      t:step("AB-7: an unmap reaches both" .. now)
      local page = IOVA + (15 - round) * PAGE
      comes:expect_ok(comes:read { iova = page, size_bytes = 8 })
      zero, one = unmap_cost(t, dom, page)
      t:equal({ zero, one }, { 2, 2 }, "one TLBI and one SYNC on each SMMU")
      note("smmu1 joined", zero, one)
      for _, dma in ipairs { stays, comes } do
         dma:expect_abort(dma:read { iova = page, size_bytes = 8 })
         t:expect_event(dma.smmu, { name = "F_TRANSLATION", StreamID = dma.sid, InputAddr = page })
      end

      t:step("an SMMU with masters is not removed, and nothing changes" .. now)
      local refused = t:cost(function() t:equal(d:try("remove", "smmu1"), "SMMU_E_BUSY", "remove") end)
      t:equal(refused.commands, 0, "commands of a refused remove")
      comes:verify_pattern { iova = IOVA, size_bytes = PAGE, seed = 1, pa = pa }

      t:step("AB-14: the last detach there drops the tag, and the tag is free" .. now)
      local tag = dom:tag("smmu1")
      local left = t:cost(function() d:detach(comes) end)
      local dropped = false
      for _, c in ipairs(left.smmu1.list) do dropped = dropped or (c.name == "TLBI_NH_ASID" and c.ASID == tag) end
      t:check(dropped, "TLBI_NH_ASID of the tag on smmu1")
      t:equal(d:stats("smmu1").asids_used, 0, "tags in use on smmu1")
      zero, one = unmap_cost(t, dom, IOVA + (12 - round) * PAGE)
      t:equal(one, 0, "commands on smmu1 after the last detach there")
      note("smmu1 left", zero, one)
      comes:expect_abort(comes:read { iova = IOVA, size_bytes = 8 })

      t:step("AB-17: smmu1 goes, its registers are not touched any more" .. now)
      d:forget_master(comes)
      d:remove("smmu1")
      t:equal(t.smmus.smmu1:field("CR0", "SMMUEN"), 0, "it is off")
      local order = t:watch(function() dom:unmap { iova = IOVA + (9 - round) * PAGE, size_bytes = PAGE } end)
      for _, o in ipairs(order) do t:check(o.smmu ~= "smmu1", "something happened on smmu1: " .. o.kind) end
      stays:verify_pattern { iova = IOVA, size_bytes = PAGE, seed = 1, pa = pa }
   end

   t:step("another master of an SMMU that came back has its own life")
   d:enable { smmu = "smmu1" }
   local own = d:domain { type = "s1" }
   local own_pa = own:map { iova = IOVA, size_bytes = PAGE }
   d:attach("beside", own)
   t.masters.beside:write_pattern { iova = IOVA, size_bytes = 512, seed = 9, pa = own_pa }
   comes:expect_abort(comes:read { iova = IOVA, size_bytes = 8 })
   t:table { title = "commands of an unmap of one page", columns = { "state", "smmu0", "smmu1" }, rows = rows }
end

return scenario
