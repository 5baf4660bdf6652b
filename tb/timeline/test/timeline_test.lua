-- SPDX-License-Identifier: Apache-2.0
-- Timelines that tandem wrote, held against the trace-event format and against what the scenarios did.
-- Usage: lua5.4 timeline_test.lua TANDEM SCENARIOS FOLDER-FOR-FILES BACKENDS
-- For each file: it is JSON, one event per line; every process and thread that is used has a name; time never goes back on a
-- track; slices nest; every begin has its end; every flow that ends at a slice starts at exactly one earlier slice.
-- Then: the counts and arrows that the scenario is known to make. The checker itself is shown broken files first.

local tandem, scenarios, folder = arg[1], arg[2], arg[3] .. "/timeline_test_files"
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local failures, checks = 0, 0
local function check(condition, text)
   checks = checks + 1
   if condition then return end
   failures = failures + 1
   print("FAIL: " .. text)
end

-- A reader of JSON: the whole grammar but \u escapes beyond ASCII, which the writer does not make.
local function parse_json(text)
   local at = 1
   local value
   local function fail(what) error(string.format("%s at byte %d", what, at), 0) end
   local function space() at = text:find("[^ \t\r\n]", at) or #text + 1 end
   local function string_value()
      local start = at + 1
      at = start
      while true do
         local stop = text:find('["\\%c]', at)
         if not stop then fail("a string without its end") end
         local c = text:sub(stop, stop)
         if c == '"' then
            at = stop + 1
            return (text:sub(start, stop - 1):gsub("\\(.)", "%1"))
         end
         if c ~= "\\" then fail("a control character in a string") end
         at = stop + 2
      end
   end
   local function list(close, item)
      at = at + 1
      space()
      if text:sub(at, at) == close then at = at + 1 return end
      while true do
         item()
         space()
         local c = text:sub(at, at)
         at = at + 1
         if c == close then return end
         if c ~= "," then fail("neither ',' nor '" .. close .. "'") end
         space()
      end
   end
   function value()
      space()
      local c = text:sub(at, at)
      if c == '"' then return string_value() end
      if c == "{" then
         local object = {}
         list("}", function()
            if text:sub(at, at) ~= '"' then fail("a key that is no string") end
            local key = string_value()
            space()
            if text:sub(at, at) ~= ":" then fail("a key without ':'") end
            at = at + 1
            object[key] = value()
         end)
         return object
      end
      if c == "[" then
         local array = {}
         list("]", function() array[#array + 1] = value() end)
         return array
      end
      for word, meaning in pairs { ["true"] = true, ["false"] = false } do
         if text:sub(at, at + #word - 1) == word then at = at + #word return meaning end
      end
      local number = text:match("^-?%d+%.?%d*", at)
      if not number then fail("no value") end
      at = at + #number
      return tonumber(number)
   end
   local result = value()
   space()
   if at <= #text then fail("more after the end") end
   return result
end

-- The list of events and of what is wrong with them.
local function inspect(text)
   local good, events = pcall(parse_json, text)
   if not good then return {}, { events } end
   local wrong, processes, threads, tracks, out, last = {}, {}, {}, {}, {}, {}
   local function say(number, event, what)
      wrong[#wrong + 1] = string.format("event %d (%s %s): %s", number, event.ph, tostring(event.name), what)
   end
   for number, e in ipairs(events) do
      local key = e.tid or "counters of " .. tostring(e.pid)
      if e.ph == "M" then
         if e.name == "process_name" then processes[e.pid] = e.args.name end
         if e.name == "thread_name" then
            if threads[key] then say(number, e, "the thread has a name already") end
            threads[key] = { name = e.args.name, pid = e.pid }
         end
      else
         if not processes[e.pid] then say(number, e, "its process has no name") end
         if e.ph ~= "C" and not (threads[key] and threads[key].pid == e.pid) then say(number, e, "its thread has no name") end
         local ts = e.ts
         if type(ts) ~= "number" or ts < 0 then say(number, e, "no time") ts = 0 end
         local clock = e.ph == "C" and "C" .. e.pid .. e.name or key
         if ts < (last[clock] or 0) then
            -- The slice of a translation is written when it ends, inside the transaction that still is open.
            local stack = tracks[key] or {}
            local parent = stack[#stack]
            if not (e.ph == "X" and parent and ts >= parent.ts and not (parent.child_end and ts < parent.child_end)) then say(number, e, "time goes back") end
         end
         last[clock] = math.max(last[clock] or 0, ts)
         tracks[key] = tracks[key] or {}
         local stack = tracks[key]
         if e.ph == "B" then
            stack[#stack + 1] = e
         elseif e.ph == "E" then
            local begin = table.remove(stack)
            if not begin then say(number, e, "ends nothing")
            else
               begin.dur, begin.result = ts - begin.ts, e.args
               if begin.child_end and begin.child_end > ts + 1e-9 then say(number, e, "ends before a slice inside it") end
               if stack[#stack] then stack[#stack].child_end = ts end
            end
         elseif e.ph == "X" then
            if type(e.dur) ~= "number" or e.dur < 0 then say(number, e, "no duration") end
            local parent = stack[#stack]
            if parent then parent.child_end = ts + e.dur
            else   -- complete slices nest in those before them on a track without open ones
               local open = tracks[key].complete or {}
               while #open > 0 and open[#open].ts + open[#open].dur <= ts + 1e-9 and not (open[#open].dur < 1e-9 and ts <= open[#open].ts + 1e-9) do table.remove(open) end
               if #open > 0 and ts + e.dur > open[#open].ts + open[#open].dur + 1e-6 then say(number, e, "overlaps " .. open[#open].name) end
               if e.dur >= 1e-9 then open[#open + 1] = e end
               tracks[key].complete = open
            end
         elseif e.ph == "C" then
            for _, v in pairs(e.args) do if type(v) ~= "number" then say(number, e, "a counter that is no number") end end
         elseif e.ph ~= "i" then
            say(number, e, "unknown phase")
         end
         if (e.flow_in or e.flow_out) and not e.bind_id then say(number, e, "a flow without id") end
         if e.flow_out then
            if out[e.bind_id] then say(number, e, "a second start of flow " .. e.bind_id) end
            out[e.bind_id] = e
         elseif e.flow_in then
            local from = out[e.bind_id]
            if not from then say(number, e, "flow " .. e.bind_id .. " starts nowhere")
            elseif from.ts > ts + (e.dur or 0) + 1e-9 then say(number, e, "it is over before its cause began")
            else
               from.effects = from.effects or {}
               table.insert(from.effects, e)
               e.cause = from
            end
         end
         e.track = threads[key] and threads[key].name
         e.process = processes[e.pid]
      end
   end
   for _, stack in pairs(tracks) do
      for _, open in ipairs(stack) do wrong[#wrong + 1] = "the slice " .. open.name .. " has no end" end
   end
   return events, wrong
end

-- The checker finds what it is for.
local names = '{"ph":"M","pid":1,"name":"process_name","args":{"name":"p"}},{"ph":"M","pid":1,"tid":5,"name":"thread_name","args":{"name":"t"}}'
for what, events in pairs {
   ["time goes back"] = '{"ph":"i","pid":1,"tid":5,"ts":2.0,"name":"a"},{"ph":"i","pid":1,"tid":5,"ts":1.0,"name":"b"}',
   ["ends nothing"] = '{"ph":"E","pid":1,"tid":5,"ts":1.0}',
   ["has no end"] = '{"ph":"B","pid":1,"tid":5,"ts":1.0,"name":"a"}',
   ["ends before a slice inside it"] = '{"ph":"B","pid":1,"tid":5,"ts":1.0,"name":"a"},{"ph":"X","pid":1,"tid":5,"ts":1.0,"dur":5.0,"name":"b"},{"ph":"E","pid":1,"tid":5,"ts":2.0}',
   ["overlaps a"] = '{"ph":"X","pid":1,"tid":5,"ts":1.0,"dur":5.0,"name":"a"},{"ph":"X","pid":1,"tid":5,"ts":2.0,"dur":5.0,"name":"b"}',
   ["starts nowhere"] = '{"ph":"X","pid":1,"tid":5,"ts":1.0,"dur":1.0,"name":"a","bind_id":"0x1","flow_in":true}',
   ["over before its cause"] = '{"ph":"X","pid":1,"tid":6,"ts":9.0,"dur":1.0,"name":"a","bind_id":"0x1","flow_out":true},{"ph":"X","pid":1,"tid":5,"ts":1.0,"dur":1.0,"name":"b","bind_id":"0x1","flow_in":true}',
   ["its thread has no name"] = '{"ph":"i","pid":1,"tid":7,"ts":1.0,"name":"a"}',
   ["its process has no name"] = '{"ph":"C","pid":2,"ts":1.0,"name":"a","args":{"n":1}}',
   ["at byte"] = '{"ph":}',
} do
   local _, wrong = inspect("[" .. names .. "," .. events .. "]")
   check(table.concat(wrong, "\n"):find(what, 1, true), "the checker does not find: " .. what .. "; it says " .. table.concat(wrong, "; "))
end

local function read(path)
   local f = assert(io.open(path, "rb"))
   local text = f:read("a")
   f:close()
   return text
end
local function tandem_run(arguments)
   local pipe = io.popen(string.format("'%s' run %s 2>&1", tandem, arguments))
   local out = pipe:read("a")
   local _, _, code = pipe:close()
   return code, out
end
local function timeline(scenario, backend, options, expected_code)
   local path = string.format("%s/%s.%s.json", folder, scenario:gsub("/", "_"), backend)
   local code, out = tandem_run(string.format("'%s/%s.lua' --on %s --trace '%s' %s", scenarios, scenario, backend, path, options or ""))
   check(code == (expected_code or 0), scenario .. " on " .. backend .. " ends with " .. tostring(code) .. "\n" .. out)
   local text = read(path)
   for line in text:gmatch("[^\n]+") do
      if not line:match("^[%[%]]$") and not line:match("^{.*},?$") then check(false, path .. ": a line that is no event: " .. line) break end
   end
   local events, wrong = inspect(text)
   check(#events > 100, path .. " has only " .. #events .. " events")
   for i = 1, math.min(#wrong, 5) do check(false, path .. ": " .. wrong[i]) end
   return events
end
local function count(events, test)
   local n = 0
   for _, e in ipairs(events) do if test(e) then n = n + 1 end end
   return n
end

for backend in arg[4]:gmatch("[^,]+") do
   local events = timeline("install/two_smmus", backend)
   local function slices(category) return count(events, function(e) return e.cat == category and (e.ph == "X" or e.ph == "B") end) end
   local function caused(category, by)
      return count(events, function(e) return e.cat == category and e.cause and e.cause.cat == by and (e.ph == "X" or e.ph == "B") end)
   end
   check(count(events, function(e) return e.cat == "step" and e.ph == "B" end) == 8, backend .. ": the scenario has 8 steps")
   -- Everything that the driver submits rings the bell inside a call, and the scenario submits nothing itself.
   check(slices("command") > 1200 and caused("command", "call") == slices("command"),
      string.format("%s: %d of %d commands belong to a call", backend, caused("command", "call"), slices("command")))
   -- One call of unmap: TLBI and CMD_SYNC on each of the two SMMUs.
   local unmap
   for _, e in ipairs(events) do
      if e.ph == "B" and e.name == "domain_unmap" and e.effects and not unmap then unmap = e end
   end
   check(unmap ~= nil, backend .. ": no unmap caused anything")
   local per_smmu = {}
   for _, e in ipairs(unmap and unmap.effects or {}) do
      if e.cat == "command" then per_smmu[e.process] = (per_smmu[e.process] or "") .. e.name .. " " end
   end
   local lists = {}
   for _, list in pairs(per_smmu) do lists[#lists + 1] = list end
   check(#lists == 2 and lists[1]:match("^TLBI_%S+ SYNC $") and lists[2]:match("^TLBI_%S+ SYNC $"), backend .. ": commands of the unmap: " .. table.concat(lists, " | "))
   check(slices("transaction") > 20 and caused("transaction", "access") == slices("transaction"), backend .. ": every transaction belongs to an access")
   check(caused("walk", "access") == slices("walk") and slices("walk") > 5, backend .. ": every walk belongs to an access")
   check(caused("fetch", "call") == slices("fetch") and slices("fetch") > 20,
      string.format("%s: %d of %d fetches read what a call stored", backend, caused("fetch", "call"), slices("fetch")))
   local by_map = count(events, function(e) return e.cat == "translation" and e.cause and e.cause.name == "domain_map" end)
   check(by_map > 3, backend .. ": " .. by_map .. " translations used what a map call stored")
   check(caused("fault", "access") == 6, backend .. ": 6 fault records, each of an access; got " .. caused("fault", "access"))
   local last, polls = {}, 0
   for _, e in ipairs(events) do
      if e.track and e.track:match("^CPU") then
         local key = e.cat == "register" and e.name:match("^read") and e.name .. e.args.SMMU .. e.args.value or nil
         if key and last[e.track] == key then polls = polls + 1 end
         last[e.track] = key
      end
   end
   check(polls == 0, backend .. ": " .. polls .. " reads of a polling loop tell nothing new")
   local tracks = {}
   for _, e in ipairs(events) do if e.track then tracks[e.process:match("^%w+") .. "/" .. e.track] = true end end
   for _, name in ipairs { "CPUs/steps", "CPUs/CPU 1 main", "smmu0/command queue", "smmu0/TBU 0", "smmu0/walker", "smmu1/event queue", "masters/a0" } do
      check(tracks[name], backend .. ": no track " .. name)
   end
   for _, name in ipairs { "command queue depth", "event queue depth", "TLB hit rate" } do
      check(count(events, function(e) return e.ph == "C" and e.name == name end) > 1, backend .. ": no counter " .. name)
   end
   check(count(events, function(e) return e.ph == "C" and e.name == "command queue depth" and e.args.entries > 0 end) > 100, backend .. ": the queue is never seen filled")
   -- Overlapping and open slices: stalled accesses, several threads, a run that ends in the middle.
   timeline("faults/stall_and_resume", backend)
   timeline("update/lossless_replace", backend)
end

-- A run that ends with things open, on a CPU thread with an odd name.
local odd = folder .. "/odd.lua"
local f = assert(io.open(odd, "w"))
f:write([[return { title = "odd", platform = { ram_mib = 16, smmus = { { name = "s" } }, masters = { { name = "m", smmu = "s", sids = { 1 } } } },
   run = function(t)
      t:spawn('a "quoted" \\ name\n', function() t.smmus.s:reg("IDR0") end):join()
      t.driver:enable {}
      local dom = t.driver:domain { type = "s1" }
      t.driver:attach("m", dom)
      t:step("last \"one\"")
      t:spawn("busy", function() while true do dom:map { iova = 0, pa = 0x80100000, size_bytes = 4096 } dom:unmap { iova = 0, size_bytes = 4096 } end end)
      t:wait_us(1.03)   -- time passes for the other thread in its calls only, so it is in one
      t:check(false, "stop")
   end }]])
f:close()
check(tandem_run("'" .. odd .. "' --trace '" .. folder .. "/odd.json'") == 1, "the odd scenario fails")
local odd_events, wrong = inspect(read(folder .. "/odd.json"))
check(#wrong == 0, "odd.json: " .. table.concat(wrong, "; "))
check(count(odd_events, function(e) return e.name == "domain_unmap" and e.result and e.result.unfinished end) == 1, "odd.json: the call that was cut off is closed as unfinished")

-- The disk.
local code, out = tandem_run("'" .. odd .. "' --trace /no/such/t.json")
check(code == 2 and out:find("cannot write /no/such/t.json: No such file or directory", 1, true), "a folder that is not there: " .. out)
os.execute("ln -sf /dev/full '" .. folder .. "/full.json'")
code, out = tandem_run(string.format("'%s/smoke/bring_up.lua' --trace '%s/full.json'", scenarios, folder))
check(code == 2 and out:find("full.json: No space left on device", 1, true), "a full disk: " .. out)

print(string.format("%d checks, %d failed", checks, failures))
os.exit(failures == 0 and 0 or 1)
