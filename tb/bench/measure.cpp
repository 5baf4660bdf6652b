// SPDX-License-Identifier: Apache-2.0
// Interleaved measuring: every run goes once through all rows, so that a change of the machine's speed meets them all.
// Figures are thread CPU time per operation. Proof: tb/bench/test/test_bench.cpp.
#include <algorithm>
#include <ctime>
#include <map>
#include <set>
#include <stdexcept>

#include <systemc>

#include "bench/bench.h"

namespace tandem::bench {
namespace {

constexpr double kTargetNs = 30e6;  // of one measurement of one row

double cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Sample {
  double ns = 0;
  double work = 0;
};

Sample time_of(Loop& loop, std::uint64_t count) {
  Sample sample;
  loop.take_work();
  for (std::uint64_t left = count; left != 0;) {
    const std::uint64_t part = std::min(left, loop.limit());
    loop.prepare();
    const double start = cpu_ns();
    loop.run(part);
    sample.ns += cpu_ns() - start;
    left -= part;
  }
  sample.work = static_cast<double>(loop.take_work());
  return sample;
}

// Doubles until one measurement is long enough to trust the clock; warms caches on the way.
std::uint64_t enough(Loop& loop) {
  std::uint64_t count = 64;
  for (;;) {
    const double spent = time_of(loop, count).ns;
    if (spent >= kTargetNs / 2 || count > 1ull << 40) return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(static_cast<double>(count) * kTargetNs / spent));
    count *= 2;
  }
}

bool is_rate(const Row& row) { return row.unit != "ns"; }

double value_of(const Row& row, const Sample& sample, std::uint64_t count) {
  return is_rate(row) ? sample.work * 1e9 / sample.ns : sample.ns / static_cast<double>(count);
}

std::string group_of(const std::string& name) { return name.substr(0, name.find('.')); }

}  // namespace

const std::vector<Row>& all_rows() {
  static const std::vector<Row> rows = [] {
    std::vector<Row> all = calib_rows();
    for (auto& more : {core_rows(), device_rows(), rtl_rows(), driver_rows()}) all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return rows;
}

std::vector<Row> select_rows(const std::vector<Row>& rows, const std::vector<std::string>& names) {
  std::set<std::string> wanted;
  for (const std::string& name : names) {
    bool known = false;
    for (const Row& row : rows) {
      if (row.name != name && group_of(row.name) != name) continue;
      known = true;
      wanted.insert(row.name);
    }
    if (known) continue;
    std::string list, groups;
    for (const Row& row : rows) {
      list += (list.empty() ? "" : ", ") + row.name;
      const std::string group = group_of(row.name);
      if ((", " + groups + ",").find(", " + group + ",") == std::string::npos) groups += (groups.empty() ? "" : ", ") + group;
    }
    throw std::invalid_argument("tandem bench: there is no row or group '" + name + "'; groups are " + groups + "; rows are " + list);
  }
  for (bool grew = !names.empty(); grew;) {  // an anchor may have one itself
    grew = false;
    for (const Row& row : rows) {
      if (wanted.count(row.name) != 0 && !row.anchor.empty()) grew = wanted.insert(row.anchor).second || grew;
    }
  }
  std::vector<Row> selected;
  for (const Row& row : rows) {
    if (names.empty() || wanted.count(row.name) != 0) selected.push_back(row);
  }
  return selected;
}

double median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::vector<std::unique_ptr<Loop>> set_up(const std::vector<Row>& rows) {
  std::vector<std::unique_ptr<Loop>> loops;
  for (const Row& row : rows) loops.push_back(row.make());
  // Elaboration happens once in a process, so not for rows that need none.
  if (!sc_core::sc_get_top_level_objects().empty()) sc_core::sc_start(sc_core::SC_ZERO_TIME);
  for (auto& loop : loops) loop->elaborated();
  return loops;
}

std::vector<Figure> measure(const std::vector<Row>& rows, unsigned runs, const std::function<void(unsigned)>& progress) {
  const std::vector<std::unique_ptr<Loop>> loops = set_up(rows);
  std::vector<std::uint64_t> counts;
  std::vector<std::vector<double>> samples(rows.size());
  for (const auto& loop : loops) counts.push_back(enough(*loop));
  for (unsigned run = 0; run < runs; ++run) {
    progress(run);
    for (std::size_t i = 0; i < rows.size(); ++i) samples[i].push_back(value_of(rows[i], time_of(*loops[i], counts[i]), counts[i]));
  }
  std::vector<Figure> figures;
  std::map<std::string, double> medians;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Figure figure;
    figure.name = rows[i].name;
    figure.unit = rows[i].unit;
    figure.anchor = rows[i].anchor;
    figure.what = rows[i].what;
    figure.median = median_of(samples[i]);
    figure.min = *std::min_element(samples[i].begin(), samples[i].end());
    figure.max = *std::max_element(samples[i].begin(), samples[i].end());
    figure.runs = runs;
    medians[figure.name] = figure.median;
    figures.push_back(figure);
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    Figure& figure = figures[i];
    const double ns = is_rate(rows[i]) ? 1e9 / figure.median : figure.median;
    if (!figure.anchor.empty()) figure.ratio = ns / medians.at(figure.anchor);
  }
  return figures;
}

}  // namespace tandem::bench
