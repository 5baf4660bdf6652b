// SPDX-License-Identifier: Apache-2.0
// Registers and transfers of test_engine.h. Proof: tb/tests/test_engine.cpp.
#include "masters/test_engine.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "masters/dma_master.h"
#include "tandem/test_engine.h"

namespace tandem {
namespace {

constexpr std::uint64_t kAnswerTimeoutNs = 10'000'000;
constexpr std::uint64_t kForEverNs = 1'000'000'000'000'000;
constexpr std::uint32_t kBytesPerNs = 16;  // an engine does not outrun time, however fast the SMMU in front of it answers

struct Register {
  EngineRegister is;
  std::uint32_t writable;  // mask of each 32-bit half
};
constexpr Register kRegisters[] = {
    {{"ID", TANDEM_ENGINE_ID, 4}, 0},
    {{"FEATURES", TANDEM_ENGINE_FEATURES, 4}, 0},
    {{"STREAM_ID", TANDEM_ENGINE_STREAM_ID, 4}, ~0u},
    {{"SUBSTREAM_ID", TANDEM_ENGINE_SUBSTREAM_ID, 4}, ~0u},
    {{"ATTRIBUTES", TANDEM_ENGINE_ATTRIBUTES, 4}, ~0u},
    {{"CONTROL", TANDEM_ENGINE_CONTROL, 4}, ~0u},
    {{"SEED", TANDEM_ENGINE_SEED, 8}, ~0u},
    {{"BEGIN", TANDEM_ENGINE_BEGIN, 8}, ~0u},
    {{"END", TANDEM_ENGINE_END, 8}, ~0u},
    {{"STRIDE", TANDEM_ENGINE_STRIDE, 8}, ~0u},
    {{"DESTINATION", TANDEM_ENGINE_DESTINATION, 8}, ~0u},
    {{"SIZE", TANDEM_ENGINE_SIZE, 4}, ~0u},
    {{"COUNT", TANDEM_ENGINE_COUNT, 4}, ~0u},
    {{"COMMAND", TANDEM_ENGINE_COMMAND, 4}, ~0u},
    {{"STATUS", TANDEM_ENGINE_STATUS, 4}, 0},
    {{"ERROR_COUNT", TANDEM_ENGINE_ERROR_COUNT, 4}, 0},
    {{"ERROR_KIND", TANDEM_ENGINE_ERROR_KIND, 4}, 0},
    {{"ERROR_ADDRESS", TANDEM_ENGINE_ERROR_ADDRESS, 8}, 0},
    {{"DONE_COUNT", TANDEM_ENGINE_DONE_COUNT, 8}, 0},
    {{"RESULT", TANDEM_ENGINE_RESULT, 8}, 0},
    {{"RESULT_INFO", TANDEM_ENGINE_RESULT_INFO, 4}, 0},
    {{"MISMATCH", TANDEM_ENGINE_MISMATCH, 4}, 0},
    {{"IRQ_STATUS", TANDEM_ENGINE_IRQ_STATUS, 4}, 0},  // write 1 to clear
    {{"MSI_DATA", TANDEM_ENGINE_MSI_DATA, 4}, ~0u},
    {{"MSI_ADDRESS", TANDEM_ENGINE_MSI_ADDRESS, 8}, ~0u},
    {{"ELAPSED_NS", TANDEM_ENGINE_ELAPSED_NS, 8}, 0},
};
constexpr std::uint32_t kEndOfRegisters = TANDEM_ENGINE_ELAPSED_NS + 8;
constexpr std::uint32_t kLastCommand = TANDEM_ENGINE_CMD_TRANSLATE;

std::uint32_t writable_bits(std::uint32_t offset) {
  for (const Register& reg : kRegisters) {
    if (offset >= reg.is.offset && offset < reg.is.offset + reg.is.bytes) return reg.writable;
  }
  return 0;
}

// One step of splitmix64.
std::uint64_t draw(std::uint64_t* state) {
  std::uint64_t z = *state += 0x9e3779b97f4a7c15ull;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

}  // namespace

const std::vector<EngineRegister>& engine_registers() {
  static const std::vector<EngineRegister> list = [] {
    std::vector<EngineRegister> all;
    for (const Register& reg : kRegisters) all.push_back(reg.is);
    return all;
  }();
  return list;
}

TestEngine::TestEngine(Platform& platform, const EngineSpec& spec, unsigned smmu, std::function<void()> irq)
    : platform_(platform), spec_(spec), smmu_(smmu), irq_(std::move(irq)), words_(kEndOfRegisters / 4), buffer_(TANDEM_ENGINE_MAX_SIZE) {
  reset();
}

void TestEngine::set_wide(std::uint32_t offset, std::uint64_t value) {
  set(offset, static_cast<std::uint32_t>(value));
  set(offset + 4, static_cast<std::uint32_t>(value >> 32));
}

std::uint32_t TestEngine::state() const { return word(TANDEM_ENGINE_STATUS) & TANDEM_ENGINE_STATE_MASK; }

void TestEngine::set_state(std::uint32_t state) {
  const std::uint32_t lost = word(TANDEM_ENGINE_STATUS) & TANDEM_ENGINE_STATUS_WRITE_LOST;
  set(TANDEM_ENGINE_STATUS, state | lost);
}

void TestEngine::reset() {
  stop();
  std::fill(words_.begin(), words_.end(), 0u);
  set(TANDEM_ENGINE_ID, TANDEM_ENGINE_ID_VALUE);
  // log2 of the largest SIZE, width of a SubstreamID, number of commands
  set(TANDEM_ENGINE_FEATURES, 16u | 20u << 8 | (kLastCommand + 1) << 16);
  if (!spec_.sids.empty()) set(TANDEM_ENGINE_STREAM_ID, spec_.sids.front());
  set(TANDEM_ENGINE_SIZE, 64);
}

std::uint64_t TestEngine::read(std::uint32_t offset, unsigned bytes) const {
  if ((bytes != 4 && bytes != 8) || offset % bytes != 0 || offset >= kEndOfRegisters) return 0;
  return bytes == 4 ? word(offset) : wide(offset);
}

void TestEngine::write(std::uint32_t offset, unsigned bytes, std::uint64_t value) {
  if ((bytes != 4 && bytes != 8) || offset % bytes != 0 || offset >= kEndOfRegisters) return;
  write_word(offset, static_cast<std::uint32_t>(value));
  if (bytes == 8) write_word(offset + 4, static_cast<std::uint32_t>(value >> 32));
}

void TestEngine::write_word(std::uint32_t offset, std::uint32_t value) {
  if (offset == TANDEM_ENGINE_IRQ_STATUS) {
    set(offset, word(offset) & ~value);
    return;
  }
  if (offset == TANDEM_ENGINE_COMMAND && value == TANDEM_ENGINE_CMD_STOP) {
    if (state() != TANDEM_ENGINE_RUNNING) return;
    stop();
    set_state(TANDEM_ENGINE_STOPPED);
    finish();
    return;
  }
  const std::uint32_t writable = writable_bits(offset);
  if (writable == 0) return;
  if (state() == TANDEM_ENGINE_RUNNING) {
    words_[TANDEM_ENGINE_STATUS / 4] |= TANDEM_ENGINE_STATUS_WRITE_LOST;
    return;
  }
  set(offset, value);
  if (offset == TANDEM_ENGINE_COMMAND) command(value);
}

// Offset of the first register whose value does not go with the command; ~0 when all do.
std::uint32_t TestEngine::bad_register(std::uint32_t command) const {
  constexpr std::uint32_t attributes = TANDEM_ENGINE_ATTR_PRIVILEGED | TANDEM_ENGINE_ATTR_INSTRUCTION |
                                       TANDEM_ENGINE_ATTR_TRANSLATED | TANDEM_ENGINE_ATTR_NO_WRITE;
  constexpr std::uint32_t control =
      TANDEM_ENGINE_CONTROL_IRQ | TANDEM_ENGINE_CONTROL_MSI | TANDEM_ENGINE_CONTROL_STOP_ON_ERROR;
  const std::uint64_t begin = wide(TANDEM_ENGINE_BEGIN), end = wide(TANDEM_ENGINE_END);
  const std::uint32_t size = word(TANDEM_ENGINE_SIZE), sid = word(TANDEM_ENGINE_STREAM_ID);
  const bool is_translate = command == TANDEM_ENGINE_CMD_TRANSLATE;

  if (command > kLastCommand) return TANDEM_ENGINE_COMMAND;
  if (!spec_.sids.empty() && std::find(spec_.sids.begin(), spec_.sids.end(), sid) == spec_.sids.end()) return TANDEM_ENGINE_STREAM_ID;
  if ((word(TANDEM_ENGINE_SUBSTREAM_ID) & ~(TANDEM_ENGINE_SUBSTREAM_VALID | 0xfffffu)) != 0) return TANDEM_ENGINE_SUBSTREAM_ID;
  if ((word(TANDEM_ENGINE_ATTRIBUTES) & ~attributes) != 0) return TANDEM_ENGINE_ATTRIBUTES;
  if (is_translate && (word(TANDEM_ENGINE_ATTRIBUTES) & TANDEM_ENGINE_ATTR_TRANSLATED) != 0) return TANDEM_ENGINE_ATTRIBUTES;
  if ((word(TANDEM_ENGINE_CONTROL) & ~control) != 0) return TANDEM_ENGINE_CONTROL;
  if ((word(TANDEM_ENGINE_CONTROL) & TANDEM_ENGINE_CONTROL_MSI) != 0 && wide(TANDEM_ENGINE_MSI_ADDRESS) % 4 != 0) {
    return TANDEM_ENGINE_MSI_ADDRESS;
  }
  if (is_translate) return ~0u;
  if (end < begin) return TANDEM_ENGINE_END;
  if (size < 1 || size > TANDEM_ENGINE_MAX_SIZE) return TANDEM_ENGINE_SIZE;
  if (command == TANDEM_ENGINE_CMD_RANDOM) {
    if (end - begin < size - 1) return TANDEM_ENGINE_SIZE;
    if (word(TANDEM_ENGINE_COUNT) == 0) return TANDEM_ENGINE_COUNT;
  }
  if (command == TANDEM_ENGINE_CMD_COPY && wide(TANDEM_ENGINE_DESTINATION) + (end - begin) < wide(TANDEM_ENGINE_DESTINATION)) {
    return TANDEM_ENGINE_DESTINATION;
  }
  return ~0u;
}

void TestEngine::command(std::uint32_t command) {
  for (const std::uint32_t offset :
       {TANDEM_ENGINE_STATUS, TANDEM_ENGINE_ERROR_COUNT, TANDEM_ENGINE_ERROR_KIND, TANDEM_ENGINE_RESULT_INFO, TANDEM_ENGINE_MISMATCH}) {
    set(offset, 0);
  }
  for (const std::uint32_t offset :
       {TANDEM_ENGINE_ERROR_ADDRESS, TANDEM_ENGINE_DONE_COUNT, TANDEM_ENGINE_RESULT, TANDEM_ENGINE_ELAPSED_NS}) {
    set_wide(offset, 0);
  }
  const std::uint32_t bad = bad_register(command);
  if (bad != ~0u) {
    set_state(TANDEM_ENGINE_BAD_VALUE | bad << TANDEM_ENGINE_STATUS_BAD_SHIFT);
    return;
  }
  set_state(TANDEM_ENGINE_RUNNING);
  begin_ns_ = platform_.now_ps() / 1000;
  start_ = true;
  if (!has_thread_) {
    has_thread_ = true;
    platform_.spawn_device(spec_.name, [this] { loop(); });
  }
  wake_.notify(sc_core::SC_ZERO_TIME);
}

// The thread finds its ticket unknown, or looks at gone_, and leaves the command without touching a register.
void TestEngine::stop() {
  gone_ = true;
  start_ = false;
  if (ticket_ != 0) platform_.forget(std::exchange(ticket_, 0));
}

// The end of a command as software sees it; the thread itself may still be on its way out.
void TestEngine::finish() {
  words_[TANDEM_ENGINE_IRQ_STATUS / 4] |= TANDEM_ENGINE_IRQ_END;
  set_wide(TANDEM_ENGINE_ELAPSED_NS, platform_.now_ps() / 1000 - begin_ns_);
  if ((word(TANDEM_ENGINE_CONTROL) & TANDEM_ENGINE_CONTROL_IRQ) != 0) irq_();
}

void TestEngine::loop() {
  for (;;) {
    while (!start_) sc_core::wait(wake_);
    start_ = gone_ = false;
    run();
  }
}

bool TestEngine::may_go_on() const {
  const bool stops = (word(TANDEM_ENGINE_CONTROL) & TANDEM_ENGINE_CONTROL_STOP_ON_ERROR) != 0;
  return !gone_ && !(stops && word(TANDEM_ENGINE_ERROR_COUNT) != 0);
}

void TestEngine::run() {
  switch (word(TANDEM_ENGINE_COMMAND)) {
    case TANDEM_ENGINE_CMD_RANDOM: run_random(); break;
    case TANDEM_ENGINE_CMD_TRANSLATE: translate(); break;
    default: run_range(); break;
  }
  if (!gone_ && (word(TANDEM_ENGINE_CONTROL) & TANDEM_ENGINE_CONTROL_MSI) != 0) {
    Access message;
    message.smmu = smmu_;
    message.tbu = spec_.tbu;
    message.sid = word(TANDEM_ENGINE_STREAM_ID);
    message.iova = wide(TANDEM_ENGINE_MSI_ADDRESS);
    message.write = true;
    std::uint32_t data = word(TANDEM_ENGINE_MSI_DATA);
    message.data = reinterpret_cast<std::uint8_t*>(&data);
    message.bytes = 4;
    AccessResult result;
    if (submit(message, &result) == Outcome::Failed) error(TANDEM_ENGINE_ERROR_MSI, message.iova);
  }
  if (gone_) return;
  set_state(word(TANDEM_ENGINE_ERROR_COUNT) == 0 ? TANDEM_ENGINE_DONE : TANDEM_ENGINE_FAILED);
  finish();
}

void TestEngine::run_range() {
  const std::uint32_t command = word(TANDEM_ENGINE_COMMAND), size = word(TANDEM_ENGINE_SIZE), count = word(TANDEM_ENGINE_COUNT);
  const std::uint64_t begin = wide(TANDEM_ENGINE_BEGIN), end = wide(TANDEM_ENGINE_END);
  const std::uint64_t stride = wide(TANDEM_ENGINE_STRIDE) != 0 ? wide(TANDEM_ENGINE_STRIDE) : size;
  std::uint64_t at = begin;
  for (std::uint64_t n = 0; may_go_on() && (count == 0 || n < count); ++n) {
    const auto bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, end - at + 1 != 0 ? end - at + 1 : size));
    const Transfer first{at, bytes, command == TANDEM_ENGINE_CMD_WRITE};
    if (first.write) fill_pattern(first);
    if (transfer(first) == Outcome::Ok) {
      if (command == TANDEM_ENGINE_CMD_VERIFY) check_pattern(first);
      if (command == TANDEM_ENGINE_CMD_READ) {
        set_wide(TANDEM_ENGINE_RESULT, std::accumulate(buffer_.begin(), buffer_.begin() + bytes, wide(TANDEM_ENGINE_RESULT)));
      }
      if (command == TANDEM_ENGINE_CMD_COPY) transfer({wide(TANDEM_ENGINE_DESTINATION) + (at - begin), bytes, true});
    }
    if (end - at < stride) break;
    at += stride;
  }
}

