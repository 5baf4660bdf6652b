-- SPDX-License-Identifier: Apache-2.0
-- One domain on masters behind two SMMUs whose ASIDs have different width: what each SMMU is told, and nothing more.
-- AB-1  one map call serves both SMMUs: same PA, same TTB0 and attributes in both CDs
-- AB-2  SMMU0 (16-bit ASIDs) has 300 live domains already; on SMMU1 (8-bit) the domain still gets a tag of 1..255
-- AB-7  unmap tells each SMMU exactly the unmapped range with its own tag, then a SYNC, before the call returns
-- AB-8  three masters per SMMU: still one TLBI sequence per SMMU
-- AB-14 detaching the last user of an SMMU: CFGI, SYNC, TLBI by tag, SYNC; later unmaps send that SMMU nothing
-- Left out: the other tag policies, range invalidation.

local PAGE = 4096

local scenario = {
   title = "One domain on masters behind two SMMUs of different ASID width: each SMMU gets its own tag and its own invalidations",
   rules = { "AB-1", "AB-2", "AB-7", "AB-8", "AB-14" },
   needs = { "S1P" },
   seed = 11,
   params = { crowd = 300, pages = 3 },
   platform = {
      ram_mib = 128,
      smmus = {
         { name = "smmu0", idr = { ASID16 = 1 } },
         { name = "smmu1", idr = { ASID16 = 0 } },
      },
      masters = {
         { name = "a0", smmu = "smmu0", sids = { 0x10 } },
         { name = "a1", smmu = "smmu0", sids = { 0x11 } },
         { name = "a2", smmu = "smmu0", sids = { 0x12 } },
         { name = "b0", smmu = "smmu1", sids = { 0x10 } },
         { name = "b1", smmu = "smmu1", sids = { 0x11 } },
         { name = "b2", smmu = "smmu1", sids = { 0x12 } },
         { name = "crowd", smmu = "smmu0", sids = { 0x80 }, ssid_bits = 9 },
      },
      limits = { simulated_ms = 1000, wall_s = 60 },
   },
}

local on_smmu0, on_smmu1 = { "a0", "a1", "a2" }, { "b0", "b1", "b2" }

-- What one SMMU was told since the last look: invalidations by name, and whether a SYNC was the last command.
local function forget_commands(t)
   for _, s in ipairs(t.smmus) do s:commands() end
end

