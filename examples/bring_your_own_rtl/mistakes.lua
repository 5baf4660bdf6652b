-- SPDX-License-Identifier: Apache-2.0
-- lua5.4 mistakes.lua SOURCE_ROOT WORK CMAKE VERILATOR TANDEM: what goes wrong with a block of one's own is one sentence: wrong pins,
-- wrong descriptions, ID fields it does not have. It is the test example.bring_your_own_rtl.mistakes.

local root, work, cmake, verilator, tandem = table.unpack(arg)
local here, sim = root .. "/examples/bring_your_own_rtl", root .. "/rtl-stubs/sim"
local failures, checks = 0, 0

local function run(command)
   local pipe <close> = assert(io.popen(command .. " 2>&1"))
   local text = pipe:read("a")
   local _, _, code = pipe:close()
   return text, code
end
local function read(name)
   local file <close> = assert(io.open(name))
   return file:read("a")
end
local function write(name, text)
   local file <close> = assert(io.open(work .. "/" .. name, "w"))
   file:write(text)
end
local function expect(what, text, code, wanted_code, sentence)
   checks = checks + 1
   local flat = text:gsub("%s+", " ")   -- CMake folds long lines
   if code == wanted_code and flat:find(sentence, 1, true) then return end
   failures = failures + 1
   print(("%s: expected exit code %d and\n  %s\ngot %d and\n  %s"):format(what, wanted_code, sentence, code, text))
end
-- The text with each of the pairs { from, to } replaced, wherever it stands.
local function changed(text, pairs_of)
   for _, pair in ipairs(pairs_of) do
      local from = pair[1]:gsub("%p", "%%%0")
      local count
      text, count = text:gsub(from, (pair[2]:gsub("%%", "%%%%")))
      assert(count > 0, "'" .. pair[1] .. "' is not there any more")
   end
   return text
end
os.execute(("rm -rf '%s' && mkdir -p '%s'"):format(work, work))

-- Pins: the example with something changed, through Verilator -----------------------------------------------------------
local function check_pins() return run(("lua5.4 '%s/check_pins.lua' '%s/pins.txt' passthrough_top '%s/v/Vtop.h'"):format(sim, sim, work)) end
local function pins(what, pairs_of, sentence)
   write("passthrough_top.sv", changed(read(here .. "/rtl/passthrough_top.sv"), pairs_of))
   local text, code = run(("'%s' --cc -Wno-lint -Wno-style -y '%s/rtl' --top-module passthrough_top --prefix Vtop --Mdir '%s/v' '%s/passthrough_top.sv'")
      :format(verilator, here, work, work))
   assert(code == 0, text)
   text, code = check_pins()
   expect(what, text, code, sentence and 1 or 0, sentence and "The top module passthrough_top does not have the pins of an SMMU block: "
      .. sentence .. ". They are listed in" or "")
end
pins("the block as it is", {})
pins("64 bits for clients", { { "ClientDataBytes = 16", "ClientDataBytes = 8" } })
pins("an output is missing", { { "  output logic                  irq_pmcg_o,\n", "" }, { "irq_pmcg_o, sev_o}", "sev_o}" } }, "it lacks irq_pmcg_o")
pins("an input has another name", { { "dvm_leaf_i", "dvm_last_i" } }, "it lacks dvm_leaf_i; nobody would drive dvm_last_i")
pins("another width", { { "[63:0]           prog_rdata_o", "[31:0]           prog_rdata_o" } }, "prog_rdata_o has 32 bits and must have 64")
pins("the block as it is, again", {})

-- The same through the list of ports that Verilator writes, where the change alone would not compile.
local header = read(work .. "/v/Vtop.h")
local function ports(what, pairs_of, sentence)
   write("v/Vtop.h", changed(header, pairs_of))
   local text, code = check_pins()
   expect(what, text, code, 1, sentence)
end
ports("an input that is an output", { { "VL_IN8(&rst_ni", "VL_OUT8(&rst_ni" } }, "rst_ni is an output and must be an input")
ports("one pin for all TBUs", { { "VL_IN8((&tbu_s_wlast_i)[1]", "VL_IN8(&tbu_s_wlast_i" } },
   "tbu_s_wlast_i must be an unpacked array with one element for each TBU")
ports("an array where one is", { { "VL_IN8(&clk_i,", "VL_IN8((&clk_i)[2]," } }, "clk_i must not be an array")
ports("no width that is allowed", { { "tbu_s_wdata_i)[1],127", "tbu_s_wdata_i)[1],255" } }, "tbu_s_wdata_i has 256 bits and must have 64 or 128")

