// SPDX-License-Identifier: Apache-2.0
// What makes a PlatformSpec buildable on any backend: names, StreamIDs, RAM, ranges. Also the default platform.
// Not here: backend names and ID fields, which need the implementation (platform.cpp). Proof: tb/tests/test_platform_spec.cpp.
#ifndef TANDEM_PLATFORM_SPEC_CHECK_H
#define TANDEM_PLATFORM_SPEC_CHECK_H

#include <cstdint>
#include <string>

#include "platform/platform_spec.h"

namespace tandem {

inline constexpr std::uint64_t kMinRamBytes = 4ull << 20;   // stream table, queues and page tables of a small run
inline constexpr std::uint64_t kMaxRamBytes = 64ull << 30;
inline constexpr unsigned kMaxTbus = 4, kMaxPmcgCounters = 64, kMaxSsidBits = 20, kMaxEngines = 64;

// "file:line: " or what of it is known.
std::string location_prefix(const SourceLocation& where);

// Empty, or one sentence.
std::string check_ram(std::uint64_t base, std::uint64_t bytes);
std::string check_spec(const PlatformSpec& spec);

// One SMMU "smmu0" with every feature its backend has, SIDSIZE 16, SSIDSIZE 10, queues up to 2^10 entries, 256 MiB RAM,
// and two test engines "te0" and "te1" behind it.
PlatformSpec default_platform();

}  // namespace tandem

#endif
