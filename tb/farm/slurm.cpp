// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_plan.cpp for what is pure, farm_test.lua and slurm_test.lua there for the rest.
#include "farm/slurm.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/repeat.h"
#include "cli/supervisor.h"
#include "report/run_json.h"

namespace tandem::farm {
namespace {

constexpr std::size_t kDefaultArraySize = 1001;
constexpr unsigned kQuietPolls = 30;  // squeue may fail this often in a row: a controller restarts
constexpr unsigned kHeldPolls = 30;   // jobs that only somebody's hand lets go are spoken of after so many

struct Answer {
  int code = 0;
  std::string out;
  std::string err;  // apart: sites let Slurm's programs say things there that are no part of the answer
};

void trim_end(std::string& text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
}

// Without a shell, so that no name needs quoting.
Answer call(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error(std::string("cannot make a pipe: ") + std::strerror(errno));
  const int errors = memfd_create("standard error", MFD_CLOEXEC);  // a file: nobody has to read two pipes at once
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  const pid_t pid = fork();
  if (pid < 0) throw std::runtime_error(std::string("cannot start a process: ") + std::strerror(errno));
  if (pid == 0) {
    setpgid(0, 0);  // Ctrl-C is for the launcher, which cancels the jobs in order
    dup2(ends[1], STDOUT_FILENO);
    if (errors >= 0) dup2(errors, STDERR_FILENO);
    execvp(argv[0], argv.data());
    _exit(127);
  }
  close(ends[1]);
  Answer answer;
  std::array<char, 4096> block;
  for (;;) {
    const ssize_t got = read(ends[0], block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    answer.out.append(block.data(), static_cast<std::size_t>(got));
  }
  close(ends[0]);
  int status = 0;
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
  answer.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  if (errors >= 0) {
    for (ssize_t got; (got = pread(errors, block.data(), block.size(), static_cast<off_t>(answer.err.size()))) > 0;) {
      answer.err.append(block.data(), static_cast<std::size_t>(got));
    }
    close(errors);
  }
  trim_end(answer.out);
  trim_end(answer.err);
  return answer;
}

std::string call_or_throw(const std::vector<std::string>& command) {
  const Answer answer = call(command);
  if (answer.code == 127) throw std::runtime_error("the command " + command[0] + " is missing: --launcher slurm needs Slurm's client programs");
  if (answer.code != 0) throw std::runtime_error(command[0] + ": " + (answer.err.empty() ? answer.out : answer.err));
  return answer.out;
}

std::string slurm_folder(const Session& session) { return session.folder() + "/slurm"; }

// In the name of an output file % begins a pattern, and a backslash switches all of them off.
std::string output_pattern(const Session& session, unsigned round) {
  std::string text;
  for (const char c : slurm_folder(session)) {
    if (c == '\\') throw std::runtime_error("Slurm cannot write its logs below " + session.folder() + ": there is a backslash in the name; choose another --out");
    text += c == '%' ? "%%" : std::string(1, c);
  }
  return text + "/round" + std::to_string(round) + "-%A_%a.log";
}

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// The most that the runs of a session may take; 0, which is no limit, when the plan leaves it open for any of them.
unsigned highest(const Plan& plan, unsigned lua::RunRequest::*limit) {
  unsigned most = 0;
  for (const PlannedRun& run : plan.runs) {
    if (run.request.*limit == 0) return 0;
    most = std::max(most, run.request.*limit);
  }
  return most;
}

void write_or_throw(const std::string& path, const std::string& text) {
  const std::string error = report::write_file(path, text);
  if (!error.empty()) throw std::runtime_error(error);
}

std::vector<std::size_t> missing_runs(const Session& session) {
  const std::set<std::string> finished = session.finished();
  std::vector<std::size_t> missing;
  for (std::size_t i = 0; i < session.plan().runs.size(); ++i) {
    if (finished.count(session.plan().runs[i].key) == 0) missing.push_back(i);
  }
  return missing;
}

std::size_t write_chunks(const Session& session, unsigned round, const std::vector<std::size_t>& runs) {
  std::size_t chunk = 0;
  for (std::size_t i = 0; i < runs.size(); ++chunk) {
    std::string text;
    for (const std::size_t end = std::min<std::size_t>(runs.size(), i + session.plan().slurm.chunk_runs); i < end; ++i) text += std::to_string(runs[i]) + "\n";
    write_or_throw(chunk_file(session, round, chunk), text);
  }
  return chunk;
}

unsigned next_round(const Session& session) {
  unsigned round = 1;
  while (std::filesystem::exists(chunk_file(session, round, 0))) ++round;
  return round;
}

// Adds the job numbers of the arrays to jobs; those that were submitted before one was refused are there, too.
void submit(const SlurmRun& work, unsigned round, std::size_t chunk_count, std::vector<std::string>& jobs) {
  const std::size_t most = max_array_size(call_or_throw({"scontrol", "show", "config"})) - 1;
  for (const Submission& part : split_arrays(round, chunk_count, most)) {
    const std::string script = slurm_folder(*work.session) + "/round" + std::to_string(round) + "-from" + std::to_string(part.first_chunk) + ".sh";
    write_or_throw(script, batch_script(*work.session, part, work.tandem));
    std::vector<std::string> command = {"sbatch"};
    for (const std::string& argument : sbatch_arguments(*work.session, part)) command.push_back(argument);
    command.push_back(script);
    const std::string answer = call_or_throw(command);
    const std::size_t digits = answer.find_first_not_of("0123456789");
    if (answer.empty() || digits == 0) throw std::runtime_error("sbatch answered '" + answer + "' instead of a job number");
    jobs.push_back(answer.substr(0, digits));
  }
}

void cancel(const std::vector<std::string>& jobs) {
  if (jobs.empty()) return;
  std::vector<std::string> command = {"scancel"};
  command.insert(command.end(), jobs.begin(), jobs.end());
  call(command);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ",") + word;
  return text;
}

// How the runs that no round finished are written down.
Record lost_record(const Session& session, std::size_t index, unsigned rounds, const std::string& version) {
  const PlannedRun& run = session.plan().runs[index];
  Record record;
  record.key = run.key;
  record.preset = run.preset;
  record.host = host_name();
  record.version = version;
  record.finished = utc_now();
  record.result.scenario = run.request.path;
  record.result.backend = run.request.backend;
  record.result.seed = run.request.seed.value_or(0);
  record.result.status = report::Status::Error;
  record.result.reason = "lost: " + std::to_string(rounds) + " submitted jobs ended without bringing this run to an end; see " + slurm_folder(session);
  record.result.repeat = cli::repeat_line(run.request, record.result.seed);
  return record;
}

class Follower {
 public:
  explicit Follower(const SlurmRun& work) : work_(work), reader_(work.session->records_folder()) {}

