// SPDX-License-Identifier: Apache-2.0
// What a client transaction carries beside address and data when it enters a TBU, and what the SMMU
// answers beside the TLM response status. One type for every implementation of the SMMU.
// Not here: the sockets (smmu_module.h). Proof: model/tlm/test, rtl-stubs/test, tb/tests.
#ifndef SMMU_TLM_STREAM_EXTENSION_H
#define SMMU_TLM_STREAM_EXTENSION_H

#include <cstdint>

#include <tlm>

namespace smmu_tlm {

// How an address relates to PCIe ATS: ordinary traffic, an ATS Translation Request, an ATS-translated access.
enum class AtsKind : std::uint8_t { Untranslated, TranslationRequest, Translated };

// Answer to an ATS Translation Request (valid when ats == TranslationRequest and the call returned).
struct AtsAnswer {
  enum class Status : std::uint8_t { Success, UnsupportedRequest, CompleterAbort };
  Status status = Status::Success;
  bool read = false, write = false, execute = false;  // granted rights; all false = "not mapped"
  std::uint64_t address = 0;                          // PA (or IPA for split-stage ATS), aligned to size_log2
  std::uint8_t size_log2 = 12;                        // bytes covered: 1 << size_log2
};

// The client implements this to learn that its blocking call is parked by a stalled fault and when it left that state.
// Called from the SMMU's process; must not call wait().
class StallObserver {
 public:
  virtual ~StallObserver() = default;
  virtual void transaction_stalled(std::uint16_t stag) = 0;
  virtual void transaction_resumed() = 0;
};

// Ignorable extension, owned by the initiator, sticky across uses of a payload: fill the inputs again before each call.
class StreamExtension : public tlm::tlm_extension<StreamExtension> {
 public:
  // inputs
  std::uint32_t sid = 0;    // StreamID
  std::uint32_t ssid = 0;   // SubstreamID, meaningful only if ssid_valid (SSV)
  bool ssid_valid = false;
  bool privileged = false;  // PnU
  bool instruction = false; // InD; ignored for writes
  AtsKind ats = AtsKind::Untranslated;
  bool ats_no_write = false; // NW bit of a Translation Request
  StallObserver* stall_observer = nullptr; // may be null
  std::uint32_t order_id = 0;  // nb_transport: equal StreamID, order_id and direction keep their order

  // outputs
  AtsAnswer ats_answer;
  std::uint8_t memory_type = 0xff;  // of the translated access, as a MAIR byte; 0xff also where the incoming type passes
  std::uint8_t shareability = 1;    // 0 none, 2 outer, 3 inner, 1 as it came in
                                    // (both: of implementations that work them out, when the SMMU let the access pass)
  bool raz_wi = false;      // terminated as RAZ/WI: response is TLM_OK_RESPONSE, read data is zero, write was dropped

  tlm::tlm_extension_base* clone() const override { return new StreamExtension(*this); }
  void copy_from(tlm::tlm_extension_base const& other) override { *this = static_cast<StreamExtension const&>(other); }
};

}  // namespace smmu_tlm

#endif
