// SPDX-License-Identifier: Apache-2.0
// The address map of a platform as a CPU sees it: RAM, the frames of SMMUs and of test engines.
// Not here: who asks (capi, the qtest server). Proof: tb/tests/test_engine.cpp, tb/tests/test_libtandem.c.
#ifndef TANDEM_PLATFORM_BUS_H
#define TANDEM_PLATFORM_BUS_H

#include <cstdint>

#include "platform/platform.h"

namespace tandem {

// From a CPU thread; bytes is 1, 2, 4 or 8. RAM takes any alignment and no time; a frame takes aligned accesses of 4 or
// 8 bytes and the time of a register access. False: nobody is at that address, the read value is 0.
bool bus_read(Platform& platform, std::uint64_t pa, unsigned bytes, std::uint64_t* value);
bool bus_write(Platform& platform, std::uint64_t pa, unsigned bytes, std::uint64_t value);

// A register of a test engine, with the time a register access takes; from a CPU thread.
std::uint64_t engine_read(Platform& platform, unsigned engine, std::uint32_t offset, unsigned bytes);
void engine_write(Platform& platform, unsigned engine, std::uint32_t offset, unsigned bytes, std::uint64_t value);

}  // namespace tandem

#endif