void TestEngine::run_random() {
  const std::uint32_t size = word(TANDEM_ENGINE_SIZE), count = word(TANDEM_ENGINE_COUNT);
  const std::uint64_t begin = wide(TANDEM_ENGINE_BEGIN);
  const std::uint64_t last_start = wide(TANDEM_ENGINE_END) - begin - (size - 1);
  std::uint64_t random = wide(TANDEM_ENGINE_SEED);
  for (std::uint32_t n = 0; n < count && may_go_on(); ++n) {
    const std::uint64_t place = draw(&random), kind = draw(&random);
    const std::uint64_t offset = last_start == ~0ull ? place : place % (last_start + 1);
    const Transfer next{begin + offset, size, (kind & 1) != 0};
    if (next.write) fill_pattern(next);
    if (transfer(next) == Outcome::Ok && next.write) set_wide(TANDEM_ENGINE_RESULT, wide(TANDEM_ENGINE_RESULT) + 1);
  }
}

void TestEngine::translate() {
  Access request = access_of({wide(TANDEM_ENGINE_BEGIN), 1, false});
  request.ats = smmu_tlm::AtsKind::TranslationRequest;
  request.ats_no_write = (word(TANDEM_ENGINE_ATTRIBUTES) & TANDEM_ENGINE_ATTR_NO_WRITE) != 0;
  AccessResult result;
  const Outcome outcome = submit(request, &result);
  if (outcome == Outcome::Gone) return;
  set_wide(TANDEM_ENGINE_DONE_COUNT, 1);
  using Status = smmu_tlm::AtsAnswer::Status;
  const smmu_tlm::AtsAnswer& answer = result.ats_answer;
  if (outcome == Outcome::Failed || answer.status == Status::CompleterAbort) {
    error(outcome == Outcome::Failed && result.status == AccessStatus::Timeout ? TANDEM_ENGINE_ERROR_TIMEOUT : TANDEM_ENGINE_ERROR_COMPLETER,
          request.iova);
  } else if (answer.status == Status::UnsupportedRequest) {
    error(TANDEM_ENGINE_ERROR_UNSUPPORTED, request.iova);
  } else {
    set_wide(TANDEM_ENGINE_RESULT, answer.address);
    set(TANDEM_ENGINE_RESULT_INFO, answer.size_log2 | (answer.read ? TANDEM_ENGINE_RESULT_READ : 0u) |
                                       (answer.write ? TANDEM_ENGINE_RESULT_WRITE : 0u) | (answer.execute ? TANDEM_ENGINE_RESULT_EXECUTE : 0u));
  }
}

