-- SPDX-License-Identifier: Apache-2.0
-- A real Slurm cluster in a temporary folder: munged, slurmctld and two slurmd on the loopback; a plan runs on it, one node is
-- killed in the middle, and the store ends with exactly the planned number of results.
-- Usage: lua5.4 slurm_test.lua TANDEM FOLDER-FOR-FILES [RUNS [CHUNKS]]; exit 77 where Slurm is not installed or the user is not root.
-- With these numbers nobody tells the controller that the node is dead: it finds out by itself, which takes half a minute.

local tandem, run_count, chunk_count = arg[1], tonumber(arg[3] or 200), tonumber(arg[4] or 5)
local folder = arg[2] .. "/slurm_test_files"
-- In memory where possible: Slurm synchronises its state all the time, and no power goes here.
local in_memory = not arg[3] and io.popen("mktemp -d /dev/shm/tandem-slurm-XXXXXX 2>/dev/null"):read("l")
if in_memory then folder = in_memory end

local function sh(command)
   local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; printf '\\n%d' $?"))
   local out = pipe:read("a")
   pipe:close()
   local text, code = out:match("^(.*)\n(%d+)$")
   return text, tonumber(code)
end
local function skip(reason)
   print("SKIP: " .. reason)
   os.exit(77)
end

for _, program in ipairs { "munged", "mungekey", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol" } do
   if select(2, sh("PATH=$PATH:/usr/sbin:/sbin command -v " .. program)) ~= 0 then skip(program .. " is not installed") end
end
if sh("id -u"):match("%d+") ~= "0" then skip("a private cluster needs root here") end

assert(os.execute(("rm -rf 'F' && mkdir -p 'F/state' 'F/n1' 'F/n2' 'F/log'"):gsub("F", (folder:gsub("%%", "%%%%")))))
local function file(name, text)
   local f = assert(io.open(folder .. "/" .. name, "w"))
   f:write(text)
   f:close()
end

-- Sockets have short names, so they lie below /tmp; ports are free ones of this moment.
local sockets = sh("mktemp -d /tmp/tandem-slurm-XXXXXX"):match("%S+")
local host = sh("hostname -s"):match("%S+")
local function free_port(from)
   local used = sh("cat /proc/net/tcp /proc/net/tcp6")
   for port = from, from + 500 do
      if not used:find((":%04X "):format(port), 1, true) then return port end
   end
end
math.randomseed(os.time())
local base = math.random(20000, 28000)
local ctl, port1 = free_port(base), free_port(base + 600)
local port2 = free_port(port1 + 1)

file("slurm.conf", ([[
ClusterName=tandem
SlurmctldHost=HOST(127.0.0.1)
SlurmctldPort=CTL
AuthType=auth/munge
AuthInfo=socket=SOCKETS/munge.sock
CredType=cred/munge
CryptoType=crypto/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=FOLDER/state
SlurmdSpoolDir=FOLDER/%n
SlurmctldPidFile=FOLDER/slurmctld.pid
SlurmdPidFile=FOLDER/%n/slurmd.pid
SlurmctldLogFile=FOLDER/log/slurmctld.log
SlurmdLogFile=FOLDER/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=10
MinJobAge=300
SchedulerParameters=batch_sched_delay=0,sched_interval=2
MaxArraySize=3
NodeName=n1 NodeHostname=HOST NodeAddr=127.0.0.1 Port=PORT1 CPUs=1
NodeName=n2 NodeHostname=HOST NodeAddr=127.0.0.1 Port=PORT2 CPUs=1
PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP
]]):gsub("SOCKETS", sockets):gsub("FOLDER", (folder:gsub("%%", "%%%%"))):gsub("HOST", host):gsub("CTL", ctl):gsub("PORT1", port1):gsub("PORT2", port2))

local env = "export PATH=$PATH:/usr/sbin:/sbin SLURM_CONF='" .. folder .. "/slurm.conf'; "
local function pid_of(name)
   local f = io.open(folder .. "/" .. name)
   if not f then return nil end
   local pid = f:read("n")
   f:close()
   return pid
end
local function stop_cluster()
   sh(env .. "scancel --user=root")
   for _, name in ipairs { "n1/slurmd.pid", "n2/slurmd.pid", "slurmctld.pid" } do
      local pid = pid_of(name)
      if pid then sh("kill -9 " .. pid) end
   end
   sh("for d in /proc/[0-9]*; do if tr '\\0' ' ' <$d/cmdline 2>/dev/null | grep -q '^slurmstepd' && grep -zq '" .. folder ..
      "' $d/environ 2>/dev/null; then kill -9 ${d#/proc/}; fi; done")
   -- It writes its seed when it ends; only then can the folder go.
   sh("p=$(cat " .. sockets .. "/munged.pid); kill $p; for i in $(seq 100); do kill -0 $p 2>/dev/null || break; sleep 0.1; done")
   sh("rm -rf " .. sockets .. (in_memory and " " .. in_memory or ""))
end
local function fail(text)
   print("FAIL: " .. text)
   print(sh("tail -n 25 '" .. folder .. "'/log/* '" .. folder .. "/regress.log' 2>/dev/null"))
   stop_cluster()
   os.exit(1)
end
-- Asks again and again until the pattern is there; a limit of tries, because a cluster takes its time.
local function wait_for(what, command, pattern)
   local out
   for _ = 1, 1200 do
      out = sh(env .. command)
      if out:find(pattern) then return out end
      sh("sleep 0.1")
   end
   fail(what .. "; the last answer to `" .. command .. "` was: " .. out)
end

sh("mungekey --create --keyfile=" .. sockets .. "/munge.key")
local out, code = sh(("munged --force --key-file=%s/munge.key --socket=%s/munge.sock --pid-file=%s/munged.pid --log-file=%s/munged.log --seed-file=%s/munged.seed")
   :gsub("%%s", sockets))
if code ~= 0 then fail("munged: " .. out) end
out, code = sh(env .. "slurmctld && slurmd -N n1 && slurmd -N n2")
if code ~= 0 then fail("the cluster does not start: " .. out) end
wait_for("two idle nodes", "sinfo --noheader --Node --format '%N %t'", "n1 idle.*n2 idle")

file("good.lua", [[return { title = "a run of the cluster", platform = { ram_mib = 16, smmus = { { name = "s" } } },
   run = function(t) t:step("one") t:check(true) end }]])
file("plan.lua", ("return { slurm = { chunk_runs = %d }, runs = { { scenarios = { 'good.lua' }, seeds = { from = 1, to = %d } } } }")
   :format(math.max(1, run_count // chunk_count), run_count))

-- The daemon of the second node dies when a fifth of the runs is recorded: then both nodes are in the middle of their first chunk. What
-- it had started goes on unseen, so that after the requeue both nodes may do the same work. Slurm would find out after SlurmdTimeout;
-- told that the node is down, it does the same at once.
os.execute(("cd '%s' && { %suntil [ $(cat out/*/records/*.journal 2>/dev/null | wc -l) -ge %d ]; do sleep 0.1; done; kill -9 %d; %s; echo dead >node; } >>killer.log 2>&1 </dev/null &")
   :format(folder, env, run_count // 5, pid_of("n2/slurmd.pid"), arg[3] and "true" or "scontrol update NodeName=n2 State=DOWN Reason=killed"))
local launcher = io.popen(("cd '%s' && { %stimeout 1800 '%s' regress plan.lua --out out --launcher slurm; } 2>&1 </dev/null"):format(folder, env, tandem))
local log = launcher:read("a")
code = select(3, launcher:close())
file("regress.log", log)
local killed = sh("cat '" .. folder .. "/node'")
if killed ~= "dead\n" then fail("the node was never killed: " .. killed .. "\n" .. log) end
if code ~= 0 then fail("tandem regress ended with " .. code .. "\n" .. log) end
local expected = ("PASS: %d of %d runs have a result: %d pass"):format(run_count, run_count, run_count)
if not log:find(expected, 1, true) then fail("no '" .. expected .. "' in\n" .. log) end
local count = sh(("cd '%s' && '%s' results runs --limit 0 --store out/results.db | tail -1"):format(folder, tandem)):match("^(%d+) runs")
if tonumber(count) ~= run_count then fail("the store has " .. tostring(count) .. " results") end
-- Arrays of at most two tasks: the plan had to be split.
local arrays = tonumber((sh("ls '" .. folder .. "'/out/*/slurm/*.sh | wc -l"):match("%d+")))
if arrays < (chunk_count + 1) // 2 then fail("only " .. arrays .. " job arrays were submitted") end
local requeued = tonumber((sh("grep -ci requeu '" .. folder .. "/log/slurmctld.log'"):match("%d+")))
stop_cluster()
print(("%d results on two nodes, one of which was killed, in %d job arrays; the controller speaks of requeueing %d times"):format(run_count, arrays, requeued))
