// SPDX-License-Identifier: Apache-2.0
// What an SMMU and the PCIe endpoints behind it say to each other beside memory traffic: invalidations of address
// translation caches, page requests and their answers.
// Not here: translation requests and translated accesses, which are payloads (stream_extension.h).
// Proof: model/tlm/test, tb/tests.
#ifndef SMMU_TLM_ENDPOINT_H
#define SMMU_TLM_ENDPOINT_H

#include <cstdint>

namespace smmu_tlm {

// An ATS Invalidate Request. Without ssid_valid it covers entries of every PASID and of none.
struct AtcInvalidate {
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false, global = false;
  std::uint64_t address = 0;    // aligned to its size
  std::uint8_t size_log2 = 12;  // bytes: 1 << size_log2; 64 is everything
  std::uint8_t tag = 0;         // for SmmuModule::atc_completed
};

// The answer to a page request group, of software or of the SMMU itself.
struct PageResponse {
  enum class Code : std::uint8_t { Success = 0, InvalidRequest = 1, Failure = 15 };  // as PCIe encodes them
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false;
  std::uint16_t group = 0;
  Code code = Code::Success;
};

struct PageRequest {
  std::uint32_t sid = 0, ssid = 0;
  bool ssid_valid = false, read = false, write = false, execute = false, privileged = false, last = false;
  std::uint16_t group = 0;    // 0..511
  std::uint64_t address = 0;  // of the page, 4 KiB aligned
};

// Called in the SystemC process that produced the message; must not call wait(), may call back into the SMMU.
class EndpointSink {
 public:
  virtual ~EndpointSink() = default;
  virtual void atc_invalidate(const AtcInvalidate& request) = 0;
  virtual void page_response(const PageResponse& response) = 0;
};

}  // namespace smmu_tlm

#endif
