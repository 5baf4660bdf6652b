// SPDX-License-Identifier: Apache-2.0
// The help texts. Proof: tb/cli/test/cli_test.lua.
#include "cli/options.h"

namespace tandem::cli {

const char kHelp[] =
    R"(tandem - run one SMMUv3 driver against every implementation of the SMMUv3

Usage:
  tandem run SCENARIO... [--on tlm|rtl|mixed|qemu|both|all] [options]   run scenarios, show a table
  tandem replay RECORD [--on BACKEND]                              a recorded run again, held against its record
  tandem explore [--seeds N] [--time 10m] [--on LIST]              random platforms and steps; shrinks what fails
  tandem report FOLDER                                             one HTML page about runs made with --out FOLDER
  tandem shell SCENARIO [options]                                  stop a run and look at registers, tables, queues, caches
  tandem list [FOLDER]                                             scenarios with title and rules
  tandem bench [NAME...|--all] [--json FILE]                       speed figures
  tandem sweep SCENARIO --param KEY=RANGE...                       what-if: figures at every point that parameters span
  tandem calibrate [options]                                       times of the model fitted to the RTL
  tandem regress PLAN.lua [options]                                scenarios x seeds x backends, one machine or Slurm
  tandem results [VERB] [options]                                  what broke, since when, how to repeat it
  tandem serve --qtest SOCKET [options]                            model or RTL for a client of QEMU's qtest protocol
  tandem mutants [options]                                         which test finds each seeded mistake
  tandem COMMAND --help                                            options and examples
  tandem --version

Exit codes: 0 everything passed, 1 a check failed, 2 wrong usage or a broken scenario, 77 everything was skipped,
130 interrupted with Ctrl-C.
)";

const char kRunHelp[] =
    R"(tandem run - run scenarios, each in a process of its own

