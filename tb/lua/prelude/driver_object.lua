-- SPDX-License-Identifier: Apache-2.0
-- `t.driver`: the driver core as a scenario calls it. This file holds what its parts share: calls that raise and `try`, arguments
-- in messages, names to objects. The parts (driver_devices.lua, driver_domains.lua, ...) each add calls to it; a new subject is
-- a new file, listed in main.lua.
-- Every driver.* function is C++ (tb/lua/driver/) and answers the status name, its sentence, then values.
-- Left out: what the core does. Proof: tb/lua/test, and the scenarios themselves.

return function(host, values, t, options, smmu_index)
   local d, domain = {}, {}
   domain.__index = domain

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
         parts[i] = type(v) == "table" and (v.label or getmetatable(v) and v.name) or values.show(v)
      end
      return "(" .. table.concat(parts, ", ") .. ")"
   end
   -- The same call, told to a comparison: where it is, on what, with which arguments, and what came out. Objects are their labels,
   -- handles are left out: they are addresses of this process.
   local function plain(v)
      if type(v) ~= "table" then return type(v) ~= "userdata" and values.show(v) or "" end
      if v.label or getmetatable(v) then return v.label or "" end
      for _, value in pairs(v) do
         if type(value) == "userdata" or type(value) == "function" then return "" end
      end
      return values.show(v)
   end
   local function told(prefix, name, fn)
      if not host.fact_call then return fn end
      local function result(status, sentence, ...)
         local parts = table.pack(...)
         for i = 1, parts.n do parts[i] = plain(parts[i]) end
         host.fact_result(prefix .. name .. "|" .. status .. (parts.n > 0 and ", " .. table.concat(parts, ", ") or ""))
         return status, sentence, ...
      end
      return function(self, ...)
         local object = type(self) == "table" and self.label and self.label .. ":" or prefix
         host.fact_call(object .. name .. show_arguments(...))
         return result(fn(self, ...))
      end
   end
   -- Makes object:name(...) raise and object:try("name", ...) answer the status.
   local function untold(object, prefix, name, fn)
      raw[object] = raw[object] or {}
      raw[object][name] = fn
      object[name] = function(self, ...) return finish(prefix .. name, show_arguments(...), fn(self, ...)) end
   end
   local function method(object, prefix, name, fn) untold(object, prefix, name, told(prefix, name, fn)) end
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

   -- Numbers go to C as they are and would be cut there.
   local function fits(call, key, value, most)
      if value and (value < 0 or value > most) then
         host.misuse(string.format("%s: %s must be 0 to 0x%x, got %s", call, key, most, values.show(value)))
      end
      return value
   end

   local part = { host = host, driver = host.driver, values = values, t = t, options = options, smmu_index = smmu_index,
      d = d, domain = domain, finish = finish, show_arguments = show_arguments, method = method, untold = untold, add_try = add_try,
      master_of = master_of, handle_of = handle_of, fits = fits }
   t.driver = d
   return part
end
