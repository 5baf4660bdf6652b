-- SPDX-License-Identifier: Apache-2.0
-- The command as a user meets it: messages, exit codes, files, limits, Ctrl-C, a crash of the worker.
-- Usage: lua5.4 cli_test.lua TANDEM FOLDER-FOR-FILES
-- Runs on the TLM backend only; what scenarios prove on each backend is tested with the scenarios.

local tandem, folder = arg[1], arg[2] .. "/cli_test_files"
local test = dofile((arg[0]:match("^(.*)/[^/]*$") or ".") .. "/harness.lua")(tandem, folder)
local expect, check, file, finish = test.expect, test.check, test.file, test.finish

-- A scenario around a body; platform may be replaced.
local function scenario(name, body, platform, more)
   return file(name, "local scenario = { title = 'a test', " .. (more or "") .. "\nplatform = " .. (platform or
      "{ ram_mib = 16, smmus = { { name = 's' } }, masters = { { name = 'm', smmu = 's', sids = { 1 }, ssid_bits = 4 } } }") ..
      " }\nfunction scenario.run(t)\n" .. body .. "\nend\nreturn scenario\n")
end
local function run(path, options) return "tandem run '" .. path .. "' " .. (options or "") end

-- Usage ---------------------------------------------------------------------------------------------------------------
expect("no command", "tandem", 2, "Usage:")
expect("help", "tandem --help", 0, "tandem run SCENARIO", "Exit codes")
for _, command in ipairs { "run", "replay", "list", "bench" } do
   expect("help of " .. command, "tandem " .. command .. " --help", 0, "tandem " .. command, "Example")
end
expect("version", "tandem --version", 0, "tandem ")
expect("mutants become their runner", "tandem mutants --list --layer driver", 0, "leaf_is_global", "driver.pgtable")
expect("... with its exit code", "tandem mutants --layer tb", 2, "mutants: unknown layer 'tb'")
expect("unknown command", "tandem walk", 2, "tandem: unknown command 'walk'")
expect("unknown option", "tandem run x.lua --fast", 2, "tandem run: unknown option '--fast'; it knows ")
expect("unknown backend", "tandem run x.lua --on gem5", 2, "tandem run: unknown backend 'gem5'; --on takes tlm, rtl, mixed")
expect("no scenario", "tandem run", 2, "name at least one scenario file")
expect("missing file", "tandem run nosuch.lua", 2, "cannot read nosuch.lua: No such file or directory")
expect("a folder", "tandem run '" .. folder .. "'", 2, "it is a folder")
expect("unknown row", "tandem bench modle", 2, "there is no row or group 'modle'; groups are calib, model, ", "; rows are calib.hash_l1")
expect("list of a missing folder", "tandem list /no/such", 2, "cannot read the folder /no/such")

-- Scenario files ------------------------------------------------------------------------------------------------------
local bad = file("syntax.lua", "local a = 1\nlocal b = = 2\n")
expect("syntax error", run(bad), 2, bad .. ":2: unexpected symbol near '='")
expect("no table", run(file("nothing.lua", "")), 2, "a scenario file must return its table")
expect("unknown key", run(file("key.lua", "return {\n titel = 'x', platform = {}, run = print }")), 2, "key.lua:2: unknown key 'titel'")
expect("endless file", run(file("endless.lua", "while true do end")), 2, "the file itself runs without end")
expect("endless file that catches errors", run(file("endless2.lua", "local p = pcall\nwhile true do p(function() while true do end end) end")), 2,
   "endless2.lua:2: the file itself runs without end")
expect("empty file", run(file("void.lua", "")), 2, "this one returns nil")
expect("empty table", run(file("empty.lua", "return {}")), 2, "empty.lua: the scenario has no title")
expect("error while loading", run(file("load.lua", "error('at load')")), 2, "load.lua:1: at load")
expect("error that is no text", run(file("load2.lua", "error({})")), 2, "load2.lua: the file raised an error that is no text")
expect("a device", run("/dev/zero"), 2, "cannot read /dev/zero: it is no regular file")
expect("reaches for io", run(file("io.lua", "local x = io.open('y')")), 2, "io.lua:1: attempt to index a nil value (global 'io')")

