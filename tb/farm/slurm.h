// SPDX-License-Identifier: Apache-2.0
// Runs a session on a Slurm cluster: job arrays whose tasks each run a chunk of the plan and leave journals in the session's
// folder, which all nodes must see. What a lost node, a pre-emption or a killed task left undone is submitted again.
// Needs sbatch, squeue, scancel and scontrol in PATH; nothing of Slurm is linked.
// Not here: what a task does with its chunk (local_launcher.h). Proof: tb/farm/test/slurm_test.lua runs a real cluster.
#ifndef TANDEM_FARM_SLURM_H
#define TANDEM_FARM_SLURM_H

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "farm/progress.h"
#include "farm/session.h"
#include "farm/store.h"

namespace tandem::farm {

// Which runs the array task n of the session executes: a file of run numbers, written before sbatch.
std::string chunk_file(const Session& session, unsigned round, std::size_t chunk);
std::vector<std::size_t> read_chunk(const std::string& file, std::size_t run_count);  // throws with a sentence

// One sbatch call. Pure, for tests.
struct Submission {
  unsigned round = 0;
  std::size_t first_chunk = 0, chunk_count = 0;   // array indices 0..chunk_count-1 stand for chunks from first_chunk on
};
// Arrays of at most most_tasks tasks each (the site's MaxArraySize is one more than the highest index it takes).
std::vector<Submission> split_arrays(unsigned round, std::size_t chunk_count, std::size_t most_tasks);
std::vector<std::string> sbatch_arguments(const Session& session, const Submission& submission);
std::string batch_script(const Session& session, const Submission& submission, const std::string& tandem);
// "MaxArraySize = 1001" out of `scontrol show config`; 1001, Slurm's own default, where it says nothing.
std::size_t max_array_size(const std::string& config);

// What squeue answered for the format "%i %T %r": why nothing of it goes on before somebody does something; empty when anything may.
std::string held_reason(const std::string& queue);

struct SlurmRun {
  Session* session;
  Store* store;
  FarmProgress* progress;
  std::string tandem;                          // absolute path of this program, the same on all nodes
  std::string version;
  unsigned poll_ms = 1000;
  unsigned rounds = 4;                         // submissions of what was lost, the first one included
};

// Ends when every run has a final record - runs that no round brought to an end get one that says so - or after Ctrl-C,
// when the jobs are cancelled. Throws std::runtime_error with a sentence when Slurm cannot be reached or refuses a job.
void run_on_slurm(const SlurmRun& work);

}  // namespace tandem::farm

#endif
