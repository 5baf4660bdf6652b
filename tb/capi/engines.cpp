// SPDX-License-Identifier: Apache-2.0
// libtandem: test engines and accesses by physical address. Proof: tb/tests/test_libtandem.c.
#include "handle.h"
#include "masters/test_engine.h"
#include "platform/bus.h"

using namespace tandem::capi;

namespace {

std::uint64_t read_register(tandem_handle* t, int engine, std::uint32_t offset, unsigned bytes) {
  std::uint64_t value = 0;
  if (has_engine(t, engine)) {
    call(t, [&](tandem::Platform& p) { value = tandem::engine_read(p, static_cast<unsigned>(engine), offset, bytes); });
  }
  return value;
}

void write_register(tandem_handle* t, int engine, std::uint32_t offset, unsigned bytes, std::uint64_t value) {
  if (!has_engine(t, engine)) return;
  call(t, [&](tandem::Platform& p) { tandem::engine_write(p, static_cast<unsigned>(engine), offset, bytes, value); });
}

bool is_bus_size(unsigned bytes) { return bytes == 1 || bytes == 2 || bytes == 4 || bytes == 8; }

}  // namespace

extern "C" {

int tandem_engine_count(const tandem_handle* t) { return enter(t) ? static_cast<int>(t->platform->engine_count()) : 0; }

const char* tandem_engine_name(const tandem_handle* t, int engine) {
  return has_engine(t, engine) ? t->platform->engine(static_cast<unsigned>(engine)).spec().name.c_str() : nullptr;
}

int tandem_find_engine(const tandem_handle* t, const char* name) {
  const int count = tandem_engine_count(t);
  for (int i = 0; i < count && name != nullptr; ++i) {
    if (t->platform->engine(static_cast<unsigned>(i)).spec().name == name) return i;
  }
  if (t != nullptr) refuse(t, std::string("there is no test engine '") + (name != nullptr ? name : "") + "'");
  return -1;
}

uint32_t tandem_engine_read32(tandem_handle* t, int engine, uint32_t offset) {
  return static_cast<uint32_t>(read_register(t, engine, offset, 4));
}
void tandem_engine_write32(tandem_handle* t, int engine, uint32_t offset, uint32_t value) { write_register(t, engine, offset, 4, value); }
uint64_t tandem_engine_read64(tandem_handle* t, int engine, uint32_t offset) { return read_register(t, engine, offset, 8); }
void tandem_engine_write64(tandem_handle* t, int engine, uint32_t offset, uint64_t value) { write_register(t, engine, offset, 8, value); }

bool tandem_take_engine_irq(tandem_handle* t, int engine) {
  return has_engine(t, engine) && t->platform->take_engine_irq(static_cast<unsigned>(engine));
}

void tandem_on_engine_irq(tandem_handle* t, tandem_engine_irq_fn fn, void* arg) {
  if (enter(t)) t->on_engine_irq = {fn, arg};
}

uint64_t tandem_smmu_frame(const tandem_handle* t, int smmu) {
  return has_smmu(t, smmu) ? t->platform->smmu_frame(static_cast<unsigned>(smmu)) : 0;
}
uint64_t tandem_engine_frame(const tandem_handle* t, int engine) {
  return has_engine(t, engine) ? t->platform->engine_frame(static_cast<unsigned>(engine)) : 0;
}

bool tandem_bus_read(tandem_handle* t, uint64_t pa, unsigned size_bytes, uint64_t* value) {
  if (value != nullptr) *value = 0;
  if (!enter(t)) return false;
  if (value == nullptr) return refuse(t, "there is nowhere to put the value");
  if (!is_bus_size(size_bytes)) return refuse(t, "an access of " + std::to_string(size_bytes) + " bytes; allowed are 1, 2, 4 and 8");
  bool ok = false;
  call(t, [&](tandem::Platform& p) { ok = tandem::bus_read(p, pa, size_bytes, value); });
  return ok || refuse(t, "nobody answers an access of that address and size");
}

bool tandem_bus_write(tandem_handle* t, uint64_t pa, unsigned size_bytes, uint64_t value) {
  if (!enter(t)) return false;
  if (!is_bus_size(size_bytes)) return refuse(t, "an access of " + std::to_string(size_bytes) + " bytes; allowed are 1, 2, 4 and 8");
  bool ok = false;
  call(t, [&](tandem::Platform& p) { ok = tandem::bus_write(p, pa, size_bytes, value); });
  return ok || refuse(t, "nobody answers an access of that address and size");
}

}  // extern "C"
