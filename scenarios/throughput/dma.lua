-- SPDX-License-Identifier: Apache-2.0
-- DMA streams: what an access costs in simulated time, as a distribution, and what passes through per microsecond.
--   -p pattern=sequential|strided|random   -p pages=64 (working set of each master)   -p accesses=400   -p size_bytes=64
--   -p kind=both|read|write (both: in turns)
--   -p masters=1..4   -p pasids=0..4 (each master takes turns among them; 0: plain traffic)   -p warm=true: a first round is not measured
-- The counters of the SMMU are read beside the bench's tally: the same figures as a user of the hardware sees them.
-- Left out: the host's time (tandem bench), time of the memory, which is none here.

local PAGE, IOVA = 4096, 0x10000000

local masters = {}
for i = 0, 3 do masters[#masters + 1] = { name = "dma" .. i, smmu = "smmu0", sids = { 0x20 + i }, ssid_bits = 3 } end

local scenario = {
   title = "DMA streams: latency of an access, throughput, hit rate",
   needs = { "S1P" },
   seed = 1,
   params = { pattern = "random", pages = 64, accesses = 400, size_bytes = 64, kind = "both", masters = 1, pasids = 0, warm = true },
   platform = { ram_mib = 128, smmus = { { name = "smmu0" } }, masters = masters, limits = { simulated_ms = 10000, wall_s = 120 } },
}

local function percentile(sorted, p) return sorted[math.max(1, math.ceil(#sorted * p / 100))] end

-- The n-th address (from 0) of a stream.
local function address(t, n)
   local pages = t.params.pages
   if t.params.pattern == "sequential" then return IOVA + n * t.params.size_bytes % (pages * PAGE) end
   local offset = n * t.params.size_bytes % PAGE // t.params.size_bytes * t.params.size_bytes
   if t.params.pattern == "strided" then return IOVA + n % pages * PAGE + offset end
   return IOVA + math.random(0, pages - 1) * PAGE + offset
end

function scenario.run(t)
   local d, p, smmu = t.driver, t.params, t.smmus.smmu0
   t:check(p.pattern == "random" or p.pattern == "strided" or p.pattern == "sequential",
      "pattern is " .. p.pattern .. "; allowed are random, strided and sequential")
   t:check(p.kind == "both" or p.kind == "read" or p.kind == "write", "kind is " .. p.kind .. "; allowed are both, read and write")
   for name, most in pairs { masters = 4, pages = 8192, pasids = 4, size_bytes = PAGE } do
      local least = name == "pasids" and 0 or 1
      t:check(p[name] >= least and p[name] <= most, string.format("%s is %d; allowed are %d to %d", name, p[name], least, most))
   end
   d:enable {}
   for i = 0, p.masters - 1 do
      local dma = t.masters["dma" .. i]
      for pasid = p.pasids == 0 and 0 or 1, p.pasids do
         local dom = d:domain { type = "s1" }
         -- Page by page, so that no block makes the working set smaller than it is.
         local pa = t.ram.alloc(p.pages * PAGE, PAGE)
         for page = 0, p.pages - 1 do dom:map { iova = IOVA + page * PAGE, pa = pa + page * PAGE, size_bytes = PAGE } end
         if pasid == 0 then d:attach(dma, dom) else d:attach_pasid(dma, dom, pasid) end
      end
   end
   local latencies = {}
   local function stream(i, count, measured)
      local dma = t.masters["dma" .. i]
      for n = 0, count - 1 do
         local request = { iova = address(t, n), size_bytes = p.size_bytes, ssid = p.pasids > 0 and 1 + n % p.pasids or nil }
         local from = t.now_ns()
         local reads = p.kind == "read" or p.kind == "both" and n % 2 == 0
         dma:expect_ok(reads and dma:read(request) or dma:write(request))
         if measured then latencies[#latencies + 1] = t.now_ns() - from end
      end
   end
   local function streams(count, measured)
      local threads = {}
      for i = 0, p.masters - 1 do threads[#threads + 1] = t:spawn("dma" .. i, function() stream(i, count, measured) end) end
      for _, thread in ipairs(threads) do thread:join() end
   end

   if p.warm then
      t:step("once around, so that what can be cached is cached")
      streams(math.max(p.pages, p.accesses // 4), false)
   end
   t:step("measured")
   local group = d:pmcg(smmu)
   local counters = { transactions = group:counter { event = "TRANSACTION" }, tlb_misses = group:counter { event = "TLB_MISS" },
      table_walk_accesses = group:counter { event = "TABLE_ACCESS" } }
   for _, counter in pairs(counters) do counter:start() end
   local before, from = smmu:stats(), t.now_ns()
   streams(p.accesses, true)
   local took, after = t.now_ns() - from, smmu:stats()
   local counted = {}
   for name, counter in pairs(counters) do
      counter:stop()
      counted[name] = counter:read()
      t:equal(counted[name], after[name] - before[name], "the SMMU's own count of " .. name .. " and the bench's")
   end

   table.sort(latencies)
   local total = 0
   for _, ns in ipairs(latencies) do total = total + ns end
   local figures = {
      { "latency_mean", total / #latencies, "ns" }, { "latency_p50", percentile(latencies, 50), "ns" },
      { "latency_p99", percentile(latencies, 99), "ns" }, { "latency_max", latencies[#latencies], "ns" },
      { "run_time", took, "ns" }, { "throughput", #latencies * p.size_bytes * 1000 / math.max(took, 1), "bytes/us" },
      { "tlb_hit_rate", 100 * (1 - counted.tlb_misses / counted.transactions), "%" },
      { "walk_accesses", counted.table_walk_accesses / counted.transactions, "per transaction" },
   }
   local rows = {}
   for _, f in ipairs(figures) do
      t:figure(f[1], f[2], f[3])
      rows[#rows + 1] = { f[1], string.format("%.6g", f[2]), f[3] }
   end
   t:table { title = string.format("%d accesses of %d bytes, %s over %d pages", #latencies, p.size_bytes, p.pattern, p.pages),
      columns = { "figure", "value", "unit" }, rows = rows }
end

return scenario
