-- SPDX-License-Identifier: Apache-2.0
-- Exploring as a user meets it: seeds pass, a failure stops the search, is shrunk and written as a scenario that fails in the same way when
-- it is run, steps by hand, wrong options.
-- Usage: lua5.4 explore_test.lua TANDEM FOLDER-FOR-FILES BACKENDS

local tandem, folder, backends = arg[1], arg[2] .. "/explore_test_files", arg[3]
os.execute("rm -rf '" .. folder .. "'; mkdir -p '" .. folder .. "'")
local test = dofile((arg[0]:match("^(.*)/[^/]*$") or ".") .. "/harness.lua")(tandem, folder)
local expect, file, finish = test.expect, test.file, test.finish
local function steps(name, list)
   return file(name, "local s = { title = 'steps', platform = { ram_mib = 64, smmus = { { name = 'smmu0' } }, masters = { { name = 'm0', smmu = 'smmu0', " ..
      "sids = { 1 }, ssid_bits = 2 } } } }\nfunction s.run(t)\n t:play {\n" .. list .. "\n }\nend\nreturn s\n")
end

-- Seeds that pass; the search ends by itself, with its figures.
expect("seeds", "tandem explore --seeds 6 --steps 40 --on " .. backends .. " --out " .. folder, 0, "PASS: 6 seeds on " .. backends, " per second, no failure")
expect("a time", "tandem explore --time 1s --steps 20 --on tlm --out " .. folder, 0, "PASS: ", "no failure")

-- Steps that aim at what is missing find more than chance alone; the number of jobs changes nothing; a store knows what was shown, and a second
-- search aims at the rest.
local function points(text) return tonumber(text:match("(%d+) of %d+ points of the coverage model")) end
local with = " explore --seeds 24 --steps 60 --on tlm --out " .. folder
local aimed, blind = points(expect("aimed", "tandem" .. with .. " -j 1", 0)), points(expect("blind", "tandem" .. with .. " --blind", 0))
test.check("aimed finds " .. aimed .. " points, blind " .. blind, aimed > blind)
local store = folder .. "/results.db"
expect("... with other jobs and a store", "tandem" .. with .. " -j 3 --store " .. store, 0, string.format("%d of ", aimed), string.format("%d of them new to the store", aimed))
expect("... which has them", "tandem results coverage --store " .. store, 0, string.format(": %d of ", aimed))
expect("... as a session of so many runs", "tandem explore --time 1s --steps 20 --on tlm --store " .. folder .. "/timed.db --out " .. folder, 0)
local planned, passed = expect("... which says how many", "tandem results list --store " .. folder .. "/timed.db", 0):match("explore +%S+ +%S+ +(%d+) +(%d+)")
test.check("planned " .. tostring(planned) .. ", passed " .. tostring(passed), planned and tonumber(planned) > 0 and planned == passed)
local second = expect("a second search", "tandem explore --seed 100 --seeds 16 --steps 60 --on tlm --store " .. store .. " --out " .. folder, 0, " of them new to the store")
expect("... of which the store has the sum", "tandem results coverage --session all --store " .. store, 0, string.format("all sessions: %d of ", points(second)))
expect("... and each run", "tandem results runs --session all --scenario 'explore-1*' --store " .. store, 0, "explore-100.lua|tlm", "explore-1.lua|tlm")

-- A failure that every sequence shows: nothing is left of it but what starts a run.
expect("a failure", "tandem explore --seeds 5 --seed 7 --steps 40 --on tlm --smmu no_such_parameter=1 --out " .. folder, 1,
   "FAIL: seed 7, after 0 seeds: on tlm: ", "no_such_parameter", "shrunk from 40 to 0 steps", "explore-7.lua", "repeat: tandem run " .. folder .. "/explore-7.lua --on tlm --seed 7")
expect("... as it is", "tandem explore --seeds 5 --seed 7 --steps 40 --on tlm --smmu no_such_parameter=1 --no-shrink --out " .. folder, 1,
   "not shrunk, 40 steps", "no_such_parameter", "repeat: tandem run")
expect("... as it is, written", "grep -c '^      { \"' " .. folder .. "/explore-7.lua", 0, "4")
local out = expect("... shrunk again", "tandem explore --seeds 5 --seed 7 --steps 40 --on tlm --smmu no_such_parameter=1 --out " .. folder, 1, "shrunk from 40 to 0 steps")
local again = out:match("repeat: (tandem run [^\n]+)")
expect("... again", again or "false", 2, "no_such_parameter")
expect("... and the scenario itself is a good one", "tandem run " .. folder .. "/explore-7.lua --on tlm", 0, "Explored, seed 7")

