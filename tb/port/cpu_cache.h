// SPDX-License-Identifier: Apache-2.0
// What a CPU sees of memory that SMMUs do not snoop: a view of its own, whose stores reach memory only when lines are cleaned,
// and whose loads see what SMMUs wrote only after lines were discarded. Cleaned lines are on their way until publish() and
// arrive in any order. So a driver that forgets a clean, a discard or a barrier meets old bytes, every time.
// Not here: lines that a cache gives up or fetches by itself; a coherent CPU needs none of this. Proof: tb/port/test/test_cpu_cache.cpp.
//
// Called by the CPU threads of one simulation, one at a time.
#ifndef TANDEM_PORT_CPU_CACHE_H
#define TANDEM_PORT_CPU_CACHE_H

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <random>
#include <unordered_map>
#include <vector>

namespace tandem {

class CpuCache {
 public:
  static constexpr std::size_t kLineBytes = 64;

  // memory: `bytes` bytes, a multiple of the line, which outlive the cache. The view starts with what memory holds.
  CpuCache(std::uint8_t* memory, std::size_t bytes, std::uint64_t seed);

  // Aligned to 4 KiB.
  std::uint8_t* view() { return view_.get(); }

  // Ranges are of the view; what lies outside of it is ignored. Whole lines, as hardware does it.
  void clean(const void* start, std::size_t bytes);    // the lines leave with what they hold now
  void discard(const void* start, std::size_t bytes);  // what is on its way arrives first, then memory is read
  void publish();                                      // everything that was cleaned is in memory
  void arrive_some();                                  // time passes: some of what is on its way arrives

 private:
  struct Line {
    std::size_t offset;
    std::array<std::uint8_t, kLineBytes> bytes;
  };
  struct Free {
    void operator()(std::uint8_t* bytes) const;
  };

  template <class Fn>
  void for_each_line(const void* start, std::size_t bytes, Fn fn);
  void arrive(std::size_t index);
  void arrive_line(std::size_t offset);

  std::uint8_t* memory_;
  std::size_t bytes_;
  std::unique_ptr<std::uint8_t, Free> view_;
  std::vector<Line> leaving_;
  std::unordered_map<std::size_t, std::size_t> place_;  // of a line in leaving_, by its offset
  std::mt19937_64 random_;
};

}  // namespace tandem

#endif
