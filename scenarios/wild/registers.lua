-- SPDX-License-Identifier: Apache-2.0
-- Registers in an order that no driver uses: random values, halves and neighbours, with the SMMU off and on, to what is locked, read-only
-- or not there. A run alone shows that every access ends; its use is `--compare`: two implementations must show the same after every write.
-- Left out: commands that mean something, accesses that are translated, counting (wild/hand_made.lua, counters/).

local scenario = {
   title = "Registers in any order: every implementation shows the same after every write",
   needs = { "S1P" },
   seed = 7,
   params = { steps = 600 },
   no_check = { "commands", "tables", "life" },      -- they know a driver that keeps the rules
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0", pmcg_counters = 4 } },
      masters = { { name = "dma", smmu = "smmu0", sids = { 1 } } },
      limits = { simulated_ms = 1000, wall_s = 120 },
   },
}

local random = math.random
local function chance(percent) return random(100) <= percent end
local function pick(list) return list[random(#list)] end

local PMCG0, PMCG1, LOG2 = 0x20000, 0x30000, 6
local of_smmu = { "CR0", "CR0", "CR0", "CR1", "CR2", "GBPA", "IRQ_CTRL", "IRQ_CTRL", "GERRORN", "GERROR_IRQ_CFG0", "GERROR_IRQ_CFG1", "GERROR_IRQ_CFG2", "STRTAB_BASE",
   "STRTAB_BASE_CFG", "CMDQ_BASE", "CMDQ_PROD", "CMDQ_CONS", "EVENTQ_BASE", "EVENTQ_IRQ_CFG0", "EVENTQ_IRQ_CFG1", "EVENTQ_IRQ_CFG2", "EVENTQ_PROD", "EVENTQ_CONS" }
local of_pmcg = { "PMCG_EVTYPER0", "PMCG_SMR0", "PMCG_CNTENSET0", "PMCG_CNTENCLR0", "PMCG_INTENSET0", "PMCG_INTENCLR0", "PMCG_CR", "PMCG_IRQ_CTRL", "PMCG_IRQ_CFG0",
   "PMCG_IRQ_CFG1", "PMCG_IRQ_CFG2", "PMCG_EVCNTR0", "PMCG_OVSCLR0", "PMCG_OVSSET0" }
local on_page_1 = { PMCG_EVCNTR0 = true, PMCG_OVSCLR0 = true, PMCG_OVSSET0 = true }
-- Where no register is: reads as zero, writes do nothing.
local gaps = { { 0x200, 0xf00 }, { 0x10000, 0x100a0 }, { PMCG0 + 0x1000, PMCG0 + 0xfffc }, { PMCG1 + 0x1000, PMCG1 + 0xfffc } }
local shown_too = { "CR0ACK", "IRQ_CTRLACK", "GERROR", "STATUSR", "GBPA", "CMDQ_CONS", "EVENTQ_PROD" }

function scenario.run(t)
   local s, ram, registers = t.smmus.smmu0, t.ram, t.arch.registers
   local function value()
      local words = { random(0), random(0) & random(0) & random(0), 1 << random(0, 63), ram.base + random(0, 255) * 0x1000 + random(0, 31), random(0, 63), 0, -1 }
      return pick(words)
   end
   local function look(name, offset, bits)
      t:snapshot(string.format("%s is 0x%x", name, bits == 64 and s:read64(offset) or s:read32(offset)))
   end
   local function place()
      if chance(4) then
         local gap = pick(gaps)
         local offset = gap[1] + 4 * random(0, (gap[2] - gap[1]) // 4 - 1)
         -- Behind a counter page: where a register would be, were the page there again.
         if gap[1] > PMCG0 and chance(70) then offset = gap[1] & ~0xfff | registers[pick(of_pmcg)].offset | random(0, 14) << 12 end
         return string.format("offset 0x%x", offset), offset, 32
      end
      if chance(60) then
         local name = pick(of_smmu)
         return name, registers[name].offset, registers[name].bits
      end
      local name = pick(of_pmcg)
      local r = registers[name]
      local stride = name:find("EVCNTR") and 8 or (name:find("EVTYPER") or name:find("SMR")) and 4 or 0
      return name, (on_page_1[name] and PMCG1 or PMCG0) + r.offset + stride * random(0, 4), r.bits      -- one counter more than there are
   end
   -- What reset leaves unknown is known from here on.
   for _, list in ipairs { of_smmu, of_pmcg } do
      for _, name in ipairs(list) do
         local r = registers[name]
         local offset = list == of_smmu and r.offset or (on_page_1[name] and PMCG1 or PMCG0) + r.offset
         for n = 0, name:find("EVCNTR") and 3 or (name:find("EVTYPER") or name:find("SMR")) and 3 or 0 do
            if r.bits == 64 then s:write64(offset + 8 * n, name:find("Q_BASE") and LOG2 or 0) else s:write32(offset + 4 * n, name:find("EVTYPER") and 1 or 0) end
         end
      end
   end
   t:wait_us(4)
   -- A disabled event queue gets its pointers while records are dropped: what was written stays.
   local function write_beside_records()
      s:write32(registers.CR0.offset, 1)
      t:wait_until(function() return s:reg("CR0ACK") == 1 end, { timeout_us = 1000, what = "CR0ACK" })
      local reads = {}
      for i = 1, 6 do reads[i] = t.masters.dma:start_read { iova = ram.base + 64 * i, size_bytes = 8 } end
      for _ = 1, random(1, 4) do
         local name = pick { "EVENTQ_PROD", "EVENTQ_PROD", "EVENTQ_CONS" }
         t:wait_us(random(1, 60) / 1000)                         -- at any cycle
         local given = random(0, (2 << LOG2) - 1) | random(0, 1) << 31
         s:write32(registers[name].offset, given)
         look(name, registers[name].offset, 32)
      end
      for _, read in ipairs(reads) do read:wait_done {} end
      look("EVENTQ_PROD", registers.EVENTQ_PROD.offset, 32)
   end
   for _ = 1, t.params.steps do
      if chance(1) then write_beside_records() end
      local name, offset, bits = place()
      local given = value()
      if name == "CR0" then given = chance(70) and given & ~8 or 0 end      -- nobody knows which commands those would be
      if name:find("Q_BASE") then given = given & ~31 | LOG2 end                     -- pointers have the width of their queue
      if name:find("Q_PROD") or name:find("Q_CONS") then given = given & (1 << 31 | (2 << LOG2) - 1) end
      if name == "PMCG_EVTYPER0" then given = given & ~(1 << 31) | 1 end             -- no capturing, no counting of cycles
      if bits == 64 and chance(70) then
         s:write64(offset, given)
      else
         local half = bits == 64 and chance(50) and 4 or 0
         s:write32(offset + half, given & 0xffffffff)
      end
      t:log(string.format("%s := 0x%x", name, given))                                -- with -v: what led here
      if name == "GBPA" then t:wait_until(function() return s:reg("GBPA") >> 31 == 0 end, { timeout_us = 1000, what = "GBPA.Update" }) end
      t:wait_us(4)
      look(name, offset, bits)
      if chance(30) then
         local other = pick(shown_too)
         look(other, registers[other].offset, registers[other].bits)
      end
      if chance(10) then
         local other, at, wide = place()
         look(other, at, wide)
      end
   end
end

return scenario
