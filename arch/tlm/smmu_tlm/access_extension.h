// SPDX-License-Identifier: Apache-2.0
// Why an SMMU made an access of its own (structure fetch, table walk, queue, MSI). Memory models use it for
// error injection per access class and checkers use it to tell walks from queue traffic.
// Proof: model/tlm/test, rtl-stubs/test, tb/tests.
#ifndef SMMU_TLM_ACCESS_EXTENSION_H
#define SMMU_TLM_ACCESS_EXTENSION_H

#include <cstdint>

#include <tlm>

namespace smmu_tlm {

enum class AccessClass : std::uint8_t {
  Client,   // a transaction of a client device (no extension on the payload means the same)
  L1std, Ste, L1cd, Cd, Stage1Table, Stage2Table, Vms,
  CmdqRead, EventqWrite, PriqWrite, Msi,
};
inline constexpr unsigned kAccessClassCount = 12;

class AccessExtension : public tlm::tlm_extension<AccessExtension> {
 public:
  AccessClass access_class = AccessClass::Client;
  // Compare-and-swap (hardware update of a descriptor): payload is a TLM_WRITE of 8 bytes holding the new value; the
  // memory stores it only if the present value equals `expected`, and returns the present value in `observed`.
  bool compare_and_swap = false;
  std::uint64_t expected = 0, observed = 0;

  tlm::tlm_extension_base* clone() const override { return new AccessExtension(*this); }
  void copy_from(tlm::tlm_extension_base const& other) override { *this = static_cast<AccessExtension const&>(other); }
};

}  // namespace smmu_tlm

#endif