-- Steps by hand: what they must answer is known, and steps about things that are not there do nothing.
expect("good steps", "tandem run " .. steps("good.lua", [[
   { "enable", "smmu0", cmdq_log2 = 1 }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" },
   { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x2000, access = "r" },
   { "read", "m0", iova = 0x10001000, size = 16 }, { "write", "m0", iova = 0x10001000, size = 16 },
   { "bus_error", "m0", iova = 0x10001000 }, { "table_error", "m0", iova = 0x10000000, class = "Cd" },
   { "map", "d1", iova = 0x10001000, pa = 0x80900000, size = 0x1000, access = "rw" }, { "sleep", "smmu0" },
   { "read", "m0", iova = 0x10001ff0, size = 16 }, { "unmap", "d1", iova = 0x10000000, size = 0x2000 }, { "read", "m0", iova = 0x10000000, size = 1 },
   { "events", "smmu0" }, { "detach", "m0" }, { "destroy", "d1" },
   { "unmap", "d9", iova = 0, size = 0x1000 }, { "detach", "m0" }, { "read", "m9", iova = 0, size = 1 }, { "attach", "m0", "d1" }, { "sleep", "smmu7" } ]]),
   0, "PASS: 1 of 1 run passed")
-- A guest's tables, and a device that keeps translations and asks for pages.
local function device(name, list)
   return file(name, "local s = { title = 'device', platform = { ram_mib = 64, smmus = { { name = 'smmu0', idr = { ATS = 1, PRI = 1 } } }, masters = { " ..
      "{ name = 'm0', smmu = 'smmu0', sids = { 1 }, ssid_bits = 2, ats = true, pri = true } } } }\nfunction s.run(t)\n t:play {\n" .. list .. "\n }\nend\nreturn s\n")
end
local with_page = [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" },
   { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x2000, access = "r" }, ]]
expect("a device", "tandem run " .. device("device.lua", with_page .. [[
   { "ats_read", "m0", iova = 0x10001000, size = 16 }, { "ats_write", "m0", iova = 0x10001000, size = 16 },
   { "ask", "m0", iova = 0x10001000, write = false }, { "ask", "m0", iova = 0x10001000, write = true }, { "ask", "m0", iova = 0x10005000 },
   { "unmap", "d1", iova = 0x10001000, size = 0x1000 }, { "ats_read", "m0", iova = 0x10001000, size = 16 }, { "invalidate", "m0", command = "CFGI_STE", iova = 0 },
   { "ats_read", "m0", iova = 0x10000000, size = 16 }, { "detach", "m0" }, { "ats_read", "m0", iova = 0x10000000, size = 16 } ]]) .. " --on tlm", 0)
expect("... for several pages at a time, with a place for one", "tandem run " .. device("asks.lua", (with_page:gsub('"smmu0"', '%0, priq_log2 = 1, page_groups = 1')) .. [[
   { "domain", "d2", type = "s1" }, { "map", "d2", iova = 0x10001000, pa = 0x80800000, size = 0x1000, access = "rw" },
   { "ask", "m0", iova = 0x10000000, count = 8, write = true }, { "ask", "m0", iova = 0x10000000, count = 3, write = true, replaced = "d1" },
   { "ask", "m0", iova = 0x10000000, count = 3, write = true, replaced = "d2" }, { "write", "m0", iova = 0x10001000, size = 16 },
   { "ask", "m0", iova = 0x10000000, count = 2, write = true, replaced = "d9" } ]]) .. " --on tlm", 0)
expect("a guest's device that keeps translations", "tandem run " .. device("guest_device.lua", [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s2" }, { "nested", "d2", parent = "d1" }, { "attach", "m0", "d2" },
   { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x2000, access = "rw" }, { "ats_read", "m0", iova = 0x10001000, size = 16 },
   { "unmap", "d1", iova = 0x10001000, size = 0x1000 }, { "ats_read", "m0", iova = 0x10001000, size = 16 }, { "ats_write", "m0", iova = 0x10000000, size = 16 } ]]) ..
   " --on tlm", 0)
