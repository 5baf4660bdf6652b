// SPDX-License-Identifier: Apache-2.0
// `tandem explore`: a scenario per seed, run like any other; the first that fails is shrunk and written.
// Not here: making up and shrinking (explore/explore.h). Proof: tb/cli/test/explore_test.lua.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>
#include <utility>

#include <unistd.h>

#include "backend/backend_registry.h"
#include "cli/commands.h"
#include "cli/compare.h"
#include "cli/explore_coverage.h"
#include "cli/repeat.h"
#include "cli/supervisor.h"
#include "explore/explore.h"
#include "report/run_json.h"

namespace tandem::cli {
namespace {

using Clock = std::chrono::steady_clock;
constexpr unsigned kMostSmmusRtl = 4;  // more Verilated blocks cost more than they find
constexpr double kLogEvery_s = 5;      // where nobody watches a terminal
constexpr std::uint64_t kAimedAtOnce = 16;  // seeds that aim at what was missing before the first of them: whatever the jobs, a seed is the same

class Silent : public Progress {
 public:
  void start(std::size_t) override {}
  void step(std::size_t, std::size_t, const std::string&, std::uint64_t) override {}
  void log(std::size_t, const std::string&) override {}
  void end(std::size_t, const report::RunResult&) override {}
};

std::string time_text(double seconds) {
  char text[32];
  const auto s = static_cast<unsigned long>(seconds);
  std::snprintf(text, sizeof text, s >= 3600 ? "%luh%02lum" : "%lum%02lus", s >= 3600 ? s / 3600 : s / 60, s >= 3600 ? s / 60 % 60 : s % 60);
  return text;
}

// A folder for scenarios that are run once.
class WorkFolder {
 public:
  WorkFolder() {
    path_ = (std::filesystem::temp_directory_path() / "tandem-explore-XXXXXX").string();
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("cannot make a folder in " + std::filesystem::temp_directory_path().string());
  }
  ~WorkFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct Failure {
  std::string reason, text, key;
};

struct Seed {
  std::int64_t seed = 0;
  bool compared = false;
  explore::Exploration exploration;
};

class Explorer {
 public:
  explicit Explorer(const ExploreOptions& options) : options_(options), policy_(load_policy(options.policy_files)) {
    if (options_.backends.empty()) options_.backends = whole_backend_names();
    if (options_.jobs == 0) options_.jobs = std::max(1u, std::thread::hardware_concurrency());
    live_ = isatty(STDOUT_FILENO) != 0;
  }

  int run() {
    check_folder();
    coverage_.emplace(options_.store, options_.seeds * options_.backends.size(), TANDEM_VERSION);
    catch_interrupts();
    start_ = last_shown_ = Clock::now();
    while (!is_over()) {
      std::vector<Seed> batch;
      const std::uint64_t room = kAimedAtOnce - done_ % kAimedAtOnce;
      while (batch.size() < std::min<std::uint64_t>(options_.jobs, room) && (options_.seeds == 0 || done_ + batch.size() < options_.seeds)) {
        batch.push_back(make(options_.first_seed + static_cast<std::int64_t>(done_ + batch.size())));
      }
      const std::vector<std::optional<Failure>> failures = run_batch(batch);
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (failures[i] && !was_interrupted()) return found(batch[i], *failures[i]);
      }
      if (was_interrupted()) break;
      done_ += batch.size();
      if (done_ % kAimedAtOnce == 0) coverage_->settle();
      show();
    }
    coverage_->end();
    clear();
    std::printf("%s: %llu seeds on %s in %s, %.1f per second, no failure; %s\n", was_interrupted() ? "INTERRUPTED" : "PASS",
                static_cast<unsigned long long>(done_), backend_list().c_str(), time_text(elapsed_s()).c_str(), rate(), coverage_->summary().c_str());
    return was_interrupted() ? 130 : 0;
  }

 private:
  void check_folder() const {
    const std::string probe = options_.folder + "/.tandem-explore";
    const std::string error = report::write_file(probe, "");
    if (!error.empty()) throw UsageError("tandem explore: --out: " + error);
    std::remove(probe.c_str());
  }

  double elapsed_s() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }
  double rate() const { return static_cast<double>(done_) / std::max(elapsed_s(), 0.001); }
  bool is_over() const {
    return was_interrupted() || (options_.seeds != 0 && done_ >= options_.seeds) || (options_.time_s != 0 && elapsed_s() >= static_cast<double>(options_.time_s));
  }

  std::string backend_list() const {
    std::string list;
    for (const std::string& name : options_.backends) list += (list.empty() ? "" : ",") + name;
    return list;
  }

