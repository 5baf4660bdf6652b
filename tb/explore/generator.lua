-- SPDX-License-Identifier: Apache-2.0
-- Makes up a platform and a list of steps for `tandem explore` from math.random, which the caller has seeded: lines of a scenario.
-- Mostly valid steps, some that must be refused, faults, errors of the memory, small queues, several CPUs, devices with translation
-- caches; and among them steps that aim at points of the coverage model which were not reached yet (aims.lua).
-- Left out: what the steps mean (tb/lua/prelude/play.lua), running them. Proof: tb/explore/test/test_explore.cpp.

local PAGE = 4096
local SCRATCH, SCRATCH_BYTES = 0x80800000, 0x800000     -- in RAM, below what the driver takes at the top of 64 MiB
local IOVA = 0x10000000

local random = math.random
local function chance(percent) return random(100) <= percent end
local function pick(list) return list[random(#list)] end
local function hex(value) return string.format("0x%x", value) end

-- { weight, value }...
local function weighted(list)
   local total = 0
   for _, entry in ipairs(list) do total = total + entry[1] end
   local at = random(total)
   for _, entry in ipairs(list) do
      at = at - entry[1]
      if at <= 0 then return entry[2] end
   end
end

local function platform(o)
   local smmus, masters = {}, {}
   local most = o.most_smmus
   local count = math.min(most, weighted { { 5, 1 }, { 6, 2 }, { 4, 3 }, { 2, 4 }, { 2, random(5, 8) } })
   local sids_used, number = {}, 0
   local forced = false
   for i = 0, count - 1 do
      local idr = {}
      if chance(40) then idr[#idr + 1] = "ASID16 = 0" end
      local long_lists = o.tlm_only and chance(16)
      if long_lists or chance(20) then idr[#idr + 1] = "RIL = 0" end
      if chance(20) then idr[#idr + 1] = "BBML = " .. random(0, 1) end
      if chance(15) then idr[#idr + 1] = "GRAN16K = 0" end
      if chance(15) then idr[#idr + 1] = "GRAN64K = 0" end
      if chance(20) then idr[#idr + 1] = "CD2L = 0" end
      if chance(15) then idr[#idr + 1] = "HTTU = " .. random(0, 1) end
      if o.tlm_only and chance(40) then idr[#idr + 1] = "SSIDSIZE = 16" end      -- more than the RTL block has
      if chance(20) then idr[#idr + 1] = "OAS = " .. random(2, 4) end
      local stalls = weighted { { 18, 0 }, { 2, 1 }, { 4, 2 } }
      if stalls > 0 then idr[#idr + 1] = stalls == 1 and "STALL_MODEL = 1, STALL_MAX = 0" or "STALL_MODEL = 2" end
      if chance(stalls > 0 and 50 or 20) then idr[#idr + 1] = "TERM_MODEL = 1" end
      forced = forced or stalls == 2
      -- An MMU-700 with its errata, which the RTL block cannot be: long lists of commands, no nesting.
      if long_lists then idr[#idr + 1] = "Implementer = 0x43b, ProductID = 0x487" end
      if chance(50) then idr[#idr + 1] = "CMDQS = " .. random(1, 4) end
      if chance(50) then idr[#idr + 1] = "EVENTQS = " .. random(1, 4) end
      -- Devices with translation caches are behind a model whatever the run is on; the first two SMMUs are of the run's backends.
      local ats = i >= (o.tlm_only and 0 or 2) and chance(30)
      if ats then idr[#idr + 1] = "ATS = 1, PRI = 1" end
      -- On some models walks take time, as they do on the RTL: commands come in between.
      local timed = o.tlm_only and chance(40) and pick { 20, 200, 1000, 4000 }
      smmus[#smmus + 1] = string.format('{ name = "smmu%d"%s%s%s },', i, ats and ', backend = "tlm"' or "",
         #idr > 0 and ", idr = { " .. table.concat(idr, ", ") .. " }" or "", timed and ", params = { timed_walks = 1, walk_latency_ns = " .. timed .. " }" or "")
      sids_used[i] = {}
      for _ = 1, random(1, 3) do
         local sid = pick { random(0, 15), random(0, 255), random(0, 4095) }
         if not sids_used[i][sid] then
            sids_used[i][sid] = true
            local ssid_bits = pick { 0, 0, 2, 4, 12, 12 }      -- with 12 a table of two levels, where the SMMU takes them
            local atc = ats and chance(70)
            local pri = atc and chance(60)
            masters[#masters + 1] = { name = "m" .. number, smmu = i, ssid_bits = ssid_bits, ats = atc, pri = pri, timed = timed,
               text = string.format('{ name = "m%d", smmu = "smmu%d", sids = { %s }, ssid_bits = %d%s },', number, i, hex(sid), ssid_bits,
                  (atc and ", ats = true" or "") .. (pri and ", pri = true" or "")) }
            number = number + 1
         end
      end
   end
   return smmus, masters, count, forced
end

-- What one CPU has: domains with what is probably mapped, and masters nobody else attaches.
-- Each has memory of its own too, so that what it reads is what it wrote.
local function new_owner(cpu, masters)
   local quarter = SCRATCH_BYTES // 4
   return { cpu = cpu, domains = {}, masters = masters, attached = {}, pa = cpu and SCRATCH + quarter * (cpu - 1) or SCRATCH,
      bytes = cpu and quarter or SCRATCH_BYTES }
end

local domain_number

-- wish: type, granule_kib, tags that are not left to chance.
local function new_domain(owner, wish)
   domain_number = domain_number + 1
   local one = { name = "d" .. domain_number, type = wish and wish.type or weighted { { 12, "s1" }, { 3, "s2" }, { 1, "identity" }, { 1, "blocked" } },
      maps = {}, gone = {}, granule_kib = wish and wish.granule_kib or weighted { { 8, 4 }, { 1, 16 }, { 1, 64 } } }
   table.insert(owner.domains, one)
   local text = string.format('"domain", "%s", type = "%s"', one.name, one.type)
   if one.type == "s1" or one.type == "s2" then
      if one.granule_kib ~= 4 then text = text .. ", granule_kib = " .. one.granule_kib end
      local tags = wish and wish.tags or chance(60) and pick { "local", "reject", "reallocate" }
      if tags then text = text .. string.format(', tags = "%s"', tags) end
      one.dirty = (wish and wish.dirty or chance(30)) and not owner.noncoherent      -- SMMUs mark pages in coherent memory only
      if owner.noncoherent then text = text .. ", noncoherent = true" end
      if one.dirty then text = text .. ", dirty = true"
      elseif wish and wish.contiguous or chance(15) then text = text .. ", contiguous = true" end
      if chance(20) then text = text .. ", free_empty_tables = true" end
      if chance(25) then text = text .. ", exclusive = true" end
      if chance(20) then text = text .. ", flush_threshold_pages = " .. pick { 1, 4, 16 } end
      if chance(25) then text = text .. ", oas = " .. pick { 36, 40, 42, 44, 48 } end
   end
   return text
end

-- A guest's tables over an S2 domain: what is mapped is what its parent maps, at the same addresses.
local function nested(owner, parent)
   domain_number = domain_number + 1
   local one = { name = "d" .. domain_number, type = "nested", parent = parent, maps = parent.maps, gone = parent.gone, granule_kib = parent.granule_kib }
   table.insert(owner.domains, one)
   return string.format('"nested", "%s", parent = "%s"', one.name, parent.name)
end

local function has_tables(one) return one.type == "s1" or one.type == "s2" or one.type == "nested" end

-- wish: access, size that are not left to chance.
local function map(owner, one, wish)
   local granule = one.granule_kib * 1024
   local pages = weighted { { 10, 1 }, { 5, random(2, 8) }, { 2, 16 }, { 1, 64 }, { 1, random(17, 100) }, { 1, 32 * random(1, 3) + 1 } }
   local size, iova
   if granule == PAGE and (wish and wish.size == 0x200000 or not wish and chance(10)) then
      size, iova = 0x200000, IOVA + 0x200000 * random(1, 4)
      -- and pages behind the block
      if not wish and not owner.cpu and chance(30) then size = size + PAGE * pick { 1, 33, 65 } end
   else
      size, iova = math.min(pages * granule, owner.bytes), IOVA + granule * random(0, 80)
   end
   local unit = size >= 0x200000 and chance(70) and 0x200000 or granule      -- else pages, though the input would take a block
   local pa = owner.pa + unit * random(0, (owner.bytes - size) // unit)
   table.insert(one.maps, { iova = iova, size = size })
   return string.format('"map", "%s", iova = %s, pa = %s, size = %s, access = "%s"', one.name, hex(iova), hex(pa), hex(size),
      wish and wish.access or weighted { { 6, "rw" }, { 2, "r" }, { 1, "w" }, { 1, "rx" } })
end

local function unmap(one, index)
   if #one.maps == 0 then return nil end
   index = index or random(#one.maps)
   local range = one.maps[index]
   local granule = one.granule_kib * 1024
   local iova, size = range.iova, range.size
   if size > granule and chance(30) then
      iova = iova + granule * random(0, size // granule - 1)
      size = granule
   else
      table.remove(one.maps, index)
   end
   table.insert(one.gone, { iova = iova, size = size })
   return string.format('"unmap", "%s", iova = %s, size = %s', one.name, hex(iova), hex(size))
end

local function read_dirty(one)
   if not one.dirty or #one.maps == 0 then return nil end
   local range = pick(one.maps)
   local iova, size = range.iova, range.size
   -- A part of a range may be a part of a block.
   if chance(40) then
      local granule = one.granule_kib * 1024
      iova, size = iova + granule * random(0, size // granule - 1), granule
   end
   return string.format('"dirty", "%s", iova = %s, size = %s%s', one.name, hex(iova), hex(size), chance(30) and ", keep = true" or "")
end

-- An address in or near what the domain of a master has.
local function address(owner, one)
   if one and one.type == "identity" then return owner.pa + 64 * random(0, owner.bytes // 64 - 1) end
   -- Ends of ranges, mapped or just gone, are where invalidations go wrong.
   if one and #one.gone > 0 and chance(20) then
      local range = one.gone[#one.gone]
      return pick { range.iova, range.iova + range.size - 64 }
   end
   if one and #one.maps > 0 and chance(85) then
      local range = pick(one.maps)
      return chance(30) and range.iova + range.size - 64 or range.iova + 64 * random(0, range.size // 64 - 1)
   end
   -- Where no domain is, memory itself: nothing must get through.
   if not one and chance(40) then return owner.pa + 64 * random(0, owner.bytes // 64 - 1) end
   return IOVA + 64 * random(0, 90 * PAGE // 64)
end

local function attach(owner, m, dom, pasid, replace)
   local slots = owner.attached[m.name] or {}
   owner.attached[m.name] = slots
   slots[pasid or 0] = dom
   local more = replace and ", replace = true" or ""
   if replace and not pasid and chance(30) then more = more .. ", lossless = true" end
   return string.format('"%s", "%s", "%s"%s%s', pasid and "attach_pasid" or "attach", m.name, dom.name, pasid and ", pasid = " .. pasid or "", more)
end

-- Commands that make an SMMU forget. Nobody is told less than it must be, so they are always allowed.
local invalidations = { "CFGI_STE", "CFGI_STE_RANGE", "CFGI_CD", "CFGI_CD_ALL", "TLBI_NH_ALL", "TLBI_NH_ASID", "TLBI_NH_VA", "TLBI_NH_VAA",
   "TLBI_S12_VMALL", "TLBI_S2_IPA", "TLBI_NSNH_ALL" }

local function master_step(owner, verb, o)
   local m = pick(owner.masters)
   local slots = owner.attached[m.name] or {}
   local pasid = m.ssid_bits > 0 and chance(30) and random(1, (1 << m.ssid_bits) - 1) or nil
   local one = slots[pasid or 0]
   local with_pasid = pasid and ", pasid = " .. pasid or ""
   if verb == "access" then
      local iova = address(owner, one)
      local size = pick { 1, 4, 16, 64 }
      local how = pick { "read", "write" }
      if m.ats and chance(50) then how = "ats_" .. how end
      local fetch = how == "read" and chance(10) and ", instruction = true" or ""
      return string.format('"%s", "%s", iova = %s, size = %d%s%s', how, m.name, hex(iova), size, with_pasid, fetch)
   elseif verb == "invalidate" then
      -- The address need not be aligned to the span.
      if m.ats and chance(50) then return string.format('"invalidate", "%s", command = "ATC_INV", iova = %s, span = %d', m.name, hex(address(owner, one)), random(0, 6)) end
      return string.format('"invalidate", "%s", command = "%s", iova = %s', m.name, pick(invalidations), hex(address(owner, one)))
   elseif verb == "overlap" then
      return string.format('"overlap", "%s", command = "%s", iova = %s, count = %d%s', m.name, pick(invalidations), hex(address(owner, one)), random(2, 8), with_pasid)
   elseif verb == "count" then
      -- A counter group has one user.
      if (owner.cpu or 1) ~= 1 then return nil end
      return string.format('"count", "%s", iova = %s, count = %d, event = "%s", irq = %s%s', m.name, hex(address(owner, one)), random(1, 8),
         pick { "TRANSACTION", "TLB_MISS", "TABLE_ACCESS", "CONFIG_ACCESS" }, pick { "true", "false" }, with_pasid)
   elseif verb == "ask" then
      -- The PRI queue has one reader.
      if not m.pri or (owner.cpu or 1) ~= 1 then return nil end
      if chance(30) then
         return string.format('"ask_often", "%s", iova = %s, groups = %d, pages = %d%s', m.name, hex(address(owner, one)), random(2, 8), random(1, 4), with_pasid)
      end
      return string.format('"ask", "%s", iova = %s, write = %s, count = %d%s%s', m.name, hex(address(owner, one)), chance(50), pick { 1, 2, 4, 8 },
         with_pasid, not pasid and #owner.domains > 1 and chance(40) and string.format(', replaced = "%s"', pick(owner.domains).name) or "")
   elseif verb == "racing_sleep" then
      if o.compared or owner.cpu then return nil end      -- who is still translated is a matter of time
      return string.format('"racing_sleep", "%s", iova = %s, count = %d%s', m.name, hex(address(owner, one)), random(1, 8), with_pasid)
   elseif verb == "burst" then
      return string.format('"burst", "%s", iova = %s, count = %d, write = %s%s', m.name, hex(address(owner, one)), pick { 2, 4, 8, 8, 48 },
         pick { "true", "false" }, with_pasid)
   elseif verb == "bus_error" then
      return string.format('"bus_error", "%s", iova = %s%s', m.name, hex(address(owner, one)), with_pasid)
   elseif verb == "table_error" then
      if o.compared or owner.cpu then return nil end      -- who meets it depends on caches and on time
      return string.format('"table_error", "%s", iova = %s, class = "%s"%s', m.name, hex(address(owner, one)), pick { "Ste", "Cd", "Stage1Table" }, with_pasid)
   elseif verb == "detach" then
      slots[pasid or 0] = nil
      return string.format('"%s", "%s"%s', pasid and "detach_pasid" or "detach", m.name, with_pasid)
   end
   local dom = pick(owner.domains)
   if not dom then return nil end
   return attach(owner, m, dom, pasid, chance(40))
end

-- What an SMMU must forget shows when it has just used it: an access to an end of a range, its unmap, the same access again.
local function watched_unmap(owner, o)
   local m = pick(owner.masters)
   local one = (owner.attached[m.name] or {})[0]
   one = one and (one.parent or one)
   if not one or #one.maps == 0 then return {} end
   local index = random(#one.maps)
   local range = one.maps[index]
   if not o.compared and chance(40) then      -- who is first is a matter of time
      table.remove(one.maps, index)
      table.insert(one.gone, range)
      -- Best when a descriptor was read and its answer is on the way.
      local after_ns = pick { 0, random(0, 300), random(0, 1500) }
      if m.timed and chance(70) then after_ns = m.timed // 2 + m.timed * pick { 0, 0, 1, 2, 3, 4 } + random(0, m.timed // 3) end
      return { string.format('"racing_unmap", "%s", "%s", iova = %s, size = %s, after_ns = %d', m.name, one.name, hex(range.iova), hex(range.size), after_ns) }
   end
   local read = string.format('"read", "%s", iova = %s, size = 16', m.name, hex(pick { range.iova, range.iova + range.size - 64 }))
   return { read, unmap(one, index), read }
end

-- A part of what is one unit for the SMMU: a block of which one page was written and another is asked for, a contiguous group that loses a page.
local function parts(owner)
   if #owner.domains >= 12 then return {} end
   local m, dirty = pick(owner.masters), chance(50)
   local dom = new_domain(owner, { type = pick { "s1", "s2" }, granule_kib = 4, dirty = dirty, contiguous = not dirty })
   local one = owner.domains[#owner.domains]
   local size = dirty and 0x200000 or 0x10000
   local iova = IOVA + size * random(0, 3)
   table.insert(one.maps, { iova = iova, size = size })
   local written = iova + PAGE * random(0, size // PAGE - 1)
   local other = iova + PAGE * random(0, size // PAGE - 1)
   local verb = one.dirty and "dirty" or "unmap"
   return { dom, attach(owner, m, one, nil, true), string.format('"map", "%s", iova = %s, pa = %s, size = %s, access = "rw"', one.name, hex(iova), hex(owner.pa), hex(size)),
      string.format('"write", "%s", iova = %s, size = 16', m.name, hex(written)), string.format('"%s", "%s", iova = %s, size = %s', verb, one.name, hex(other), hex(PAGE)),
      verb == "dirty" and string.format('"dirty", "%s", iova = %s, size = %s', one.name, hex(written), hex(PAGE)) or
         string.format('"read", "%s", iova = %s, size = 16', m.name, hex(written)) }
end

-- A block and some pages behind it go together, one page more than what a command can name; or many pages, each with a command of its own
-- where the SMMU takes no ranges.
local function odd_range(owner)
   if #owner.domains > 11 then return {} end
   local m, pages = pick(owner.masters), pick { 1, 33, 97 }
   local dom = new_domain(owner, { type = pick { "s1", "s2" }, granule_kib = 4 })
   local one = owner.domains[#owner.domains]
   local iova, block = IOVA + 0x200000 * random(0, 3), pages < 97 and 0x200000 or 0
   local function mapped(at, size)
      return string.format('"map", "%s", iova = %s, pa = %s, size = %s, access = "rw"', one.name, hex(at), hex(owner.pa), hex(size))
   end
   table.insert(one.gone, { iova = iova, size = block + pages * PAGE })
   local read = string.format('"read", "%s", iova = %s, size = 16', m.name, hex(iova + block + (pages - 1) * PAGE))
   local steps = { dom, attach(owner, m, one, nil, true), mapped(iova + block, pages * PAGE), read,
      string.format('"unmap", "%s", iova = %s, size = %s', one.name, hex(iova), hex(block + pages * PAGE)), read }
   if block > 0 then table.insert(steps, 3, mapped(iova, block)) end
   return steps
end

-- PASIDs far from each other, whose CDs are not in one leaf of the table.
local function far_pasids(owner)
   local able = {}
   for _, m in ipairs(owner.masters) do if m.ssid_bits == 12 then able[#able + 1] = m end end
   if #able == 0 or #owner.domains > 11 then return {} end
   local m, pasid, steps = pick(able), random(0, 0x3ff), { new_domain(owner, { type = "s1", granule_kib = 4 }) }
   local one = owner.domains[#owner.domains]
   steps[2] = map(owner, one, { access = "rw" })
   for _ = 1, 3 do
      pasid = pasid + 0x400
      steps[#steps + 1] = attach(owner, m, one, pasid, true)
      steps[#steps + 1] = string.format('"read", "%s", iova = %s, size = 16, pasid = %d', m.name, hex(one.maps[1].iova), pasid)
   end
   return steps
end

-- A guest whose device keeps translations of its own, if there is one: what the parent takes from the guest must go from there too.
local function guests(owner)
   if #owner.domains > 10 then return {} end
   local devices = {}
   for _, m in ipairs(owner.masters) do if m.ats then devices[#devices + 1] = m end end
   local m = pick(#devices > 0 and devices or owner.masters)
   local dom = new_domain(owner, { type = "s2", granule_kib = 4 })
   local parent = owner.domains[#owner.domains]
   local guest = nested(owner, parent)
   local steps = { dom, guest, attach(owner, m, owner.domains[#owner.domains], nil, true), map(owner, parent, { access = "rw" }) }
   local range = parent.maps[1]
   local read = string.format('"%s", "%s", iova = %s, size = 16', m.ats and "ats_read" or "read", m.name, hex(range.iova))
   steps[#steps + 1] = read
   steps[#steps + 1] = string.format('"guest", "%s", master = "%s", command = "%s", vmid = %d, iova = %s', owner.domains[#owner.domains].name, m.name,
      pick { "TLBI_NH_ALL", "TLBI_NH_ASID", "TLBI_NH_VA", "TLBI_NH_VAA" }, random(64, 255), hex(range.iova))
   steps[#steps + 1] = unmap(parent, 1)
   steps[#steps + 1] = read
   return steps
end

local function step(owner, o)
   local verb = weighted { { 6, "domain" }, { 16, "map" }, { 10, "unmap" }, { 8, "attach" }, { 4, "detach" }, { 40, "access" }, { 2, "burst" }, { 2, "bus_error" },
      { 2, "table_error" }, { 4, "dirty" }, { 3, "events" }, { 2, "destroy" }, { 1, "sleep" }, { 2, "racing_sleep" }, { 2, "nested" }, { 3, "invalidate" }, { 3, "ask" }, { 2, "count" }, { 2, "guest" }, { 3, "overlap" } }
   if #owner.domains == 0 then verb = "domain" end
   local one = pick(owner.domains)
   if verb == "domain" then return #owner.domains < 12 and new_domain(owner) or nil end
   if verb == "nested" then return one.type == "s2" and #owner.domains < 12 and nested(owner, one) or nil end
   if verb == "map" then return map(owner, one.parent or one) end
   if verb == "unmap" then return unmap(one.parent or one) end
   if verb == "dirty" then return read_dirty(one.parent or one) end
   if verb == "guest" then
      local m, guest = pick(owner.masters), one
      for _, other in ipairs(owner.domains) do
         if other.type == "nested" then guest = other end
      end
      return guest.type == "nested" and string.format('"guest", "%s", master = "%s", command = "%s", vmid = %d, iova = %s', guest.name, m.name,
         pick { "TLBI_NH_ALL", "TLBI_NH_ASID", "TLBI_NH_VA", "TLBI_NH_VAA" }, random(64, 255), hex(address(owner, guest))) or nil
   end
   if verb == "destroy" then return chance(30) and string.format('"destroy", "%s"', one.name) or nil end
   -- An event queue has one reader.
   if verb == "events" then return (owner.cpu or 1) == 1 and string.format('"events", "smmu%d"', random(0, o.smmu_count - 1)) or nil end
   if verb == "sleep" then return not owner.cpu and string.format('"sleep", "smmu%d"', random(0, o.smmu_count - 1)) or nil end
   return master_step(owner, verb, o)
end

local tools = { pick = pick, hex = hex, new_domain = new_domain, nested = nested, attach = attach, map = map, unmap = unmap, has_tables = has_tables }
local MOST_AIMS, AIMED_DOMAINS = 6, 40

-- The points a seed aims at: some of those that are wanted and have a recipe.
local function aims_of(o)
   local recipe_of, list = o.aims and o.aims(tools), {}
   for _, point in ipairs(o.wanted or {}) do
      local recipe = recipe_of and recipe_of(point)
      if recipe then list[#list + 1] = { point = point, recipe = recipe } end
   end
   local chosen = {}
   while #chosen < MOST_AIMS and #list > 0 do chosen[#chosen + 1] = table.remove(list, random(#list)) end
   return chosen
end

-- { most_smmus =, steps =, compared =, tlm_only =, aims = function of aims.lua, wanted = { point, ... } }
-- -> { smmus = { line, ... }, masters = { ... }, steps = { ... }, cpus = n, aims = { point, ... } }
return function(o)
   domain_number = 0
   local smmus, masters, count, forced = platform(o)
   o.smmu_count = count
   local out = { smmus = smmus, masters = {}, steps = {}, cpus = 1, noncoherent = o.tlm_only and chance(15) }
   for i, m in ipairs(masters) do out.masters[i] = m.text end
   local function add(text, cpu) table.insert(out.steps, "{ " .. text .. (cpu and ", cpu = " .. cpu or "") .. " },") end
   for i = 0, count - 1 do
      local text = string.format('"enable", "smmu%d"', i)
      if chance(40) then text = text .. ", cmdq_log2 = " .. random(1, 6) end
      if chance(40) then text = text .. ", eventq_log2 = " .. random(1, 5) end
      if smmus[i + 1]:find("PRI = 1", 1, true) and chance(50) then text = text .. ", priq_log2 = " .. random(0, 3) end
      if chance(50) then text = text .. ", page_groups = " .. random(1, 4) end
      if chance(30) then text = text .. ", two_level = " .. pick { "true", "false" } end
      if chance(50) then text = text .. ', sync_signal = "' .. pick { "msi", "msi", "sev" } .. '"' end
      -- Firmware that used the SMMU may have left its interrupts on.
      if chance(20) then text = text .. ", left_on = true" end
      add(text)
   end
   -- Which thread allocates first is a matter of time, so what is compared runs on one CPU. Where every fault stalls, an access needs the
   -- event queue for itself.
   local cpus = (o.compared or forced) and 1 or pick { 1, 2, 2, 3, 4 }
   cpus = math.min(cpus, #masters)
   out.cpus = cpus
   local owners = {}
   for c = 1, cpus do
      local mine = {}
      for i, m in ipairs(masters) do
         if (i - 1) % cpus == c - 1 then mine[#mine + 1] = m end
      end
      owners[c] = new_owner(cpus > 1 and c or nil, mine)
      owners[c].noncoherent = out.noncoherent
   end
   local aims = aims_of(o)
   out.aims = {}
   for i, aim in ipairs(aims) do out.aims[i] = aim.point end
   while #out.steps < o.steps do
      local owner = pick(owners)
      local aim = #aims > 0 and #owner.domains < AIMED_DOMAINS and chance(12) and pick(aims)
      for _, text in ipairs(aim and aim.recipe(owner) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      for _, text in ipairs(chance(2) and parts(owner) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      for _, text in ipairs(chance(3) and far_pasids(owner) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      for _, text in ipairs(chance(2) and odd_range(owner) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      for _, text in ipairs(chance(2) and guests(owner) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      for _, text in ipairs(chance(8) and watched_unmap(owner, o) or {}) do
         if #out.steps < o.steps then add(text, owner.cpu) end
      end
      local text = step(owner, o)
      if text and #out.steps < o.steps then add(text, owner.cpu) end
   end
   return out
end
