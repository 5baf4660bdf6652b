-- SPDX-License-Identifier: Apache-2.0
-- The catalogue as a whole: reads its files, checks every entry against the sources, the scenarios and the tests of a build.
-- Not here: applying a mutant (run.lua). Proof: `lua5.4 mutants/check.lua --self-test` feeds it entries that are wrong in each way.
local M = {}

M.layers = { "driver", "model", "rtl" }
local folder_of = { driver = "driver/src/", model = "model/core/src/", rtl = "rtl-stubs/rtl/" }

local function read(path)
   local file = io.open(path, "rb")
   if not file then return nil end
   local text = file:read("a")
   file:close()
   return text
end
M.read = read

-- How often `what` is in `text`, at least 2 counted as 2; and where the first one begins.
local function occurrences(text, what)
   local from, to = text:find(what, 1, true)
   if not from then return 0 end
   return text:find(what, to + 1, true) and 2 or 1, from
end

-- All entries of the layers asked for, in the order of the files, each with its layer and number.
function M.load(root, wanted)
   local list = {}
   for _, layer in ipairs(wanted or M.layers) do
      local path = root .. "/mutants/" .. layer .. ".lua"
      local chunk, message = loadfile(path, "t", {})
      if not chunk then error(message, 0) end
      for number, entry in ipairs(chunk()) do
         entry.layer, entry.number = layer, number
         list[#list + 1] = entry
      end
   end
   return list
end

-- The ctests of a configured build: in order a list of { name, targets }, and the same by name. Reads what CMake wrote for ctest, so that
-- neither ctest nor a build is needed. Nil and a sentence where there is none.
function M.tests_of(build)
   local tests, by_name, prefix = {}, {}, build .. "/bin/"
   local function visit(folder)
      local text = read(folder .. "/CTestTestfile.cmake")
      if not text then return false end
      for line in text:gmatch("[^\n]+") do
         local name, command = line:match("^add_test%(%[=%[(.-)%]=%] (.*)%)$")
         local below = line:match('^subdirs%("(.-)"%)$')
         if name then
            local test = { name = name, targets = {} }
            for argument in command:gmatch('"(.-)"') do
               if argument:sub(1, #prefix) == prefix then test.targets[#test.targets + 1] = argument:sub(#prefix + 1) end
            end
            tests[#tests + 1] = test
            by_name[name] = test
         elseif below then
            visit(folder .. "/" .. below)
         end
      end
      return true
   end
   if not visit(build) then return nil, "no tests in " .. build .. ": configure it first" end
   return tests, by_name
end

-- One step's title in a scenario: as the argument of t:step, or as the beginning of one that goes on.
local function has_step(text, step)
   return text:find('t:step("' .. step, 1, true) ~= nil
end

local required = { "name", "file", "find", "replace", "breaks", "killer" }
local known = { layer = true, number = true, step = true }
for _, field in ipairs(required) do known[field] = true end

-- Everything that is wrong with one entry, as sentences. source(path) answers a file's text, is_test(name) whether a ctest has it.
local function faults_of(entry, source, is_test)
   local faults = {}
   local function fault(...) faults[#faults + 1] = string.format(...) end
   for _, field in ipairs(required) do
      if type(entry[field]) ~= "string" or (entry[field] == "" and field ~= "replace") then
         fault("%s must be a text%s", field, field == "replace" and "" or " that is not empty")
      end
   end
   for field in pairs(entry) do
      if not known[field] then fault("unknown field %s; known are %s and step", tostring(field), table.concat(required, ", ")) end
   end
   if #faults > 0 then return faults end
   if not entry.name:find("^[a-z][a-z0-9_]*$") then fault("the name has other characters than a-z, 0-9 and _") end
   if not entry.breaks:find("%.$") then fault("breaks is no sentence: it has no full stop") end
   if entry.file:sub(1, #folder_of[entry.layer]) ~= folder_of[entry.layer] then
      fault("%s is not under %s, where the layer %s is", entry.file, folder_of[entry.layer], entry.layer)
   end
   if entry.find == entry.replace then fault("find and replace are the same: nothing would change") end
   local text = source(entry.file)
   if not text then
      fault("there is no file %s", entry.file)
   else
      local count = occurrences(text, entry.find)
      if count == 0 then fault("find is not in %s any more: %s", entry.file, entry.find) end
      if count == 2 then fault("find is in %s more than once: %s", entry.file, entry.find) end
   end
   if is_test and not is_test(entry.killer) then fault("there is no ctest %s, which is to find it", entry.killer) end
   local folder, scenario = entry.killer:match("^scenario%.([%w_]+)%.([%w_]+)%.[a-z]+$")
   if entry.step and not folder then fault("a step needs a scenario's ctest as killer, not %s", entry.killer) end
   if folder then
      local path = string.format("scenarios/%s/%s.lua", folder, scenario)
      local script = source(path)
      if not script then
         fault("there is no scenario %s", path)
      elseif entry.step and not has_step(script, entry.step) then
         fault("%s has no step that begins with '%s'", path, entry.step)
      end
   end
   return faults
end

-- Sentences "layer.lua: name: ...", none if all is well. is_test may be nil: killers are then not looked up.
function M.check(entries, source, is_test)
   local faults, seen = {}, {}
   for _, entry in ipairs(entries) do
      local who = string.format("mutants/%s.lua: entry %d (%s): ", entry.layer, entry.number, tostring(entry.name))
      for _, fault in ipairs(faults_of(entry, source, is_test)) do faults[#faults + 1] = who .. fault end
      if entry.name and seen[entry.name .. "/" .. entry.layer] then faults[#faults + 1] = who .. "the name is taken already" end
      seen[tostring(entry.name) .. "/" .. entry.layer] = true
   end
   return faults
end

-- A source() for check() that reads each file once.
function M.source_of(root)
   local texts = {}
   return function(path)
      if texts[path] == nil then texts[path] = read(root .. "/" .. path) or false end
      return texts[path] or nil
   end
end

-- The mutated text, and the number of the line where it begins to differ.
function M.apply(entry, text)
   local count, from = occurrences(text, entry.find)
   assert(count == 1, entry.name)
   local _, newlines = text:sub(1, from - 1):gsub("\n", "")
   return text:sub(1, from - 1) .. entry.replace .. text:sub(from + #entry.find), newlines + 1
end

return M