local good = scenario("good.lua", "t:step('one') t:check(true)", nil, "params = { pages = 4 },")
expect("a pass", run(good), 0, "PASS", "1 of 1 run passed")
expect("unknown parameter", run(good, "-p page=1"), 2, "has no parameter 'page'; it has pages")
expect("parameter type", run(good, "-p pages=many"), 2, "pages of " .. good .. " must be an integer")
expect("parameter", run(good, "-p pages=9"), 0)
expect("parameter too large", run(good, "-p pages=99999999999999999999"), 2, "must be an integer")
expect("parameter of every SMMU", run(good, "--smmu cache_mode=2 --smmu s.tlb_entries=64"), 0)
expect("parameter of an SMMU that is not there", run(good, "--smmu t.cache_mode=2"), 2, "--smmu t.cache_mode: the platform has no SMMU 't'; it has s")
expect("parameter of an SMMU that is no number", run(good, "--smmu cache_mode=off"), 2, "--smmu cache_mode must be an integer, got 'off'")
expect("a leading zero does not make a number octal", run(good, "--smmu s.tlb_entries=08"), 0)
expect("unknown parameter of an SMMU", run(good, "--smmu cache_mood=1"), 2, "cache_mood")
expect("parameter without value", run(good, "-p pages"), 2, "-p takes key=value, got 'pages'")
expect("negative seed", run(good, "--seed -5"), 0, "(seed -5)")
expect("seed too large", run(good, "--seed 99999999999999999999"), 2, "--seed must be from -9223372036854775808 to 9223372036854775807")
expect("no jobs", run(good, "--jobs 0"), 2, "--jobs must be from 1 to 256, got 0")
expect("list", "tandem list '" .. folder .. "'", 2, "good.lua", "a test", "cannot be run: ")

-- Platforms -----------------------------------------------------------------------------------------------------------
local function platform(name, text, ...)
   expect(name, run(scenario((name:gsub(" ", "_")) .. ".lua", "", text)), 2, ".lua:", ...)
end
platform("platform unknown key", "{ ram_mib = 16, smmu = {} }", "smmu")
platform("platform wrong type", "{ ram_mib = 'big', smmus = { { name = 's' } } }", "ram_mib")
platform("platform unknown backend", "{ smmus = { { name = 's', backend = 'gem5' } } }", "gem5", "tlm")
platform("platform unknown smmu", "{ smmus = { { name = 's' } }, masters = { { name = 'm', smmu = 'x', sids = { 1 } } } }", "x")
platform("platform page requests without a cache", "{ smmus = { { name = 's' } }, masters = {\n { name = 'm', smmu = 's', sids = { 1 }, pri = true } } }",
   "master 'm' has pri = true without ats = true")
platform("platform cache of a wrong type", "{ smmus = { { name = 's' } }, masters = { { name = 'm', smmu = 's', sids = { 1 },\n ats = 1 } } }", "ats", "true or false")
local endpoints = "{ ram_mib = 16, smmus = { { name = 's', idr = { PRI = 1 } } }, masters = { { name = 'm', smmu = 's', sids = { 1 }, ats = true, pri = true }, " ..
   "{ name = 'p', smmu = 's', sids = { 2 } } } }"
