-- SPDX-License-Identifier: Apache-2.0
-- docs/tutorial.md keeps its promises: its scenario passes, fails at the line it says when its expectation is changed, and the shell shows the page
-- it says; the lines its bugs replace are in the sources, and both bugs are those of the catalogue.
-- Not here: building a bug (mutants/run.lua does), the RTL, figures.
-- Usage: lua5.4 tutorial_test.lua TANDEM FOLDER-FOR-FILES SOURCE_ROOT

local tandem, folder, root = arg[1], arg[2] .. "/tutorial_test_files", arg[3]
local failures, checks = 0, 0
os.execute("rm -rf '" .. folder .. "'; mkdir -p '" .. folder .. "'")

local function check(what, good, detail)
   checks = checks + 1
   if good then return end
   failures = failures + 1
   print("FAIL: " .. what .. (detail and "\n" .. detail or ""))
end
local function read(path)
   local f = assert(io.open(path, "rb"))
   local text = f:read("a")
   f:close()
   return text
end
local function run(words, scenario)
   local f = assert(io.open(folder .. "/mine.lua", "wb"))
   f:write(scenario)
   f:close()
   local pipe = assert(io.popen("cd '" .. folder .. "' && { " .. words:gsub("^tandem", "'" .. tandem .. "'"):gsub("| tandem", "| '" .. tandem .. "'") .. "; } 2>&1"))
   local out = pipe:read("a")
   pipe:close()
   return out
end
local function count(text, what)
   local n, at = 0, 1
   while true do
      local from, to = text:find(what, at, true)
      if not from then return n end
      n, at = n + 1, to + 1
   end
end

local page = read(root .. "/docs/tutorial.md")
local scenario = page:match("\n```lua\n(.-)```\n")
local out = run("tandem run mine.lua", scenario)
check("the scenario passes", out:find("PASS: 1 of 1 run passed", 1, true), out)

-- The mistake of section 3, and the place the page gives for it.
out = run("tandem run mine.lua", (scenario:gsub("InputAddr = 0x10000", "InputAddr = 0x11000")))
local promised = page:match("FAIL on tlm: (mine%.lua:%d+: event on smmu0: InputAddr is 0x10000, expected 0x11000)")
check("the changed scenario fails where the page says", promised and out:find(promised, 1, true), out)

-- Without the bug the shell shows neither the page nor a TLB entry of it, at the places the page names.
out = run("printf 'break call domain_unmap\\ncontinue\\ncall\\nwalk 0x20 0x11000\\ncache\\nquit\\n' | tandem shell mine.lua", scenario)
for _, line in ipairs { "driver call domain_unmap begins (in step 2 'two pages go', at ", "stage 1 level 3 at PA 0x83008088: 0x0, not valid", "TLB     0x12000 -> PA 0x80004000" } do
   check("the shell says '" .. line .. "'", page:find(line, 1, true) and out:find(line, 1, true), out)
end
check("no TLB entry without the bug", not out:find("TLB     0x11000", 1, true), out)

-- Each bug: one line of the file named before it, and what the catalogue makes of that line.
local bugs = 0
for file, old, new in page:gmatch("`([%w_/]+%.c)`[^\n]*\n\n```diff\n%-([^\n]+)\n%+([^\n]+)\n```") do
   bugs = bugs + 1
   local layer = file:match("^%w+")
   check(file .. ": the line is there once", count(read(root .. "/" .. file), old) == 1, old)
   local known
   for _, mutant in ipairs(dofile(root .. "/mutants/" .. layer .. ".lua")) do
      local from, to = old:find(mutant.find, 1, true)
      if mutant.file == file and from and old:sub(1, from - 1) .. mutant.replace .. old:sub(to + 1) == new then known = mutant.name end
   end
   check(file .. ": the bug is in the catalogue under the name the page gives", known and page:find("`" .. known .. "`", 1, true), new)
end
check("two bugs", bugs == 2, bugs)

print(string.format("%d checks, %d failures", checks, failures))
os.exit(failures == 0)
