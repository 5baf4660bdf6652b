-- SPDX-License-Identifier: Apache-2.0
-- A device that uses its plain traffic (RID) and two PASIDs at the same time, each in an address space of its own.
-- AB-31 attaching at a PASID writes only the CD of that PASID; everything else keeps translating
-- AB-34 with stage 1 on the RID, STE.S1DSS says that traffic without a SubstreamID uses CD 0
-- AB-37 PASID 0, a PASID beyond the device's width and a PASID in use are refused without any effect
-- AB-39 detaching makes the CD invalid, with CFGI_CD and SYNC; the PASID then gives C_BAD_CD, others are unaffected
-- Left out: ATS, two-level CD tables, replacing. The same steps behind each SMMU of the platform.

local PAGE = 4096

local scenario = {
   title = "RID traffic and two PASIDs of one device translate side by side, and each can come and go alone",
   rules = { "AB-31", "AB-34", "AB-37", "AB-39" },
   needs = { "S1P", "SSIDSIZE" },
   seed = 3,
   params = { first = 1, second = 5 },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x40 }, ssid_bits = 4 },
         { name = "dma1", smmu = "smmu1", sids = { 0x41 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

-- The 16 CDs of the device as bytes, to see which of them a call changed.
local function cd_bytes(t, table_pa)
   local cds = {}
   for ssid = 0, 15 do cds[ssid] = t.ram.read(table_pa + 64 * ssid, 64) end
   return cds
end

local function check_only_changed(t, before, after, changed, what)
   for ssid = 0, 15 do
      if ssid == changed then
         t:check(after[ssid] ~= before[ssid], what .. ": CD " .. ssid .. " must change")
      else
         t:check(after[ssid] == before[ssid], what .. ": CD " .. ssid .. " must stay as it is")
      end
   end
end

local function run_behind(t, smmu, dma)
   local d = t.driver
   local p1, p2 = t.params.first, t.params.second
   local iova = 0x8000000
   local spaces = {}

   -- Every address space maps the same IOVA to a page of its own.
   for i, ssid in ipairs { 0, p1, p2 } do
      local dom = d:domain { type = "s1" }
      spaces[i] = { dom = dom, ssid = ssid ~= 0 and ssid or nil, pa = dom:map { iova = iova, size_bytes = PAGE }, seed = 100 + i }
   end
   local rid, first, second = spaces[1], spaces[2], spaces[3]
   local function check_translates(space)
      dma:write_pattern { iova = iova, size_bytes = PAGE, ssid = space.ssid, seed = space.seed, pa = space.pa }
      dma:verify_pattern { iova = iova, size_bytes = PAGE, ssid = space.ssid, seed = space.seed, pa = space.pa }
   end

   t:step(smmu.name .. ": stage 1 on the RID")
   d:attach(dma, rid.dom)
   check_translates(rid)
   local ste = d:ste(dma)
   local cd_table = ste.S1ContextPtr

   t:step(smmu.name .. ": AB-31 the first PASID writes its own CD only")
   local before = cd_bytes(t, cd_table)
   smmu:commands()
   d:attach_pasid(dma, first.dom, p1)
   check_only_changed(t, before, cd_bytes(t, cd_table), p1, "attach at PASID " .. p1)
   for _, c in ipairs(smmu:commands()) do
      if c.name == "CFGI_CD" then t:equal({ c.StreamID, c.SubstreamID }, { dma.sid, p1 }, "CFGI_CD of the attach") end
      t:check(c.name == "CFGI_CD" or c.name == "SYNC", "attach at a PASID needs only CFGI_CD and SYNC, got " .. c.name)
   end
   check_translates(rid)
   check_translates(first)

   t:step(smmu.name .. ": AB-31 the second PASID leaves the others alone")
   before = cd_bytes(t, cd_table)
   d:attach_pasid(dma, second.dom, p2)
   check_only_changed(t, before, cd_bytes(t, cd_table), p2, "attach at PASID " .. p2)
   for _, space in ipairs(spaces) do check_translates(space) end
   -- Three spaces, one IOVA: each page holds its own pattern.
   for _, space in ipairs(spaces) do dma:verify_pattern { iova = iova, size_bytes = PAGE, ssid = space.ssid, seed = space.seed, pa = space.pa } end

   t:step(smmu.name .. ": AB-34 S1DSS sends plain traffic to CD 0")
   ste = d:ste(dma)
   t:equal({ ste.V, ste.Config, ste.S1DSS }, { 1, t.arch.structures.STE.fields.Config.enum.S1, t.arch.structures.STE.fields.S1DSS.enum.SSID0 },
      "STE.V, Config, S1DSS")
   t:equal(ste.S1ContextPtr, cd_table, "the CD table stayed where it was")
   t:check(ste.S1CDMax >= 4, "the table holds the device's 16 SubstreamIDs, S1CDMax is " .. ste.S1CDMax)

   t:step(smmu.name .. ": AB-37 unusable PASIDs are refused without effect")
   before = cd_bytes(t, cd_table)
   smmu:commands()
   local spare = d:domain { type = "s1" }
   t:equal(d:try("attach_pasid", dma, spare, 0), "SMMU_E_INVALID", "PASID 0")
   t:equal(d:try("attach_pasid", dma, spare, 16), "SMMU_E_INVALID", "PASID 16 of a device with 4 bits")
   t:equal(d:try("attach_pasid", dma, spare, p1), "SMMU_E_BUSY", "a PASID in use")
   t:equal(#smmu:commands(), 0, "commands sent by refused calls")
   check_only_changed(t, before, cd_bytes(t, cd_table), nil, "refused calls")
   spare:destroy()

   t:step(smmu.name .. ": AB-39 one PASID goes, the others translate")
   smmu:commands()
   local tag = d:cd(dma, p1).ASID
   d:detach_pasid(dma, p1)
   t:equal(d:cd(dma, p1).V, 0, "CD.V of the detached PASID")
   local list = smmu:commands()
   t:equal({ list[1].name, list[1].StreamID, list[1].SubstreamID }, { "CFGI_CD", dma.sid, p1 }, "first command of the detach")
   t:equal(list[2].name, "SYNC", "second command of the detach")
   local flushed = false
   for i = 3, #list do flushed = flushed or (list[i].name == "TLBI_NH_ASID" and list[i].ASID == tag) end
   t:check(flushed, "the tag of the domain that left is flushed before it can be used again")
   t:equal(list[#list].name, "SYNC", "last command of the detach")
   dma:expect_abort(dma:read { iova = iova, size_bytes = 16, ssid = p1 })
   t:expect_event(smmu, { name = "C_BAD_CD", StreamID = dma.sid, SSV = 1, SubstreamID = p1 })
   check_translates(rid)
   check_translates(second)

   t:step(smmu.name .. ": a SubstreamID beyond the table is refused")
   local beyond = 1 << ste.S1CDMax
   dma:expect_abort(dma:read { iova = iova, size_bytes = 16, ssid = beyond })
   t:expect_event(smmu, { name = "C_BAD_SUBSTREAMID", StreamID = dma.sid, SubstreamID = beyond })

   t:step(smmu.name .. ": the second PASID and the RID go")
   d:detach_pasid(dma, p2)
   check_translates(rid)
   d:detach(dma)
   dma:expect_abort(dma:read { iova = iova, size_bytes = 16 })
   t:expect_no_event(smmu)
end

function scenario.run(t)
   t.driver:enable {}
   run_behind(t, t.smmus.smmu0, t.masters.dma0)
   run_behind(t, t.smmus.smmu1, t.masters.dma1)
end

return scenario