for name, case in pairs {
   ["a master without a cache"] = { "t.masters.p:ats_read { iova = 0, size_bytes = 8 }", "t.masters.p:ats_read: this master has no address translation cache; say ats = true" },
   ["an access of nothing"] = { "t.masters.m:ats_read { iova = 0, size_bytes = 0 }", "t.masters.m:ats_read: size_bytes must be 1 to 0x1000000, got 0" },
   ["a write without data"] = { "t.masters.m:ats_write { iova = 0 }", "t.masters.m:ats_write: give either data or size_bytes" },
   ["silence"] = { "t.masters.m:set_silent('yes')", "t.masters.m:set_silent takes true or false, got" },
   ["a page request without a page"] = { "t.masters.m:request_page {}", "t.masters.m:request_page: iova is missing" },
   ["a page request group of nothing"] = { "t.masters.m:request_page { iova = 0, pages = 0 }", "t.masters.m:request_page: pages must be 1 to 64, got 0" },
   ["an answer nobody knows"] = { "t.driver:enable {} t.driver:page_respond('s', { raw = { 0, 0 } }, 'yes')", "d:page_respond: the response must be 'success', 'invalid' or 'failure'" },
   ["a field nobody knows"] = { "t.driver:enable {} t:expect_page_request('s', { Page = 1 })", "t:expect_page_request: a page request has no field" },
} do expect("endpoint: " .. name, run(scenario("endpoint_" .. name:gsub(" ", "_") .. ".lua", case[1], endpoints)), 2, case[2]) end
expect("endpoint: no page request", run(scenario("endpoint_none.lua", "t.driver:enable {} t:expect_page_request('s', { Last = 1 }, { timeout_us = 2 })", endpoints)), 1,
   "no page request on s within 2 us, expected { Last = 1 }")
platform("platform overlapping sids",
   "{ smmus = { { name = 's' } }, masters = { { name = 'm', smmu = 's', sids = { 1 } },\n { name = 'n', smmu = 's', sids = { 1 } } } }", "0x1")
platform("platform ram too small", "{ ram_mib = 1, smmus = { { name = 's' } } }", "too small")

-- Verdicts ------------------------------------------------------------------------------------------------------------
expect("failed check", run(scenario("fail.lua", "t:step('one')\nt:equal(16, 17, 'a sum')")), 1,
   "FAIL on tlm: ", "fail.lua:5: a sum: got 0x10, expected 0x11 (step 1, one)")
expect("how to repeat it", run(scenario("again.lua", "t:check(t.params.text == '', 'no')", nil, "params = { text = '' },"), "--seed 9 -p \"text=it's\""), 1,
   "repeat: tandem run ", "again.lua --on tlm --seed 9 -p 'text=it'\\''s'")
for what, call in pairs { ["t:figure latency takes a finite number, got"] = "t:figure('latency', 0/0)", ["t:figure takes a name of letters"] = "t:figure('a b', 1)",
   ["t:figure latency takes a text as unit, got 1"] = "t:figure('latency', 1, 1)", ["t:cover takes a name of letters"] = "t:cover('')" } do
   expect(call, run(scenario("figure.lua", call)), 2, what)
end
expect("a wrong argument names the scenario's line", run(scenario("huge.lua", "t:wait_us(0/0)")), 2, "huge.lua:4: t:wait_us takes microseconds")
expect("so do those of the host", run(scenario("huge2.lua", "t.masters.m:write { iova = 0, size_bytes = 1 << 40 }")), 2, "huge2.lua:4: ", "size_bytes must be at most")
expect("runtime error", run(scenario("error.lua", "local x = nil\nreturn x.y")), 2, "ERROR on tlm: ", "error.lua:5: attempt to index a nil value (local 'x')")
expect("traceback with -v", run(folder .. "/error.lua", "-v"), 2, "stack traceback:")
expect("skip", run(scenario("skip.lua", "t:skip('no reason at all')")), 77, "SKIP on tlm: ", "no reason at all")
expect("missing feature", run(scenario("needs.lua", "", nil, "needs = { 'ATOS' },")), 77, "has no ATOS")
expect("unknown feature", run(scenario("needs2.lua", "", nil, "needs = { 'WARP' },")), 2, "no SMMU knows a feature 'WARP'")
expect("a number that C would cut", run(scenario("wide.lua", "t.driver:set_stream_default(1, 1 << 32, 'bypass')")), 2,
   "wide.lua:4: d:set_stream_default: the StreamID must be 0 to 0xffffffff, got 0x100000000")
