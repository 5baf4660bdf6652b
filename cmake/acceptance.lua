-- SPDX-License-Identifier: Apache-2.0
-- Writes docs/acceptance.md: every acceptance behaviour with the tests and scenarios that prove it, read from them.
--   C and C++ tests say it in a comment: "proves: AB-7, AB-8 (a remark), AB-9". It belongs to the test function it stands in or
--   before; in the comment at the top of a file to the whole file. Scenarios say it in `rules`.
-- Not here: whether the tests pass (ctest), the sentences (acceptance_rows.lua). Proof: `--self-test` (ctest docs.acceptance_selftest).
--
--    lua5.4 cmake/acceptance.lua SOURCE_ROOT            writes docs/acceptance.md
--    lua5.4 cmake/acceptance.lua SOURCE_ROOT --check    exit 1, one line per fault: the page is not what the tree says, a behaviour has
--                                                       neither a proof nor a stated gap, a test or scenario names one that is not there

local usage = "usage: acceptance.lua SOURCE_ROOT [--check] | acceptance.lua --self-test"

-- { { ab = 7, name = "driver.inv: test_x" }, ... } of a test source.
local function proofs_of_source(text, stem)
   local found = {}
   local tests = {}
   -- Where each test function begins: static void test_x(void), TEST(suite, name), TEST_F(suite, name).
   for at, name in text:gmatch("()static void (test_[%w_]+)%(") do tests[#tests + 1] = { at = at, name = name } end
   for at, suite, name in text:gmatch("\n()TEST[_FP]*%(%s*([%w_]+)%s*,%s*([%w_]+)%s*%)") do tests[#tests + 1] = { at = at, name = suite .. "." .. name } end
   table.sort(tests, function(a, b) return a.at < b.at end)
   local first_comment_ends = text:find("*/", 1, true) or 0
   local from = 1
   while true do
      local start, stop = text:find("proves:%s*", from)
      if not start then return found end
      from = stop + 1
      -- In a test when a function has begun and its closing brace at column 0 has not come yet.
      local inside, after
      for _, test in ipairs(tests) do
         if test.at < start then inside = test elseif not after then after = test end
      end
      if inside and text:sub(inside.at, start):find("\n}") then inside = nil end
      local owner = inside or start > first_comment_ends and after or nil
      local name = owner and stem .. ": " .. owner.name or stem
      while true do
         local number, next_at = text:match("^AB%-(%d+)()", from)
         if not number then break end
         found[#found + 1] = { ab = tonumber(number), name = name }
         from = next_at
         local remark = text:match("^%s*%*?%s*%b()()", from)
         from = remark or from
         from = text:match("^,[%s*]*()", from) or from
      end
   end
end

local function proofs_of_scenario(path, name)
   local chunk, problem = loadfile(path, "t", setmetatable({}, { __index = _G }))
   if not chunk then return nil, problem end
   local good, scenario = pcall(chunk)
   if not good or type(scenario) ~= "table" then return nil, path .. ": " .. tostring(scenario) end
   local found = {}
   for _, rule in ipairs(scenario.rules or {}) do
      local number = rule:match("^AB%-(%d+)$")
      if not number then return nil, path .. ": rules: '" .. rule .. "' is no AB-n" end
      found[#found + 1] = { ab = tonumber(number), name = name }
   end
   return found
end

-- Rows and proofs -> page, faults.
local function build(rows, proofs)
   local by_ab, names, faults = {}, {}, {}
   for _, row in ipairs(rows) do
      if row[2] then by_ab[row[1]] = row end
   end
   for _, proof in ipairs(proofs) do
      if not by_ab[proof.ab] then
         faults[#faults + 1] = string.format("%s proves AB-%d, which is not in acceptance_rows.lua", proof.name, proof.ab)
      else
         names[proof.ab] = names[proof.ab] or {}
         local seen = false
         for _, name in ipairs(names[proof.ab]) do seen = seen or name == proof.name end
         if not seen then table.insert(names[proof.ab], proof.name) end
      end
   end
   local out, missing, shown = {}, {}, 0
   local function line(text) out[#out + 1] = text end
   line("<!-- SPDX-License-Identifier: Apache-2.0 -->")
   line("<!-- Written by cmake/acceptance.lua from the tests and scenarios; edit those, or the sentences in cmake/acceptance_rows.lua. -->")
   line("# Acceptance behaviours of the driver")
   line("")
   line("What must be visible from outside the driver, and who proves it. The middle column says where a checker looks: **C** commands an SMMU")
   line("consumed, **S** structures in memory, **T** what a master's access got, **E** event, page-request and error records, **R** registers,")
   line("**A** results of calls. `driver.x: test_y` is a function of the ctest `driver.x`; `scenario a/b` runs on every backend that can, and")
   line("is skipped with the reason where one cannot.")
   line("")
   local count_at = #out + 1
   line("")
   for _, row in ipairs(rows) do
      if not row[2] then
         line("")
         line("## " .. row[1])
         line("")
         line("| | | behaviour | proved by |")
         line("|---|---|---|---|")
      else
         local list = names[row[1]] or {}
         table.sort(list)
         local cell = table.concat(list, "<br>")
         if row.gap then cell = cell .. (cell ~= "" and "<br>" or "") .. "*not shown: " .. row.gap .. "*" end
         if cell == "" then
            faults[#faults + 1] = string.format("AB-%d has neither a proof nor a stated gap", row[1])
         end
         if #list == 0 then missing[#missing + 1] = "AB-" .. row[1] else shown = shown + 1 end
         line(string.format("| AB-%d | %s | %s | %s |", row[1], row[2], row[3], cell))
      end
   end
   out[count_at] = string.format("%d of %d behaviours have a proof. Without one: %s.", shown, shown + #missing, #missing > 0 and table.concat(missing, ", ") or "none")
   return table.concat(out, "\n") .. "\n", faults
end

local function files(root, folder, pattern)
   local list = {}
   local pipe = assert(io.popen(string.format("find '%s/%s' -type f -name '%s' | LC_ALL=C sort", root, folder, pattern)))
   for path in pipe:lines() do list[#list + 1] = path end
   pipe:close()
   return list
end
local function read(path)
   local f = io.open(path, "rb")
   if not f then return nil end
   local text = f:read("a")
   f:close()
   return text
end

local function collect(root)
   local proofs, faults = {}, {}
   local function add(found) for _, proof in ipairs(found) do proofs[#proofs + 1] = proof end end
   -- Folder of the tests -> first part of their ctest names.
   for _, group in ipairs { { "driver/test", "driver" }, { "model", "model" }, { "tb", "tb" } } do
      for _, kind in ipairs { "test_*.c", "test_*.cpp" } do
         for _, path in ipairs(files(root, group[1], kind)) do
            add(proofs_of_source(read(path), group[2] .. "." .. path:match("test_([%w_]+)%.c")))
         end
      end
   end
   for _, path in ipairs(files(root, "scenarios", "*.lua")) do
      local found, problem = proofs_of_scenario(path, "scenario " .. path:match("scenarios/(.-)%.lua$"))
      if found then add(found) else faults[#faults + 1] = problem end
   end
   return proofs, faults
end

local function self_test()
   local source = table.concat({
      "/* Top. proves: AB-9 */", "/* proves: AB-1, AB-2 (a remark,", " * on two lines), AB-3. AB-4 is only mentioned. */", "static void test_one(void)", "{",
      "\tint x; /* proves: AB-5 */", "}", "", "/* proves: AB-6 */", "static void test_two(void)", "{", "}", "TEST(suite, name) { // proves: AB-7", "}" }, "\n")
   local got = {}
   for _, p in ipairs(proofs_of_source(source, "t")) do got[#got + 1] = p.ab .. "=" .. p.name end
   local wanted = "9=t 1=t: test_one 2=t: test_one 3=t: test_one 5=t: test_one 6=t: test_two 7=t: suite.name"
   assert(table.concat(got, " ") == wanted, "proofs_of_source: " .. table.concat(got, " "))
   local rows = { { "Group" }, { 1, "A", "One." }, { 2, "A", "Two.", gap = "later" } }
   local page, faults = build(rows, { { ab = 1, name = "t: a" }, { ab = 1, name = "t: a" } })
   assert(#faults == 0 and page:find("| AB-1 | A | One. | t: a |", 1, true) and page:find("Without one: AB-2.", 1, true), page)
   faults = select(2, build(rows, {}))
   assert(#faults == 1 and faults[1] == "AB-1 has neither a proof nor a stated gap", faults[1])
   faults = select(2, build(rows, { { ab = 1, name = "t" }, { ab = 3, name = "t" } }))
   assert(#faults == 1 and faults[1] == "t proves AB-3, which is not in acceptance_rows.lua", faults[1])
   print("acceptance.lua: self-test passed")
end

if arg[1] == "--self-test" then
   self_test()
   os.exit(0)
end
local root = arg[1]
if not root or (arg[2] and arg[2] ~= "--check") then
   io.stderr:write(usage .. "\n")
   os.exit(2)
end
local rows = dofile(root .. "/cmake/acceptance_rows.lua")
local proofs, faults = collect(root)
local page, more = build(rows, proofs)
table.move(more, 1, #more, #faults + 1, faults)
local path = root .. "/docs/acceptance.md"
if arg[2] == "--check" then
   if read(path) ~= page then
      faults[#faults + 1] = "docs/acceptance.md is not what the tests say: run lua5.4 cmake/acceptance.lua . and commit the page"
   end
else
   local f = assert(io.open(path, "wb"))
   f:write(page)
   f:close()
end
for _, fault in ipairs(faults) do io.stderr:write(fault .. "\n") end
os.exit(#faults == 0 and 0 or 1)
