// SPDX-License-Identifier: Apache-2.0
// Approximately timed client traffic: the four phases of nb_transport for every TBU of one SMMU. Transactions are state
// machines moved by one method process; a hit takes one timed step of the SMMU, a miss two.
//   translation slots  transactions of a TBU from END_REQ until they leave for memory; without a free one END_REQ waits
//   walk slots         misses of the SMMU under way; a miss of a page that is being walked joins that walk
//   order              transactions of one TBU with equal StreamID, order_id and direction leave and are answered in order,
//                      all others overtake each other: hits overtake misses
// Not here: the translation (model/core), b_transport (client_port.h). Proof: model/tlm/test/test_at.cpp.
#ifndef SMMUV3_TLM_AT_ENGINE_H
#define SMMUV3_TLM_AT_ENGINE_H

#include <cstdint>
#include <deque>
#include <memory>
#include <queue>
#include <vector>

#include <systemc>
#include <tlm>

#include "params.h"
#include "translation_basis.h"
#include "smmu_tlm/stream_extension.h"
#include "smmuv3_model/core.h"

namespace smmu_model_tlm {

class ClientPort;
class SmmuModel;

struct AtTransaction;

// What one TBU has under way, in the order of arrival.
struct AtPort {
  ClientPort* client = nullptr;
  std::vector<AtTransaction*> active;
  std::deque<AtTransaction*> waiting;     // accepted, END_REQ not yet sent
  AtTransaction* requesting = nullptr;    // sent to memory, END_REQ outstanding
  AtTransaction* responding = nullptr;    // BEGIN_RESP sent, END_RESP outstanding
  unsigned translating = 0;
  bool pumping = false;
};

struct AtTransaction {
  // Looking and Walking have a step scheduled or the walker's attention; the other states wait for something.
  enum class State : std::uint8_t { Waiting, Looking, Merged, Queued, Walking, Parked, Held, Translated, Forwarded, Answered, Responding };
  AtPort* port = nullptr;
  tlm::tlm_generic_payload* payload = nullptr;
  smmu_tlm::StreamExtension* stream = nullptr;
  AtTransaction* before = nullptr;  // answered first
  AtTransaction* walk = nullptr;    // the walk this one joined
  smmu_txn txn{};
  smmu_xlate out{};
  std::uint64_t trace_id = 0;
  int job = SMMU_JOB_NONE;
  unsigned token = 0, resets = 0;
  TranslationBasis basis{};  // of `out`
  State state = State::Waiting;
  bool has_slot = false, has_walk_slot = false, token_open = false, due = false, end_resp_owed = false;
};

class AtEngine {
 public:
  AtEngine(SmmuModel& smmu, const Params& params);

  void add_port(ClientPort& client);
  tlm::tlm_sync_enum from_client(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum from_memory(unsigned port, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  void job_done(AtTransaction* t, const sc_core::sc_time& delay);  // a parked transaction moved on and ended
  void progress();  // a stalled transaction or a job slot is free
  void reset();     // everything that did not leave for memory yet is aborted
  bool idle() const;
  void tick();      // method process, sensitive to `steps`
  void walk_some(); // thread process: walks whose memory has to be asked through a socket
  sc_core::sc_event steps, walker_work;

 private:
  enum class Step : std::uint8_t { Look, Continue, WalkDone, Respond };
  struct Due {
    sc_core::sc_time when;
    std::uint64_t order;
    AtTransaction* t;
    Step step;
    bool operator<(const Due& o) const { return when != o.when ? when > o.when : order > o.order; }
  };

  AtTransaction* take();
  void schedule(AtTransaction* t, Step step, const sc_core::sc_time& delay);
  void perform(const Due& due);
  void begin(AtTransaction* t, const sc_core::sc_time& delay);
  void look(AtTransaction* t);
  void want_walk(AtTransaction* t);
  void start_walks();
  bool start_walk(AtTransaction* t);
  void step_job(AtTransaction* t);
  void walk_done(AtTransaction* t);
  void hold(AtTransaction* t);
  void let_go(AtTransaction* t);
  void translated(AtTransaction* t);
  void leave_slot(AtTransaction* t);
  void end_walk(AtTransaction* t);
  void pump(AtPort& port);
  bool pump_one(AtPort& port);
  void forward(AtTransaction* t);
  void memory_answered(AtTransaction* t, const sc_core::sc_time& delay);
  void respond(AtTransaction* t);
  void finish(AtTransaction* t);
  AtTransaction* walk_of_same_page(const AtTransaction& t) const;
  static AtTransaction* find(AtPort& port, const tlm::tlm_generic_payload& payload);

  SmmuModel& smmu_;
  const unsigned translation_slots_, walk_slots_;
  const sc_core::sc_time link_latency_, poll_;
  std::vector<std::unique_ptr<AtPort>> ports_;
  std::vector<std::unique_ptr<AtTransaction>> pool_;
  std::vector<AtTransaction*> idle_, walks_, held_;
  std::deque<AtTransaction*> queued_, for_walker_;
  std::priority_queue<Due> due_;
  std::uint64_t order_ = 0;
  unsigned walking_ = 0;
};

}  // namespace smmu_model_tlm

#endif
