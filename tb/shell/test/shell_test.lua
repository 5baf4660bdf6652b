-- SPDX-License-Identifier: Apache-2.0
-- `tandem shell` with its commands from a file: it stops where it is told, shows what is there, and goes back to the same place.
-- Usage: lua5.4 shell_test.lua TANDEM FOLDER-FOR-FILES BACKENDS

local tandem, folder = arg[1], arg[2] .. "/shell_test_files"
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local failures, checks = 0, 0
local function check(condition, text)
   checks = checks + 1
   if condition then return end
   failures = failures + 1
   print("FAIL: " .. text)
end
local function write(name, text)
   local f = assert(io.open(folder .. "/" .. name, "w"))
   f:write(text)
   f:close()
   return folder .. "/" .. name
end
-- Each command's answer, found by marks between them that are comments to the shell.
local function shell(arguments, ...)
   local pipe = io.popen(string.format("timeout 60 '%s' shell %s < '%s' 2>&1; printf '\\n%%d' $?", tandem, arguments, write("commands", table.concat({ ... }, "\n") .. "\n")))
   local text, code = pipe:read("a"):match("^(.*)\n(%d+)$")
   pipe:close()
   return text, tonumber(code)
end
local function has(what, text, ...)
   for _, wanted in ipairs { ... } do check(text:find(wanted, 1, true), what .. ": no '" .. wanted .. "' in\n" .. text) end
end
local function times(text, wanted)
   return select(2, text:gsub(wanted:gsub("%p", "%%%0"), ""))
end

-- A platform whose tables are known: sid 0x20, SubstreamID 3, one page, then a check that fails.
local scenario = write("small.lua", [[
return { title = "small", seed = 4,
   platform = { ram_mib = 16, smmus = { { name = "s0" }, { name = "s1" } }, masters = { { name = "m", smmu = "s0", sids = { 0x20 }, ssid_bits = 4 } } },
   run = function(t)
      t:step("enable")
      t.driver:enable {}
      t:step("map")
      local dom = t.driver:domain { type = "s1" }
      t.driver:attach_pasid("m", dom, 3)
      dom:map { iova = 0x40000000, pa = 0x80100000, size_bytes = 0x1000 }
      t:log("mapped")
      t:step("use")
      t.masters.m:write_pattern { iova = 0x40000000, ssid = 3, size_bytes = 64 }
      t:check(math.random(1, 1000000) == 0, "as it must")
   end }]])

