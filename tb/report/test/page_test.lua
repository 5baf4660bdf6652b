-- SPDX-License-Identifier: Apache-2.0
-- The report page in a headless Chromium: it draws, sorts, filters, shows why a run failed, and follows arrows of the timeline.
-- Usage: lua5.4 page_test.lua TANDEM SCENARIOS FOLDER-FOR-FILES. Exit code 77 (skipped) without a Chromium.
-- A script added to a copy of the page clicks and types as a user would, and leaves what it sees in the document.

local tandem, scenarios, folder = arg[1], arg[2], arg[3] .. "/page_test_files"
local browser
for _, name in ipairs { "chromium", "chromium-browser", "google-chrome" } do
   local pipe = io.popen("command -v " .. name .. " 2>/dev/null")
   browser = browser or pipe:read("l")
   pipe:close()
end
if not browser then
   print("SKIP: there is no chromium; apt-get install chromium")
   os.exit(77)
end
os.execute("rm -rf '" .. folder .. "' && mkdir -p '" .. folder .. "'")
local failures, checks = 0, 0
local function check(condition, text)
   checks = checks + 1
   if condition then return end
   failures = failures + 1
   print("FAIL: " .. text)
end
local function write(name, text)
   local f = assert(io.open(folder .. "/" .. name, "wb"))
   f:write(text)
   f:close()
end
local function read(name)
   local f = assert(io.open(folder .. "/" .. name, "rb"))
   local text = f:read("a")
   f:close()
   return text
end

write("broken.lua", [[
return { title = "Unmapped & <i>gone</i>", platform = { ram_mib = 16, smmus = { { name = "s0" }, { name = "s1" } },
      masters = { { name = "gpu", smmu = "s0", sids = { 0x20 } }, { name = "nic", smmu = "s1", sids = { 0x30 } } } },
   run = function(t)
      t:step("map")
      t.driver:enable {}
      local dom = t.driver:domain { type = "s1" }
      t.driver:attach("gpu", dom)
      t.driver:attach("nic", dom)
      dom:map { iova = 0x40000000, size_bytes = 0x1000 }
      t.masters.gpu:write_pattern { iova = 0x40000000, size_bytes = 64 }
      t:step("unmap <b>")
      dom:unmap { iova = 0x40000000, size_bytes = 0x1000 }
      t.masters.gpu:expect_ok(t.masters.gpu:read { iova = 0x40000000, size_bytes = 64 })
   end }]])
write("skips.lua", [[return { title = "x", platform = { ram_mib = 16, smmus = { { name = "s0" } } }, run = function(t) t:skip("not today") end }]])
local list = string.format("'%s/broken.lua' '%s/skips.lua' '%s/smoke/bring_up.lua' '%s/install/two_smmus.lua'", folder, folder, scenarios, scenarios)
os.execute(string.format("'%s' run %s --out '%s/out' > /dev/null 2>&1", tandem, list, folder))
-- A comparison as --compare leaves it, of a run that is there.
local with_comparison, count = read("out/run.json"):gsub('"comparisons": %[%]', function()
   return string.format('"comparisons": [{"scenario": "%s/broken.lua", "backends": ["tlm", "rtl"], "status": "fail", "reason": "first difference: <translation> of s0",' ..
      '"text": "  pa: 0x1 and 0x2\\n", "facts": 41, "repeat": "tandem run again"}]', folder)
end)
check(count == 1, "run.json has a list of comparisons")
write("out/run.json", with_comparison)
os.execute(string.format("'%s' report '%s/out' > /dev/null", tandem, folder))
local page = read("out/report.html")

-- The document after `script` ran on the page; `hash` is what follows '#' in the address.
local tries = 0
local function document(script, hash)
   tries = tries + 1
   local probe = "<script>window.addEventListener('error', e => document.body.dataset.error = e.message);\n" ..
      "const out = {}; const $ = q => document.querySelector(q), all = q => [...document.querySelectorAll(q)];\n" ..
      "const column = n => all('#runs tbody tr').map(r => r.cells[n].textContent);\n" ..
      "setTimeout(() => {\n" .. script .. "\nconst probe = document.createElement('pre'); probe.id = 'probe'; probe.textContent = JSON.stringify(out); document.body.append(probe); }, 300);</script>"
   write("probe.html", (page:gsub("</body></html>%s*$", function() return probe .. "</body></html>\n" end)))
   os.execute("rm -rf '" .. folder .. "/profile' && mkdir '" .. folder .. "/profile'")
   local pipe = io.popen(string.format("timeout -k 5 60 '%s' --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking " ..
      "--disable-component-update --disable-sync --user-data-dir='%s/profile' --window-size=1400,2400 --virtual-time-budget=4000 --dump-dom 'file://%s/probe.html#%s' 2>'%s/browser.log'",
      browser, folder, folder, hash or "", folder))
   local dom = pipe:read("a")
   pipe:close()
   local wrong = dom:match('<body[^>]*data%-error="([^"]*)"')
   check(not wrong, "an error in the page: " .. tostring(wrong))
   local found = dom:match('<pre id="probe">(.-)</pre>')
   check(found, "the script did not come to its end; see " .. folder .. "/browser.log")
   return (found or ""):gsub("&lt;", "<"):gsub("&gt;", ">"):gsub("&amp;", "&"), dom
