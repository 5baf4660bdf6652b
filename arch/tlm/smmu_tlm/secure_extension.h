// SPDX-License-Identifier: Apache-2.0
// On a register access: it is of the secure state. Without the extension an access is non-secure.
// Not here: what the registers do with it. Proof: model/tlm/test/test_shell.cpp.
#ifndef SMMU_TLM_SECURE_EXTENSION_H
#define SMMU_TLM_SECURE_EXTENSION_H

#include <tlm>

namespace smmu_tlm {

// Ignorable: an SMMU without secure state, and every other target, treats the access as if it were not there.
class SecureExtension : public tlm::tlm_extension<SecureExtension> {
 public:
  tlm::tlm_extension_base* clone() const override { return new SecureExtension(*this); }
  void copy_from(tlm::tlm_extension_base const&) override {}
};

}  // namespace smmu_tlm

#endif
