// SPDX-License-Identifier: Apache-2.0
// From a scenario file to its result: read, check, build the platform, run, collect. Proof: tb/lua/test, scenarios.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <memory>
#include <set>
#include <stdexcept>
#include <utility>

#include "backend/backend_registry.h"
#include "check/check_sink.h"
#include "coverage/coverage_sink.h"
#include "diff/fact_sink.h"
#include "lua/counter_calls.h"
#include "lua/embedded.h"
#include "lua/host.h"
#include "lua/host_bindings.h"
#include "platform/platform.h"
#include "platform/platform_lua.h"
#include "port/driver_port.h"
#include "timeline/timeline.h"
#include "trace/sinks.h"

namespace tandem::lua {
namespace {

using Clock = std::chrono::steady_clock;

Platform* volatile g_platform = nullptr;
// A file's top level only builds tables; this many instructions are an endless loop.
constexpr int kLoadInstructions = 50'000'000;
constexpr std::uint64_t kNoLimitS = 10ull * 365 * 24 * 3600;

// Longest time an SMMU gets to finish after the end of a scenario.
constexpr std::uint64_t kSettleNs = 1'000'000;

std::string g_endless_place;

void load_hook(lua_State* L, lua_Debug*) {
  g_endless_place = where(L);
  lua_pushlightuserdata(L, const_cast<void*>(stop_token()));
  lua_error(L);
}

// A problem of the file or of the command line, as one sentence.
struct Refused : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// JSON lines, or a timeline where the name ends in ".json".
class TraceFile : public TraceSink {
 public:
  TraceFile(const std::string& path, const PlatformSpec& spec, const TimelineInfo& info) : path_(path) {
    if (path.empty()) return;
    file_ = std::fopen(path.c_str(), "wb");
    if (file_ == nullptr) throw Refused("cannot write " + path + ": " + std::strerror(errno));
    if (path.size() >= 5 && path.compare(path.size() - 5, 5, ".json") == 0) {
      timeline_ = std::make_unique<Timeline>(file_, info, spec);
      return;
    }
    std::vector<std::string> names;
    for (const SmmuSpec& smmu : spec.smmus) names.push_back(smmu.name);
    writer_ = std::make_unique<JsonLinesWriter>(file_, names);
  }
  ~TraceFile() { close(); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;
  bool is_open() const { return file_ != nullptr; }
  void set_step_title(const std::string& title) {
    if (timeline_) timeline_->set_step_title(title);
  }
  // After an error nothing more is written: a full disk must not cost the rest of the run.
  void record(const smmu_trace_record& record) override {
    if (std::ferror(file_) != 0) return;
    if (timeline_) timeline_->record(record);
    else writer_->record(record);
  }
  // Empty, or why the file is not complete.
  std::string close() {
    if (file_ == nullptr) return "";
    if (timeline_) timeline_->finish();
    const bool failed = std::ferror(file_) != 0;
    const bool closed = std::fclose(std::exchange(file_, nullptr)) == 0;
    return failed || !closed ? "cannot write " + path_ + ": " + std::strerror(failed ? ENOSPC : errno) : "";
  }

 private:
  std::string path_;
  std::FILE* file_ = nullptr;
  std::unique_ptr<JsonLinesWriter> writer_;
  std::unique_ptr<Timeline> timeline_;
};

// Tells the traces the titles of steps, which no record holds.
class TitlesForTraces : public RunListener {
 public:
  TitlesForTraces(RunListener& next, std::vector<TraceFile*> traces) : next_(next), traces_(std::move(traces)) {}
  void begin(const std::string& title, std::int64_t seed, std::uint64_t wall_limit_s) override { next_.begin(title, seed, wall_limit_s); }
  void step(std::size_t number, const std::string& title, std::uint64_t sim_ns) override {
    for (TraceFile* trace : traces_) trace->set_step_title(title);
    next_.step(number, title, sim_ns);
  }
  void log(const std::string& text) override { next_.log(text); }
  void facts(const std::string& lines) override { next_.facts(lines); }
  void verdict(report::Status status, const std::string& reason) override { next_.verdict(status, reason); }

