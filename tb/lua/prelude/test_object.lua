-- SPDX-License-Identifier: Apache-2.0
-- `t`, the test object of a scenario: steps, checks, time, threads, RAM, SMMUs and masters.
-- Left out: the driver (driver_object.lua). Every host.* function is C++ (tb/lua/*_binding.cpp).
-- Proof: tb/lua/test, and the scenarios themselves.

return function(host, values, layout)
   local t = { arch = layout.build(host.arch), seed = host.seed, params = host.params, backend = host.backend, now_ns = host.now_ns }

   local function options(call, given, known)
      local wrong = values.check_options(call, given or {}, known)
      if wrong then host.misuse(wrong) end
      return given or {}
   end

   -- Names and numbers of SMMUs -> number from 1.
   local smmu_number = {}
   for i, s in ipairs(host.smmus) do smmu_number[i], smmu_number[s.name] = i, i end
   local function smmu_index(call, smmu)
      if type(smmu) == "table" and smmu.name then smmu = smmu.name end
      local index = smmu_number[smmu]
      if index then return index end
      local names = {}
      for _, s in ipairs(host.smmus) do names[#names + 1] = s.name end
      host.misuse(string.format("%s: there is no SMMU %s; the platform has %s", call, values.show(smmu), table.concat(names, ", ")))
   end

   -- Steps and checks ------------------------------------------------------------------------------------------------
   function t:step(title)
      if type(title) ~= "string" then host.misuse("t:step takes the title of the step") end
      host.step(title)
   end

   function t:check(condition, text)
      if not condition then host.fail(tostring(text or "check failed")) end
   end

   function t:equal(actual, expected, text)
      local path, a, e = values.difference(actual, expected)
      if not path then return end
      local at = path == "" and "" or " at " .. path
      host.fail(string.format("%s: got %s, expected %s%s", text or "values differ", values.show(a), values.show(e), at))
   end

   function t:log(...)
      local parts = table.pack(...)
      for i = 1, parts.n do parts[i] = type(parts[i]) == "string" and parts[i] or values.show(parts[i]) end
      host.log(table.concat(parts, " "))
   end

   local function is_name(text) return type(text) == "string" and text:find("^[%w_./%-]+$") and #text <= 80 end

   -- A number worth following from night to night.
   function t:figure(name, value, unit)
      if not is_name(name) then host.misuse("t:figure takes a name of letters, digits and _ . / -, up to 80 of them, got " .. values.show(name)) end
      if type(value) ~= "number" or value ~= value or value == math.huge or value == -math.huge then
         host.misuse(string.format("t:figure %s takes a finite number, got %s", name, values.show(value)))
      end
      if unit ~= nil and type(unit) ~= "string" then host.misuse(string.format("t:figure %s takes a text as unit, got %s", name, values.show(unit))) end
      host.figure(name, value, unit or "")
      host.log(string.format("%s = %g%s", name, value, unit and " " .. unit or ""))
   end

   -- A point of functional coverage of the scenario's own: "scenario/NAME".
   function t:cover(name)
      if not is_name(name) then host.misuse("t:cover takes a name of letters, digits and _ . / -, up to 80 of them, got " .. values.show(name)) end
      host.cover(name)
   end

   function t:skip(reason) host.skip(tostring(reason)) end

   -- A named point at which `tandem run --compare` holds the tables of both runs against each other; every step is one by itself.
   function t:snapshot(name)
      if type(name) ~= "string" or name == "" then host.misuse("t:snapshot takes the name of the point") end
      if host.fact_point then host.fact_point(name) end
   end

   -- Time and threads ------------------------------------------------------------------------------------------------
   function t:wait_us(us)
      if type(us) ~= "number" or not (us >= 0 and us <= 1e12) then
         host.misuse("t:wait_us takes microseconds, 0 to 1e12, got " .. values.show(us))
      end
      host.wait_ns(math.ceil(us * 1000))
   end

   function t:wait_until(fn, given)
      if type(fn) ~= "function" then host.misuse("t:wait_until takes a function that answers true when the wait is over") end
      local o = options("t:wait_until", given, { timeout_us = "number", what = "string" })
      local timeout_us, what = o.timeout_us or 1000, o.what or "a condition of the scenario"
      local limit_ns = t.now_ns() + math.ceil(timeout_us * 1000)
      host.describe_wait(what)
      -- How often fn is asked is a matter of time, so a comparison does not hear of it.
      local quiet = host.fact_quiet or function() end
      quiet(true)
      while not fn() do
         if t.now_ns() >= limit_ns then host.fail(string.format("waited %g us for %s, in vain", timeout_us, what)) end
         host.wait_ns(100)
      end
      quiet(false)
      host.describe_wait("")
   end

   local thread = {}
   thread.__index = thread
   function thread:join()
      host.join(self.id, "the end of thread " .. self.name)
   end
   function t:spawn(name, fn)
      if type(name) ~= "string" or type(fn) ~= "function" then host.misuse("t:spawn takes a name and a function") end
      return setmetatable({ name = name, id = host.spawn(name, fn) }, thread)
   end

   -- RAM -------------------------------------------------------------------------------------------------------------
   local class_names = { "Client", "L1std", "Ste", "L1cd", "Cd", "Stage1Table", "Stage2Table", "Vms", "CmdqRead", "EventqWrite", "PriqWrite", "Msi" }
   t.ram = { base = host.ram_base, size_bytes = host.ram_bytes, read64 = host.ram_read64, write64 = host.ram_write64,
      read = host.ram_read, write = host.ram_write, alloc = host.ram_alloc, access_classes = class_names }
   function t.ram.inject_error(given)
      local o = options("t.ram.inject_error", given, { pa = { "integer", required = true }, size_bytes = { "integer", required = true },
         classes = "table", on_read = "boolean", on_write = "boolean", skip_count = "integer", fail_count = "integer" })
      local mask = o.classes and 0 or -1
      for _, wanted in ipairs(o.classes or {}) do
         local bit
         for n, name in ipairs(class_names) do if name == wanted then bit = n - 1 end end
         if not bit then
            host.misuse(string.format("t.ram.inject_error: unknown access class %s; it knows %s", values.show(wanted), table.concat(class_names, ", ")))
         end
         mask = mask | 1 << bit
      end
      local id = host.inject_error(o.pa, o.size_bytes, mask & 0xffffffff, o.on_read ~= false, o.on_write ~= false,
         o.skip_count or 0, o.fail_count or -1)
      return { clear = function() host.clear_error(id) end }
   end

   -- SMMUs -----------------------------------------------------------------------------------------------------------
   local smmu = {}
   smmu.__index = smmu
   local function register(s, name)
      local r = t.arch.registers[name]
      if not r then host.misuse(string.format("%s: there is no register %s", s.name, values.show(name))) end
      return r
   end
   local page_base = { pmcg0 = 0x20000, pmcg1 = 0x30000 }
   function smmu:read32(offset) return host.mmio_read(self.index, offset, 32) end
   function smmu:read64(offset) return host.mmio_read(self.index, offset, 64) end
   function smmu:write32(offset, value) host.mmio_write(self.index, offset, 32, value) end
   function smmu:write64(offset, value) host.mmio_write(self.index, offset, 64, value) end
   function smmu:reg(name)
      local r = register(self, name)
      return host.mmio_read(self.index, (page_base[r.page] or 0) + r.offset, r.bits)
   end
   function smmu:field(name, field_name)
      local field = register(self, name).fields[field_name]
      if not field then host.misuse(string.format("%s: register %s has no field %s", self.name, name, values.show(field_name))) end
      return layout.field({ self:reg(name) }, field)
   end
   function smmu:caps() return host.caps(self.index) end
   local irq_names = { EVENTQ = true, PRIQ = true, GERROR = true, CMD_SYNC = true, PMCG = true }
   -- Until that interrupt pulsed since the last such wait -> true, or false when the time is over.
   function smmu:wait_irq(name, given)
      if not irq_names[name] then
         host.misuse(string.format("%s:wait_irq takes one of %s, got %s", self.name, table.concat(values.sorted_keys(irq_names), ", "), values.show(name)))
      end
      local o = options(self.name .. ":wait_irq", given, { timeout_us = "number" })
      return host.wait_irq(self.index, name, math.ceil((o.timeout_us or 1000) * 1000), "interrupt " .. name .. " of " .. self.name)
   end
   function smmu:power_cycle() host.power_cycle(self.index) end
   function smmu:stats() return host.stats(self.index) end
   function smmu:commands()
      local list = host.commands(self.index)
      for i, words in ipairs(list) do list[i] = t.arch.decode_command(words) end
      return list
   end
   t.smmus = {}
   for i, s in ipairs(host.smmus) do
      local object = setmetatable({ name = s.name, backend = s.backend, index = i }, smmu)
      t.smmus[i], t.smmus[s.name] = object, object
   end

   -- Masters ---------------------------------------------------------------------------------------------------------
   local master, transfer = {}, {}
   master.__index, transfer.__index = master, transfer
   local address_keys = { iova = { "integer", required = true }, ssid = "integer", sid = "integer", privileged = "boolean",
      instruction = "boolean", timeout_us = "number" }
   local function keys(more)
      local all = {}
      for key, rule in pairs(address_keys) do all[key] = rule end
      for key, rule in pairs(more) do all[key] = rule end
      return all
   end
   local write_keys = keys { data = "string", size_bytes = "integer", pattern = "integer" }
   local read_keys = keys { size_bytes = { "integer", required = true } }
   local pattern_keys = keys { size_bytes = { "integer", required = true }, seed = "integer", pa = "integer" }
   local default_timeout_us = 1000000

   local function call_name(m, name) return string.format("t.masters.%s:%s", m.name, name) end
   local function request(m, call, o, data_or_size, write)
      local size = write and #data_or_size or data_or_size
      if size < 1 or size > 1 << 24 then host.misuse(string.format("%s: size_bytes must be 1 to 0x1000000, got %d", call, size)) end
      return {
         smmu = m.smmu_index, tbu = m.tbu, sid = o.sid or m.sid, ssid = o.ssid, iova = o.iova, data = write and data_or_size or nil,
         size_bytes = size, write = write, what = string.format("%s of %s at IOVA 0x%x", write and "write" or "read", m.name, o.iova), privileged = o.privileged or false, instruction = o.instruction or false,
         timeout_ns = math.ceil((o.timeout_us or default_timeout_us) * 1000),
      }
   end
   local function pattern_of(o) return host.pattern(o.seed or o.pattern or t.seed, o.size_bytes) end
   local function write_request(m, name, given)
      local call = call_name(m, name)
      local o = options(call, given, write_keys)
      if (o.data == nil) == (o.size_bytes == nil) then host.misuse(call .. ": give either data or size_bytes") end
      return request(m, call, o, o.data or pattern_of(o), true)
   end
   local function read_request(m, name, given)
      local call = call_name(m, name)
      local o = options(call, given, read_keys)
      return request(m, call, o, o.size_bytes, false)
   end
   local function labelled(result, r)
      result.what = r.what
      return result
   end

   function master:write(given)
      local r = write_request(self, "write", given)
      return labelled(host.access(r), r)
   end
   function master:read(given)
      local r = read_request(self, "read", given)
      return labelled(host.access(r), r)
   end
   function master:start_write(given)
      local r = write_request(self, "start_write", given)
      return setmetatable({ id = host.start_access(r), request = r }, transfer)
   end
   function master:start_read(given)
      local r = read_request(self, "start_read", given)
      return setmetatable({ id = host.start_access(r), request = r }, transfer)
   end
   function transfer:is_done() return host.access_done(self.id) end
   function transfer:wait_done(given)
      local o = options("wait_done", given, { timeout_us = "number" })
      t:wait_until(function() return host.access_done(self.id) end,
         { timeout_us = o.timeout_us or default_timeout_us, what = "the end of a " .. self.request.what })
      return labelled(host.access_result(self.id), self.request)
   end
   -- After CMD_RESUME of a stalled access: its outcome, once.
   function master:poll(result)
      if type(result) ~= "table" or not result.ticket then host.misuse("poll takes a result with status 'stalled'") end
      local again = host.poll(result.ticket)
      again.what = result.what
      return again
   end
   -- Waits until a stalled access was answered -> its outcome. Anything else is handed back as it is.
   function master:finish(result, given)
      local o = options(call_name(self, "finish"), given, { timeout_us = "number" })
      if type(result) ~= "table" or not result.status then host.misuse("finish takes the result of a read or write") end
      local final = result
      if result.status == "stalled" then
         t:wait_until(function()
            final = self:poll(result)
            return final.status ~= "stalled"
         end, { timeout_us = o.timeout_us or default_timeout_us, what = "the end of a stalled " .. result.what })
      end
      return final
   end

   local function expect(result, status)
      if type(result) ~= "table" or not result.status then host.misuse("expected the result of a read or write") end
      if result.status ~= status then
         local memory = result.memory_error and " (memory error)" or ""
         host.fail(string.format("%s: got %s%s, expected %s", result.what or "access", result.status, memory, status))
      end
      return result
   end
   function master:expect_ok(result) return expect(result, "ok") end
   function master:expect_abort(result) return expect(result, "abort") end

   local function first_difference(a, b)
      for i = 1, math.max(#a, #b) do
         if a:byte(i) ~= b:byte(i) then return i end
      end
   end
   local function same_bytes(what, got, wanted, iova)
      if got == wanted then return end
      local i = first_difference(got, wanted)
      host.fail(string.format("%s: byte %d (IOVA 0x%x) is 0x%02x, expected 0x%02x", what, i - 1, iova + i - 1, got:byte(i) or -1, wanted:byte(i) or -1))
   end
   function master:write_pattern(given)
      local call = call_name(self, "write_pattern")
      local o = options(call, given, pattern_keys)
      local r = request(self, call, o, pattern_of(o), true)
      local result = labelled(host.access(r), r)
      expect(result, "ok")
      if o.pa then same_bytes(call .. ", RAM after the write", host.ram_read(o.pa, o.size_bytes), pattern_of(o), o.iova) end
      return result
   end
   function master:verify_pattern(given)
      local call = call_name(self, "verify_pattern")
      local o = options(call, given, pattern_keys)
      local r = request(self, call, o, o.size_bytes, false)
      local result = labelled(host.access(r), r)
      expect(result, "ok")
      same_bytes(call .. ", data read through the SMMU", result.data, pattern_of(o), o.iova)
      if o.pa then same_bytes(call .. ", RAM", host.ram_read(o.pa, o.size_bytes), pattern_of(o), o.iova) end
      return result
   end
   t.masters = {}
   for i, m in ipairs(host.masters) do
      local object = setmetatable({ name = m.name, smmu = m.smmu, smmu_index = smmu_number[m.smmu], tbu = m.tbu, sid = m.sids[1],
         sids = m.sids, ssid_bits = m.ssid_bits, ats = m.ats, pri = m.pri, index = i }, master)
      t.masters[i], t.masters[m.name] = object, object
   end

   return t, options, smmu_index
end
