-- SPDX-License-Identifier: Apache-2.0
-- What any SMMU does before it is enabled, on any block: identification, traffic that passes, GBPA.ABORT and back.
local scenario = {
  title = "Before it is enabled, an SMMU passes traffic or aborts it, as GBPA says",
  seed = 3,
  platform = {
    ram_mib = 16,
    smmus = { { name = "smmu0" } },
    masters = { { name = "dma0", smmu = "smmu0", sids = { 0x20 } } },
    engines = { { name = "te0", smmu = "smmu0" } },
  },
}

local UPDATE, ABORT, USE_INCOMING = 1 << 31, 1 << 20, 1 << 12

function scenario.run(t)
  local s, m = t.smmus.smmu0, t.masters.dma0
  local function set_gbpa(value)
    s:write32(0x44, UPDATE | USE_INCOMING | value)
    t:wait_until(function() return s:reg("GBPA") & UPDATE == 0 end, { timeout_us = 10, what = "GBPA.Update" })
  end

  t:step("it says what it is")
  t:check(s:field("IDR1", "SIDSIZE") >= 6, "StreamIDs of fewer than 6 bits")
  t:equal(s:field("CR0ACK", "SMMUEN"), 0)

  t:step("traffic passes, whatever its length and place")
  set_gbpa(0)
  local pa = t.ram.alloc(0x10000, 0x1000)
  for _, size in ipairs { 1, 3, 16, 64, 4096, 5000 } do
    m:write_pattern { iova = pa + 0x123, size_bytes = size, pa = pa + 0x123 }
    m:verify_pattern { iova = pa + 0x123, size_bytes = size }
  end

  t:step("with ABORT nothing passes, and memory keeps its bytes")
  local before = t.ram.read(pa, 0x2000)
  set_gbpa(ABORT)
  m:expect_abort(m:write { iova = pa, data = ("x"):rep(300) })
  m:expect_abort(m:read { iova = pa, size_bytes = 5000 })
  t:equal(t.ram.read(pa, 0x2000), before)

  t:step("a write of GBPA without Update changes nothing")
  s:write32(0x44, USE_INCOMING)
  m:expect_abort(m:read { iova = pa, size_bytes = 1 })

  t:step("after the next Update it passes again, for many transfers at once")
  set_gbpa(0)
  local done = t.engines.te0:run("RANDOM", { STREAM_ID = 0x21, BEGIN = pa, END = pa + 0xffff, SIZE = 100, COUNT = 200, SEED = 9 })
  t:equal({ done.state, done.done_count }, { "DONE", 200 })
  local transfers = {}
  for i = 1, 8 do transfers[i] = m:start_write { iova = pa + i * 0x1000, size_bytes = 0x1000, pattern = i } end
  for i = 1, 8 do m:expect_ok(transfers[i]:wait_done {}) end
end

return scenario