  // New records into the store and the progress line.
  void gather() {
    const std::vector<Record> records = reader_.read_new();
    work_.store->import(work_.session->info().id, records);
    for (const Record& record : records) {
      if (record.is_final && !seen_.insert(record.key).second) continue;  // two nodes did the same work
      work_.progress->ended(record.key, record.result, record.is_final);
    }
    work_.progress->tick();
  }
  // Records of an earlier launcher: not news.
  void skip_known() {
    const std::vector<Record> records = reader_.read_new();
    work_.store->import(work_.session->info().id, records);
    for (const Record& record : records) {
      if (record.is_final) seen_.insert(record.key);
    }
  }
  std::size_t finished() const { return seen_.size(); }

  // Until no job of the list is in the queue, or everything has a result, or Ctrl-C.
  void wait_for(const std::vector<std::string>& jobs) {
    unsigned failures = 0;
    while (!cli::was_interrupted() && finished() < work_.session->plan().runs.size()) {
      const Answer queue = call({"squeue", "--noheader", "--jobs", joined(jobs), "--format", "%i %T %r"});
      // A job that left the queue long ago is no longer known; that is an answer, too.
      const bool unknown = queue.err.find("Invalid job id") != std::string::npos;
      failures = queue.code != 0 && !unknown ? failures + 1 : 0;
      if (failures == kQuietPolls) throw std::runtime_error("squeue: " + queue.err);
      const bool empty = unknown || (queue.code == 0 && queue.out.empty());
      gather();
      if (empty) return;
      speak_of_held(queue.out);
      for (unsigned waited = 0; waited < work_.poll_ms && !cli::was_interrupted(); waited += 50) poll(nullptr, 0, 50);
    }
  }

 private:
  // Nothing in the queue goes on without somebody's doing: waiting is right, but the user should know. Said again when that was over
  // in between.
  void speak_of_held(const std::string& queue) {
    const std::string reason = held_reason(queue);
    held_polls_ = reason.empty() ? 0 : held_polls_ + 1;
    if (held_polls_ != kHeldPolls) return;
    work_.progress->note("all jobs that are left wait, and Slurm says: " + reason + "; `scontrol release JOB` lets a held one go, Ctrl-C cancels them");
  }

