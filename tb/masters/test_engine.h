// SPDX-License-Identifier: Apache-2.0
// The test engine: a DMA master that software starts with register writes alone, so that a driver or firmware that knows
// only MMIO can make traffic with any StreamID and PASID. Frame: tb/include/tandem/test_engine.h, docs/test-engine.md.
// Not here: where the frame lies and what an access of it costs (platform/bus.h). Proof: tb/tests/test_engine.cpp.
#ifndef TANDEM_MASTERS_TEST_ENGINE_H
#define TANDEM_MASTERS_TEST_ENGINE_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <systemc>

#include "platform/platform.h"

namespace tandem {

struct EngineRegister {
  const char* name;  // "STREAM_ID"
  std::uint32_t offset, bytes;
};
const std::vector<EngineRegister>& engine_registers();

class TestEngine {
 public:
  // smmu: its number in the platform. irq is called at each edge of the interrupt and must not wait.
  TestEngine(Platform& platform, const EngineSpec& spec, unsigned smmu, std::function<void()> irq);
  TestEngine(const TestEngine&) = delete;
  TestEngine& operator=(const TestEngine&) = delete;

  const EngineSpec& spec() const { return spec_; }

  // One access of the frame, 4 or 8 bytes, aligned; anything else reads 0 and ignores writes. Takes no time.
  std::uint64_t read(std::uint32_t offset, unsigned bytes) const;
  void write(std::uint32_t offset, unsigned bytes, std::uint64_t value);

  // Every register as after power-up; what runs is given up.
  void reset();

 private:
  enum class Outcome { Ok, Failed, Gone };  // Gone: stopped or reset meanwhile
  struct Transfer {
    std::uint64_t iova = 0;
    std::uint32_t bytes = 0;
    bool write = false;
  };

  std::uint32_t word(std::uint32_t offset) const { return words_[offset / 4]; }
  std::uint64_t wide(std::uint32_t offset) const { return word(offset) | std::uint64_t{word(offset + 4)} << 32; }
  void set(std::uint32_t offset, std::uint32_t value) { words_[offset / 4] = value; }
  void set_wide(std::uint32_t offset, std::uint64_t value);
  std::uint32_t state() const;
  void set_state(std::uint32_t state);
  void write_word(std::uint32_t offset, std::uint32_t value);
  std::uint32_t bad_register(std::uint32_t command) const;
  void command(std::uint32_t command);
  void stop();

  void loop();
  void run();
  void run_range();
  void run_random();
  void translate();
  void finish();
  Outcome transfer(const Transfer& what);
  Outcome submit(const Access& access, AccessResult* result);
  Access access_of(const Transfer& what) const;
  void fill_pattern(const Transfer& what);
  void check_pattern(const Transfer& what);
  void error(std::uint32_t kind, std::uint64_t address);
  bool may_go_on() const;

  Platform& platform_;
  EngineSpec spec_;
  unsigned smmu_;
  std::function<void()> irq_;
  std::vector<std::uint32_t> words_;
  std::vector<std::uint8_t> buffer_;
  sc_core::sc_event wake_;
  bool has_thread_ = false, start_ = false, gone_ = false;
  std::uint64_t ticket_ = 0, begin_ns_ = 0;
};

}  // namespace tandem

#endif
