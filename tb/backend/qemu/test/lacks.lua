-- SPDX-License-Identifier: Apache-2.0
-- Asks an SMMU for something it may not have, in the middle of a run: -p what=ssid, privileged, instruction, sid, injection.
-- cli_qemu.lua runs it and looks at what comes out.
local scenario = {
   title = "Something that an SMMU outside the process does not have",
   params = { what = "ssid" },
   platform = { ram_mib = 64, smmus = { { name = "smmu0" } }, masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } } } },
}

function scenario.run(t)
   t:step("up to here all is well")
   t.driver:enable {}
   local what = t.params.what
   local access = { iova = 0x1000, size_bytes = 4 }
   if what == "ssid" then access.ssid = 1 elseif what == "sid" then access.sid = 0x21 else access[what] = true end
   -- What a scenario catches does not keep it going.
   pcall(function()
      if what == "injection" then t.ram.inject_error { pa = t.ram.base, size_bytes = 8 } end
      access.injection = nil
      t.masters.dma0:read(access)
   end)
   t:step("not reached")
   t:check(false, "the run went on")
end

return scenario