 private:
  RunListener& next_;
  std::vector<TraceFile*> traces_;
};

// A scenario's state; its table is at index 1 of the stack.
struct Loaded {
  State state;
  std::string source;
};

Loaded load_scenario(const std::string& path) {
  Loaded loaded;
  std::string error;
  if (!read_text_file(path, &loaded.source, &error)) throw Refused(error);
  loaded.state = new_sandbox();
  if (!loaded.state) throw Refused("out of memory");
  lua_State* L = loaded.state.get();
  error = load_text(L, path, loaded.source);
  if (!error.empty()) throw Refused(error);
  lua_sethook(L, load_hook, LUA_MASKCOUNT, kLoadInstructions);
  const int status = lua_pcall(L, 0, 1, 0);
  lua_sethook(L, nullptr, 0, 0);
  if (status != LUA_OK && is_stop(L, -1)) throw Refused(g_endless_place + ": the file itself runs without end; steps belong into run(t)");
  if (status != LUA_OK) {
    const char* text = lua_tostring(L, -1);
    throw Refused(text == nullptr ? path + ": the file raised an error that is no text" : text);
  }
  push_embedded(L, "scenario_table");
  lua_getfield(L, -1, "check");
  push_embedded(L, "values");
  lua_pushvalue(L, 1);
  lua_pushlstring(L, path.data(), path.size());
  lua_pushlstring(L, loaded.source.data(), loaded.source.size());
  lua_call(L, 4, 1);
  if (const char* wrong = lua_tostring(L, -1)) throw Refused(wrong);
  lua_settop(L, 1);
  return loaded;
}

std::string string_field(lua_State* L, const char* key) {
  lua_getfield(L, 1, key);
  const char* text = lua_tostring(L, -1);
  std::string value = text == nullptr ? "" : text;
  lua_pop(L, 1);
  return value;
}

PlatformSpec platform_spec(const Loaded& loaded, const std::string& path) {
  lua_State* L = loaded.state.get();
  lua_getfield(L, 1, "platform");
  PlatformSpec spec;
  std::string error;
  const bool good = load_platform(L, lua_gettop(L), path, &spec, &error);
  lua_settop(L, 1);
  if (!good) throw Refused(error);
  return spec;
}

// Leaves the parameters on the stack.
void push_params(const Loaded& loaded, const std::string& path, const Parameters& params) {
  lua_State* L = loaded.state.get();
  push_embedded(L, "scenario_table");
  lua_getfield(L, -1, "params");
  lua_remove(L, -2);
  push_embedded(L, "values");
  lua_pushvalue(L, 1);
  lua_newtable(L);
  lua_Integer n = 0;
  for (const auto& [key, text] : params) {
    lua_createtable(L, 2, 0);
    lua_pushstring(L, key.c_str());
    lua_rawseti(L, -2, 1);
    lua_pushstring(L, text.c_str());
    lua_rawseti(L, -2, 2);
    lua_rawseti(L, -2, ++n);
  }
  lua_pushstring(L, path.c_str());
  lua_call(L, 4, 2);
  if (const char* wrong = lua_tostring(L, -1)) throw Refused(wrong);
  lua_pop(L, 1);
}

std::int64_t seed_of(lua_State* L, const RunRequest& request) {
  if (request.seed) return *request.seed;
  lua_getfield(L, 1, "seed");
  const std::int64_t seed = luaL_optinteger(L, -1, 1);
  lua_pop(L, 1);
  return seed;
}

// Oracles that do not look at a scenario that says so, and those that the command line switches off.
std::vector<std::string> checks_off(lua_State* L, const RunRequest& request) {
  std::vector<std::string> off = request.checks_off;
  const int top = lua_gettop(L);
  lua_getfield(L, 1, "no_check");
  for (lua_Integer i = 1; lua_istable(L, -1) && lua_rawgeti(L, -1, i) == LUA_TSTRING; ++i) {
    const std::string name = lua_tostring(L, -1);
    bool known = false;
    for (int oracle = 0; oracle < CHECK_ORACLES; ++oracle) known = known || name == check_name(static_cast<check_oracle>(oracle));
    if (!known) throw Refused(request.path + ": no_check: there is no oracle '" + name + "'");
    off.push_back(name);
    lua_pop(L, 1);
  }
  lua_settop(L, top);
  return off;
}

// On a mixed run the SMMUs without a backend of their own take turns: tlm, rtl, tlm, ... A reason when nothing is mixed.
std::string assign_mixed(PlatformSpec& spec) {
  unsigned turn = 0;
  for (SmmuSpec& smmu : spec.smmus) {
    if (smmu.backend.empty()) smmu.backend = turn++ % 2 == 0 ? "tlm" : "rtl";
  }
  const bool same = std::all_of(spec.smmus.begin(), spec.smmus.end(), [&](const SmmuSpec& s) { return s.backend == spec.smmus[0].backend; });
  if (!same) return "";
  if (spec.smmus.size() < 2) return "a mixed platform needs two SMMUs, this one has " + std::to_string(spec.smmus.size());
  return "a mixed platform needs two backends, every SMMU of this one is on " + spec.smmus[0].backend;
}

// Hexadecimal with 0x, else decimal: nobody who writes 010 means 8.
std::int64_t integer_value(const std::string& key, const std::string& text) {
  errno = 0;
  char* end = nullptr;
  const std::size_t digits = text.find_first_not_of("+-");
  const bool hexadecimal = digits != std::string::npos && (text.compare(digits, 2, "0x") == 0 || text.compare(digits, 2, "0X") == 0);
  const long long value = std::strtoll(text.c_str(), &end, hexadecimal ? 16 : 10);
  if (text.empty() || *end != '\0' || errno != 0) throw Refused("--smmu " + key + " must be an integer, got '" + text + "'");
  return value;
}

void apply_smmu_params(const Parameters& params, PlatformSpec& spec) {
  for (const auto& [key, text] : params) {
    const std::size_t dot = key.find('.');
    const std::string wanted = dot == std::string::npos ? "" : key.substr(0, dot);
    const std::string name = dot == std::string::npos ? key : key.substr(dot + 1);
    const std::int64_t value = integer_value(key, text);
    bool found = false;
    std::string names;
    for (SmmuSpec& smmu : spec.smmus) {
      names += (names.empty() ? "" : ", ") + smmu.name;
      if (!wanted.empty() && smmu.name != wanted) continue;
      smmu.params[name] = value;
      found = true;
    }
    if (!found) throw Refused("--smmu " + key + ": the platform has no SMMU '" + wanted + "'; it has " + names);
  }
}

std::string one_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\n') {
      out += text[i];
      continue;
    }
    out += out.empty() || out.back() == ':' ? " " : "; ";
    while (i + 1 < text.size() && text[i + 1] == ' ') ++i;
  }
  return out;
}

