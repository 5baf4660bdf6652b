// SPDX-License-Identifier: Apache-2.0
// The threads of flood.h. Proof: tb/bench/test/test_bench.cpp.
#define SC_INCLUDE_DYNAMIC_PROCESSES  // sc_spawn
#include "bench/flood.h"

#include <stdexcept>
#include <utility>

namespace tandem::bench {
namespace {

constexpr int kStackBytes = 32 << 10;

}  // namespace

Flood::Flood(DeviceRig& rig, unsigned in_flight) : rig_(rig) {
  sc_core::sc_spawn_options options;
  options.set_stack_size(kStackBytes);
  for (unsigned i = 0; i < in_flight; ++i) sc_core::sc_spawn([this] { serve(); }, sc_core::sc_gen_unique_name("bench_flood"), &options);
}

void Flood::serve() {
  tlm::tlm_generic_payload payload;
  smmu_tlm::StreamExtension stream;
  unsigned char data[kReadBytes];
  stream.sid = kSid;
  payload.set_extension(&stream);
  payload.set_command(tlm::TLM_READ_COMMAND);
  payload.set_data_ptr(data);
  payload.set_data_length(sizeof data);
  payload.set_streaming_width(sizeof data);
  for (;;) {
    while (to_send_ == 0) sc_core::wait(begin_);
    --to_send_;
    payload.set_address(next_iova_());
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    sc_core::sc_time delay;
    rig_.transport(payload, delay);
    if (!payload.is_response_ok()) refused_ = true;
    if (--unanswered_ == 0) end_.notify();
  }
}

void Flood::read(std::uint64_t count, std::function<std::uint64_t()> next_iova) {
  if (count == 0) return;
  next_iova_ = std::move(next_iova);
  to_send_ = unanswered_ = count;
  begin_.notify();
  while (unanswered_ != 0) sc_core::wait(end_);
  if (refused_) throw std::runtime_error("tandem bench: a read of a flood was refused");
}

}  // namespace tandem::bench