end
local function has(text, what, where) check(text:find(what, 1, true), string.format("%s: no %s in %s", where, what, text:sub(1, 1500))) end

-- As it opens: the failing run first and chosen, its failure, its picture.
local seen, dom = document([[
   out.verdicts = column(0).join(' ');
   out.chosen = $('#runs tr.chosen').cells[1].textContent.split('/').pop();
   out.divergence = $('#divergence').textContent;
   out.verdict = $('#verdict').textContent;
   out.title = $('#run p').textContent;
   out.bold = all('#run b, #run i').filter(e => ['gone', ''].includes(e.textContent) && e.closest('#run > p')).length;
   out.drawn = Number($('#timeline').dataset.drawn) > 30;
   out.boxes = all('#platform text').map(t => t.textContent).join('|');
   out.charts = all('#charts canvas').filter(c => c.getAttribute('aria-label') && c.width > 50).map(c => c.getAttribute('aria-label')).join('|');
   out.inked = all('#charts canvas').every(c => [...c.getContext('2d').getImageData(0, 0, c.width, c.height).data].some(v => v));
   out.picked = $('#picked').textContent;
   out.steps = all('#run table')[0].textContent;
   out.compared = $('#comparisons').textContent;
   out.difference = $('.difference').textContent;
   out.coverage = $('#coverage p').textContent.match(/^(\d+) of (\d+)/).slice(1).map(Number);
   out.groups = all('#coverage tbody tr').map(r => [...r.cells].slice(0, 3).map(c => c.textContent));
   out.holes = all('#coverage details').length > 3;
   out.network = performance.getEntriesByType('resource').length;]])
has(dom, 'data-ready="yes"', "the document")
has(seen, '"verdicts":"FAIL SKIP PASS PASS"', "verdicts, worst first")
has(seen, '"chosen":"broken.lua"', "the run that is shown")
has(seen, "First failure: step 2, unmap <b>", "the failure")
has(seen, "read of gpu at IOVA 0x40000000: got abort, expected ok", "the failing check")
has(seen, "stack traceback", "its details")
has(seen, "tandem run ", "how to run it again")
has(seen, "Unmapped & <i>gone</i>", "the title, as text")
has(seen, '"bold":0', "no element out of a title")
has(seen, '"drawn":true', "slices on the timeline")
for _, text in ipairs { "gpu  0x20", "nic  0x30", "TBU 0", "s0", "s1", "RAM", "16 MiB at 0x80000000" } do has(seen, text, "the platform") end
for _, text in ipairs { "Latency: Accesses of masters", "Commands per driver call", "TLB hit rate over time", "Command queue depth over time" } do has(seen, text, "charts") end
has(seen, '"inked":true', "every chart has something drawn")
has(seen, "F_TRANSLATION", "the fault record is picked")
has(seen, '"compared":"Comparisons', "the table of comparisons")
has(seen, "first difference: <translation> of s0", "... its difference, as text")
has(seen, '"difference":"tlm and rtl compared: first difference: <translation> of s0  pa: 0x1 and 0x2', "the difference at its run")
local reached, points = seen:match('"coverage":%[(%d+),(%d+)%]')
check(reached and tonumber(reached) > 20 and tonumber(points) > tonumber(reached), "coverage: " .. tostring(reached) .. " of " .. tostring(points))
local sum, of = 0, 0
for a, b in seen:gmatch('%["[^"]*","(%d+)","(%d+)"%]') do sum, of = sum + a, of + b end
check(sum == tonumber(reached) and of == tonumber(points), string.format("the groups add up to %d of %d", sum, of))
has(seen, '"holes":true', "groups list what was not reached")
has(seen, "Caused by read 0x40000000 (masters, gpu", "... and what caused it")
has(seen, '"network":0', "nothing was loaded from anywhere")

