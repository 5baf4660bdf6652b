// SPDX-License-Identifier: Apache-2.0
// The console table. Proof: tb/report/test/test_report.cpp.
#include "report/table.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace tandem::report {
namespace {

constexpr std::size_t kTitleWidth = 76;
constexpr std::size_t kCellWidth = 18;

// Length on the screen: bytes that continue a UTF-8 character take no column.
std::size_t columns(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = columns(text);
  return used >= width ? text : text + std::string(width - used, ' ');
}

std::string right(const std::string& text, std::size_t width) {
  const std::size_t used = columns(text);
  return used >= width ? text : std::string(width - used, ' ') + text;
}

std::string shortened(const std::string& text, std::size_t width) {
  if (columns(text) <= width) return text;
  std::size_t bytes = 0, used = 0;
  while (bytes < text.size() && used + 3 < width) {
    ++bytes;
    while (bytes < text.size() && (text[bytes] & 0xc0) == 0x80) ++bytes;
    ++used;
  }
  return text.substr(0, bytes) + "...";
}

const char* word(Status status) {
  switch (status) {
    case Status::Pass: return "PASS";
    case Status::Fail: return "FAIL";
    case Status::Skip: return "SKIP";
    case Status::Error: return "ERROR";
  }
  return "?";
}

void end_line(std::string& text) {
  while (!text.empty() && text.back() == ' ') text.pop_back();
  text += '\n';
}

// Groups the runs of one scenario, in the order in which scenarios were first seen.
std::vector<std::vector<const RunResult*>> by_scenario(const std::vector<RunResult>& results) {
  std::vector<std::vector<const RunResult*>> groups;
  std::map<std::string, std::size_t> index;
  for (const RunResult& result : results) {
    const auto [place, is_new] = index.try_emplace(result.scenario, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&result);
  }
  return groups;
}

std::string step_cell(const RunResult& run, std::size_t number, const TableStyle& style) {
  if (number >= run.steps.size()) return padded("-", kCellWidth);
  const StepResult& step = run.steps[number];
  const std::string mark = padded(word(step.status), 6);
  return coloured(mark, step.status, style) + padded(step.status == Status::Skip ? "" : format_sim_time(step.end_ns - step.start_ns), kCellWidth - 6);
}

std::string steps_table(const std::vector<const RunResult*>& runs, const TableStyle& style) {
  // The run that came furthest names the rows; the others can only have stopped earlier or taken another branch.
  const RunResult* longest = runs.front();
  for (const RunResult* run : runs) {
    if (run->steps.size() > longest->steps.size()) longest = run;
  }
  std::size_t width = 32;  // of the heading
  for (const StepResult& step : longest->steps) width = std::max(width, std::min(kTitleWidth, columns(step.title)));

  std::string out = "  " + padded("step, and the simulated time it took", width + 5);
  for (const RunResult* run : runs) out += padded(run->backend, kCellWidth);
  end_line(out);
  for (std::size_t i = 0; i < longest->steps.size(); ++i) {
    out += "  " + right(std::to_string(i + 1), 2) + " " + padded(shortened(longest->steps[i].title, kTitleWidth), width + 2);
    for (const RunResult* run : runs) out += step_cell(*run, i, style);
    end_line(out);
  }
  out += "  " + padded("all", width + 5);
  for (const RunResult* run : runs) {
    out += coloured(padded(word(run->status), 6), run->status, style) + padded(format_sim_time(run->sim_ns), kCellWidth - 6);
  }
  end_line(out);
  out += "  " + padded("wall time", width + 5);
  for (const RunResult* run : runs) {
    char text[32];
    std::snprintf(text, sizeof text, "      %.2f s", run->wall_ms / 1000.0);
    out += padded(text, kCellWidth);
  }
  end_line(out);
  return out;
}

std::string run_name(const std::string& backend) {
  if (backend == "tlm") return "tlm: SystemC model";
  if (backend == "rtl") return "rtl: Verilated block";
  if (backend == "mixed") return "mixed: both";
  if (backend == "qemu") return "qemu: QEMU's SMMUv3";
  return backend;
}

std::string smmu_table(const std::vector<const RunResult*>& runs) {
  const std::string title = "what each SMMU did";
  const auto smmu_name = [](const RunResult& run, const SmmuResult& smmu) {
    return smmu.backend.empty() || smmu.backend == run.backend ? smmu.name : smmu.name + " (" + smmu.backend + ")";
  };
  std::size_t run_width = columns(title), name_width = 0;
  bool any = false;
  for (const RunResult* run : runs) {
    run_width = std::max(run_width, columns(run_name(run->backend)));
    for (const SmmuResult& smmu : run->smmus) {
      name_width = std::max(name_width, columns(smmu_name(*run, smmu)));
      any = true;
    }
  }
  if (!any) return "";
  std::string out = "\n  " + padded(title, run_width + name_width + 4) + right("commands", 10) + right("translations", 14) +
                    right("TLB hits", 10) + right("TLB misses", 12) + right("events", 8) + "\n";
  for (const RunResult* run : runs) {
    for (std::size_t i = 0; i < run->smmus.size(); ++i) {
      const SmmuResult& smmu = run->smmus[i];
      out += "  " + padded(i == 0 ? run_name(run->backend) : "", run_width + 2) + padded(smmu_name(*run, smmu), name_width + 2) +
             right(std::to_string(smmu.commands), 10) + right(std::to_string(smmu.translations), 14) +
             right(std::to_string(smmu.tlb_hits), 10) + right(std::to_string(smmu.tlb_misses), 12) +
             right(std::to_string(smmu.events), 8) + "\n";
    }
  }
  return out;
}

bool is_number(const std::string& text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

// Columns of numbers stand right, others left.
std::string scenario_table(const TableResult& table, const std::string& whose) {
  std::string out = "\n  " + table.title + (whose.empty() ? "" : "  (" + whose + ")") + "\n";
  std::vector<std::size_t> width;
  std::vector<bool> numeric;
  for (std::size_t n = 0; n < table.columns.size(); ++n) {
    std::size_t most = columns(table.columns[n]);
    bool numbers = true, any = false;
    for (const auto& row : table.rows) {
      most = std::max(most, columns(row[n]));
      any = any || is_number(row[n]);
      numbers = numbers && (row[n] == "-" || is_number(row[n]));
    }
    width.push_back(most);
    numeric.push_back(numbers && any);
  }
  const auto line = [&](const std::vector<std::string>& cells) {
    std::string text = "   ";
    for (std::size_t n = 0; n < cells.size(); ++n) text += " " + (numeric[n] ? right(cells[n], width[n]) : padded(cells[n], width[n])) + " ";
    end_line(text);
    return text;
  };
  out += line(table.columns);
  for (const auto& row : table.rows) out += line(row);
  return out;
}

bool same(const TableResult& a, const TableResult& b) { return a.title == b.title && a.columns == b.columns && a.rows == b.rows; }

// The tables of all runs; those that are equal on several backends stand once.
std::string scenario_tables(const std::vector<const RunResult*>& runs) {
  std::string out;
  std::vector<const TableResult*> shown;
  for (const RunResult* run : runs) {
    for (const TableResult& table : run->tables) {
      if (std::any_of(shown.begin(), shown.end(), [&](const TableResult* other) { return same(table, *other); })) continue;
      shown.push_back(&table);
      std::string whose;
      for (const RunResult* other : runs) {
        const bool has = std::any_of(other->tables.begin(), other->tables.end(), [&](const TableResult& theirs) { return same(table, theirs); });
        if (has && runs.size() > 1) whose += (whose.empty() ? "" : ", ") + other->backend;
      }
      out += scenario_table(table, whose);
    }
  }
  return out;
}

// One line per rule and run, with the SMMUs that showed it.
std::string known_divergences(const RunResult& run) {
  std::string out;
  std::vector<std::string> told;
  for (const Divergence& first : run.divergences) {
    if (std::find(told.begin(), told.end(), first.rule) != told.end()) continue;
    told.push_back(first.rule);
    std::string smmus;
    std::uint64_t count = 0;
    for (const Divergence& same : run.divergences) {
      if (same.rule != first.rule) continue;
      smmus += (smmus.empty() ? "" : ", ") + same.smmu;
      count += same.count;
    }
    out += "\n  known divergence on " + run.backend + ": " + first.rule + " (" + smmus + ", " + std::to_string(count) + (count == 1 ? " time" : " times") + ")\n    seen: " +
           first.what + "\n    architecture: " + first.says + "\n";
  }
  return out;
}

std::size_t divergence_count(const RunResult& run) {
  std::vector<std::string> rules;
  for (const Divergence& d : run.divergences) {
    if (std::find(rules.begin(), rules.end(), d.rule) == rules.end()) rules.push_back(d.rule);
  }
  return rules.size();
}

std::string indented(const std::string& text) {
  std::string out = "    ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "    ";
  }
  return out + "\n";
}

}  // namespace

