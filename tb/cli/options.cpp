// SPDX-License-Identifier: Apache-2.0
// Strict parsing of options. Proof: tb/cli/test/test_options.cpp.
#include "cli/options.h"

#include "cli/option_parser.h"

#include <algorithm>
#include <map>

namespace tandem::cli {
namespace {

std::pair<std::string, std::string> parameter(const std::string& command, const std::string& option, const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) throw UsageError("tandem " + command + ": " + option + " takes key=value, got '" + text + "'");
  return {text.substr(0, equals), text.substr(equals + 1)};
}

// A comma list of names and groups, without repeats, in the order of the columns.
std::vector<std::string> backends(const std::string& text) {
  static const std::map<std::string, std::vector<std::string>> known = {
      {"tlm", {"tlm"}}, {"rtl", {"rtl"}}, {"mixed", {"mixed"}}, {"qemu", {"qemu"}}, {"both", {"tlm", "rtl"}}, {"all", {"tlm", "rtl", "mixed"}}};
  std::vector<std::string> list;
  std::size_t from = 0;
  do {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string word = text.substr(from, comma - from);
    const auto found = known.find(word);
    const bool is_further = std::find(further_backends().begin(), further_backends().end(), word) != further_backends().end();
    if (found == known.end() && !is_further) {
      throw UsageError("tandem run: unknown backend '" + word + "'; --on takes tlm, rtl, mixed, qemu, both (tlm and rtl) or all (tlm, rtl and mixed)" + further_backends_text());
    }
    for (const std::string& name : is_further ? std::vector<std::string>{word} : found->second) {
      if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    }
    from = comma + 1;
  } while (from <= text.size());
  return list;
}

// A comma list of oracles, without repeats.
std::vector<std::string> checks(const std::string& command, const std::string& text) {
  static const std::vector<std::string> known = {"commands", "tables", "stale", "counts", "life", "data"};
  std::vector<std::string> list;
  std::size_t from = 0;
  do {
    const std::size_t comma = std::min(text.find(',', from), text.size());
    const std::string word = text.substr(from, comma - from);
    if (word != "all" && std::find(known.begin(), known.end(), word) == known.end()) {
      throw UsageError("tandem " + command + ": unknown oracle '" + word + "'; --no-check takes commands, tables, stale, counts, life, data or all");
    }
    for (const std::string& name : known) {
      if ((word == "all" || word == name) && std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    }
    from = comma + 1;
  } while (from <= text.size());
  return list;
}

// "90", "90s", "10m", "2h".
std::uint64_t duration_s(const std::string& text) {
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const std::string unit = text.substr(digits);
  const std::uint64_t factor = unit == "h" ? 3600 : unit == "m" ? 60 : 1;
  const bool known = unit.empty() || unit == "s" || unit == "m" || unit == "h";
  const std::uint64_t value = digits == 0 || digits > 7 ? 0 : std::stoull(text.substr(0, digits));
  if (!known || value == 0) throw UsageError("tandem explore: --time takes a number of seconds, or one with s, m or h, such as 10m; got '" + text + "'");
  return value * factor;
}

void refuse_name(const std::string& command, const std::string& name) {
  throw UsageError("tandem " + command + ": unexpected argument '" + name + "'");
}

}  // namespace

const std::vector<std::string>& further_backends() {
  static const std::vector<std::string> list = {TANDEM_FURTHER_BACKENDS};
  return list;
}

std::string further_backends_text() {
  std::string text;
  for (const std::string& name : further_backends()) text += (text.empty() ? "; this build also has " : ", ") + name;
  return text;
}

RunOptions parse_run(const std::vector<std::string>& arguments) {
  RunOptions run;
  const Options options = {
      {"--help", {false, [&](const std::string&) { run.help = true; }}},
      {"-h", {false, [&](const std::string&) { run.help = true; }}},
      {"--verbose", {false, [&](const std::string&) { run.verbose = true; }}},
      {"-v", {false, [&](const std::string&) { run.verbose = true; }}},
      {"--on", {true, [&](const std::string& v) { run.backends = backends(v); }}},
      {"--seed", {true, [&](const std::string& v) { run.seed = integer("run", "--seed", v, INT64_MIN, INT64_MAX); }}},
      {"--jobs", {true, [&](const std::string& v) { run.jobs = static_cast<unsigned>(integer("run", "--jobs", v, 1, 256)); }}},
      {"-j", {true, [&](const std::string& v) { run.jobs = static_cast<unsigned>(integer("run", "-j", v, 1, 256)); }}},
      {"-p", {true, [&](const std::string& v) { run.params.push_back(parameter("run", "-p", v)); }}},
      {"--smmu", {true, [&](const std::string& v) { run.smmu_params.push_back(parameter("run", "--smmu", v)); }}},
      {"--no-check", {true, [&](const std::string& v) { run.checks_off = checks("run", v); }}},
      {"--wall-limit", {true, [&](const std::string& v) { run.wall_limit_s = static_cast<unsigned>(integer("run", "--wall-limit", v, 1, 86'400)); }}},
      {"--compare", {false, [&](const std::string&) { run.compare = true; }}},
      {"--policy", {true, [&](const std::string& v) { run.policy_files.push_back(v); }}},
      {"--record", {true, [&](const std::string& v) { run.record_file = v; }}},
      {"--json", {true, [&](const std::string& v) { run.json_file = v; }}},
      {"--junit", {true, [&](const std::string& v) { run.junit_file = v; }}},
      {"--trace", {true, [&](const std::string& v) { run.trace_file = v; }}},
      {"--wave", {true, [&](const std::string& v) { run.wave_file = v; }}},
      {"--out", {true, [&](const std::string& v) { run.out_folder = v; }}},
  };
  parse_options("run", arguments, options, [&](const std::string& name) { run.scenarios.push_back(name); });
  if (run.help) return run;
  if (run.scenarios.empty()) throw UsageError("tandem run: name at least one scenario file; 'tandem list' shows what there is");
  if (run.backends.empty()) run.backends = {"tlm"};
  if (!run.wave_file.empty() && (run.wave_file.size() < 4 || run.wave_file.compare(run.wave_file.size() - 4, 4, ".fst") != 0)) {
    throw UsageError("tandem run: --wave writes FST, so its file must end in .fst, got '" + run.wave_file + "'; fst2vcd of the package gtkwave makes a VCD of it");
  }
  for (const auto& [one, other] : {std::pair(run.json_file, run.junit_file), {run.json_file, run.trace_file}, {run.junit_file, run.trace_file}}) {
    if (!one.empty() && one == other) throw UsageError("tandem run: " + one + " cannot take two kinds of output");
  }
  if (run.compare && run.backends.size() < 2) {
    throw UsageError("tandem run: --compare needs two backends or more, for instance --on tlm,rtl; one run against an older one: --record and tandem replay");
  }
  if (!run.policy_files.empty() && !run.compare) throw UsageError("tandem run: --policy goes with --compare");
  if (!run.record_file.empty() && (run.compare || run.scenarios.size() * run.backends.size() != 1)) {
    throw UsageError("tandem run: --record takes one scenario on one backend, without --compare");
  }
  return run;
}

ReplayOptions parse_replay(const std::vector<std::string>& arguments) {
  ReplayOptions replay;
  const Options options = {
      {"--help", {false, [&](const std::string&) { replay.help = true; }}},
      {"-h", {false, [&](const std::string&) { replay.help = true; }}},
      {"--verbose", {false, [&](const std::string&) { replay.verbose = true; }}},
      {"-v", {false, [&](const std::string&) { replay.verbose = true; }}},
      {"--on", {true, [&](const std::string& v) {
         const std::vector<std::string> list = backends(v);
         if (list.size() != 1) throw UsageError("tandem replay: --on takes one backend, got '" + v + "'");
         replay.backend = list[0];
       }}},
      {"--policy", {true, [&](const std::string& v) { replay.policy_files.push_back(v); }}},
      {"--json", {true, [&](const std::string& v) { replay.json_file = v; }}},
      {"--junit", {true, [&](const std::string& v) { replay.junit_file = v; }}},
      {"--trace", {true, [&](const std::string& v) { replay.trace_file = v; }}},
  };
  parse_options("replay", arguments, options, [&](const std::string& name) {
    if (!replay.record_file.empty()) refuse_name("replay", name);
    replay.record_file = name;
  });
  if (!replay.help && replay.record_file.empty()) throw UsageError("tandem replay: name the record, a file of 'tandem run --record'");
  return replay;
}

ExploreOptions parse_explore(const std::vector<std::string>& arguments) {
  ExploreOptions explore;
  const auto number = [](const char* option, const std::string& v, std::int64_t least, std::int64_t most) {
    return static_cast<std::uint64_t>(integer("explore", option, v, least, most));
  };
  const Options options = {
      {"--help", {false, [&](const std::string&) { explore.help = true; }}},
      {"-h", {false, [&](const std::string&) { explore.help = true; }}},
      {"--on", {true, [&](const std::string& v) { explore.backends = backends(v); }}},
      {"--seed", {true, [&](const std::string& v) { explore.first_seed = integer("explore", "--seed", v, INT64_MIN, INT64_MAX / 2); }}},
      {"--seeds", {true, [&](const std::string& v) { explore.seeds = number("--seeds", v, 1, 1'000'000'000); }}},
      {"--time", {true, [&](const std::string& v) { explore.time_s = duration_s(v); }}},
      {"--steps", {true, [&](const std::string& v) { explore.steps = static_cast<unsigned>(number("--steps", v, 10, 100'000)); }}},
      {"--jobs", {true, [&](const std::string& v) { explore.jobs = static_cast<unsigned>(number("--jobs", v, 1, 256)); }}},
      {"-j", {true, [&](const std::string& v) { explore.jobs = static_cast<unsigned>(number("-j", v, 1, 256)); }}},
      {"--wall-limit", {true, [&](const std::string& v) { explore.wall_limit_s = static_cast<unsigned>(number("--wall-limit", v, 1, 86'400)); }}},
      {"--no-shrink", {false, [&](const std::string&) { explore.no_shrink = true; }}},
      {"--out", {true, [&](const std::string& v) { explore.folder = v; }}},
      {"--store", {true, [&](const std::string& v) { explore.store = v; }}},
      {"--blind", {false, [&](const std::string&) { explore.blind = true; }}},
      {"--policy", {true, [&](const std::string& v) { explore.policy_files.push_back(v); }}},
      {"--smmu", {true, [&](const std::string& v) { explore.smmu_params.push_back(parameter("explore", "--smmu", v)); }}},
      {"--no-check", {true, [&](const std::string& v) { explore.checks_off = checks("explore", v); }}},
  };
  parse_options("explore", arguments, options, [&](const std::string& name) { refuse_name("explore", name); });
  if (explore.seeds == 0 && explore.time_s == 0) explore.seeds = 100;
  return explore;
}

ListOptions parse_list(const std::vector<std::string>& arguments) {
  ListOptions list;
  const Options options = {
      {"--help", {false, [&](const std::string&) { list.help = true; }}},
      {"-h", {false, [&](const std::string&) { list.help = true; }}},
  };
  parse_options("list", arguments, options, [&](const std::string& name) {
    if (!list.folder.empty()) refuse_name("list", name);
    list.folder = name;
  });
  return list;
}

ShellOptions parse_shell(const std::vector<std::string>& arguments) {
  ShellOptions shell;
  const Options options = {
      {"--help", {false, [&](const std::string&) { shell.help = true; }}},
      {"-h", {false, [&](const std::string&) { shell.help = true; }}},
      {"--on", {true, [&](const std::string& v) {
         if (v != "tlm" && v != "rtl" && v != "mixed") throw UsageError("tandem shell: --on takes one of tlm, rtl and mixed, got '" + v + "'");
         shell.backend = v;
       }}},
      {"--seed", {true, [&](const std::string& v) { shell.seed = integer("shell", "--seed", v, INT64_MIN, INT64_MAX); }}},
      {"-p", {true, [&](const std::string& v) { shell.params.push_back(parameter("shell", "-p", v)); }}},
      {"--smmu", {true, [&](const std::string& v) { shell.smmu_params.push_back(parameter("shell", "--smmu", v)); }}},
      {"--no-check", {true, [&](const std::string& v) { shell.checks_off = checks("shell", v); }}},
  };
  parse_options("shell", arguments, options, [&](const std::string& name) {
    if (!shell.scenario.empty()) refuse_name("shell", name);
    shell.scenario = name;
  });
  if (!shell.help && shell.scenario.empty()) throw UsageError("tandem shell: name a scenario file; 'tandem list' shows what there is");
  return shell;
}

ReportOptions parse_report(const std::vector<std::string>& arguments) {
  ReportOptions report;
  const Options options = {
      {"--help", {false, [&](const std::string&) { report.help = true; }}},
      {"-h", {false, [&](const std::string&) { report.help = true; }}},
      {"--html", {true, [&](const std::string& v) { report.html_file = v; }}},
  };
  parse_options("report", arguments, options, [&](const std::string& name) {
    if (!report.folder.empty()) refuse_name("report", name);
    report.folder = name;
  });
  if (!report.help && report.folder.empty()) throw UsageError("tandem report: name the folder that 'tandem run ... --out FOLDER' wrote");
  return report;
}

BenchOptions parse_bench(const std::vector<std::string>& arguments) {
  BenchOptions bench;
  bool all = false;
  const Options options = {
      {"--help", {false, [&](const std::string&) { bench.help = true; }}},
      {"-h", {false, [&](const std::string&) { bench.help = true; }}},
      {"--json", {true, [&](const std::string& v) { bench.json_file = v; }}},
      {"--all", {false, [&](const std::string&) { all = true; }}},
      {"--spread-limit", {true, [&](const std::string& v) { bench.spread_limit_percent = static_cast<unsigned>(integer("bench", "--spread-limit", v, 1, 1000)); }}},
  };
  parse_options("bench", arguments, options, [&](const std::string& name) { bench.names.push_back(name); });
  if (all && !bench.names.empty()) throw UsageError("tandem bench: --all is every row; leave it out, or '" + bench.names.front() + "'");
  return bench;
}

}  // namespace tandem::cli