expect("misuse of the API", run(scenario("misuse.lua", "t.masters.m:write { iva = 1 }")), 2, "misuse.lua:4: t.masters.m:write: unknown key 'iva'")
expect("pcall cannot catch the end", run(scenario("pcall.lua", "pcall(function() t:check(false, 'first') end)\nt:skip('no')")), 1, "first")
expect("a failure in a thread", run(scenario("thread.lua", "t:spawn('other', function() t:check(false, 'there') end):join()")), 1, "there")
expect("mixed needs two", run(good, "--on mixed"), 77, "a mixed platform needs two SMMUs")
expect("a time-out names what", run(scenario("wait.lua", "t:wait_until(function() return false end, { timeout_us = 5, what = 'rain' })")), 1,
   "waited 5 us for rain, in vain")
expect("simulated limit", run(scenario("simlimit.lua", "t:wait_until(function() return false end, { timeout_us = 1e9, what = 'rain' })",
   "{ ram_mib = 16, smmus = { { name = 's' } }, limits = { simulated_ms = 1 } }")), 1, "the simulated-time limit of 1000 us ended the run", "rain")
-- The limit counts from the start of the run: these name a line, so the busiest machine has to have come to it by then.
local later = "{ ram_mib = 16, smmus = { { name = 's' } }, limits = { wall_s = 4 } }"
expect("wall limit in Lua", run(scenario("lualimit.lua", "while true do end", later)), 1,
   "the wall-clock limit of 4 s ended the run", "lualimit.lua:4")
local second = "{ ram_mib = 16, smmus = { { name = 's' } }, limits = { wall_s = 1 } }"
local function unchecked(name, list)
   return file(name, "return { title = 't', no_check = " .. list .. ", platform = { ram_mib = 16, smmus = { { name = 's' } } }, run = function() end }")
end
expect("oracles that do not look", run(unchecked("nocheck.lua", "{ 'stale', 'tables' }")), 0, "PASS")
expect("an oracle that is none", run(unchecked("nocheck2.lua", "{ 'stale', 'luck' }")), 2, "nocheck2.lua: no_check: there is no oracle 'luck'")
expect("wall limit of the command", run(scenario("lualimit0.lua", "while true do end", later), "--wall-limit 1"), 1, "the wall-clock limit of 1 s ended the run")
expect("a wall limit of none", "tandem run x.lua --wall-limit 0", 2, "--wall-limit must be from 1 to 86400, got 0")
expect("wall limit in pcall", run(scenario("lualimit2.lua", "while true do pcall(function() while true do end end) end", later)), 1,
   "the wall-clock limit of 4 s ended the run", "lualimit2.lua:4")
expect("wall limit in a coroutine", run(scenario("lualimit3.lua",
   "while true do coroutine.resume(coroutine.create(function() while true do end end)) end", second)), 1, "the wall-clock limit of 1 s")
expect("wall limit in waits", run(scenario("walllimit.lua", "while true do t:wait_us(1) end",
   "{ ram_mib = 16, smmus = { { name = 's' } }, limits = { wall_s = 1, simulated_ms = 86400000 } }")), 1, "the wall-clock limit of 1 s ended the run")

-- Driver calls --------------------------------------------------------------------------------------------------------
expect("refused driver calls are typed", run(scenario("driver.lua", [[
   local d = t.driver
   d:enable {}
   local dom = d:domain { type = "s1" }
   t:equal(dom:try("map", { iova = 0x1001, pa = 0x80100000, size_bytes = 4096 }), "SMMU_E_ALIGN")
   t:equal(dom:try("map", { iova = 1 << 60, pa = 0x80100000, size_bytes = 4096 }), "SMMU_E_RANGE")
   dom:map { iova = 0x1000, size_bytes = 4096 }
   t:equal(dom:try("map", { iova = 0x1000, size_bytes = 4096 }), "SMMU_E_EXISTS")
   d:attach("m", dom)
   t:equal(d:try("attach", "m", dom), "SMMU_E_EXISTS")
   t:equal(d:try("attach", "m", d:domain { type = "s1" }), "SMMU_E_BUSY")
   t:equal(d:try("attach_pasid", "m", dom, 0), "SMMU_E_INVALID")
   t:equal(d:try("attach_pasid", "m", dom, 16), "SMMU_E_INVALID")
   t:equal(dom:try("destroy"), "SMMU_E_BUSY")
   dom:map { iova = 0x2001, size_bytes = 4096 }]])), 1,
   "driver.lua:17: domain:map({ iova = 0x2001, size_bytes = 0x1000 }): SMMU_E_ALIGN", ": iova = 0x2001")
