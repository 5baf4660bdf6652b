-- SPDX-License-Identifier: Apache-2.0
-- PASIDs from one system-wide space, on devices that can express more or fewer of them.
-- AB-42 a number is 1 .. max_pasids-1 of the device that asks; bounds 0 and 1 mean none; exhaustion is an error of its own
-- AB-43 one address space, one PASID on every device; a device that cannot express it is refused, its CDs untouched
-- AB-44 a number is not free while anybody has a valid CD there, and not twice
-- AB-45 a domain of plain traffic also at a global PASID: same tables, same tag, one TLBI for an unmap
-- Left out: CPU address spaces (sva/), ATS.

local PAGE, IOVA = 4096, 0x8000000

local scenario = {
   title = "Global PASIDs: what devices of different width get, and one domain at RID and PASID with one tag",
   rules = { "AB-42", "AB-43", "AB-44", "AB-45" },
   needs = { "S1P", "SSIDSIZE>=4" },
   seed = 42,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "none", smmu = "smmu0", sids = { 0x10 } },
         { name = "two", smmu = "smmu0", sids = { 0x11 }, ssid_bits = 4 },
         { name = "five", smmu = "smmu1", sids = { 0x12 }, ssid_bits = 4 },
         { name = "wide", smmu = "smmu1", sids = { 0x13 }, ssid_bits = 4 },
      },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d = t.driver
   local rows = {}
   d:enable {}

   t:step("AB-42: each device draws until its bound is reached")
   d:master("two", { max_pasids = 2 })
   d:master("five", { max_pasids = 5 })
   local expected = { none = {}, two = { 1 }, five = { 2, 3, 4 }, wide = { 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 } }
   local taken = {}
   for _, name in ipairs { "none", "two", "five", "wide" } do
      local got = {}
      local status, pasid
      repeat
         status, pasid = d:try("pasid_alloc", name)
         if status == "SMMU_OK" then
            got[#got + 1] = pasid
            taken[pasid] = name
         end
      until status ~= "SMMU_OK" or #got > 16
      t:equal(got, expected[name], "PASIDs drawn by " .. name)
      t:equal(status, name == "none" and "SMMU_E_INVALID" or "SMMU_E_NO_SPACE", "the end of the numbers of " .. name)
      rows[#rows + 1] = { name, d:master(name).ssid_bits, d:master(name).max_pasids, #got > 0 and table.concat(got, " ") or "-", status }
   end

   t:step("AB-43: one PASID for one address space; who cannot express it is refused")
   local shared, global = d:domain { type = "s1" }, 9
   shared:map { iova = IOVA, size_bytes = PAGE }
   d:attach_pasid("wide", shared, global)
   local cost, status = t:cost(function() return (d:try("attach_pasid", "five", shared, global)) end)
   t:equal(status, "SMMU_E_OVERFLOW", "PASID 9 on a device with bound 5")
   t:equal(cost.commands, 0, "commands of the refused attach")
   t:check(not d:master("five").has_cd_table, "the refused device has no CD table, so no CD was written")
   t.masters.wide:expect_ok(t.masters.wide:read { iova = IOVA, size_bytes = 16, ssid = global })

   t:step("AB-44: a PASID in use is not given back, and nothing is given back twice")
   t:equal(d:try("pasid_free", global), "SMMU_E_BUSY", "free of a PASID with a valid CD")
   local held = d:cd("wide", global)
   t:equal(held.V, 1, "CD.V after the refused free")
   d:detach_pasid("wide", global)
   -- The STE aborts again, so the SMMU finds no CD table any more; the CD itself is looked at where it was.
   t:equal(d:cd("wide", global), nil, "a CD the SMMU could find after the detach")
   t:equal(t.ram.read64(held.pa) >> 31 & 1, 0, "CD.V after the detach")
   d:pasid_free(global)
   t:equal(d:try("pasid_free", global), "SMMU_E_NOT_FOUND", "the second free")
   t:equal(d:pasid_alloc("wide"), global, "the number is handed out again")

   t:step("AB-45: the domain of plain traffic also at a global PASID: one tag, one TLBI")
   local wide = t.masters.wide
   local pa = shared:iova_to_phys(IOVA)
   d:attach(wide, shared)
   d:attach_pasid(wide, shared, global)
   local cd, cd_pasid = d:cd(wide), d:cd(wide, global)
   t:equal({ cd_pasid.TTB0, cd_pasid.ASID, cd_pasid.V }, { cd.TTB0, cd.ASID, 1 }, "CD of the PASID against CD of plain traffic")
   t:equal(#shared:inv_array(), 1, "entries of the invalidation array")
   t:equal(shared:inv_array()[1].users, 2, "users of its entry")
   wide:write_pattern { iova = IOVA, size_bytes = 256, seed = 1, pa = pa }
   wide:verify_pattern { iova = IOVA, size_bytes = 256, seed = 1, pa = pa, ssid = global }
   cost = t:cost(function() shared:unmap { iova = IOVA, size_bytes = PAGE } end)
   local names = {}
   for i, c in ipairs(cost.smmu1.list) do names[i] = c.name end
   t:equal(names, { "TLBI_NH_VA", "SYNC" }, "commands of an unmap")
   t:equal(cost.smmu0.commands, 0, "commands of the other SMMU")
   for _, ssid in ipairs { -1, global } do
      wide:expect_abort(wide:read { iova = IOVA, size_bytes = 16, ssid = ssid >= 0 and ssid or nil })
      t:expect_event("smmu1", { name = "F_TRANSLATION", StreamID = wide.sid, SSV = ssid >= 0 and 1 or 0, InputAddr = IOVA })
   end

   t:step("everything goes back")
   d:detach_pasid(wide, global)
   d:detach(wide)
   for pasid in pairs(taken) do d:pasid_free(pasid) end
   t:equal(d:pasid_alloc("two"), 1, "the first number is free again")

   t:table { title = "PASIDs drawn from one space, in this order", columns = { "device", "SSID bits", "bound (exclusive)", "PASIDs", "then" }, rows = rows }
end

return scenario
