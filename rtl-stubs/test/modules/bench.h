// SPDX-License-Identifier: Apache-2.0
// What every module test stands on: one Verilated module with its clock, a random stream from --seed, and checks that name
// seed, cycle and claim when they fail. Tests keep what has a destructor at namespace scope, because a failed check jumps.
// Not here: handshakes (channel.h). Proof: each test was seen to fail on a changed module.
#ifndef SMMU_RTL_TEST_BENCH_H
#define SMMU_RTL_TEST_BENCH_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "unity.h"
#include "verilated.h"
#include "verilated_coverage.h"

namespace bench {
using Word = std::uint64_t;

// splitmix64
class Random {
 public:
  void seed(Word value) { state_ = value * 0x9e3779b97f4a7c15u + 0x7f4a7c15u; }
  Word word() {
    Word z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }
  unsigned below(unsigned n) { return static_cast<unsigned>((word() >> 32) % n); }
  Word bits(unsigned n) { return n >= 64 ? word() : word() & ((Word{1} << n) - 1); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T, std::size_t N> const T& of(const T (&list)[N]) { return list[below(static_cast<unsigned>(N))]; }

 private:
  Word state_ = 1;
};

inline Random rnd;
inline unsigned first_seed = 1, current_seed = 1;
inline unsigned long cycle = 0;

inline void take_seed(int argc, char** argv) {
  for (int i = 1; i + 1 < argc; i++)
    if (std::strcmp(argv[i], "--seed") == 0) first_seed = static_cast<unsigned>(std::strtoul(argv[i + 1], nullptr, 0));
}
inline const char* at(const char* claim) {
  static char text[256];
  std::snprintf(text, sizeof text, "--seed %u, cycle %lu: %s", current_seed, cycle, claim);
  return text;
}
// A claim, and an equality that shows both values.
#define CHECK(claim, condition) do { if (!(condition)) TEST_FAIL_MESSAGE(bench::at(claim)); } while (0)
#define CHECK_EQUAL(claim, expected, actual) \
  do { \
    const bench::Word check_e = static_cast<bench::Word>(expected), check_a = static_cast<bench::Word>(actual); \
    if (check_e != check_a) TEST_ASSERT_EQUAL_HEX64_MESSAGE(check_e, check_a, bench::at(claim)); \
  } while (0)

constexpr Word mask(unsigned bits) { return bits >= 64 ? ~Word{0} : (Word{1} << bits) - 1; }
constexpr Word field(Word value, unsigned msb, unsigned lsb) { return value >> lsb & mask(msb - lsb + 1); }

// A module of its own: without a clock (eval), or with one (begin, then settle and edge in turn).
template <class Dut> class Module {
 public:
  Dut* operator->() { return dut_.get(); }
  // Random initial state for every flip-flop and memory, from the seed.
  void make(unsigned seed) {
    end();
    current_seed = seed;
    cycle = 0;
    rnd.seed(seed);
    context_ = std::make_unique<VerilatedContext>();
    context_->randReset(2);
    context_->randSeed(static_cast<int>(seed) + 1);
    dut_ = std::make_unique<Dut>(context_.get());
  }
  // After the inputs have values that mean nothing: one clock in reset, then out of it.
  void reset() {
    dut_->rst_ni = 0;
    settle();
    edge();
    settle();
    edge();
    dut_->rst_ni = 1;
    smmu_rtl::coverage_begins(*context_);
    settle();
    edge();
    cycle = 0;
  }
  void eval() { dut_->eval(); cycle++; }
  void settle() { dut_->clk_i = 0; dut_->eval(); }   // outputs are those of this cycle's inputs
  void edge() { dut_->clk_i = 1; dut_->eval(); cycle++; }
  void counts_begin() { smmu_rtl::coverage_begins(*context_); }
  void end() {
    if (dut_) smmu_rtl::coverage_ends(*context_);
    dut_.reset();
    context_.reset();
  }

 private:
  std::unique_ptr<VerilatedContext> context_;
  std::unique_ptr<Dut> dut_;
};
}  // namespace bench

#endif
