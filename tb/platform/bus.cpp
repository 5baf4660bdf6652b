// SPDX-License-Identifier: Apache-2.0
// The address map of bus.h. Proof: tb/tests/test_engine.cpp.
#include "platform/bus.h"

#include <cstring>

#include "masters/test_engine.h"
#include "tandem/test_engine.h"

namespace tandem {
namespace {

constexpr std::uint64_t kEngineAccessNs = 10;  // like an SMMU's, without the SMMU's own time

// Who is at [pa, pa + bytes).
struct Place {
  enum class Kind { Nothing, Ram, Smmu, Engine } kind = Kind::Nothing;
  unsigned number = 0;
  std::uint64_t offset = 0;
};

Place place_of(Platform& platform, std::uint64_t pa, unsigned bytes) {
  const auto inside = [pa, bytes](std::uint64_t base, std::uint64_t size) { return pa >= base && pa - base <= size - bytes; };
  if (inside(platform.ram_base(), platform.ram_bytes())) return {Place::Kind::Ram, 0, pa - platform.ram_base()};
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    if (inside(platform.smmu_frame(i), smmu_tlm::kFrameBytes)) return {Place::Kind::Smmu, i, pa - platform.smmu_frame(i)};
  }
  for (unsigned i = 0; i < platform.engine_count(); ++i) {
    if (inside(platform.engine_frame(i), TANDEM_ENGINE_FRAME_BYTES)) return {Place::Kind::Engine, i, pa - platform.engine_frame(i)};
  }
  return {};
}

bool is_register_access(std::uint64_t offset, unsigned bytes) { return (bytes == 4 || bytes == 8) && offset % bytes == 0; }

}  // namespace

bool bus_read(Platform& platform, std::uint64_t pa, unsigned bytes, std::uint64_t* value) {
  *value = 0;
  const Place place = place_of(platform, pa, bytes);
  const auto offset = static_cast<std::uint32_t>(place.offset);
  if (place.kind == Place::Kind::Nothing) return false;
  if (place.kind == Place::Kind::Ram) {
    std::memcpy(value, platform.ram() + place.offset, bytes);
  } else if (!is_register_access(place.offset, bytes)) {
    return false;
  } else if (place.kind == Place::Kind::Engine) {
    *value = engine_read(platform, place.number, offset, bytes);
  } else {
    *value = bytes == 4 ? platform.mmio_read32(place.number, offset) : platform.mmio_read64(place.number, offset);
  }
  return true;
}

bool bus_write(Platform& platform, std::uint64_t pa, unsigned bytes, std::uint64_t value) {
  const Place place = place_of(platform, pa, bytes);
  const auto offset = static_cast<std::uint32_t>(place.offset);
  if (place.kind == Place::Kind::Nothing) return false;
  if (place.kind == Place::Kind::Ram) {
    std::memcpy(platform.ram() + place.offset, &value, bytes);
  } else if (!is_register_access(place.offset, bytes)) {
    return false;
  } else if (place.kind == Place::Kind::Engine) {
    engine_write(platform, place.number, offset, bytes, value);
  } else if (bytes == 4) {
    platform.mmio_write32(place.number, offset, static_cast<std::uint32_t>(value));
  } else {
    platform.mmio_write64(place.number, offset, value);
  }
  return true;
}

std::uint64_t engine_read(Platform& platform, unsigned engine, std::uint32_t offset, unsigned bytes) {
  const std::uint64_t value = platform.engine(engine).read(offset, bytes);
  platform.wait_ns(kEngineAccessNs);
  return value;
}

void engine_write(Platform& platform, unsigned engine, std::uint32_t offset, unsigned bytes, std::uint64_t value) {
  platform.engine(engine).write(offset, bytes, value);
  platform.wait_ns(kEngineAccessNs);
}

}  // namespace tandem