expect("a guest", "tandem run " .. steps("guest.lua", [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s2" }, { "nested", "d2", parent = "d1" }, { "attach", "m0", "d2" },
   { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x2000, access = "rx" }, { "read", "m0", iova = 0x10001000, size = 16 },
   { "read", "m0", iova = 0x10001000, size = 16, instruction = true }, { "write", "m0", iova = 0x10001000, size = 16 }, { "destroy", "d1" },
   { "unmap", "d1", iova = 0x10001000, size = 0x1000 }, { "read", "m0", iova = 0x10001000, size = 16 }, { "nested", "d3", parent = "d9" },
   { "detach", "m0" }, { "destroy", "d2" }, { "destroy", "d1" } ]]), 0)
expect("counters", "tandem run " .. steps("count.lua", [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" }, { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x1000, access = "r" },
   { "count", "m0", iova = 0x10000000, count = 3, event = "TRANSACTION", irq = true }, { "count", "m0", iova = 0x10000000, count = 2, event = "TABLE_ACCESS", irq = false },
   { "count", "m0", iova = 0x20000000, count = 2, event = "TLB_MISS", irq = true }, { "count", "m7", iova = 0, count = 1, event = "TRANSACTION" } ]]), 0)
expect("many accesses at once", "tandem run " .. steps("burst.lua", [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" },
   { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x1000, access = "rw" }, { "burst", "m0", iova = 0x10000123, count = 64, write = true },
   { "burst", "m0", iova = 0x10000000, count = 64, write = false }, { "burst", "m0", iova = 0x10001000, count = 3, write = true } ]]), 0)
expect("... behind the interpreter's back", "tandem run " .. file("burst2.lua", "local s = { title = 'burst', platform = { ram_mib = 64, smmus = { { name = 'smmu0' } }, " ..
   "masters = { { name = 'm0', smmu = 'smmu0', sids = { 1 } } } } }\nfunction s.run(t)\n" .. [[
   t:play { { "enable", "smmu0" }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" },
      { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x1000, access = "rw" } }
   t.driver:detach("m0")
   t:play { { "burst", "m0", iova = 0x10000000, count = 4, write = true } }]] .. "\nend\nreturn s\n"), 1, "play: burst: one access of many got abort, expected ok")
expect("several CPUs", "tandem run " .. steps("cpus.lua", [[
   { "enable", "smmu0" }, { "domain", "d1", type = "s1", cpu = 1 }, { "domain", "d2", type = "s1", cpu = 2 }, { "attach", "m0", "d1", cpu = 1 },
   { "map", "d2", iova = 0x10000000, pa = 0x80800000, size = 0x2000, access = "rw", cpu = 2 },
   { "map", "d1", iova = 0x10000000, pa = 0x80900000, size = 0x1000, access = "rw", cpu = 1 },
   { "write", "m0", iova = 0x10000000, size = 16, cpu = 1 }, { "unmap", "d2", iova = 0x10000000, size = 0x1000, cpu = 2 } ]]), 0)
-- The interpreter's own judgement: a page that is taken away behind its back must be noticed, and so must one that still works.
local behind = [[
   t:play { { "enable", "smmu0" }, { "domain", "d1", type = "s1" }, { "attach", "m0", "d1" },
      { "map", "d1", iova = 0x10000000, pa = 0x80800000, size = 0x1000, access = "rw" } }
   t.driver:detach("m0")
   t:play { { "read", "m0", iova = 0x10000000, size = 16 } }]]
expect("an access that fails", "tandem run " .. file("behind.lua", "local s = { title = 'behind', platform = { ram_mib = 64, smmus = { { name = 'smmu0' } }, " ..
   "masters = { { name = 'm0', smmu = 'smmu0', sids = { 1 } } } } }\nfunction s.run(t)\n" .. behind .. "\nend\nreturn s\n"), 1,
   'play: read got abort, expected ok: step 5 { "read", "m0", iova = 0x10000000, size = 0x10 }')
expect("an unknown step", "tandem run " .. steps("odd.lua", '{ "enable", "smmu0" }, { "jump" }'), 2, 't:play: step 2 is { "jump" }; a step begins with one of ask, ask_often, ats_read, ats_write, attach, ')

expect("an unknown unit", "tandem explore --time 5d", 2, "--time takes a number of seconds, or one with s, m or h, such as 10m; got '5d'")
expect("too few steps", "tandem explore --steps 1", 2, "--steps must be from 10 to 100000, got 1")
expect("a folder that is not there", "tandem explore --out /no/such", 2, "tandem explore: --out: cannot write /no/such/.tandem-explore: No such file or directory")
expect("help", "tandem explore --help", 0, "tandem explore", "Exit codes")

finish()
