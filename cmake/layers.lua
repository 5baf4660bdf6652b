-- SPDX-License-Identifier: Apache-2.0
-- Proves who may include whom: reads every #include, `include and package import under the parts' folders and holds
-- them against the table below.
-- Not here: link lines (CMake states them). Text only: no build is needed, so no conditional compilation is understood.
-- Proof: `lua5.4 layers.lua --self-test` feeds it small trees that break each rule (ctest layers.selftest).
--
--    lua5.4 cmake/layers.lua SOURCE_ROOT      exit 0: the graph holds; 1: it does not; each fault on its own line

local roots = { "arch", "driver", "model", "rtl-stubs", "tb" }

-- Headers that are not ours, by family: exact names, or Lua patterns after "~". The first family that matches counts.
local families = {
   { "freestanding", "stdint.h stddef.h stdbool.h stdatomic.h stdalign.h limits.h stdarg.h stdnoreturn.h" },
   { "pthread", "pthread.h sched.h" },
   { "libc", "assert.h ctype.h errno.h inttypes.h math.h setjmp.h signal.h stdio.h stdlib.h string.h time.h unistd.h" },
   { "gtest", "~^gtest/ ~^gmock/" },
   { "systemc", "systemc systemc.h tlm tlm.h ~^tlm_ ~^sysc/" },
   { "verilated", "~^verilated ~^V[%w_]*%.h$ ~^V[%w_]*__ rtl_variants.h rtl_further_blocks.h" },   -- and what the RTL build generates
   { "lua", "lua.h lualib.h lauxlib.h lua.hpp luaconf.h" },
   { "std", "~^[%l_0-9]+$" },                    -- C++: <array>, <cstdint>
   { "other", "~." },                            -- POSIX and third-party libraries
}

-- The rules. A file belongs to the first layer whose pattern matches its path. It may include its own layer, the
-- layers named in `ours` and the families named in `theirs`.
local layers = {
   { "arch.gen", "^arch/gen/", theirs = "freestanding" },
   { "arch.trace", "^arch/trace/", theirs = "freestanding" },
   { "arch.tlm", "^arch/tlm/", ours = "arch.gen arch.trace", theirs = "freestanding systemc std" },
   { "arch.test", "^arch/", ours = "arch.gen arch.trace arch.tlm unity", theirs = "freestanding libc systemc std gtest" },

   { "driver.public", "^driver/include/", ours = "arch.gen arch.trace", theirs = "freestanding" },
   { "driver.explore", "^driver/test/explore/", ours = "driver.public driver.src arch.gen arch.trace",
      theirs = "freestanding libc other" },   -- its threads are contexts of POSIX
   { "driver.test", "^driver/test/", ours = "driver.public driver.src driver.explore driver.fuzz arch.gen arch.trace unity",
      theirs = "freestanding libc pthread" },
   { "driver.fuzz", "^driver/fuzz/", ours = "driver.public driver.src arch.gen arch.trace", theirs = "freestanding libc other" },
   { "driver.src", "^driver/", ours = "driver.public arch.gen arch.trace", theirs = "freestanding" },

   { "core.public", "^model/core/include/", ours = "arch.gen arch.trace", theirs = "freestanding" },
   { "core.test", "^model/core/test/", ours = "core.public core.src arch.gen arch.trace unity",
      theirs = "freestanding libc pthread" },
   { "core.src", "^model/core/", ours = "core.public arch.gen arch.trace", theirs = "freestanding" },
   { "tlm.public", "^model/tlm/include/", ours = "core.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc systemc std" },
   { "tlm.test", "^model/tlm/test/", ours = "tlm.public tlm.src core.public arch.gen arch.trace arch.tlm unity",
      theirs = "freestanding libc systemc std gtest" },
   { "tlm.src", "^model/tlm/", ours = "tlm.public core.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc systemc std" },
   { "model.test", "^model/test/",
      ours = "core.public core.src tlm.public tlm.src arch.gen arch.trace arch.tlm unity",
      theirs = "freestanding libc pthread systemc std gtest" },

   { "model.fuzz", "^model/fuzz/", ours = "core.public core.src arch.gen arch.trace", theirs = "freestanding libc other" },
   { "rtl.package", "^rtl%-stubs/gen/", theirs = "" },
   { "rtl.block", "^rtl%-stubs/rtl/", ours = "rtl.package", theirs = "" },
   { "sim.public", "^rtl%-stubs/sim/include/", ours = "arch.gen arch.trace arch.tlm", theirs = "freestanding libc systemc std" },
   { "sim.test", "^rtl%-stubs/sim/test/", ours = "sim.public sim.src arch.gen arch.trace arch.tlm unity",
      theirs = "freestanding libc systemc std verilated gtest" },
   { "rtl.test", "^rtl%-stubs/test/",
      ours = "rtl.block rtl.package sim.public sim.src arch.gen arch.trace arch.tlm unity",
      theirs = "freestanding libc systemc std verilated gtest" },
   { "rtl.lockstep", "^rtl%-stubs/lockstep/", ours = "rtl.test core.public arch.gen arch.trace", theirs = "freestanding libc std" },
   { "sim.src", "^rtl%-stubs/", ours = "sim.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc systemc std verilated" },

   { "unity.test", "^tb/unity/test/", ours = "unity", theirs = "freestanding libc pthread std gtest other" },
   { "unity", "^tb/unity/", theirs = "freestanding libc pthread std gtest" },
   { "tb.test", "^tb/tests?/", ours = "tb tb.part_test unity driver.public core.public tlm.public sim.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc pthread systemc std lua gtest other" },
   { "tb.part_test", "^tb/.*/tests?/", ours = "tb unity driver.public core.public tlm.public sim.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc pthread systemc std lua gtest other" },
   { "tb", "^tb/", ours = "driver.public core.public tlm.public sim.public arch.gen arch.trace arch.tlm",
      theirs = "freestanding libc pthread systemc std lua other" },
}

