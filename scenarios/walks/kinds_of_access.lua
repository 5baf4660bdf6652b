-- SPDX-License-Identifier: Apache-2.0
-- Reads, writes and instruction fetches, of users and privileged, with and without a SubstreamID: pages of four kinds say who may, and
-- the record of a refused one says what it was.
-- Left out: attributes that an STE overrides (PRIVCFG, INSTCFG), E0PD, permissions of stage 2 alone (every_level.lua).
local PAGE, IOVA, PASID = 0x1000, 0x40000000, 3

local scenario = {
   title = "Every kind of access against every kind of page: who may, and what the record of a refusal says",
   needs = { "S1P", "SSIDSIZE>=2" },
   seed = 66,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 2 } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

-- Kinds of pages: what a user and what a privileged access may do there, as letters. A page that users may write is never fetched from by
-- a privileged access.
local pages = {
   { what = "data of users", access = "rw", privileged = false, user = "rw", privileged_may = "rw" },
   { what = "code of users, read-only", access = "rx", privileged = false, user = "rx", privileged_may = "rx" },
   { what = "code that users may write", access = "rwx", privileged = false, user = "rwx", privileged_may = "rw" },
   { what = "data of the system", access = "rw", privileged = true, user = "", privileged_may = "rw" },
   { what = "code of the system", access = "rx", privileged = true, user = "x", privileged_may = "rx" },
   { what = "nothing", user = "", privileged_may = "" },
}
local kinds = { r = "read", w = "write", x = "fetch" }

function scenario.run(t)
   local d, dma, smmu = t.driver, t.masters.dma0, t.smmus.smmu0
   local rows = {}
   d:enable {}

   -- The same pages for accesses with and without a SubstreamID, in domains of their own.
   local function run_one(ssid)
      local dom = d:domain { type = "s1" }
      local count = 0
      if ssid then d:attach_pasid(dma, dom, ssid) else d:attach(dma, dom) end
      for n, page in ipairs(pages) do
         local iova = IOVA + n * PAGE
         if page.access then
            t.ram.write(dom:map { iova = iova, size_bytes = PAGE, access = page.access, privileged = page.privileged }, "what is there...")
         end
         -- The privileged ones first: what the TLB holds of them must not let a user in.
         for _, privileged in ipairs { true, false } do
            local may = privileged and page.privileged_may or page.user
            local verdicts = {}
            for _, letter in ipairs { "r", "w", "x" } do
               local access = { iova = iova, ssid = ssid, privileged = privileged, instruction = letter == "x" }
               local write = letter == "w"
               if write then access.data = "what is there..." else access.size_bytes = 16 end
               local result = write and dma:write(access) or dma:read(access)
               local allowed = may:find(letter) ~= nil
               if allowed then
                  if not write then t:equal(dma:expect_ok(result).data, "what is there...", page.what) else dma:expect_ok(result) end
               else
                  dma:expect_abort(result)
                  t:expect_event(smmu, { name = page.access and "F_PERMISSION" or "F_TRANSLATION", StreamID = dma.sid, SSV = ssid and 1 or 0,
                     SubstreamID = ssid or 0, RnW = write and 0 or 1, PnU = privileged and 1 or 0, InD = letter == "x" and 1 or 0,
                     InputAddr = iova, S2 = 0, CLASS = t.arch.enums.EVENT_CLASS.IN })
               end
               count = count + 1
               verdicts[#verdicts + 1] = kinds[letter] .. (allowed and " ok" or " refused")
            end
            rows[#rows + 1] = { ssid and "PASID " .. ssid or "none", page.what, privileged and "privileged" or "user", table.concat(verdicts, ", ") }
         end
      end
      t:expect_no_event(smmu)
      t:equal(count, 6 * #pages, "accesses")
   end
   t:step("without a SubstreamID")
   run_one(nil)
   t:step("with one")
   run_one(PASID)
   t:table { title = "who may", columns = { "SubstreamID", "page", "access", "outcome" }, rows = rows }
end

return scenario
