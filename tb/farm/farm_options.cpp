// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp, tb/farm/test/farm_test.lua.
#include "farm/farm_options.h"

#include <algorithm>
#include <map>

#include "cli/option_parser.h"

namespace tandem::farm {

using cli::UsageError;

const char kRegressHelp[] =
    R"(tandem regress - run a plan: scenarios x seeds x backends x presets, each run a process of its own

Usage: tandem regress PLAN.lua [options]

  --out DIR        folder of the sessions; default regress.<name of the plan>
  --store FILE     results store (SQLite); default DIR/results.db
  --jobs N         runs at a time; default one per processor
  --launcher WHAT  local (default) or slurm
  --resume         go on with the newest session that is not complete, without repeating finished runs
  --junit FILE     the session's results as JUnit XML
  --dry-run        only say what the plan would run
  -h, --help       this text

Ctrl-C stops cleanly: finished runs are kept, --resume does the rest. A crash, a hang or too much memory is the result of
that one run.

Examples:
  tandem regress plans/smoke.lua
  tandem regress plans/nightly.lua --out /shared/nightly --launcher slurm
  tandem regress plans/nightly.lua --out /shared/nightly --resume

Exit codes: 0 everything passed, 1 a run failed, was an error or has no result, 2 wrong usage, a broken plan or a disk that
cannot be written, 77 everything was skipped, 130 interrupted.
)";

const char kResultsHelp[] =
    R"(tandem results - what broke, since when, and how to repeat it

Usage: tandem results [VERB] [--store FILE] [options]

  list                        sessions with their counts (the default)
  broken                      what is broken in the newest session (or --session), since when, and how to repeat it
  runs                        runs that fit the filters below
  show SESSION KEY            everything about one run
  compare OLD NEW             two sessions: what broke, what was mended, what is new or gone
  flaky                       runs that needed more than one attempt, or whose verdict changed under the same version
  bisect BUILD... -- ARGS     the first tandem program of the list, oldest first, on which `tandem run ARGS` fails or crashes
  bisect BUILD... --run KEY   the same with a run of the store (of the newest session, or --session)
  coverage [OLD NEW]          points the session reached, holes against a model; or what NEW lost and gained
  figures [OLD NEW]           what was measured: minimum, median, maximum over the runs; or medians side by side
  import DIR...               journals of sessions into the store; again changes nothing
  export                      runs that fit, or --what coverage or figures of them, as --format csv, json or junit (runs only), to
                              --output FILE or standard output
  report                      trends of all sessions as one HTML page, --output FILE

  --store FILE      default ./results.db
  --session ID      one session; "last" is the newest, "all" (coverage, runs, export) every one of the store
  --status WHAT     pass, fail, skip, error, or bad (fail and error)
  --scenario GLOB   --backend NAME   --preset NAME   --seed N
  --point GLOB      runs that hit a coverage point of such a name
  --model FILE      a coverage model, see docs/regression.md; default the built-in one, plans/coverage.lua
  --list            of coverage: every point that tandem counts
  --output FILE     of coverage: one HTML page in place of text; --driver FILE and --rtl FILE put what driver/test/coverage.sh and
                    `./run rtl-coverage` printed beside it (`./run coverage` does all of that)
  --limit N         at most N rows; 0: all; default 1000 for runs, all for export
  -h, --help        this text

Examples:
  tandem results list --store nightly/results.db
  tandem results broken --store nightly/results.db
  tandem results runs --session last --status bad --store nightly/results.db
  tandem results coverage --scenario 'scenarios/faults/*' --store nightly/results.db
  tandem results bisect builds/mon/tandem builds/tue/tandem builds/wed/tandem -- scenarios/pasid/rid_and_two_pasids.lua --on rtl

Exit codes: 0 done, 1 compare found something that broke, coverage OLD NEW something that was lost, broken something that is, or bisect
found the build, 2 wrong usage or a store that cannot be read.
)";

