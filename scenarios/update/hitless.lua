-- SPDX-License-Identifier: Apache-2.0
-- Every change of a live STE or CD that the driver makes, under traffic: stores in their order, SYNCs, and what the SMMU could
-- have fetched in between.
-- AB-72 the table of transitions: how many SYNCs, which words in which group, valid throughout or not
-- AB-73 at every store the entry means what it meant before or what it shall mean, or has V = 0 in a declared break
-- AB-28 whatever was fetched while an STE said stage 1, its CD table was in place
-- The expectations are worked out by hand: first the words nobody looks at now, then one word as the switch, then what became
-- unused. Left out: entries with ATS, replacing with the lossless flag (update/lossless_replace.lua).

local PAGE, PASID = 4096, 3

local scenario = {
   title = "Live STE and CD updates: stores, SYNCs and validity of each transition, with the device working all the time",
   rules = { "AB-26", "AB-28", "AB-32", "AB-72", "AB-73" },
   needs = { "S1P", "SSIDSIZE>=2" },
   seed = 72,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" }, { name = "smmu1" } },
      masters = {
         { name = "dev", smmu = "smmu0", sids = { 0x20 }, ssid_bits = 2 },
         { name = "dev1", smmu = "smmu1", sids = { 0x20 }, ssid_bits = 2 },
      },
      limits = { simulated_ms = 200, wall_s = 60 },
   },
}