-- -- The check ---------------------------------------------------------------------------------------------------------

local function words(text)
   local set = {}
   for word in (text or ""):gmatch("%S+") do set[word] = true end
   return set
end

local function layer_of(path)
   for _, layer in ipairs(layers) do
      if path:find(layer[2]) then return layer end
   end
end

local function family_of(header)
   for _, family in ipairs(families) do
      for word in family[2]:gmatch("%S+") do
         local pattern = word:match("^~(.*)")
         if pattern and header:find(pattern) or word == header then return family[1] end
      end
   end
end

local function normalised(path)
   local parts = {}
   for part in path:gmatch("[^/]+") do
      if part == ".." and #parts > 0 and parts[#parts] ~= ".." then
         parts[#parts] = nil
      elseif part ~= "." then
         parts[#parts + 1] = part
      end
   end
   return table.concat(parts, "/")
end

-- Our files that an include can mean: the one beside the including file, else every one that ends in that path.
-- include paths are not known here, so one permitted candidate is enough.
local function candidates(files, from, header)
   local beside = normalised(from:match("^(.*)/[^/]*$") .. "/" .. header)
   if files[beside] then return { beside } end
   local tail = "/" .. normalised(header):gsub("^[./]+", "")
   local found = {}
   for path in pairs(files) do
      if path:sub(-#tail) == tail then found[#found + 1] = path end
   end
   table.sort(found)
   return found
end

-- What a line refers to: header name and whether it stands in <>, or a package name.
local function reference(line, is_sv)
   if not is_sv then
      local open, header = line:match('^%s*#%s*include_?n?e?x?t?%s*([<"])([^>"]+)[>"]')
      if header then return "include", header, open == "<" end
      local macro = line:match("^%s*#%s*include%s+([%a_][%w_]*)")
      if macro then return "macro", macro end
   else
      local code = line:gsub("//.*", "")
      local header = code:match('^%s*`include%s*"([^"]+)"')
      if header then return "include", header end
      if code:match('^%s*import%s+"DPI') then return "dpi", "DPI-C" end
      local package = code:match("%f[%w_]import%s+([%w_]+)%s*::") or code:match("([%w_]+_pkg)%s*::")
      if package then return "package", package end
   end
end

-- files: path -> text. Returns the faults, sorted, and the number of references read.
local function check(files)
   local faults, count = {}, 0
   for path, text in pairs(files) do
      local layer = layer_of(path)
      local ours, theirs = words(layer.ours), words(layer.theirs)
      local line_number = 0
      for line in (text .. "\n"):gmatch("(.-)\n") do
         line_number = line_number + 1
         local kind, name, is_angle = reference(line, path:find("%.svh?$"))
         local fault
         if kind then count = count + 1 end
         if kind == "macro" then
            fault = "an include through a macro cannot be checked"
         elseif kind == "dpi" then
            fault = layer[1] == "rtl.block" and "the block must not call into C"
         elseif kind == "include" or kind == "package" then
            local header = kind == "package" and name .. ".sv" or name
            local family = kind == "include" and family_of(header)
            local known = is_angle and family ~= "other"
            local found = known and {} or candidates(files, path, header)
            local seen = {}
            for _, candidate in ipairs(found) do
               local target = layer_of(candidate)
               if target == layer or ours[target[1]] then
                  seen = nil
                  break
               end
               seen[#seen + 1] = target[1] .. " (" .. candidate .. ")"
            end
            if seen and #seen > 0 then
               fault = "may not use " .. table.concat(seen, ", ")
            elseif seen and kind == "package" then
               fault = "no such package among our files"
            elseif seen and not theirs[family] then
               fault = "may not use the family '" .. family .. "'"
            end
         end
         if fault then
            faults[#faults + 1] = ("%s:%d: %s: layer %s: %s"):format(path, line_number, name, layer[1], fault)
         end
      end
   end
   table.sort(faults)
   return faults, count
end

-- -- Self-test: each tree has one file that includes one thing; the sentence says what must come of it ------------------

local tree = {   -- what every tree has, so that there is something of ours to find
   "arch/gen/smmuv3_arch.h", "arch/trace/smmuv3_trace.h", "arch/tlm/smmu_tlm/smmu_module.h",
   "driver/include/smmuv3/port.h", "driver/src/queue.h", "model/core/include/smmuv3_model/core.h", "model/core/src/walk.h",
   "model/tlm/include/smmuv3_tlm/model.h", "model/tlm/src/tbu.h", "rtl-stubs/gen/smmuv3_arch_pkg.sv",
   "rtl-stubs/rtl/smmuv3_rtl_pkg.sv", "rtl-stubs/test/bench_pkg.sv", "rtl-stubs/sim/include/smmuv3_rtl/block.h",
   "rtl-stubs/sim/src/clock.h", "tb/backend/backend.h", "tb/unity/include/unity.h", "tb/unity/test/subject.h",
   "tb/tests/support.h", "tb/port/test/fake.h",
}

local good = {
   { "arch/gen/a.h", "<stdint.h>" }, { "arch/trace/t.h", "<stdint.h>" }, { "arch/tlm/smmu_tlm/x.h", "<tlm>" },
   { "arch/tlm/smmu_tlm/x.h", '"smmu_tlm/smmu_module.h"' }, { "arch/test/t.c", '"unity.h"' },
   { "driver/include/smmuv3/d.h", '"port.h"' }, { "driver/include/smmuv3/d.h", '"smmuv3_arch.h"' },
   { "driver/src/a.c", "<stdatomic.h>" }, { "driver/src/a.c", '"smmuv3/port.h"' }, { "driver/src/a.c", '"queue.h"' },
   { "driver/src/sub/a.c", '"../queue.h"' }, { "driver/test/t.c", '"queue.h"' }, { "driver/test/t.c", '"../src/queue.h"' },
   { "driver/test/t.c", "<stdio.h>" }, { "driver/test/t.c", "<pthread.h>" }, { "driver/test/t.c", '"unity.h"' },
   { "driver/test/explore/x.c", "<ucontext.h>" }, { "driver/test/explore/x.c", '"queue.h"' },
   { "model/core/include/smmuv3_model/s.h", '"smmuv3_trace.h"' }, { "model/core/src/a.c", '"smmuv3_arch.h"' },
   { "model/core/src/a.c", '"smmuv3_model/core.h"' }, { "model/core/test/t.c", "<string.h>" },
   { "model/tlm/include/smmuv3_tlm/p.h", "<systemc>" }, { "model/tlm/src/a.cpp", '"smmuv3_model/core.h"' },
   { "model/tlm/src/a.cpp", "<tlm_utils/simple_target_socket.h>" }, { "model/tlm/test/t.cpp", "<gtest/gtest.h>" },
   { "model/test/t.c", '"walk.h"' }, { "model/fuzz/f.c", '"smmuv3_model/core.h"' }, { "driver/fuzz/f.c", "<stdlib.h>" }, { "rtl-stubs/rtl/a.sv", "import smmuv3_arch_pkg::*;" },
   { "rtl-stubs/gen/b_pkg.sv", "package b_pkg;" }, { "rtl-stubs/sim/test/t.cpp", "<verilated.h>" },
   { "rtl-stubs/rtl/a.sv", "  input smmuv3_rtl_pkg::state_e s_i," }, { "rtl-stubs/rtl/a.sv", "// tb_pkg::x" },
   { "rtl-stubs/lockstep/o.cpp", '"smmuv3_model/core.h"' }, { "rtl-stubs/test/t.sv", "import bench_pkg::*;" }, { "rtl-stubs/test/t.sv", 'import "DPI-C" function void f();' },
   { "rtl-stubs/sim/include/smmuv3_rtl/p.h", '"smmu_tlm/smmu_module.h"' }, { "rtl-stubs/sim/src/a.cpp", '"Vsmmuv3_sim_top.h"' },
   { "rtl-stubs/sim/src/a.cpp", "<verilated_fst_sc.h>" }, { "tb/unity/src/a.cpp", "<gtest/gtest.h>" },
   { "tb/unity/test/t.c", "<ucontext.h>" }, { "tb/port/a.cpp", '"smmuv3/port.h"' }, { "tb/port/a.cpp", '"smmuv3_tlm/model.h"' },
   { "tb/port/a.cpp", '"smmuv3_rtl/block.h"' }, { "tb/lua/a.cpp", "<lua.hpp>" }, { "tb/cli/a.c", "<argp.h>" },
   { "tb/port/test/t.c", '"unity.h"' }, { "tb/tests/t.cpp", '"port/test/fake.h"' }, { "tb/tests/t.cpp", "<gtest/gtest.h>" },
}

local bad = {
   { "arch/gen/a.h", "<stdio.h>" }, { "arch/gen/a.h", '"smmuv3/port.h"' }, { "arch/trace/t.h", "<string>" },
   { "arch/tlm/smmu_tlm/x.h", '"smmuv3_model/core.h"' }, { "arch/test/t.c", '"smmuv3/port.h"' },
   { "driver/include/smmuv3/d.h", '"queue.h"' }, { "driver/include/smmuv3/d.h", "<string.h>" },
   { "driver/src/a.c", "<errno.h>" }, { "driver/src/a.c", "<string.h>" }, { "driver/src/a.c", "<pthread.h>" },
   { "driver/src/a.c", "<linux/types.h>" }, { "driver/src/a.c", '"unity.h"' }, { "driver/src/a.c", '"smmuv3_model/core.h"' },
   { "driver/src/a.c", '"../../model/core/src/walk.h"' }, { "driver/src/a.c", '"backend.h"' }, { "driver/src/a.c", '"missing.h"' },
   { "driver/src/a.c", '"smmu_tlm/smmu_module.h"' }, { "driver/src/a.c", "HEADER_NAME" },
   { "driver/test/explore/x.c", '"smmuv3_model/core.h"' }, { "driver/test/explore/x.c", "<pthread.h>" },
   { "driver/test/t.c", '"smmuv3_model/core.h"' }, { "driver/test/t.c", "<systemc>" }, { "driver/test/t.c", "<sys/mman.h>" },
   { "model/core/include/smmuv3_model/s.h", '"walk.h"' }, { "model/core/src/a.c", "<string.h>" },
   { "model/core/src/a.c", '"smmuv3/port.h"' }, { "model/core/src/a.c", '"smmuv3_tlm/model.h"' },
   { "model/core/src/a.c", '"smmu_tlm/smmu_module.h"' }, { "model/core/test/t.c", "<tlm>" },
   { "model/core/test/t.c", '"port.h"' }, { "model/tlm/include/smmuv3_tlm/p.h", '"tbu.h"' },
   { "model/tlm/src/a.cpp", '"walk.h"' }, { "model/tlm/src/a.cpp", '"smmuv3/port.h"' }, { "model/tlm/src/a.cpp", '"backend.h"' },
   { "model/tlm/src/a.cpp", "<verilated.h>" }, { "model/tlm/src/a.cpp", "<lua.hpp>" },
   { "model/tlm/test/t.cpp", '"backend/backend.h"' }, { "model/test/t.c", '"queue.h"' }, { "model/fuzz/f.c", '"smmuv3/port.h"' }, { "driver/fuzz/f.c", "<pthread.h>" },
   { "rtl-stubs/gen/b_pkg.sv", "import smmuv3_rtl_pkg::*;" }, { "rtl-stubs/rtl/a.sv", "import bench_pkg::*;" },
   { "rtl-stubs/rtl/a.sv", "import uvm_pkg::*;" }, { "rtl-stubs/rtl/a.sv", '`include "uvm_macros.svh"' },
   { "rtl-stubs/rtl/a.sv", "  input bench_pkg::state_e s_i," }, { "rtl-stubs/rtl/a.sv", 'import "DPI-C" function void f();' },
   { "rtl-stubs/sim/include/smmuv3_rtl/p.h", "<verilated.h>" }, { "rtl-stubs/sim/include/smmuv3_rtl/p.h", '"clock.h"' },
   { "rtl-stubs/sim/src/a.cpp", '"smmuv3_model/core.h"' }, { "rtl-stubs/sim/src/a.cpp", '"smmuv3/port.h"' },
   { "rtl-stubs/sim/src/a.cpp", '"backend/backend.h"' }, { "rtl-stubs/sim/test/t.cpp", '"smmuv3_tlm/model.h"' },
   { "rtl-stubs/lockstep/o.cpp", '"walk.h"' }, { "rtl-stubs/test/t.cpp", '"smmuv3/port.h"' }, { "tb/unity/src/a.cpp", "<systemc>" },
   { "tb/unity/include/b.h", '"backend/backend.h"' }, { "tb/unity/test/t.c", '"smmuv3/port.h"' },
   { "tb/port/a.cpp", '"queue.h"' }, { "tb/port/a.cpp", '"walk.h"' }, { "tb/port/a.cpp", '"tbu.h"' },
   { "tb/port/a.cpp", '"../../model/tlm/src/tbu.h"' }, { "tb/port/a.cpp", '"clock.h"' }, { "tb/port/a.cpp", '"Vsmmuv3_top.h"' },
   { "tb/port/a.cpp", "<gtest/gtest.h>" }, { "tb/port/a.cpp", '"unity.h"' }, { "tb/port/a.cpp", '"test/fake.h"' },
   { "tb/port/test/t.c", '"queue.h"' }, { "tb/tests/t.cpp", '"walk.h"' }, { "tb/tests/t.cpp", "<verilated.h>" },
}

local function self_test()
   local failures, proved = 0, {}
   local function try(case, wanted)
      local files = {}
      for _, path in ipairs(tree) do files[path] = "" end
      local is_header = case[2]:find('^[<"]') or case[2] == "HEADER_NAME"
      files[case[1]] = "\n" .. (is_header and "#include " or "") .. case[2] .. "\n"
      local faults = check(files)
      proved[layer_of(case[1])[1] .. wanted] = true
      local named = faults[1] and faults[1]:find(case[1] .. ":2:", 1, true)
      if #faults ~= wanted or wanted == 1 and not named then
         failures = failures + 1
         print(("%s with %s: %d fault(s), not %d %s"):format(case[1], case[2], #faults, wanted, faults[1] or ""))
      end
   end
   for _, case in ipairs(good) do try(case, 0) end
   for _, case in ipairs(bad) do try(case, 1) end
   for _, layer in ipairs(layers) do
      for wanted, word in pairs { [0] = "hold", [1] = "fail" } do
         if not proved[layer[1] .. wanted] then
            failures = failures + 1
            print(("layer %s: no tree shows that it can %s"):format(layer[1], word))
         end
      end
   end
   print(("%d trees, %d wrong"):format(#good + #bad, failures))
   return failures == 0
end

-- -- Command -----------------------------------------------------------------------------------------------------------

local function read_tree(root)
   local files = {}
   for _, part in ipairs(roots) do
      local list = assert(io.popen(("cd '%s' && test ! -d '%s' || find '%s' -type f"):format(root, part, part)))
      for path in list:lines() do
         if path:find("%.[ch]$") or path:find("%.[ch]pp$") or path:find("%.svh?$") then
            local file <close> = assert(io.open(root .. "/" .. path))
            files[path] = file:read("a")
         end
      end
      list:close()
   end
   return files
end

if arg[1] == "--self-test" then
   os.exit(self_test())
end
local faults, count = check(read_tree(assert(arg[1], "usage: layers.lua SOURCE_ROOT | --self-test")))
for _, fault in ipairs(faults) do print(fault) end
print(("%d references, %d against the rules"):format(count, #faults))
os.exit(#faults == 0 and count > 0)