-- Descriptions, with stand-ins for what needs the whole build -----------------------------------------------------------
write("CMakeLists.txt", [[
cmake_minimum_required(VERSION 3.25)
project(descriptions NONE)
function(smmu_verilate)
endfunction()
function(target_link_libraries)
endfunction()
file(MAKE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/src)
file(COPY ]] .. sim .. [[/src/further_block.cpp.in DESTINATION ${CMAKE_CURRENT_SOURCE_DIR}/src)
include(]] .. sim .. [[/further_blocks.cmake)
]])
write("top.sv", "module top; endmodule\n")
local function description(what, text, sentence)
   write("block.cmake", text)
   local output, code = run(("'%s' -S '%s' -B '%s/build' -DTANDEM_RTL_BLOCKS=block.cmake"):format(cmake, work, work))
   expect(what, output, code, sentence and 1 or 0, sentence and "block.cmake: smmu_rtl_block: " .. sentence or "Configuring done")
end
description("a good one", "smmu_rtl_block(NAME mine_2 TOP top FILES top.sv TBUS 4 PMCG_COUNTERS 64 IDR0 0x10 FREE_IDR5 7)")
description("no name", "smmu_rtl_block(TOP top FILES top.sv)", "NAME is missing.")
description("our name", "smmu_rtl_block(NAME rtl TOP top FILES top.sv)", "NAME is 'rtl'; it must be lower-case letters, digits and '_', and none of tlm,")
description("a bad name", "smmu_rtl_block(NAME My-Block TOP top FILES top.sv)", "NAME is 'My-Block'; it must be lower-case letters, digits and '_'")
description("twice", "smmu_rtl_block(NAME a TOP top FILES top.sv)\nsmmu_rtl_block(NAME a TOP top FILES top.sv)", "there is a block 'a' already.")
description("no such source", "smmu_rtl_block(NAME a TOP top FILES tip.sv)", "FILES names " .. work .. "/tip.sv, which does not exist.")
description("too many TBUs", "smmu_rtl_block(NAME a TOP top FILES top.sv TBUS 5)", "TBUS is '5'; allowed are 1 to 4.")
description("too many counters", "smmu_rtl_block(NAME a TOP top FILES top.sv PMCG_COUNTERS 65)", "PMCG_COUNTERS is '65'; allowed are 0 to 64.")
description("no number", "smmu_rtl_block(NAME a TOP top FILES top.sv IDR1 16bit)", "IDR1 is '16bit'; it must be a number of 32 bits.")
description("an unknown keyword", "smmu_rtl_block(NAME a TOP top TBU 2 FILES top.sv)", "what is 'TBU'? The keywords are NAME TOP FILES SEARCH")
do
   local output, code = run(("'%s' -S '%s' -B '%s/build' -DTANDEM_RTL_BLOCKS=nosuch.cmake"):format(cmake, work, work))
   expect("no description", output, code, 1, "TANDEM_RTL_BLOCKS names " .. work .. "/nosuch.cmake, which does not exist.")
end

-- What a platform asks of the example block, and of the command ----------------------------------------------------------
local function platform(what, smmu, sentence)
   local text = changed(read(here .. "/pass.lua"), { { '{ name = "smmu0" } },', smmu .. " }," } })
   write("scenario.lua", text)
   local output, code = run(("'%s' run '%s/scenario.lua' --on passthrough"):format(tandem, work))
   expect(what, output, code, sentence and 2 or 0, sentence or "PASS: 1 of 1 run passed")
end
platform("fields that are free", '{ name = "smmu0", idr = { SIDSIZE = 8, CMDQS = 4 } }')
platform("a field that is not", '{ name = "smmu0", idr = { S1P = 1 } }',
   "SMMU 'smmu0': IDR0.S1P is 1; the block 'passthrough' has 0 there and lets nobody change it.")
platform("too many TBUs", '{ name = "smmu0", tbus = 2 }', "SMMU 'smmu0': tbu_count is 2; the block 'passthrough' has 1.")
platform("a parameter it has not", '{ name = "smmu0", params = { tlb_entries = 2 } }', "Parameter 'tlb_entries' is unknown to the RTL")
platform("one that every block has", '{ name = "smmu0", params = { mem_latency_cycles = 30 } }')
do
   local output, code = run(("'%s' run '%s/scenario.lua' --on passthru"):format(tandem, work))
   expect("no such backend", output, code, 2, "; this build also has passthrough")
end

os.execute(("rm -rf '%s'"):format(work))
print(("%d checks, %d wrong"):format(checks, failures))
os.exit(failures == 0)