namespace {

bool options_fit(const ResultsOptions& options) { return options.format != "junit" || options.what == "runs"; }

}  // namespace

RegressOptions parse_regress(const std::vector<std::string>& arguments) {
  RegressOptions regress;
  bool chunk = false;
  std::vector<std::string> names;
  const auto jobs = [&](const std::string& v) { regress.jobs = static_cast<unsigned>(cli::integer("regress", "--jobs", v, 1, 256)); };
  const cli::Options options = {
      {"--help", {false, [&](const std::string&) { regress.help = true; }}},
      {"-h", {false, [&](const std::string&) { regress.help = true; }}},
      {"--out", {true, [&](const std::string& v) { regress.out = v; }}},
      {"--store", {true, [&](const std::string& v) { regress.store = v; }}},
      {"--junit", {true, [&](const std::string& v) { regress.junit_file = v; }}},
      {"--jobs", {true, jobs}},
      {"-j", {true, jobs}},
      {"--resume", {false, [&](const std::string&) { regress.resume = true; }}},
      {"--dry-run", {false, [&](const std::string&) { regress.dry_run = true; }}},
      {"--chunk", {false, [&](const std::string&) { chunk = true; }}},
      {"--launcher", {true, [&](const std::string& v) {
         if (v != "local" && v != "slurm") throw UsageError("tandem regress: unknown launcher '" + v + "'; --launcher takes local or slurm");
         regress.slurm = v == "slurm";
       }}},
  };
  cli::parse_options("regress", arguments, options, [&](const std::string& name) { names.push_back(name); });
  if (regress.help) return regress;
  if (chunk) {
    if (names.size() != 3) throw UsageError("tandem regress: --chunk takes a session's folder, a round and a number");
    regress.chunk_session = names[0];
    regress.chunk_round = static_cast<unsigned>(cli::integer("regress", "the round", names[1], 1, 1'000'000));
    regress.chunk = static_cast<std::size_t>(cli::integer("regress", "the chunk", names[2], 0, 100'000'000));
    return regress;
  }
  if (names.empty()) throw UsageError("tandem regress: name a plan file; plans/smoke.lua is one");
  if (names.size() > 1) throw UsageError("tandem regress: one plan at a time: " + names[0] + " or " + names[1] + "?");
  regress.plan = names[0];
  return regress;
}

