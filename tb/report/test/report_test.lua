-- SPDX-License-Identifier: Apache-2.0
-- `tandem run --out` and `tandem report` from outside: what lies in the folder, that figures are those of the run, that nothing a
-- scenario says becomes HTML, and one sentence for each folder or trace that cannot be read.
-- Usage: lua5.4 report_test.lua TANDEM SCENARIOS FOLDER-FOR-FILES. How the page looks and acts is page_test.lua's subject.

local tandem, scenarios, folder = arg[1], arg[2], arg[3] .. "/report_test_files"
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local failures, checks = 0, 0
local function check(condition, text)
   checks = checks + 1
   if condition then return end
   failures = failures + 1
   print("FAIL: " .. text)
end
local function sh(command)
   local pipe = assert(io.popen("cd '" .. folder .. "' && { " .. command:gsub("tandem ", "'" .. tandem .. "' ", 1) .. "; } 2>&1; printf '\\n%d' $?"))
   local text, code = pipe:read("a"):match("^(.*)\n(%d+)$")
   pipe:close()
   return text, tonumber(code)
end
local function expect(what, command, code, ...)
   local out, got = sh(command)
   check(got == code, string.format("%s: exit code %s, expected %d\n  $ %s\n%s", what, got, code, command, out))
   for _, text in ipairs { ... } do check(out:find(text, 1, true), what .. ": no '" .. text .. "' in\n" .. out) end
   return out
end
local function read(name)
   local f = io.open(folder .. "/" .. name, "rb")
   local text = f and f:read("a")
   if f then f:close() end
   return text
end
local function write(name, text)
   local f = assert(io.open(folder .. "/" .. name, "wb"))
   f:write(text)
   f:close()
end
local function has(text, what, where) check(text and text:find(what, 1, true), where .. " holds no " .. what) end