// What an SMMU in another process could not go on with.
void conclude_outage(Host& host) {
  if (host.platform().outage() != nullptr) host.conclude(report::Status::Error, "", "");
}

void conclude_limit(Host& host, Platform::RunEnd end, const PlatformSpec& spec) {
  using End = Platform::RunEnd;
  conclude_outage(host);
  if (host.concluded() || end == End::AllThreadsEnded) return;
  const std::string report = host.platform().waiting_report();
  std::string text;
  switch (end) {
    case End::SimulatedLimit:
      text = "the simulated-time limit of " + std::to_string(spec.simulated_limit_us) + " us ended the run";
      break;
    case End::WallLimit: text = "the wall-clock limit of " + std::to_string(spec.wall_limit_s) + " s ended the run"; break;
    case End::Deadlock: text = "nothing can happen any more"; break;
    default: host.conclude(report::Status::Error, "interrupted" + host.step_text(), report); return;
  }
  host.conclude(report::Status::Fail, text + host.step_text() + "; " + one_line(report), report);
}

void push_main(Host& host, const RunRequest& request, std::int64_t seed, int params_index) {
  lua_State* L = host.state();
  push_embedded(L, "main");
  lua_newtable(L);
  bind_run(L);
  bind_bench(L);
  bind_observe(L);
  bind_engine(L);
  bind_atc(L);
  bind_facts(L);
  bind_driver(L);
  set_integer(L, "seed", seed);
  set_string(L, "backend", request.backend);
  lua_pushvalue(L, params_index);
  lua_setfield(L, -2, "params");
  push_embedded(L, "arch");
  lua_setfield(L, -2, "arch");
  lua_pushvalue(L, 1);
  lua_pushglobaltable(L);
  lua_newtable(L);
  for (const auto& [name, text] : embedded_files()) {
    static const std::set<std::string> apart = {"main", "arch", "protected_calls", "scenario_table", "coverage", "divergence_policy",
                                                "generator"};
    if (apart.count(name) != 0) continue;
    push_embedded(L, name);
    lua_setfield(L, -2, name.c_str());
  }
}

