-- SPDX-License-Identifier: Apache-2.0
-- Driver calls about address spaces: domains of every type the driver makes, map, unmap, tags, who may cache them.
-- Left out: attaching (driver_masters.lua), CPU address spaces (driver_sva.lua). Proof: tb/lua/test, scenarios.

return function(part)
   local host, driver, t, d, domain, options, smmu_index, method, handle_of = part.host, part.driver, part.t, part.d, part.domain,
      part.options, part.smmu_index, part.method, part.handle_of
   local domain_count = 0
   local by_handle = {}
   -- The one Lua object of a driver object, so that "the same domain" can be compared.
   function part.domain_object(handle, fields)
      if by_handle[handle] then return by_handle[handle] end
      domain_count = domain_count + 1
      fields.handle, fields.label = handle, "domain " .. domain_count
      by_handle[handle] = setmetatable(fields, domain)
      return by_handle[handle]
   end
   function part.forget_domain(dom)
      by_handle[dom.handle] = nil
      dom.handle = nil
   end

   local domain_keys = { type = { "string", required = true, among = { "s1", "s2", "nested", "identity", "blocked" } },
      tags = { "string", among = { "local", "reject", "reallocate" } }, granule_kib = { "integer", among = { 4, 16, 64 } },
      ias = "integer", oas = "integer", noncoherent = "boolean", dirty = "boolean", exclusive = "boolean",
      free_empty_tables = "boolean", contiguous = "boolean", flush_threshold_pages = "integer", parent = "any", ste = "table" }
   -- A nested domain has a parent and the guest's STE, as fields; no other domain has.
   local function nested_options(call, o)
      if (o.type == "nested") ~= (o.parent ~= nil and o.ste ~= nil) or (o.parent == nil) ~= (o.ste == nil) then
         host.misuse(call .. ": a domain of type 'nested' has both parent and ste, no other type has either")
      end
      if o.type ~= "nested" then return nil, {} end
      local words, wrong = t.arch.encode_structure("STE", o.ste)
      if not words then host.misuse(call .. ": ste: " .. wrong) end
      for word = 3, #words do
         if words[word] ~= 0 then host.misuse(call .. ": ste: a guest says only what is in the first 128 bits of its STE") end
      end
      return handle_of(call .. ": parent", o.parent), words
   end
   method(d, "d:", "domain", function(_, given)
      local o = options("d:domain", given, domain_keys)
      local granule_log2 = ({ [4] = 12, [16] = 14, [64] = 16 })[o.granule_kib or 4]
      local parent, ste = nested_options("d:domain", o)
      local status, sentence, handle = driver.domain_create({ type = o.type, policy = o.tags, granule_log2 = granule_log2, ias = o.ias,
         oas = o.oas, noncoherent = o.noncoherent, dirty = o.dirty, exclusive = o.exclusive, free_empty_tables = o.free_empty_tables,
         contiguous = o.contiguous, flush_threshold_pages = o.flush_threshold_pages }, parent, ste[1], ste[2])
      if status ~= "SMMU_OK" then return status, sentence end
      return status, sentence, part.domain_object(handle, { type = o.type, granule_bytes = 1 << granule_log2 })
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
   -- Deferred: a gather collects what is to be invalidated, dom:sync pays for it once.
   function d:gather() return { label = "gather", raw = driver.gather() } end
   local function gather_of(call, gather)
      if type(gather) ~= "table" or type(gather.raw) ~= "userdata" then host.misuse(call .. " takes a gather made by d:gather()") end
      return gather.raw
   end
   method(domain, "domain:", "unmap_gather", function(dom, given, gather)
      local call = "domain:unmap_gather"
      local o = options(call, given, { iova = { "integer", required = true }, size_bytes = "integer", size_kib = "integer" })
      local handle, size = handle_of(call, dom), size_of(call, o)
      local status, sentence, unmapped = driver.unmap_gather(handle, o.iova, size, gather_of(call, gather))
      return explained(dom, status, sentence, { iova = o.iova, size_bytes = size }, unmapped)
   end)
   method(domain, "domain:", "sync", function(dom, gather)
      return driver.sync(handle_of("domain:sync", dom), gather_of("domain:sync", gather))
   end)
   -- Which granules of the range devices wrote to -> a list of true and false. They start clean again unless keep = true.
   method(domain, "domain:", "read_dirty", function(dom, given)
      local call = "domain:read_dirty"
      local o = options(call, given, { iova = { "integer", required = true }, size_bytes = "integer", size_kib = "integer", keep = "boolean" })
      local handle, size = handle_of(call, dom), size_of(call, o)
      if size < 0 or size > 1 << 36 then host.misuse(call .. ": at most 64 GiB at a time") end
      local status, sentence, list = driver.read_dirty(handle, o.iova, size, dom.granule_bytes, o.keep or false)
      return explained(dom, status, sentence, { iova = o.iova, size_bytes = size }, list)
   end)
   method(domain, "domain:", "iova_to_phys", function(dom, iova)
      if math.type(iova) ~= "integer" then host.misuse("domain:iova_to_phys takes an IOVA") end
      return driver.iova_to_phys(handle_of("domain:iova_to_phys", dom), iova)
   end)
   method(domain, "domain:", "flush", function(dom) return driver.flush(handle_of("domain:flush", dom)) end)
   method(domain, "domain:", "destroy", function(dom)
      local status, sentence = driver.domain_destroy(handle_of("domain:destroy", dom))
      if status == "SMMU_OK" then part.forget_domain(dom) end
      return status, sentence
   end)
   method(domain, "domain:", "tag", function(dom, smmu)
      return driver.domain_tag(handle_of("domain:tag", dom), smmu_index("domain:tag", smmu))
   end)
   method(domain, "domain:", "stats", function(dom) return driver.domain_stats(handle_of("domain:stats", dom)) end)
   -- nil when the domain fits the SMMU, otherwise the reason.
   method(domain, "domain:", "misfit", function(dom, smmu)
      return driver.domain_check(handle_of("domain:misfit", dom), smmu_index("domain:misfit", smmu))
   end)
   -- Who may cache the domain: { { smmu = "smmu0", type = "asid" / "vmid" / "nested" / "atc" / "atc_all", id =, ssid =, users = }, ... } in order.
   method(domain, "domain:", "inv_array", function(dom)
      local status, sentence, list = driver.inv_array(handle_of("domain:inv_array", dom))
      for _, entry in ipairs(list or {}) do entry.smmu = t.smmus[entry.smmu].name end
      return status, sentence, list
   end)
   part.add_try(domain, "domain:")
end
