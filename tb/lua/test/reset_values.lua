-- SPDX-License-Identifier: Apache-2.0
-- Shows what the registers hold whose reset value the architecture leaves UNKNOWN, one line per SMMU; nothing is enabled.
-- Left out: judging it. Proof: ctest scenario.determinism runs this with equal and different seeds.
local scenario = { title = "Registers without an architected reset value hold what the seed says", rules = { "AB-74" },
   platform = { ram_mib = 16, smmus = { { name = "a" }, { name = "b" } }, masters = {} } }
function scenario.run(t)
   for _, s in ipairs(t.smmus) do
      local words = {}
      for _, name in ipairs { "CR1", "CR2", "STRTAB_BASE", "STRTAB_BASE_CFG", "CMDQ_BASE", "EVENTQ_BASE" } do
         words[#words + 1] = string.format("%x", s:reg(name))
      end
      t:log(string.format("reset %s: %s", s.name, table.concat(words, " ")))
   end
end
return scenario