expect("an error of the driver is raised", run(scenario("raise.lua", "t.driver:detach('m')")), 2, "was not probed")

-- Files ---------------------------------------------------------------------------------------------------------------
os.remove(folder .. "/out.json")
expect("json and junit", run(good, "--json '" .. folder .. "/out.json' --junit '" .. folder .. "/out.xml' && cat '" .. folder .. "/out.json' '" .. folder .. "/out.xml'"),
   0, '"status": "pass"', '"tlb_misses": 0', "<testcase classname=")
expect("json that cannot be written", run(good, "--json /no/such/out.json"), 2, "cannot write /no/such/out.json: No such file or directory")
expect("json on a full disk", run(good, "--json /dev/full"), 2, "cannot write /dev/full: No space left on device")
expect("trace", run(good, "--trace '" .. folder .. "/trace.jsonl' && cat '" .. folder .. "/trace.jsonl'"), 0, "{")
expect("junit that cannot be written", run(good, "--junit /no/such/out.xml"), 2, "cannot write /no/such/out.xml: No such file or directory")
expect("json into a folder", run(good, "--json '" .. folder .. "'"), 2, ": Is a directory")
expect("trace on a full disk", run(good, "--trace /dev/full"), 2, "cannot write /dev/full: No space left on device")
expect("output on a full disk", "tandem run '" .. good .. "' > /dev/full", 2, "cannot write to standard output")
expect("list on a full disk", "tandem list '" .. folder .. "' > /dev/full", 2, "cannot write to standard output")
expect("two traces of one name", "rm -f '" .. folder .. "'/t.*; '" .. tandem .. "' run '" .. good .. "' '" .. good .. "' --trace '" .. folder .. "/t.x' && ls '" .. folder .. "'", 0,
   "t.good.tlm.x", "t.good-2.tlm.x")
expect("trace that cannot be written", run(good, "--trace /no/such/trace"), 2, "cannot write /no/such/trace")

-- Order: a slow run first, so that the quick ones end before it -------------------------------------------------------------
local slow = scenario("slow.lua", "t:step('slow') for i = 1, 2e7 do end t:log('said by the slow one')")
local ordered = "tandem run '" .. slow .. "' '" .. good .. "' '" .. folder .. "/skip.lua' -v -j 3"
local shown = expect("several at a time, in order", ordered, 0, "2 of 3 runs passed, 1 skipped")
local function position(text) return shown:find(text, 1, true) or math.huge end
check("runs are shown in order\n" .. shown, position("said by the slow one") < position("slow.lua on tlm")
   and position("slow.lua on tlm") < position("good.lua on tlm") and position("good.lua on tlm") < position("skip.lua on tlm"))

-- Processes: wait until the worker is there (it shows its first step), then hit it -----------------------------------
local long = scenario("long.lua", "t:step('long') while true do t:wait_us(1) end",
   "{ ram_mib = 16, smmus = { { name = 's' } }, limits = { wall_s = 60, simulated_ms = 86400000 } }")
local function with_worker(signal)
   local out = folder .. "/worker.out"
   return "rm -f '" .. out .. "'; tandem run '" .. long .. "' -v > '" .. out .. "' 2>&1 & p=$!; " ..
      "until grep -q 'step 1' '" .. out .. "' 2>/dev/null || ! kill -0 $p; do :; done; " ..
      signal .. "; wait $p; c=$?; cat '" .. out .. "'; (exit $c)"
end
local function hit(what, signal, code, ...)
   expect(what, (with_worker(signal):gsub("tandem run", "'" .. tandem .. "' run")), code, ...)
end
-- Any deadly signal will do; sanitizers catch SIGSEGV themselves.
hit("a crash of the worker", "kill -KILL $(cat /proc/$p/task/$p/children)", 2, "the run's process was ended by SIGKILL (Killed) in step 1, long")
hit("Ctrl-C", "kill -INT $p", 130, "interrupted", "INTERRUPTED: 0 of 1 run passed")

finish()
