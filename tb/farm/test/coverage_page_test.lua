-- SPDX-License-Identifier: Apache-2.0
-- The page of `tandem results coverage --output` in a headless Chromium: what it sums up is what the text says, it sorts, finds points, lists
-- holes with their reasons, says what was not measured and how to measure it, and loads nothing.
-- Usage: lua5.4 coverage_page_test.lua TANDEM SCENARIOS FOLDER-FOR-FILES. Without a Chromium only the text of the page is looked at.

local tandem, scenarios, folder = arg[1], arg[2], arg[3] .. "/coverage_page_test_files"
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local test = dofile((arg[0]:match("^(.*)/farm/test/[^/]*$") or "..") .. "/cli/test/harness.lua")(tandem, folder)
local expect, check, file, content = test.expect, test.check, test.file, test.content
local browser
for _, name in ipairs { "chromium", "chromium-browser", "google-chrome" } do
   browser = browser or test.sh("command -v " .. name):match("^(%S+)\n?$")
end

-- One run of a scenario, one of explore, and a model with a hole that has a reason and a point of a scenario whose name could be HTML.
file("mine.lua", [[return { title = "x", platform = { ram_mib = 16, smmus = { { name = "s0" } } }, run = function(t) t.driver:enable {}; t:cover("mine") end }]])
file("plan.lua", string.format('return { title = "two", runs = { { scenarios = { "%s/smoke/bring_up.lua", "%s/mine.lua" }, on = "tlm" } } }', scenarios, folder))
file("model.lua", [[return { title = "What we <want>",
   points = { "event/F_{TRANSLATION,ACCESS}", "domain/s1/4k/*", "stall/*", "scenario/mine", 'scenario/a</script><b>"' },
   known = { ["stall/F_ACCESS"] = "nobody clears <access flags>" },
   exclude = { ["stall/F_PERMISSION"] = "left out & said why" } }]])
local store = folder .. "/results.db"
expect("runs", "tandem regress " .. folder .. "/plan.lua --out " .. folder .. " --store " .. store, 0)
expect("seeds", "tandem explore --blind --seeds 8 --steps 60 --on tlm --store " .. store .. " --out " .. folder, 0)
local with = " --session all --model " .. folder .. "/model.lua --store " .. store
local text = expect("as text", "tandem results coverage" .. with, 0, "hole  stall/F_ACCESS  (nobody clears <access flags>)")
local reached, declared = text:match("all sessions: (%d+) of (%d+) points")

file("driver.txt", [[
driver/src/a.c                        30 of    40 lines  75.00 %      8 of    10 branches  80.00 %
driver/src/b.c                       100 of   100 lines 100.00 %      0 of     0 branches 100.00 %
all                                  130 of   140 lines  92.86 %      8 of    10 branches  80.00 %
driver/src/a.c:17: line: if (a < b && c)
driver/src/a.c:18: branch 1 of 2: return x;
]])
file("rtl.md", [[
| file | blocks of lines | | bits toggled | |
|---|---:|---:|---:|---:|
| z.sv | 9 of 10 | 90.0 % | 5 of 20 | 25.0 % |
| a.sv | - | - | 3 of 3 | 100.0 % |
| all | 9 of 10 | 90.0 % | 8 of 23 | 34.8 % |
]])
local page = folder .. "/coverage.html"
local measured = with .. " --driver " .. folder .. "/driver.txt --rtl " .. folder .. "/rtl.md"
expect("page", "tandem results coverage" .. measured .. " --output " .. page, 0, "coverage.html")
expect("page without the others", "tandem results coverage" .. with .. " --output " .. folder .. "/alone.html", 0)
local alone = content(folder .. "/alone.html")
for _, words in ipairs { "Not measured: <code>sh driver/test/coverage.sh FOLDER</code>", "Not measured: <code>./run rtl-coverage</code>" } do
   check("says how to measure: " .. words, alone:find(words, 1, true))
end

expect("page without a store", "tandem results coverage --store " .. folder .. "/none.db --rtl " .. folder .. "/rtl.md --output " .. folder .. "/code.html", 0)
local code = content(folder .. "/code.html")
check("a page without a store says so", code:find("Not measured: there is no store", 1, true) and code:find("9 of 10 blocks of lines", 1, true))
expect("text without a store", "tandem results coverage --store " .. folder .. "/none.db", 2, "none.db")
expect("no such table", "tandem results coverage" .. with .. " --driver " .. folder .. "/rtl.md --output x.html", 2, "rtl.md is no table of driver/test/coverage.sh")
expect("the other way round", "tandem results coverage" .. with .. " --rtl " .. folder .. "/driver.txt --output x.html", 2, "driver.txt is no table of ./run rtl-coverage")
expect("no such file", "tandem results coverage" .. with .. " --rtl /no/such --output x.html", 2, "/no/such")
expect("a folder that is not there", "tandem results coverage" .. with .. " --output /no/such/x.html", 2, "cannot write /no/such/x.html")
expect("a difference is no page", "tandem results coverage a b --store " .. store .. " --output x.html", 2, "--output is a page of what was reached")

