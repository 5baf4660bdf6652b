// SPDX-License-Identifier: Apache-2.0
// Proof: tb/report/test/report_test.lua.
#include "report/figures.h"

#include <algorithm>
#include <cmath>

namespace tandem::report {
namespace {

constexpr std::size_t kMostPoints = 400;  // of one counter: more than a chart has pixels for

std::string duration_text(double ns) {
  char text[32];
  if (ns < 1000) std::snprintf(text, sizeof text, "%g ns", ns);
  else if (ns < 1e6) std::snprintf(text, sizeof text, "%g us", ns / 1000);
  else std::snprintf(text, sizeof text, "%g ms", ns / 1e6);
  return text;
}

// Buckets end at 1, 2, 5, 10, 20, 50 ... ns.
double bucket_end(std::size_t number) {
  static const double steps[] = {1, 2, 5};
  return steps[number % 3] * std::pow(10.0, static_cast<double>(number / 3));
}

json_t* histogram(const char* title, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto bucket_of = [](double value) {
    std::size_t n = 0;
    while (bucket_end(n) < value) ++n;
    return n;
  };
  const std::size_t first = bucket_of(values.front()), last = bucket_of(values.back());
  std::vector<json_int_t> counts(last - first + 1);
  for (const double value : values) ++counts[bucket_of(value) - first];
  json_t* labels = json_array();
  json_t* bars = json_array();
  for (std::size_t i = 0; i < counts.size(); ++i) {
    json_array_append_new(labels, json_string(("up to " + duration_text(bucket_end(first + i))).c_str()));
    json_array_append_new(bars, json_integer(counts[i]));
  }
  const auto at = [&](double share) { return values[static_cast<std::size_t>(share * static_cast<double>(values.size() - 1) + 0.5)]; };
  return json_pack("{s:s, s:o, s:o, s:I, s:f, s:f, s:f, s:f}", "title", title, "labels", labels, "counts", bars, "count",
                   static_cast<json_int_t>(values.size()), "min_ns", values.front(), "median_ns", at(0.5), "p95_ns", at(0.95), "max_ns", values.back());
}

json_t* latencies(const Trace& trace) {
  static const struct {
    const char *category, *title;
  } kinds[] = {{"access", "Accesses of masters"}, {"transaction", "Transactions at the TBUs"}, {"walk", "Walks"},
               {"command", "Commands, from submission or the one before"}, {"call", "Driver calls"}};
  json_t* list = json_array();
  for (const auto& kind : kinds) {
    std::vector<double> values;
    for (const TraceSlice& slice : trace.slices) {
      if (trace.texts[slice.category] == kind.category) values.push_back(slice.end_ns - slice.start_ns);
    }
    if (!values.empty()) json_array_append_new(list, histogram(kind.title, std::move(values)));
  }
  return list;
}

json_t* calls(const Trace& trace) {
  struct Count {
    json_int_t calls = 0, commands = 0, most = 0;
  };
  std::map<std::string, Count> counts;
  std::map<std::int64_t, json_int_t> per_call;
  for (std::size_t i = 0; i < trace.slices.size(); ++i) {
    const TraceSlice& slice = trace.slices[i];
    if (trace.texts[slice.category] == "call") ++counts[trace.texts[slice.name]].calls;
    if (trace.texts[slice.category] == "command" && slice.cause >= 0) ++per_call[slice.cause];
  }
  for (const auto& [call, commands] : per_call) {
    Count& count = counts[trace.texts[trace.slices[static_cast<std::size_t>(call)].name]];
    count.commands += commands;
    count.most = std::max(count.most, commands);
  }
  json_t* list = json_array();
  for (const auto& [name, count] : counts) {
    json_array_append_new(list, json_pack("{s:s, s:I, s:I, s:I}", "name", name.c_str(), "calls", count.calls, "commands", count.commands, "most", count.most));
  }
  return list;
}

// Of the points that would share a pixel, the lowest and the highest stay, so that no spike is lost.
std::vector<TracePoint> thinned(const std::vector<TracePoint>& points) {
  if (points.size() <= kMostPoints) return points;
  std::vector<TracePoint> out;
  const std::size_t groups = kMostPoints / 2;
  for (std::size_t g = 0; g < groups; ++g) {
    const auto from = points.begin() + static_cast<std::ptrdiff_t>(g * points.size() / groups);
    const auto to = points.begin() + static_cast<std::ptrdiff_t>((g + 1) * points.size() / groups);
    auto [low, high] = std::minmax_element(from, to, [](const TracePoint& a, const TracePoint& b) { return a.value < b.value; });
    if (high < low) std::swap(low, high);
    out.push_back(*low);
    if (high != low) out.push_back(*high);
  }
  return out;
}

json_t* counters(const Trace& trace) {
  json_t* list = json_array();
  for (const auto& [name, points] : trace.counters) {
    json_t* values = json_array();
    for (const TracePoint& point : thinned(points)) json_array_append_new(values, json_pack("[f, f]", point.ns, point.value));
    json_array_append_new(values, json_pack("[f, f]", trace.end_ns, points.back().value));
    json_array_append_new(list, json_pack("{s:s, s:o}", "name", name.c_str(), "points", values));
  }
  return list;
}

}  // namespace

json_t* figures_json(const Trace& trace) {
  return json_pack("{s:o, s:o, s:o}", "latencies", latencies(trace), "calls", calls(trace), "counters", counters(trace));
}

}  // namespace tandem::report
