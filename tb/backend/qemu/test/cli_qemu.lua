-- SPDX-License-Identifier: Apache-2.0
-- `tandem run --on qemu` from outside: a QEMU that is missing, of another version, silent or dying; what is skipped and why; what the
-- JSON says; and that no QEMU is left behind.
--
--    lua5.4 cli_qemu.lua TANDEM SCRATCH_FOLDER SOURCE_ROOT [real]     without `real` only false QEMUs are used
local tandem, scratch, root, real = arg[1], arg[2], arg[3], arg[4] == "real"
local failed = 0

local function quoted(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- Runs tandem; answers exit code and everything it said.
local function run(environment, arguments)
   local pipe = assert(io.popen(string.format("env %s %s run %s 2>&1; echo \"code $?\"", environment, quoted(tandem), arguments)))
   local text = pipe:read("a")
   pipe:close()
   return tonumber(text:match("code (%d+)\n$")), text
end

local function check(name, environment, arguments, code, ...)
   local got, text = run(environment, arguments)
   local wrong = got ~= code and string.format("exit code %s, expected %d", tostring(got), code)
   for _, wanted in ipairs { ... } do
      if not wrong and not text:find(wanted, 1, true) then wrong = "the output lacks: " .. wanted end
   end
   print((wrong and "FAIL  " or "ok    ") .. name)
   if wrong then
      print(wrong .. "\n" .. text)
      failed = failed + 1
   end
end

local function write(name, text)
   local path = scratch .. "/" .. name
   local file <close> = assert(io.open(path, "w"))
   file:write(text)
   file:close()
   assert(os.execute("chmod +x " .. quoted(path)))
   return path
end

local function alive(pid_file)
   local file <close> = assert(io.open(pid_file))
   return os.execute("kill -0 " .. file:read("l") .. " 2>/dev/null") ~= nil
end

local bring_up = quoted(root .. "/scenarios/smoke/bring_up.lua") .. " --on qemu"
local lacks = quoted(root .. "/tb/backend/qemu/test/lacks.lua") .. " --on qemu"

check("a missing QEMU is an error with the package's name", "TANDEM_QEMU=no-such-qemu", bring_up, 2,
   "ERROR on qemu: QEMU of SMMU 'smmu0': there is no program 'no-such-qemu' (Debian package qemu-system-arm)")

local greeting = [[printf '{"QMP": {"version": {"qemu": {"micro": 1, "minor": %d, "major": %d}}}}\n' >&5
]]
local new = write("qemu-9", "#!/bin/sh\n" .. greeting:format(0, 9) .. "exec sleep 60\n")
check("another version is an error", "TANDEM_QEMU=" .. quoted(new), bring_up, 2, "it is version 9.0.1; this backend knows 7.2")

local pid_file = scratch .. "/pid"
local silent = write("qemu-silent", "#!/bin/sh\necho $$ >" .. quoted(pid_file) .. "\nexec sleep 60\n")
check("a silent one is given up after the limit", "TANDEM_QEMU=" .. quoted(silent), bring_up .. " --smmu answer_limit_ms=100", 2,
   "it did not answer 'the greeting' (QMP) within 100 ms")
if alive(pid_file) then
   print("FAIL  the silent one was left behind")
   failed = failed + 1
end

local dying = write("qemu-dying", "#!/bin/sh\n" .. greeting:format(2, 7) .. [[
read -r line <&5; printf '{"return": {}}\n' >&5
read -r line <&5; printf '{"return": "arm_gic"}\n' >&5
read -r line <&4; echo OK >&4
read -r line <&4; echo 'something broke' >&2; kill -9 $$
]])
check("one that dies is an error with its last words", "TANDEM_QEMU=" .. quoted(dying), bring_up, 2, "its qtest socket is closed")

check("a parameter it does not have is an error", "A=1", bring_up .. " --smmu tlb_entries=4", 2, "parameter 'tlb_entries' is not known; QEMU has answer_limit_ms")
check("an identification it cannot show is a skip", "A=1", quoted(root .. "/scenarios/install/many_smmus.lua") .. " --on qemu", 77,
   "SKIP on qemu: smmu4 (qemu): the platform asks for IDR5.OAS = 2, QEMU has 4")

if real then
   check("a missing feature is a skip", "A=1", quoted(root .. "/scenarios/pasid/rid_and_two_pasids.lua") .. " --on qemu", 77, "SKIP on qemu: smmu0 (qemu) has no SSIDSIZE")
   for what, reason in pairs { ssid = "its DMA devices cannot send a SubstreamID", privileged = "its DMA devices cannot send a privileged transaction",
      instruction = "its DMA devices cannot send an instruction fetch", sid = "no master of the platform lists the StreamID 33",
      injection = "reads memory past the bench" } do
      check("what its devices cannot do is a skip: " .. what, "A=1", lacks .. " -p what=" .. what, 77, reason)
   end
   local json = scratch .. "/out.json"
   check("three implementations beside each other, with the known divergence", "A=1",
      quoted(root .. "/scenarios/smoke/bring_up.lua") .. " --on tlm,qemu --json " .. quoted(json), 0, "known divergence on qemu: event.class-of-input (smmu0, smmu1, 2 times)",
      "PASS: 2 of 2 runs passed, 1 known divergence")
   local file <close> = assert(io.open(json))
   local text = file:read("a")
   if not text:find('"rule": "event.class-of-input"', 1, true) or not text:find('"known_divergences": []', 1, true) then
      print("FAIL  the JSON does not tell the divergence of qemu, or tells one of tlm")
      failed = failed + 1
   end
   -- A process that is stopped can still be ended.
   local wrapper = write("qemu-stopped", "#!/bin/sh\necho $$ >" .. quoted(pid_file) .. "\nkill -STOP $$\nexec qemu-system-aarch64 \"$@\"\n")
   check("a stopped one is ended too", "TANDEM_QEMU=" .. quoted(wrapper), bring_up .. " --smmu answer_limit_ms=300", 2, "it did not answer")
   if alive(pid_file) then
      print("FAIL  the stopped one was left behind")
      failed = failed + 1
   end
end
os.exit(failed == 0 and 0 or 1)