std::string format_sim_time(std::uint64_t ns) {
  char text[32];
  const double value = static_cast<double>(ns);
  if (ns < 1000) {
    std::snprintf(text, sizeof text, "%u ns", static_cast<unsigned>(ns));
  } else if (ns < 1000 * 1000) {
    std::snprintf(text, sizeof text, "%.4g us", value / 1e3);
  } else if (ns < 1000ull * 1000 * 1000) {
    std::snprintf(text, sizeof text, "%.4g ms", value / 1e6);
  } else {
    std::snprintf(text, sizeof text, "%.4g s", value / 1e9);
  }
  return text;
}

std::string padded_word(Status status) { return padded(word(status), 5); }

std::string coloured(const std::string& text, Status status, const TableStyle& style) {
  if (!style.colour) return text;
  const char* code = status == Status::Pass ? "\033[32m" : status == Status::Skip ? "\033[33m" : "\033[31m";
  return code + text + "\033[0m";
}

const char kLegend[] =
    "\ncommands: consumed from its queue. translations: bus bursts answered with an address (the bus of an implementation may cut\n"
    "a long access); hits and misses count refused ones too. events: fault records. All counted by the bench.\n";

std::string console_table(const std::vector<RunResult>& results, const TableStyle& style) {
  std::string out;
  for (const auto& runs : by_scenario(results)) {
    out += "\n" + runs.front()->scenario + "\n";
    const auto titled = std::find_if(runs.begin(), runs.end(), [](const RunResult* run) { return !run->title.empty(); });
    if (titled != runs.end()) out += "  " + (*titled)->title + "  (seed " + std::to_string((*titled)->seed) + ")\n";
    const bool has_steps = std::any_of(runs.begin(), runs.end(), [](const RunResult* run) { return !run->steps.empty(); });
    if (has_steps) out += "\n" + steps_table(runs, style) + scenario_tables(runs) + smmu_table(runs);
    for (const RunResult* run : runs) out += known_divergences(*run);
    for (const RunResult* run : runs) {
      if (run->status == Status::Pass) continue;
      out += "\n  " + coloured(word(run->status), run->status, style) + " on " + run->backend + ": " + run->reason + "\n";
      if (!style.detail && !run->oracle.empty() && run->oracle != run->reason) out += "    and " + run->oracle + "\n";
      if (run->status != Status::Skip && !run->repeat.empty()) out += "  repeat: " + run->repeat + "\n";
      if (style.detail && !run->detail.empty()) out += indented(run->detail);
    }
  }
  const bool counted = std::any_of(results.begin(), results.end(), [](const RunResult& run) { return !run.steps.empty() && !run.smmus.empty(); });
  if (counted) out += kLegend;
  return out;
}

