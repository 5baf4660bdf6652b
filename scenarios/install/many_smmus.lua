-- SPDX-License-Identifier: Apache-2.0
-- One domain on many SMMUs of different abilities, three masters on each: every SMMU is told in its own words, once, at the same time.
-- AB-5  a stage-2 domain has a VMID of each SMMU it is on, in that SMMU's range and never 0
-- AB-6  stage-2 domains of one SMMU use up nothing on the others
-- AB-7, AB-8, AB-9  an unmap: one sequence per SMMU with its own tag, ranges where there are ranges, single pages elsewhere
-- AB-10 the SYNCs overlap: nobody waits for one SMMU before telling the next
-- AB-11 the invalidation array is sorted, without duplicates, and counts attachments
-- AB-12 what does not fit an SMMU is refused with a reason and without any effect
-- Left out: ATS endpoints, other granules than 4 KiB.

local PAGE, IOVA, PAGES = 4096, 0x40000000, 33

local smmus, masters = {}, {}
for i = 0, 7 do
   local name = "smmu" .. i
   -- Without ranges: even numbers. 8-bit tags: 2, 3, 6, 7. A smaller output size: 4. Linear stream table: 5.
   smmus[i + 1] = { name = name, idr = { RIL = i % 2, ASID16 = 1 - (i >> 1 & 1), VMID16 = 0, OAS = i == 4 and 2 or 4, ST_LEVEL = i == 5 and 0 or 1,
      SIDSIZE = i == 5 and 6 or 8 } }
   for k = 0, 2 do masters[#masters + 1] = { name = string.format("m%d%d", i, k), smmu = name, sids = { 0x10 + k } } end
end

local scenario = {
   title = "One domain on eight SMMUs of mixed abilities and 24 masters: who is told what, and how often",
   rules = { "AB-1", "AB-5", "AB-6", "AB-7", "AB-8", "AB-9", "AB-10", "AB-11", "AB-12" },
   needs = { "S1P" },
   seed = 21,
   platform = { ram_mib = 256, smmus = smmus, masters = masters, limits = { simulated_ms = 1000, wall_s = 100 } },
}

-- Pages that a list of TLBIs covers, by page; every one with the tag, none twice.
local function covered_pages(t, s, list, tag)
   local covered, ranges, singles = {}, 0, 0
   for i, c in ipairs(list) do
      if c.name == "TLBI_NH_VA" then
         t:equal(c.ASID, tag, s.name .. ": ASID of TLBI " .. i)
         local bytes = PAGE
         if c.TG ~= 0 then
            bytes, ranges = (c.NUM + 1) << (c.SCALE + 10 + 2 * c.TG), ranges + 1
         else
            singles = singles + 1
         end
         for page = c.Address, c.Address + bytes - 1, PAGE do
            t:check(not covered[page], string.format("%s: page 0x%x is invalidated twice", s.name, page))
            covered[page] = true
         end
      else
         t:check(c.name == "SYNC" and i == #list, s.name .. ": unexpected command " .. c.name)
      end
   end
   return covered, ranges, singles
end

local function count(set)
   local n = 0
   for _ in pairs(set) do n = n + 1 end
   return n
end

local function check_array(t, dom, users)
   local list = dom:inv_array()
   t:equal(#list, #t.smmus, "entries of the invalidation array")
   for i, entry in ipairs(list) do
      t:equal({ entry.smmu, entry.type, entry.id, entry.users }, { t.smmus[i].name, "asid", dom:tag(t.smmus[i]), users }, "entry " .. i)
   end
end

local function stage_2(t)
   local d = t.driver
   local with = {}
   for _, s in ipairs(t.smmus) do
      if s:field("IDR0", "S2P") == 1 then with[#with + 1] = s end
   end
   if #with < 2 then
      t:skip_step("AB-5, AB-6: stage-2 domains and their VMIDs", "fewer than two SMMUs have stage 2")
      return
   end
   t:step("AB-5: a stage-2 domain on " .. #with .. " SMMUs has a VMID of each")
   local first, last = with[1], with[#with]
   -- First some others on the first SMMU, so that numbers differ.
   local others = {}
   for k = 0, 1 do
      others[k] = d:domain { type = "s2" }
      d:attach("m" .. first.name:sub(-1) .. k, others[k])
   end
   local free_before = d:stats(last).vmids_used
   local shared = d:domain { type = "s2" }
   local pa = shared:map { iova = IOVA, size_bytes = PAGE }
   for i, s in ipairs(with) do
      local m = t.masters["m" .. s.name:sub(-1) .. 2]
      d:attach(m, shared)
      local vmid = d:ste(m).S2VMID
      t:equal(vmid, shared:tag(s), s.name .. ": STE.S2VMID")
      t:check(vmid >= 1 and vmid <= 255, s.name .. ": VMID in the range of the SMMU, got " .. vmid)
      m:write_pattern { iova = IOVA, size_bytes = 256, seed = i, pa = pa }
   end
   t:check(d:ste("m" .. first.name:sub(-1) .. 2).S2VMID ~= d:ste("m" .. last.name:sub(-1) .. 2).S2VMID, "the domain has different VMIDs on the two SMMUs")
   t:step("AB-6: what lives on one SMMU takes nothing from another")
   t:equal(d:stats(last).vmids_used, free_before + 1, last.name .. ": VMIDs in use are those of the shared domain alone")
   local cost = t:cost(function() shared:unmap { iova = IOVA, size_bytes = PAGE } end)
   for _, s in ipairs(with) do
      t:equal({ cost[s.name].list[1].name, cost[s.name].list[1].VMID }, { "TLBI_S2_IPA", shared:tag(s) }, s.name .. ": the unmap of a stage-2 page")
      d:detach("m" .. s.name:sub(-1) .. 2)
   end
   for k = 0, 1 do d:detach("m" .. first.name:sub(-1) .. k) end
end

function scenario.run(t)
   local d = t.driver

   t:step("bring up eight SMMUs")
   local features = d:probe()
   d:enable {}
   local dom = d:domain { type = "s1", oas = 40 }

   t:step("AB-12: domains that do not fit are refused with a reason, without a command")
   local kinds = {
      { "S1, 40-bit output", dom },
      { "S1, 44-bit output", d:domain { type = "s1", oas = 44 } },
      { "S2, 40-bit output", (select(2, d:try("domain", { type = "s2", oas = 40, ias = 40 }))) },
   }
   local fit_rows = {}
   for _, s in ipairs(t.smmus) do
      local row = { s.name, features[s.name].oas_bits, features[s.name].stage2 and "S1, S2" or "S1" }
      for n, kind in ipairs(kinds) do
         local reason = kind[2]:misfit(s)
         row[n + 3] = reason or "fits"
         local may = (n ~= 2 or features[s.name].oas_bits >= 44) and (n ~= 3 or features[s.name].stage2)
         t:equal(reason == nil, may, s.name .. ": " .. kind[1])
         if reason then
            local m = "m" .. s.name:sub(-1) .. 0
            d:master(m)
            local before = t.ram.read(d:ste(m).pa, 64)
            local status
            local cost = t:cost(function() status = d:try("attach", m, kind[2]) end)
            t:equal(status, "SMMU_E_INCOMPATIBLE", s.name .. ": attach of " .. kind[1])
            t:equal(cost.commands, 0, s.name .. ": commands of a refused attach")
            t:equal(t.ram.read(d:ste(m).pa, 64), before, s.name .. ": the STE after a refused attach")
         end
      end
      fit_rows[#fit_rows + 1] = row
   end

   t:step("AB-1: one domain on 24 masters")
   for _, m in ipairs(t.masters) do d:attach(m, dom) end
   local pa = dom:map { iova = IOVA, size_bytes = PAGES * PAGE }
   for i, m in ipairs(t.masters) do m:write_pattern { iova = IOVA + (i - 1) * PAGE, size_bytes = 256, seed = i, pa = pa + (i - 1) * PAGE } end

   t:step("AB-11: the invalidation array has one entry per SMMU and counts three users each")
   check_array(t, dom, 3)

   t:step("AB-7, AB-8, AB-9: an unmap of " .. PAGES .. " pages, as each SMMU was told")
   local start_ns, took_ns = t.now_ns(), 0
   local list
   local cost = t:cost(function()
      list = t:watch(function()
         dom:unmap { iova = IOVA, size_bytes = PAGES * PAGE }
         took_ns = t.now_ns() - start_ns
      end)
   end)
   local rows = {}
   for _, s in ipairs(t.smmus) do
      local mine = cost[s.name]
      local covered, ranges, singles = covered_pages(t, s, mine.list, dom:tag(s))
      for page = IOVA, IOVA + (PAGES - 1) * PAGE, PAGE do t:check(covered[page], string.format("%s: page 0x%x is covered", s.name, page)) end
      t:equal(count(covered), PAGES, s.name .. ": pages invalidated")
      t:equal(mine.syncs, 1, s.name .. ": SYNCs")
      local has_ranges = s:field("IDR3", "RIL") == 1
      -- 33 pages are one page and 32 pages (SCALE 5).
      t:equal({ ranges, singles }, has_ranges and { 2, 0 } or { 0, PAGES }, s.name .. ": range and single commands")
      rows[#rows + 1] = { s.name, features[s.name].asid_bits, has_ranges, dom:tag(s), mine.commands - mine.syncs, ranges > 0 and "ranges" or "pages", count(covered), mine.syncs }
   end

   t:step("AB-10: the second SMMU is told before the first has answered")
   local doorbell, first_sync
   for i, r in ipairs(list) do
      if r.kind == "doorbell" and r.smmu == "smmu1" then doorbell = doorbell or i end
      if r.kind == "command" and r.smmu == "smmu0" and r.command.name == "SYNC" then first_sync = first_sync or i end
   end
   t:check(doorbell and first_sync and doorbell < first_sync, "CMDQ_PROD of smmu1 was written before smmu0 consumed its SYNC")

   t:step("AB-7: nobody reaches the pages any more")
   for _, m in ipairs(t.masters) do
      m:expect_abort(m:read { iova = IOVA, size_bytes = 64 })
      t:expect_event(m.smmu, { name = "F_TRANSLATION", StreamID = m.sid, InputAddr = IOVA })
   end

   t:step("AB-11: detaching one master of each leaves two users, detaching all an empty array")
   for i = 0, 7 do d:detach("m" .. i .. 2) end
   check_array(t, dom, 2)
   for i = 0, 7 do d:detach("m" .. i .. 1) end
   for i = 0, 7 do d:detach("m" .. i .. 0) end
   t:equal(dom:inv_array(), {}, "the invalidation array of a domain nobody uses")

   stage_2(t)
   t:table { title = "which domain fits which SMMU", columns = { "SMMU", "OAS", "stages", kinds[1][1], kinds[2][1], kinds[3][1] }, rows = fit_rows }
   t:table { title = string.format("one unmap of %d pages, 24 masters", PAGES), columns = { "SMMU", "ASID bits", "RIL", "tag", "TLBIs", "form", "pages covered", "SYNCs" }, rows = rows }
   t:log(string.format("the unmap took %d ns", took_ns))
end

return scenario
