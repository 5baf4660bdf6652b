// SPDX-License-Identifier: Apache-2.0
// The state machines of at_engine.h. Proof: model/tlm/test/test_at.cpp.
#include "at_engine.h"

#include <algorithm>

#include "client_port.h"
#include "smmu_model.h"

namespace smmu_model_tlm {
namespace {

using State = AtTransaction::State;

template <class Container>
void remove(Container& from, AtTransaction* t) {
  from.erase(std::remove(from.begin(), from.end(), t), from.end());
}

bool same_order(const AtTransaction& a, const AtTransaction& b) {
  return a.txn.sid == b.txn.sid && a.stream->order_id == b.stream->order_id && a.payload->get_command() == b.payload->get_command();
}

bool has_left(const AtTransaction& t) { return t.state == State::Forwarded || t.state == State::Answered || t.state == State::Responding; }

}  // namespace

AtEngine::AtEngine(SmmuModel& smmu, const Params& params)
    : smmu_(smmu),
      translation_slots_(static_cast<unsigned>(params.translation_slots)),
      walk_slots_(static_cast<unsigned>(params.walk_slots)),
      link_latency_(static_cast<double>(params.link_latency_ns), sc_core::SC_NS),
      poll_(sc_core::sc_time(static_cast<double>(params.walk_latency_ns) + 1, sc_core::SC_NS)) {}

void AtEngine::add_port(ClientPort& client) {
  ports_.push_back(std::make_unique<AtPort>());
  ports_.back()->client = &client;
}

AtTransaction* AtEngine::take() {
  if (idle_.empty()) {
    pool_.push_back(std::make_unique<AtTransaction>());
    idle_.push_back(pool_.back().get());
  }
  AtTransaction* t = idle_.back();
  idle_.pop_back();
  *t = AtTransaction();
  return t;
}

void AtEngine::schedule(AtTransaction* t, Step step, const sc_core::sc_time& delay) {
  due_.push({sc_core::sc_time_stamp() + delay, order_++, t, step});
  steps.notify(delay);  // an earlier one stands
}

void AtEngine::tick() {
  const sc_core::sc_time now = sc_core::sc_time_stamp();
  while (!due_.empty() && due_.top().when <= now) {
    const Due due = due_.top();
    due_.pop();
    perform(due);
  }
  if (!due_.empty()) steps.notify(due_.top().when - now);
}

void AtEngine::perform(const Due& due) {
  switch (due.step) {
    case Step::Look: return look(due.t);
    case Step::Continue: return step_job(due.t);
    case Step::WalkDone: return walk_done(due.t);
    case Step::Respond:
      due.t->due = true;
      return pump(*due.t->port);
  }
}

AtTransaction* AtEngine::find(AtPort& port, const tlm::tlm_generic_payload& payload) {
  for (AtTransaction* t : port.active)
    if (t->payload == &payload) return t;
  return nullptr;
}

// ---- the side of the client ----

tlm::tlm_sync_enum AtEngine::from_client(unsigned index, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  AtPort& port = *ports_[index];
  if (phase == tlm::END_RESP) {
    AtTransaction* t = find(port, payload);
    if (t == nullptr || port.responding != t) return tlm::TLM_COMPLETED;
    finish(t);
    pump(port);
    return tlm::TLM_COMPLETED;
  }
  if (phase != tlm::BEGIN_REQ) return tlm::TLM_ACCEPTED;
  auto* stream = payload.get_extension<smmu_tlm::StreamExtension>();
  if (stream == nullptr || !payload.has_mm()) {
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  if (payload.get_address() % 4096 + payload.get_data_length() > 4096) {
    payload.set_response_status(tlm::TLM_BURST_ERROR_RESPONSE);
    return tlm::TLM_COMPLETED;
  }
  AtTransaction* t = take();
  payload.acquire();
  payload.set_dmi_allowed(false);
  stream->raz_wi = false;
  t->port = &port;
  t->payload = &payload;
  t->stream = stream;
  t->txn = ClientPort::make_txn(payload, *stream);
  t->resets = smmu_.reset_count();
  for (AtTransaction* other : port.active)
    if (other->state != State::Responding && same_order(*other, *t)) t->before = other;
  port.active.push_back(t);
  if (port.translating == translation_slots_) {
    port.waiting.push_back(t);
    return tlm::TLM_ACCEPTED;
  }
  begin(t, delay);
  phase = tlm::END_REQ;
  return tlm::TLM_UPDATED;
}

void AtEngine::begin(AtTransaction* t, const sc_core::sc_time& delay) {
  t->port->translating++;
  t->has_slot = true;
  t->state = State::Looking;
  schedule(t, Step::Look, delay + smmu_.tlb_latency);
}

// Whoever waits for the slot has its request ended now.
void AtEngine::leave_slot(AtTransaction* t) {
  AtPort& port = *t->port;
  if (!t->has_slot) return;
  t->has_slot = false;
  port.translating--;
  if (port.waiting.empty()) return;
  AtTransaction* next = port.waiting.front();
  port.waiting.pop_front();
  begin(next, sc_core::SC_ZERO_TIME);
  tlm::tlm_phase phase = tlm::END_REQ;
  sc_core::sc_time delay;
  port.client->upstream()->nb_transport_bw(*next->payload, phase, delay);
}

// ---- translation ----

void AtEngine::look(AtTransaction* t) {
  if (smmu_.tracing() && t->trace_id == 0) t->trace_id = t->port->client->trace_begin(*t->payload, t->txn);
  if (AtTransaction* walk = walk_of_same_page(*t); walk != nullptr) {
    t->walk = walk;
    t->state = State::Merged;
    return;
  }
  if (smmu_core_translate(smmu_.core(), &t->txn, &t->out) == SMMU_XLATE_NEED_JOB) return want_walk(t);
  hold(t);
  translated(t);
}

// A page that is being walked is not in the TLB before the walk has come back.
AtTransaction* AtEngine::walk_of_same_page(const AtTransaction& t) const {
  constexpr std::uint8_t ssv = SMMU_TXN_SSV;
  for (AtTransaction* walk : walks_)
    if (walk->txn.sid == t.txn.sid && walk->txn.iova >> 12 == t.txn.iova >> 12 && walk->txn.ssid == t.txn.ssid && walk->txn.ats == t.txn.ats &&
        ((walk->txn.flags ^ t.txn.flags) & ssv) == 0 && t.txn.ats == SMMU_ATS_UNTRANSLATED)
      return walk;
  return nullptr;
}

void AtEngine::want_walk(AtTransaction* t) {
  t->state = State::Queued;
  queued_.push_back(t);
  start_walks();
}

void AtEngine::start_walks() {
  while (!queued_.empty() && walking_ < walk_slots_) {
    AtTransaction* t = queued_.front();
    queued_.pop_front();
    if (AtTransaction* walk = walk_of_same_page(*t); walk != nullptr) {
      t->walk = walk;
      t->state = State::Merged;
    } else if (!start_walk(t)) {
      queued_.push_front(t);
      return;  // every job slot is taken: progress() tries again
    }
  }
}

bool AtEngine::start_walk(AtTransaction* t) {
  smmu_window window = smmu_.memory().window();
  const bool at_once = smmu_core_walk_direct(smmu_.core(), &t->txn, &window, &t->out);
  if (!at_once && (t->job = smmu_core_job_start(smmu_.core(), &t->txn)) == SMMU_JOB_NONE) return false;
  t->state = State::Walking;
  t->has_walk_slot = true;
  walking_++;
  walks_.push_back(t);
  if (!at_once) {
    step_job(t);
    return true;
  }
  hold(t);
  schedule(t, Step::WalkDone, 2 * link_latency_ + smmu_.walk_latency * window.accesses);
  return true;
}

// As far as memory is within reach; what is not goes to the thread that may wait for it.
void AtEngine::step_job(AtTransaction* t) {
  sc_core::sc_time spent;
  const smmu_step step = smmu_.step(t->job, spent);
  smmu_.after_core_call();
  switch (step) {
    case SMMU_STEP_IO:
      for_walker_.push_back(t);
      walker_work.notify(sc_core::SC_ZERO_TIME);
      break;
    case SMMU_STEP_BLOCKED:
      schedule(t, Step::Continue, spent + poll_);
      break;
    case SMMU_STEP_STALLED: {
      ParkedCall& call = smmu_.parked(t->job);
      call.done = false;
      call.observer = t->stream->stall_observer;
      call.transaction = t;
      t->state = State::Parked;
      if (call.observer != nullptr) call.observer->transaction_stalled(smmu_core_job_stag(smmu_.core(), t->job));
      end_walk(t);
      leave_slot(t);
      start_walks();
      break;
    }
    case SMMU_STEP_DONE:
      hold(t);
      schedule(t, Step::WalkDone, 2 * link_latency_ + spent);
      break;
  }
}

void AtEngine::walk_some() {
  for (;;) {
    while (for_walker_.empty()) sc_core::wait(walker_work);
    AtTransaction* t = for_walker_.front();
    for_walker_.pop_front();
    const unsigned resets = smmu_.reset_count();
    sc_core::sc_time spent;
    smmu_step step = SMMU_STEP_IO;
    while (step == SMMU_STEP_IO) {
      if (!smmu_.access(t->job, spent)) break;
      step = smmu_.step(t->job, spent);
    }
    if (resets != smmu_.reset_count()) continue;  // reset() has answered it
    smmu_.after_core_call();
    if (step == SMMU_STEP_DONE) hold(t);
    if (step == SMMU_STEP_DONE)
      schedule(t, Step::WalkDone, 2 * link_latency_ + spent);
    else
      schedule(t, Step::Continue, spent);  // blocked or stalled: the state machine knows what to do
  }
}

void AtEngine::end_walk(AtTransaction* t) {
  if (!t->has_walk_slot) return;
  t->has_walk_slot = false;
  walking_--;
  remove(walks_, t);
  for (auto& port : ports_)  // whoever joined looks again, and walks alone if this one did not help
    for (AtTransaction* other : port->active)
      if (other->walk == t) {
        other->walk = nullptr;
        other->state = State::Looking;
        schedule(other, Step::Look, sc_core::SC_ZERO_TIME);
      }
}

void AtEngine::walk_done(AtTransaction* t) {
  if (t->job != SMMU_JOB_NONE) {
    smmu_core_job_result(smmu_.core(), t->job, &t->out);
    smmu_core_job_free(smmu_.core(), t->job);
    t->job = SMMU_JOB_NONE;
    smmu_.after_core_call();
    if (t->out.status != SMMU_XLATE_HELD) smmu_.progress().notify(sc_core::SC_ZERO_TIME);
  }
  end_walk(t);
  if (t->out.status == SMMU_XLATE_HELD) {
    let_go(t);
    t->txn.flags |= SMMU_TXN_RETRY;
    t->state = State::Held;
    held_.push_back(t);
    leave_slot(t);
  } else {
    translated(t);
  }
  start_walks();
}

void AtEngine::job_done(AtTransaction* t, const sc_core::sc_time& delay) {
  hold(t);
  t->state = State::Walking;
  schedule(t, Step::WalkDone, delay);
}

void AtEngine::progress() {
  for (AtTransaction* t : held_) {
    t->state = State::Queued;
    queued_.push_back(t);
  }
  held_.clear();
  start_walks();
}

// The answer may be used from here on: later CMD_SYNCs wait until the data has moved, or the answer was given back.
void AtEngine::hold(AtTransaction* t) {
  t->token = smmu_core_txn_begin(smmu_.core());
  t->token_open = true;
  t->basis = TranslationBasis::of(*smmu_.core());
}

void AtEngine::let_go(AtTransaction* t) {
  if (!t->token_open) return;
  t->token_open = false;
  if (t->resets != smmu_.reset_count()) return;
  smmu_core_txn_done(smmu_.core(), t->token);
  if (smmu_.sync_waits() || smmu_.core()->r.cr0 != smmu_.core()->r.cr0ack) smmu_.after_core_call();
}

// Translated, or refused. One that has to wait for its turn must not hold up CMD_SYNC, because it may wait for a stalled
// one that only a later command moves: it gives its answer back, and looks again if something was invalidated meanwhile.
void AtEngine::translated(AtTransaction* t) {
  if (smmu_.tracing()) t->port->client->trace_end(*t->payload, t->txn, t->out, t->trace_id);
  if (smmu_.tracing() || smmu_.core()->irqs != 0) smmu_.after_core_call();
  if (t->out.status == SMMU_XLATE_OK) {
    t->state = State::Translated;
  } else {
    let_go(t);
    ClientPort::answer(*t->payload, *t->stream, t->out);
    t->state = State::Answered;
    t->due = true;
    leave_slot(t);
  }
  pump(*t->port);
  if (t->state == State::Translated) let_go(t);
}

// ---- out to memory, and the answer ----

void AtEngine::pump(AtPort& port) {
  if (port.pumping) return;  // a call from within: the loop below sees what it changed
  port.pumping = true;
  while (pump_one(port)) {
  }
  port.pumping = false;
}

bool AtEngine::pump_one(AtPort& port) {
  for (AtTransaction* t : port.active) {
    if (t->state == State::Translated && port.requesting == nullptr && (t->before == nullptr || has_left(*t->before))) {
      if (t->token_open || TranslationBasis::of(*smmu_.core()) == t->basis) {
        if (!t->token_open) hold(t);
        forward(t);
      } else {
        t->state = State::Looking;
        schedule(t, Step::Look, sc_core::SC_ZERO_TIME);
      }
      return true;
    }
    if (t->state == State::Answered && t->due && t->before == nullptr && port.responding == nullptr) {
      respond(t);
      return true;
    }
  }
  return false;
}

void AtEngine::forward(AtTransaction* t) {
  AtPort& port = *t->port;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay;
  t->state = State::Forwarded;
  t->stream->memory_type = t->out.attr;
  t->stream->shareability = t->out.sh;
  t->payload->set_address(t->out.pa);
  port.requesting = t;
  leave_slot(t);
  switch (port.client->downstream()->nb_transport_fw(*t->payload, phase, delay)) {
    case tlm::TLM_COMPLETED:
      memory_answered(t, delay);
      break;
    case tlm::TLM_UPDATED:
      if (phase == tlm::END_REQ) {
        port.requesting = nullptr;
      } else if (phase == tlm::BEGIN_RESP) {
        t->end_resp_owed = true;
        memory_answered(t, delay);
      }
      break;
    default:
      break;
  }
}

tlm::tlm_sync_enum AtEngine::from_memory(unsigned index, tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay) {
  AtPort& port = *ports_[index];
  AtTransaction* t = find(port, payload);
  if (t == nullptr || t->state != State::Forwarded) return tlm::TLM_ACCEPTED;
  if (phase == tlm::END_REQ) {
    if (port.requesting == t) port.requesting = nullptr;
    pump(port);
    return tlm::TLM_ACCEPTED;
  }
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  memory_answered(t, delay);
  pump(port);
  return tlm::TLM_COMPLETED;  // END_RESP
}

void AtEngine::memory_answered(AtTransaction* t, const sc_core::sc_time& delay) {
  AtPort& port = *t->port;
  tlm::tlm_generic_payload& payload = *t->payload;
  if (port.requesting == t) port.requesting = nullptr;
  if (t->end_resp_owed) {
    tlm::tlm_phase phase = tlm::END_RESP;
    sc_core::sc_time when = delay;
    port.client->downstream()->nb_transport_fw(payload, phase, when);
  }
  payload.set_address(t->txn.iova);
  payload.set_dmi_allowed(payload.is_dmi_allowed() && smmu_.may_grant_dmi());
  if (!payload.is_response_ok()) payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
  let_go(t);
  t->state = State::Answered;
  schedule(t, Step::Respond, delay);
}

void AtEngine::respond(AtTransaction* t) {
  AtPort& port = *t->port;
  tlm::tlm_phase phase = tlm::BEGIN_RESP;
  sc_core::sc_time delay;
  t->state = State::Responding;
  port.responding = t;
  for (AtTransaction* other : port.active)
    if (other->before == t) other->before = nullptr;
  const tlm::tlm_sync_enum status = port.client->upstream()->nb_transport_bw(*t->payload, phase, delay);
  if (port.responding == t && (status == tlm::TLM_COMPLETED || (status == tlm::TLM_UPDATED && phase == tlm::END_RESP))) finish(t);
}

void AtEngine::finish(AtTransaction* t) {
  AtPort& port = *t->port;
  if (port.responding == t) port.responding = nullptr;
  remove(port.active, t);
  t->payload->release();
  idle_.push_back(t);
}

// ---- reset ----

void AtEngine::reset() {
  due_ = {};
  queued_.clear();
  held_.clear();
  walks_.clear();
  for_walker_.clear();
  walking_ = 0;
  for (auto& port : ports_) {
    port->waiting.clear();  // BEGIN_RESP ends a request too
    port->translating = 0;
    for (AtTransaction* t : port->active) {
      t->job = SMMU_JOB_NONE;
      t->walk = nullptr;
      t->has_slot = t->has_walk_slot = false;
      if (!has_left(*t)) {
        t->out = smmu_xlate{};
        t->out.status = SMMU_XLATE_ABORT;
        t->state = State::Answered;
        t->payload->set_response_status(tlm::TLM_ADDRESS_ERROR_RESPONSE);
      }
      if (t->state == State::Answered) schedule(t, Step::Respond, sc_core::SC_ZERO_TIME);
    }
  }
}

bool AtEngine::idle() const {
  for (const auto& port : ports_)
    if (!port->active.empty()) return false;
  return true;
}

}  // namespace smmu_model_tlm