std::string verdict_line(const std::vector<RunResult>& results, std::size_t asked, double wall_ms, bool interrupted, const TableStyle& style) {
  std::map<Status, std::size_t> count;
  for (const RunResult& result : results) ++count[result.status];
  const bool bad = count[Status::Error] != 0 || count[Status::Fail] != 0 || interrupted;
  const bool only_skips = !bad && count[Status::Pass] == 0;
  const Status status = bad ? Status::Fail : only_skips ? Status::Skip : Status::Pass;
  std::string line = interrupted ? "INTERRUPTED" : word(status);
  line = coloured(line, status, style) + ": " + std::to_string(count[Status::Pass]) + " of " + std::to_string(asked) +
         (asked == 1 ? " run passed" : " runs passed");
  if (count[Status::Fail] != 0) line += ", " + std::to_string(count[Status::Fail]) + " failed";
  if (count[Status::Error] != 0) line += ", " + std::to_string(count[Status::Error]) + " with errors";
  if (count[Status::Skip] != 0) line += ", " + std::to_string(count[Status::Skip]) + " skipped";
  std::size_t known = 0;
  for (const RunResult& result : results) known += divergence_count(result);
  if (known != 0) line += ", " + std::to_string(known) + (known == 1 ? " known divergence" : " known divergences");
  if (asked > results.size()) line += ", " + std::to_string(asked - results.size()) + " not started";
  char text[48];
  std::snprintf(text, sizeof text, " in %.2f s wall time", wall_ms / 1000.0);
  return line + text + "\n";
}

}  // namespace tandem::report
