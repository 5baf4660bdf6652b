// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_protocol.cpp.
#include "backend/qemu/machine.h"

#include <algorithm>
#include <cstdio>
#include <set>

namespace tandem::qemu {
namespace {

constexpr std::uint32_t kPciId = 0x00, kPciCommand = 0x04, kPciBar0 = 0x10, kPciBusNumbers = 0x18, kPciMemoryWindow = 0x20;
constexpr std::uint32_t kCommandMemory = 1u << 1, kCommandMaster = 1u << 2;
constexpr std::uint32_t kEduId = 0x11e81234, kRootPortId = 0x000c1b36;
constexpr std::uint32_t kFirstDevice = 1u << 3;  // device 0 of bus 0 is the host bridge

std::string hex(std::uint64_t value) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

// "addr=04.1" of a device and function number.
std::string slot(std::uint32_t sid) {
  char text[24];
  std::snprintf(text, sizeof text, "addr=%02x.%x", static_cast<unsigned>(sid >> 3 & 31), static_cast<unsigned>(sid & 7));
  return text;
}

std::uint64_t config_space(std::uint32_t sid) { return kEcamBase + (static_cast<std::uint64_t>(sid) << 12); }

std::uint32_t expect_id(Bus& bus, std::uint32_t sid, std::uint32_t wanted, const char* what) {
  const auto id = static_cast<std::uint32_t>(bus.read(config_space(sid) + kPciId, 4));
  if (id != wanted) throw Trouble(std::string("no ") + what + " at PCI function " + hex(sid) + ": its identification is " + hex(id));
  return id;
}

void enable(Bus& bus, std::uint32_t sid) { bus.write(config_space(sid) + kPciCommand, 4, kCommandMemory | kCommandMaster); }

}  // namespace

std::string check_arena(std::uint64_t base, std::uint64_t bytes) {
  if (base < kRamBase + kOwnRamBytes) {
    return "RAM at " + hex(base) + " is not possible: the RAM of QEMU's machine begins at " + hex(kRamBase) + " and the first 2 MiB are taken, so ram_base must be " +
           hex(kRamBase + kOwnRamBytes) + " or more";
  }
  if (bytes > kMaxRamBytes || base - kRamBase > kMaxRamBytes - bytes) {
    return "RAM from " + hex(base) + " to " + hex(base + bytes - 1) + " is not possible: the RAM of QEMU's machine ends at " + hex(kRamBase + kMaxRamBytes - 1);
  }
  return "";
}

const EduPlan* DevicePlan::find(std::uint32_t sid) const {
  const auto found = std::find_if(edus.begin(), edus.end(), [&](const EduPlan& edu) { return edu.sid == sid; });
  return found == edus.end() ? nullptr : &*found;
}

std::string plan_devices(const std::vector<std::uint32_t>& sids, DevicePlan* plan) {
  *plan = {};
  std::set<std::uint32_t> wanted;
  std::set<unsigned> buses;
  for (const std::uint32_t sid : sids) {
    if (sid > 0xffff) return "StreamID " + hex(sid) + " is not possible: QEMU's StreamIDs are PCI bus, device and function numbers, 16 bits";
    if (sid < kFirstDevice) return "StreamID " + hex(sid) + " is not possible: 0 to 7 are the host bridge of QEMU's machine";
    wanted.insert(sid);
    if (sid >> 8 == 0) continue;
    buses.insert(sid >> 8);
    wanted.insert(sid & 0xff00);  // QEMU shows nothing of a bus behind a port without its device 0
  }
  std::uint64_t next = kPciMemoryBase;
  const auto add_bus = [&](unsigned bus) {
    for (auto at = wanted.lower_bound(bus << 8); at != wanted.end() && *at >> 8 == bus; ++at) {
      plan->edus.push_back({*at, next});
      next += kEduBytes;
    }
  };
  add_bus(0);
  std::uint32_t place = kFirstDevice;
  for (const unsigned bus : buses) {
    while (wanted.count(place) != 0) ++place;
    if (place > 0xff) return "there is no place for the ports of so many PCI buses beside the StreamIDs of bus 0";
    RootPort port;
    port.sid = place++;
    port.bus = bus;
    port.window_base = next;
    add_bus(bus);
    port.window_end = next;
    plan->ports.push_back(port);
  }
  if (next > kPciMemoryEnd) return std::to_string(wanted.size()) + " StreamIDs are too many: QEMU's machine has room for " + std::to_string((kPciMemoryEnd - kPciMemoryBase) / kEduBytes) + " devices";
  return "";
}

std::vector<std::string> device_arguments(const DevicePlan& plan) {
  std::vector<std::string> arguments;
  const auto add = [&](const std::string& device) {
    arguments.emplace_back("-device");
    arguments.push_back(device + ",multifunction=on");
  };
  for (const RootPort& port : plan.ports) {
    const std::string number = std::to_string(port.bus);
    add("pcie-root-port,id=bus" + number + "," + slot(port.sid) + ",chassis=" + number + ",hotplug=off");
  }
  for (const EduPlan& edu : plan.edus) {
    const std::string bus = edu.sid >> 8 == 0 ? "pcie.0" : "bus" + std::to_string(edu.sid >> 8);
    add("edu,bus=" + bus + "," + slot(edu.sid) + ",dma_mask=0xffffffffffffffff");
  }
  return arguments;
}

void set_up_devices(Bus& bus, const DevicePlan& plan) {
  for (const RootPort& port : plan.ports) {
    expect_id(bus, port.sid, kRootPortId, "root port");
    bus.write(config_space(port.sid) + kPciBusNumbers, 4, port.bus << 16 | port.bus << 8);
    // Bits 31:20 of the addresses, limit (of the last byte) above base.
    const std::uint64_t window = (port.window_end - 1) >> 20 << 20 | port.window_base >> 16;
    bus.write(config_space(port.sid) + kPciMemoryWindow, 4, window);
    enable(bus, port.sid);
  }
  for (const EduPlan& edu : plan.edus) {
    expect_id(bus, edu.sid, kEduId, "edu device");
    bus.write(config_space(edu.sid) + kPciBar0, 4, edu.registers);
    enable(bus, edu.sid);
  }
}

}  // namespace tandem::qemu
