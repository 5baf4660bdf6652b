// SPDX-License-Identifier: Apache-2.0
// An own project in C++ on an installed libtandem: software that knows only addresses starts the test engine, sleeps until
// its interrupt, and gets its MSI through a doorbell. Usage: firmware PLATFORM.lua BACKEND. Proof: ctest example.out_of_tree.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <tandem/tandem.h>
#include <tandem/test_engine.h>

namespace {

struct Closer {
  void operator()(tandem* t) const { tandem_close(t); }
};
using Platform = std::unique_ptr<tandem, Closer>;

Platform open_platform(const char* file, const char* backend) {
  char error[256];
  Platform platform(tandem_open(file, backend, error, sizeof error));
  if (!platform) throw std::runtime_error(error);
  return platform;
}

// What a driver in firmware has: loads and stores.
class Device {
 public:
  Device(tandem* t, std::uint64_t base) : t_(t), base_(base) {}
  std::uint64_t load(std::uint32_t offset, unsigned bytes = 4) const {
    std::uint64_t value = 0;
    if (!tandem_bus_read(t_, base_ + offset, bytes, &value)) throw std::runtime_error(tandem_error(t_));
    return value;
  }
  void store(std::uint32_t offset, std::uint64_t value, unsigned bytes = 4) const {
    if (!tandem_bus_write(t_, base_ + offset, bytes, value)) throw std::runtime_error(tandem_error(t_));
  }

 private:
  tandem* t_;
  std::uint64_t base_;
};

void expect(bool condition, const std::string& what) {
  if (!condition) throw std::runtime_error("not as expected: " + what);
}

void run(tandem* t) {
  constexpr std::uint64_t doorbell = 0x08020000;
  const int gpu = tandem_find_smmu(t, "gpu"), te = tandem_find_engine(t, "te");
  const Device smmu(t, tandem_smmu_frame(t, gpu)), engine(t, tandem_engine_frame(t, te));
  std::uint64_t base = 0;
  const auto* ram = static_cast<const std::uint8_t*>(tandem_ram(t, &base, nullptr));

  smmu.store(0x44, 0x80001000);  // GBPA: let traffic pass
  while ((smmu.load(0x44) & 0x80000000u) != 0) {
  }
  std::vector<tandem_msi> messages;
  tandem_on_msi(t, [](void* arg, const tandem_msi* msi) { static_cast<std::vector<tandem_msi>*>(arg)->push_back(*msi); }, &messages);
  expect(tandem_add_doorbell(t, doorbell, 0x1000), tandem_error(t));

  engine.store(TANDEM_ENGINE_STREAM_ID, 0x20);
  engine.store(TANDEM_ENGINE_BEGIN, base + 0x5000, 8);
  engine.store(TANDEM_ENGINE_END, base + 0x5fff, 8);
  engine.store(TANDEM_ENGINE_SIZE, 512);
  engine.store(TANDEM_ENGINE_SEED, 1, 8);
  engine.store(TANDEM_ENGINE_MSI_ADDRESS, doorbell + 0x40, 8);
  engine.store(TANDEM_ENGINE_MSI_DATA, 0x2a);
  engine.store(TANDEM_ENGINE_CONTROL, TANDEM_ENGINE_CONTROL_IRQ | TANDEM_ENGINE_CONTROL_MSI);
  for (const unsigned command : {TANDEM_ENGINE_CMD_WRITE, TANDEM_ENGINE_CMD_VERIFY}) {
    engine.store(TANDEM_ENGINE_COMMAND, command);
    expect(tandem_wait_irq(t, 1000000) && tandem_take_engine_irq(t, te), "an interrupt");
    expect(engine.load(TANDEM_ENGINE_STATUS) == TANDEM_ENGINE_DONE, "STATUS = DONE");
    expect(engine.load(TANDEM_ENGINE_DONE_COUNT, 8) == 8, "8 transfers");
  }
  unsigned different = 0;
  for (unsigned i = 1; i < 0x1000; ++i) different += ram[0x5000 + i] != ram[0x5000 + i - 1] ? 1 : 0;
  expect(different > 3500, "a pattern in memory");
  expect(messages.size() == 2 && messages[1].pa == doorbell + 0x40 && messages[1].data == 0x2a && messages[1].smmu == -1, "two MSIs");
  std::printf("the engine wrote and verified 4096 bytes in %llu ns, %zu MSIs\n",
              static_cast<unsigned long long>(engine.load(TANDEM_ENGINE_ELAPSED_NS, 8)), messages.size());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: firmware PLATFORM.lua BACKEND\n");
    return 2;
  }
  try {
    const Platform platform = open_platform(argv[1], argv[2]);
    run(platform.get());
    std::puts("done");
    return 0;
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "%s\n", failure.what());
    return 1;
  }
}
