-- SPDX-License-Identifier: Apache-2.0
-- What a master with `ats = true` in the platform can do beside plain DMA: accesses with translations it keeps, silence, page requests.
-- Left out: what the driver does with it (driver_masters.lua, driver_pages.lua). Proof: tb/lua/test/endpoint.lua, scenarios/ats.

return function(host, values, t, options)
   local default_timeout_us = 1000

   local function add(m)
      local function name_of(call) return string.format("t.masters.%s:%s", m.name, call) end
      local function access(call, o, data)
         local size = data and #data or o.size_bytes
         if size < 1 or size > 1 << 24 then host.misuse(string.format("%s: size_bytes must be 1 to 0x1000000, got %d", name_of(call), size)) end
         local what = string.format("%s of %s at IOVA 0x%x with its own translations", data and "write" or "read", m.name, o.iova)
         local status, bytes = host.atc_access(m.index, what, o.iova, o.ssid, data, size)
         return { status = status, data = bytes, what = what }
      end
      local address_keys = { iova = { "integer", required = true }, ssid = "integer" }

      -- Asks the SMMU for translations it does not have yet, keeps them, and makes translated accesses.
      function m:ats_write(given)
         local o = options(name_of("ats_write"), given, { iova = address_keys.iova, ssid = "integer", data = "string", size_bytes = "integer", pattern = "integer" })
         if (o.data == nil) == (o.size_bytes == nil) then host.misuse(name_of("ats_write") .. ": give either data or size_bytes") end
         if o.size_bytes and (o.size_bytes < 1 or o.size_bytes > 1 << 24) then
            host.misuse(string.format("%s: size_bytes must be 1 to 0x1000000, got %d", name_of("ats_write"), o.size_bytes))
         end
         return access("ats_write", o, o.data or host.pattern(o.pattern or t.seed, o.size_bytes))
      end
      function m:ats_read(given)
         local o = options(name_of("ats_read"), given, { iova = address_keys.iova, ssid = "integer", size_bytes = { "integer", required = true } })
         return access("ats_read", o)
      end
      -- What the device says of itself.
      function m:atc() return host.atc_state(self.index) end
      -- true: from now on the device completes no invalidation. false: it does, those that wait too.
      function m:set_silent(silent)
         if type(silent) ~= "boolean" then host.misuse(name_of("set_silent") .. " takes true or false, got " .. values.show(silent)) end
         host.atc_silence(self.index, silent)
      end
      -- Asks software for a page -> "success", "invalid", "failure", or "none": not answered in time, or page requests are off.
      function m:request_page(given)
         local o = options(name_of("request_page"), given, { iova = address_keys.iova, ssid = "integer", write = "boolean", timeout_us = "number", pages = "integer" })
         if o.pages and (o.pages < 1 or o.pages > 64) then host.misuse(string.format("%s: pages must be 1 to 64, got %d", name_of("request_page"), o.pages)) end
         local what = string.format("page request of %s for IOVA 0x%x", m.name, o.iova)
         return host.page_request(self.index, what, o.iova, o.write or false, o.ssid, math.ceil((o.timeout_us or default_timeout_us) * 1000), o.pages or 1)
      end
   end

   local function lacking(m, call)
      m[call] = function()
         host.misuse(string.format("t.masters.%s:%s: this master has no address translation cache; say ats = true in platform.masters", m.name, call))
      end
   end
   for _, m in ipairs(t.masters) do
      if m.ats then
         add(m)
      else
         for _, call in ipairs { "ats_write", "ats_read", "atc", "set_silent", "request_page" } do lacking(m, call) end
      end
   end
end
