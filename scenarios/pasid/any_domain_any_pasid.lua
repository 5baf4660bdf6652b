-- SPDX-License-Identifier: Apache-2.0
-- PASIDs of a device whose plain traffic (RID) is in each state it can be in: what the STE becomes, what it costs, who notices.
-- AB-31 attaching at a PASID writes only the CD of that PASID
-- AB-32, AB-33, AB-34 the first PASID under a RID that is identity, blocked or stage 1
-- AB-35 the last PASID gone, the STE is what it was, without a gap; the CD table stays
-- AB-36 stage 2 on the RID and PASIDs exclude each other, without side effects
-- AB-37 PASIDs and domains that cannot be, are refused
-- AB-38 another domain at a PASID in use: only with replace
-- AB-39 a PASID goes alone
-- AB-40, AB-41 several devices at one PASID: all or none, and those without PASIDs are skipped
-- Left out: replacing under traffic (update/lossless_replace.lua), ATS.

local PAGE, IOVA, PASID = 4096, 0x8000000, 5

local scenario = {
   title = "A PASID beside identity, blocked, stage-1 or no plain traffic: STE, cost and what each kind of access meets",
   rules = { "AB-31", "AB-32", "AB-33", "AB-34", "AB-35", "AB-36", "AB-37", "AB-38", "AB-39", "AB-40", "AB-41" },
   needs = { "S1P", "SSIDSIZE>=4" },
   seed = 31,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dev", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 4 },
         { name = "peer", smmu = "smmu1", sids = { 0x21 }, ssid_bits = 4 },
         { name = "third", smmu = "smmu1", sids = { 0x22 }, ssid_bits = 4 },
         { name = "plain", smmu = "smmu1", sids = { 0x23 } },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

local function name_of(enum, value)
   for name, v in pairs(enum) do if v == value then return name end end
   return tostring(value)
end
local function shape(t, ste)
   local f = t.arch.structures.STE.fields
   local config = name_of(f.Config.enum, ste.Config)
   return config == "S1" and config .. ", S1DSS " .. name_of(f.S1DSS.enum, ste.S1DSS) or config
end
local function outcome(result, data) return result.status == "ok" and (result.data == data and "translated" or "wrong data") or result.status end

-- Plain reads while something changes: ok, abort.
local function start_traffic(t, dev, iova)
   local traffic = { ok = 0, abort = 0, stop = false }
   traffic.thread = t:spawn("plain traffic", function()
      while not traffic.stop do
         local result = dev:read { iova = iova, size_bytes = 16 }
         traffic[result.status] = traffic[result.status] + 1
         t:wait_us(0.02)
      end
   end)
   t:wait_us(0.5)
   return traffic
end
local function stop_traffic(t, traffic)
   t:wait_us(0.5)
   traffic.stop = true
   traffic.thread:join()
end

-- Was the entry at pa invalid after any of the stores (word 0, V is bit 0)?
local function ever_invalid(list, pa)
   for _, r in ipairs(list) do
      if r.kind == "store" and r.pa == pa and r.new & 1 == 0 then return true end
   end
   return false
end

local function one_rid(t, rows, kind, expected)
   local d, dev = t.driver, t.masters.dev
   local rid = kind ~= "none" and d:domain { type = kind } or nil
   local page = t.ram.alloc(PAGE)
   local bytes, other = string.rep("plain...", 2), string.rep("withssid", 2)
   t.ram.write(page, bytes)
   -- The same address by plain traffic whether it is translated or not.
   if kind == "s1" then rid:map { iova = page, pa = page, size_bytes = PAGE } end
   if rid then d:attach(dev, rid) end
   local plain_works = kind == "identity" or kind == "s1"
   local dom = d:domain { type = "s1" }
   t.ram.write(dom:map { iova = IOVA, size_bytes = PAGE }, other)
   local before = shape(t, d:ste(dev))
   d:events("smmu0")

   local traffic = start_traffic(t, dev, page)
   local list
   local cost = t:cost(function() list = t:watch(function() d:attach_pasid(dev, dom, PASID) end) end)
   stop_traffic(t, traffic)
   local ste = d:ste(dev)
   t:equal(shape(t, ste), expected.ste, kind .. ": STE with a PASID")
   t:check(not ever_invalid(list, ste.pa), kind .. ": the STE is valid throughout")
   local ste_syncs = 0
   for i, c in ipairs(cost.smmu0.list) do
      if c.name == "CFGI_STE" and cost.smmu0.list[i + 1].name == "SYNC" then ste_syncs = ste_syncs + 1 end
   end
   t:equal(ste_syncs, expected.ste_syncs, kind .. ": SYNCs for the STE")
   if plain_works then
      t:check(traffic.ok > 4 and traffic.abort == 0, string.format("%s: plain reads meanwhile: %d ok, %d aborted", kind, traffic.ok, traffic.abort))
      t:expect_no_event("smmu0")
   else
      t:check(traffic.abort > 4 and traffic.ok == 0, string.format("%s: plain reads meanwhile: %d ok, %d aborted", kind, traffic.ok, traffic.abort))
   end
   d:events("smmu0")
   local with = outcome(dev:read { iova = IOVA, size_bytes = 16, ssid = PASID }, other)
   t:equal(with, "translated", kind .. ": traffic with the PASID")
   local plain = outcome(dev:read { iova = page, size_bytes = 16 }, bytes)
   t:equal(plain, plain_works and "translated" or "abort", kind .. ": plain traffic")
   if not plain_works then
      t:expect_event("smmu0", { name = "F_STREAM_DISABLED", StreamID = dev.sid })
      plain = "F_STREAM_DISABLED"
   end

   traffic = start_traffic(t, dev, page)
   list = nil
   local back = t:cost(function() list = t:watch(function() d:detach_pasid(dev, PASID) end) end)
   stop_traffic(t, traffic)
   t:check(not ever_invalid(list, ste.pa), kind .. ": the STE is valid while the last PASID goes")
   if plain_works then t:equal(traffic.abort, 0, kind .. ": plain reads lost while the last PASID went") end
   -- What was there before; with no RID domain a stream without PASIDs aborts silently.
   local after = shape(t, d:ste(dev))
   t:equal(after, before == "ABORT" and "ABORT" or expected.after or before, kind .. ": STE after the last PASID")
   t:check(d:master(dev).has_cd_table, kind .. ": the CD table stays allocated")
   d:events("smmu0")
   rows[#rows + 1] = { kind, before, shape(t, ste), cost.smmu0.commands, cost.smmu0.syncs, plain, with, after, back.smmu0.syncs }
   if rid then
      d:detach(dev)
      rid:destroy()
   end
   dom:destroy()
end

function scenario.run(t)
   local d, dev = t.driver, t.masters.dev
   local rows = {}
   d:enable {}

   t:step("AB-32, AB-35: identity gains a PASID and loses it, plain traffic never notices")
   one_rid(t, rows, "identity", { ste = "S1, S1DSS BYPASS", ste_syncs = 2 })
   t:step("AB-33, AB-35: blocked with a PASID: plain traffic is disabled, the PASID translates")
   one_rid(t, rows, "blocked", { ste = "S1, S1DSS TERMINATE", ste_syncs = 2 })
   t:step("AB-33: no domain at all with a PASID is as good as blocked")
   one_rid(t, rows, "none", { ste = "S1, S1DSS TERMINATE", ste_syncs = 2 })
   t:step("AB-31, AB-34: stage 1 with a PASID: only the CD of the PASID is written")
   one_rid(t, rows, "s1", { ste = "S1, S1DSS SSID0", ste_syncs = 0 })

   t:step("AB-37: what cannot be at a PASID is refused without a trace")
   local first, second = d:domain { type = "s1" }, d:domain { type = "s1" }
   d:attach_pasid(dev, first, PASID)
   local refusals = {}
   local cds = t.ram.read(d:ste(dev).S1ContextPtr, 16 * 64)
   local function refused(what, expected, ...)
      local status
      local arguments = table.pack(...)
      local cost = t:cost(function() status = d:try("attach_pasid", dev, table.unpack(arguments, 1, arguments.n)) end)
      t:equal(status, expected, what)
      t:equal(cost.commands, 0, what .. ": commands")
      t:equal(t.ram.read(d:ste(dev).S1ContextPtr, 16 * 64), cds, what .. ": CDs")
      refusals[#refusals + 1] = { what, status }
   end
   refused("PASID 0", "SMMU_E_INVALID", second, 0)
   refused("PASID 16 of a device with 4 bits", "SMMU_E_INVALID", second, 16)
   refused("a PASID in use, without replace", "SMMU_E_BUSY", second, PASID)
   refused("identity at a PASID", "SMMU_E_INVALID", d:domain { type = "identity" }, 6)
   refused("blocked at a PASID", "SMMU_E_INVALID", d:domain { type = "blocked" }, 6)

   t:step("AB-38: replace puts another domain at a PASID in use")
   second:map { iova = IOVA, size_bytes = PAGE }
   d:attach_pasid(dev, second, PASID, { replace = true })
   t:equal({ d:cd(dev, PASID).V, d:cd(dev, PASID).TTB0 }, { 1, second:stats().root }, "CD of the PASID")
   t:equal(first:stats().attachments, 0, "attachments of the domain that was replaced")
   dev:expect_ok(dev:read { iova = IOVA, size_bytes = 16, ssid = PASID })

   if t.smmus.smmu0:field("IDR0", "S2P") == 1 then
      t:step("AB-36: stage 2 on the RID and PASIDs exclude each other")
      local s2 = d:domain { type = "s2" }
      local status
      local cost = t:cost(function() status = d:try("attach", dev, s2) end)
      t:equal({ status, cost.commands }, { "SMMU_E_BUSY", 0 }, "stage 2 on the RID while a PASID is in use")
      refusals[#refusals + 1] = { "stage 2 on the RID while a PASID is in use", status }
      d:detach_pasid(dev, PASID)
      d:attach(dev, s2)
      cost = t:cost(function() status = d:try("attach_pasid", dev, first, PASID) end)
      t:equal({ status, cost.commands }, { "SMMU_E_INVALID", 0 }, "a PASID while the RID is stage 2")
      refusals[#refusals + 1] = { "a PASID while the RID is stage 2", status }
      d:detach(dev)
   else
      t:skip_step("AB-36: stage 2 on the RID and PASIDs exclude each other", "smmu0 has no stage 2")
      d:detach_pasid(dev, PASID)
   end

   t:step("AB-39: a PASID that went leaves C_BAD_CD, its neighbour translates")
   d:attach_pasid(dev, first, 3)
   d:attach_pasid(dev, second, 4)
   d:detach_pasid(dev, 3)
   dev:expect_abort(dev:read { iova = IOVA, size_bytes = 16, ssid = 3 })
   t:expect_event("smmu0", { name = "C_BAD_CD", StreamID = dev.sid, SSV = 1, SubstreamID = 3 })
   dev:expect_ok(dev:read { iova = IOVA, size_bytes = 16, ssid = 4 })
   d:detach_pasid(dev, 4)

   t:step("AB-40: several devices at one PASID, one is occupied: nobody has the domain, nobody was told")
   local group = { "dev", "peer", "third", "plain" }
   d:attach_pasid("third", first, 7)
   for _, name in ipairs { "dev", "peer" } do d:master(name) end
   local before = { d:ste("dev").raw, d:ste("peer").raw, d:ste("third").raw }
   local status
   local cost = t:cost(function() status = d:try("group_attach", group, second, { pasid = 7 }) end)
   t:equal({ status, cost.commands }, { "SMMU_E_BUSY", 0 }, "group attach with an occupied member, and its commands")
   t:equal({ d:ste("dev").raw, d:ste("peer").raw, d:ste("third").raw }, before, "STEs of the group")
   t:equal(second:stats().attachments, 0, "attachments of the domain")
   refusals[#refusals + 1] = { "a group with one occupied member", status }
   d:detach_pasid("third", 7)

   t:step("AB-41: the device without PASIDs is skipped")
   d:group_attach(group, second, { pasid = 7 })
   t:equal(second:stats().attachments, 3, "attachments of the domain")
   for _, name in ipairs { "dev", "peer", "third" } do
      local m = t.masters[name]
      m:expect_ok(m:read { iova = IOVA, size_bytes = 16, ssid = 7 })
   end
   d:group_detach(group, { pasid = 7 })
   t:equal(second:stats().attachments, 0, "attachments after the group detach")

   t:table { title = "the first PASID comes, the last one goes", columns = { "RID", "STE before", "STE with PASID", "cmds", "SYNCs", "plain traffic", "PASID traffic", "STE after", "SYNCs back" }, rows = rows }
   t:table { title = "refused, each with no command and no changed byte", columns = { "call", "status" }, rows = refusals }
end

return scenario