-- Sorting: by a click on a head, up and down, numbers as numbers.
seen = document([[
   const key = k => $(`#runs th[data-key=${k}]`);
   key('sim').click(); out.up = column(5).join(' < '); out.scenarios = column(1).map(t => t.split('/').pop()).join(' ');
   key('sim').click(); out.down = column(1).map(t => t.split('/').pop()).join(' '); out.mark = key('sim').dataset.dir;
   key('scenario').click(); out.names = column(1).map(t => t.split('/').pop()).join(' ');
   out.hash = location.hash;]])
local function reversed(text) local words = {} for w in text:gmatch("%S+") do table.insert(words, 1, w) end return table.concat(words, " ") end
local up, down = seen:match('"scenarios":"([^"]*)"') or "", seen:match('"down":"([^"]*)"') or ""
check(up == "skips.lua broken.lua bring_up.lua two_smmus.lua", "sorted by simulated time: " .. up)
check(down == reversed(up), "... and the other way round: " .. down)
has(seen, '"mark":"down"', "the head shows the order")
has(seen, '"names":"broken.lua skips.lua two_smmus.lua bring_up.lua"', "sorted by path")
has(seen, "sort=scenario", "the address holds the order")

-- Filtering: words, verdicts, and both from the address.
seen = document([[
   const type = t => { $('#query').value = t; $('#query').dispatchEvent(new Event('input')); };
   type('TWO tlm'); out.two = column(1).map(t => t.split('/').pop()).join(' '); out.shown = $('#shown').value;
   type('expected ok'); out.reason = column(1).map(t => t.split('/').pop()).join(' ');
   type('nothing like this'); out.none = column(1).length;
   type(''); $('#show-pass').click(); out.bad = column(0).join(' ');
   $('#show-pass').click(); out.all = column(0).length;]])
has(seen, '"two":"two_smmus.lua"', "words of any case, all of them")
has(seen, '"shown":"1 of 4 shown"', "how many are left")
has(seen, '"reason":"broken.lua"', "words of the reason")
has(seen, '"none":0', "words that nothing has")
has(seen, '"bad":"FAIL SKIP"', "without those that passed")
has(seen, '"all":4', "all again")
seen = document([[ out.rows = column(0).join(' '); out.run = $('#run h2').textContent; ]], "q=smmus&hide=fail&run=3")
has(seen, '"rows":"PASS"', "filter and verdicts from the address")
has(seen, "two_smmus.lua on tlm", "the run from the address")

-- Another run: a click on its row; the timeline zooms and its slices can be followed.
seen = document([=[
   [...$('#runs').tBodies[0].rows].find(r => r.cells[1].textContent.endsWith('two_smmus.lua')).click();
   out.run = $('#run h2').textContent; out.divergence = all('#divergence').length;
   const canvas = $('#timeline'), width = () => canvas.dataset.to - canvas.dataset.from, before = width();
   canvas.dispatchEvent(new KeyboardEvent('keydown', { key: '+' })); out.closer = width() < before;
   all('.bar button')[2].click(); out.whole = width() === before;
   const { slices, texts } = runs[3].timeline;
   const unmap = slices.findIndex((s, i) => texts[s[4]] === 'domain_unmap' && slices.some(e => e[7] === i));
   const box = canvas.getBoundingClientRect(), steps = 22 + 20 + 5;
   canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + 400, clientY: box.top + steps }));
   out.tip = $('#tip').textContent; out.tipShown = !$('#tip').hidden;
   out.effects = slices.filter(s => s[7] === unmap && texts[s[5]] === 'command').map(s => texts[s[4]]).join(' ');
   [...$('#runs').tBodies[0].rows].find(r => r.cells[0].textContent === 'SKIP').click();
   out.skipped = $('#run').textContent;]=])
has(seen, "two_smmus.lua on tlm", "the run that was clicked")
has(seen, '"divergence":0', "a run that passed has no failure")
has(seen, '"closer":true', "zoom")
has(seen, '"whole":true', "the whole run again")
has(seen, '"tipShown":true', "a tip over a slice")
has(seen, "2 AB-2: 300 domains are alive", "... that names it")
check(seen:match('"effects":"TLBI_%S+ SYNC TLBI_%S+ SYNC"') or seen:match('"effects":"TLBI_%S+ TLBI_%S+ SYNC SYNC"'), "what an unmap causes: " .. (seen:match('"effects":"[^"]*"') or ""))
has(seen, "not today", "a run that was skipped says why")

print(string.format("%d checks in %d documents, %d failed", checks, tries, failures))
os.exit(failures == 0 and 0 or 1)