// Main takes its arguments through a closure, because a thread starts with a function alone.
void wrap_arguments(lua_State* L, int count) {
  lua_pushcclosure(L, [](lua_State* S) {
    const int n = static_cast<int>(lua_tointeger(S, lua_upvalueindex(1)));
    luaL_checkstack(S, n, "arguments");
    for (int i = 0; i < n; ++i) lua_pushvalue(S, lua_upvalueindex(2 + i));
    lua_call(S, n - 1, 0);
    return 0;
  }, count + 1);
}

void collect(Platform& platform, report::RunResult& result) {
  result.sim_ns = platform.now_ps() / 1000;
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    const smmu_tlm::SmmuStats stats = platform.smmu(i).stats();
    report::SmmuResult row;
    row.name = platform.spec().smmus[i].name;
    row.backend = platform.smmu_backend(i);
    row.commands = stats.commands;
    row.translations = stats.translations;
    row.tlb_hits = stats.tlb_hits;
    row.tlb_misses = stats.tlb_misses;
    row.events = stats.events_recorded;
    result.smmus.push_back(row);
  }
}

// What a night compares with the one before; what needs no run of its own to be measured.
void measure(const Host& host, const CoverageSink& coverage, report::RunResult& result) {
  const CoverageTotals totals = coverage.totals();
  std::uint64_t translations = 0, hits = 0, misses = 0;
  for (const report::SmmuResult& smmu : result.smmus) {
    translations += smmu.translations;
    hits += smmu.tlb_hits;
    misses += smmu.tlb_misses;
  }
  const auto add = [&result](const char* name, const char* unit, double value) { result.figures.push_back({name, unit, value}); };
  const auto ratio = [](std::uint64_t a, std::uint64_t b) { return static_cast<double>(a) / static_cast<double>(b); };
  add("simulated", "ns", static_cast<double>(result.sim_ns));
  add("commands", "commands", static_cast<double>(totals.commands));
  add("translations", "translations", static_cast<double>(translations));
  add("dma", "bytes", static_cast<double>(host.dma_bytes()));
  add("table_stores", "stores", static_cast<double>(totals.table_stores));
  add("register_accesses", "accesses", static_cast<double>(totals.register_accesses));
  if (totals.driver_calls != 0) add("commands_per_call", "commands per driver call", ratio(totals.commands, totals.driver_calls));
  if (hits + misses != 0) add("tlb_hit_rate", "%", 100 * ratio(hits, hits + misses));
  result.coverage = coverage.points();
}

// What an SMMU still has to do after the scenario's last call belongs to the run, in a comparison too.
void settle(Host& host) {
  Platform& platform = host.platform();
  platform.spawn_cpu("settle", [&platform] { platform.wait_until([&platform] { return platform.idle(); }, kSettleNs); });
  platform.run();
  host.facts()->point("end");
}

void run_on_platform(Host& host, const RunRequest& request, const PlatformSpec& spec, report::RunResult& result) {
  lua_State* L = host.state();
  const int params_index = lua_gettop(L);
  lua_pushinteger(L, 5);  // main, and its four arguments
  push_main(host, request, result.seed, params_index);
  wrap_arguments(L, 5);
  host.spawn(L, "main");
  try {
    conclude_limit(host, host.platform().run(), spec);
    if (host.facts() != nullptr && !host.concluded()) settle(host);
  } catch (const std::exception& failure) {
    conclude_outage(host);
    host.conclude(report::Status::Error, std::string("the simulation ended with an error: ") + one_line(failure.what()) + host.step_text(), "");
  }
  host.end_steps();
  result.status = host.status();
  result.reason = host.reason();
  result.detail = host.detail();
  result.steps = host.steps();
  result.tables = host.tables();
  result.figures = host.figures();
  result.divergences = host.divergences();
  collect(host.platform(), result);
}

// Tells the oracles what DMA moved; answers of the SMMU to a device (ATS) move nothing.
class DmaOfRun : public AccessWatch {
 public:
  DmaOfRun(Platform& platform, CheckSink& check) : platform_(platform), check_(check) { platform_.set_access_watch(this); }
  ~DmaOfRun() override { platform_.set_access_watch(nullptr); }
  DmaOfRun(const DmaOfRun&) = delete;
  DmaOfRun& operator=(const DmaOfRun&) = delete;

