// SPDX-License-Identifier: Apache-2.0
// A client of QEMU's qtest text protocol: reads and writes of guest physical addresses, and interrupt lines as they change.
// One command is one line, its answer one line that begins with OK or FAIL; lines about interrupts come in between.
// Not here: starting QEMU (process.h), what is at an address (machine.h). Proof: tb/backend/qemu/test/test_protocol.cpp.
#ifndef TANDEM_BACKEND_QEMU_QTEST_H
#define TANDEM_BACKEND_QEMU_QTEST_H

#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>

namespace tandem::qemu {

// QEMU is gone, silent or talks nonsense; the text says which, and lacks only the name of the SMMU.
struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct QtestLine {
  enum class Kind { Ok, Fail, Irq, Unknown };
  Kind kind = Kind::Unknown;
  bool has_value = false;      // of Ok
  std::uint64_t value = 0;
  unsigned irq = 0;            // of Irq
  bool raised = false;
};

QtestLine parse_qtest_line(const std::string& line);

// bytes is 1, 2, 4 or 8.
std::string qtest_read_command(std::uint64_t address, unsigned bytes);
std::string qtest_write_command(std::uint64_t address, unsigned bytes, std::uint64_t value);

// Guest physical addresses as something that ECAM and the DMA devices are set up through; a test has one of its own.
class Bus {
 public:
  virtual ~Bus() = default;
  virtual std::uint64_t read(std::uint64_t address, unsigned bytes) = 0;
  virtual void write(std::uint64_t address, unsigned bytes, std::uint64_t value) = 0;
};

// Lines over a connected stream socket, with a limit on every wait. Does not own the socket.
class LineSocket {
 public:
  LineSocket(int fd, std::string peer, unsigned limit_ms) : fd_(fd), peer_(std::move(peer)), limit_ms_(limit_ms) {}
  void send(const std::string& text);
  // Without the line's end. asked is for the sentence of the trouble.
  std::string receive(const std::string& asked);

 private:
  int fd_;
  std::string peer_;
  unsigned limit_ms_;
  std::string pending_;
};

class QtestClient : public Bus {
 public:
  QtestClient(int fd, unsigned limit_ms) : socket_(fd, "qtest", limit_ms) {}

  std::uint64_t read(std::uint64_t address, unsigned bytes) override;
  void write(std::uint64_t address, unsigned bytes, std::uint64_t value) override;
  // From now on changes of the input lines of that device are told; they come before the answer of the command that caused them.
  void intercept_irqs(const std::string& device, std::function<void(unsigned irq, bool raised)> handler);

 private:
  QtestLine ask(const std::string& command);

  LineSocket socket_;
  std::function<void(unsigned, bool)> irq_handler_;
};

}  // namespace tandem::qemu

#endif
