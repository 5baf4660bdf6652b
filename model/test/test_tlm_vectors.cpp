// SPDX-License-Identifier: Apache-2.0
// Every conformance vector through the sockets of the SystemC model. Not here: the vectors themselves (model/test).
#include <algorithm>
#include <cstdio>

#include "unity.h"
#include "vector_platform.h"

namespace vector_test {
namespace {

bool same(const vector_hardware& a, const vector_hardware& b) {
  return std::memcmp(&a.ids, &b.ids, sizeof a.ids) == 0 && a.pmcg_global_filter == b.pmcg_global_filter && a.no_walk_cache == b.no_walk_cache &&
         a.prefetch == b.prefetch && a.merge_events == b.merge_events;
}

}  // namespace

Platform::Platform(sc_core::sc_module_name name) : sc_module(name) {
  for (std::size_t i = 0; i < vector_count; i++) {
    vector_hardware hardware;
    vector_hardware_of(vectors[i].script, &hardware);
    bool known = false;
    for (const Smmu& smmu : smmus_) known |= same(smmu.hardware, hardware);
    if (!known) add_smmu(hardware);
  }
  SC_THREAD(run_vectors);
  set_stack_size(1 << 20);
  for (unsigned i = 0; i < clients_.size(); i++) sc_core::sc_spawn([this, i] { client_thread(i); });
}

void Platform::add_smmu(const vector_hardware& hardware) {
  const std::string n = std::to_string(smmus_.size());
  smmu_tlm::SmmuConfig config;
  for (std::size_t i = 0; i < 6; i++) config.ids.idr[i] = hardware.ids.idr[i];
  config.ids.iidr = hardware.ids.iidr;
  config.ids.aidr = hardware.ids.aidr;
  config.params["pmcg_global_filter"] = hardware.pmcg_global_filter;
  config.params["prefetch"] = hardware.prefetch;
  config.params["merge_events"] = hardware.merge_events;
  config.params["atc_timeout_ns"] = 500;
  if (hardware.no_walk_cache) config.params["walk_cache_entries"] = 0;
  Smmu smmu;
  smmu.hardware = hardware;
  smmu.module = smmu_model_tlm::make(("smmu" + n).c_str(), config);
  smmu.module->set_irq_sink(this);
  smmu.module->set_endpoint_sink(this);
  smmu.programming = std::make_unique<tlm::tlm_initiator_socket<64>>(("programming" + n).c_str());
  smmu.client = std::make_unique<tlm::tlm_initiator_socket<64>>(("client" + n).c_str());
  smmu.memory = std::make_unique<tlm::tlm_target_socket<64>>(("memory" + n).c_str());
  smmu.downstream = std::make_unique<tlm::tlm_target_socket<64>>(("downstream" + n).c_str());
  smmu.programming->bind(backward_);
  smmu.client->bind(backward_);
  smmu.memory->bind(memory_);
  smmu.downstream->bind(memory_);
  smmu.programming->bind(smmu.module->programming);
  smmu.client->bind(smmu.module->tbu_target[0]);
  smmu.module->table_walk.bind(*smmu.memory);
  smmu.module->tbu_initiator[0].bind(*smmu.downstream);
  smmus_.push_back(std::move(smmu));
}

void Platform::power_on(const vector_hardware& hardware) {
  for (Smmu& smmu : smmus_)
    if (same(smmu.hardware, hardware)) now_ = &smmu;
  now_->module->cold_reset();
  wait(1, sc_core::SC_US);  // parked clients leave
  irqs_ = 0;
  heard_.clear();
  endpoint_answers_ = true;
}

void Platform::atc_invalidate(const smmu_tlm::AtcInvalidate& request) {
  smmu_message m{};
  m.kind = SMMU_MESSAGE_ATC_INVALIDATE;
  m.sid = request.sid;
  m.ssid = request.ssid;
  m.ssv = request.ssid_valid;
  m.global = request.global;
  m.address = request.address;
  m.size_log2 = request.size_log2;
  heard_.push_back(m);
  if (endpoint_answers_) now_->module->atc_completed(request.tag);
}

void Platform::page_response(const smmu_tlm::PageResponse& response) {
  smmu_message m{};
  m.kind = SMMU_MESSAGE_PRG_RESPONSE;
  m.sid = response.sid;
  m.ssid = response.ssid;
  m.ssv = response.ssid_valid;
  m.prg_index = response.group;
  m.code = static_cast<std::uint8_t>(response.code);
  heard_.push_back(m);
}

std::uint32_t Platform::access(std::uint32_t offset, bool write, std::uint32_t value) {
  tlm::tlm_generic_payload payload;
  sc_core::sc_time delay;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<unsigned char*>(&value));
  payload.set_data_length(4);
  payload.set_streaming_width(4);
  (*now_->programming)->b_transport(payload, delay);
  return value;
}

