# SPDX-License-Identifier: Apache-2.0
# cmake -DDIR=folder -DOUTPUT=file -P join.cmake: a C++ file that includes every generated source of the folder.
# Not here: running Verilator (verilate.cmake).
file(GLOB sources RELATIVE ${DIR} ${DIR}/*.cpp)
list(SORT sources)
set(text "// Generated: every source that Verilator wrote, as one translation unit.\n")
foreach(source IN LISTS sources)
  string(APPEND text "#include \"${source}\"\n")
endforeach()
file(WRITE ${OUTPUT} "${text}")
