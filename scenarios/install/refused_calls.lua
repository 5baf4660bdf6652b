-- SPDX-License-Identifier: Apache-2.0
-- What the driver refuses, and that a refusal leaves everything as it was: no store, no command, the same translations before and after.
-- Left out: refusals of one feature, which stand in the scenario of that feature (PASIDs, groups, nested domains, SVA).
local PAGE, IOVA = 0x1000, 0x40000000

local scenario = {
   title = "Refused calls say why, and change nothing",
   needs = { "S1P", "SSIDSIZE>=9" },
   seed = 70,
   platform = {
      ram_mib = 16,
      smmus = { { name = "smmu0", idr = { ASID16 = 0 } }, { name = "smmu1", idr = { ASID16 = 0, GRAN16K = 0 } } },
      masters = {
         { name = "dma0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 9 },
         { name = "more", smmu = "smmu0", sids = { 0x21 } },
         { name = "dma1", smmu = "smmu1", sids = { 0x20 }, ssid_bits = 2 },
      },
      limits = { simulated_ms = 500, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma0, dma1 = t.driver, t.masters.dma0, t.masters.dma1
   local rows = {}
   d:enable {}
   for _, m in ipairs { "dma0", "dma1", "more" } do d:master(m) end
   local base = t.ram.base
   local dom = d:domain { type = "s1", ias = 39, oas = 36 }
   d:attach(dma0, dom)
   local pa = dom:map { iova = IOVA, size_bytes = 4 * PAGE }

   -- fn() -> status. Nothing is stored, no SMMU hears of it, and what was there still is.
   local function refused(what, status, fn)
      local got
      local stores, commands = 0, 0
      for _, one in ipairs(t:watch(function() got = fn() end)) do
         if one.kind == "store" then stores = stores + 1 end
         if one.kind == "command" then commands = commands + 1 end
      end
      t:equal(got, status, what)
      t:equal({ stores, commands }, { 0, 0 }, what .. ": stores, commands")
      rows[#rows + 1] = { what, status }
   end
   local function still_there() dma0:write_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = #rows, pa = pa } end

   t:step("map")
   local function map(iova, to, size, on) return (on or dom):try("map", { iova = iova, pa = to, size_bytes = size }) end
   local identity = d:domain { type = "identity" }
   refused("map in a domain without tables", "SMMU_E_INVALID", function() return map(IOVA, base, PAGE, identity) end)
   refused("map of half a page", "SMMU_E_ALIGN", function() return map(IOVA, base, PAGE // 2) end)
   refused("map from the middle of a page", "SMMU_E_ALIGN", function() return map(IOVA + 64, base, PAGE) end)
   refused("map to the middle of a page", "SMMU_E_ALIGN", function() return map(IOVA + 16 * PAGE, base + 64, PAGE) end)
   refused("map that runs over the end of all addresses", "SMMU_E_OVERFLOW", function() return map(-PAGE, base, 2 * PAGE) end)
   refused("map of an IOVA of 40 bits", "SMMU_E_RANGE", function() return map(1 << 39, base, PAGE) end)
   refused("map to an address of 37 bits", "SMMU_E_RANGE", function() return map(IOVA + 16 * PAGE, 1 << 36, PAGE) end)
   t:equal(map(IOVA + 16 * PAGE, (1 << 36) - PAGE, PAGE), "SMMU_OK", "map to the last page of 36 bits")
   dma0:expect_abort(dma0:read { iova = IOVA + 16 * PAGE, size_bytes = 8 })        -- translated, but there is no memory
   t:expect_no_event("smmu0")
   refused("map over what is there", "SMMU_E_EXISTS", function() return map(IOVA, base, PAGE) end)
   still_there()

   t:step("unmap")
   local function unmap(iova, size, on) return (on or dom):try("unmap", { iova = iova, size_bytes = size }) end
   refused("unmap in a domain without tables", "SMMU_E_INVALID", function() return unmap(IOVA, PAGE, identity) end)
   refused("unmap of half a page", "SMMU_E_ALIGN", function() return unmap(IOVA, PAGE // 2) end)
   refused("unmap over the end of all addresses", "SMMU_E_OVERFLOW", function() return unmap(-PAGE, 2 * PAGE) end)
   refused("unmap of an IOVA of 40 bits", "SMMU_E_RANGE", function() return unmap(1 << 39, PAGE) end)
   local status, bytes
   refused("unmap of what is not there: nothing is unmapped", "SMMU_OK", function()
      status, bytes = unmap(IOVA + 64 * PAGE, PAGE)
      return status
   end)
   t:equal(bytes, 0, "bytes of an unmap of what is not there")
   still_there()

   t:step("destroying what is in use")
   refused("destroy a domain that is attached", "SMMU_E_BUSY", function() return dom:try("destroy") end)
   refused("forget a master that is attached", "SMMU_E_BUSY", function() return d:try("forget_master", dma0) end)
   refused("attach over another domain", "SMMU_E_BUSY", function() return d:try("attach", dma0, identity) end)
   refused("attach the same once more", "SMMU_E_EXISTS", function() return d:try("attach", dma0, dom) end)
   still_there()

   t:step("a domain of a granule the SMMU does not have, plain and under a PASID")
   local other = d:domain { type = "s1", granule_kib = 16 }
   refused("attach of a 16 KiB domain", "SMMU_E_INCOMPATIBLE", function() return d:try("attach", dma1, other) end)
   refused("the same under a PASID", "SMMU_E_INCOMPATIBLE", function() return d:try("attach_pasid", dma1, other, 1) end)
   t:check(other:misfit("smmu1"), "the driver says why")

   t:step("more domains than an SMMU of 8-bit ASIDs has tags")
   local count = 0
   repeat
      count = count + 1
      local one = d:domain { type = "s1" }
      status = d:try("attach_pasid", dma0, one, count)
   until status ~= "SMMU_OK" or count == 400
   t:equal(status, "SMMU_E_NO_SPACE", "the domain of PASID " .. count)
   t:check(count > 250 and count <= 256, "domains that found a tag beside the first: " .. count - 1)
   rows[#rows + 1] = { "attach under a PASID when no tag is left", status }
   local last = d:domain { type = "s1" }
   refused("attach when no tag is left", "SMMU_E_NO_SPACE", function() return d:try("attach", "more", last) end)
   still_there()

   t:step("memory for tables runs out")
   local big = d:domain { type = "s1", ias = 48 }
   count = 0
   repeat
      status = map(count << 30, base, PAGE, big)
      count = count + 1
   until status ~= "SMMU_OK" or count == 100000
   t:equal(status, "SMMU_E_NO_MEMORY", "the map after " .. count)
   rows[#rows + 1] = { "map when no table is left", status }
   t:equal(big:iova_to_phys(0), base, "what was mapped before")
   still_there()
   t:table { title = "refused", columns = { "call", "status" }, rows = rows }
end

return scenario
