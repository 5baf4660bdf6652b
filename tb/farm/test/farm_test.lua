-- SPDX-License-Identifier: Apache-2.0
-- The farm from outside: plans that pass, fail, crash, hang and eat memory; a launcher that is killed again and again; what the
-- store says afterwards.
-- Usage: lua5.4 farm_test.lua TANDEM FOLDER-FOR-FILES [KILLS RUNS [SEED]]
-- KILLS x kill -9 of the launcher over a plan of RUNS runs, at moments that SEED chooses; the defaults keep the test short.

local here = select(1, io.popen("cd \"$(dirname '" .. arg[0] .. "')\" && pwd"):read("l"))
-- In memory where possible and small: what dies here are processes, and every synchronisation of a disk costs time.
local tandem, folder = arg[1], arg[2] .. "/farm_test_files"
local in_memory = not arg[3] and io.popen("mktemp -d /dev/shm/tandem-farm-XXXXXX 2>/dev/null"):read("l")
if in_memory then folder = in_memory else assert(os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")) end
local kills, run_count = tonumber(arg[3] or 2), tonumber(arg[4] or 16)
local failures, checks = 0, 0

-- Starts of processes are what this test costs, so it waits for what the launcher says instead of asking again and again: a run
-- that fails is shown as soon as its record is in a journal.
local function sh(command)
   local pipe = assert(io.popen("cd '" .. folder .. "' && { " .. command .. "; } 2>&1; printf '\\n%d' $?"))
   local out = pipe:read("a")
   pipe:close()
   local text, code = out:match("^(.*)\n(%d+)$")
   return text, tonumber(code)
end

local function check(good, what, out)
   checks = checks + 1
   if good then return end
   failures = failures + 1
   print("FAIL: " .. what .. "\n" .. (out or ""):sub(1, 4000):gsub("(.-)\n", "  | %1\n"))
end

-- Runs the command; the exit code must fit and the output must hold each text.
local function expect(what, command, code, ...)
   local out, got = sh((command:gsub("^tandem", "'" .. tandem .. "'")))
   local problem
   if got ~= code then problem = "exit code " .. tostring(got) .. ", expected " .. code end
   for _, text in ipairs { ... } do
      if not out:find(text, 1, true) then problem = (problem and problem .. "; " or "") .. "no '" .. text .. "' in the output" end
   end
   check(not problem, what .. ": " .. (problem or "") .. "\n  $ " .. command, out)
   return out
end

-- The launcher with these arguments gets the signal when so many of its runs have failed -> its output; "signal" or "exit"; a number.
local function stop_at(arguments, signal, failed)
   local pipe = assert(io.popen(("cd '%s' && echo $$ && exec '%s' regress %s 2>&1"):format(folder, tandem, arguments)))
   local pid, lines = pipe:read("l"), {}
   for line in pipe:lines() do
      lines[#lines + 1] = line
      if line:find("^FAIL  ") then
         failed = failed - 1
         if failed == 0 then os.execute("kill -" .. signal .. " " .. pid .. " 2>/dev/null") end
      end
   end
   local _, how, number = pipe:close()
   return table.concat(lines, "\n") .. "\n", how, number
end

local function file(name, text)
   local f = assert(io.open(folder .. "/" .. name, "w"))
   f:write(text)
   f:close()
end

local function scenario(name, body)
   file(name, "return { title = 'a test', platform = { ram_mib = 16, smmus = { { name = 's' } },\n" ..
      "masters = { { name = 'm', smmu = 's', sids = { 1 } } }, limits = { wall_s = 600 } }, run = function(t)\n" .. body .. "\nend }\n")
end

scenario("good.lua", "t:step('one') t:check(t.seed ~= nil)")
scenario("odd.lua", "t:step('parity') t:check(t.seed % 2 == 0, 'the seed is even')")
scenario("hang.lua", "while true do end")
scenario("fat.lua", "local all = {} for i = 1, 100000 do all[i] = string.rep('x', 1000000) .. i end")

-- Mistakes ------------------------------------------------------------------------------------------------------------
expect("no plan", "tandem regress", 2, "tandem regress: name a plan file")
expect("missing plan", "tandem regress none.lua", 2, "cannot read none.lua")
file("wrong.lua", "return { runs = { { scenarios = { 'good.lua' }, sedes = { 1 } } } }")
expect("a key that is not known", "tandem regress wrong.lua", 2, "wrong.lua:1: unknown key 'sedes' in plan.runs[1]")
expect("unknown launcher", "tandem regress wrong.lua --launcher lsf", 2, "--launcher takes local or slurm")
expect("missing store", "tandem results list --store none.db", 2, "cannot open the store none.db")
expect("unknown verb", "tandem results lst", 2, "unknown verb 'lst'")

-- The plans that are shipped expand; none runs eight Verilated SMMUs ---------------------------------------------------------
for _, plan in ipairs { "smoke", "nightly", "soak" } do
   local path = here .. "/../../../plans/" .. plan .. ".lua"
   local runs = expect("plans/" .. plan, "tandem regress '" .. path .. "' --dry-run", 0, "install/many_smmus.lua|tlm|", "two_smmus.lua|rtl|", "bring_up.lua|mixed|")
   check(not runs:find("install/many_smmus.lua|rtl|", 1, true) and not runs:find("install/many_smmus.lua|mixed|", 1, true), plan .. " keeps many_smmus.lua off RTL")
end

-- Verdicts ------------------------------------------------------------------------------------------------------------
file("mixed.lua", [[return {
   limits = { wall_s = 30 },
   runs = {
      { scenarios = { "good.lua", "odd.lua" }, seeds = { from = 1, to = 4 } },
      { scenarios = { "hang.lua" }, limits = { wall_s = 1 } },
      { scenarios = { "fat.lua" }, limits = { wall_s = 300, memory_mib = 100 } },  -- a busy machine needs long to give that much
   } }]])
expect("dry run", "tandem regress mixed.lua --dry-run", 0, "odd.lua|tlm|seed=3", "10 runs")
expect("one bad run is nobody else's", "tandem regress mixed.lua --out mixed --junit mixed.xml", 1,
   "FAIL: 10 of 10 runs have a result: 6 pass", "the seed is even", "tandem results runs --store mixed/results.db")
expect("what broke", "tandem results broken --store mixed/results.db", 1, "odd.lua|tlm|seed=1", "it was never good",
   "tandem run odd.lua --on tlm --seed 1", "wall-clock limit of 1 s", "4 broken")
expect("filters", "tandem results runs --store mixed/results.db --status pass --scenario 'odd*'", 0, "odd.lua|tlm|seed=2", "2 runs")
expect("one run", "tandem results show last 'odd.lua|tlm|seed=1' --store mixed/results.db", 0, "step      1: parity", "repeat    tandem run")
expect("CSV", "tandem results export --format csv --store mixed/results.db", 0, "session,scenario,backend", ",odd.lua,tlm,,3,fail,")
expect("JSON", "tandem results export --format json --store mixed/results.db", 0, '"key": "good.lua|tlm|seed=1"')
expect("JUnit", "cat mixed.xml", 0, "<testsuite", "the seed is even")
expect("page", "tandem results report --output mixed.html --store mixed/results.db && grep -c odd.lua mixed.html", 0)
local fat = expect("memory", "tandem results runs --store mixed/results.db --scenario fat.lua", 0, "error")
check(fat:find("memory", 1, true), "the run that took too much memory says so", fat)

-- Retry ---------------------------------------------------------------------------------------------------------------
file("retry.lua", "return { retry = { times = 2, on = { 'fail' } }, runs = { { scenarios = { 'odd.lua' }, seeds = { 1 } } } }")
expect("every attempt is recorded", "tandem regress retry.lua --out retry", 1, "(will be tried again)", "1 of 1 runs have a result")
expect("attempts", "tandem results show last 'odd.lua|tlm|seed=1' --store retry/results.db", 0, "attempts  3", "attempt 1  fail", "attempt 2  fail")

-- Two nights ----------------------------------------------------------------------------------------------------------
file("night.lua", "return { runs = { { scenarios = { 'odd.lua' }, seeds = { 2, 4 } } } }")
expect("first night", "tandem regress night.lua --out nights", 0, "PASS: 2 of 2")
scenario("odd.lua", "t:step('parity') t:check(t.seed == 2, 'the seed is two')")
expect("second night", "tandem regress night.lua --out nights", 1, "1 fail")
local list = expect("list", "tandem results list --store nights/results.db", 0, "night")
local sessions = {}
for id in list:gmatch("\n(%d+%-%d+%-%x+)") do sessions[#sessions + 1] = id end
check(#sessions == 2, "two sessions are listed", list)
expect("compare", ("tandem results compare %s %s --store nights/results.db"):format(sessions[1], sessions[2]), 1,
   "BROKE    odd.lua|tlm|seed=4: pass -> fail", "1 broke, 0 mended")
expect("since", "tandem results broken --store nights/results.db", 1, "last good " .. sessions[1])
expect("import again changes nothing", "tandem results import nights --store nights/results.db", 0, "2 of 2 results")
expect("a store of its own", "tandem results import nights --store fresh.db && '" .. tandem .. "' results list --store fresh.db", 0, sessions[2])

-- A store that is refused leaves no session, and a session that cannot be read stands in nobody's way ----------------------
file("letter.db", ("A letter to the editor, long enough to be looked at as a database that it is not. "):rep(3))
expect("a refused store", "tandem regress night.lua --out refused --store letter.db", 2, "tandem: the store ", "letter.db: file is not a database")
expect("it left nothing to resume", "tandem regress night.lua --out refused --resume", 2, "there is nothing to resume")
sh("mkdir -p nights/29991231-000000-0000 && echo '{}' >nights/29991231-000000-0000/session.json")
expect("an unreadable session", "tandem regress night.lua --out nights --resume", 2, "29991231-000000-0000 is left out: ", "there is nothing to resume")
sh("rm -r nights/29991231-000000-0000")

-- Coverage and figures: one page mapped, written, and the page behind it read; the second night does not read ---------------
scenario("traffic.lua", [[
   local d, m = t.driver, t.masters.m
   d:enable {}
   local dom = d:domain { type = "s1" }
   d:attach("m", dom)
   dom:map { iova = 0, size_bytes = 4096 }
   m:expect_ok(m:write { iova = 0x40, size_bytes = 64 })
   if t.seed == 1 then m:expect_abort(m:read { iova = 0x1000, size_bytes = 8 }) end
   t:cover("mine")
   t:figure("latency", 2.5 * t.seed, "us")
]])
file("traffic_plan.lua", "return { runs = { { scenarios = { 'traffic.lua' }, seeds = { 1 } } } }")
expect("first night of traffic", "tandem regress traffic_plan.lua --out cov", 0, "PASS: 1 of 1")
-- Granule 4 KiB, a page is a leaf of level 3, and so is the missing one behind it. One driver call each.
expect("points by hand", "tandem results export --what coverage --format csv --store cov/results.db", 0, "session,key,point,hits",
   ",walk/s1/stage1/4k/L3/ok,1", ",walk/s1/stage1/4k/L3/F_TRANSLATION,1", ",event/F_TRANSLATION,1", ",domain/s1/4k/local,1", ",scenario/mine,1",
   ",call/master_attach/SMMU_OK,1", ",call/domain_map/SMMU_OK,1", ",access/s1/ok,1", ",access/s1/abort,1", ",transaction/write/user/stream/ok,1",
   ",transaction/read/user/stream/abort,1", ",ste/s1,1")
expect("figures", "tandem results figures --store cov/results.db", 0, "scenario/latency", "commands_per_call", "tlb_hit_rate", "simulated")
expect("figures as JSON", "tandem results export --what figures --format json --store cov/results.db", 0, '"name": "dma"', '"value": 64.0', '"unit": "bytes"')
expect("holes", "tandem results coverage --store cov/results.db", 0, "  hole  walk/s1/stage1/4k/L2/ok", "walk s1 stage1            2 of   53",
   " points of the model, ")
file("model.lua", "return { points = { 'event/F_{TRANSLATION,PERMISSION}', 'scenario/mine' } }")
expect("a model of one's own", "tandem results coverage --model model.lua --store cov/results.db", 0, "hole  event/F_PERMISSION", "2 of 3 points of the model, 66.7 %")
file("model.lua", "return { points = { 'event/F_NONE' } }")
expect("a model that is wrong", "tandem results coverage --model model.lua --store cov/results.db", 2, "model.lua:1: 'event/F_NONE' in coverage model.points is no point")
expect("what is counted", "tandem results coverage --list", 0, "walk/nested/stage2/16k/L2/F_ACCESS\n", "gerror/SFM_ERR\n")
expect("who hit it", "tandem results runs --point 'walk/*/F_TRANSLATION' --store cov/results.db", 0, "traffic.lua|tlm|seed=1", "1 runs")
expect("one run with all of it", "tandem results show last 'traffic.lua|tlm|seed=1' --store cov/results.db", 0, "figure    dma = 64 bytes", "hit       scenario/mine  1")
file("traffic_plan.lua", "return { runs = { { scenarios = { 'traffic.lua' }, seeds = { 2 } } } }")
expect("second night of traffic", "tandem regress traffic_plan.lua --out cov", 0, "PASS: 1 of 1")
local first = sh("ls -d cov/2*"):match("cov/([^\n]+)")
expect("what the second night lost", ("tandem results coverage %s last --store cov/results.db"):format(first), 1, "LOST    event/F_TRANSLATION  (1 runs hit it)", " 0 gained")
expect("and the other way round", ("tandem results coverage last %s --store cov/results.db"):format(first), 0, "gained  event/F_TRANSLATION", "0 lost")
expect("medians side by side", ("tandem results figures %s last --store cov/results.db"):format(first), 0, "scenario/latency                            2.5              5         2  us")
expect("coverage on the page", "tandem results report --output cov.html --store cov/results.db && grep -o '<code>walk/s1/stage1/4k/L2/ok</code>\\|\"scenario[^}]*}' cov.html", 0,
   "walk/s1/stage1/4k/L2/ok", [["scenario\/latency, median","unit":"us","values":[2.5,5.0]}]])
expect("JUnit has no coverage", "tandem results export --what coverage --format junit --store cov/results.db", 2, "--format junit is for runs only")

-- Bisection: real runs in programs that stand for builds. From build4 on page tables are written wrong; build3 knows no such scenario,
-- and build6 crashes ---------------------------------------------------------------------------------------------------------
scenario("page.lua", "t:check(not t.params.broken, 'the page is mapped')")
sh("sed -i \"s/title = 'a test',/title = 'a test', params = { broken = false },/\" page.lua")
for n = 1, 7 do
   file("build" .. n, "#!/bin/sh\n" .. (n == 3 and "echo 'tandem run: no such scenario' >&2; exit 2\n" or
      ("exec '%s' \"$@\"%s\n"):format(tandem, n >= 4 and " -p broken=true" or "")))
end
file("build6", ([[#!/bin/sh
for json; do :; done
echo '{"results":[{"status":"error","reason":"the run'"'"'s process was ended by SIGSEGV (Segmentation fault)"}]}' >"$json"
exit 2
]]))
sh("chmod +x build*")
local builds = "./build1 ./build2 ./build3 ./build4 ./build5 ./build6"
expect("bisect", "tandem results bisect " .. builds .. " ./build7 -- page.lua", 1, "cannot be tested: exit code 2 and no results",
   "first bad: ./build4", "       or: ./build3, which cannot be tested", "last good: ./build2")
expect("a crash is bad", "tandem results bisect " .. builds .. " -- page.lua", 1, "./build6 ... bad: the run's process was ended by SIGSEGV", "first bad: ./build4")
expect("bisect without a good end", "tandem results bisect ./build4 ./build5 -- page.lua", 2, "is bad already")
expect("bisect without a bad end", "tandem results bisect ./build1 ./build2 -- page.lua", 0, "the newest build is good")
file("page_plan.lua", "return { runs = { { scenarios = { 'page.lua' }, seeds = { 3 } } } }")
expect("a run for the store", "tandem regress page_plan.lua --out page", 0, "PASS: 1 of 1")
expect("bisect by a run of the store", "tandem results bisect ./build1 ./build2 ./build4 --run 'page.lua|tlm|seed=3' --store page/results.db", 1,
   "tandem run page.lua --on tlm --seed 3", "first bad: ./build4")
expect("bisect needs a run", "tandem results bisect ./build1 ./build2", 2, "either arguments of tandem run after --, or --run")

-- Ctrl-C while a run is under way: it is no result, however the run ended. The endless run has one worker, three short ones in turn the
-- other -----------------------------------------------------------------------------------------------------------------------
scenario("endless.lua", "while true do end")
file("stuck.lua", "return { runs = { { scenarios = { 'endless.lua' } }, { scenarios = { 'odd.lua' }, seeds = { 1, 3, 5 } } } }")
local stuck, _, stuck_code = stop_at("stuck.lua --out stuck --store 'my store.db' -j 2", "INT", 3)
check(stuck_code == 130 and stuck:find("3 of 4 runs have a result", 1, true), "a run cut short by Ctrl-C has no result", stuck)
scenario("endless.lua", "t:step('ends now')")
local go_on = stuck:match("go on   (tandem regress [^\n]* %-%-store 'my store%.db' %-%-resume %-%-jobs 2)\n")
check(go_on, "the way to go on says where the results are", stuck)
expect("what was cut short is run again", go_on or "tandem", 1, "FAIL: 4 of 4 runs have a result: 1 pass, 3 fail")

-- Ctrl-C and kill -9 --------------------------------------------------------------------------------------------------
scenario("bad.lua", "t:step('one') t:check(false, 'so that it is heard of')")
file("long.lua", ("return { runs = { { scenarios = { 'bad.lua' }, seeds = { from = 1, to = %d } } } }"):format(run_count))
local out, how, code = stop_at("long.lua --out long", "INT", 3)
check(how == "exit" and code == 130, "Ctrl-C ends with 130, not " .. how .. " " .. code, out)
check(out:find("--resume", 1, true), "the way to go on is said", out)
math.randomseed(tonumber(arg[5] or 1))
local killed = 0
for _ = 1, kills do
   out, how, code = stop_at("long.lua --out long --resume", "KILL", math.random(1, math.max(1, (run_count - 6) // (kills + 1))))
   if how == "signal" and code == 9 then killed = killed + 1 end
end
check(killed == kills, ("%d of %d launchers died in the middle"):format(killed, kills), out)
local function records() return tonumber((sh("cat long/*/records/*.journal | wc -l"):match("%d+"))) end
local verdict = ("FAIL: %d of %d runs have a result: 0 pass, %d fail"):format(run_count, run_count, run_count)
-- On a busy machine the last kill may have come too late; then the journals have to be enough.
if records() == run_count then
   expect("the rest", "tandem results import long --store long/results.db", 0, ("%d of %d results"):format(run_count, run_count))
else
   expect("the rest", "tandem regress long.lua --out long --resume", 1, verdict)
end
expect("exactly as many results", "tandem results runs --limit 0 --store long/results.db | tail -1", 0, run_count .. " runs")
local keys = select(1, sh("cat long/*/records/*.journal | grep -o '\"key\":\"[^\"]*\"' | sort | uniq -d"))
check(keys == "", "no finished run was repeated", keys)
expect("nothing left", "tandem regress long.lua --out long --resume", 2, "there is nothing to resume")
file("long.lua", "return { runs = { { scenarios = { 'good.lua' }, seeds = { 1 } } } }")
expect("a new session starts of itself", "tandem regress long.lua --out long", 0, "1 of 1")

-- A Slurm of shell scripts: tasks run within sbatch. Like those of a real site its programs talk on standard error.
file("fake.lua", "return { slurm = { chunk_runs = 2 }, runs = { { scenarios = { 'good.lua' }, seeds = { from = 1, to = 3 } } } }")
sh("mkdir -p fake")
file("fake/scontrol", "#!/bin/sh\necho MaxArraySize = 2\n")
file("fake/squeue", "#!/bin/sh\necho 'squeue: warning: an old answer' >&2\n")
file("fake/scancel", '#!/bin/sh\necho "$@" >>cancelled\n')
file("fake/sbatch", [[#!/bin/sh
echo "sbatch: INFO: goes to partition main" >&2
for script; do :; done
[ ! -f one.only ] || case $script in *-from0.sh) ;; *) echo "sbatch: error: AssocMaxSubmitJobLimit" >&2; exit 1 ;; esac
SLURM_ARRAY_TASK_ID=0 sh "$script" >/dev/null 2>&1
echo "17;cluster"
]])
sh("chmod +x fake/*")
local slurm = "PATH=$PWD/fake:$PATH timeout 120 '" .. tandem .. "' regress fake.lua --launcher slurm"
expect("what Slurm says on standard error is no answer", slurm .. " --out fake1", 0, "PASS: 3 of 3", "as 2 array tasks, job 17,17")
sh("rm -f cancelled; touch one.only")
expect("a refused array is a sentence", slurm .. " --out fake2", 2, "sbatch: error: AssocMaxSubmitJobLimit")
check(sh("cat cancelled") == "17\n", "the array before the refused one was cancelled", sh("cat cancelled"))

if in_memory then sh("rm -rf " .. in_memory) end
print(("%d of %d checks passed"):format(checks - failures, checks))
os.exit(failures == 0 and 0 or 1)