// Long enough for every engine to come to rest; a stalled transaction keeps the SMMU busy for good.
void Platform::settle() { wait(2, sc_core::SC_US); }

void Platform::transport(tlm::tlm_generic_payload& payload) {
  sc_core::sc_time delay;
  if (!non_blocking_) return (*now_->client)->b_transport(payload, delay);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  if ((*now_->client)->nb_transport_fw(payload, phase, delay) == tlm::TLM_COMPLETED) return;
  auto& answers = backward_.answers;
  for (;;) {
    const auto mine = std::find(answers.begin(), answers.end(), &payload);
    if (mine != answers.end()) {
      answers.erase(mine);
      return;
    }
    wait(backward_.answered);
  }
}

void Platform::client_thread(unsigned index) {
  Client& client = clients_[index];
  for (;;) {
    wait(client.go);
    std::uint8_t data[8] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    smmu_tlm::StreamExtension stream;
    tlm::tlm_generic_payload payload(&backward_);
    payload.acquire();
    stream.sid = client.txn.sid;
    stream.order_id = index;  // clients are independent of each other
    stream.ssid = client.txn.ssid;
    stream.ssid_valid = (client.txn.flags & SMMU_TXN_SSV) != 0;
    stream.privileged = (client.txn.flags & SMMU_TXN_PRIVILEGED) != 0;
    stream.instruction = (client.txn.flags & SMMU_TXN_INSTRUCTION) != 0;
    stream.ats_no_write = (client.txn.flags & SMMU_TXN_ATS_NO_WRITE) != 0;
    stream.ats = static_cast<smmu_tlm::AtsKind>(client.txn.ats);
    stream.stall_observer = &client;
    payload.set_extension(&stream);
    payload.set_command((client.txn.flags & SMMU_TXN_WRITE) != 0 ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
    payload.set_address(client.txn.iova);
    payload.set_data_ptr(data);
    payload.set_data_length(1);
    payload.set_streaming_width(1);
    memory_.client_address = ~std::uint64_t{0};
    transport(payload);
    client.outcome = vector_outcome{};
    client.outcome.status = VECTOR_ABORT;
    if (payload.is_response_ok()) client.outcome.status = stream.raz_wi ? VECTOR_RAZ_WI : VECTOR_OK;
    if (payload.is_response_ok() && stream.ats == smmu_tlm::AtsKind::TranslationRequest) client.outcome.status = VECTOR_ATS;
    if (stream.raz_wi && payload.is_read() && data[0] != 0) client.outcome.status = VECTOR_OK;
    client.outcome.pa = client.outcome.status == VECTOR_ATS ? stream.ats_answer.address : memory_.client_address;
    client.outcome.ats_status = static_cast<std::uint8_t>(stream.ats_answer.status);
    client.outcome.ats_rights = static_cast<std::uint8_t>((stream.ats_answer.read ? SMMU_RIGHT_READ : 0u) |
                                                          (stream.ats_answer.write ? SMMU_RIGHT_WRITE : 0u) |
                                                          (stream.ats_answer.execute ? SMMU_RIGHT_EXECUTE : 0u));
    client.outcome.size_log2 = stream.ats_answer.size_log2;
    client.outcome.attr = stream.memory_type;
    client.outcome.sh = stream.shareability;
    payload.clear_extension(&stream);
    client.busy = false;
    client.changed.notify(sc_core::SC_ZERO_TIME);
  }
}

int Platform::submit(const smmu_txn& txn, vector_outcome& out) {
  unsigned index = next_client_;
  while (clients_[index].busy) index = (index + 1) % clients_.size();
  next_client_ = (index + 1) % clients_.size();
  Client& client = clients_[index];
  client.txn = txn;
  client.busy = true;
  client.parked = false;
  client.go.notify(sc_core::SC_ZERO_TIME);
  while (client.busy && !client.parked) wait(client.changed);
  out = client.busy ? vector_outcome{} : client.outcome;
  if (client.busy) out.status = VECTOR_STALLED;
  return static_cast<int>(index);
}

vector_device Platform::device() {
  vector_device d{};
  d.ctx = this;
  d.memory = &words_;
  d.power_on = [](void* ctx, const vector_hardware* hardware) { static_cast<Platform*>(ctx)->power_on(*hardware); };
  d.read32 = [](void* ctx, std::uint32_t offset) { return static_cast<Platform*>(ctx)->access(offset, false, 0); };
  d.write32 = [](void* ctx, std::uint32_t offset, std::uint32_t value) { static_cast<Platform*>(ctx)->access(offset, true, value); };
  d.settle = [](void* ctx) { static_cast<Platform*>(ctx)->settle(); };
  d.submit = [](void* ctx, const smmu_txn* txn, vector_outcome* out) { return static_cast<Platform*>(ctx)->submit(*txn, *out); };
  d.poll = [](void* ctx, int ticket, vector_outcome* out) {
    Client& client = static_cast<Platform*>(ctx)->clients_[static_cast<std::size_t>(ticket)];
    *out = client.outcome;
    if (client.busy) out->status = VECTOR_STALLED;
  };
  d.take_irqs = [](void* ctx) {
    const unsigned irqs = static_cast<Platform*>(ctx)->irqs_;
    static_cast<Platform*>(ctx)->irqs_ = 0;
    return irqs;
  };
  d.page_request = [](void* ctx, const smmu_page_request* request) {
    smmu_tlm::PageRequest to;
    to.sid = request->sid;
    to.ssid = request->ssid;
    to.ssid_valid = request->ssv;
    to.read = request->read;
    to.write = request->write;
    to.execute = request->execute;
    to.privileged = request->privileged;
    to.last = request->last;
    to.group = request->prg_index;
    to.address = request->address;
    return static_cast<Platform*>(ctx)->now_->module->page_request(to);
  };
  d.take_message = [](void* ctx, smmu_message* out) {
    auto& heard = static_cast<Platform*>(ctx)->heard_;
    if (heard.empty()) return false;
    *out = heard.front();
    heard.pop_front();
    return true;
  };
  d.endpoint_answers = [](void* ctx, bool answers) { static_cast<Platform*>(ctx)->endpoint_answers_ = answers; };
  d.broadcast = [](void* ctx, const smmu_dvm* dvm) {
    smmu_tlm::BroadcastTlbi message;
    message.kind = static_cast<smmu_tlm::BroadcastTlbi::Kind>(dvm->kind);
    message.leaf = dvm->leaf;
    message.vmid = dvm->vmid;
    message.asid = dvm->asid;
    message.address = dvm->address;
    static_cast<Platform*>(ctx)->now_->module->broadcast_tlbi(message);
  };
  d.service_failure = [](void* ctx) { static_cast<Platform*>(ctx)->now_->module->inject_service_failure(); };
  return d;
}

void Platform::run_vectors() {
  run_all("b_transport");
  non_blocking_ = true;
  run_all("nb_transport");
  sc_core::sc_stop();
}

void Platform::run_all(const char* through) {
  const vector_device d = device();
  for (std::size_t i = 0; i < vector_count; i++) {
    char why[1200];
    if (vector_run(&vectors[i], &d, why, sizeof why)) continue;
    std::printf("%s: %s\n", through, why);
    failures++;
  }
  std::printf("%s: %zu vectors over %zu hardware configurations, %d failed\n", through, vector_count, smmus_.size(), failures);
}

}  // namespace vector_test

static void test_every_vector_holds_through_the_sockets() {
  vector_test::Platform platform("platform");
  sc_core::sc_start();
  TEST_ASSERT_EQUAL_INT(0, platform.failures);
}

int sc_main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  RUN_TEST(test_every_vector_holds_through_the_sockets);
  return UNITY_END();
}
