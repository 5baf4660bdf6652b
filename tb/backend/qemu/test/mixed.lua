-- SPDX-License-Identifier: Apache-2.0
-- Three implementations in one system, two of them QEMUs: one map call, one RAM, each SMMU its own invalidations.
-- Left out: the Verilated block beside them, which a build need not have.
local PAGE, IOVA = 0x1000, 0x40000000

local scenario = {
   title = "One domain behind the SystemC model and two QEMUs: each reaches the page, each is told of the unmap",
   needs = { "S1P" },
   platform = {
      ram_mib = 64,
      smmus = { { name = "model", backend = "tlm" }, { name = "far", backend = "qemu" }, { name = "farther", backend = "qemu", idr = { ASID16 = 0 } } },
      masters = {
         { name = "a", smmu = "model", sids = { 0x10 } },
         { name = "b", smmu = "far", sids = { 0x10, 0x11 } },
         { name = "c", smmu = "farther", sids = { 0x1219 } },
      },
   },
}

function scenario.run(t)
   local d = t.driver
   t:step("all three come up")
   d:enable {}
   t:equal(t.smmus.far:caps().backend, "qemu", "who answers")
   t:equal(t.smmus.far:caps().features.ASID16, true, "far")
   t:equal(t.smmus.farther:caps().features.ASID16, false, "farther")
   local dom = d:domain { type = "s1" }
   for _, name in ipairs { "a", "b", "c" } do d:attach(name, dom) end
   local pa = dom:map { iova = IOVA, size_bytes = 4 * PAGE }

   t:step("what one writes the others read")
   for i, writer in ipairs { "a", "b", "c" } do
      t.masters[writer]:write_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = i, pa = pa }
      for _, reader in ipairs { "a", "b", "c" } do t.masters[reader]:verify_pattern { iova = IOVA, size_bytes = 4 * PAGE, seed = i, pa = pa } end
   end

   t:step("an unmap is told to each, and no one gets through any more")
   local cost = t:cost(function() dom:unmap { iova = IOVA, size_bytes = 4 * PAGE } end)
   for _, s in ipairs(t.smmus) do
      local list = cost[s.name].list
      t:check(#list >= 2 and list[1].name == "TLBI_NH_VA" and list[#list].name == "SYNC", s.name .. ": TLBI and SYNC")
   end
   for _, name in ipairs { "a", "b", "c" } do
      local m = t.masters[name]
      m:expect_abort(m:read { iova = IOVA + PAGE, size_bytes = 64 })
      t:expect_event(m.smmu, { name = "F_TRANSLATION", StreamID = m.sid, RnW = 1, InputAddr = IOVA + PAGE })
      t:expect_no_event(m.smmu)
   end
end

return scenario