  void access_begins() override { check_.dma_begins(); }
  void access_ends(const Access& access, const std::uint8_t* data, bool ok) override {
    check_dma dma{};
    dma.iova = access.iova;
    dma.data = data;
    dma.bytes = access.bytes;
    dma.sid = access.sid;
    dma.ssid = access.ssid;
    dma.smmu = static_cast<std::uint16_t>(access.smmu);
    dma.ssv = access.ssid_valid;
    dma.write = access.write;
    dma.ok = ok && access.ats != smmu_tlm::AtsKind::TranslationRequest;
    check_.dma_ends(dma);
  }

 private:
  Platform& platform_;
  CheckSink& check_;
};

std::vector<unsigned> interrupting_only_when_filled(const Platform& platform) {
  std::vector<unsigned> smmus;
  std::string ignored;
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    const BackendFactory* const factory = find_backend(platform.smmu_backend(i), &ignored);
    if (factory != nullptr && factory->irq_only_when_filled) smmus.push_back(i);
  }
  return smmus;
}

// What an oracle found fails a run that passed, and explains one that failed.
void judge(CheckSink& check, report::RunResult& result) {
  if (result.status == report::Status::Pass) check.end();
  const std::string found = check.first();
  if (found.empty()) return;
  result.oracle = found;
  if (result.status == report::Status::Pass) {
    result.status = report::Status::Fail;
    result.reason = found;
  } else {
    result.detail += (result.detail.empty() ? "" : "\n") + found;
  }
}

// "w.fst" for the one RTL of a platform, "w.smmu0.fst" where there are several.
void open_waves(const std::string& path, Platform& platform) {
  if (path.empty()) return;
  std::vector<unsigned> rtl;
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    // A block of somebody else has a name of its own.
    if (platform.smmu_backend(i) != "tlm" && platform.smmu_backend(i) != "qemu") rtl.push_back(i);
  }
  const std::size_t slash = path.rfind('/');
  std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || (slash != std::string::npos && dot < slash)) dot = path.size();
  for (const unsigned i : rtl) {
    const std::string file = rtl.size() == 1 ? path : path.substr(0, dot) + "." + platform.spec().smmus[i].name + path.substr(dot);
    const std::string error = platform.smmu(i).open_wave(file);
    if (!error.empty()) throw Refused("--wave: " + error);
  }
}

