-- SPDX-License-Identifier: Apache-2.0
-- Runs mutants: copies the sources, and for each mutant substitutes, builds what is needed, runs the test that is to find it and, if
-- that passes, the rest; restores; records. The tree it was started from is only read.
-- Not here: the mutants (driver.lua, model.lua, rtl.lua), whether they still fit (catalogue.lua), what finds them where unit tests do not
-- count (oracles.lua), the tables (report.lua).
-- Proof: mutants/test/run_test.lua runs it on a small project of its own.
local root = (arg[0]:match("^(.*)/[^/]*$") or ".") .. "/.."
package.path = root .. "/mutants/?.lua;" .. package.path
local catalogue = require "catalogue"
local oracles = require "oracles"
local report = require "report"
local shell = require "shell"
local quote = shell.quote

local usage = [[
usage: ./run mutants [options], or tandem mutants [options]

  --layer LIST      of driver, model, rtl; default all three
  --name GLOB,...   only mutants whose names fit one of these; * and ?
  --set WHAT        how far to go: killers (only the test that is to find it), tests (default: then the other tests of
                    its layer), all (then the scenarios of plans/mutants.lua); oracles: no unit test, but the oracles that
                    watch every run, exploration, and two implementations compared
  --sample N        only N of them, at random; --seed S says which, and is printed
  --out FOLDER      copy of the sources, build and results; default build/mutants
  --resume          go on with the results in FOLDER; what is finished is not repeated
  --jobs N          processes at a time to build; default 2
  --limit-factor N  limits of tests, in multiples of what they take on a quiet machine; default 4
  --page FILE       the kill table as a page, with the command that made it; --with FOLDER: also what a run of another
                    layer found, whose results are there
  --list            only say what there is
  -h, --help        this text

Writes FOLDER/mutants.json and mutants.md, and the words of builds and tests to FOLDER/logs/.
Exit codes: 0 every mutant was found, 1 one was not, or does not build, 2 wrong usage, or the unchanged sources do not
build or fail, 130 interrupted (--resume goes on).
]]

local function stop(...)
   io.stderr:write("mutants: ", string.format(...), "\n")
   os.exit(2)
end

-- ---- what is asked for -----------------------------------------------------------------------------------------------------------

