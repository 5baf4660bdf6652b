// SPDX-License-Identifier: Apache-2.0
// The cache of cpu_cache.h. Proof: tb/port/test/test_cpu_cache.cpp.
#include "port/cpu_cache.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace tandem {
namespace {

// What users of the view may rely on.
constexpr std::size_t kPageBytes = 4096;

}  // namespace

void CpuCache::Free::operator()(std::uint8_t* bytes) const { std::free(bytes); }

CpuCache::CpuCache(std::uint8_t* memory, std::size_t bytes, std::uint64_t seed)
    : memory_(memory),
      bytes_(bytes),
      view_(static_cast<std::uint8_t*>(std::aligned_alloc(kPageBytes, (bytes + kPageBytes - 1) / kPageBytes * kPageBytes))),
      random_(seed) {
  if (!view_) throw std::bad_alloc();
  std::memcpy(view_.get(), memory_, bytes_);
}

template <class Fn>
void CpuCache::for_each_line(const void* start, std::size_t bytes, Fn fn) {
  const auto base = reinterpret_cast<std::uintptr_t>(view_.get()), first = reinterpret_cast<std::uintptr_t>(start);
  if (bytes == 0 || first < base || first - base >= bytes_ || bytes > bytes_ - (first - base)) return;
  const std::size_t end = first - base + bytes;
  for (std::size_t offset = (first - base) / kLineBytes * kLineBytes; offset < end; offset += kLineBytes) fn(offset);
}

void CpuCache::clean(const void* start, std::size_t bytes) {
  for_each_line(start, bytes, [this](std::size_t offset) {
    arrive_line(offset);  // an older content must not arrive after this one
    Line line{offset, {}};
    std::memcpy(line.bytes.data(), view_.get() + offset, kLineBytes);
    place_[offset] = leaving_.size();
    leaving_.push_back(line);
  });
}

void CpuCache::discard(const void* start, std::size_t bytes) {
  for_each_line(start, bytes, [this](std::size_t offset) {
    arrive_line(offset);
    std::memcpy(view_.get() + offset, memory_ + offset, kLineBytes);
  });
}

void CpuCache::publish() {
  for (const Line& line : leaving_) std::memcpy(memory_ + line.offset, line.bytes.data(), kLineBytes);
  leaving_.clear();
  place_.clear();
}

void CpuCache::arrive_some() {
  while (!leaving_.empty() && (random_() & 1) != 0) arrive(random_() % leaving_.size());
}

void CpuCache::arrive(std::size_t index) {
  std::memcpy(memory_ + leaving_[index].offset, leaving_[index].bytes.data(), kLineBytes);
  place_.erase(leaving_[index].offset);
  if (index + 1 < leaving_.size()) {
    leaving_[index] = leaving_.back();
    place_[leaving_[index].offset] = index;
  }
  leaving_.pop_back();
}

void CpuCache::arrive_line(std::size_t offset) {
  const auto found = place_.find(offset);
  if (found != place_.end()) arrive(found->second);
}

}  // namespace tandem
