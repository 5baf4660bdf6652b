-- SPDX-License-Identifier: Apache-2.0
-- Clock cycles of the RTL block, held to its limits: hits of the micro-TLB and the main TLB, walks with the walk cache cold and warm, a hit
-- in every cycle, independent misses at once. Simulated time, so the same on every machine.
--   --smmu mem_latency_cycles=40   eight misses overlap only where memory leaves time for it: that step wants 30 or more
-- What a device sees of an access is its translation, the memory (L cycles from an address to its data) and two cycles for the way back;
-- the figures here are the translation alone, from the device's address to memory's.
-- Left out: the host's time (tandem bench rtl).

local PAGE, BLOCK, IOVA = 4096, 1 << 21, 0x8100000000
local LINE = 16     -- bytes of an access: one beat of the data bus
local ANSWER = 2    -- cycles from memory's data to the end of the device's access
local MISSES = 8

local scenario = {
   title = "Clock cycles of hits and misses stay within the limits of the RTL block",
   needs = { "S1P" },
   platform = {
      ram_mib = 64,
      smmus = { { name = "smmu0" } },
      masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } } },
   },
}

function scenario.run(t)
   local d, dma, smmu = t.driver, t.masters.dma0, t.smmus.smmu0
   local caps = smmu:caps()
   local sizes = caps.limits
   if not sizes.WALKERS then t:skip("smmu0 (" .. caps.backend .. ") has no clock cycles to count: the limits are the RTL block's") end
   local memory = sizes.MEM_LATENCY_CYCLES + 1
   d:enable {}
   local dom = d:domain { type = "s1" }
   for page = 0, 15 do dom:map { iova = IOVA + page * PAGE, size_bytes = PAGE } end
   for block = 1, MISSES do dom:map { iova = IOVA + block * BLOCK, size_bytes = PAGE } end
   d:attach(dma, dom)

   local function quiet() t:wait_us(1) end   -- the clock stands: the next access begins a cycle
   local function read(iova) dma:expect_ok(dma:read { iova = iova, size_bytes = LINE }) end
   -- Cycles until the last of these accesses, begun at once, is answered.
   local function span(iovas)
      quiet()
      local from, last, threads = t.now_ns(), 0, {}
      for i, iova in ipairs(iovas) do
         threads[i] = t:spawn("read" .. i, function()
            read(iova)
            last = math.max(last, t.now_ns())
         end)
      end
      for _, thread in ipairs(threads) do thread:join() end
      return (last - from) * 1000 // sizes.CLOCK_PERIOD_PS
   end
   -- Cycles of one translation, and what it cost by the bench's own tally.
   local function translation(iova)
      local before = smmu:stats()
      local cycles, after = span { iova } - memory - ANSWER, smmu:stats()
      return cycles, after.table_walk_accesses - before.table_walk_accesses, after.tlb_misses - before.tlb_misses
   end
   local function forget()
      d:submit("smmu0", { { name = "TLBI_NSNH_ALL" } })
      quiet()
   end
   local rows = {}
   local function limit(what, name, cycles, at_most)
      t:check(cycles <= at_most, string.format("%s: %d cycles; allowed are %d", what, cycles, at_most))
      t:figure(name, cycles, "cycles")
      rows[#rows + 1] = { what, tostring(cycles), tostring(at_most) }
   end

   t:step("a hit of the micro-TLB: 2 cycles")
   read(IOVA)
   local cycles, walks, misses = translation(IOVA + LINE)
   t:equal({ walks, misses }, { 0, 0 }, "a hit costs nothing")
   limit("hit of the micro-TLB", "micro_tlb_hit", cycles, 2)

   t:step("a hit in every cycle")
   local many = {}
   for i = 1, sizes.BURSTS do many[i] = IOVA + i * LINE end   -- as many as may be unanswered
   local before = smmu:stats().tlb_misses
   limit(#many .. " hits of the micro-TLB, each after the first", "hits_in_flight", span(many) - memory - ANSWER - 2, #many - 1)
   t:equal(smmu:stats().tlb_misses, before, "they hit")

   t:step("a hit of the main TLB: 8 cycles")
   for page = 1, 15 do read(IOVA + page * PAGE) end   -- the micro-TLB forgets the first page
   cycles, walks, misses = translation(IOVA)
   t:equal({ walks, misses }, { 0, 0 }, "a hit of the main TLB costs no access")
   limit("hit of the main TLB", "main_tlb_hit", cycles, 8)
   t:check(cycles > 2, "it is not the micro-TLB that hits")

   t:step("a walk of four levels with nothing cached but the configuration: 4 L + 20")
   forget()
   cycles, walks = translation(IOVA)
   t:equal(walks, 4, "descriptors read")
   limit("walk of four levels", "walk_cold", cycles, 4 * memory + 20)

   t:step("the same with its last table in the walk cache: L + 16")
   cycles, walks = translation(IOVA + PAGE)
   t:equal(walks, 1, "descriptors read")
   limit("walk of the last level", "walk_warm", cycles, memory + 16)

   if sizes.WALKERS < MISSES or sizes.BURSTS < MISSES then
      t:skip_step("eight misses at once: 1.3 times one", "smmu0 has fewer translations in flight than eight")
   elseif memory < 30 then
      t:skip_step("eight misses at once: 1.3 times one", "memory answers too soon for them to overlap")
   else
      t:step("eight misses at once: 1.3 times one")
      forget()
      local one = translation(IOVA + BLOCK)
      forget()
      local blocks = {}
      for block = 1, MISSES do blocks[block] = IOVA + block * BLOCK end
      walks = smmu:stats().table_walk_accesses
      limit("eight walks of four levels", "eight_walks", span(blocks) - memory - ANSWER, one * 13 // 10)
      t:equal(smmu:stats().table_walk_accesses - walks, 4 * MISSES, "descriptors read")
   end
   t:table { title = "from the device's address to memory's, memory of " .. memory .. " cycles", columns = { "what", "cycles", "limit" }, rows = rows }
end

return scenario
