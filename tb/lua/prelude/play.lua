-- SPDX-License-Identifier: Apache-2.0
-- `t:play(steps)`: steps as data, as `tandem explore` writes them. It keeps its own picture of domains, mappings and attachments, says
-- from it what every access and every call must answer, and compares every byte. A step about something that is not there does nothing,
-- so that any part of a list can be left out.
-- Left out: making up steps (tb/explore/generator.lua). Proof: tb/cli/test/explore_test.lua.

return function(host, values, t)
   local PAGE = 4096
   local d = t.driver
   -- No sequence of valid calls may end in one of these.
   local broken = { SMMU_E_TIMEOUT = true, SMMU_E_CMDQ = true, SMMU_E_HARDWARE = true, SMMU_E_ENDPOINT = true }
   local domains, attached, by_pasid, on, number = {}, {}, {}, {}, 0

   -- Text up to ": step" is what two failures must share to be the same one.
   local function fail(text, step) host.fail(string.format("play: %s: step %d %s", text, step.number, values.show(step.given))) end
   local function judged(step, status)
      if broken[status] then fail(step[1] .. " answered " .. status, step) end
      return status == "SMMU_OK"
   end
   local function smmu_of(master) return t.masters[master] and on[t.masters[master].smmu] and t.masters[master] end

   local function each_page(dom, step, fn)
      for iova = step.iova, step.iova + step.size - 1, PAGE do
         if not fn(iova, dom.pages[iova]) then return false end
      end
      return true
   end
   local function is_aligned(dom, step) return (step.iova | step.size | step.pa) % dom.granule == 0 end

   -- What the bench knows of an SMMU says whether a stage-1 domain fits it; of the others only that a refusal may be right.
   local pa_bits = { [0] = 32, 36, 40, 42, 44, 48, 52, 52 }
   local function fits(one, smmu)
      local s = t.smmus[smmu]
      local granule = one.granule == 0x1000 and "GRAN4K" or one.granule == 0x4000 and "GRAN16K" or "GRAN64K"
      return s:field("IDR0", "S1P") == 1 and s:field("IDR5", granule) == 1 and (not one.oas or one.oas <= math.min(pa_bits[s:field("IDR5", "OAS")], 48))
         and (not one.dirty or s:field("IDR0", "HTTU") >= 2)
   end
   local function judge_fit(step, status, one)
      if one.type ~= "s1" then return end
      if status == "SMMU_E_INCOMPATIBLE" and fits(one, t.masters[step[2]].smmu) then fail("a domain that fits the SMMU was refused as one that does not", step) end
      if status == "SMMU_OK" and not fits(one, t.masters[step[2]].smmu) then fail("a domain that does not fit the SMMU was attached", step) end
   end

   -- The domain that translates a master's access, nil for none.
   local function domain_of(step)
      local name = step.pasid and (by_pasid[step[2]] or {})[step.pasid] or not step.pasid and attached[step[2]]
      return name and domains[name]
   end
   local function address_of(step, write)
      local dom = domain_of(step)
      if not dom or dom.type == "blocked" then return nil end
      if dom.type == "identity" then return step.iova end
      local page = dom.pages[step.iova - step.iova % PAGE]
      local right = write and "w" or step.instruction and "x" or "r"
      return page and (page.access:find(right) ~= nil) and page.pa + step.iova % PAGE or nil
   end
   local function is_beyond_ram(step)
      local dom = domain_of(step)
      return dom and dom.type == "identity" and (step.iova < t.ram.base or step.iova + step.size > t.ram.base + t.ram.size_bytes)
   end
   -- Where every fault stalls, its record is answered with an abort. Without room for the record the device would wait for it.
   local function make_room(m)
      if t.smmus[m.smmu]:field("IDR0", "STALL_MODEL") == 2 then d:events(m.smmu) end
   end
   -- Answered in turn with an abort, as a write that is ignored or a read of zeros, or by trying again, which stalls again.
   -- Before that, answers to nobody: the right StreamID with another STAG and the other way round must end nothing.
   local function answer_nobody(step, m, event)
      for _, wrong in ipairs { { event.StreamID, event.STAG ~ 0x40 }, { event.StreamID ~ 1, event.STAG } } do
         judged(step, d:try("submit", m.smmu, { label = "an answer to nobody", { name = "RESUME", StreamID = wrong[1], STAG = wrong[2], Ac = 0, Ab = 1 } }))
      end
   end
   local function settled(step, m, result)
      if result.status ~= "stalled" then return result end
      local answers = ({ { "abort" }, { "terminate" }, { "retry", "abort" } })[step.number % 3 + 1]
      for i, answer in ipairs(answers) do
         for _, event in ipairs(d:events(m.smmu)) do
            if event.Stall == 1 then
               answer_nobody(step, m, event)
               judged(step, d:try("respond", m.smmu, event, answer))
            end
         end
         if i < #answers then t:wait_us(2) end
      end
      result = m:finish(result)
      local ignored = answers[#answers] == "terminate" and t.smmus[m.smmu]:field("IDR0", "TERM_MODEL") == 0
      if (result.raz_wi or false) ~= ignored and not step.any then
         fail("an access that was stalled and answered with " .. answers[#answers] .. " ended as " .. result.status .. (result.raz_wi and ", ignored" or ""), step)
      end
      if result.raz_wi then result.status = "abort" end
      return result
   end
   local function access(step, write)
      local m = smmu_of(step[2])
      if not m or step.iova % PAGE + step.size > PAGE then return end
      if is_beyond_ram(step) then return end
      local pa = address_of(step, write)
      local request = { iova = step.iova, ssid = step.pasid, instruction = not write and step.instruction or nil }
      local data = write and host.pattern(step.number, step.size)
      if write then request.data = data else request.size_bytes = step.size end
      make_room(m)
      local result = settled(step, m, write and m:write(request) or m:read(request))
      local expected = pa and "ok" or "abort"
      if step.any and result.status ~= "timeout" then return end
      if result.status ~= expected then fail(string.format("%s got %s, expected %s", step[1], result.status, expected), step) end
      local dom = domain_of(step)
      if pa and write and dom.dirty then dom.dirty[step.iova // dom.granule] = true end
      if pa and t.ram.read(pa, step.size) ~= (data or result.data) then fail(step[1] .. " moved other bytes than those in RAM", step) end
   end

   local ops = {}
   function ops.enable(step)
      local config = { smmu = step[2], cmdq_log2 = step.cmdq_log2, eventq_log2 = step.eventq_log2, two_level = step.two_level,
         sync_signal = step.sync_signal, priq_log2 = step.priq_log2, page_groups = step.page_groups }
      if step.left_on and t.smmus[step[2]] and not on[step[2]] then
         local s = t.smmus[step[2]]
         s:write32(t.arch.registers.IRQ_CTRL.offset, 5)
         for _ = 1, 100 do
            if s:read32(t.arch.registers.IRQ_CTRLACK.offset) == 5 then break end
            t:wait_us(1)
         end
      end
      if t.smmus[step[2]] and not on[step[2]] and judged(step, d:try("enable", config)) then on[step[2]] = true end
   end
   function ops.sleep(step)
      if not on[step[2]] then return end
      if not judged(step, d:try("suspend", step[2])) or not judged(step, d:try("restore", step[2])) then
         fail("an SMMU that is on did not sleep and wake", step)
      end
   end
   function ops.domain(step)
      if domains[step[2]] then return end
      local status, dom = d:try("domain", { type = step.type, tags = step.tags, granule_kib = step.granule_kib, oas = step.oas, contiguous = step.contiguous,
         dirty = step.dirty, exclusive = step.exclusive, noncoherent = step.noncoherent, free_empty_tables = step.free_empty_tables, flush_threshold_pages = step.flush_threshold_pages })
      if judged(step, status) then domains[step[2]] = { dom = dom, type = step.type, granule = (step.granule_kib or 4) * 1024, oas = step.oas, pages = {},
         dirty = step.dirty and {} } end
   end
   -- A guest's stage 1 over the tables of an S2 domain: a CD and two levels of tables in the guest's memory, with blocks that lead from each
   -- address the steps use to the same intermediate address. What a device reaches is then what the parent maps, with the parent's rights.
   local GUEST_IPA, GUEST_BYTES, BLOCK = 0x40000000, 0x10000, 0x200000
   local FIRST, LAST = 0x10000000, 0x10ffffff
   -- CD.S must be what STALL_MODEL says, so a guest that stalls is for the SMMUs that stall every fault, any other one for the rest.
   local function stalls_all(smmu) return t.smmus[smmu]:field("IDR0", "STALL_MODEL") == 2 end
   local function guest_stalls()
      for name in pairs(on) do
         if stalls_all(name) then return true end
      end
      return false
   end
   local function guest_of(parent)
      local memory = t.ram.alloc(GUEST_BYTES, GUEST_BYTES)
      if parent.dom:try("map", { iova = GUEST_IPA, pa = memory, size_bytes = GUEST_BYTES }) ~= "SMMU_OK" then return nil end
      t.ram.write(memory, string.rep("\0", GUEST_BYTES))
      local cd, root, blocks = 0, 0x1000, 0x2000
      local words = assert(t.arch.encode_structure("CD", { T0SZ = 25, EPD1 = 1, V = 1, IPS = 2, AA64 = 1, R = 1, A = 1, ASET = 1, ASID = 1,
         S = parent.guest_stalls and 1 or 0, TTB0 = GUEST_IPA + root, MAIR0 = 0xff }))
      for word, value in ipairs(words) do t.ram.write64(memory + cd + 8 * (word - 1), value) end
      t.ram.write64(memory + root + 8 * (FIRST >> 30), GUEST_IPA + blocks | 3)
      for ipa = FIRST, LAST, BLOCK do
         t.ram.write64(memory + blocks + 8 * (ipa >> 21 & 511), ipa | 1 << 11 | 1 << 10 | 3 << 8 | 1 << 6 | 1)
      end
      return { V = 1, Config = t.arch.structures.STE.fields.Config.enum.S1, EATS = t.arch.structures.STE.fields.EATS.enum.FULL, S1ContextPtr = GUEST_IPA + cd }
   end
   function ops.nested(step)
      local parent = domains[step.parent]
      if domains[step[2]] or not parent or parent.type ~= "s2" then return end
      if parent.guest_stalls == nil then parent.guest_stalls = guest_stalls() end
      parent.guest = parent.guest or guest_of(parent)
      if not parent.guest then return end
      local status, dom = d:try("domain", { type = "nested", parent = parent.dom, ste = parent.guest })
      if judged(step, status) then domains[step[2]] = { dom = dom, type = "nested", parent = parent.dom, granule = parent.granule, pages = parent.pages,
         dirty = parent.dirty, stalls = parent.guest_stalls } end
   end
   -- A guest's TLBI, under a VMID that it made up: what is told to the SMMU is its parent's. Nothing has to be forgotten, so nothing changes.
   function ops.guest(step)
      local one, m = domains[step[2]], smmu_of(step.master)
      if not one or one.type ~= "nested" or not m or domain_of { "guest", step.master } ~= one then return end
      local command = { name = step.command, VMID = step.vmid }
      local fields = t.arch.commands[step.command].fields
      if fields.ASID then command.ASID = 1 end
      if fields.Address then command.Address = step.iova - step.iova % PAGE end
      if not judged(step, d:try("guest_invalidate", m.smmu, one.parent, { command })) then fail("a guest's TLBI was refused", step) end
   end
   function ops.destroy(step)
      local one = domains[step[2]]
      if one and judged(step, one.dom:try("destroy")) then domains[step[2]] = nil end
   end
   function ops.map(step)
      local one = domains[step[2]]
      if not one or not is_aligned(one, step) then return end
      local free = each_page(one, step, function(_, page) return not page end)
      local status = one.dom:try("map", { iova = step.iova, pa = step.pa, size_bytes = step.size, access = step.access })
      local ok = judged(step, status)
      if one.type ~= "s1" and one.type ~= "s2" then
         if ok then fail("a map in a domain without tables was not refused", step) end
      elseif ok ~= free and not (free and status == "SMMU_E_NO_MEMORY") then
         fail(string.format("map of a range that is %s answered %s", free and "free" or "in use", status), step)
      elseif ok then
         -- Stage 1 has no way to allow writes alone.
         local allowed = one.type == "s1" and step.access == "w" and "rw" or step.access
         for offset = 0, step.size - 1, PAGE do
            one.pages[step.iova + offset] = { pa = step.pa + offset, access = allowed, in_block = step.size > 0x100000 }
            if one.dirty then one.dirty[(step.iova + offset) // one.granule] = nil end
         end
         local check, pa = one.dom:try("iova_to_phys", step.iova)
         if check ~= "SMMU_OK" or pa ~= step.pa then fail("iova_to_phys does not know what was mapped", step) end
      end
   end
   function ops.unmap(step)
      local one = domains[step[2]]
      step.pa = 0
      if not one or not is_aligned(one, step) or not each_page(one, step, function(_, page) return page end) then return end
      local status, bytes = one.dom:try("unmap", { iova = step.iova, size_bytes = step.size })
      if judged(step, status) then
         if bytes ~= step.size then fail("unmap removed another size than asked for", step) end
         each_page(one, step, function(iova)
            one.pages[iova] = nil
            return true
         end)
      elseif status ~= "SMMU_E_NO_MEMORY" then
         fail("unmap of what is mapped answered " .. status, step)
      end
   end
   function ops.attach(step)
      local one = domains[step[3]]
      if not one or not smmu_of(step[2]) then return end
      if one.type == "nested" and one.stalls ~= stalls_all(t.masters[step[2]].smmu) then return end
      local status = d:try("attach", step[2], one.dom, { replace = step.replace, lossless = step.lossless })
      judge_fit(step, status, one)
      if not judged(step, status) then return false end
      attached[step[2]] = step[3]
      return true
   end
   function ops.detach(step)
      if not smmu_of(step[2]) or not attached[step[2]] then return end
      if judged(step, d:try("detach", step[2])) then attached[step[2]] = nil else fail("detach of what is attached was refused", step) end
   end
   function ops.attach_pasid(step)
      local one = domains[step[3]]
      if not one or not smmu_of(step[2]) then return end
      local status = d:try("attach_pasid", step[2], one.dom, step.pasid, { replace = step.replace })
      judge_fit(step, status, one)
      if judged(step, status) then
         by_pasid[step[2]] = by_pasid[step[2]] or {}
         by_pasid[step[2]][step.pasid] = step[3]
      end
   end
   function ops.detach_pasid(step)
      local list = by_pasid[step[2]]
      if not smmu_of(step[2]) or not list or not list[step.pasid] then return end
      if judged(step, d:try("detach_pasid", step[2], step.pasid)) then list[step.pasid] = nil else fail("detach_pasid of what is attached was refused", step) end
   end
   -- A command that makes an SMMU forget, for the master's stream or what translates it. An SMMU may always forget more than it must.
   function ops.invalidate(step)
      local m = smmu_of(step[2])
      if not m then return end
      local s, command, one = t.smmus[m.smmu], t.arch.commands[step.command], domains[attached[step[2]]]
      if step.command:find("S2_IPA") or step.command:find("S12") then
         if s:field("IDR0", "S2P") == 0 then return end
      end
      local fields = { name = step.command }
      local tag = one and (one.type == "s1" or one.type == "s2") and select(2, one.dom:try("tag", m.smmu)) or 0
      if math.type(tag) ~= "integer" then tag = 0 end
      if command.fields.StreamID then fields.StreamID = m.sid end
      if command.fields.Range then fields.Range = 2 end
      if command.fields.Size then fields.Size = step.span end
      if command.fields.Address then fields.Address = step.iova - step.iova % PAGE end
      if command.fields.ASID and one and one.type == "s1" then fields.ASID = tag end
      if command.fields.VMID and one and one.type == "s2" then fields.VMID = tag end
      if not judged(step, d:try("submit", m.smmu, { fields })) then fail("an invalidation was refused", step) end
   end
   -- What devices have written since it was read last, no page more; a block is one unit. A translation request may make dirty what
   -- the device could write, so where there was one more pages may be dirty.
   function ops.dirty(step)
      local one = domains[step[2]]
      step.pa = 0
      if not one or not one.dirty or not is_aligned(one, step) or not each_page(one, step, function(_, page) return page end) then return end
      local status, list = one.dom:try("read_dirty", { iova = step.iova, size_bytes = step.size, keep = step.keep })
      if not judged(step, status) then fail("read_dirty of what is mapped answered " .. status, step) end
      for n, dirty in ipairs(list) do
         local iova = step.iova + (n - 1) * one.granule
         local written = one.dirty[iova // one.granule] or false
         if dirty ~= written and (written or not (one.pages[iova].in_block or one.dirty.requested)) then
            fail(string.format("a page that is %s came out %s", written and "dirty" or "clean", dirty and "dirty" or "clean"), step)
         end
         if not step.keep then one.dirty[iova // one.granule] = nil end
      end
   end
   function ops.write(step) access(step, true) end
   function ops.read(step) access(step, false) end
   -- Many accesses of one master at once, side by side in one page: each must end as it would alone, and take its own bytes.
   function ops.burst(step)
      local m = smmu_of(step[2])
      local first = step.iova - step.iova % PAGE
      local write = step.write
      if not m then return end
      local dom = domain_of(step)
      if dom and dom.type == "identity" and (first < t.ram.base or first + PAGE > t.ram.base + t.ram.size_bytes) then return end
      local pa = address_of({ step[1], step[2], iova = first, pasid = step.pasid }, write)
      if not pa and t.smmus[m.smmu]:field("IDR0", "STALL_MODEL") == 2 then return end
      if pa and write and dom.dirty then dom.dirty[first // dom.granule] = true end
      local handles, data = {}, {}
      for i = 1, step.count do
         local request = { iova = first + 64 * (i - 1), ssid = step.pasid }
         if write then
            data[i] = host.pattern(step.number * 64 + i, 64)
            request.data = data[i]
            handles[i] = m:start_write(request)
         else
            request.size_bytes = 64
            handles[i] = m:start_read(request)
         end
      end
      for i, handle in ipairs(handles) do
         local result = handle:wait_done {}
         local expected = pa and "ok" or "abort"
         if result.status ~= expected then fail(string.format("burst: one access of many got %s, expected %s", result.status, expected), step) end
         if pa and t.ram.read(pa + 64 * (i - 1), 64) ~= (data[i] or result.data) then fail("burst: one access of many moved other bytes than those in RAM", step) end
      end
   end
   -- Accesses to several pages are under way while the SMMU gets a command and a SYNC.
   local function start_reads(m, step, count)
      local handles = {}
      for i = 0, count - 1 do
         local one = { step[1], step[2], iova = step.iova - step.iova % PAGE + i * PAGE, size = 16, pasid = step.pasid }
         if not is_beyond_ram(one) then
            handles[#handles + 1] = { step = one, done = m:start_read { iova = one.iova, size_bytes = 16, ssid = step.pasid } }
         end
      end
      return handles
   end
   function ops.overlap(step)
      local m = smmu_of(step[2])
      if not m or t.smmus[m.smmu]:field("IDR0", "STALL_MODEL") == 2 then return end
      local handles = start_reads(m, step, step.count)
      ops.invalidate(step)
      for _, one in ipairs(handles) do
         local expected = address_of(one.step, false) and "ok" or "abort"
         local result = one.done:wait_done {}
         if result.status ~= expected then fail(string.format("overlap: one access of many got %s, expected %s", result.status, expected), step) end
      end
   end
   -- The range goes while it is read: each read ends somehow, and after the unmap none gets through.
   function ops.racing_unmap(step)
      local m, one = smmu_of(step[2]), domains[step[3]]
      if not m or not one or domain_of(step) ~= one or t.smmus[m.smmu]:field("IDR0", "STALL_MODEL") == 2 then return end
      local handles = start_reads(m, step, math.min(step.size // PAGE, 8))
      if step.after_ns then t:wait_us(step.after_ns / 1000) end      -- some of them are in the middle of a walk then
      ops.unmap { step[1], step[3], iova = step.iova, size = step.size, number = step.number, given = step.given }
      for _, each in ipairs(handles) do each.done:wait_done {} end
      for _, each in ipairs(handles) do
         access({ "read", step[2], iova = each.step.iova, size = 16, number = step.number, given = step.given }, false)
      end
   end
   -- An SMMU goes to sleep while accesses are under way, stalled ones among them: each ends somehow, and after it has woken all is as it was.
   function ops.racing_sleep(step)
      local m = smmu_of(step[2])
      if not m then return end
      make_room(m)
      local handles = start_reads(m, step, step.count)
      ops.sleep { step[1], m.smmu, number = step.number, given = step.given }
      for _, each in ipairs(handles) do each.done:wait_done {} end
      for _, each in ipairs(handles) do
         access({ "read", step[2], iova = each.step.iova, size = 16, pasid = step.pasid, number = step.number, given = step.given }, false)
      end
   end
   -- The memory behind the page fails once: the master sees it, nobody else.
   function ops.bus_error(step)
      local pa = smmu_of(step[2]) and address_of(step, false)
      if not pa then return end
      local injected = t.ram.inject_error { pa = pa - pa % 64, size_bytes = 64, classes = { "Client" }, fail_count = 1 }
      local result = t.masters[step[2]]:read { iova = step.iova - step.iova % 64, size_bytes = 16, ssid = step.pasid }
      injected.clear()
      if result.status ~= "abort" or not result.memory_error then fail("an error of the memory was not seen by the master", step) end
   end
   -- Reads of tables fail while the access is under way: it may meet a cache. The next access must not remember the error.
   function ops.table_error(step)
      if not smmu_of(step[2]) then return end
      local injected = t.ram.inject_error { pa = t.ram.base, size_bytes = t.ram.size_bytes, classes = { step.class }, on_write = false }
      access({ "read", step[2], iova = step.iova, size = 16, pasid = step.pasid, any = true, number = step.number, given = step.given }, false)
      injected.clear()
   end
   -- Through the translations that the device keeps: it must never have one that is no longer right.
   local function ats_access(step, write)
      local m = smmu_of(step[2])
      if not m or not m.ats or step.iova % PAGE + step.size > PAGE or is_beyond_ram(step) then return end
      local pa = m:atc().ats_on and address_of(step, write)
      local request = { iova = step.iova, ssid = step.pasid }
      local data = write and host.pattern(step.number, step.size)
      if write then request.data = data else request.size_bytes = step.size end
      local result = write and m:ats_write(request) or not write and m:ats_read(request)
      local dirty = (domain_of(step) or {}).dirty
      if dirty then dirty.requested = true end
      if dirty and pa and write then dirty[step.iova // domain_of(step).granule] = true end
      if (result.status == "ok") ~= (pa and true or false) then
         fail(string.format("%s got %s, expected %s", step[1], result.status, pa and "ok" or "anything else"), step)
      end
      if pa and t.ram.read(pa, step.size) ~= (data or result.data) then fail(step[1] .. " moved other bytes than those in RAM", step) end
   end
   function ops.ats_write(step) ats_access(step, true) end
   function ops.ats_read(step) ats_access(step, false) end
   -- Page requests of the device, some at a time, and software's answers by what is mapped: the device must get those and no others. What
   -- software has no place for it is answered with "success" without being asked.
   local function start_asking(step, m)
      local asked = { open = 0 }
      for n = 0, (step.count or 1) - 1 do
         local one = { step[1], step[2], iova = step.iova - step.iova % PAGE + n * PAGE, size = 1, pasid = step.pasid, answer = "success" }
         if not is_beyond_ram(one) then
            asked[#asked + 1] = one
            asked.open = asked.open + 1
            one.device = t:spawn(step[2] .. " asks for a page", function()
               one.got = m:request_page { iova = one.iova, write = step.write, ssid = step.pasid }
               asked.open = asked.open - 1
            end)
         end
      end
      return asked
   end
   local function requests_of(asked, step, m)
      local list = {}
      for _, request in ipairs(d:page_requests(m.smmu)) do
         for _, one in ipairs(asked) do
            if request.StreamID == m.sid and request.PageAddr == one.iova and (request.SSV == 1 and request.SubstreamID or nil) == step.pasid then
               list[#list + 1] = { one = one, request = request }
            end
         end
      end
      return list
   end
   function ops.ask(step)
      local m = smmu_of(step[2])
      if not m or not m.ats or not m:atc().pri_on then return end
      local asked, replaced = start_asking(step, m), step.replaced
      while asked.open > 0 do
         local list = requests_of(asked, step, m)
         -- Another domain takes the place: whoever waits for a page of the old one must ask again.
         if #list > 0 and replaced then
            if domain_of(step) and ops.attach { "attach", step[2], replaced, replace = true, number = step.number, given = step.given } then list = {} end
            replaced = nil
         end
         for _, each in ipairs(list) do
            each.one.answer = address_of(each.one, step.write) and "success" or "invalid"
            if not judged(step, d:try("page_respond", m.smmu, each.request, each.one.answer)) then fail("the answer to a page request was refused", step) end
         end
         if asked.open > 0 then t:wait_us(0.2) end
      end
      for _, one in ipairs(asked) do
         one.device:join()
         if one.got ~= one.answer then fail(string.format("a page request got %s, the answer was %s", one.got, one.answer), step) end
      end
   end
   -- More groups at once than a small queue takes, and nobody reads it for a while: software answers those it finds, the SMMU the others.
   function ops.ask_often(step)
      local m = smmu_of(step[2])
      if not m or not m.ats or not m:atc().pri_on then return end
      local devices, got, answered = {}, {}, 0
      for i = 1, step.groups do
         devices[i] = t:spawn(step[2] .. " asks for pages", function()
            got[i] = m:request_page { iova = step.iova + i * step.pages * PAGE, pages = step.pages, ssid = step.pasid }
            answered = answered + 1
         end)
      end
      while answered < step.groups do
         t:wait_us(5)
         for _, request in ipairs(d:page_requests(m.smmu)) do
            if request.Last == 1 and not judged(step, d:try("page_respond", m.smmu, request, "success")) then fail("the answer to a page request was refused", step) end
         end
      end
      for i, device in ipairs(devices) do
         device:join()
         if got[i] ~= "success" then fail(string.format("one of many page requests got %s, expected success", got[i]), step) end
      end
   end
   -- A counter group counts what a master does and is given back: from then on it neither counts nor interrupts. What it counted the
   -- oracles judge.
   function ops.count(step)
      local m = smmu_of(step[2])
      if not m or not t.smmus[m.smmu]:caps().features.PMCG then return end
      local group = d:pmcg(m.smmu, { irq = step.irq })
      local counter = group:counter { event = step.event, sid = m.sid }
      counter:start()
      for n = 0, step.count - 1 do
         access({ "read", step[2], iova = step.iova - step.iova % PAGE + 64 * n, size = 16, pasid = step.pasid, number = step.number, given = step.given }, false)
      end
      counter:read()
      counter:stop()
      if not judged(step, group:try("remove")) then fail("a counter group could not be given back", step) end
      local s = t.smmus[m.smmu]
      if s:field("PMCG_CR", "E") ~= 0 or s:field("PMCG_IRQ_CTRLACK", "IRQEN") ~= 0 then
         fail("a counter group that was given back still counts or interrupts", step)
      end
   end
   function ops.events(step)
      if on[step[2]] then d:events(step[2]) end
   end

   local function run(step)
      local copy = { given = step }
      for key, value in pairs(step) do copy[key] = value end
      number = number + 1
      copy.number = number
      ops[step[1]](copy)
   end

   function t:play(steps)
      if type(steps) ~= "table" then host.misuse("t:play takes a list of steps") end
      for i, step in ipairs(steps) do
         if type(step) ~= "table" or not ops[step[1]] then
            host.misuse(string.format("t:play: step %d is %s; a step begins with one of %s", i, values.show(step), table.concat(values.sorted_keys(ops), ", ")))
         end
      end
      local chunk = #steps <= 20 and 1 or 10
      local i, titled = 1, 0
      while i <= #steps do
         if i > titled then
            local last = math.min(i + chunk - 1, #steps)
            t:step(chunk == 1 and values.show(steps[i]) or string.format("steps %d to %d", i, last))
            titled = last
         end
         if steps[i].cpu then
            -- Steps of CPUs in a row run at once, each CPU's in their order.
            local lists, order, threads = {}, {}, {}
            while i <= #steps and steps[i].cpu do
               local cpu = steps[i].cpu
               if not lists[cpu] then
                  lists[cpu] = {}
                  order[#order + 1] = cpu
               end
               table.insert(lists[cpu], steps[i])
               i = i + 1
            end
            for n, cpu in ipairs(order) do
               threads[n] = t:spawn("cpu" .. cpu, function()
                  for _, step in ipairs(lists[cpu]) do run(step) end
               end)
            end
            for _, thread in ipairs(threads) do thread:join() end
         else
            run(steps[i])
            i = i + 1
         end
      end
   end
end
