-- SPDX-License-Identifier: Apache-2.0
-- Comparing and replaying as a user meets them: scenarios that do the same everywhere, a planted difference that is shown at its place,
-- in every form of report; records; runs that are killed, disks that are full, wrong options.
-- Usage: lua5.4 compare_test.lua TANDEM FOLDER-FOR-FILES SCENARIOS BACKENDS
-- BACKENDS are those of this build, "tlm" or "tlm,rtl,mixed"; with one alone only records are compared.

local tandem, folder, scenarios, backends = arg[1], arg[2] .. "/compare_test_files", arg[3], arg[4]
local test = dofile((arg[0]:match("^(.*)/[^/]*$") or ".") .. "/harness.lua")(tandem, folder)
local sh, expect, check, file, content, finish = test.sh, test.expect, test.check, test.file, test.content, test.finish

local bring_up = scenarios .. "/smoke/bring_up.lua"

-- Records -------------------------------------------------------------------------------------------------------------
local rec, again = folder .. "/one.rec", folder .. "/two.rec"
expect("a record", "tandem run " .. bring_up .. " --on tlm --record " .. rec, 0)
expect("... a second time", "tandem run " .. bring_up .. " --on tlm --record " .. again, 0)
check("the same run gives the same record, byte for byte", content(rec) == content(again))
expect("... with another seed", "tandem run " .. bring_up .. " --on tlm --seed 99 --record " .. again, 0)
check("another seed gives another record", content(rec) ~= content(again))
expect("a record replayed where it was made", "tandem replay " .. rec, 0, "record (tlm) and tlm compared", "facts are the same")

-- A planted difference: the record says that one page was somewhere else. The report must lead to that access, and JSON, JUnit and
-- the line that repeats it with it.
local function planted(at, pattern, replacement)
   local count = 0
   return (content(rec):gsub("\n(" .. pattern .. ")", function(line)
      count = count + 1
      return "\n" .. (count == at and line:gsub(table.unpack(replacement)) or line)
   end))
end
-- The 4th translation of StreamID 0x20 that succeeded is a write through the page at IOVA 0x10002000.
local moved = file("moved.rec", planted(4, "t0 0 %x+ 20 0 1 100%x+ 0 %x+", { "%x+$", "8badf000" }))
local json, junit = folder .. "/moved.json", folder .. "/moved.xml"
expect("another address", "tandem replay " .. moved .. " --json " .. json .. " --junit " .. junit, 1,
   "first difference: translation of smmu0", "bring_up.lua:", "call    write of dma0 at IOVA 0x10000000",
   "translated, to 0x8badf000", "pa: 0x8badf000 and 0x80", "STE at 0x", "CD at 0x", "stage 1 level 3 at 0x", "policy  about a translation",
   "repeat  tandem replay " .. moved .. " --on tlm --trace difference.jsonl")
check("the JSON has it", content(json):find('"what": "translation"', 1, true) and content(json):find('"place": ', 1, true) and
   content(json):find('"comparisons"', 1, true) and content(json):find('"lua": "5.4', 1, true))
check("JUnit has it", content(junit):find('name="compare record (tlm) tlm"', 1, true) and content(junit):find("8badf000", 1, true))

-- A command with another tag; a store that is missing; a counter that a rule opens and one that none opens.
expect("another command", "tandem replay " .. file("command.rec", planted(3, "m0 0 %x+ %x+ %x+", { "(%x+)$", "fff%1" })), 1,
   "first difference: command consumed of smmu0", "call    ")
expect("a missing event", "tandem replay " .. file("event.rec", (content(rec):gsub("\ne0 1[^\n]*", "", 1):gsub('"facts":(%d+)', function(n)
   return '"facts":' .. n - 1
end))), 1, "first difference: event record of smmu1", "nothing")
expect("another result", "tandem replay " .. file("result.rec", planted(1, "r0 1 %x+ |d:detach|SMMU_OK[^\n]*", { "OK", "E_BUSY" })), 1,
   "first difference: result of a driver call", "d:detach answered SMMU_E_BUSY", "d:detach answered SMMU_OK")
local policy = file("policy.lua", "return { rules = { { name = 'known', fact = 'translation', fields = { 'pa' }, reason = 'for this test' } } }\n")
expect("a difference that a further rule allows", "tandem replay " .. moved .. " --policy " .. policy, 0, "legal differences: known (1)")
expect("a policy with a fault", "tandem replay " .. moved .. " --policy " ..
   file("fault.lua", "return {\n rules = {\n  { name = 'known', fact = 'translation', fields = { 'pa' } } } }\n"), 2, "fault.lua:3: rule 'known' has no reason")

-- A run that does more than its record, and then waits for ever, ends because it is told to.
local more = file("more.lua", "local s = { title = 'more', params = { forever = false }, platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {}, " ..
   "limits = { simulated_ms = 1000000 } } }\nfunction s.run(t)\n t:step('one')\n t.driver:enable()\n if t.params.forever then\n" ..
   "  t.driver:submit('s', { { name = 'CFGI_STE', StreamID = 1 } })\n  while true do t:wait_us(1) end\n end\nend\nreturn s\n")
expect("a record of less", "tandem run " .. more .. " --record " .. again, 0)
expect("... against more", "tandem replay " .. file("more.rec", (content(again):gsub('"params":%[%]', '"params":[["forever","true"]]', 1))), 1,
   "more.lua:6", "FAIL on tlm: stopped after the first difference", "nothing")

