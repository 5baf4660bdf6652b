// SPDX-License-Identifier: Apache-2.0
// The running scenario. Proof: tb/lua/test, scenarios.
#include "lua/host.h"

#include <systemc>

#include "diff/fact_sink.h"
#include "lua/endpoints.h"
#include "lua/transfer.h"
#include "port/driver_port.h"
#include "smmuv3_trace.h"

namespace tandem::lua {
namespace {

constexpr int kHookInterval = 10'000;

}  // namespace

volatile int g_interrupted = 0;

Host::Host(lua_State* state, Platform& platform, DriverPort& port, CommandLog& commands, OrderLog& order,
           CoverageSink& coverage, RunListener& listener)
    : state_(state), platform_(platform), port_(port), commands_(commands), order_(order), coverage_(coverage), listener_(listener),
      endpoints_(std::make_unique<Endpoints>(platform)),
      // The first page stays free, so that an address of zero offset is never a good one by accident.
      ram_next_(platform.ram_base() + 0x1000), pending_irqs_(platform.smmu_count(), 0) {
  *static_cast<Host**>(lua_getextraspace(state)) = this;  // Lua copies it into every thread it makes from now on
  driver_.devs.resize(platform.smmu_count(), nullptr);
  driver_.masters.resize(platform.spec().masters.size(), nullptr);
  platform.on_irq([this](unsigned smmu, smmu_tlm::Irq which) { pending_irqs_.at(smmu) |= 1u << static_cast<unsigned>(which); });
}

Host::~Host() = default;

const PlatformSpec& Host::spec() const { return platform_.spec(); }

smmu_sys* Host::sys() const { return port_.sys(); }

smmu_port Host::port(unsigned smmu) { return port_.port(smmu); }

std::uint64_t Host::now_ns() const { return platform_.now_ps() / 1000; }

void Host::conclude(report::Status status, const std::string& reason, const std::string& detail) {
  if (concluded_) return;
  concluded_ = true;
  status_ = status;
  reason_ = reason;
  detail_ = detail;
  // Whatever the scenario made of it, this is why it could not go on.
  if (const Outage* const outage = platform_.outage()) {
    status_ = outage->lacks ? report::Status::Skip : report::Status::Error;
    reason_ = outage->sentence + (outage->lacks ? "" : step_text());
  }
  if (!steps_.empty()) {
    steps_.back().status = status_;
    steps_.back().end_ns = now_ns();
  }
  listener_.verdict(status, reason);
  platform_.stop();
}

void Host::end(lua_State* thread, report::Status status, const std::string& text) {
  const std::string place = where(thread);
  luaL_traceback(thread, thread, nullptr, 0);
  const std::string detail = lua_tostring(thread, -1);
  conclude(status, (place.empty() ? "" : place + ": ") + text + (status == report::Status::Skip ? "" : step_text()), detail);
  lua_pushlightuserdata(thread, const_cast<void*>(stop_token()));
  lua_error(thread);
  throw 0;  // not reached
}

void Host::stop_after_outage(lua_State* thread) {
  if (platform_.outage() != nullptr) end(thread, report::Status::Error, "");
}

void Host::begin_step(const std::string& title) {
  end_steps();
  report::StepResult step;
  step.title = title;
  step.start_ns = step.end_ns = now_ns();
  steps_.push_back(step);
  listener_.step(steps_.size(), title, now_ns());
  if (smmu_trace_sink* sink = platform_.trace_sink()) {
    smmu_trace_record record{};
    record.kind = SMMU_TRACE_STEP;
    record.data[0] = steps_.size();
    sink->emit(sink->ctx, &record);
  }
  if (facts_ != nullptr) facts_->step(steps_.size(), title);
}

void Host::skip_step(const std::string& title) {
  begin_step(title);
  steps_.back().status = report::Status::Skip;
}

void Host::note_divergence(const report::Divergence& divergence) {
  for (report::Divergence& known : divergences_) {
    if (known.smmu != divergence.smmu || known.rule != divergence.rule) continue;
    ++known.count;
    return;
  }
  divergences_.push_back(divergence);
  listener_.log("known divergence: " + divergence.smmu + ", " + divergence.rule + ": " + divergence.what);
}

// A step that was skipped took no time; what follows it before the next step belongs to no step.
void Host::end_steps() {
  if (!steps_.empty() && !concluded_ && steps_.back().status != report::Status::Skip) steps_.back().end_ns = now_ns();
}

std::string Host::step_text() const {
  if (steps_.empty()) return "";
  return " (step " + std::to_string(steps_.size()) + ", " + steps_.back().title + ")";
}

std::size_t Host::spawn(lua_State* from, const std::string& name) {
  lua_State* thread = lua_newthread(from);
  lua_insert(from, -2);
  lua_xmove(from, thread, 1);
  luaL_ref(from, LUA_REGISTRYINDEX);  // keeps the thread alive to the end of the run
  ended_.push_back(false);
  const std::size_t number = ended_.size();
  spawn_counted(name, [this, thread, number] { run_thread(thread, number); });
  return number;
}

void Host::spawn_counted(const std::string& name, std::function<void()> body) {
  if (facts_ == nullptr) {
    platform_.spawn_cpu(name, std::move(body));
    return;
  }
  const std::uint32_t counted = ++counted_threads_;
  facts_->begin_thread(counted, name);
  platform_.spawn_cpu(name, [this, counted, body = std::move(body)] {
    thread_numbers_[sc_core::sc_get_current_process_handle().get_process_object()] = counted;
    body();
    facts_->end_thread();
  });
}

std::uint32_t Host::current_thread() const {
  const auto found = thread_numbers_.find(sc_core::sc_get_current_process_handle().get_process_object());
  return found == thread_numbers_.end() ? 0 : found->second;
}

void Host::tell_response(const Access& access, const AccessResult& result, const std::string& data, bool final) {
  if (facts_ == nullptr) return;
  facts_->response({access.smmu, access.sid, access.ssid_valid ? access.ssid + std::uint64_t{1} : 0, access.write, access.privileged,
                    access.instruction, access.iova, static_cast<unsigned>(result.status), result.memory_error, result.raz_wi},
                   data, final);
}

void Host::run_thread(lua_State* thread, std::size_t number) {
  // The function lies on the stack, arguments (if any) above it.
  const int arguments = lua_gettop(thread) - 1;
  lua_pushcfunction(thread, add_traceback);
  lua_insert(thread, 1);
  const int status = lua_pcall(thread, arguments, 0, 1);
  if (status != LUA_OK && !concluded_ && platform_.outage() == nullptr) {
    const char* text = lua_tostring(thread, -1);
    std::string message, traceback;
    split_traceback(text == nullptr ? "the scenario raised an error that is no text" : text, &message, &traceback);
    conclude(report::Status::Error, message + step_text(), traceback);
  }
  ended_.at(number - 1) = true;
}

std::size_t Host::start_transfer(const Access& access, std::shared_ptr<std::string> data, std::uint64_t timeout_ns, const std::string& what) {
  transfers_.push_back(std::make_unique<Transfer>());
  Transfer* transfer = transfers_.back().get();
  transfer->data = std::move(data);
  Access mine = access;
  mine.data = reinterpret_cast<std::uint8_t*>(transfer->data->data());
  mine.bytes = static_cast<std::uint32_t>(transfer->data->size());
  spawn_counted(what, [this, transfer, mine, timeout_ns] {
    transfer->result = platform_.access(mine, timeout_ns);
    if (transfer->result.status == AccessStatus::Ok) count_dma(transfer->data->size());
    if (transfer->result.status == AccessStatus::Stalled) park(transfer->result.ticket, mine, transfer->data);
    tell_response(mine, transfer->result, *transfer->data, true);
    transfer->done = true;
  });
  return transfers_.size();
}

void Host::park(std::uint64_t ticket, const Access& access, std::shared_ptr<std::string> data) {
  parked_[ticket] = std::make_shared<Parked>(Parked{access, std::move(data)});
}

std::shared_ptr<Parked> Host::unpark(std::uint64_t ticket) {
  const auto found = parked_.find(ticket);
  if (found == parked_.end()) return nullptr;
  std::shared_ptr<Parked> parked = std::move(found->second);
  parked_.erase(found);
  return parked;
}

std::uint64_t Host::allocate_ram(std::uint64_t bytes, std::uint64_t align) {
  const std::uint64_t start = (ram_next_ + align - 1) & ~(align - 1);
  if (start < ram_next_ || bytes > port_.arena_pa() || start > port_.arena_pa() - bytes) return 0;
  ram_next_ = start + bytes;
  return start;
}

void Host::watch(std::chrono::steady_clock::time_point deadline, std::uint64_t wall_limit_s) {
  deadline_ = deadline;
  wall_limit_s_ = wall_limit_s;
  lua_sethook(state_, count_hook, LUA_MASKCOUNT, kHookInterval);
}

void Host::count_hook(lua_State* thread, lua_Debug*) {
  Host& host = of(thread);
  host.stop_after_outage(thread);
  if (g_interrupted != 0) host.end(thread, report::Status::Error, "interrupted");
  if (std::chrono::steady_clock::now() > host.deadline_) {
    host.end(thread, report::Status::Fail, "the wall-clock limit of " + std::to_string(host.wall_limit_s_) + " s ended the run: the scenario's Lua code was running");
  }
}

}  // namespace tandem::lua
