// SPDX-License-Identifier: Apache-2.0
// The pins of bare_rig.h. Proof: tb/bench/test/test_bench.cpp.
#include "bench/bare_rig.h"

#include <cstring>
#include <stdexcept>

#include "smmuv3_rtl/make_block.h"
#include "smmuv3_rtl/rtl.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kMemoryBytes = 64u << 20;
constexpr unsigned kBusBytes = 16, kWalkBusBytes = 8, kResetCycles = 8, kIds = 64;
constexpr unsigned kPatience = 1'000'000;  // cycles until something that never comes is given up

smmu_tlm::SmmuConfig configuration() {
  smmu_tlm::SmmuConfig config;
  config.ids = smmu_rtl::default_ids();
  return config;
}

smmu_rtl::AddressBeat address_beat(std::uint32_t sid, std::uint64_t iova, unsigned beats, std::uint32_t id) {
  smmu_rtl::AddressBeat beat;
  beat.addr = iova;
  beat.id = id;
  beat.len = static_cast<std::uint8_t>(beats - 1);
  beat.size = 4;
  beat.prot = 2;
  beat.sid = sid;
  return beat;
}

[[noreturn]] void give_up(const char* what) { throw std::runtime_error(std::string("tandem bench: the bare block ") + what); }

}  // namespace

BareRig::BareRig(unsigned memory_latency_cycles)
    : latency_(memory_latency_cycles),
      memory_(kMemoryBytes),
      tables_(memory_.data(), kMemoryBytes),
      data_pa_(build_device_tables(tables_)),
      block_(smmu_rtl::make_block("bare", configuration())),
      data_(*this, pins_.memory[0], kBusBytes),
      walks_(*this, pins_.walk, kWalkBusBytes) {
  if (block_->client_data_bytes() != kBusBytes || block_->client_id_count() < kIds) give_up("has other buses than this rig");
}

std::uint8_t* BareRig::place(std::uint64_t pa, std::uint64_t bytes) {
  if (pa < kRamBase || pa - kRamBase > kMemoryBytes - bytes) give_up("leaves the memory");
  return memory_.data() + (pa - kRamBase);
}

// ---- memory ----

void BareRig::MemorySide::drive() {
  pins_.ar.ready = pins_.aw.ready = pins_.w.ready = true;
  pins_.r.valid = !reads_.empty() && rig_.cycle_ >= reads_.front().due_cycle;
  if (pins_.r.valid) {
    const Answer& read = reads_.front();
    pins_.r.beat.id = read.address.id;
    pins_.r.beat.last = read.beat == read.address.len;
    const std::uint64_t at = (read.address.addr & ~(beat_bytes_ - 1ull)) + read.beat * beat_bytes_;
    std::memcpy(pins_.r.beat.data.data(), rig_.place(at, beat_bytes_), beat_bytes_);
  }
  pins_.b.valid = !answers_.empty() && rig_.cycle_ >= answers_.front().due_cycle;
  if (pins_.b.valid) pins_.b.beat.id = answers_.front().address.id;
}

void BareRig::MemorySide::sample() {
  const std::uint64_t due = rig_.cycle_ + 1 + rig_.latency_;  // as the wrapper counts it
  if (pins_.ar.fires()) reads_.push_back({due, pins_.ar.beat, 0});
  if (pins_.aw.fires()) writes_.push_back({0, pins_.aw.beat, 0});
  if (pins_.w.fires()) early_.push_back(pins_.w.beat);
  while (!writes_.empty() && !early_.empty()) {
    Answer& write = writes_.front();
    const std::uint64_t at = (write.address.addr & ~(beat_bytes_ - 1ull)) + write.beat++ * beat_bytes_;
    std::uint8_t* const to = rig_.place(at, beat_bytes_);
    for (unsigned lane = 0; lane < beat_bytes_; ++lane)
      if ((early_.front().strobe >> lane & 1u) != 0) to[lane] = smmu_rtl::byte_of(early_.front().data, lane);
    if (early_.front().last) {
      answers_.push_back({due, write.address, 0});
      writes_.pop_front();
    }
    early_.pop_front();
  }
  if (pins_.r.fires() && reads_.front().beat++ == reads_.front().address.len) reads_.pop_front();
  if (pins_.b.fires()) answers_.pop_front();
}

