-- SPDX-License-Identifier: Apache-2.0
-- Puts the API together and runs the scenario in the first CPU thread.
-- Left out: reading and checking the file (C++ does it before the platform is built). Proof: tb/lua/test, scenarios.

-- The parts of t.driver, in the order in which they are added; each is a file of this folder, embedded by tb/lua/CMakeLists.txt.
local driver_parts = { "driver_devices", "driver_domains", "driver_masters", "driver_sva", "driver_faults", "driver_pages", "driver_pmcg" }

return function(host, scenario, globals, modules)
   globals.print = function(...) host.test:log(...) end
   local t, options, smmu_index = modules.test_object(host, modules.values, modules.layout)
   modules.observe(host, modules.values, t)
   modules.cpu_object(host, modules.values, t, options)
   modules.engine_object(host, modules.values, t, options)
   modules.atc_object(host, modules.values, t, options)
   local known_field = modules.divergences.install(host, modules.values, t, modules.known_defects.defects)
   local part = modules.driver_object(host, modules.values, t, options, smmu_index)
   part.known_field = known_field
   for _, name in ipairs(driver_parts) do modules[name](part) end
   part.add_try(t.driver, "d:")
   modules.play(host, modules.values, t)
   host.test = t
   local reason, wrong = modules.needs(t, scenario.needs or {})
   if wrong then host.misuse(wrong) end
   if reason then host.skip(reason) end
   scenario.run(t)
end
