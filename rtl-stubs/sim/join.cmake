# SPDX-License-Identifier: Apache-2.0
# cmake -DDIR=folder -DOUTPUT=file -P join.cmake: a C++ file that includes every generated source of the folder.
# Not here: running Verilator (verilate.cmake).
file(GLOB sources RELATIVE ${DIR} ${DIR}/*.cpp)
list(SORT sources)
set(text "// Generated: every source that Verilator wrote, as one translation unit.\n")
foreach(source IN LISTS sources)
  if(source MATCHES "__Trace")
    # What writes waveforms is long and straight: optimized it takes most of the compilation and gains nothing that counts.
    string(APPEND text "#pragma GCC push_options\n#pragma GCC optimize (\"O0\")\n#include \"${source}\"\n#pragma GCC pop_options\n")
  else()
    string(APPEND text "#include \"${source}\"\n")
  endif()
endforeach()
file(WRITE ${OUTPUT} "${text}")
