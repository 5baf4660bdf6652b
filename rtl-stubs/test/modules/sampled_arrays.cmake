# SPDX-License-Identifier: Apache-2.0
# cmake -DDIR=folder -P sampled_arrays.cmake: Verilator 5.006 samples an array that is an input of the top, for an assertion, by an
# assignment that is no C++. Here it becomes a copy of the bytes; both sides have the same layout. Proof: rtl.eventq compiles.
file(GLOB sources ${DIR}/*.cpp)
foreach(source IN LISTS sources)
  file(READ ${source} text)
  string(REGEX REPLACE "vlSelf->(__Vsampled__TOP__[a-z0-9_]+) = vlSelf->([a-z0-9_]+);"
    "static_assert(sizeof vlSelf->\\1 == sizeof vlSelf->\\2); memcpy(&vlSelf->\\1, &vlSelf->\\2, sizeof vlSelf->\\1);" text "${text}")
  file(WRITE ${source} "${text}")
endforeach()