for backend in arg[3]:gmatch("[^,]+") do
   local on = string.format("'%s' --on %s", scenario, backend)

   -- Stops: at steps, at calls, at the failing check, at the end.
   local text, code = shell(on, "step", "step", "call", "continue", "continue", "where", "quit")
   check(code == 0, backend .. ": exit code " .. code .. "\n" .. text)
   has(backend .. ": stops", text, "before the first step (at 0 ns)", "step 1 begins (in step 1 'enable', at ", "step 2 begins (in step 2 'map', at ",
      "driver call domain_create begins", "| mapped", "the check failed: " .. scenario .. ":13: as it must (step 3, use)", "the run is over: FAIL, ")
   text = shell(on, "break step 3", "break call domain_map", "delete 1", "break", "continue", "continue", "continue", "quit")
   has(backend .. ": break points", text, "1  step 3", "2  call domain_map", "driver call domain_map begins", "step 3 begins")
   check(not text:find("the check failed", 1, true), backend .. ": the break point at failing checks was deleted\n" .. text)

   -- What is there when the page is mapped. The leaf is a page: valid (3), AttrIndx 1, AP[1], SH inner, AF, nG, PXN, UXN.
   text, code = shell(on, "break step 3", "continue", "smmu s0", "ste 0x20", "cd 0x20 3", "walk 0x20 3 0x40000004", "queues", "regs CMDQ_BASE", "regs CR0ACK",
      "mem 0x80100000 1", "trace 1", "threads", "cache", "quit")
   check(code == 0, backend .. ": looking, exit code " .. code .. "\n" .. text)
   has(backend .. ": looking", text, "* s0 (" .. backend .. ")", "STE of StreamID 0x20 at PA 0x", "V=0x1 Config=S1", "CD of SubstreamID 0x3 at PA 0x", "ASID=0x",
      "stage 1 level 3 at PA 0x", "page of 2^12 bytes -> output 0x80100004", "AttrIndx=0x1 AP1=0x1 SH=ISH AF=0x1 nG=0x1 PXN=0x1 UXN=0x1",
      "IOVA 0x40000004 -> PA 0x80100004", "CMDQ: 0 of 256 entries", "EVENTQ: 0 of 128 entries", "CMDQEN=0x1 EVENTQEN=0x1 SMMUEN=0x1",
      "0x80100000: 0x0000000000000000", '"kind":"step","cpu":1,"step":3}', "0 TLB hits, 0 misses")
   check(times(text, "STE of StreamID 0x20") == 3, backend .. ": ste, cd and walk each show the STE")
   text = shell(on, "continue", "cache", "mem 0x80100000 1", "walk 0x20 3 0x40001000", "walk 0x20 0 0", "walk 0x21 0", "smmu s1", "ste 0x20", "quit")
   has(backend .. ": after the access", text, "stage 1 level 3 at PA", "0x0, not valid", "no translation")
   check(not text:find("0x80100000: 0x0000000000000000", 1, true), backend .. ": the write is in memory\n" .. text)
   if backend == "tlm" then
      has("the TLB", text, "TLB     0x40000000 -> PA 0x80100000, 2^12 bytes: stage 1, ASID 0x", "config  StreamID 0x20 SubstreamID 0x3: stage 1")
   else
      has("the TLB", text, "this backend (rtl) does not show its caches")
   end

   -- Back: the same place again, with the same time, records and memory; and from there on the same run.
   local look = { "regs CMDQ_PROD", "trace 20", "queues" }
   local function looked(...)
      local commands = { ... }
      for _, command in ipairs(look) do commands[#commands + 1] = command end
      commands[#commands + 1] = "quit"
      return (shell(on, table.unpack(commands)):gsub("^.*\n(step 2 begins)", "%1"))
   end
   local there, again = looked("step", "step"), looked("step", "step", "call", "call", "continue", "back", "back")
   check(#there > 2000 and there == again, backend .. ": step 2 is the same after going back\n--- there\n" .. there .. "--- again\n" .. again)
   text = shell(on, "continue", "back", "continue", "restart", "back", "quit")
   check(times(text, ":13: as it must") == 2, backend .. ": going back and on again fails the same check\n" .. text)
   has(backend .. ": back", text, "step 3 begins", "the run stands before its first step, there is nothing before that")
   text = shell(on, "step", "step", "call", "call", "back call", "where", "back call", "quit")
   check(times(text, "driver call domain_create begins") == 3 and text:find("step 2 begins[^\n]*\n$"), backend .. ": back call\n" .. text)
end

-- Stage 2, and a stream table of two levels, on the model: the block of 2 MiB is one descriptor at level 2.
local nested = write("s2.lua", [[
return { title = "s2", platform = { ram_mib = 64, smmus = { { name = "s0" } }, masters = { { name = "m", smmu = "s0", sids = { 0x105 } } } },
   run = function(t)
      t.driver:enable {}
      local dom = t.driver:domain { type = "s2" }
      t.driver:attach("m", dom)
      dom:map { iova = 0x40200000, pa = 0x80200000, size_bytes = 0x200000 }
      t:step("mapped")
      t.masters.m:read { iova = 0, size_bytes = 4 }
      t:step("end")
      t.masters.m:read { iova = 0x40200000, size_bytes = 4 }
      t:step("cached")
      t.driver:detach("m")
      t:step("flushed")
   end }]])
local text = shell("'" .. nested .. "'", "step", "walk 0x105 0x40234567", "ste 0x105", "step", "queues", "quit")
has("stage 2", text, "L1STD of StreamID 0x105", "Config=S2", "stage 2 level 2 at PA 0x", "block of 2^21 bytes -> PA 0x80234567", "IOVA 0x40234567 -> PA 0x80234567",
   "EVENTQ: 1 of 128 entries", "F_TRANSLATION StreamID=0x105")

-- What a TLBI by tag dropped is not in the cache any more.
text = shell("'" .. nested .. "'", "break step 3", "continue", "cache", "step", "# flushed", "cache", "quit")
local before, after = text:match("^(.-)(step 4 begins.*)$")
has("cached", before or text, "TLB     0x40200000 -> PA 0x80200000, 2^21 bytes: stage 2, ASID 0x0, VMID 0x1", "config  StreamID 0x105: stage 2")
check(after and not after:find("TLB     ", 1, true), "after the detach the TLB is empty\n" .. text)

-- Wrong words: one sentence each, and exit code 2 because they came from a file.
local code
text, code = shell("'" .. scenario .. "'", "step", "step", "fly", "s", "ste", "ste 0x100000000", "ste 99999999", "walk 0x20 1 x", "cd 1 0x100000", "mem 0", "regs XYZ", "smmu s9", "break walk", "break call jump",
   "break step 0", "delete 7", "back now", "step 3", "queues", "trace many", "quit")
check(code == 2, "wrong words end with exit code " .. code)
has("wrong words", text, "there is no command 'fly'; allowed are step, call, continue, back, restart, break, delete, where, help, quit, smmu, regs, ste, cd, walk, queues, cache, mem, trace, threads",
   "'s' could be step, smmu, ste", "ste: the StreamID must be a number up to 0xffffffff, decimal or with 0x, got ''", "got '0x100000000'",
   "ste: StreamID 0x5f5e0ff is outside the stream table", "walk: the IOVA must be a number, decimal or with 0x, got 'x'", "mem: PA 0x0 is not in RAM, which is 0x80000000..0x80ffffff",
   "regs: no register begins with 'XYZ'", "smmu: there is no SMMU 's9'; the platform has s0, s1", "break takes step NUMBER, call NAME or fail",
   "there is no driver call 'jump'; there are dev_probe, ", "delete takes the number of a break point, 1 to 1", "back goes to the step before this place, or with the word call",
   "step takes nothing after it", "trace: the number of records must be a number up to 0x3e8")
for _, case in ipairs {
   { "", "tandem shell: name a scenario file" }, { "nosuch.lua", "cannot read nosuch.lua: No such file or directory" },
   { "'" .. scenario .. "' --on both", "tandem shell: --on takes one of tlm, rtl and mixed, got 'both'" },
   { "'" .. scenario .. "' --on mixed -p x=1", "has no parameter 'x'" }, { "a b", "tandem shell: unexpected argument 'b'" },
   { "'" .. scenario .. "' --smmu s9.x=1", "the platform has no SMMU 's9'" },
} do
   text, code = shell(case[1], "quit")
   check(code == 2, "shell " .. case[1] .. " ends with " .. code)
   has("shell " .. case[1], text, case[2])
end

-- A run that never ends its step is left by quitting, and its process goes with the shell.
local endless = write("endless.lua", "return { title = 'e', platform = { ram_mib = 16, smmus = { { name = 's' } }, limits = { wall_s = 1 } }, run = function(t) t:step('a') while true do t:wait_us(1) end end }")
text, code = shell("'" .. endless .. "'", "step", "threads", "quit")
check(code == 0, "an endless run is left")
has("an endless run", text, "step 1 begins")

print(string.format("%d checks, %d failed", checks, failures))
os.exit(failures == 0 and 0 or 1)
