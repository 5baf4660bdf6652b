# SPDX-License-Identifier: Apache-2.0
# smmu_verilate(TARGET ...): a static library with one Verilated block and the C++ file that adapts it.
#
#   smmu_verilate(TARGET smmu_rtl_t1_c4 TOP smmuv3_sim_top PREFIX Vsmmuv3_t1_c4
#                 FILES package.sv ... SEARCH rtl PARAMETERS NumTbu=1 ADAPTER variant.cpp)
#
#   TOP, PREFIX   module to verilate and name of the C++ class
#   FILES         packages, waivers and tops, in this order on the command line
#   SEARCH        folders in which Verilator finds further modules by name
#   PARAMETERS    parameters of the top
#   ADAPTER       C++ source that includes <PREFIX>.h (block_verilated.h does the work)
#
# Verilator runs at build time, so a mistake in the SystemVerilog fails this target and not the configuration, and so does a
# top without the pins of pins.txt. All
# generated C++ is one translation unit, compiled with TANDEM_RTL_OPTIMIZE and without warnings or sanitizers whatever the build type:
# Verilator's own makefiles and Debian's CMake package settle for less (-Os). File names are relative on the command line:
# Verilator writes them into its output, which so is the same in every checkout and comes out of a compiler cache.
# Proof: the tests in sim/test run two blocks made by it.

find_path(VERILATOR_INCLUDE_DIR verilated.h
  HINTS $ENV{VERILATOR_ROOT}/include PATHS /usr/share/verilator/include /usr/local/share/verilator/include REQUIRED)
set(SMMU_VERILATOR_FLAGS --cc -O3 --x-assign unique --x-initial unique --assert -Wno-lint -Wno-style)
if(TANDEM_RTL_WAVES)  # costs nothing while no waveform is open, and a third more compilation
  list(APPEND SMMU_VERILATOR_FLAGS --trace-fst --trace-structs)
  set(SMMU_VERILATED_TRACE 1)
  find_package(ZLIB REQUIRED)
else()
  set(SMMU_VERILATED_TRACE 0)
endif()

list(APPEND SMMU_VERILATOR_FLAGS ${SMMU_VERILATOR_COVERAGE})

# What every Verilated class needs at run time.
add_library(smmu_verilated_runtime STATIC
  ${VERILATOR_INCLUDE_DIR}/verilated.cpp
  ${VERILATOR_INCLUDE_DIR}/verilated_threads.cpp
  $<$<BOOL:${TANDEM_RTL_COVERAGE}>:${VERILATOR_INCLUDE_DIR}/verilated_cov.cpp>
  $<$<BOOL:${TANDEM_RTL_COVERAGE}>:${SMMU_SIM_SOURCE_DIR}/src/verilated_coverage.cpp>
  $<$<BOOL:${TANDEM_RTL_WAVES}>:${VERILATOR_INCLUDE_DIR}/verilated_fst_c.cpp>)
set_property(TARGET smmu_verilated_runtime PROPERTY LINK_LIBRARIES "")  # no sanitizer
target_include_directories(smmu_verilated_runtime PUBLIC ${SMMU_SIM_SOURCE_DIR}/include ${SMMU_SIM_SOURCE_DIR}/src)
target_include_directories(smmu_verilated_runtime SYSTEM PUBLIC
  ${VERILATOR_INCLUDE_DIR} ${VERILATOR_INCLUDE_DIR}/vltstd)
target_compile_definitions(smmu_verilated_runtime PUBLIC
  VL_TIME_CONTEXT VM_SC=0 VM_COVERAGE=$<BOOL:${TANDEM_RTL_COVERAGE}> VM_TRACE=${SMMU_VERILATED_TRACE}
  VM_TRACE_FST=${SMMU_VERILATED_TRACE} VM_TRACE_VCD=0)
target_compile_options(smmu_verilated_runtime PRIVATE -O3 -w)
target_link_libraries(smmu_verilated_runtime PUBLIC Threads::Threads $<$<BOOL:${TANDEM_RTL_WAVES}>:ZLIB::ZLIB>)

function(smmu_verilate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "TARGET;TOP;PREFIX;ADAPTER" "FILES;SEARCH;PARAMETERS")
  set(dir ${CMAKE_CURRENT_BINARY_DIR}/${arg_TARGET}.verilated)
  set(all ${dir}/${arg_PREFIX}__all.cpp)
  list(TRANSFORM arg_PARAMETERS PREPEND -G)
  set(search)
  set(files)
  set(sources ${arg_FILES})
  foreach(file IN LISTS arg_FILES)
    file(RELATIVE_PATH file ${CMAKE_CURRENT_SOURCE_DIR} ${file})
    list(APPEND files ${file})
  endforeach()
  foreach(folder IN LISTS arg_SEARCH)
    file(RELATIVE_PATH from_here ${CMAKE_CURRENT_SOURCE_DIR} ${folder})
    list(APPEND search -y ${from_here})
    # Verilator finds modules by name, so the folder, not a list here, says what can change the result.
    file(GLOB found CONFIGURE_DEPENDS ${folder}/*.sv)
    list(APPEND sources ${found})
  endforeach()
  list(REMOVE_DUPLICATES sources)

  add_custom_command(
    OUTPUT ${all}
    BYPRODUCTS ${dir}/${arg_PREFIX}.h
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${dir}
    COMMAND ${TANDEM_VERILATOR} ${SMMU_VERILATOR_FLAGS} ${search} ${arg_PARAMETERS}
            --top-module ${arg_TOP} --prefix ${arg_PREFIX} --Mdir ${dir} ${files}
    COMMAND ${TANDEM_LUA} ${SMMU_PINS_CHECK} ${SMMU_PINS} ${arg_TOP} ${dir}/${arg_PREFIX}.h
    COMMAND ${CMAKE_COMMAND} -DDIR=${dir} -DOUTPUT=${all} -P ${SMMU_VERILATE_JOIN}
    DEPENDS ${sources} ${SMMU_VERILATE_JOIN} ${SMMU_PINS_CHECK} ${SMMU_PINS}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "Verilating ${arg_TOP} as ${arg_PREFIX}"
    VERBATIM)

  add_library(${arg_TARGET} STATIC ${all} ${arg_ADAPTER})
  set_property(TARGET ${arg_TARGET} PROPERTY LINK_LIBRARIES "")  # no sanitizer
  target_include_directories(${arg_TARGET} PRIVATE ${SMMU_SIM_SOURCE_DIR}/include ${SMMU_SIM_SOURCE_DIR}/src SYSTEM ${dir})
  target_link_libraries(${arg_TARGET} PUBLIC smmu_verilated_runtime)
  target_compile_options(${arg_TARGET} PRIVATE ${SMMU_VERILATED_OPTIMIZE} -w)
endfunction()
