-- SPDX-License-Identifier: Apache-2.0
-- `t.driver`: the driver core as a scenario calls it, and the event checks that go through it.
-- Every driver.* function is C++ (tb/lua/driver_binding.cpp) and answers the status name, its sentence, then values.
-- Left out: what the core does. Proof: tb/lua/test, and the scenarios themselves.

return function(host, values, t, options, smmu_index)
   local driver = host.driver
   local d, domain, group, counter = {}, {}, {}, {}
   domain.__index, group.__index, counter.__index = domain, group, counter

   -- Raw calls answer status, sentence, values...; finish() raises on an error, try() hands the status out.
   local function fail_status(call, arguments, status, sentence)
      host.fail(string.format("%s%s: %s (%s)", call, arguments, status, sentence))
   end
   local raw = {}
   local function finish(call, arguments, status, sentence, ...)
      if status ~= "SMMU_OK" then fail_status(call, arguments, status, sentence) end
      return ...
   end
   local function drop_sentence(status, _, ...) return status, ... end

   local function show_arguments(...)
      local parts = table.pack(...)
      for i = 1, parts.n do
         local v = parts[i]
         parts[i] = type(v) == "table" and v.label or values.show(v)
      end
      return "(" .. table.concat(parts, ", ") .. ")"
   end
   -- Makes object:name(...) raise and object:try("name", ...) answer the status.
   local function method(object, prefix, name, fn)
      raw[object] = raw[object] or {}
      raw[object][name] = fn
      object[name] = function(self, ...) return finish(prefix .. name, show_arguments(...), fn(self, ...)) end
   end
   local function add_try(object, prefix)
      function object:try(name, ...)
         local fn = raw[object][name]
         if not fn then
            host.misuse(string.format("%stry: there is no call %s; it knows %s", prefix, values.show(name),
               table.concat(values.sorted_keys(raw[object]), ", ")))
         end
         return drop_sentence(fn(self, ...))
      end
   end

   local function master_of(call, name)
      local m = t.masters[type(name) == "table" and name.name or name]
      if not m then host.misuse(string.format("%s: there is no master %s", call, values.show(name))) end
      return m
   end
   local function handle_of(call, dom)
      if type(dom) ~= "table" or getmetatable(dom) ~= domain then host.misuse(call .. ": expected a domain made by d:domain{}") end
      if not dom.handle then host.misuse(call .. ": the domain was destroyed") end
      return dom.handle
   end

   -- Bring-up --------------------------------------------------------------------------------------------------------
   local config_keys = { smmu = "string", cmdq_log2 = "integer", eventq_log2 = "integer", two_level = "boolean", sid_bits = "integer",
      split_log2 = "integer" }
   local probed, enabled = {}, {}
   local function probe_one(i, config)
      local status, sentence, features = driver.probe(i, config)
      if status == "SMMU_OK" then probed[i] = features end
      return status, sentence, features
   end
   method(d, "d:", "probe", function(_)
      local list = {}
      for i, s in ipairs(t.smmus) do
         local status, sentence, features = probe_one(i, {})
         if status ~= "SMMU_OK" then return status, sentence end
         features.name = s.name
         list[i], list[s.name] = features, features
      end
      return "SMMU_OK", "", list
   end)
   method(d, "d:", "enable", function(_, given)
      local o = options("d:enable", given, config_keys)
      local first = o.smmu and smmu_index("d:enable", o.smmu) or 1
      for i = first, o.smmu and first or #t.smmus do
         local status, sentence
         local has_config = next(o, next(o) == "smmu" and "smmu" or nil) ~= nil
         if not probed[i] or (has_config and not enabled[i]) then
            status, sentence = probe_one(i, o)
            if status ~= "SMMU_OK" then return status, sentence end
         end
         status, sentence = driver.enable(i)
         if status ~= "SMMU_OK" then return status, sentence end
         enabled[i] = true
      end
      return "SMMU_OK", ""
   end)
   method(d, "d:", "disable", function(_, smmu)
      local i = smmu_index("d:disable", smmu)
      local status, sentence = driver.disable(i)
      if status == "SMMU_OK" then enabled[i] = false end
      return status, sentence
   end)
   method(d, "d:", "set_stream_default", function(_, smmu, sid, policy)
      if math.type(sid) ~= "integer" or (policy ~= "abort" and policy ~= "bypass") then
         host.misuse("d:set_stream_default takes an SMMU, a StreamID and 'abort' or 'bypass'")
      end
      return driver.set_stream_default(smmu_index("d:set_stream_default", smmu), sid, policy == "bypass")
   end)
   function d:stats(smmu) return finish("d:stats", show_arguments(smmu), driver.stats(smmu_index("d:stats", smmu))) end
   function d:layout(smmu) return finish("d:layout", show_arguments(smmu), driver.layout(smmu_index("d:layout", smmu))) end

   -- Domains ---------------------------------------------------------------------------------------------------------
   local domain_count = 0
   method(d, "d:", "domain", function(_, given)
      local o = options("d:domain", given, { type = { "string", required = true, among = { "s1", "identity", "blocked" } },
         granule_kib = { "integer", among = { 4, 16, 64 } }, ias = "integer" })
      local granule_log2 = ({ [4] = 12, [16] = 14, [64] = 16 })[o.granule_kib or 4]
      local status, sentence, handle = driver.domain_create(o.type, granule_log2, o.ias or 0)
      if status ~= "SMMU_OK" then return status, sentence end
      domain_count = domain_count + 1
      local dom = { handle = handle, type = o.type, granule_bytes = 1 << granule_log2, label = "domain " .. domain_count }
      return status, sentence, setmetatable(dom, domain)
   end)

   local function size_of(call, o)
      if (o.size_bytes == nil) == (o.size_kib == nil) then host.misuse(call .. ": give either size_bytes or size_kib") end
      return o.size_bytes or o.size_kib * 1024
   end
   -- "rw", "r", "rx", "rwx": letters of what a device may do; without x an instruction fetch faults.
   local function access_letters(call, text)
      if not text:match("^[rwx]+$") or not text:match("[rw]") then
         host.misuse(string.format("%s: access must be made of r, w and x with at least r or w, got %q", call, text))
      end
      return text:find("r") ~= nil, text:find("w") ~= nil, text:find("x") ~= nil
   end
   local function misaligned(dom, arguments)
      local names = {}
      for _, name in ipairs { "iova", "pa", "size_bytes" } do
         local value = arguments[name]
         if value and (value % dom.granule_bytes ~= 0 or (name == "size_bytes" and value == 0)) then
            names[#names + 1] = string.format("%s = 0x%x", name, value)
         end
      end
      return #names == 0 and "" or ": " .. table.concat(names, ", ")
   end
   local function explained(dom, status, sentence, arguments, ...)
      if status == "SMMU_E_ALIGN" then sentence = sentence .. misaligned(dom, arguments) end
      return status, sentence, ...
   end
   method(domain, "domain:", "map", function(dom, given)
      local call = "domain:map"
      local o = options(call, given, { iova = { "integer", required = true }, pa = "integer", size_bytes = "integer", size_kib = "integer",
         access = "string", privileged = "boolean" })
      local handle, size = handle_of(call, dom), size_of(call, o)
      local r, w, x = access_letters(call, o.access or "rw")
      local pa = o.pa
      if not pa then
         -- Aligned to its own size so that the largest blocks can be used; an odd size is left to the driver to refuse.
         local align = dom.granule_bytes
         while align * 2 <= size and align < 1 << 30 do align = align * 2 end
         pa = host.ram_alloc(math.max(size, 1), align)
      end
      local arguments = { iova = o.iova, pa = pa, size_bytes = size }
      local status, sentence = driver.map(handle, o.iova, pa, size, r, w, x, o.privileged or false)
      return explained(dom, status, sentence, arguments, pa)
   end)
   method(domain, "domain:", "unmap", function(dom, given)
      local call = "domain:unmap"
      local o = options(call, given, { iova = { "integer", required = true }, size_bytes = "integer", size_kib = "integer" })
      local handle, size = handle_of(call, dom), size_of(call, o)
      local status, sentence, unmapped = driver.unmap(handle, o.iova, size)
      return explained(dom, status, sentence, { iova = o.iova, size_bytes = size }, unmapped)
   end)
   method(domain, "domain:", "iova_to_phys", function(dom, iova)
      if math.type(iova) ~= "integer" then host.misuse("domain:iova_to_phys takes an IOVA") end
      return driver.iova_to_phys(handle_of("domain:iova_to_phys", dom), iova)
   end)
   method(domain, "domain:", "destroy", function(dom)
      local status, sentence = driver.domain_destroy(handle_of("domain:destroy", dom))
      if status == "SMMU_OK" then dom.handle = nil end
      return status, sentence
   end)
   method(domain, "domain:", "tag", function(dom, smmu)
      return driver.domain_tag(handle_of("domain:tag", dom), smmu_index("domain:tag", smmu))
   end)
   method(domain, "domain:", "stats", function(dom) return driver.domain_stats(handle_of("domain:stats", dom)) end)
   add_try(domain, "domain:")

   -- Attachments -----------------------------------------------------------------------------------------------------
   method(d, "d:", "attach", function(_, name, dom, given)
      local o = options("d:attach", given, { replace = "boolean" })
      return driver.attach(master_of("d:attach", name).index, handle_of("d:attach", dom), o.replace or false)
   end)
   method(d, "d:", "detach", function(_, name) return driver.detach(master_of("d:detach", name).index) end)
   method(d, "d:", "attach_pasid", function(_, name, dom, pasid, given)
      local o = options("d:attach_pasid", given, { replace = "boolean" })
      if math.type(pasid) ~= "integer" or pasid < 0 or pasid > 0xffffffff then
         host.misuse("d:attach_pasid takes a master, a domain and a PASID of 0 to 0xffffffff, got " .. values.show(pasid))
      end
      return driver.attach_pasid(master_of("d:attach_pasid", name).index, handle_of("d:attach_pasid", dom), pasid, o.replace or false)
   end)
   method(d, "d:", "detach_pasid", function(_, name, pasid)
      if math.type(pasid) ~= "integer" then host.misuse("d:detach_pasid takes a master and a PASID") end
      return driver.detach_pasid(master_of("d:detach_pasid", name).index, pasid)
   end)
   method(d, "d:", "master", function(_, name) return driver.master_info(master_of("d:master", name).index) end)

   -- Entries as they are in memory, found the way the SMMU finds them.
   local function words_at(pa)
      local words = {}
      for i = 0, 7 do words[i + 1] = host.ram_read64(pa + 8 * i) end
      return words
   end
   function d:ste(name, sid)
      local m = master_of("d:ste", name)
      sid = sid or m.sid
      local shape = self:layout(m.smmu)
      local pa = shape.strtab + 64 * sid
      if shape.st_2level then
         local l1 = host.ram_read64(shape.strtab + 8 * (sid >> shape.split_log2))
         if l1 & 0x1f == 0 then return nil end
         pa = t.arch.decode_structure("L1STD", { l1 }).L2Ptr + 64 * (sid & ((1 << shape.split_log2) - 1))
      end
      local ste = t.arch.decode_structure("STE", words_at(pa))
      ste.pa = pa
      return ste
   end
   function d:cd(name, ssid)
      local ste = self:ste(name)
      if not ste or ste.S1ContextPtr == 0 then return nil end
      ssid = ssid or 0
      if ssid >= 1 << ste.S1CDMax then return nil end
      local table_pa = ste.S1ContextPtr
      local pa
      if ste.S1CDMax == 0 or ste.S1Fmt == 0 then
         pa = table_pa + 64 * ssid
      else
         local leaf_log2 = ste.S1Fmt == 1 and 6 or 10
         local l1 = t.arch.decode_structure("L1CD", { host.ram_read64(table_pa + 8 * (ssid >> leaf_log2)) })
         if l1.V == 0 then return nil end
         pa = l1.L2Ptr + 64 * (ssid & ((1 << leaf_log2) - 1))
      end
      local cd = t.arch.decode_structure("CD", words_at(pa))
      cd.pa = pa
      return cd
   end
   add_try(d, "d:")

   -- Events ----------------------------------------------------------------------------------------------------------
   local waiting = {}
   for i = 1, #t.smmus do waiting[i] = {} end
   local function collect(i)
      local records = finish("d:events", "(" .. t.smmus[i].name .. ")", driver.events(i))
      for _, words in ipairs(records) do table.insert(waiting[i], t.arch.decode_event(words)) end
   end
   function d:events(smmu)
      local i = smmu_index("d:events", smmu)
      collect(i)
      local list = waiting[i]
      waiting[i] = {}
      return list
   end

   function t:expect_event(smmu, wanted, given)
      local i = smmu_index("t:expect_event", smmu)
      local name = t.smmus[i].name
      local o = options("t:expect_event", given, { timeout_us = "number" })
      local event = t.arch.events[wanted.name or ""]
      if not event then host.misuse("t:expect_event: name must be the name of an event, got " .. values.show(wanted.name)) end
      for key in values.sorted_pairs(wanted) do
         if key ~= "name" and key ~= "StreamID" and not event.fields[key] then
            host.misuse(string.format("t:expect_event: a record of %s has no field %s", wanted.name, values.show(key)))
         end
      end
      local limit_ns = t.now_ns() + math.ceil((o.timeout_us or 1000) * 1000)
      collect(i)
      while #waiting[i] == 0 do
         if t.now_ns() >= limit_ns then
            host.fail(string.format("no event on %s within %g us, expected %s", name, o.timeout_us or 1000, values.show(wanted)))
         end
         host.wait_irq(i, "EVENTQ", limit_ns - t.now_ns(), "an event on " .. name)
         collect(i)
      end
      local got = table.remove(waiting[i], 1)
      for key, value in values.sorted_pairs(wanted) do
         if got[key] ~= value then
            got.raw = nil
            host.fail(string.format("event on %s: %s is %s, expected %s; the record is %s", name, key, values.show(got[key]),
               values.show(value), values.show(got)))
         end
      end
      return got
   end
   -- Nothing may be recorded: looks after settle_us, by default 2.
   function t:expect_no_event(smmu, given)
      local i = smmu_index("t:expect_no_event", smmu)
      local o = options("t:expect_no_event", given, { settle_us = "number" })
      t:wait_us(o.settle_us or 2)
      collect(i)
      local got = waiting[i][1]
      if got then
         got.raw = nil
         host.fail(string.format("unexpected event on %s: %s", t.smmus[i].name, values.show(got)))
      end
   end

   -- Counters --------------------------------------------------------------------------------------------------------
   function d:pmcg(smmu)
      local i = smmu_index("d:pmcg", smmu)
      local handle, info = finish("d:pmcg", show_arguments(smmu), driver.pmcg_probe(i))
      return setmetatable({ handle = handle, info = info, smmu = t.smmus[i].name }, group)
   end
   method(group, "pmcg:", "counter", function(p, given)
      local o = options("pmcg:counter", given, { event = { "any", required = true }, sid = "integer", span = "integer" })
      local number = math.type(o.event) == "integer" and o.event or t.arch.enums.PMCG_EVENT[o.event]
      if not number then
         host.misuse("pmcg:counter: event must be a number or one of " .. table.concat(values.sorted_keys(t.arch.enums.PMCG_EVENT), ", "))
      end
      local status, sentence, index = driver.pmcg_alloc(p.handle, number, o.sid, o.span)
      if status ~= "SMMU_OK" then return status, sentence end
      return status, sentence, setmetatable({ handle = p.handle, index = index, event = number }, counter)
   end)
   add_try(group, "pmcg:")
   for _, name in ipairs { "start", "stop", "read", "free" } do
      local fn = driver["pmcg_" .. name]
      method(counter, "counter:", name, function(c) return fn(c.handle, c.index) end)
   end
   add_try(counter, "counter:")

   t.driver = d
end