-- What an STE means: only what the SMMU looks at.
local function ste_meaning(t, words)
   local ste = t.arch.decode_structure("STE", words)
   local config = t.arch.structures.STE.fields.Config.enum
   if ste.V == 0 then return "invalid" end
   if ste.Config & 4 == 0 then return "abort" end
   if ste.Config == config.BYPASS then return "bypass shcfg=" .. ste.SHCFG end
   local parts = { "config=" .. ste.Config, "vmid=" .. ste.S2VMID }
   if ste.Config & 1 == 1 then
      for _, name in ipairs { "S1Fmt", "S1ContextPtr", "S1CDMax", "S1DSS", "S1CIR", "S1COR", "S1CSH", "STRW", "S1STALLD" } do
         parts[#parts + 1] = name .. "=" .. ste[name]
      end
      if ste.S1CDMax ~= 0 and ste.S1DSS == t.arch.structures.STE.fields.S1DSS.enum.BYPASS then parts[#parts + 1] = "shcfg=" .. ste.SHCFG end
   end
   if ste.Config & 2 == 2 then
      for _, name in ipairs { "S2T0SZ", "S2SL0", "S2TG", "S2PS", "S2AA64", "S2R", "S2S", "S2TTB" } do parts[#parts + 1] = name .. "=" .. ste[name] end
      parts[#parts + 1] = "shcfg=" .. ste.SHCFG
   end
   return table.concat(parts, " ")
end
local function cd_meaning(t, words)
   local cd = t.arch.decode_structure("CD", words)
   if cd.V == 0 then return "invalid" end
   local parts = {}
   for _, field in ipairs(t.arch.structures.CD.fields) do
      local unused = cd.EPD0 == 1 and (field.name == "TTB0" or field.name == "T0SZ" or field.name == "TG0" or field.name == "IR0" or
         field.name == "OR0" or field.name == "SH0")
      if not unused then parts[#parts + 1] = field.name .. "=" .. cd[field.name] end
   end
   return table.concat(parts, " ")
end

local function words_at(t, pa)
   local words = {}
   for i = 0, 7 do words[i + 1] = t.ram.read64(pa + 8 * i) end
   return words
end

-- Replays the stores of a list on an entry -> groups ("w1; w0"), SYNCs that followed a group, ever V = 0, mixtures.
local function replay(t, list, pa, start, meaning, smmu, cfgi, is_valid)
   local words = table.move(start, 1, 8, 1, {})
   local groups, open, syncs, announced, broke = {}, {}, 0, false, false
   local from = meaning(t, start)
   local seen = { from }
   for _, r in ipairs(list) do
      if r.kind == "store" and r.pa >= pa and r.pa < pa + 64 then
         local index = (r.pa - pa) // 8
         words[index + 1] = r.new
         if r.new ~= r.old then open[index] = true end
         seen[#seen + 1] = meaning(t, words)
         broke = broke or not is_valid(words)
      elseif r.kind == "command" and r.smmu == smmu then
         if r.command.name == cfgi then announced = true end
         if r.command.name == "SYNC" and announced then
            local parts = {}
            for i = 0, 7 do if open[i] then parts[#parts + 1] = "w" .. i end end
            groups[#groups + 1] = #parts > 0 and table.concat(parts, ",") or "-"
            syncs, open, announced = syncs + 1, {}, false
         end
      end
   end
   local to = meaning(t, words)
   local mixtures = {}
   for _, m in ipairs(seen) do
      if m ~= from and m ~= to and m ~= "invalid" then mixtures[#mixtures + 1] = m end
   end
   return { groups = table.concat(groups, "; "), syncs = syncs, broke = broke, mixtures = mixtures, stored = #seen > 1 }
end

local function ste_valid(words) return words[1] & 1 == 1 end
local function cd_valid(words) return words[1] >> 31 & 1 == 1 end

-- Runs one change under traffic. want: { groups = "w1; w0" (nil: the STE is left alone), hitless =, no_loss = (no read may abort) }
local function transition(t, state, name, want, change)
   local d, dev = t.driver, state.dev
   local ste_pa = d:ste(dev).pa
   local start = words_at(t, ste_pa)
   local traffic = { ok = 0, abort = 0, stop = false }
   local thread = t:spawn("traffic", function()
      while not traffic.stop do
         local result = dev:read { iova = state.page, size_bytes = 16 }
         traffic[result.status] = traffic[result.status] + 1
         t:wait_us(0.01)
      end
   end)
   t:wait_us(0.3)
   local list = t:watch(change)
   t:wait_us(0.3)
   traffic.stop = true
   thread:join()
   d:events(dev.smmu)

   local r = replay(t, list, ste_pa, start, ste_meaning, dev.smmu, "CFGI_STE", ste_valid)
   local what = dev.smmu .. ": " .. name
   if want.groups then
      t:equal(r.groups, want.groups, what .. ": words stored before each SYNC")
      t:equal(not r.broke, want.hitless, what .. ": STE.V = 1 throughout")
      t:equal(r.mixtures, {}, what .. ": values that are neither the old nor the new meaning")
   else
      t:equal(r.stored, false, what .. ": the STE is left alone")
   end
   if want.no_loss then t:equal(traffic.abort, 0, what .. ": reads lost of " .. traffic.ok + traffic.abort) end
   -- AB-28: each CD that was fetched lies in the table of the device.
   local info = d:master(dev)
   for _, f in ipairs(list) do
      if f.kind == "fetch" and f.class == "Cd" and f.smmu == dev.smmu and f.sid == dev.sid then
         t:check(info.has_cd_table and f.pa >= info.cd_table and f.pa < info.cd_table + info.cd_table_bytes,
            string.format("%s: a CD was fetched at 0x%x, outside the table at 0x%x", what, f.pa, info.cd_table))
      end
   end
   state.rows[#state.rows + 1] = { name, want.groups and r.groups or "-", r.syncs, not r.broke, traffic.ok, traffic.abort }
   return list
end

local function cd_change(t, state, name, ssid, want, change)
   local d, dev = t.driver, state.dev
   local cd = d:cd(dev, ssid)
   local start = words_at(t, cd.pa)
   local list = t:watch(change)
   local r = replay(t, list, cd.pa, start, cd_meaning, dev.smmu, "CFGI_CD", cd_valid)
   local what = dev.smmu .. ": " .. name
   t:equal(r.groups, want.groups, what .. ": words stored before each SYNC")
   t:equal(not r.broke and cd_valid(start), want.hitless, what .. ": CD.V = 1 throughout")
   -- The lossless form has a window of its own: valid, with the half that matters switched off.
   for _, m in ipairs(r.mixtures) do
      t:check(want.window and m:find(want.window, 1, true), what .. ": neither the old nor the new meaning: " .. m)
   end
   state.cd_rows[#state.cd_rows + 1] = { name, r.groups, r.syncs, want.hitless, want.window or want.hitless and "-" or "V = 0" }
end

local function run_behind(t, state)
   local d, dev = t.driver, state.dev
   local smmu = t.smmus[dev.smmu]
   state.page = t.ram.alloc(PAGE)
   local identity, blocked, s1, other = d:domain { type = "identity" }, d:domain { type = "blocked" }, d:domain { type = "s1" }, d:domain { type = "s1" }
   s1:map { iova = state.page, pa = state.page, size_bytes = PAGE }
   other:map { iova = state.page, pa = state.page, size_bytes = PAGE }
   d:master(dev)
   -- SHCFG counts where the STE bypasses. Where the SMMU has no override of attributes it is 0 everywhere, and nothing of word 1
   -- has to be prepared or cleaned for a bypass.
   local override = smmu:field("IDR1", "ATTR_TYPES_OVR") == 1 and "w1" or false
   local function groups(...)
      local parts = {}
      for _, word in ipairs { ... } do if word then parts[#parts + 1] = word end end
      return table.concat(parts, "; ")
   end
   local S2_WORDS = override and "w1,w2,w3" or "w2,w3"
   local S1_WORDS = "w1"  -- S1DSS, S1CIR, S1COR, S1CSH, S1STALLD and STRW are in word 1

   t:step(dev.smmu .. ": AB-72, AB-73 plain traffic from state to state")
   transition(t, state, "abort -> bypass", { groups = groups(override, "w0"), hitless = true }, function() d:attach(dev, identity) end)
   transition(t, state, "bypass -> abort", { groups = groups("w0", override), hitless = true }, function() d:attach(dev, blocked, { replace = true }) end)
   transition(t, state, "abort -> stage 1", { groups = groups(S1_WORDS, "w0"), hitless = true }, function() d:attach(dev, s1, { replace = true }) end)
   transition(t, state, "stage 1 -> abort", { groups = groups("w0", S1_WORDS), hitless = true }, function() d:attach(dev, blocked, { replace = true }) end)
   d:attach(dev, identity, { replace = true })
   transition(t, state, "bypass -> stage 1", { groups = groups(S1_WORDS, "w0", override), hitless = true, no_loss = true }, function() d:attach(dev, s1, { replace = true }) end)
   local list = transition(t, state, "stage 1 -> bypass", { groups = groups(override, "w0", S1_WORDS), hitless = true, no_loss = true }, function() d:attach(dev, identity, { replace = true }) end)
   -- AB-26: CD 0 is cleared and announced.
   local cleared, announced = false, false
   for _, r in ipairs(list) do
      if r.kind == "command" and r.smmu == dev.smmu then
         cleared = cleared or announced and r.command.name == "SYNC"
         announced = r.command.name == "CFGI_CD" and r.command.SubstreamID == 0
      end
   end
   t:check(cleared, dev.smmu .. ": CFGI_CD and SYNC for CD 0 after stage 1 was left")
   t:equal(t.arch.decode_structure("CD", words_at(t, d:master(dev).cd_table)).V, 0, dev.smmu .. ": CD 0 after stage 1 was left")

   t:step(dev.smmu .. ": AB-32, AB-72 PASIDs come and go under plain traffic")
   transition(t, state, "bypass -> S1DSS bypass (first PASID)", { groups = groups("w1", "w0"), hitless = true, no_loss = true }, function() d:attach_pasid(dev, other, PASID) end)
   transition(t, state, "S1DSS bypass -> SSID0", { groups = "w1", hitless = true, no_loss = true }, function() d:attach(dev, s1, { replace = true }) end)
   transition(t, state, "S1DSS SSID0 -> bypass", { groups = "w1", hitless = true, no_loss = true }, function() d:attach(dev, identity, { replace = true }) end)
   transition(t, state, "S1DSS bypass -> bypass (last PASID)", { groups = groups("w0", "w1"), hitless = true, no_loss = true }, function() d:detach_pasid(dev, PASID) end)
   d:attach(dev, s1, { replace = true })
   transition(t, state, "PASID beside stage 1", { no_loss = true }, function() d:attach_pasid(dev, other, PASID) end)
   d:detach_pasid(dev, PASID)
   d:detach(dev)

   if smmu:field("IDR0", "S2P") == 1 then
      t:step(dev.smmu .. ": AB-72, AB-73 stage 2")
      local s2 = d:domain { type = "s2" }
      s2:map { iova = state.page, pa = state.page, size_bytes = PAGE }
      transition(t, state, "abort -> stage 2", { groups = groups(S2_WORDS, "w0"), hitless = true }, function() d:attach(dev, s2) end)
      transition(t, state, "stage 2 -> abort", { groups = groups("w0", S2_WORDS), hitless = true }, function() d:attach(dev, blocked, { replace = true }) end)
      d:attach(dev, identity, { replace = true })
      transition(t, state, "bypass -> stage 2", { groups = "w2,w3; w0", hitless = true, no_loss = true }, function() d:attach(dev, s2, { replace = true }) end)
      transition(t, state, "stage 2 -> bypass", { groups = "w0; w2,w3", hitless = true, no_loss = true }, function() d:attach(dev, identity, { replace = true }) end)
      -- The VMID is used by both and differs: two words, so this one has a break.
      d:attach(dev, s1, { replace = true })
      transition(t, state, "stage 1 -> stage 2", { groups = "w0; w1,w2,w3; w0", hitless = false }, function() d:attach(dev, s2, { replace = true }) end)
      d:detach(dev)
   else
      t:skip_step(dev.smmu .. ": AB-72, AB-73 stage 2", "the SMMU has no stage 2")
   end

   t:step(dev.smmu .. ": AB-72, AB-73 CDs")
   d:attach(dev, s1)
   cd_change(t, state, "empty -> stage 1", PASID, { groups = "w1,w3; w0", hitless = false }, function() d:attach_pasid(dev, other, PASID) end)
   cd_change(t, state, "stage 1 -> other domain", PASID, { groups = "w0; w1; w0", hitless = false }, function() d:attach_pasid(dev, s1, PASID, { replace = true }) end)
   cd_change(t, state, "stage 1 -> other domain, lossless", PASID, { groups = "w0; w1; w0", hitless = true, window = "EPD0=1" }, function() d:attach_pasid(dev, other, PASID, { replace = true, lossless = true }) end)
   cd_change(t, state, "stage 1 -> empty", PASID, { groups = "w0; w1,w3", hitless = false }, function() d:detach_pasid(dev, PASID) end)
   d:detach(dev)
end

function scenario.run(t)
   t.driver:enable {}
   local rows, cd_rows = {}, {}
   for i, name in ipairs { "dev", "dev1" } do
      local state = { dev = t.masters[name], rows = {}, cd_rows = {} }
      run_behind(t, state)
      if i == 1 then rows, cd_rows = state.rows, state.cd_rows end
   end
   t:table { title = "STE of a working device (smmu0): words stored before each SYNC", columns = { "transition", "stores", "SYNCs", "valid throughout", "reads ok", "aborted" }, rows = rows }
   t:table { title = "CD (smmu0): words stored before each SYNC", columns = { "transition", "stores", "SYNCs", "valid throughout", "break" }, rows = cd_rows }
end

return scenario