  const SlurmRun& work_;
  JournalReader reader_;
  unsigned held_polls_ = 0;
  std::set<std::string> seen_;
};

}  // namespace

std::string chunk_file(const Session& session, unsigned round, std::size_t chunk) {
  return slurm_folder(session) + "/round" + std::to_string(round) + "-" + std::to_string(chunk) + ".runs";
}

std::vector<std::size_t> read_chunk(const std::string& file, std::size_t run_count) {
  std::ifstream in(file);
  if (!in) throw std::runtime_error("cannot read " + file);
  std::vector<std::size_t> runs;
  for (std::string line; std::getline(in, line);) {
    char* end = nullptr;
    const unsigned long long index = std::strtoull(line.c_str(), &end, 10);
    if (line.empty() || *end != '\0' || index >= run_count) throw std::runtime_error(file + ": '" + line + "' is no run of the session");
    runs.push_back(index);
  }
  return runs;
}

std::vector<Submission> split_arrays(unsigned round, std::size_t chunk_count, std::size_t most_tasks) {
  std::vector<Submission> parts;
  for (std::size_t first = 0; first < chunk_count; first += most_tasks) {
    parts.push_back({round, first, std::min(most_tasks, chunk_count - first)});
  }
  return parts;
}

std::vector<std::string> sbatch_arguments(const Session& session, const Submission& submission) {
  const Plan& plan = session.plan();
  const SlurmSettings& s = plan.slurm;
  std::string array = "--array=0-" + std::to_string(submission.chunk_count - 1);
  if (s.max_parallel != 0) array += "%" + std::to_string(s.max_parallel);
  std::vector<std::string> arguments = {"--parsable", array, "--job-name=tandem-" + plan.name, "--requeue",
                                        "--cpus-per-task=" + std::to_string(s.cpus),
                                        "--output=" + output_pattern(session, submission.round)};
  if (const unsigned mib = highest(plan, &lua::RunRequest::memory_limit_mib)) {  // each run has its own limit; the launcher of the task needs some, too
    arguments.push_back("--mem=" + std::to_string(mib * s.cpus + 64));
  }
  if (const unsigned wall_s = highest(plan, &lua::RunRequest::wall_limit_s)) {
    const std::uint64_t minutes = (static_cast<std::uint64_t>(wall_s) + 20) * s.chunk_runs * (plan.retry_times + 1) / s.cpus / 60 + 1;
    arguments.push_back("--time=" + std::to_string(minutes));
  }
  if (!s.partition.empty()) arguments.push_back("--partition=" + s.partition);
  if (!s.account.empty()) arguments.push_back("--account=" + s.account);
  if (!s.qos.empty()) arguments.push_back("--qos=" + s.qos);
  arguments.insert(arguments.end(), s.options.begin(), s.options.end());
  return arguments;
}

std::string batch_script(const Session& session, const Submission& submission, const std::string& tandem) {
  return "#!/bin/sh\n# Chunk " + std::to_string(submission.first_chunk) + " + SLURM_ARRAY_TASK_ID of round " + std::to_string(submission.round) +
         ".\ncd " + quoted(std::filesystem::current_path().string()) + " || exit 2\nexec " + quoted(tandem) + " regress --chunk " +
         quoted(session.folder()) + " " + std::to_string(submission.round) + " $((" + std::to_string(submission.first_chunk) +
         " + SLURM_ARRAY_TASK_ID)) --jobs " + std::to_string(session.plan().slurm.cpus) + "\n";
}

std::size_t max_array_size(const std::string& config) {
  const std::size_t at = config.find("MaxArraySize");
  if (at == std::string::npos) return kDefaultArraySize;
  const std::size_t digits = config.find_first_of("0123456789", at);
  const unsigned long long size = digits == std::string::npos ? 0 : std::strtoull(config.c_str() + digits, nullptr, 10);
  return size < 2 ? kDefaultArraySize : size;
}

std::string held_reason(const std::string& queue) {
  static const std::set<std::string> by_hand = {"JobHeldUser", "JobHeldAdmin", "JobHoldMaxRequeue", "DependencyNeverSatisfied", "BadConstraints",
                                                "PartitionDown", "PartitionInactive", "AccountNotAllowed", "QOSNotAllowed"};
  std::istringstream lines(queue);
  std::string line, found;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::string job, state, reason;
    words >> job >> state >> reason;
    if (job.empty()) continue;
    if (state != "PENDING" || by_hand.count(reason) == 0) return "";
    if (found.empty()) found = reason + " (job " + job + ")";
  }
  return found;
}

void run_on_slurm(const SlurmRun& work) {
  std::error_code error;
  std::filesystem::create_directories(slurm_folder(*work.session), error);
  if (error) throw std::runtime_error("cannot make the folder " + slurm_folder(*work.session) + ": " + error.message());
  Follower follower(work);
  follower.skip_known();
  for (unsigned n = 0; n < work.rounds && !cli::was_interrupted(); ++n) {
    const std::vector<std::size_t> missing = missing_runs(*work.session);
    if (missing.empty()) return;
    const unsigned round = next_round(*work.session);
    const std::size_t chunks = write_chunks(*work.session, round, missing);
    std::vector<std::string> jobs;
    try {
      submit(work, round, chunks, jobs);
      work.progress->note("submitted " + std::to_string(missing.size()) + " runs as " + std::to_string(chunks) + " array tasks, job " + joined(jobs));
      follower.wait_for(jobs);
    } catch (...) {
      cancel(jobs);
      throw;
    }
    // Also a task that repeats on a second node what the first has done.
    if (cli::was_interrupted() || follower.finished() == work.session->plan().runs.size()) cancel(jobs);
    follower.gather();
  }
  if (cli::was_interrupted()) return;
  JournalWriter journal(work.session->records_folder());
  for (const std::size_t index : missing_runs(*work.session)) journal.put(lost_record(*work.session, index, work.rounds, work.version));
  journal.finish();
  follower.gather();
}

}  // namespace tandem::farm
