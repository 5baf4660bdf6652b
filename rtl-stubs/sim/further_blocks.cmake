# SPDX-License-Identifier: Apache-2.0
# Blocks of other people behind the pins of ours, each a backend with a name of its own: `tandem run S --on NAME`,
# `tandem_open(..., "NAME", ...)`, `backend = "NAME"` in a platform. TANDEM_RTL_BLOCKS lists their descriptions, CMake files with
# one call each:
#
#   smmu_rtl_block(NAME mine TOP my_smmu_top FILES a_pkg.sv my_smmu_top.sv SEARCH rtl PARAMETERS Depth=4
#                  TBUS 2 PMCG_COUNTERS 4 IDR0 0x01000000 IDR1 0x014A5290 FREE_IDR1 0x03FFFFFF)
#
#   NAME           lower-case letters, digits and '_'; not tlm, rtl, mixed, both, all
#   TOP            the module with the pins of pins.txt
#   FILES, SEARCH  sources in the order of the command line; folders where Verilator finds further modules by name; relative to
#                  the description
#   PARAMETERS     of the top; the number of TBUs and the width of IDs are what the top makes of them
#   TBUS           elements of the tbu_* arrays, default 1
#   PMCG_COUNTERS  counters it has, default 0: none
#   IDR0 ... IDR5, IIDR, AIDR             what it puts into these registers if a platform says nothing, default 0
#   FREE_IDR0 ... FREE_IDR5, FREE_IIDR, FREE_AIDR   bits that a platform may change through the straps, default none
#
# How to write one: examples/bring_your_own_rtl. Proof: ctest example.bring_your_own_rtl.*.
set(TANDEM_RTL_BLOCKS ${PROJECT_SOURCE_DIR}/examples/bring_your_own_rtl/block.cmake CACHE STRING
  "Descriptions of further RTL blocks, each a backend; the default is the example")

set(SMMU_FURTHER_BLOCK_TARGETS)
set(SMMU_FURTHER_BLOCK_NAMES)
set(further_block_macro "#define SMMU_RTL_FURTHER_BLOCKS(X)")

macro(smmu_rtl_block_mistake sentence)
  message(FATAL_ERROR "${SMMU_RTL_BLOCK_FILE}: smmu_rtl_block: ${sentence}")
endmacro()