  Seed make(std::int64_t number) const {
    Seed seed;
    seed.seed = number;
    // What several CPUs do cannot be compared, so the seeds take turns.
    seed.compared = options_.backends.size() > 1 && number % 2 == 0;
    const bool has_rtl = std::any_of(options_.backends.begin(), options_.backends.end(), [](const std::string& b) { return b != "tlm"; });
    explore::Wanted wanted{number, has_rtl ? kMostSmmusRtl : 8, options_.steps, seed.compared, !has_rtl, {}};
    if (!options_.blind) wanted.points = coverage_->missing();
    seed.exploration = explore::generate(wanted);
    return seed;
  }

  std::vector<lua::RunRequest> requests_of(const Seed& seed, const std::string& path) const {
    std::vector<lua::RunRequest> requests;
    for (const std::string& backend : options_.backends) {
      lua::RunRequest request;
      request.path = path;
      request.backend = backend;
      request.seed = seed.seed;
      request.smmu_params = options_.smmu_params;
      request.checks_off = options_.checks_off;
      request.wall_limit_s = options_.wall_limit_s;
      if (seed.compared) request.compared_backends = compared_backends(options_.backends);
      requests.push_back(request);
    }
    return requests;
  }

  // Null where nothing fails; one entry per seed. What the runs show counts unless they are repeated, to shrink.
  std::vector<std::optional<Failure>> run_batch(const std::vector<Seed>& batch, bool counts = true) {
    std::vector<std::optional<Failure>> out(batch.size());
    // Compared seeds need their runs side by side, the others are all one list.
    for (const bool compared : {false, true}) {
      std::vector<lua::RunRequest> requests;
      std::vector<std::size_t> owners;
      for (std::size_t i = 0; i < batch.size(); ++i) {
        if (batch[i].compared != compared) continue;
        const std::string path = work_.path() + "/explore-" + std::to_string(batch[i].seed) + ".lua";
        const std::string error = report::write_file(path, explore::scenario_text(batch[i].exploration, batch[i].seed, {"", ""}));
        if (!error.empty()) throw std::runtime_error(error);
        for (const lua::RunRequest& request : requests_of(batch[i], path)) requests.push_back(request);
        owners.push_back(i);
      }
      if (requests.empty()) continue;
      Silent silent;
      std::vector<report::RunResult> results;
      std::vector<report::ComparisonResult> comparisons;
      const std::size_t group = options_.backends.size();
      if (compared) {
        CompareProgress progress(requests, group, policy_, silent);
        results = supervise(requests, options_.jobs, progress);
        if (!was_interrupted()) comparisons = progress.results(requests, "");
      } else {
        results = supervise(requests, options_.jobs, silent);
      }
      if (was_interrupted()) return out;
      for (std::size_t i = 0; i < comparisons.size(); ++i) note(comparisons[i], &out[owners[i / (group - 1)]]);
      for (std::size_t i = 0; i < results.size(); ++i) {
        note(results[i], &out[owners[i / group]]);
        if (!counts || results[i].stopped) continue;
        report::RunResult named = results[i];
        named.scenario = "explore-" + std::to_string(batch[owners[i / group]].seed) + ".lua";
        named.reason = kept(named.reason);
        coverage_->add(std::move(named));
      }
      for (std::size_t i = 0; i < requests.size(); i += group) std::remove(requests[i].path.c_str());
    }
    return out;
  }

  // Scenarios are run where they are not kept; what is said about them names where they will be. The heads are as long as the one written.
  std::string kept(std::string text) const {
    for (std::size_t at; (at = text.find(work_.path())) != std::string::npos;) text.replace(at, work_.path().size(), options_.folder);
    return text;
  }
  void note(const report::ComparisonResult& comparison, std::optional<Failure>* out) const {
    if (*out || comparison.status != report::Status::Fail) return;
    const std::string text = comparison.text.substr(0, comparison.text.find("    repeat  "));
    *out = Failure{kept(comparison.reason), kept(text), explore::failure_key(comparison.reason)};
  }
  void note(const report::RunResult& result, std::optional<Failure>* out) const {
    if (*out || result.stopped || (result.status != report::Status::Fail && result.status != report::Status::Error)) return;
    // What an oracle saw explains what a step stumbled over.
    const std::string why = result.oracle.empty() || result.oracle == result.reason ? "" : "  and " + result.oracle + "\n";
    *out = Failure{"on " + result.backend + ": " + kept(result.reason), why, explore::failure_key(result.reason)};
  }

