// SPDX-License-Identifier: Apache-2.0
// The rig of device_rig.h. Proof: tb/bench/test/test_bench.cpp.
#include "bench/device_rig.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "backend/backend_registry.h"

namespace tandem::bench {
namespace {

constexpr std::uint64_t kRamBytes = 64u << 20;
constexpr int kStackBytes = 256 << 10;

std::unique_ptr<smmu_tlm::SmmuModule> make_smmu(const std::string& backend,
                                                const std::map<std::string, std::int64_t>& params) {
  std::string problem;
  const BackendFactory* factory = find_backend(backend, &problem);
  if (factory == nullptr) throw std::invalid_argument("tandem bench: " + problem);
  smmu_tlm::SmmuConfig config;
  config.ids = factory->default_ids();
  config.params = params;
  problem = factory->check(config);
  if (!problem.empty()) throw std::invalid_argument("tandem bench: " + problem);
  return factory->make("smmu", config);
}

}  // namespace

std::uint64_t build_device_tables(Tables& tables) {
  constexpr std::uint64_t kBlock = 2u << 20;
  const std::uint64_t data_pa = (tables.take(2 * kBlock) + kBlock - 1) & ~(kBlock - 1);
  const std::uint64_t root = tables.take(4096);
  for (std::uint64_t page = 0; page < kPageCount; ++page) tables.map_s1(root, kPagesIova + page * 4096, data_pa + page * 4096 % kDataBytes);
  for (std::uint64_t block = 0; block < kBlockCount; ++block) tables.map_s1(root, kBlocksIova + block * kBlock, data_pa, 2);
  tables.add_streams(root);
  return data_pa;
}

DeviceRig& DeviceRig::get(const std::string& backend, const std::map<std::string, std::int64_t>& params, Waves waves) {
  // Never deleted: the kernel holds on to their processes until the process ends.
  static auto& rigs = *new std::map<std::string, DeviceRig*>;
  std::string key = backend;
  for (const auto& [name, value] : params) key += "_" + name + "_" + std::to_string(value);
  if (waves != Waves::None) key += "_waves";
  DeviceRig*& rig = rigs[key];
  if (rig == nullptr) rig = new DeviceRig(("bench_" + key).c_str(), backend, params);
  rig->waves_ = waves;
  return *rig;
}

DeviceRig::DeviceRig(const sc_core::sc_module_name& name, const std::string& backend,
                     const std::map<std::string, std::int64_t>& params)
    : sc_core::sc_module(name),
      ram_("ram", kRamBase, kRamBytes, 2),
      smmu_(make_smmu(backend, params)),
      tables_(ram_.data(), kRamBytes) {
  programming_.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  programming_.bind(smmu_->programming);
  client_.bind(static_cast<tlm::tlm_bw_transport_if<>&>(*this));
  client_.bind(smmu_->tbu_target[0]);
  smmu_->tbu_initiator[0].bind(ram_.ports[0]);
  smmu_->table_walk.bind(ram_.ports[1]);
  SC_HAS_PROCESS(DeviceRig);
  SC_THREAD(serve);
  set_stack_size(kStackBytes);
  data_pa_ = build_device_tables(tables_);
  payload_.set_mm(&keeper_);
  payload_.acquire();
  payload_.set_extension(&stream_);
  payload_.set_command(tlm::TLM_WRITE_COMMAND);
  payload_.set_data_ptr(line_);
  payload_.set_data_length(sizeof line_);
  payload_.set_streaming_width(sizeof line_);
}

void DeviceRig::refused() { throw std::runtime_error("tandem bench: a transaction was refused"); }

void DeviceRig::start_write_64(std::uint32_t sid, std::uint64_t iova) {
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  payload_.set_address(iova);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  stream_.sid = sid;
  under_way_ = true;
  if (client_->nb_transport_fw(payload_, phase, delay) == tlm::TLM_COMPLETED) refused();
}

tlm::tlm_sync_enum DeviceRig::nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time&) {
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  under_way_ = false;
  if (!payload.is_response_ok()) refused();
  return tlm::TLM_COMPLETED;
}

void DeviceRig::run_non_blocking(const std::function<bool()>& next) {
  while (next())
    while (under_way_) sc_core::sc_start(sc_core::sc_time_to_pending_activity());
}

tlm::tlm_dmi DeviceRig::direct_access(std::uint32_t sid, std::uint64_t iova) {
  tlm::tlm_dmi dmi;
  payload_.set_address(iova);
  stream_.sid = sid;
  if (!client_->get_direct_mem_ptr(payload_, dmi) || !dmi.is_read_write_allowed()) refused();
  return dmi;
}

void DeviceRig::serve() {
  for (;;) {
    while (!request_) sc_core::wait(requested_);
    try {
      request_();
    } catch (const std::exception&) {
      failure_ = std::current_exception();
    }
    request_ = nullptr;
    sc_core::sc_pause();
  }
}

void DeviceRig::in_simulation(std::function<void()> fn) {
  request_ = std::move(fn);
  requested_.notify(sc_core::SC_ZERO_TIME);
  while (request_) sc_core::sc_start();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

std::uint64_t DeviceRig::access_register(tlm::tlm_command command, std::uint32_t offset, unsigned bytes,
                                         std::uint64_t value) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(bytes);
  payload.set_streaming_width(bytes);
  sc_core::sc_time delay;
  programming_->b_transport(payload, delay);
  sc_core::wait(delay);
  return value;
}

void DeviceRig::open_wave() {
  // The modules live until the process ends, and their files with them.
  static const std::string folder = [] {
    std::string name = (std::filesystem::temp_directory_path() / "tandem-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("tandem bench: there is no room for a waveform in " + name);
    return name;
  }();
  std::atexit([] {
    std::error_code nothing;
    std::filesystem::remove_all(folder, nothing);
  });
  const std::string problem = smmu_->open_wave(folder + "/" + basename() + ".fst");
  if (!problem.empty()) throw std::runtime_error("tandem bench: " + problem);
}

void DeviceRig::bring_up() {
  if (is_up_) return;
  in_simulation([this] {
    constexpr auto kWrite = tlm::TLM_WRITE_COMMAND;
    access_register(kWrite, SMMU_CR1, 4, 0);
    access_register(kWrite, SMMU_STRTAB_BASE, 8, tables_.strtab());
    access_register(kWrite, SMMU_STRTAB_BASE_CFG, 4, kStrtabLog2Size);
    access_register(kWrite, SMMU_CR0, 4, SMMU_CR0_SMMUEN_MASK);
    for (unsigned left = 1000; (access_register(tlm::TLM_READ_COMMAND, SMMU_CR0ACK, 4, 0) & SMMU_CR0_SMMUEN_MASK) == 0;
         --left) {
      if (left == 0) throw std::runtime_error("tandem bench: an SMMU did not enable");
    }
  });
  if (waves_ != Waves::None) open_wave();
  is_up_ = true;
}

}  // namespace tandem::bench