function(smmu_rtl_block)
  set(registers IDR0 IDR1 IDR2 IDR3 IDR4 IDR5 IIDR AIDR)
  set(values ${registers})
  list(TRANSFORM registers PREPEND FREE_ OUTPUT_VARIABLE free)
  list(APPEND values ${free})
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "NAME;TOP;TBUS;PMCG_COUNTERS;${values}" "FILES;SEARCH;PARAMETERS")
  if(arg_UNPARSED_ARGUMENTS)
    list(GET arg_UNPARSED_ARGUMENTS 0 what)
    smmu_rtl_block_mistake("what is '${what}'? The keywords are NAME TOP FILES SEARCH PARAMETERS TBUS PMCG_COUNTERS, IDR0 to IDR5, IIDR, AIDR and FREE_ with these.")
  endif()
  foreach(keyword NAME TOP FILES)
    if(NOT arg_${keyword})
      smmu_rtl_block_mistake("${keyword} is missing.")
    endif()
  endforeach()
  if(NOT arg_NAME MATCHES "^[a-z][a-z0-9_]*$" OR arg_NAME MATCHES "^(tlm|rtl|mixed|both|all|qemu)$")
    smmu_rtl_block_mistake("NAME is '${arg_NAME}'; it must be lower-case letters, digits and '_', and none of tlm, rtl, mixed, both, all, qemu.")
  endif()
  if(arg_NAME IN_LIST SMMU_FURTHER_BLOCK_NAMES)
    smmu_rtl_block_mistake("there is a block '${arg_NAME}' already.")
  endif()
  if(NOT DEFINED arg_TBUS)
    set(arg_TBUS 1)
  endif()
  if(NOT arg_TBUS MATCHES "^[1-4]$")
    smmu_rtl_block_mistake("TBUS is '${arg_TBUS}'; allowed are 1 to 4.")
  endif()
  if(NOT DEFINED arg_PMCG_COUNTERS)
    set(arg_PMCG_COUNTERS 0)
  endif()
  if(NOT arg_PMCG_COUNTERS MATCHES "^([0-9]|[1-5][0-9]|6[0-4])$")
    smmu_rtl_block_mistake("PMCG_COUNTERS is '${arg_PMCG_COUNTERS}'; allowed are 0 to 64.")
  endif()
  set(DEFAULTS)
  set(FREE)
  foreach(register IN LISTS registers)
    foreach(kind "" FREE_)
      set(value 0)
      if(DEFINED arg_${kind}${register})
        set(value ${arg_${kind}${register}})
      endif()
      if(NOT value MATCHES "^(0x[0-9A-Fa-f]+|[0-9]+)$")
        smmu_rtl_block_mistake("${kind}${register} is '${value}'; it must be a number of 32 bits.")
      endif()
      string(REGEX MATCH "^FREE_" is_free "${kind}")
      if(is_free)
        list(APPEND FREE ${value}u)
      else()
        list(APPEND DEFAULTS ${value}u)
      endif()
    endforeach()
  endforeach()
  list(JOIN DEFAULTS ", " DEFAULTS)
  list(JOIN FREE ", " FREE)

  get_filename_component(folder ${SMMU_RTL_BLOCK_FILE} DIRECTORY)
  foreach(keyword FILES SEARCH)
    set(${keyword})
    foreach(path IN LISTS arg_${keyword})
      get_filename_component(path ${path} ABSOLUTE BASE_DIR ${folder})
      if(NOT EXISTS ${path})
        smmu_rtl_block_mistake("${keyword} names ${path}, which does not exist.")
      endif()
      list(APPEND ${keyword} ${path})
    endforeach()
  endforeach()

  set(NAME ${arg_NAME})
  set(TBUS ${arg_TBUS})
  set(COUNTERS ${arg_PMCG_COUNTERS})
  configure_file(src/further_block.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/further_block_${NAME}.cpp @ONLY)
  smmu_verilate(TARGET smmu_rtl_block_${NAME} TOP ${arg_TOP} PREFIX Vsmmuv3_block_${NAME} FILES ${FILES} SEARCH ${SEARCH}
    PARAMETERS ${arg_PARAMETERS} ADAPTER ${CMAKE_CURRENT_BINARY_DIR}/further_block_${NAME}.cpp)
  target_link_libraries(smmu_rtl_block_${NAME} PUBLIC tandem::arch_tlm)
  list(APPEND SMMU_FURTHER_BLOCK_TARGETS smmu_rtl_block_${NAME})
  list(APPEND SMMU_FURTHER_BLOCK_NAMES ${NAME})
  set(SMMU_FURTHER_BLOCK_TARGETS ${SMMU_FURTHER_BLOCK_TARGETS} PARENT_SCOPE)
  set(SMMU_FURTHER_BLOCK_NAMES ${SMMU_FURTHER_BLOCK_NAMES} PARENT_SCOPE)
  set(further_block_macro "${further_block_macro} X(${NAME})" PARENT_SCOPE)
endfunction()

foreach(SMMU_RTL_BLOCK_FILE IN LISTS TANDEM_RTL_BLOCKS)
  get_filename_component(SMMU_RTL_BLOCK_FILE ${SMMU_RTL_BLOCK_FILE} ABSOLUTE BASE_DIR ${PROJECT_SOURCE_DIR})
  if(NOT EXISTS ${SMMU_RTL_BLOCK_FILE})
    message(FATAL_ERROR "TANDEM_RTL_BLOCKS names ${SMMU_RTL_BLOCK_FILE}, which does not exist.")
  endif()
  include(${SMMU_RTL_BLOCK_FILE})
endforeach()
set_property(GLOBAL PROPERTY SMMU_FURTHER_BLOCK_NAMES "${SMMU_FURTHER_BLOCK_NAMES}")
file(CONFIGURE OUTPUT variants/rtl_further_blocks.h CONTENT
  "// Generated by CMake from TANDEM_RTL_BLOCKS: the blocks beside ours.\n@further_block_macro@\n" @ONLY)
