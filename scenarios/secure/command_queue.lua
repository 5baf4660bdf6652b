-- SPDX-License-Identifier: Apache-2.0
-- Firmware of the secure state has a command queue of its own, and with it the right to invalidate what the other state's devices use.
-- Its CMD_SYNC is as good as any: when it is consumed, no access is under way that may have used what was invalidated before it.
-- The model alone has the secure programming interface; here it answers every CPU, and its walks take time, so that there is something to
-- wait for. Left out: secure streams, which the model does not have.

local PAGE, IOVA, BANK = 4096, 0x40000000, 0x8000
local LOG2 = 4

local scenario = {
   title = "A secure command queue invalidates under the traffic of the other state, and its CMD_SYNC waits for it",
   needs = { "S1P" },
   seed = 8,
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0", backend = "tlm", params = { secure = 2, timed_walks = 1, walk_latency_ns = 1000 } } },
      masters = { { name = "dma", smmu = "smmu0", sids = { 0x10 } } },
      limits = { simulated_ms = 100, wall_s = 60 },
   },
}

function scenario.run(t)
   local d, dma, s = t.driver, t.masters.dma, t.smmus.smmu0
   local register = {}
   for name, at in pairs { CR0 = "CR0", CR0ACK = "CR0ACK", BASE = "CMDQ_BASE", PROD = "CMDQ_PROD", CONS = "CMDQ_CONS" } do
      register[name] = BANK + t.arch.registers[at].offset
   end
   local queue, prod = t.ram.alloc(16 << LOG2, 16 << LOG2), 0
   local function put(command)
      local words = assert(t.arch.encode_command(command))
      for i, word in ipairs(words) do t.ram.write64(queue + 16 * (prod % (1 << LOG2)) + 8 * (i - 1), word) end
      prod = (prod + 1) % (2 << LOG2)
   end
   local function consumed() return s:read32(register.CONS) == prod end
   local function send(commands)
      for _, command in ipairs(commands) do put(command) end
      s:write32(register.PROD, prod)
   end
   local function wait_for_the_queue()
      for _ = 1, 1000 do
         if consumed() then return true end
         t:wait_us(0.1)
      end
   end

   t:step("the secure queue is switched on beside the other one")
   d:enable {}
   t:equal(s:read32(BANK + t.arch.registers.IDR1.offset) >> 31, 1, "S_IDR1.SECURE_IMPL")
   s:write64(register.BASE, queue | LOG2)
   s:write32(register.CR0, 8)      -- CMDQEN
   for _ = 1, 100 do
      if s:read32(register.CR0ACK) == 8 then break end
      t:wait_us(0.1)
   end
   t:equal(s:read32(register.CR0ACK), 8, "S_CR0ACK")
   send { { name = "SYNC" } }
   t:check(wait_for_the_queue(), "a CMD_SYNC alone")

   t:step("invalidations while devices walk: the SYNC comes after the accesses")
   local dom = d:domain { type = "s1" }
   d:attach(dma, dom)
   local pa = dom:map { iova = IOVA, size_bytes = 8 * PAGE }
   t.ram.write(pa, string.rep("x", 8 * PAGE))
   for round, commands in ipairs { { { name = "TLBI_NSNH_ALL" } }, { { name = "TLBI_NH_ALL" } }, { { name = "CFGI_STE", StreamID = dma.sid, Leaf = 1 } },
      { { name = "CFGI_STE_RANGE", Range = 31 }, { name = "TLBI_NSNH_ALL" } } } do
      local reads = {}
      for n = 0, 7 do reads[n + 1] = dma:start_read { iova = IOVA + n * PAGE, size_bytes = 16 } end
      t:wait_us(round * 0.4)
      table.insert(commands, { name = "SYNC" })
      send(commands)
      for _, read in ipairs(reads) do t:equal(dma:expect_ok(read:wait_done {}).data, string.rep("x", 16), "what a device reads") end
      t:check(wait_for_the_queue(), "the CMD_SYNC is consumed")
   end
   t:expect_no_event("smmu0")
end

return scenario
