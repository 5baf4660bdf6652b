-- SPDX-License-Identifier: Apache-2.0
-- The farm from outside: plans that pass, fail, crash, hang and eat memory; a launcher that is killed again and again; what the
-- store says afterwards.
-- Usage: lua5.4 farm_test.lua TANDEM FOLDER-FOR-FILES [KILLS RUNS [SEED]]
-- KILLS x kill -9 of the launcher over a plan of RUNS runs, at moments that SEED chooses; the defaults keep the test short.

local here = select(1, io.popen("cd \"$(dirname '" .. arg[0] .. "')\" && pwd"):read("l"))
local tandem, folder = arg[1], arg[2] .. "/farm_test_files"
local kills, run_count = tonumber(arg[3] or 3), tonumber(arg[4] or 40)
assert(os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'"))
local failures, checks = 0, 0

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
   print("FAIL: " .. what .. "\n" .. (out or ""):gsub("(.-)\n", "  | %1\n"))
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
      { scenarios = { "fat.lua" }, limits = { wall_s = 300, memory_mib = 200 } },  -- a busy machine needs long to give that much
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

-- Bisection: programs that stand for builds ---------------------------------------------------------------------------
for n, code in ipairs { 0, 0, 0, 1, 1, 1, 1 } do file("build" .. n, "#!/bin/sh\nexit " .. code .. "\n") end
sh("chmod +x build*")
expect("bisect", "tandem results bisect ./build1 ./build2 ./build3 ./build4 ./build5 ./build6 ./build7 -- x.lua", 1, "first bad: ./build4", "last good: ./build3")
expect("bisect without a good end", "tandem results bisect ./build4 ./build5 -- x.lua", 2, "is bad already")

-- Ctrl-C while a run is under way: it is no result, however the run ended -----------------------------------------------
scenario("endless.lua", "while true do end")
file("stuck.lua", "return { runs = { { scenarios = { 'good.lua' }, seeds = { 1 } }, { scenarios = { 'endless.lua' } } } }")
local stuck, stuck_code = sh("'" .. tandem .. "' regress stuck.lua --out stuck --store 'my store.db' -j 1 & p=$!; " ..
   "while kill -0 $p 2>/dev/null && ! cat /proc/$(cat /proc/$p/task/*/children | tr -d ' ')/cmdline 2>/dev/null | grep -q endless; do sleep 0.02; done; kill -INT $p; wait $p")
check(stuck_code == 130 and stuck:find("1 of 2 runs have a result", 1, true), "a run cut short by Ctrl-C has no result", stuck)
scenario("endless.lua", "t:step('ends now')")
local go_on = stuck:match("go on   (tandem regress [^\n]* %-%-store 'my store%.db' %-%-resume %-%-jobs 1)\n")
check(go_on, "the way to go on says where the results are", stuck)
expect("what was cut short is run again", go_on or "tandem", 0, "PASS: 2 of 2 runs have a result: 2 pass")

-- Ctrl-C and kill -9 --------------------------------------------------------------------------------------------------
file("long.lua", ("return { runs = { { scenarios = { 'good.lua' }, seeds = { from = 1, to = %d } } } }"):format(run_count))
local function results() return tonumber((sh("'" .. tandem .. "' results runs --limit 0 --store long/results.db | tail -1")):match("^(%d+) runs")) or 0 end
local start = "'" .. tandem .. "' regress long.lua --out long"
-- The launcher gets the signal when the journals hold at least so many records: no time is guessed.
local function stop_at(command, signal, records)
   return sh(command .. " & p=$!; while kill -0 $p 2>/dev/null && [ $(cat long/*/records/*.journal 2>/dev/null | wc -l) -lt " .. records ..
      " ]; do sleep 0.02; done; kill -" .. signal .. " $p 2>/dev/null; wait $p")
end
local out, code = stop_at(start, "INT", 3)
check(code == 130, "Ctrl-C ends with 130, not " .. tostring(code), out)
check(out:find("--resume", 1, true), "the way to go on is said", out)
local reached = 3
math.randomseed(tonumber(arg[5] or 1))
for _ = 1, kills do
   reached = reached + math.random(1, math.max(1, (run_count - 6) // (kills + 1)))
   stop_at(start .. " --resume", "KILL", reached)
end
local function records() return tonumber((sh("cat long/*/records/*.journal | wc -l"):match("%d+"))) end
-- On a busy machine the last kill may have come too late; then the journals have to be enough.
expect("the rest", records() == run_count and "tandem results import long --store long/results.db; echo " .. ("PASS: %d of %d runs have a result: %d pass")
   :format(run_count, run_count, run_count) or "tandem regress long.lua --out long --resume", 0, ("PASS: %d of %d runs have a result: %d pass"):format(run_count, run_count, run_count))
check(results() == run_count, "exactly " .. run_count .. " results, not " .. results())
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

print(("%d of %d checks passed"):format(checks - failures, checks))
os.exit(failures == 0 and 0 or 1)
