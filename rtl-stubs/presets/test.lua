-- SPDX-License-Identifier: Apache-2.0
-- ctest rtl.presets: `lua5.4 test.lua FOLDER`. What check.lua says of builds whose programs are scripts with known answers. FOLDER: scratch.
local here = arg[0]:match("^(.*)/[^/]*$") or "."
package.path = here .. "/../../tb/perf/?.lua;" .. package.path
local files = require "files"
local folder = arg[1]
assert(files.run("rm -rf " .. files.quote(folder) .. " && mkdir -p " .. files.quote(folder .. "/build/bin") .. " " .. files.quote(folder .. "/scenarios/a")) == 0)
files.write(folder .. "/scenarios/a/one.lua", "")
files.write(folder .. "/scenarios/a/two.lua", "")

local function program(name, words, code)
   local path = folder .. "/build/bin/" .. name
   files.write(path, "#!/bin/sh\n" .. words .. "\nexit " .. (code or 0) .. "\n")
   assert(files.run("chmod +x " .. files.quote(path)) == 0)
end
-- The programs of a build; answers: status and reason of the second scenario, output of rtl.vectors.
local function build(status, reason, vectors, count)
   local second = count == 1 and "" or (', {"scenario": "x/a/two.lua", "status": "%s", "reason": "%s"}'):format(status, reason)
   files.write(folder .. "/json", '{"results": [{"scenario": "x/a/one.lua", "status": "pass", "reason": ""}' .. second .. "]}")
   program("tandem", "[ \"$1\" = run ] && [ \"$4\" = --on ] && [ \"$5\" = rtl ] && cp '" .. folder .. "/json' \"$7\"", status == "fail" and 1 or 0)
   program("test.rtl.vectors", "echo '" .. (vectors or "9 rows, 0 failed, seed 1") .. "'", vectors and 1 or 0)
   program("test.rtl.lockstep", "echo '3 seeds of 40 transactions from seed 1 without divergence'")
   program("test.rtl.garbage", "echo '5 seeds of 6 steps from seed 1, nothing hung'")
end
local wrong = 0
local function claim(sentence, code, text)
   local out, good = files.output(("lua5.4 %s %s small=%s 2>&1"):format(files.quote(here .. "/check.lua"), files.quote(folder .. "/scenarios"), files.quote(folder .. "/build")))
   if good == (code == 0) and out:find(text, 1, true) then return end
   wrong = wrong + 1
   print(("WRONG: %s: no '%s', or the wrong exit code, in:\n%s"):format(sentence, text, out))
end

build("pass", "")
claim("all passed", 0, "| small | 2 of 2 | 0 | 9 | 3 seeds of 40 transactions | 5 seeds of 6 steps |")
build("skip", "smmu0 (rtl) has no ATS")
claim("what the block lacks is a skip", 0, "| small | 1 of 2 | 1 |")
claim("... with its reason", 0, "- `a/two.lua`: ATS")
build("skip", "no ram")
claim("another reason is a failure", 1, "presets: small: a/two.lua: skip: no ram")
build("fail", "step 3")
claim("a scenario that fails is named", 1, "presets: small: a/two.lua: fail: step 3")
build("pass", "", nil, 1)
claim("a scenario without a result is missed", 1, "presets: small: 2 scenarios, and results of 1")
build("pass", "", "FAIL T-X: bad\n9 rows, 1 failed, seed 1")
claim("a row that fails is shown", 1, "FAIL T-X: bad")
os.remove(folder .. "/build/presets.json")
build("pass", "")
program("tandem", "true")
claim("results of another run do not count", 1, "presets: small: the scenarios did not run")
os.exit(wrong == 0)