Access TestEngine::access_of(const Transfer& what) const {
  const std::uint32_t attributes = word(TANDEM_ENGINE_ATTRIBUTES), substream = word(TANDEM_ENGINE_SUBSTREAM_ID);
  Access access;
  access.smmu = smmu_;
  access.tbu = spec_.tbu;
  access.sid = word(TANDEM_ENGINE_STREAM_ID);
  access.ssid_valid = (substream & TANDEM_ENGINE_SUBSTREAM_VALID) != 0;
  access.ssid = substream & 0xfffffu;
  access.iova = what.iova;
  access.data = const_cast<std::uint8_t*>(buffer_.data());
  access.bytes = what.bytes;
  access.write = what.write;
  access.privileged = (attributes & TANDEM_ENGINE_ATTR_PRIVILEGED) != 0;
  access.instruction = (attributes & TANDEM_ENGINE_ATTR_INSTRUCTION) != 0;
  if ((attributes & TANDEM_ENGINE_ATTR_TRANSLATED) != 0) access.ats = smmu_tlm::AtsKind::Translated;
  return access;
}

// Starts the access and waits for its answer, however long software lets a stall last.
TestEngine::Outcome TestEngine::submit(const Access& access, AccessResult* result) {
  const std::uint64_t ticket = platform_.start(access);
  if (gone_) {  // stopped while the implementation was at it
    platform_.forget(ticket);
    return Outcome::Gone;
  }
  ticket_ = ticket;
  platform_.wait_ticket(ticket, kAnswerTimeoutNs, false);
  if (!gone_ && platform_.ticket_state(ticket) == TicketState::Stalled) {
    words_[TANDEM_ENGINE_STATUS / 4] |= TANDEM_ENGINE_STATUS_STALLED;
    platform_.wait_ticket(ticket, kForEverNs, true);
    if (!gone_) words_[TANDEM_ENGINE_STATUS / 4] &= ~TANDEM_ENGINE_STATUS_STALLED;
  }
  if (gone_) return Outcome::Gone;
  ticket_ = 0;
  if (platform_.ticket_state(ticket) != TicketState::Done) {
    platform_.forget(ticket);
    result->status = AccessStatus::Timeout;
    return Outcome::Failed;
  }
  *result = platform_.poll(ticket);
  return result->status == AccessStatus::Ok ? Outcome::Ok : Outcome::Failed;
}

