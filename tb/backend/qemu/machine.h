// SPDX-License-Identifier: Apache-2.0
// QEMU's `virt` machine as this backend uses it: where things are, which PCI devices stand for the StreamIDs of a platform, and
// how those are set up through ECAM.
// The StreamID of a PCI device is bus << 8 | device << 3 | function. Every StreamID that a master lists gets an `edu` of its own:
// on bus 0, or behind a root port whose secondary bus has the number that the StreamID asks for.
// Not here: DMA (edu_device.h), the process (process.h). Proof: tb/backend/qemu/test/test_protocol.cpp.
#ifndef TANDEM_BACKEND_QEMU_MACHINE_H
#define TANDEM_BACKEND_QEMU_MACHINE_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/qemu/qtest.h"

namespace tandem::qemu {

inline constexpr std::uint64_t kSmmuBase = 0x09050000, kSmmuBytes = 0x20000;
inline constexpr std::uint64_t kEcamBase = 0x4010000000;        // the high window: 256 buses
inline constexpr std::uint64_t kPciMemoryBase = 0x10000000, kPciMemoryEnd = 0x3eff0000;
inline constexpr std::uint64_t kRamBase = 0x40000000;           // of the machine; the file of the arena begins here
inline constexpr std::uint64_t kOwnRamBytes = 2u << 20;         // at kRamBase: QEMU's device tree, and the page that data of DMA goes through
inline constexpr std::uint64_t kBounceOffset = 0x180000;        // of that page
inline constexpr std::uint64_t kMaxRamBytes = 255ull << 30;     // what `virt` takes
inline constexpr unsigned kFirstSmmuIrq = 74;                   // shared interrupts: event queue, PRI queue, CMD_SYNC, GERROR
inline constexpr char kInterruptController[] = "/machine/unattached/device[1]";
inline constexpr std::uint64_t kEduBytes = 1u << 20;            // of its BAR

// Empty, or why an arena at that place cannot be RAM of the machine, without location.
std::string check_arena(std::uint64_t base, std::uint64_t bytes);

struct EduPlan {
  std::uint32_t sid = 0;
  std::uint64_t registers = 0;  // where its BAR 0 goes
};

struct RootPort {
  std::uint32_t sid = 0;        // its own place on bus 0
  unsigned bus = 0;             // the number its secondary bus is given
  std::uint64_t window_base = 0, window_end = 0;  // memory it passes on; end is behind the last byte
};

struct DevicePlan {
  std::vector<EduPlan> edus;    // those of bus 0 first, then bus by bus; with the placeholders that QEMU wants at device 0
  std::vector<RootPort> ports;
  const EduPlan* find(std::uint32_t sid) const;
};

// Empty and a plan, or one sentence without location about the first StreamID that cannot be had.
std::string plan_devices(const std::vector<std::uint32_t>& sids, DevicePlan* plan);

// -device options for a plan.
std::vector<std::string> device_arguments(const DevicePlan& plan);

// Bus numbers, BARs, memory decoding and bus mastering. Throws Trouble when a device does not answer as it has to.
void set_up_devices(Bus& bus, const DevicePlan& plan);

}  // namespace tandem::qemu

#endif