if browser then
   local probe = [[<script>window.addEventListener('error', e => document.body.dataset.error = e.message); const out = {}, $ = q => document.querySelector(q), all = q => [...document.querySelectorAll(q)];
      setTimeout(() => {
      out.sums = all('.sum').map(s => s.textContent).join(' | ');
      out.groups = all('#functional tbody tr').map(r => [...r.cells].slice(0, 3).map(c => c.textContent));
      out.holes = all('#functional details[open] code').map(c => c.textContent).join(' | ');
      out.excluded = $('#excluded tbody').textContent;
      out.bar = $('#driver tbody .bar i').style.width; out.none = $('#rtl tbody tr:nth-child(2)').textContent;
      out.missing = all('#driver + details code').map(c => c.textContent).join(' | ');
      const head = all('#rtl th'); head[3].click(); out.up = all('#rtl tbody tr').map(r => r.cells[0].textContent).join(' ');
      head[3].click(); out.down = all('#rtl tbody tr').map(r => r.cells[0].textContent).join(' ');
      const type = t => { $('#find').value = t; $('#find').dispatchEvent(new Event('input')); return all('#points code').map(c => c.textContent).join(' | '); };
      out.find = type('stall f_acc'); out.found = $('#found').textContent; out.onlyHoles = type('hole event'); out.own = type('script'); out.mine = type('mine'); out.nothing = type('');
      out.bold = all('b').filter(b => !b.closest('.sum')).length; out.note = $('.note').textContent;
      out.network = performance.getEntriesByType('resource').length;
      const pre = document.createElement('pre'); pre.id = 'probe'; pre.textContent = JSON.stringify(out); document.body.append(pre); }, 200);</script>]]
   file("probe.html", (content(page):gsub("</body></html>%s*$", function() return probe .. "</body></html>\n" end)))
   local dom = test.sh(string.format("timeout -k 5 60 '%s' --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " ..
      "--disable-component-update --disable-sync --user-data-dir='%s/profile' --window-size=1200,1600 --virtual-time-budget=3000 --dump-dom 'file://%s/probe.html' 2>/dev/null",
      browser, folder, folder))
   local seen = (dom:match('<pre id="probe">(.-)</pre>') or ""):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&")
   check("an error in the page: " .. tostring(dom:match('data%-error="([^"]*)"')), not dom:match('<body[^>]*data%-error'))
   local function has(what, words) check(what .. ": no " .. words .. " in " .. seen:sub(1, 3000), seen:find(words, 1, true)) end
   has("the sum", string.format("%s of %s points of the model", reached, declared))
   has("the driver's sum", "92.9 %130 of 140 lines80.0 %8 of 10 branches")
   has("the block's sum", "90.0 %9 of 10 blocks of lines34.8 %8 of 23 bits toggled")
   local hit, of = 0, 0
   for a, b in seen:gmatch('%["[^"]*","(%d+)","(%d+)"%]') do hit, of = hit + a, of + b end
   check(string.format("the groups add up to %d of %d", hit, of), hit == tonumber(reached) and of == tonumber(declared))
   has("a hole with its reason, as text", "stall/F_ACCESS: nobody clears <access flags>")
   has("what the model leaves out", "left out & said why")
   has("a bar", '"bar":"75%"')
   has("a file without lines", '"none":"a.sv---')
   has("places that were not reached", "driver/src/a.c:17: line: if (a < b && c) | driver/src/a.c:18: branch 1 of 2: return x;")
   has("sorted by share", '"up":"z.sv a.sv"')
   has("... and the other way round", '"down":"a.sv z.sv"')
   has("a point by words", '"find":"stall/F_ACCESS  hole"')
   has("... and how many", '"found":"1 of ' .. declared .. " points, 1 of them holes")
   has("holes only", '"onlyHoles":"event/F_ACCESS  hole"')
   has("a point of the model, as text", [["own":"scenario/a</script><b>\"  hole"]])
   has("a scenario's point", '"mine":"scenario/mine  1 times in 1 runs"')
   has("no words, no list", '"nothing":""')
   has("no element out of a name", '"bold":0')
   has("the model's title, as text", "What we <want>")
   has("nothing was loaded", '"network":0')
else
   print("there is no chromium: what the page does was not looked at; apt-get install chromium")
end
test.finish()
