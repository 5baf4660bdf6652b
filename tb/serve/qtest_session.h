// SPDX-License-Identifier: Apache-2.0
// One client of QEMU's qtest text protocol: a line in, its answer out, lines about interrupts in between.
// Not here: sockets (serve_command.h). The commands: docs/qtest.md. Proof: tb/serve/test/test_serve.cpp.
#ifndef TANDEM_SERVE_QTEST_SESSION_H
#define TANDEM_SERVE_QTEST_SESSION_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "platform/platform.h"

namespace tandem::serve {

// A frame that a client wants at another address than the platform's.
struct Mapping {
  std::uint64_t address = 0, bytes = 0, frame = 0;
};

// Interrupt lines as the protocol numbers them: 8 for each SMMU, behind them one for each test engine.
inline constexpr unsigned kLinesPerSmmu = 8;
inline constexpr std::size_t kMostBytes = 16u << 20;  // of one read, write or memset

class QtestSession {
 public:
  // send gets whole lines with their ends; note what a person may want to know of an access that nobody answers.
  QtestSession(Platform& platform, std::vector<Mapping> mappings, std::function<void(const std::string&)> send,
               std::function<void(const std::string&)> note);
  ~QtestSession();
  QtestSession(const QtestSession&) = delete;
  QtestSession& operator=(const QtestSession&) = delete;

  // Without the line's end. Throws std::runtime_error when the simulation itself failed.
  void line(const std::string& text);

 private:
  using Words = std::vector<std::string>;

  std::string answer(const Words& words);
  std::string access(const Words& words, bool write, unsigned bytes);
  std::string read_block(const Words& words, bool base64);
  std::string write_block(const Words& words, bool base64);
  std::string fill(const Words& words);
  std::string clock(const Words& words);
  std::uint64_t physical(std::uint64_t address, std::uint64_t bytes) const;
  std::string load(std::uint64_t address, std::size_t bytes);
  void store(std::uint64_t address, const std::string& data);
  void pulse(unsigned line);

  Platform& platform_;
  std::vector<Mapping> mappings_;
  std::function<void(const std::string&)> send_, note_;
  bool intercepts_ = false;
};

}  // namespace tandem::serve

#endif
