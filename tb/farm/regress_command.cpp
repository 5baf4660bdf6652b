// SPDX-License-Identifier: Apache-2.0
// From a plan to a verdict: session, launcher, store. Proof: tb/farm/test/farm_test.lua.
#include "farm/regress_command.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "cli/repeat.h"
#include "cli/supervisor.h"
#include "farm/local_launcher.h"
#include "farm/progress.h"
#include "farm/results_query.h"
#include "farm/session.h"
#include "farm/slurm.h"
#include "farm/store.h"
#include "report/junit.h"
#include "report/run_json.h"

namespace tandem::farm {
namespace {

unsigned job_count(unsigned asked) { return asked != 0 ? asked : std::max(1u, std::thread::hardware_concurrency()); }

std::vector<std::size_t> unfinished(const Session& session) {
  const std::set<std::string> finished = session.finished();
  std::vector<std::size_t> runs;
  for (std::size_t i = 0; i < session.plan().runs.size(); ++i) {
    if (finished.count(session.plan().runs[i].key) == 0) runs.push_back(i);
  }
  return runs;
}

// A task of a job array: its output is a log that somebody reads when something is odd.
int run_chunk(const RegressOptions& options, const std::string& version) {
  const Session session = Session::open(options.chunk_session);
  std::vector<std::size_t> runs = read_chunk(chunk_file(session, options.chunk_round, options.chunk), session.plan().runs.size());
  const std::set<std::string> finished = session.finished();  // a task that was requeued goes on where it was
  runs.erase(std::remove_if(runs.begin(), runs.end(), [&](std::size_t i) { return finished.count(session.plan().runs[i].key) != 0; }), runs.end());
  cli::catch_interrupts();
  std::printf("session %s, round %u, chunk %zu: %zu runs to do\n", session.info().id.c_str(), options.chunk_round, options.chunk, runs.size());
  FarmProgress progress(runs.size(), 0, false);
  LocalRun work{&session, runs, attempts_of(session), job_count(options.jobs), version, &progress, {}};
  run_locally(work);
  progress.close();
  return cli::was_interrupted() ? 130 : 0;
}

// The session of the folder if it is one of the plan and not complete. One that cannot be read is named and left out: it stands in
// the way of no other.
std::optional<Session> incomplete_session(const std::string& folder, const Plan& plan) {
  try {
    Session session = Session::open(folder);
    if (session.info().plan == plan.name && !session.is_complete()) return session;
  } catch (const std::runtime_error& damage) {
    std::fprintf(stderr, "tandem regress: the session %s is left out: %s\n", folder.c_str(), damage.what());
  }
  return std::nullopt;
}

// The newest session that is not complete, of this plan as it is now.
Session session_to_resume(const std::string& out, const Plan& plan) {
  const std::vector<std::string> folders = Session::list(out);
  for (auto folder = folders.rbegin(); folder != folders.rend(); ++folder) {
    std::optional<Session> session = incomplete_session(*folder, plan);
    if (!session) continue;
    if (session->info().digest != plan_digest(plan)) {
      throw cli::UsageError("tandem regress: " + plan.file + ", or the scenarios it names, changed since the session " + *folder +
                            " began; start a new session, or put the plan back as it was");
    }
    return std::move(*session);
  }
  throw cli::UsageError("tandem regress: there is nothing to resume: no session of " + plan.name + " below " + out + " is incomplete");
}

void say_plan(const Plan& plan) {
  for (const PlannedRun& run : plan.runs) std::printf("%s\n", run.key.c_str());
  std::printf("%zu runs\n", plan.runs.size());
}

int verdict(Store& store, const Session& session, const RegressOptions& options, double wall_s) {
  const SessionCounts counts = counts_of(store, session.info().id);
  const std::int64_t bad = counts.fail + counts.error;
  const bool interrupted = cli::was_interrupted();
  const bool complete = counts.all() >= static_cast<std::int64_t>(session.plan().runs.size());
  std::printf("%s: %lld of %zu runs have a result: %lld pass, %lld fail, %lld error, %lld skip; this call took %.1f s\n",
              interrupted ? "INTERRUPTED" : bad != 0 ? "FAIL" : complete ? "PASS" : "INCOMPLETE", static_cast<long long>(counts.all()), session.plan().runs.size(),
              static_cast<long long>(counts.pass), static_cast<long long>(counts.fail), static_cast<long long>(counts.error),
              static_cast<long long>(counts.skip), wall_s);
  std::printf("session %s\nstore   %s\n", session.folder().c_str(), options.store.c_str());
  if (interrupted || !complete) {
    std::string again = "tandem regress " + cli::shell_word(options.plan) + " --out " + cli::shell_word(options.out) + " --store " +
                        cli::shell_word(options.store) + (options.slurm ? " --launcher slurm" : "") + " --resume";
    if (options.jobs != 0) again += " --jobs " + std::to_string(options.jobs);
    std::printf("go on   %s\n", again.c_str());
  }
  if (!interrupted && bad != 0) {
    std::printf("look    tandem results runs --store %s --session %s --status bad\n", cli::shell_word(options.store).c_str(), session.info().id.c_str());
  }
  if (!options.junit_file.empty()) {
    const std::string error = report::write_file(options.junit_file, report::junit_xml(results_of(store, session.info().id)));
    if (!error.empty()) {
      std::fprintf(stderr, "tandem regress: %s\n", error.c_str());
      return interrupted ? 130 : 2;
    }
  }
  if (interrupted) return 130;
  if (bad != 0 || !complete) return 1;
  return counts.pass == 0 ? 77 : 0;
}

}  // namespace

int regress_command(const RegressOptions& given, const std::string& version) {
  if (!given.chunk_session.empty()) return run_chunk(given, version);
  RegressOptions options = given;
  Plan plan;
  std::string error;
  if (!load_plan(options.plan, &plan, &error)) throw cli::UsageError("tandem regress: " + error);
  if (options.dry_run) return say_plan(plan), 0;
  if (options.out.empty()) options.out = "regress." + plan.name;
  if (options.store.empty()) options.store = options.out + "/results.db";
  options.out = std::filesystem::absolute(options.out).lexically_normal().string();

  std::optional<Session> resumed;
  if (options.resume) resumed = session_to_resume(options.out, plan);
  else make_folder(options.out);
  Store store(options.store);  // before a new session: a store that is refused leaves none behind for --resume to take
  Session session = resumed ? std::move(*resumed) : Session::create(options.out, plan, version);
  session.lock();
  store.put_session(session.info());
  const std::vector<std::size_t> runs = unfinished(session);
  const std::size_t before = session.plan().runs.size() - runs.size();
  cli::catch_interrupts();
  FarmProgress progress(session.plan().runs.size(), before, isatty(STDOUT_FILENO) != 0);
  const auto start = std::chrono::steady_clock::now();
  if (options.slurm) {
    std::error_code ignored;
    const std::string self = std::filesystem::read_symlink("/proc/self/exe", ignored).string();
    run_on_slurm({&session, &store, &progress, self, version});
  } else {
    JournalReader reader(session.records_folder());
    const auto gather = [&] { store.import(session.info().id, reader.read_new()); };
    run_locally({&session, runs, attempts_of(session), job_count(options.jobs), version, &progress, gather});
    gather();
  }
  progress.close();
  if (store.count(session.info().id) >= static_cast<std::int64_t>(session.plan().runs.size())) store.end_session(session.info().id, utc_now());
  return verdict(store, session, options, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
}

}  // namespace tandem::farm
