// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/farm_test.lua.
#include "farm/local_launcher.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "cli/repeat.h"
#include "cli/supervisor.h"

namespace tandem::farm {
namespace {

constexpr std::chrono::milliseconds kBetween{200};

// After Ctrl-C an error says nothing of the run, whatever its reason: the signal may have been it.
bool was_cut_short(const report::RunResult& result) { return result.status == report::Status::Error && cli::was_interrupted(); }

// One pass over a list of runs; what the plan wants tried again is left in again().
class Pass : public cli::Progress {
 public:
  Pass(const LocalRun& work, const std::vector<std::size_t>& runs, std::map<std::string, unsigned>& attempts, JournalWriter& journal)
      : work_(work), runs_(runs), attempts_(attempts), journal_(journal) {}

  void start(std::size_t) override {}
  void step(std::size_t, std::size_t, const std::string&, std::uint64_t) override {}
  void log(std::size_t, const std::string&) override {}

  void end(std::size_t number, const report::RunResult& result) override {
    if (was_cut_short(result)) return;  // it has not ended: a later launcher runs it
    const Plan& plan = work_.session->plan();
    const PlannedRun& run = plan.runs[runs_[number]];
    Record record;
    record.key = run.key;
    record.preset = run.preset;
    record.attempt = ++attempts_[run.key];
    record.host = host_;
    record.version = work_.version;
    record.finished = utc_now();
    record.result = result;
    record.result.repeat = cli::repeat_line(run.request, result.seed);
    const bool unlucky = (result.status == report::Status::Error && plan.retry_error) || (result.status == report::Status::Fail && plan.retry_fail);
    record.is_final = !unlucky || record.attempt > plan.retry_times;
    try {
      journal_.put(record);
    } catch (const std::exception& failure) {
      if (problem_.empty()) problem_ = failure.what();
      cli::interrupt();
      return;
    }
    if (!record.is_final) again_.push_back(runs_[number]);
    if (work_.progress != nullptr) work_.progress->ended(run.key, result, record.is_final);
  }

  // That says nothing of the run either: no record, so that --resume starts it.
  void not_started(std::size_t, const report::RunResult& result) override {
    if (cli::was_interrupted()) return;
    if (problem_.empty()) problem_ = result.reason + "; --resume goes on where this ended";
    cli::interrupt();
  }

  const std::vector<std::size_t>& again() const { return again_; }
  const std::string& problem() const { return problem_; }

 private:
  const LocalRun& work_;
  const std::vector<std::size_t>& runs_;
  std::map<std::string, unsigned>& attempts_;
  JournalWriter& journal_;
  const std::string host_ = host_name();
  std::vector<std::size_t> again_;
  std::string problem_;
};

// The supervisor works in other threads; this one keeps the store up to date and the progress line moving.
void supervise_beside(const LocalRun& work, const std::vector<lua::RunRequest>& requests, Pass& pass) {
  std::mutex mutex;
  std::condition_variable ended;
  bool done = false;
  std::exception_ptr failure;
  std::thread thread([&] {
    try {
      cli::supervise(requests, work.jobs, pass);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard<std::mutex> lock(mutex);
    done = true;
    ended.notify_all();
  });
  std::exception_ptr between_failed;
  std::unique_lock<std::mutex> lock(mutex);
  while (!ended.wait_for(lock, kBetween, [&] { return done; })) {
    lock.unlock();
    try {
      if (work.between && !between_failed) work.between();
    } catch (...) {  // the journals hold what the store could not take
      between_failed = std::current_exception();
    }
    if (work.progress != nullptr) work.progress->tick();
    lock.lock();
  }
  lock.unlock();
  thread.join();
  if (failure) std::rethrow_exception(failure);
  if (between_failed) std::rethrow_exception(between_failed);
}

}  // namespace

std::map<std::string, unsigned> attempts_of(const Session& session) {
  std::map<std::string, unsigned> attempts;
  JournalReader reader(session.records_folder());
  for (const Record& record : reader.read_new()) {
    unsigned& most = attempts[record.key];
    most = std::max(most, record.attempt);
  }
  return attempts;
}

void run_locally(const LocalRun& work) {
  JournalWriter journal(work.session->records_folder());
  std::map<std::string, unsigned> attempts = work.attempts;
  std::vector<std::size_t> runs = work.runs;
  while (!runs.empty() && !cli::was_interrupted()) {
    std::vector<lua::RunRequest> requests;
    requests.reserve(runs.size());
    for (const std::size_t index : runs) requests.push_back(work.session->plan().runs[index].request);
    Pass pass(work, runs, attempts, journal);
    supervise_beside(work, requests, pass);
    if (!pass.problem().empty()) throw std::runtime_error(pass.problem());
    runs = std::vector<std::size_t>(pass.again());
  }
  journal.finish();
}

}  // namespace tandem::farm
