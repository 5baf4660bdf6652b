-- SPDX-License-Identifier: Apache-2.0
-- Every file that a header comment names after "Proof:" exists.
-- Not here: whether it proves that. Proof: `lua5.4 proofs.lua --self-test` (ctest docs.proofs_selftest).
--
--    lua5.4 cmake/proofs.lua SOURCE_ROOT      exit 0: they exist; 1: not all do; each fault on its own line

local roots = "arch cmake driver examples model mutants rtl-stubs scenarios tb"

-- The comment a file begins with, as one line.
local function header_of(text)
   local words = {}
   for line in (text .. "\n"):gmatch("(.-)\n") do
      local comment = line:match("^//%s*(.*)") or line:match("^%-%-%s*(.*)") or line:match("^%s*/?%*+%s*(.*)") or line:match("^#%s*(.*)")
      if not comment then break end
      words[#words + 1] = comment
   end
   return table.concat(words, " ")
end

-- files: path -> text. A name is of the file whose path ends in it.
local function check(files)
   local faults, count, ends = {}, 0, {}
   for path in pairs(files) do
      local tail = path
      while tail do
         ends[tail] = true
         tail = tail:match("^[^/]*/(.*)")
      end
   end
   for path, text in pairs(files) do
      for name in (header_of(text):match("Proof: (.*)") or ""):gmatch("[%w_./%-]+%.%a+%f[^%w_]") do
         if name:find("%.cp?p?$") or name:find("%.lua$") or name:find("%.sh$") or name:find("%.sv$") then
            count = count + 1
            if not ends[name] then faults[#faults + 1] = path .. ": its proof " .. name .. " does not exist" end
         end
      end
   end
   table.sort(faults)
   return faults, count
end

local function self_test()
   local function faults_of(comment) return table.concat(check { ["a/x.c"] = comment, ["a/test/t.c"] = "", ["b/u.lua"] = "" }, "; ") end
   local missing = "a/x.c: its proof gone.c does not exist"
   for comment, wanted in pairs {
      ["// X. Proof: a/test/t.c."] = "", ["// X. Proof: test/t.c,\n// u.lua for the rest.\nint x;"] = "", ["/*\n * X. Proof: t.c, gone.c.\n */"] = missing,
      ["-- X. Proof: t.c,\n-- gone.c."] = missing, ["# X. Proof: gone.c"] = missing, ["// X. Not here: gone.c."] = "", ["// X. Proof: ctest example.c_api."] = "", ["// X.\nint x; // Proof: gone.c"] = "",
      ["// X. Proof: est/t.c."] = "a/x.c: its proof est/t.c does not exist" } do
      local got = faults_of(comment)
      if got ~= wanted then
         print(("%q: %q, not %q"):format(comment, got, wanted))
         return false
      end
   end
   return true
end

if arg[1] == "--self-test" then os.exit(self_test()) end
local files, list = {}, assert(io.popen(("cd '%s' && find %s -type f"):format(assert(arg[1], "usage: proofs.lua SOURCE_ROOT | --self-test"), roots)))
for path in list:lines() do
   local file <close> = assert(io.open(arg[1] .. "/" .. path))
   files[path] = file:read("a")
end
list:close()
local faults, count = check(files)
for _, fault in ipairs(faults) do print(fault) end
print(("%d names of proofs, %d of nothing"):format(count, #faults))
os.exit(#faults == 0 and count > 0)