-- The scenario of a record is its text.
local own = file("own.lua", "local s = { title = 'mine', platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {} } }\n" ..
   "function s.run(t) t:step('one'); t.driver:enable(); t:snapshot('enabled') end\nreturn s\n")
expect("a record of a file", "tandem run " .. own .. " --record " .. again, 0)
os.remove(own)
expect("... that is gone", "tandem replay " .. again, 0, "own.lua is not what was recorded; its text in the record is run")
check("a named point is a fact", content(again):find("|enabled\n", 1, true))
expect("a record cut short", "tandem replay " .. file("short.rec", content(rec):sub(1, -300)), 2, "tandem replay: ", "is cut short")
expect("no record", "tandem replay " .. policy, 2, "is no record of 'tandem run --record'")
expect("a full disk", "tandem run " .. bring_up .. " --record /dev/full", 2, "tandem run: cannot write /dev/full: No space left on device")
expect("a folder that is not there", "tandem run " .. bring_up .. " --record /no/such/x", 2, "cannot write /no/such/x: No such file or directory")
expect("replay where the record was not made for", "tandem replay " .. rec .. " --on qemu", 2, "have in common, and qemu is not among them")
expect("replay of nothing", "tandem replay", 2, "name the record")
expect("a record of two runs", "tandem run " .. bring_up .. " --on both --record x", 2, "--record takes one scenario on one backend")
expect("one backend alone", "tandem run " .. bring_up .. " --on tlm --compare", 2, "--compare needs two backends or more")
expect("a policy without a comparison", "tandem run " .. bring_up .. " --policy x", 2, "--policy goes with --compare")

-- Two implementations ---------------------------------------------------------------------------------------------------
if backends:find(",", 1, true) then
   local list = ""
   for _, name in ipairs { "smoke/bring_up", "install/two_smmus", "update/hitless", "faults/cmdq_errors", "counters/count_walks" } do
      list = list .. " " .. scenarios .. "/" .. name .. ".lua"
   end
   expect("scenarios do the same everywhere", "tandem run" .. list .. " --on " .. backends .. " --compare", 0, "10 of 10 comparisons without a difference")
   expect("a record replayed on the other implementation", "tandem replay " .. rec .. " --on rtl", 0, "record (tlm) and rtl compared", "facts are the same")
   -- What needs a feature that they do not all have is skipped, not different.
   local needs = file("needs.lua", "local s = { title = 'needs', needs = { 'OAS>=7' }, platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {} } }\n" ..
      "function s.run(t) t:step('one') end\nreturn s\n")
   expect("a feature that not all have", "tandem run " .. needs .. " --on tlm,rtl --compare", 77, "SKIP   tlm and rtl compared", "has no OAS>=7")

   -- A scenario that asks where it runs does something else there.
   local asks = file("asks.lua", "local s = { title = 'asks', platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {} } }\n" ..
      "function s.run(t)\n t:step('one')\n t.driver:enable()\n if t.backend == 'rtl' then\n  t.driver:submit('s', { { name = 'CFGI_STE', StreamID = 1 } })\n end\n end\nreturn s\n")
   expect("a run that does more", "tandem run " .. asks .. " --on tlm,rtl --compare", 1, "first difference: ", "asks.lua:6", "nothing",
      "repeat  tandem run " .. asks .. " --on tlm,rtl --seed 1 --compare --trace difference.jsonl --wave difference.fst")

   -- A check that fails on one of them is a difference; one that fails alike on both is none.
   local fails = file("fails.lua", "local s = { title = 'fails', params = { on = 'rtl' }, platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {} } }\n" ..
      "function s.run(t)\n t:step('one')\n t:check(t.params.on ~= 'both' and t.params.on ~= t.backend, 'bad')\nend\nreturn s\n")
   expect("another verdict", "tandem run " .. fails .. " --on tlm,rtl --compare", 1, "first difference: verdict", "fails.lua:4: bad")
   expect("the same verdict", "tandem run " .. fails .. " --on tlm,rtl --compare -p on=both", 1, "PASS   tlm and rtl compared", "1 of 1 comparisons without a difference")

   -- A process that is killed makes its comparison incomplete, and the other run goes on to its end.
   local long = file("long.lua", "local s = { title = 'long', platform = { ram_mib = 16, smmus = { { name = 's' } }, masters = {}, limits = { simulated_ms = 86400000 } } }\n" ..
      "function s.run(t)\n t:step('waits')\n if t.backend == 'rtl' then while true do t:wait_us(1) end end\nend\nreturn s\n")
   local out = folder .. "/killed.txt"
   os.remove(out)
   local text, code = sh("'" .. tandem .. "' run " .. long .. " --on tlm,rtl --compare -v > " .. out .. " 2>&1 & p=$!; " ..
      "until test $(grep -c 'step 1' " .. out .. ") -ge 2 && grep -q PASS " .. out .. " || ! kill -0 $p 2>/dev/null; do :; done; " ..
      -- what the kernel lists of children while they come and go need not be all of them
      "until grep -q 'comparisons without' " .. out .. "; do kill -KILL $(cat /proc/$p/task/*/children) 2>/dev/null; done; wait $p")
   check("a killed run: exit code " .. tostring(code) .. text, code == 2)
   check("a killed run is named", content(out):find("ERROR  tlm and rtl compared", 1, true) and
      content(out):find("equal facts: rtl: error: the run's process was ended by SIGKILL", 1, true))
end

finish()
