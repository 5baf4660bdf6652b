// SPDX-License-Identifier: Apache-2.0
// Copies of the constants of rtl/smmuv3_rtl_pkg.sv that the wrapper needs, under the same names, and the names of the
// engine states by number. Proof: sim/test/test_limits.cpp reads the package and compares.
#ifndef SMMU_RTL_RTL_LIMITS_H
#define SMMU_RTL_RTL_LIMITS_H

#include <array>
#include <cstdint>

namespace smmu_rtl {

// One-bit features that the block can have.
inline constexpr std::uint32_t kIdr0Mask = 0x0F4E72FB;
inline constexpr std::uint32_t kIdr1Mask = 0x07FFFFFF;
inline constexpr std::uint32_t kIdr2Mask = 0x00000000;
inline constexpr std::uint32_t kIdr3Mask = 0x00003E14;
inline constexpr std::uint32_t kIdr5Mask = 0xFFFF0077;
inline constexpr std::uint32_t kSidSizeMax = 32;
inline constexpr std::uint32_t kSsidSizeMax = 20;
inline constexpr std::uint32_t kQueueSizeMax = 19;
inline constexpr std::uint32_t kOasCodeMax = 5;
inline constexpr std::uint32_t kStallMax = 16;

inline constexpr std::uint32_t kIdr0Default = 0x084E72BB;
inline constexpr std::uint32_t kIdr1Default = 0x054A0290;
inline constexpr std::uint32_t kIdr3Default = 0x00002C14;
inline constexpr std::uint32_t kIdr5Default = 0x00100075;

using StateNames = std::array<const char*, 16>;
inline constexpr StateNames kCmdqStates = {"CmdqIdle", "CmdqRequest", "CmdqData", "CmdqDecode", "CmdqTlb", "CmdqCfg",
                                           "CmdqSnapshot", "CmdqDrain", "CmdqRetire", "CmdqError", "CmdqStall"};
inline constexpr StateNames kEventqStates = {"EventqIdle", "EventqWrite"};
inline constexpr std::array<const char*, 32> kSlotStates = {
    "SlotIdle", "SlotEvent", "SlotMerge", "SlotUpdate", "SlotRead", "SlotFetch", "SlotGbpa", "SlotConfig", "SlotSte", "SlotCd",
    "SlotRange", "SlotTlb", "SlotWalk", "SlotIpa", "SlotStage2", "SlotStage2Done", "SlotCheck", "SlotAnswer", "SlotLock",
    "SlotUpdated"};
inline constexpr StateNames kTlbStates = {"TlbIdle", "TlbProbe", "TlbSweep"};
inline constexpr StateNames kTbuStates = {"TbuIdle", "TbuTranslate", "TbuData", "TbuTerminate", "TbuStalled"};

}  // namespace smmu_rtl

#endif