ResultsOptions parse_results(const std::vector<std::string>& arguments) {
  static const std::map<std::string, ResultsVerb> verbs = {
      {"list", ResultsVerb::List},     {"broken", ResultsVerb::Broken}, {"runs", ResultsVerb::Runs},     {"show", ResultsVerb::Show},
      {"compare", ResultsVerb::Compare}, {"flaky", ResultsVerb::Flaky},   {"bisect", ResultsVerb::Bisect},
      {"coverage", ResultsVerb::Coverage}, {"figures", ResultsVerb::Figures},
      {"import", ResultsVerb::Import}, {"export", ResultsVerb::Export}, {"report", ResultsVerb::Report}};
  ResultsOptions results;
  results.store = "results.db";
  std::vector<std::string> before = arguments;
  const auto dashes = std::find(before.begin(), before.end(), "--");
  if (dashes != before.end()) {
    results.run_arguments.assign(dashes + 1, before.end());
    before.erase(dashes, before.end());
  }
  const auto one_of = [](const char* option, const std::string& v, std::initializer_list<const char*> allowed) {
    std::string list;
    for (const char* word : allowed) {
      if (v == word) return v;
      list += (list.empty() ? "" : ", ") + std::string(word);
    }
    throw UsageError("tandem results: " + std::string(option) + " takes " + list + ", not '" + v + "'");
  };
  const cli::Options options = {
      {"--help", {false, [&](const std::string&) { results.help = true; }}},
      {"-h", {false, [&](const std::string&) { results.help = true; }}},
      {"--store", {true, [&](const std::string& v) { results.store = v; }}},
      {"--session", {true, [&](const std::string& v) { results.session = v; }}},
      {"--status", {true, [&](const std::string& v) { results.status = one_of("--status", v, {"pass", "fail", "skip", "error", "bad"}); }}},
      {"--scenario", {true, [&](const std::string& v) { results.scenario = v; }}},
      {"--backend", {true, [&](const std::string& v) { results.backend = v; }}},
      {"--preset", {true, [&](const std::string& v) { results.preset = v; }}},
      {"--seed", {true, [&](const std::string& v) { results.seed = cli::integer("results", "--seed", v, INT64_MIN, INT64_MAX); }}},
      {"--limit", {true, [&](const std::string& v) { results.limit = static_cast<std::size_t>(cli::integer("results", "--limit", v, 0, 1'000'000'000)); }}},
      {"--point", {true, [&](const std::string& v) { results.point = v; }}},
      {"--run", {true, [&](const std::string& v) { results.run = v; }}},
      {"--model", {true, [&](const std::string& v) { results.model = v; }}},
      {"--driver", {true, [&](const std::string& v) { results.driver_file = v; }}},
      {"--rtl", {true, [&](const std::string& v) { results.rtl_file = v; }}},
      {"--list", {false, [&](const std::string&) { results.list = true; }}},
      {"--what", {true, [&](const std::string& v) { results.what = one_of("--what", v, {"runs", "coverage", "figures"}); }}},
      {"--format", {true, [&](const std::string& v) { results.format = one_of("--format", v, {"csv", "json", "junit"}); }}},
      {"--output", {true, [&](const std::string& v) { results.output = v; }}},
  };
  std::vector<std::string> names;
  cli::parse_options("results", before, options, [&](const std::string& name) { names.push_back(name); });
  if (results.help) return results;
  if (!names.empty()) {
    const auto verb = verbs.find(names[0]);
    if (verb == verbs.end()) {
      throw UsageError("tandem results: unknown verb '" + names[0] + "'; it knows list, broken, runs, show, compare, flaky, bisect, coverage, figures, import, export and report");
    }
    results.verb = verb->second;
    results.names.assign(names.begin() + 1, names.end());
  }
  const auto want = [&](bool good, const char* what) {
    if (!good) throw UsageError(std::string("tandem results ") + names[0] + ": " + what);
  };
  const std::size_t n = results.names.size();
  switch (results.verb) {
    case ResultsVerb::Show: want(n == 2, "takes a session and a key"); break;
    case ResultsVerb::Compare: want(n == 2, "takes two sessions, the old one first"); break;
    case ResultsVerb::Import: want(n >= 1, "takes the folders of sessions, or of `tandem regress --out`"); break;
    case ResultsVerb::Bisect:
      want(n >= 2, "takes at least two tandem programs, the oldest first");
      want(results.run_arguments.empty() != results.run.empty(), "needs what to run: either arguments of tandem run after --, or --run with a key of the store");
      break;
    case ResultsVerb::Coverage: want(results.output.empty() || n == 0, "--output is a page of what was reached, not of a difference"); [[fallthrough]];
    case ResultsVerb::Figures: want(n == 0 || n == 2, "takes no names, or two sessions, the old one first"); break;
    case ResultsVerb::Export: want(options_fit(results), "--format junit is for runs only");
      want(!results.format.empty(), "needs --format csv, json or junit"); [[fallthrough]];
    case ResultsVerb::Report:
      if (results.verb == ResultsVerb::Report) want(!results.output.empty(), "needs --output FILE");
      [[fallthrough]];
    default:
      if (!names.empty()) want(n == 0, "takes no names; use the filters");
  }
  if (results.verb != ResultsVerb::Bisect && dashes != before.end() && !results.run_arguments.empty()) {
    throw UsageError("tandem results: only bisect takes arguments after --");
  }
  return results;
}

}  // namespace tandem::farm