-- AB-7, AB-8: TLBIs with this tag cover the range's pages once each and nothing else; the last command is the SYNC.
local function check_unmap_commands(t, smmu, tag, iova, size_bytes)
   local list = smmu:commands()
   local covered = {}
   for i, c in ipairs(list) do
      if c.name == "TLBI_NH_VA" then
         t:equal(c.ASID, tag, smmu.name .. ": ASID of TLBI " .. i)
         t:equal(c.VMID, 0, smmu.name .. ": VMID of TLBI " .. i)
         t:equal(c.Leaf, 1, smmu.name .. ": only leaves were removed by TLBI " .. i)
         local span = c.TG == 0 and PAGE or (c.NUM + 1) << (c.SCALE + 10 + 2 * c.TG)
         for page = c.Address, c.Address + span - 1, PAGE do
            t:check(not covered[page], string.format("%s: page 0x%x is invalidated twice", smmu.name, page))
            covered[page] = true
         end
      elseif i < #list then
         t:check(false, smmu.name .. ": unexpected command " .. c.name)
      end
   end
   t:check(#list > 0, smmu.name .. ": no command at all for the unmap")
   t:equal(list[#list].name, "SYNC", smmu.name .. ": the last command of an unmap")
   for page = iova, iova + size_bytes - 1, PAGE do
      t:check(covered[page], string.format("%s: page 0x%x is not invalidated", smmu.name, page))
      covered[page] = nil
   end
   t:equal(next(covered), nil, smmu.name .. ": pages invalidated outside of the range")
end

-- Index of the first command of that name at or after `from` whose fields all fit.
local function find_command(list, from, wanted)
   for i = from, #list do
      local fits = true
      for key, value in pairs(wanted) do fits = fits and list[i][key] == value end
      if fits then return i end
   end
end

function scenario.run(t)
   local d = t.driver
   local s0, s1 = t.smmus.smmu0, t.smmus.smmu1
   local iova, size = 0x40000000, t.params.pages * PAGE

   t:step("enable: 16-bit ASIDs on smmu0, 8-bit on smmu1")
   local features = d:probe()
   t:equal(features.smmu0.asid_bits, 16, "smmu0")
   t:equal(features.smmu1.asid_bits, 8, "smmu1")
   d:enable {}

   -- The crowd are PASIDs of one device. Where the SMMU has none, the tag on smmu0 stays small and the rest is as true.
   local crowd_tags, crowded = {}, "AB-2: " .. t.params.crowd .. " domains are alive on smmu0"
   local crowd = s0:field("IDR1", "SSIDSIZE") >= 9 and t.params.crowd or 0
   if crowd == t.params.crowd then t:step(crowded) else t:skip_step(crowded, "smmu0 has no 9-bit SubstreamIDs") end
   for pasid = 1, crowd do
      local dom = d:domain { type = "s1" }
      d:attach_pasid("crowd", dom, pasid)
      local tag = d:cd("crowd", pasid).ASID
      t:check(tag ~= 0 and not crowd_tags[tag], "every live domain has a tag of its own, got " .. tag)
      crowd_tags[tag] = true
   end
   t:check(d:stats("smmu0").asids_used >= crowd, "smmu0 holds them all")

   t:step("AB-2: a domain of smmu0 gets a small tag of its own on smmu1")
   local dom = d:domain { type = "s1" }
   for _, m in ipairs(on_smmu0) do d:attach(m, dom) end
   local tag0 = d:cd("a0").ASID
   t:check(crowd < 256 or tag0 > 255, "with so many domains the tag on smmu0 does not fit 8 bits, got " .. tag0)
   for _, m in ipairs(on_smmu1) do d:attach(m, dom) end
   local tag1 = d:cd("b0").ASID
   t:check(tag1 >= 1 and tag1 <= 255, "tag on smmu1 must be 1..255, got " .. tag1)
   t:equal(d:cd("a0").ASID, tag0, "the tag on smmu0 is untouched")
   t:check(not crowd_tags[tag0], "the tag on smmu0 is nobody else's")

   t:step("AB-1: one map call, both SMMUs reach the same page")
   local pa = dom:map { iova = iova, size_bytes = size }
   local cd_a, cd_b = d:cd("a0"), d:cd("b0")
   for _, field in ipairs { "TTB0", "T0SZ", "TG0", "IPS", "IR0", "OR0", "SH0", "EPD0", "EPD1", "MAIR0", "MAIR1", "AA64", "V" } do
      t:equal(cd_b[field], cd_a[field], "CD." .. field .. " on both SMMUs")
   end
   t:equal(cd_a.TTB0, dom:stats().root, "CD.TTB0 is the root of the domain")
   for i, name in ipairs { "a0", "b0", "a1", "b1", "a2", "b2" } do
      local ste = d:ste(name)
      t:equal({ ste.V, ste.Config }, { 1, t.arch.structures.STE.fields.Config.enum.S1 }, "STE of " .. name)
      t.masters[name]:write_pattern { iova = iova, size_bytes = size, seed = i, pa = pa }
   end
   t.masters.a0:verify_pattern { iova = iova, size_bytes = size, seed = 6, pa = pa }
   t.masters.b0:verify_pattern { iova = iova, size_bytes = size, seed = 6, pa = pa }

   t:step("AB-7, AB-8: unmap is one TLBI sequence per SMMU")
   forget_commands(t)
   dom:unmap { iova = iova, size_bytes = size }
   check_unmap_commands(t, s0, tag0, iova, size)
   check_unmap_commands(t, s1, tag1, iova, size)

   t:step("AB-7: no master reaches the page any more")
   for _, name in ipairs { "a0", "a1", "a2", "b0", "b1", "b2" } do
      local m = t.masters[name]
      m:expect_abort(m:read { iova = iova, size_bytes = 64 })
      t:expect_event(m.smmu, { name = "F_TRANSLATION", StreamID = m.sid, RnW = 1, InputAddr = iova })
   end

   t:step("AB-14: the last user leaves smmu1: CFGI, then TLBI by tag")
   d:detach("b0")
   d:detach("b1")
   forget_commands(t)
   d:detach("b2")
   t:equal(d:ste("b2").Config, t.arch.structures.STE.fields.Config.enum.ABORT, "STE.Config of b2")
   local list = s1:commands()
   local config = find_command(list, 1, { name = "CFGI_STE", StreamID = 0x12 })
   t:check(config, "CFGI_STE of the detached stream")
   local config_sync = find_command(list, config, { name = "SYNC" })
   t:check(config_sync, "a SYNC after CFGI_STE")
   local by_tag = find_command(list, 1, { name = "TLBI_NH_ASID", ASID = tag1 })
   t:check(by_tag and by_tag > config_sync, "TLBI_NH_ASID of the tag after the SYNC of the CFGI")
   t:check(find_command(list, by_tag, { name = "SYNC" }), "a SYNC after TLBI_NH_ASID")
   t:equal(find_command(list, by_tag + 1, { name = "TLBI_NH_ASID" }), nil, "one TLBI by tag is enough")
   t:equal(#s0:commands(), 0, "commands smmu0 got for a detach on smmu1")

   t:step("AB-14: a later unmap tells smmu0 and leaves smmu1 alone")
   local pa2 = dom:map { iova = iova, size_bytes = size }
   t.masters.a1:write_pattern { iova = iova, size_bytes = size, seed = 99, pa = pa2 }
   forget_commands(t)
   dom:unmap { iova = iova, size_bytes = size }
   check_unmap_commands(t, s0, tag0, iova, size)
   t:equal(#s1:commands(), 0, "commands smmu1 got after its last user left")
   t:expect_no_event("smmu0")
   t:expect_no_event("smmu1")
end

return scenario