  int found(const Seed& seed, const Failure& failure) {
    coverage_->end();
    clear();
    std::printf("FAIL: seed %lld, after %llu seeds: %s\n", static_cast<long long>(seed.seed), static_cast<unsigned long long>(done_), failure.reason.c_str());
    Seed least = seed;
    unsigned runs = 0;
    Failure last = failure;
    const auto still_fails = [&](const explore::Exploration& exploration) {
      Seed candidate = seed;
      candidate.exploration = exploration;
      const std::optional<Failure> again = run_batch({candidate}, false)[0];
      ++runs;
      const bool same = again && again->key == failure.key;
      if (same) {
        last = *again;
        least.exploration = exploration;
      }
      if (live_) std::printf("\r\033[Kshrinking: %zu of %zu steps, %u runs", least.exploration.steps.size(), seed.exploration.steps.size(), runs);
      std::fflush(stdout);
      return same;
    };
    using Lines = std::vector<std::string> explore::Exploration::*;
    if (options_.no_shrink) return write(seed, least, last, runs);
    for (const Lines part : {&explore::Exploration::steps, &explore::Exploration::masters, &explore::Exploration::smmus}) {
      const auto fails = [&](const std::vector<std::string>& lines) {
        explore::Exploration candidate = least.exploration;
        candidate.*part = lines;
        return still_fails(candidate);
      };
      explore::shrink(least.exploration.*part, fails, was_interrupted);
    }
    if (live_) std::printf("\r\033[K");
    return write(seed, least, last, runs);
  }

  int write(const Seed& seed, const Seed& least, const Failure& failure, unsigned runs) const {
    const std::string path = options_.folder + "/explore-" + std::to_string(seed.seed) + ".lua";
    std::vector<std::string> repeats;
    if (seed.compared) {
      lua::RunRequest request = requests_of(seed, path)[0];
      request.backend = backend_list();
      repeats.push_back(repeat_line(request, seed.seed) + " --compare");
      for (const std::string& file : options_.policy_files) repeats.back() += " --policy " + shell_word(file);
    } else {
      for (const lua::RunRequest& request : requests_of(seed, path)) repeats.push_back(repeat_line(request, seed.seed));
    }
    std::vector<std::string> comment = {std::to_string(least.exploration.steps.size()) + " steps are left of " + std::to_string(seed.exploration.steps.size()) +
                                            ". It fails with: " + failure.key,
                                        "Run it: " + repeats[0]};  // as many lines as run_batch() puts there
    const std::string error = report::write_file(path, explore::scenario_text(least.exploration, seed.seed, comment));
    if (options_.no_shrink) {
      std::printf("not shrunk, %zu steps: %s\n", seed.exploration.steps.size(), path.c_str());
    } else {
      std::printf("shrunk from %zu to %zu steps in %u runs: %s\n", seed.exploration.steps.size(), least.exploration.steps.size(), runs, path.c_str());
      for (const std::string& line : least.exploration.steps) std::printf("  %s\n", line.c_str());
    }
    std::printf("  %s\n%s", failure.reason.c_str(), failure.text.c_str());
    for (const std::string& line : repeats) std::printf("  repeat: %s\n", line.c_str());
    if (error.empty()) return was_interrupted() ? 130 : 1;
    std::fprintf(stderr, "tandem explore: %s\n", error.c_str());
    return 2;
  }

  void clear() {
    if (live_) std::printf("\r\033[K");
  }
  void show() {
    const bool due = std::chrono::duration<double>(Clock::now() - last_shown_).count() >= kLogEvery_s;
    if (!live_ && !due) return;
    last_shown_ = Clock::now();
    double left = 0;
    if (options_.seeds != 0) left = static_cast<double>(options_.seeds - done_) / std::max(rate(), 0.001);
    if (options_.time_s != 0) {
      const double by_time = std::max(0.0, static_cast<double>(options_.time_s) - elapsed_s());
      left = options_.seeds != 0 ? std::min(left, by_time) : by_time;
    }
    clear();
    std::printf("%llu%s seeds, %.1f per second, no failure, %s left%s", static_cast<unsigned long long>(done_),
                options_.seeds != 0 ? (" of " + std::to_string(options_.seeds)).c_str() : "", rate(), time_text(left).c_str(), live_ ? "" : "\n");
    std::fflush(stdout);
  }

  ExploreOptions options_;
  const diff::Policy policy_;
  WorkFolder work_;
  std::optional<ExploreCoverage> coverage_;
  bool live_ = false;
  std::uint64_t done_ = 0;
  Clock::time_point start_, last_shown_;
};

}  // namespace

int explore_command(const ExploreOptions& options) { return Explorer(options).run(); }

}  // namespace tandem::cli
