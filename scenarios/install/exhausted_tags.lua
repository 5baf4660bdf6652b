-- SPDX-License-Identifier: Apache-2.0
-- Every ASID and every VMID of an SMMU is given out once, and no number more: one SMMU has 8 bits of ASIDs and 16 of VMIDs, the other one
-- the other way round.
-- AB-2 a tag is a number of its SMMU, as wide as that SMMU has it
-- Left out: what the policies do when an SMMU is full (install/tag_policies.lua).
local PAGE, IOVA = 0x1000, 0x40000000
local MORE = 260                                   -- streams and PASIDs of each SMMU: more than 8 bits can tell apart

local masters = {}
for i = 0, 1 do
   masters[#masters + 1] = { name = "pasids" .. i, smmu = "smmu" .. i, sids = { 0x10 }, ssid_bits = 9 }
   for n = 1, MORE do masters[#masters + 1] = { name = string.format("m%d_%d", i, n), smmu = "smmu" .. i, sids = { 0x200 + n } } end
end

local scenario = {
   title = "Tags of 8 and of 16 bits run out where they end, and one that comes back is given out again",
   rules = { "AB-2" },
   needs = { "S1P", "S2P", "SSIDSIZE>=9" },
   seed = 73,
   platform = {
      ram_mib = 128,
      smmus = { { name = "smmu0", idr = { ASID16 = 0, VMID16 = 1 } }, { name = "smmu1", idr = { ASID16 = 1, VMID16 = 0 } } },
      masters = masters,
      limits = { simulated_ms = 500, wall_s = 60 },
   },
}

-- Domains of one kind, each with the same page at another place, on one SMMU: at most one per stream or PASID.
local function crowd(t, number, type)
   local d, smmu, place = t.driver, "smmu" .. number, {}
   local one = { by_tag = {}, count = 0 }
   local pa = t.ram.alloc(MORE * PAGE, PAGE)
   local function master(n) return type == "s1" and "pasids" .. number or string.format("m%d_%d", number, n) end
   local function pasid(n) return type == "s1" and n or nil end
   function one.access(n)
      local dma = t.masters[master(n)]
      dma:write_pattern { iova = IOVA, size_bytes = 64, seed = n, pa = pa + (n - 1) * PAGE, ssid = pasid(n) }
   end
   -- The next one: the status, and what it cost where it was refused.
   function one.add(n)
      local dom = d:domain { type = type }
      dom:map { iova = IOVA, size_bytes = PAGE, pa = pa + (n - 1) * PAGE }
      local status
      local seen = t:watch(function()
         if type == "s1" then status = d:try("attach_pasid", master(n), dom, n) else status = d:try("attach", master(n), dom) end
      end)
      if status ~= "SMMU_OK" then
         local changes = 0
         for _, what in ipairs(seen) do changes = changes + ((what.kind == "store" or what.kind == "command") and 1 or 0) end
         dom:destroy()
         return status, changes
      end
      local tag = dom:tag(smmu)
      t:check(not one.by_tag[tag], string.format("%s: tag %d is given out once", smmu, tag))
      one.by_tag[tag], place[n], one.count = n, dom, one.count + 1
      return status, tag
   end
   function one.remove(n)
      local tag = place[n]:tag(smmu)
      if type == "s1" then d:detach_pasid(master(n), n) else d:detach(master(n)) end
      place[n]:destroy()
      place[n], one.by_tag[tag], one.count = nil, nil, one.count - 1
      return tag
   end
   return one
end

function scenario.run(t)
   local d = t.driver
   local rows = {}
   d:enable {}
   for _, m in ipairs(masters) do d:master(m.name) end
   -- First where they end.
   for _, one in ipairs { { 0, "s1", "ASID" }, { 1, "s2", "VMID" }, { 0, "s2", "VMID" }, { 1, "s1", "ASID" } } do
      local number, type, kind = table.unpack(one)
      local smmu = t.smmus["smmu" .. number]
      local bits = smmu:field("IDR0", kind .. "16") == 1 and 16 or 8
      t:step(string.format("%ss of %d bits on %s", kind, bits, smmu.name))
      local domains = crowd(t, number, type)
      local status, what = nil, nil
      for n = 1, MORE do
         status, what = domains.add(n)
         if status ~= "SMMU_OK" then break end
         if n % 51 == 1 or n > 250 then domains.access(n) end
      end
      if bits == 8 then
         t:equal({ status, what }, { "SMMU_E_NO_SPACE", 0 }, "one more than there are: its status, and stores and commands for it")
         for tag = 1, 255 do t:check(domains.by_tag[tag], string.format("%s %d is in use", kind, tag)) end
         local freed = domains.remove(77)
         local _, tag = domains.add(MORE)
         t:equal(tag, freed, "the tag that came back is given out again")
         domains.access(MORE)
         t:equal(domains.add(77), "SMMU_E_NO_SPACE", "and then there is none again")
      else
         t:equal(status, "SMMU_OK", "the last attach")
      end
      rows[#rows + 1] = { smmu.name, kind, bits, domains.count }
      t:expect_no_event(smmu)
   end
   t:table { title = "tags given out", columns = { "SMMU", "tag", "bits", "in use" }, rows = rows }
end

return scenario