// ---- clock and registers ----

void BareRig::cycle() {
  data_.drive();
  walks_.drive();
  block_->settle(pins_);
  if (pins_.reset_n) {
    data_.sample();
    walks_.sample();
    misses_ += pins_.seen.tlb_miss;
  }
  block_->clock_edge();
  ++cycle_;
}

std::uint64_t BareRig::access_register(bool write, std::uint32_t offset, unsigned bytes, std::uint64_t value) {
  smmu_rtl::RegisterPins& p = pins_.registers;
  const unsigned lane = offset & 4;
  p.aw.beat = p.ar.beat = offset;
  p.w.beat.data[0] = value << (8 * lane);
  p.w.beat.strobe = bytes == 8 ? 0xff : static_cast<std::uint16_t>(0x0f << lane);
  p.aw.valid = p.w.valid = p.b.ready = write;
  p.ar.valid = p.r.ready = !write;
  for (unsigned left = kPatience; left != 0; --left) {
    cycle();
    if (p.aw.fires()) p.aw.valid = false;
    if (p.w.fires()) p.w.valid = false;
    if (p.ar.fires()) p.ar.valid = false;
    if (!p.b.fires() && !p.r.fires()) continue;
    p.b.ready = p.r.ready = false;
    return p.r.beat.data[0] >> (8 * lane) & (bytes == 8 ? ~0ull : 0xffffffffu);
  }
  give_up("does not answer a register access");
}

void BareRig::bring_up() {
  if (is_up_) return;
  for (auto& client : pins_.client) client.r.ready = client.b.ready = true;
  for (unsigned n = 0; n < kResetCycles; ++n) cycle();
  pins_.reset_n = true;
  access_register(true, SMMU_CR1, 4, 0);
  access_register(true, SMMU_STRTAB_BASE, 8, tables_.strtab());
  access_register(true, SMMU_STRTAB_BASE_CFG, 4, kStrtabLog2Size);
  access_register(true, SMMU_CR0, 4, SMMU_CR0_SMMUEN_MASK);
  for (unsigned left = 1000; (access_register(false, SMMU_CR0ACK, 4, 0) & SMMU_CR0_SMMUEN_MASK) == 0; --left)
    if (left == 0) give_up("does not enable");
  is_up_ = true;
}

// ---- client ----

void BareRig::write_64(std::uint32_t sid, std::uint64_t iova) {
  smmu_rtl::AxiPins& p = pins_.client[0];
  constexpr unsigned kBeats = 64 / kBusBytes;
  p.aw.beat = address_beat(sid, iova, kBeats, 0);
  p.w.beat = {};
  p.w.beat.strobe = 0xffff;
  p.aw.valid = p.w.valid = true;
  unsigned sent = 0;
  for (unsigned left = kPatience; left != 0; --left) {
    p.w.beat.last = sent + 1 == kBeats;
    cycle();
    if (p.aw.fires()) p.aw.valid = false;
    if (p.w.fires() && ++sent == kBeats) p.w.valid = false;
    if (!p.b.fires()) continue;
    if (p.b.beat.response != smmu_rtl::kOkay) give_up("refused a write");
    return;
  }
  give_up("does not answer a write");
}

void BareRig::read_16(std::uint64_t count, unsigned in_flight, const std::function<std::uint64_t()>& next_iova) {
  smmu_rtl::AxiPins& p = pins_.client[0];
  std::vector<std::uint32_t> free_ids;
  for (std::uint32_t id = 0; id < in_flight; ++id) free_ids.push_back(id);
  std::uint64_t unsent = count, unanswered = count;
  unsigned silent = 0;
  while (unanswered != 0) {
    if (!p.ar.valid && unsent != 0 && !free_ids.empty()) {
      p.ar.beat = address_beat(kSid, next_iova(), 1, free_ids.back());
      p.ar.valid = true;
      free_ids.pop_back();
      --unsent;
    }
    cycle();
    if (p.ar.fires()) p.ar.valid = false;
    if (++silent > kPatience) give_up("does not answer a read");
    if (!p.r.fires()) continue;
    silent = 0;
    if (p.r.beat.response != smmu_rtl::kOkay) give_up("refused a read");
    free_ids.push_back(p.r.beat.id);
    --unanswered;
  }
}

}  // namespace tandem::bench