void run_loaded(const RunRequest& request, RunListener& listener, RunProbe* probe, report::RunResult& result) {
  const Loaded loaded = load_scenario(request.path);
  lua_State* L = loaded.state.get();
  result.title = string_field(L, "title");
  result.seed = seed_of(L, request);
  PlatformSpec spec = platform_spec(loaded, request.path);
  spec.common_backends = request.compared_backends;
  spec.seed = static_cast<std::uint64_t>(result.seed);
  if (request.wall_limit_s != 0) spec.wall_limit_s = std::min<std::uint64_t>(spec.wall_limit_s, request.wall_limit_s);
  if (request.no_wall_limit) spec.wall_limit_s = kNoLimitS;
  apply_smmu_params(request.smmu_params, spec);
  push_params(loaded, request.path, request.params);
  listener.begin(result.title, result.seed, spec.wall_limit_s);
  if (request.backend == "mixed") {
    const std::string reason = assign_mixed(spec);
    if (!reason.empty()) {
      result.status = report::Status::Skip;
      result.reason = reason;
      return;
    }
  }
  std::string error;
  bool lacking = false;
  const std::unique_ptr<Platform> platform = Platform::create(spec, request.backend == "mixed" ? "tlm" : request.backend, &error, &lacking);
  if (lacking) {
    result.status = report::Status::Skip;
    result.reason = error;
    return;
  }
  if (!platform) throw Refused(error);
  open_waves(request.wave_file, *platform);
  CommandLog commands;
  TraceTee tee;
  OrderLog order;
  tee.add(commands.sink());
  tee.add(order.sink());
  struct Memory {
    const std::uint8_t* ram;
    std::uint64_t base, bytes;
  } const memory{platform->ram(), platform->ram_base(), platform->ram_bytes()};
  CoverageSink coverage([](const void* of, std::uint64_t pa) {
    const Memory& m = *static_cast<const Memory*>(of);
    std::uint64_t word = 0;
    if (pa >= m.base && pa - m.base <= m.bytes - sizeof word) std::memcpy(&word, m.ram + (pa - m.base), sizeof word);
    return word;
  }, &memory);
  tee.add(coverage.sink());
  CheckSink check(platform->ram(), platform->ram_base(), platform->ram_bytes(), checks_off(L, request), interrupting_only_when_filled(*platform));
  tee.add(check.sink());
  const DmaOfRun dma(*platform, check);
  TimelineInfo info{request.path, result.title, request.backend, result.seed, {}};
  for (unsigned i = 0; i < platform->smmu_count(); ++i) info.smmu_backends.push_back(platform->smmu_backend(i));
  TraceFile trace(request.trace_file, spec, info), timeline(request.timeline_file, spec, info);
  for (TraceFile* file : {&trace, &timeline}) {
    if (file->is_open()) tee.add(file->sink());
  }
  TitlesForTraces titles(listener, {&trace, &timeline});
  platform->set_trace_sink(tee.sink());
  DriverPort port(*platform);
  error = port.init();
  if (!error.empty()) throw Refused(error);
  seed_random(L, result.seed);
  Host host(L, *platform, port, commands, order, coverage, titles);
  CounterCalls counter_calls(check);
  host.tell_counters(&counter_calls);
  std::unique_ptr<diff::FactSink> facts;
  if (!request.compared_backends.empty()) {
    facts = std::make_unique<diff::FactSink>(diff::FactSink::Memory{platform->ram(), platform->ram_base(), platform->ram_bytes()},
                                             [&] { return platform->now_ps(); }, [&] { return host.current_thread(); },
                                             [&](const std::string& lines) { listener.facts(lines); });
    host.tell_facts(facts.get());
    tee.add(facts->sink());
  }
  host.watch(Clock::now() + std::chrono::seconds(spec.wall_limit_s), spec.wall_limit_s);
  g_platform = platform.get();
  if (probe != nullptr) probe->built(*platform, tee);
  run_on_platform(host, request, spec, result);
  g_platform = nullptr;
  // Threads that still wait use this frame; they have to leave it before it goes.
  platform->end_cpu_threads();
  platform->set_trace_sink(nullptr);
  measure(host, coverage, result);
  if (facts) facts->flush();
  judge(check, result);
  for (TraceFile* file : {&trace, &timeline}) {
    error = file->close();
    if (error.empty() || result.status != report::Status::Pass) continue;
    result.status = report::Status::Error;
    result.reason = error;
  }
  if (probe != nullptr) probe->over(result);
}

}  // namespace

bool read_scenario_info(const std::string& path, const Parameters& params, ScenarioInfo* info, std::string* error) {
  try {
    const Loaded loaded = load_scenario(path);
    lua_State* L = loaded.state.get();
    info->title = string_field(L, "title");
    lua_getfield(L, 1, "rules");
    for (lua_Integer i = 1; lua_istable(L, -1) && lua_rawgeti(L, -1, i) == LUA_TSTRING; ++i) {
      info->rules.emplace_back(lua_tostring(L, -1));
      lua_pop(L, 1);
    }
    lua_settop(L, 1);
    const PlatformSpec spec = platform_spec(loaded, path);
    for (const SmmuSpec& smmu : spec.smmus) info->smmu_backends.push_back(smmu.backend);
    push_params(loaded, path, params);
    return true;
  } catch (const std::exception& failure) {
    *error = failure.what();
    return false;
  }
}

report::RunResult run_scenario(const RunRequest& request, RunListener& listener, RunProbe* probe) {
  report::RunResult result;
  result.scenario = request.path;
  result.backend = request.backend;
  result.seed = request.seed.value_or(0);
  const auto start = Clock::now();
  try {
    run_loaded(request, listener, probe, result);
  } catch (const std::exception& failure) {
    result.status = report::Status::Error;
    result.reason = failure.what();
  }
  result.wall_ms = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
  return result;
}

void interrupt_run() {
  g_interrupted = 1;
  Platform* platform = g_platform;
  if (platform != nullptr) platform->stop();
}

}  // namespace tandem::lua
