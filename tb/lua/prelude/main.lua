-- SPDX-License-Identifier: Apache-2.0
-- Puts the API together and runs the scenario in the first CPU thread.
-- Left out: reading and checking the file (C++ does it before the platform is built). Proof: tb/lua/test, scenarios.

local function missing_feature(t, needs)
   for _, name in ipairs(needs) do
      local known = false
      for _, s in ipairs(t.smmus) do
         local value
         for _, register in ipairs { "IDR0", "IDR1", "IDR3", "IDR5" } do
            if t.arch.registers[register].fields[name] then value = s:field(register, name) end
         end
         if value == nil then value = (s:caps().features or {})[name] end
         if value ~= nil then known = true end
         if value == nil or value == false or value == 0 then
            if known then return string.format("%s (%s) has no %s", s.name, s.backend, name) end
         end
      end
      if not known then return nil, string.format("needs: no SMMU knows a feature '%s'", name) end
   end
end

return function(host, scenario, globals, values, layout, make_test, make_driver)
   globals.print = function(...) host.test:log(...) end
   local t, options, smmu_index = make_test(host, values, layout)
   make_driver(host, values, t, options, smmu_index)
   host.test = t
   local reason, wrong = missing_feature(t, scenario.needs or {})
   if wrong then host.misuse(wrong) end
   if reason then host.skip(reason) end
   scenario.run(t)
end
