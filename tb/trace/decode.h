// SPDX-License-Identifier: Apache-2.0
// Commands, event records and structures as names and field values, from the generated table.
// Not here: enum names, formats. Proof: tb/tests/test_trace.cpp.
#ifndef TANDEM_TRACE_DECODE_H
#define TANDEM_TRACE_DECODE_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tandem {

// Fields in the order of the table; an address field keeps its place (low bits zero), others are shifted down.
struct DecodedRecord {
  std::string name;  // "TLBI_NH_VA", "F_TRANSLATION"; "UNKNOWN_0x7f" for a number the architecture does not have
  std::vector<std::pair<std::string, std::uint64_t>> fields;

  const std::uint64_t* find(const std::string& field) const;  // null when there is none
};

DecodedRecord decode_command(const std::uint64_t words[2]);
DecodedRecord decode_event(const std::uint64_t words[4]);
DecodedRecord decode_structure(const std::string& name, const std::uint64_t* words);  // "STE", "CD", "L1STD"...

// Register at an offset of the SMMU frame, e.g. "CMDQ_PROD", "PMCG_EVTYPER0"; empty when there is none.
std::string register_name(std::uint32_t frame_offset);

}  // namespace tandem

#endif
