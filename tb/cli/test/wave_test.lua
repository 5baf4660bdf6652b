-- SPDX-License-Identifier: Apache-2.0
-- `tandem run --wave`: an FST file per RTL SMMU whose header tells of signals and of the time of the run; and the sentences when
-- there is nothing to show. Usage: lua5.4 wave_test.lua TANDEM SCENARIOS FOLDER-FOR-FILES WAVES(ON|OFF)

local tandem, scenarios, folder, waves = arg[1], arg[2], arg[3] .. "/wave_test_files", arg[4] == "ON"
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local failures, checks = 0, 0
local function check(condition, text)
   checks = checks + 1
   if condition then return end
   failures = failures + 1
   print("FAIL: " .. text)
end
local function run(arguments)
   local pipe = io.popen(string.format("cd '%s' && '%s' run '%s/install/two_smmus.lua' %s 2>&1", folder, tandem, scenarios, arguments))
   local out = pipe:read("a")
   return out, select(3, pipe:close())
end
local function refused(arguments, sentence)
   local out, code = run(arguments)
   check(code == 2 and out:find(sentence, 1, true), arguments .. ": exit code " .. code .. ", expected 2 and '" .. sentence .. "' in\n" .. out)
end

refused("--on rtl --wave w.vcd", "tandem run: --wave writes FST, so its file must end in .fst, got 'w.vcd'")
refused("--on tlm --wave w.fst", "tandem run: --wave shows signals of the RTL, and no run here has any; add --on rtl")
if not waves then
   refused("--on rtl --wave w.fst", "This build has no waveforms; configure with -DTANDEM_RTL_WAVES=ON.")
   os.exit(failures == 0 and 0 or 1)
end
refused("--on rtl --wave /no/such/w.fst", "The waveform file '/no/such/w.smmu0.fst' cannot be written.")

-- The first block of an FST file: a byte of kind (0: header), its length, then the first and the last time, a number that tells
-- the byte order, memory, and how many scopes, names and signals there are; all 64 bits, big-endian but for the order.
local function header(name)
   local f = io.open(folder .. "/" .. name, "rb")
   if not f then return nil end
   local bytes = f:read(73)
   f:close()
   if not bytes or #bytes < 73 then return nil end
   local kind, length, first, last, _, _, scopes, names, signals = string.unpack(">BI8I8I8c8I8I8I8I8", bytes)
   return { kind = kind, length = length, first = first, last = last, scopes = scopes, names = names, signals = signals }
end
local out, code = run("--on both --wave w.fst --json r.json")
check(code == 0, "a run with waves passes\n" .. out)
local f = assert(io.open(folder .. "/r.json"))
local sim_ns = tonumber(f:read("a"):match('"backend": "rtl".-"sim_ns": (%d+)'))
f:close()
for _, name in ipairs { "w.two_smmus.rtl.smmu0.fst", "w.two_smmus.rtl.smmu1.fst" } do
   local h = header(name)
   check(h and h.kind == 0 and h.length == 329, name .. " is no FST file")
   if h then
      check(h.signals > 500 and h.scopes > 10 and h.names >= h.signals, string.format("%s: %d signals in %d scopes", name, h.signals, h.scopes))
      -- In picoseconds; the clock stands still when nothing happens, so the last edge may be before the end.
      check(h.last > sim_ns * 500 and h.last <= sim_ns * 1000, string.format("%s: ends at %d ps of a run of %d ns", name, h.last, sim_ns))
   end
end
check(not header("w.two_smmus.tlm.fst") and not header("w.two_smmus.tlm.smmu0.fst"), "the model writes none")
-- One RTL beside a model: one file of the name that was given.
out, code = run("--on mixed --wave one.fst")
check(code == 0 and header("one.fst"), "one RTL SMMU, one file\n" .. out)

print(string.format("%d checks, %d failed", checks, failures))
os.exit(failures == 0 and 0 or 1)