Usage: tandem run SCENARIO... [options]

  --on BACKENDS   where: tlm (the SystemC model, default), rtl (the Verilated block), mixed (SMMUs of one platform take
                  turns), qemu (QEMU's SMMUv3, a process of its own), both (tlm and rtl), all (tlm, rtl and mixed), or a
                  list: tlm,rtl,qemu
  --seed N        seed of random choices and of UNKNOWN reset values; the scenario's own is the default
  -p KEY=VALUE    a parameter of the scenario; may be repeated
  --smmu KEY=VALUE  an implementation parameter of every SMMU (cache_mode=2), or of one (smmu0.tlb_entries=64); may be repeated
  --no-check LIST oracles that do not look: commands, tables, stale, counts, life, data, a list of them, or all
  --wall-limit S  no run takes longer than S seconds of real time, whatever its scenario allows
  --compare       holds the runs of a scenario on two backends or more against each other while they go on and stops at the
                  first difference that the divergence policy does not list; every SMMU gets what all of them can do
  --policy FILE   with --compare: further legal differences, Lua as in tb/check/divergence_policy.lua; may be repeated
  --record FILE   one run, with what is needed to repeat and to compare it: see 'tandem replay'
  --json FILE     results as JSON
  --junit FILE    results as JUnit XML
  --trace FILE    everything that happened: a timeline for Perfetto where the name ends in .json, else one JSON object per
                  line; with several runs the name gets the scenario and the backend added
  --wave FILE     signals of the RTL as a waveform, name.fst; with several RTL SMMUs one file each
  --out FOLDER    verdicts, a timeline of each run, JSON and JUnit XML, for 'tandem report FOLDER'
  -j, --jobs N    runs at a time; default one per processor
  -v, --verbose   logs of the scenario, tracebacks, and who waited for what
  -h, --help      this text

Examples:
  tandem run scenarios/install/two_smmus.lua --on both
  tandem run scenarios/install/two_smmus.lua --on tlm,rtl,mixed --compare
  tandem run scenarios/*/*.lua --on all --json out.json
  tandem run scenarios/smoke/bring_up.lua --on rtl --seed 42 -p pages=64 --trace trace.jsonl -v

Exit codes: 0 passed, 1 a check failed or runs differ, 2 wrong usage or a broken scenario, 77 everything was skipped, 130 interrupted.
)";

const char kReplayHelp[] =
    R"(tandem replay - a recorded run again, held against its record

Usage: tandem replay RECORD [options]

RECORD is a file of 'tandem run --record'. It holds the scenario's text, the seed and the parameters.

  --on BACKEND    where: tlm, rtl or mixed; default is where it was recorded
  --policy FILE   further legal differences, Lua as in tb/check/divergence_policy.lua; may be repeated
  --json FILE     the result and the comparison as JSON
  --junit FILE    the same as JUnit XML
  --trace FILE    everything that happened, one JSON object per line
  -v, --verbose   steps and logs of the scenario
  -h, --help      this text

Examples:
  tandem run scenarios/smoke/bring_up.lua --on tlm --record tlm.rec
  tandem replay tlm.rec --on rtl

Exit codes: 0 the same, 1 a difference or a failed check, 2 wrong usage or a record that cannot be read, 77 skipped,
130 interrupted.
)";

const char kExploreHelp[] =
    R"(tandem explore - random platforms and driver calls, and the shortest sequence that fails

Usage: tandem explore [options]

Every seed makes up a platform of 1 to 8 SMMUs and a list of steps, runs it on every backend, checks every answer and byte, and stops
at the first failure, which it shrinks and writes as a scenario. With several backends every other seed is compared. Among the random
steps are some that aim at points of the coverage model that neither the store nor an earlier seed has; every 16 seeds they are looked up anew.

  --on BACKENDS   tlm, rtl, mixed, both, all, or a list; default is what this program has of tlm and rtl
  --seeds N       so many seeds; --time 10m: so long (s, m, h). Default 100 seeds
  --seed N        the first seed, default 1
  --steps N       steps per seed, 10 to 100000, default 100
  --out FOLDER    where a failing scenario is written, default here
  --no-shrink     writes the failing sequence as it is
  --store FILE    a results store: what it has is not aimed at, and what the seeds show is put in, as a session
  --blind         aim at nothing
  --smmu KEY=VALUE, --no-check LIST, --policy FILE, --wall-limit S   as for 'tandem run'
  -j, --jobs N    runs at a time; default one per processor
  -h, --help      this text

Examples:
  tandem explore --time 10m --on tlm,rtl,mixed
  tandem explore --seeds 1000 --on tlm --smmu cache_mode=2 --steps 300

Exit codes: 0 nothing found, 1 a failure was found and written, 2 wrong usage or a folder that cannot be written, 130 interrupted.
)";

const char kListHelp[] =
    R"(tandem list - the scenarios of a folder with what they prove

Usage: tandem list [FOLDER]

Without FOLDER: ./scenarios if it is there, else the scenarios tandem was built with.

Example:
  tandem list scenarios/install
)";

const char kShellHelp[] =
    R"(tandem shell - stop a run where you want and look at everything; 'help' inside lists its commands

Usage: tandem shell SCENARIO [--on tlm|rtl|mixed] [--seed N] [-p KEY=VALUE] [--smmu KEY=VALUE] [--no-check LIST]

Commands come from the terminal, or one per line from a pipe or a file.

Examples:
  tandem shell scenarios/install/two_smmus.lua
  printf 'break call domain_unmap\ncontinue\nwalk 0x10 0x40000000\n' | tandem shell scenarios/install/two_smmus.lua

Exit codes: 0 done, whatever the run's verdict, 2 wrong usage, or a command of a pipe or file that is not right.
)";

const char kReportHelp[] =
    R"(tandem report - one HTML page about runs: verdicts, failures, timelines, figures

Usage: tandem report FOLDER [--html FILE]

FOLDER is what 'tandem run ... --out FOLDER' wrote. The page is FOLDER/report.html, or FILE; it needs no network.

Example:
  tandem run scenarios/*/*.lua --on both --out out && tandem report out

Exit codes: 0 written, 2 wrong usage, or a folder or trace that cannot be read.
)";

const char kBenchHelp[] =
    R"(tandem bench - speed figures, each beside a calibration loop of the same run

Usage: tandem bench [NAME...|--all] [--json FILE] [--spread-limit PERCENT]

NAME is a row (model.core_hit_512) or a group (calib, model, rtl, driver); --all, or no name, is every row.
Rows are measured in turns, 7 times; shown are median, minimum, maximum, and the ratio to the anchor. A row whose
(maximum - minimum) / median is above the spread limit (30 %) is marked as not trustworthy; the exit code is still 0.

Examples:
  tandem bench
  tandem bench model --json bench.json

Exit codes: 0 measured, 2 wrong usage, a file that cannot be written, or a row that did not do what it is named for.
)";

}  // namespace tandem::cli
