// SPDX-License-Identifier: Apache-2.0
// The platform of bench.h and the sc_main of the test programs. Proof: it is the tests' tool.
#include "bench.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace rtl_test {

Bench* bench = nullptr;
smmu_tlm::SmmuConfig config_under_test();  // defined by each test program

void Memory::b_transport(tlm::tlm_generic_payload& tx, sc_core::sc_time& t) {
  const std::uint64_t address = tx.get_address(), length = tx.get_data_length();
  MemoryAccess entry{address, length, Bench::now_ps(), tx.is_write(), false, smmu_tlm::AccessClass::Client};
  if (const auto* extension = tx.get_extension<smmu_tlm::AccessExtension>()) {
    entry.classified = true;
    entry.access_class = extension->access_class;
  }
  log.push_back(entry);
  t += delay;
  if (wait_time != sc_core::SC_ZERO_TIME) sc_core::wait(wait_time);
  const bool bad = bad_bytes != 0 && address < bad_address + bad_bytes && bad_address < address + length;
  if (bad || address < kBase || address - kBase + length > kBytes) {
    tx.set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
    return;
  }
  if (tx.is_write())
    std::memcpy(at(address), tx.get_data_ptr(), length);
  else
    std::memcpy(tx.get_data_ptr(), at(address), length);
  tx.set_response_status(tlm::TLM_OK_RESPONSE);
}

Bench::Bench(const sc_core::sc_module_name& name, const smmu_tlm::SmmuConfig& config)
    : sc_module(name),
      smmu(make_block_under_test("smmu", config)),
      masters_("master", config.tbu_count),
      memory_sockets_("memory", config.tbu_count + 1) {
  cpu_.bind(*this);
  cpu_.bind(smmu->programming);
  for (unsigned i = 0; i < config.tbu_count; ++i) {
    masters_[i].bind(*this);
    masters_[i].bind(smmu->tbu_target[i]);
    memory_sockets_[i].bind(memory);
    smmu->tbu_initiator[i].bind(memory_sockets_[i]);
  }
  memory_sockets_[config.tbu_count].bind(memory);
  smmu->table_walk.bind(memory_sockets_[config.tbu_count]);
  smmu->set_irq_sink(this);
}

void Bench::start_trace() {
  trace.clear();
  sink_ = {this, [](void* ctx, const smmu_trace_record* record) { static_cast<Bench*>(ctx)->trace.push_back(*record); }};
  smmu->set_trace_sink(&sink_);
}

std::uint64_t Bench::now_ps() {
  return static_cast<std::uint64_t>(sc_core::sc_time_stamp() / sc_core::sc_time(1, sc_core::SC_PS));
}

void Bench::let_pass(std::uint64_t ps) { sc_core::wait(sc_core::sc_time(static_cast<double>(ps), sc_core::SC_PS)); }

bool Bench::run(std::vector<std::function<void()>> threads, unsigned limit_us) {
  auto left = std::make_shared<std::size_t>(threads.size());
  for (auto& thread : threads)
    sc_core::sc_spawn([left, body = std::move(thread)] {
      body();
      if (--*left == 0) sc_core::sc_pause();
    });
  for (unsigned us = 0; *left != 0 && us < limit_us; ++us) sc_core::sc_start(1, sc_core::SC_US);
  if (*left != 0) ADD_FAILURE() << "still waiting:\n" << smmu->busy_report();
  return *left == 0;
}

std::uint64_t Bench::read(std::uint64_t offset, unsigned bytes) {
  std::uint64_t value = 0;
  tlm::tlm_generic_payload tx;
  sc_core::sc_time delay;
  tx.set_command(tlm::TLM_READ_COMMAND);
  tx.set_address(offset);
  tx.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  tx.set_data_length(bytes);
  tx.set_streaming_width(bytes);
  cpu_->b_transport(tx, delay);
  EXPECT_TRUE(tx.is_response_ok());
  return value;
}

void Bench::write(std::uint64_t offset, std::uint64_t value, unsigned bytes) {
  tlm::tlm_generic_payload tx;
  sc_core::sc_time delay;
  tx.set_command(tlm::TLM_WRITE_COMMAND);
  tx.set_address(offset);
  tx.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  tx.set_data_length(bytes);
  tx.set_streaming_width(bytes);
  cpu_->b_transport(tx, delay);
  EXPECT_TRUE(tx.is_response_ok());
}

tlm::tlm_response_status Bench::access(bool write, std::uint64_t iova, std::uint8_t* data, std::size_t bytes,
                                       Client& client, std::vector<std::uint8_t> byte_enable) {
  tlm::tlm_generic_payload tx;
  smmu_tlm::StreamExtension stream;
  stream.sid = client.sid;
  stream.ssid = client.ssid;
  stream.ssid_valid = client.ssid_valid;
  stream.privileged = client.privileged;
  stream.instruction = client.instruction;
  tx.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  tx.set_address(iova);
  tx.set_data_ptr(data);
  tx.set_data_length(static_cast<unsigned>(bytes));
  tx.set_streaming_width(static_cast<unsigned>(bytes));
  if (!byte_enable.empty()) {
    tx.set_byte_enable_ptr(byte_enable.data());
    tx.set_byte_enable_length(static_cast<unsigned>(byte_enable.size()));
  }
  tx.set_extension(&stream);
  const struct Detach {  // also when the thread is killed inside
    tlm::tlm_generic_payload& tx;
    smmu_tlm::StreamExtension& stream;
    ~Detach() { tx.clear_extension(&stream); }
  } detach{tx, stream};
  sc_core::sc_time delay;
  masters_[client.tbu]->b_transport(tx, delay);
  client.raz_wi = stream.raz_wi;
  return tx.get_response_status();
}

void Bench::set_global_bypass(bool abort) {
  // Update is bit 31, ABORT bit 20, SHCFG = use incoming is 1 in bits 13:12.
  write(0x44, 0x80001000u | (abort ? 1u << 20 : 0u));
  while ((read(0x44) & 0x80000000u) != 0) {
  }
}

}  // namespace rtl_test

int sc_main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  rtl_test::Bench instance("bench", rtl_test::config_under_test());
  rtl_test::bench = &instance;
  sc_core::sc_start(sc_core::SC_ZERO_TIME);
  return RUN_ALL_TESTS();
}
