// SPDX-License-Identifier: Apache-2.0
// Proof: tb/backend/qemu/test/test_protocol.cpp.
#include "backend/qemu/edu_device.h"

#include <chrono>

namespace tandem::qemu {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kDmaSource = 0x80, kDmaTarget = 0x88, kDmaCount = 0x90, kDmaCommand = 0x98;
constexpr std::uint64_t kRun = 1u << 0, kToBus = 1u << 1;
constexpr std::uint64_t kBuffer = 0x40000;  // the device's own name for its buffer

}  // namespace

void EduDevice::from_bus(std::uint64_t address, std::uint32_t bytes) { copy(address, kBuffer, bytes, kRun); }

void EduDevice::to_bus(std::uint64_t address, std::uint32_t bytes) { copy(kBuffer, address, bytes, kRun | kToBus); }

void EduDevice::copy(std::uint64_t source, std::uint64_t target, std::uint32_t bytes, std::uint64_t command) {
  bus_.write(registers_ + kDmaSource, 8, source);
  bus_.write(registers_ + kDmaTarget, 8, target);
  bus_.write(registers_ + kDmaCount, 8, bytes);
  bus_.write(registers_ + kDmaCommand, 8, command);
  const auto deadline = Clock::now() + std::chrono::milliseconds(limit_ms_);
  while ((bus_.read(registers_ + kDmaCommand, 8) & kRun) != 0) {
    if (Clock::now() > deadline) throw Trouble("a DMA of an edu device did not end within " + std::to_string(limit_ms_) + " ms");
  }
}

}  // namespace tandem::qemu