local function words_of(text)
   local list = {}
   for word in text:gmatch("[^,]+") do list[#list + 1] = word end
   return list
end

local function layers_of(text)
   local wanted, list = {}, {}
   for _, word in ipairs(words_of(text)) do
      if not table.concat(catalogue.layers, " "):find(word, 1, true) or not word:find("^%a+$") then
         stop("unknown layer '%s'; --layer takes %s", word, table.concat(catalogue.layers, ", "))
      end
      wanted[word] = true
   end
   for _, layer in ipairs(catalogue.layers) do
      if wanted[layer] then list[#list + 1] = layer end
   end
   if #list == 0 then stop("--layer takes %s", table.concat(catalogue.layers, ", ")) end
   return list
end

local function number_of(option, text, most)
   local number = text:find("^%d+$") and math.tointeger(tonumber(text))
   if not number or number < 1 or number > most then stop("%s takes a number from 1 to %d, not '%s'", option, most, text) end
   return number
end

local function parse(arguments)
   local o = { layers = catalogue.layers, name = "*", set = "tests", jobs = 2, factor = 4 }
   local takes = {
      ["--layer"] = function(v) o.layers = layers_of(v) end,
      ["--name"] = function(v) o.name = v end,
      ["--set"] = function(v)
         if v ~= "killers" and v ~= "tests" and v ~= "all" and v ~= "oracles" then stop("--set takes killers, tests, all or oracles, not '%s'", v) end
         o.set = v
      end,
      ["--sample"] = function(v) o.sample = number_of("--sample", v, 100000) end,
      ["--seed"] = function(v) o.seed = number_of("--seed", v, 2000000000) end,
      ["--page"] = function(v) o.page = v end,
      ["--with"] = function(v) o.with = v end,
      ["--out"] = function(v) o.out = v end,
      ["--jobs"] = function(v) o.jobs = number_of("--jobs", v, 256) end,
      ["--limit-factor"] = function(v) o.factor = number_of("--limit-factor", v, 100) end,
   }
   local flags = { ["--resume"] = "resume", ["--list"] = "list", ["--help"] = "help", ["-h"] = "help" }
   local i = 1
   while arguments[i] do
      local word, value = arguments[i], arguments[i + 1]
      if flags[word] then
         o[flags[word]] = true
      elseif takes[word] then
         if not value or value == "" then stop("%s needs a value", word) end
         takes[word](value)
         i = i + 1
      else
         stop("unknown option '%s'; --help lists them", word)
      end
      i = i + 1
   end
   return o
end

local function fits(globs, name)
   for _, glob in ipairs(words_of(globs)) do
      local pattern = glob:gsub("[^%w_]", "%%%0"):gsub("%%%*", ".*"):gsub("%%%?", ".")
      if name:find("^" .. pattern .. "$") then return true end
   end
   return false
end

local function choose(o)
   local list = {}
   for _, entry in ipairs(catalogue.load(root, o.layers)) do
      if fits(o.name, entry.name) then list[#list + 1] = entry end
   end
   if o.sample then
      o.seed = o.seed or os.time()
      math.randomseed(o.seed)
      while #list > o.sample do table.remove(list, math.random(#list)) end
      io.write(string.format("%d mutants at random: --sample %d --seed %d\n", #list, o.sample, o.seed))
   end
   if #list == 0 then stop("no mutant of %s is called '%s'; --list shows their names", table.concat(o.layers, ", "), o.name) end
   local faults = catalogue.check(list, catalogue.source_of(root))
   if faults[1] then stop("the catalogue does not fit the sources: %s", faults[1]) end
   return list
end

-- ---- a session: the copy with its build folder, the journal ---------------------------------------------------------------------------------

-- Everything a mutant's fate may depend on but its own entry.
local function fingerprint(inside)
   local prune = { "./build", "./.git", "./docs", "./mutants", inside }
   for i, path in ipairs(prune) do prune[i] = "-path " .. quote(path) end
   return shell.line_of("cd " .. quote(root) .. " && find . \\( " .. table.concat(prune, " -o ") .. " \\) -prune"
      .. " -o -type f ! -name '*.md' -print0 | LC_ALL=C sort -z | xargs -0 cksum | cksum") or stop("cannot read %s", root)
end

-- Of the entry itself (FNV-1a), so that one that was changed is run again.
local function digest(entry)
   local hash = 0xcbf29ce484222325
   for _, field in ipairs { "file", "find", "replace", "killer" } do
      for at = 1, #entry[field] do hash = (hash ~ entry[field]:byte(at)) * 0x100000001b3 end
      hash = (hash ~ 0x1ff) * 0x100000001b3
   end
   return string.format("%016x", hash)
end

local fields = { "layer", "name", "digest", "set", "outcome", "judge", "by", "where", "seconds" }

local function read_journal(path)
   local done = {}
   for line in (catalogue.read(path) or ""):gmatch("([^\n]*)\n") do
      local result, at = {}, 1
      for value in (line .. "\t"):gmatch("([^\t]*)\t") do
         if fields[at] then result[fields[at]] = value end
         at = at + 1
      end
      if at == #fields + 1 then      -- a line that was cut short is not a result
         result.seconds = math.tointeger(tonumber(result.seconds)) or 0
         done[result.layer .. "/" .. result.name] = result
      end
   end
   return done
end

local function append_journal(path, result)
   local values = {}
   for _, field in ipairs(fields) do values[#values + 1] = (tostring(result[field]):gsub("[\t\n]", " ")) end
   local file = io.open(path, "ab") or stop("cannot write %s", path)
   file:write(table.concat(values, "\t"), "\n")
   file:close()
end

local Session = {}
Session.__index = Session

function Session:run(command, log)
   local ok, code = shell.run(command, log and self.out .. "/logs/" .. log, self.stop_file)
   if shell.exists(self.stop_file) then error({ interrupted = true }) end
   return ok, code
end

-- A fresh copy has the old times of its files, and objects of mutants are newer: files that were ever mutated count as changed now.
function Session:touch_mutated()
   for file in (catalogue.read(self.mutated) or ""):gmatch("[^\n]+") do
      os.execute("cd " .. quote(self.tree) .. " && test ! -f " .. quote(file) .. " || touch " .. quote(file))
   end
end

function Session:note_mutated(file)
   local text = catalogue.read(self.mutated) or ""
   if not ("\n" .. text):find("\n" .. file .. "\n", 1, true) then shell.write(self.mutated, text .. file .. "\n") end
end

local function open_session(o)
   local out = o.out and shell.line_of("realpath -m -- " .. quote(o.out)) or shell.line_of("realpath -m -- " .. quote(root .. "/build/mutants"))
   local home = shell.line_of("cd " .. quote(root) .. " && pwd -P")
   if not out or not home then stop("cannot find the folder %s", o.out or root) end
   if out == home or home:sub(1, #out + 1) == out .. "/" then stop("--out %s holds the sources themselves; name another folder", out) end
   local self = setmetatable({ o = o, out = out, tree = out .. "/tree", build = out .. "/tree/build/mutants", journal = out .. "/journal.tsv",
      mutated = out .. "/mutated", stop_file = out .. "/stop" }, Session)
   local inside = out:sub(1, #home + 1) == home .. "/" and "./" .. out:sub(#home + 2) or nil
   local now, before = fingerprint(inside), catalogue.read(out .. "/fingerprint")
   if o.resume and before and before ~= now then stop("the sources have changed since the results in %s; start without --resume", out) end
   if os.execute("mkdir -p " .. quote(out .. "/logs") .. " 2>/dev/null") ~= true then stop("cannot make the folder %s", out) end
   if not o.resume then os.remove(self.journal) end
   os.remove(self.stop_file)
   local copied = self:run(string.format("mkdir -p %s && find %s -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} + && tar -C %s --exclude=./build --exclude=./.git%s -cf - . | tar -C %s -xf -",
      quote(self.tree), quote(self.tree), quote(home), inside and " --exclude=" .. quote(inside) or "", quote(self.tree)), "copy.log")
   if not copied then stop("cannot copy the sources to %s; see logs/copy.log there", self.tree) end
   self:touch_mutated()
   shell.write(out .. "/fingerprint", now)
   return self
end

function Session:configure()
   local with_rtl = self.o.set == "all" or self.o.set == "oracles"
   for _, layer in ipairs(self.o.layers) do with_rtl = with_rtl or layer == "rtl" end
   -- A mutant of the RTL is compiled once and run for seconds; one size of the block (two TBUs, four counters) is enough for every scenario.
   local block = ""
   if self.o.set == "oracles" then
      block = " -DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -DCMAKE_C_FLAGS_RELWITHDEBINFO=-O2"
         .. " -DTANDEM_RTL_VARIANTS=2x4 -DTANDEM_RTL_BLOCKS= -DTANDEM_RTL_OPTIMIZE=" .. (table.concat(self.o.layers, ","):find("rtl", 1, true) and "-O0" or "-O3")
   end
   local ok = self:run(string.format("cmake -S %s -B %s -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTANDEM_WITH_RTL=%s -DTANDEM_RTL_WAVES=OFF -DTANDEM_TIMEOUT_FACTOR=%d%s",
      quote(self.tree), quote(self.build), with_rtl and "ON" or "OFF", self.o.factor, block), "configure.log")
   if not ok then stop("the copy cannot be configured; see %s/logs/configure.log", self.out) end
   local tests, by_name = catalogue.tests_of(self.build)
   if not tests then stop("%s", by_name) end
   self.tests, self.test = tests, by_name
end

-- ---- building and testing ----------------------------------------------------------------------------------------------------------

-- What the programs of these tests are called; a test that needs none costs no build.
function Session:targets_of(names)
   local list, seen = {}, {}
   for _, name in ipairs(names) do
      for _, target in ipairs(self.test[name].targets) do
         if not seen[target] then list[#list + 1] = target end
         seen[target] = true
      end
   end
   return list
end

function Session:build_for(names, log)
   local targets = self:targets_of(names)
   if #targets == 0 then return true end
   for i, target in ipairs(targets) do targets[i] = quote(target) end
   return (self:run(string.format("cmake --build %s -j %d --target %s", quote(self.build), self.o.jobs, table.concat(targets, " ")), log))
end

function Session:build_target(target, log)
   return (self:run(string.format("cmake --build %s -j %d --target %s", quote(self.build), self.o.jobs, quote(target)), log))
end

-- One line, without our folders.
function Session:short(text)
   local short = text:gsub(self.tree:gsub("%p", "%%%0") .. "/", ""):gsub(self.out:gsub("%p", "%%%0") .. "/", ""):gsub("%s+", " "):gsub("^[%s./]+", "")
   return #short > 240 and short:sub(1, 237) .. "..." or short
end

Session.read = catalogue.read

function Session:last_line(log)
   return (catalogue.read(self.out .. "/logs/" .. log) or ""):match("([^\n]+)\n*$") or ""
end

-- The first complaint in the words of a compiler, a test or a scenario, short and without our folders.
function Session:complaint(log, patterns)
   local text = catalogue.read(self.out .. "/logs/" .. log) or ""
   for line in text:gmatch("[^\n]+") do
      for _, pattern in ipairs(patterns) do
         local found = line:match(pattern)
         if found then
            local short = found:gsub(self.tree:gsub("%p", "%%%0") .. "/", ""):gsub("^[%s./]+", "")
            return #short > 160 and short:sub(1, 157) .. "..." or short
         end
      end
   end
   return ""
end

local test_complaints = { "(%S+:%d+): Failure", "^%s*(FAIL .+)", "(%S+:%d+: .*FAIL.*)", "Assertion failed in (.+)", "(%%Error.*)", "^(FAIL.*)", "(%S+: failed.*)" }
local build_complaints = { "(%S+:%d+:%d+: error: .+)", "(%%Error.+)", "(.*[Ee]rror: .+)" }

function Session:build_complaint(log) return self:complaint(log, build_complaints) end

-- Runs tests until one fails. The name of that one and how ("Failed", "Timeout", "Exception: SegFault"), nil when all pass; and the
-- names of those that were skipped.
function Session:first_failure(names, log)
   local alternatives = {}
   for _, name in ipairs(names) do alternatives[#alternatives + 1] = name:gsub("%p", "\\%0"):gsub("\\_", "_") end
   self:run(string.format("ctest --test-dir %s -j 1 --stop-on-failure --output-on-failure --no-tests=error -R %s </dev/null", quote(self.build),
      quote("^(" .. table.concat(alternatives, "|") .. ")$")), log)
   local text, skipped, seen = catalogue.read(self.out .. "/logs/" .. log) or "", {}, 0
   for name, verdict in text:gmatch("Test +#%d+: (%S+) %.*%s*(%S[^\n]-) +[%d.]+ sec") do
      if verdict:find("Not Run", 1, true) then break end
      seen = seen + 1
      if verdict:find("Skipped", 1, true) then
         skipped[#skipped + 1] = name
      elseif not verdict:find("Passed", 1, true) then
         return name, (verdict:gsub("^%*+", ""))
      end
   end
   if seen ~= #names then stop("%d of %d tests could not be run; see %s/logs/%s", #names - seen, #names, self.out, log) end
   return nil, skipped
end

-- Programs of these make copies of the sources, or compile all of them: they have mutants of their own, or nothing to say.
local apart = { ["driver.explore"] = true, ["driver.explore_domain"] = true, ["driver.freestanding"] = true, ["rtl.lint"] = true,
                ["model.coverage"] = true }

function Session:other_tests(entry)
   local names = {}
   for _, test in ipairs(self.tests) do
      if test.name:sub(1, #entry.layer + 1) == entry.layer .. "." and test.name ~= entry.killer and not apart[test.name] then
         names[#names + 1] = test.name
      end
   end
   return names
end

-- The scenarios with a program of the sources as they are now. True: all pass.
function Session:plan_passes(log)
   self:run("rm -rf " .. quote(self.out .. "/plan"))
   local ok, code = self:run(string.format("cd %s && %s/bin/tandem regress plans/mutants.lua --out %s --jobs %d </dev/null", quote(self.tree),
      quote(self.build), quote(self.out .. "/plan"), self.o.jobs), log)
   return ok or code == 77
end

local tandem = { "tandem" }

-- Without a mutant everything passes, or the answers mean nothing.
function Session:baseline(list)
   if self.o.set == "oracles" then
      local layers, known = {}, {}
      for _, entry in ipairs(list) do
         if not known[entry.layer] then layers[#layers + 1] = entry.layer end
         known[entry.layer] = true
      end
      io.write("unchanged sources: building, and every step of the search ...\n")
      io.flush()
      local problem = oracles.baseline(self, layers)
      if problem then stop("the unchanged sources: %s; see %s/logs", problem, self.out) end
      return
   end
   local names, seen = {}, {}
   local function want(name)
      if not seen[name] then names[#names + 1] = name end
      seen[name] = true
   end
   for _, entry in ipairs(list) do
      if not self.test[entry.killer] then stop("%s: there is no ctest %s", entry.name, entry.killer) end
      want(entry.killer)
   end
   io.write(string.format("unchanged sources: building for %d tests ...\n", #names))
   io.flush()
   if not self:build_for(names, "baseline.build.log") then stop("the unchanged sources do not build; see %s/logs/baseline.build.log", self.out) end
   local failed, how = self:first_failure(names, "baseline.test.log")
   if failed then stop("%s fails on the unchanged sources (%s); see %s/logs/baseline.test.log", failed, how, self.out) end
   for _, name in ipairs(how) do io.write(name, " is skipped here: its mutants are left to the other tests\n") end
   if self.o.set == "all" then
      if not self:run(string.format("cmake --build %s -j %d --target tandem", quote(self.build), self.o.jobs), "baseline.tandem.log") then
         stop("tandem does not build; see %s/logs/baseline.tandem.log", self.out)
      end
      if not self:plan_passes("baseline.plan.log") then
         stop("plans/mutants.lua fails on the unchanged sources; see %s/logs/baseline.plan.log", self.out)
      end
   end
end

-- ---- one mutant --------------------------------------------------------------------------------------------------------------------

local function found(name, how, where)
   return { outcome = how:find("Timeout", 1, true) and "timed-out" or "killed", judge = "test", by = name, where = where }
end

-- The sources are mutated.
function Session:judge(entry)
   local log = entry.layer .. "." .. entry.name
   if self.o.set == "oracles" then return oracles.judge(self, entry, log) end
   if not self:build_for({ entry.killer }, log .. ".build.log") then
      return { outcome = "does-not-build", judge = "", by = "", where = self:complaint(log .. ".build.log", build_complaints) }
   end
   local name, how = self:first_failure({ entry.killer }, log .. ".test.log")
   if name then return found(name, how, self:complaint(log .. ".test.log", test_complaints)) end
   local others = self.o.set ~= "killers" and self:other_tests(entry) or {}
   if #others > 0 then
      if not self:build_for(others, log .. ".build.log") then
         return { outcome = "does-not-build", judge = "", by = "", where = self:complaint(log .. ".build.log", build_complaints) }
      end
      name, how = self:first_failure(others, log .. ".test.log")
      if name then return found(name, how, self:complaint(log .. ".test.log", test_complaints)) end
   end
   if self.o.set == "all" then
      self.test.tandem = { targets = tandem }
      if not self:build_for(tandem, log .. ".build.log") then
         return { outcome = "does-not-build", judge = "", by = "", where = self:complaint(log .. ".build.log", build_complaints) }
      end
      if not self:plan_passes(log .. ".plan.log") then
         return found("plans/mutants.lua", "", self:complaint(log .. ".plan.log", { "^(.*FAIL.*)$", "^(.*ERROR.*)$" }))
      end
   end
   return { outcome = "survived", judge = "", by = "", where = "" }
end

function Session:try(entry)
   local original = catalogue.read(root .. "/" .. entry.file)
   local mutated, line = catalogue.apply(entry, original)
   local path, began = self.tree .. "/" .. entry.file, os.time()
   self:note_mutated(entry.file)
   shell.write(path, mutated)
   local result = self:judge(entry)
   shell.write(path, original)
   result.layer, result.name, result.digest, result.seconds, result.line = entry.layer, entry.name, digest(entry), os.time() - began, line
   result.set = self.o.set
   return result
end

local function complete(result, entry)
   result.file, result.breaks, result.expected = entry.file, entry.breaks, entry.killer
   local _, line = catalogue.apply(entry, catalogue.read(root .. "/" .. entry.file))
   result.line = line
   return result
end

-- ---- all of them -------------------------------------------------------------------------------------------------------------------

function Session:write_results(results)
   if #results == 0 then return end
   shell.write(self.out .. "/mutants.json", report.json(results))
   shell.write(self.out .. "/mutants.md", report.markdown(results))
   if self.o.page then
      local shown, known = {}, self.o.with and read_journal(self.o.with .. "/journal.tsv") or {}
      for _, result in ipairs(results) do
         shown[#shown + 1] = result
         known[result.layer .. "/" .. result.name] = nil
      end
      local of_layer = {}
      for _, entry in ipairs(catalogue.load(root)) do
         local result = known[entry.layer .. "/" .. entry.name]
         if result and result.digest == digest(entry) and result.set == self.o.set then shown[#shown + 1] = complete(result, entry) end
         of_layer[entry.layer] = (of_layer[entry.layer] or 0) + 1
      end
      shell.write(self.o.page, report.page(shown, of_layer))
   end
end

local function remaining(began, done, left)
   local seconds = (os.time() - began) / done * left
   return seconds < 90 and string.format("%.0f s", seconds) or string.format("%.0f min", seconds / 60)
end

function Session:run_all(list)
   local known, todo, results = self.o.resume and read_journal(self.journal) or {}, {}, {}
   for _, entry in ipairs(list) do
      local result = known[entry.layer .. "/" .. entry.name]
      if result and result.digest == digest(entry) and result.set == self.o.set then
         results[entry] = complete(result, entry)
      else
         todo[#todo + 1] = entry
      end
   end
   local function finished()
      local rows = {}
      for _, entry in ipairs(list) do rows[#rows + 1] = results[entry] end
      return rows
   end
   self.finished = finished
   if #todo > 0 then
      self:configure()
      self:baseline(todo)
   end
   local began = os.time()
   for number, entry in ipairs(todo) do
      results[entry] = complete(self:try(entry), entry)
      append_journal(self.journal, results[entry])
      self:write_results(finished())
      io.write(string.format("[%d/%d] %s %s: %s, %d s; %s left\n", number, #todo, entry.layer, entry.name, report.verdict(results[entry]),
         results[entry].seconds, remaining(began, number, #todo - number)))
      io.flush()
   end
   return finished()
end

local function main()
   local o = parse(arg)
   if o.help then
      io.write(usage)
      return 0
   end
   local list = choose(o)
   if o.list then
      for _, entry in ipairs(list) do
         io.write(string.format("%-6s  %-44s  %-28s  %s\n", entry.layer, entry.name, entry.killer, entry.breaks))
      end
      return 0
   end
   local session = open_session(o)
   local ok, outcome = xpcall(session.run_all, function(message) return message end, session, list)
   if not ok then
      local interrupted = type(outcome) == "table" or tostring(outcome):find("interrupted!", 1, true)
      if not interrupted then error(outcome, 0) end
      session:write_results(session.finished and session.finished() or {})
      io.write("interrupted; --resume goes on\n")
      return 130
   end
   session:write_results(outcome)
   io.write("\n", report.terminal(outcome), "\nwritten: ", session.out, "/mutants.md and mutants.json\n")
   local sums = report.summary(outcome)
   local all = sums[#sums]
   return all.survived + all.does_not_build == 0 and 0 or 1
end

local ok, code = pcall(main)
if not ok then stop("%s", tostring(code)) end
os.exit(code)
