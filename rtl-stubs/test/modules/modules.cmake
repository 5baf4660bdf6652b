# SPDX-License-Identifier: Apache-2.0
# One test per module: rtl.<name> verilates smmuv3_<name> alone and links it with <name>_test.cpp, which includes its header.
# <name>_alone.sv, where it is there, gives the module pins that Verilator can make a top of.
# Included by ../CMakeLists.txt, so that modules are verilated in that folder. Proof: the tests.
function(rtl_module_test name)
  set(target test.rtl.${name})
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/smmuv3_${name}.verilated)
  set(cpp ${dir}/Vsmmuv3_${name}__all.cpp)
  set(top smmuv3_${name})
  set(file ${rtl_from_here}/${top}.sv)
  if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/modules/${name}_alone.sv)
    set(top ${name}_alone)
    set(file modules/${top}.sv)
  endif()
  rtl_verilate(${dir} Vsmmuv3_${name} ${top} ${file} ${cpp} ${ARGN})
  # generated code: no warnings
  set_property(SOURCE ${cpp} PROPERTY COMPILE_OPTIONS ${SMMU_VERILATED_OPTIMIZE} -w)
  tandem_add_test(NAME rtl.${name} SOURCES modules/${name}_test.cpp ${cpp} LINK smmu_verilated_runtime tandem::arch TIMEOUT_S 20)
  target_include_directories(${target} SYSTEM PRIVATE ${dir})
  set_property(SOURCE modules/${name}_test.cpp APPEND PROPERTY OBJECT_DEPENDS ${dir}/Vsmmuv3_${name}.h)
endfunction()

rtl_module_test(cmdq)
rtl_module_test(eventq)
rtl_module_test(record)
rtl_module_test(msi)
rtl_module_test(walk_arbiter)
rtl_module_test(walk_cache -GEntries=8)
rtl_module_test(cfg_cache -GEntries=8)
rtl_module_test(utlb)
rtl_module_test(dvm)
rtl_module_test(stall)
rtl_module_test(regs)
