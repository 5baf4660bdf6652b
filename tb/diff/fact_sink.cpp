// SPDX-License-Identifier: Apache-2.0
// From records and calls to facts. Proof: tb/diff/test/test_fact_sink.cpp.
#include "diff/fact_sink.h"

#include <cstring>
#include <utility>

namespace tandem::diff {
namespace {

constexpr std::size_t kBlockBytes = 16384;  // what is told at once
constexpr std::uint64_t kPage = 4095;
constexpr unsigned kStructureWords = 8;

std::uint64_t hash(std::uint64_t seed, const void* bytes, std::size_t count) {  // FNV-1a, the same on every machine
  const auto* at = static_cast<const unsigned char*>(bytes);
  for (std::size_t i = 0; i < count; ++i) seed = (seed ^ at[i]) * 0x100000001b3ull;
  return seed;
}
constexpr std::uint64_t kHashStart = 0xcbf29ce484222325ull;

std::uint64_t ssid_of(const smmu_trace_record& r) { return (r.flags & SMMU_TRACE_FLAG_SSV) != 0 ? r.ssid + std::uint64_t{1} : 0; }

}  // namespace

FactSink::FactSink(Memory memory, std::function<std::uint64_t()> now_ps, std::function<std::uint32_t()> thread,
                   std::function<void(const std::string&)> out)
    : memory_(memory), now_ps_(std::move(now_ps)), thread_(std::move(thread)), out_(std::move(out)) {}

void FactSink::emit(Kind kind, std::uint32_t source, std::vector<std::uint64_t> values, std::string text) {
  concurrent_ = concurrent_ || running_ > 1;
  contended_ = contended_ || (kind == Kind::Store && source > kMainThread);
  const Fact fact{kind, concurrent_, contended_, source, now_ps_(), std::move(values), std::move(text)};
  buffer_ += to_line(fact) + "\n";
  if (buffer_.size() >= kBlockBytes) flush();
}

void FactSink::flush() {
  if (!buffer_.empty()) out_(std::exchange(buffer_, {}));
}

void FactSink::begin_thread(std::uint32_t number, const std::string& name) {
  ++running_;
  emit(Kind::Thread, number, {}, name);
}

void FactSink::step(std::size_t number, const std::string& title) {
  // What another thread is in the middle of is no state of the tables.
  if (running_ <= 1) point("step " + std::to_string(number));
  translated_.clear();
  concurrent_ = false;
  emit(Kind::Step, thread_(), {number}, title);
  flush();
}

void FactSink::call(const std::string& place, const std::string& text) {
  if (!is_quiet()) emit(Kind::Call, thread_(), {}, place + "|" + text);
}

void FactSink::result(const std::string& text) {
  if (!is_quiet()) emit(Kind::Result, thread_(), {}, text);
}

void FactSink::counter(unsigned smmu, std::uint64_t event, std::uint64_t value) {
  if (!is_quiet()) emit(Kind::Counter, thread_(), {smmu, event, value});
}

void FactSink::response(const Response& r, const std::string& data, bool final) {
  if (is_quiet() && !final) return;
  const bool has_data = r.status == 0 && !r.write;
  const std::uint64_t flags = (r.write ? 1u : 0u) | (r.privileged ? SMMU_TRACE_FLAG_PRIVILEGED : 0u) | (r.instruction ? SMMU_TRACE_FLAG_INSTRUCTION : 0u);
  emit(Kind::Response, thread_(), {r.smmu, r.sid, r.ssid, flags, r.iova, data.size(), r.status, (r.memory_error ? 1u : 0u) | (r.raz_wi ? 2u : 0u),
                                   has_data ? hash(kHashStart, data.data(), data.size()) : 0});
}

void FactSink::point(const std::string& name) {
  std::uint64_t over_all = kHashStart;
  for (auto& [pa, told] : stored_) {
    std::uint64_t now = 0;
    if (pa < memory_.base || pa - memory_.base > memory_.size - sizeof now) continue;
    std::memcpy(&now, memory_.bytes + (pa - memory_.base), sizeof now);
    if (now != told) emit(Kind::Image, thread_(), {pa, now});
    told = now;
    over_all = hash(hash(over_all, &pa, sizeof pa), &now, sizeof now);
  }
  emit(Kind::Point, thread_(), {stored_.size(), over_all}, name);
}

bool FactSink::is_new_translation(const smmu_trace_record& r, std::uint64_t pa) {
  const Page page{r.source, r.sid, ssid_of(r), (r.flags & SMMU_TRACE_FLAG_WRITE) != 0, r.addr & ~kPage};
  const auto [at, is_new] = translated_.try_emplace(page, pa, r.detail);
  if (is_new) return true;
  return std::exchange(at->second, std::pair<std::uint64_t, unsigned>(pa, r.detail)) != std::pair<std::uint64_t, unsigned>(pa, r.detail);
}

void FactSink::record(const smmu_trace_record& r) {
  const std::uint64_t ssid = ssid_of(r);
  switch (r.kind) {
    case SMMU_TRACE_TABLE_STORE:
      stored_[r.addr] = r.data[1];
      emit(Kind::Store, thread_(), {r.addr, r.data[0], r.data[1]});
      break;
    case SMMU_TRACE_COMMAND: emit(Kind::Command, r.source, {r.data[0], r.data[1]}); break;
    case SMMU_TRACE_CMDQ_ERROR: emit(Kind::CommandError, r.source, {r.addr, r.data[0]}); break;
    case SMMU_TRACE_EVENT: emit(Kind::Event, r.source, {r.data[0], r.data[1], r.data[2], r.data[3]}); break;
    case SMMU_TRACE_EVENT_LOST: emit(Kind::EventLost, r.source, {r.data[0], r.data[1], r.data[2], r.data[3]}); break;
    case SMMU_TRACE_PRI: emit(Kind::PageRequest, r.source, {r.data[0], r.data[1]}); break;
    case SMMU_TRACE_MSI: emit(Kind::Msi, r.source, {r.addr, r.data[0], r.data[1]}); break;
    case SMMU_TRACE_TXN_END: {
      // A bus may cut a long access, so only pages count; a bypassed access goes to its own address.
      const bool ok = r.detail == SMMU_TRACE_TXN_OK;
      const std::uint64_t pa = !ok ? 0 : (r.data[0] != 0 ? r.data[0] : r.addr) & ~kPage;
      if (is_new_translation(r, pa)) emit(Kind::Translation, r.source, {r.sid, ssid, r.flags & std::uint64_t{0xf}, r.addr & ~kPage, r.detail, pa});
      break;
    }
    case SMMU_TRACE_CONFIG_FETCH: {
      // The rest of the structure is as memory is now: who made it by hand has told nobody.
      std::vector<std::uint64_t> values = {r.sid, ssid, r.detail, r.addr, r.data[0], r.data[1]};
      for (unsigned i = 1; i < kStructureWords; ++i) {
        std::uint64_t word = 0;
        const std::uint64_t pa = r.addr + 8 * i;
        if (pa >= memory_.base && pa - memory_.base <= memory_.size - sizeof word) std::memcpy(&word, memory_.bytes + (pa - memory_.base), sizeof word);
        values.push_back(word);
      }
      emit(Kind::Fetch, r.source, std::move(values));
      break;
    }
    case SMMU_TRACE_TLB_HIT: {
      // Hits in a row at one page say nothing new.
      const auto [at, is_first] = hits_.try_emplace({r.source, r.sid, ssid}, r.addr & ~kPage);
      if (is_first || std::exchange(at->second, r.addr & ~kPage) != (r.addr & ~kPage)) emit(Kind::Hit, r.source, {r.sid, ssid, r.addr, r.data[0]});
      break;
    }
    case SMMU_TRACE_WALK_STEP:
      hits_.erase({r.source, r.sid, ssid});
      emit(Kind::Walk, r.source, {r.sid, ssid, std::uint64_t{r.detail} >> 8, r.detail & std::uint64_t{0xff}, r.addr, r.data[0], r.data[1]});
      break;
    case SMMU_TRACE_TLB_FILL:
      emit(Kind::Fill, r.source, {r.sid, ssid, r.addr, r.data[0], r.size, r.data[1] & 0xffff, r.data[1] >> 16 & 0xffff});
      break;
    case SMMU_TRACE_IRQ: emit(Kind::Irq, r.source, {r.detail}); break;
    default: break;
  }
}

}  // namespace tandem::diff