-- A failing run with everything that HTML could trip over: in the path, the title, a step, the reason, a table.
local nasty = [[</script><script>alert(1)</script><!-- <b>&"']]
write("na<b>st&y.lua", string.format([==[
local nasty = %q
return { title = nasty, params = { text = "" },
   platform = { ram_mib = 16, smmus = { { name = "s" } }, masters = { { name = "m", smmu = "s", sids = { 1 } } } },
   run = function(t)
      t:step("enable " .. nasty)
      t.driver:enable {}
      local dom = t.driver:domain { type = "s1" }
      t.driver:attach("m", dom)
      for i = 0, 6 do dom:map { iova = 0x100000 + 0x1000 * i, size_bytes = 0x1000 } end
      t:step("access")
      for i = 0, 6 do t.masters.m:write_pattern { iova = 0x100000 + 0x1000 * i, size_bytes = 64 } end
      t:table { title = nasty, columns = { "a" }, rows = { { nasty } } }
      dom:unmap { iova = 0x100000, size_bytes = 0x1000 }
      t.masters.m:read { iova = 0x100000, size_bytes = 4 }
      t:check(false, nasty)
   end }]==], nasty))
expect("a failing run and one that is skipped", "tandem run 'na<b>st&y.lua' '" .. scenarios .. "/smoke/bring_up.lua' --on tlm,mixed --out out --seed 5", 1)
local run = read("out/run.json")
has(run, '"tandem_run": 1', "run.json")
has(run, '"seed": 5', "run.json")
has(run, '"systemc": "', "run.json")
has(run, '"comparisons": []', "run.json")
has(run, '"trace": "traces/na<b>st&y.tlm.json"', "run.json")
has(run, '"trace": null', "run.json: of a run that was skipped before it had a platform")
has(read("out/junit.xml"), "<testsuite", "junit.xml")
has(read("out/results.json"), '"status": "fail"', "results.json")
check(read("out/traces/na<b>st&y.mixed.json") == nil, "a run without a trace leaves no empty file")
expect("the report", "tandem report out", 0, "out/report.html")
local page = read("out/report.html") or ""

local data = page:match('<script type="application/json" id="data">(.-)</script>') or ""
check(#data > 1000 and not data:find("<", 1, true), "no '<' is left in the data of the page")
has(data, "\\u003c/script>\\u003cscript>alert(1)", "the data, as text")
local closed = select(2, page:gsub("</script>", ""))
check(closed == 3, "three scripts end: data, library, page; got " .. closed)
check(not page:find("https?://[%w.]+/[%w./-]*%.js"), "no script from somewhere else")
check(not page:find("<link", 1, true) and not page:find("src=", 1, true), "nothing that a browser would load")

-- Figures against what the scenario does: 7 maps, 7 writes and 1 read, 1 unmap with TLBI and CMD_SYNC.
has(data, '{"name":"domain_map","calls":7,"commands":0,"most":0}', "the figures")
has(data, '{"name":"domain_unmap","calls":1,"commands":2,"most":2}', "the figures")
check(data:find('"title":"Accesses of masters","labels":%[[^%]]*%],"counts":%[[^%]]*%],"count":8,'), "8 accesses in the histogram")
local counts, total = data:match('"title":"Accesses of masters","labels":%[[^%]]*%],"counts":%[([^%]]*)%]') or "", 0
for n in counts:gmatch("%d+") do total = total + n end
check(total == 8, "the bars of the histogram add up to " .. total)
check(data:find('"name":"s %(tlm%): TLB hit rate","points":%[%[[%d.]+,0%.0%]'), "the hit rate begins at 0: each page is seen first")
has(data, '"name":"s (tlm): command queue depth"', "the figures")
has(data, '"masters":[{"name":"m","smmu":"s","tbu":0,"sids":[1]}]', "the platform")

-- A second run into the folder replaces what is there and keeps what is not ours.
write("out/mine.txt", "mine")
expect("the folder again", "tandem run '" .. scenarios .. "/smoke/bring_up.lua' --out out", 0)
check(read("out/report.html") == nil and read("out/traces/na<b>st&y.tlm.json") == nil and read("out/mine.txt") == "mine", "old files go, others stay")
expect("a page elsewhere", "tandem report out --html page.html", 0, "page.html")
has(read("page.html"), "bring_up", "page.html")

-- What cannot be read.
expect("no folder", "tandem report", 2, "tandem report: name the folder that")
expect("a missing folder", "tandem report nosuch", 2, "tandem report: cannot read the folder nosuch: No such file or directory")
expect("a file", "tandem report page.html", 2, "cannot read the folder page.html: Not a directory")
expect("an empty folder", "mkdir empty && tandem report empty", 2, "")
expect("an empty folder", "tandem report empty", 2, "empty holds no run.json; 'tandem run ... --out empty' writes one")
local good, trace = read("out/run.json"), read("out/traces/bring_up.tlm.json")
local function spoilt(what, name, text, ...)
   local keep = read(name)
   write(name, text)
   expect(what, "tandem report out", 2, ...)
   write(name, keep)
end
spoilt("another format", "out/run.json", good:gsub('"tandem_run": 1', '"tandem_run": 9'), "out/run.json: format 9, written by tandem ", "; this tandem reads format 1")
spoilt("something else", "out/run.json", "{}", "out/run.json: it has no field tandem_run")
spoilt("half a file", "out/run.json", good:sub(1, #good // 2), "out/run.json:")
spoilt("a result without its verdict", "out/run.json", good:gsub('"status": "pass",?', '', 1), "out/run.json: results[1] lacks a field")
spoilt("a trace of another kind", "out/traces/bring_up.tlm.json", '{"time_ps":0}\n', "bring_up.tlm.json:1: this is no timeline of tandem")
local head = trace:match("^" .. ("[^\n]*\n"):rep(20))
spoilt("a broken line", "out/traces/bring_up.tlm.json", head .. "}{,\n" .. trace:sub(#head + 1), "bring_up.tlm.json:21: ")
spoilt("an arrow from nowhere", "out/traces/bring_up.tlm.json", trace:gsub('"flow_out":true', '"flow_out":false'), "an arrow that starts nowhere")
os.remove(folder .. "/out/traces/bring_up.tlm.json")
expect("a lost trace", "tandem report out", 2, "cannot read out/traces/bring_up.tlm.json: No such file or directory")
write("out/traces/bring_up.tlm.json", trace)
expect("the page cannot be written", "tandem report out --html /no/such/page.html", 2, "cannot write /no/such/page.html: No such file or directory")
expect("a full disk", "tandem report out --html /dev/full", 2, "cannot write /dev/full: No space left on device")
expect("a folder that is a file", "tandem run '" .. scenarios .. "/smoke/bring_up.lua' --out page.html", 2, "cannot write the folder page.html: Not a directory")
expect("a folder that cannot be made", "tandem run '" .. scenarios .. "/smoke/bring_up.lua' --out /proc/out", 2, "cannot write the folder /proc/out: ")

-- A trace that only lacks its end is what a killed run leaves: it is shown, and the page says so.
write("out/traces/bring_up.tlm.json", trace:sub(1, #trace // 2))
expect("a trace that ends early", "tandem report out", 0)
has(read("out/report.html"), '"complete":false', "the page")

print(string.format("%d checks, %d failed", checks, failures))
os.exit(failures == 0 and 0 or 1)