TestEngine::Outcome TestEngine::transfer(const Transfer& what) {
  AccessResult result;
  const Outcome outcome = submit(access_of(what), &result);
  if (outcome == Outcome::Gone) return outcome;
  set_wide(TANDEM_ENGINE_DONE_COUNT, wide(TANDEM_ENGINE_DONE_COUNT) + 1);
  if (outcome == Outcome::Failed) {
    error(result.status == AccessStatus::Timeout ? TANDEM_ENGINE_ERROR_TIMEOUT
          : result.memory_error                  ? TANDEM_ENGINE_ERROR_MEMORY
                                                 : TANDEM_ENGINE_ERROR_ABORT,
          what.iova);
  }
  platform_.wait_ns(1 + what.bytes / kBytesPerNs);
  return gone_ ? Outcome::Gone : outcome;
}

void TestEngine::fill_pattern(const Transfer& what) {
  const std::uint64_t seed = wide(TANDEM_ENGINE_SEED), first = what.iova - wide(TANDEM_ENGINE_BEGIN);
  for (std::uint32_t i = 0; i < what.bytes; ++i) buffer_[i] = dma_pattern_byte(seed, first + i);
}

void TestEngine::check_pattern(const Transfer& what) {
  const std::uint64_t seed = wide(TANDEM_ENGINE_SEED), first = what.iova - wide(TANDEM_ENGINE_BEGIN);
  for (std::uint32_t i = 0; i < what.bytes; ++i) {
    const std::uint8_t wanted = dma_pattern_byte(seed, first + i);
    if (buffer_[i] == wanted) continue;
    if (word(TANDEM_ENGINE_ERROR_COUNT) == 0) set(TANDEM_ENGINE_MISMATCH, wanted | std::uint32_t{buffer_[i]} << 8);
    error(TANDEM_ENGINE_ERROR_MISMATCH, what.iova + i);
    return;
  }
}

// The first error is kept, all are counted.
void TestEngine::error(std::uint32_t kind, std::uint64_t address) {
  if (word(TANDEM_ENGINE_ERROR_COUNT) == 0) {
    set(TANDEM_ENGINE_ERROR_KIND, kind);
    set_wide(TANDEM_ENGINE_ERROR_ADDRESS, address);
  }
  if (word(TANDEM_ENGINE_ERROR_COUNT) != ~0u) set(TANDEM_ENGINE_ERROR_COUNT, word(TANDEM_ENGINE_ERROR_COUNT) + 1);
}

}  // namespace tandem
