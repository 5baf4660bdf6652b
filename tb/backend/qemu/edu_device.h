// SPDX-License-Identifier: Apache-2.0
// DMA of one `edu` device: it copies between a buffer of its own (4 KiB) and the bus, which for it is behind the SMMU.
// It does not tell whether the bus refused: that is in the trace log. Not here: how data gets into the buffer past the SMMU
// (qemu_module.h). Proof: tb/backend/qemu/test/test_protocol.cpp, test_qemu.cpp.
#ifndef TANDEM_BACKEND_QEMU_EDU_DEVICE_H
#define TANDEM_BACKEND_QEMU_EDU_DEVICE_H

#include <cstdint>

#include "backend/qemu/qtest.h"

namespace tandem::qemu {

inline constexpr std::uint32_t kEduBufferBytes = 4096;

class EduDevice {
 public:
  EduDevice(Bus& bus, std::uint64_t registers, unsigned limit_ms) : bus_(bus), registers_(registers), limit_ms_(limit_ms) {}

  // bytes is 1..4095: one that fills the buffer ends QEMU. Come back when the device says that it is done; Trouble after limit_ms.
  void from_bus(std::uint64_t address, std::uint32_t bytes);  // into the buffer
  void to_bus(std::uint64_t address, std::uint32_t bytes);

 private:
  void copy(std::uint64_t source, std::uint64_t target, std::uint32_t bytes, std::uint64_t command);

  Bus& bus_;
  std::uint64_t registers_;
  unsigned limit_ms_;
};

}  // namespace tandem::qemu

#endif
