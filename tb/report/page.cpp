// SPDX-License-Identifier: Apache-2.0
// Proof: tb/report/test/report_test.lua.
#include "report/page.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "report/figures.h"
#include "report/page_assets.h"
#include "report/run_folder.h"
#include "report/trace_reader.h"

#ifndef TANDEM_CHART_JS
#define TANDEM_CHART_JS ""
#endif

namespace tandem::report {
namespace {

// A browser draws this many slices without a pause; what does not fit is in the trace files.
constexpr std::size_t kMostSlices = 120'000, kLeastSlices = 1'000;

std::string chart_library() {
  std::ifstream in(TANDEM_CHART_JS, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  // Nothing in a script may look like its end.
  for (std::size_t at = 0; (at = text.find("</", at)) != std::string::npos; at += 3) text.replace(at, 2, "<\\/");
  return text;
}

double rounded(double ns) { return static_cast<double>(static_cast<std::int64_t>(ns * 1000 + 0.5)) / 1000; }

// {"tracks": [[process, name, its order, its order inside]], "texts": [...], "slices": [[track, depth, start, duration, name, category, args, cause]], "left_out": n}
// A run that failed keeps its end, any other its beginning.
json_t* timeline_json(const Trace& trace, std::size_t most, bool keep_end) {
  const std::size_t total = trace.slices.size(), shown = std::min(total, most);
  const std::size_t from = keep_end ? total - shown : 0, to = from + shown;
  json_t* tracks = json_array();
  for (const TraceTrack& track : trace.tracks) json_array_append_new(tracks, json_pack("[s, s, I, I]", track.process.c_str(), track.name.c_str(), track.pid, track.order));
  json_t* texts = json_array();
  for (const std::string& text : trace.texts) json_array_append_new(texts, json_string(text.c_str()));
  json_t* slices = json_array();
  for (std::size_t i = from; i < to; ++i) {
    const TraceSlice& s = trace.slices[i];
    const bool has_cause = s.cause >= static_cast<std::int64_t>(from) && s.cause < static_cast<std::int64_t>(to);
    json_array_append_new(slices, json_pack("[i, i, f, f, i, i, i, I]", static_cast<int>(s.track), static_cast<int>(s.depth), rounded(s.start_ns),
                                            rounded(s.end_ns - s.start_ns), static_cast<int>(s.name), static_cast<int>(s.category), static_cast<int>(s.args),
                                            has_cause ? static_cast<json_int_t>(s.cause - static_cast<std::int64_t>(from)) : json_int_t{-1}));
  }
  return json_pack("{s:o, s:o, s:o, s:I, s:f, s:b}", "tracks", tracks, "texts", texts, "slices", slices, "left_out",
                   static_cast<json_int_t>(total - shown), "end_ns", trace.end_ns, "complete", trace.complete);
}

// No "<" at all: neither "</script>" nor "<!--" of some scenario's text can end or change the script it stands in.
std::string for_a_script(const json_t* value) {
  const std::unique_ptr<char, decltype(&std::free)> bytes(json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(12)), &std::free);
  if (!bytes) throw std::runtime_error("out of memory");
  std::string out;
  for (const char* c = bytes.get(); *c != '\0'; ++c) out += *c == '<' ? std::string("\\u003c") : std::string(1, *c);
  return out;
}

}  // namespace

std::string report_page(const std::string& folder, std::string* error) {
  const Json root = read_run_folder(folder, error);
  if (!root) return "";
  json_t* results = json_object_get(root.get(), "results");
  const std::size_t most = std::max(kLeastSlices, kMostSlices / std::max<std::size_t>(1, json_array_size(results)));
  std::size_t index = 0;
  json_t* result = nullptr;
  json_array_foreach(results, index, result) {
    const json_t* name = json_object_get(result, "trace");
    if (json_is_null(name)) continue;
    Trace trace;
    if (!read_trace((std::filesystem::path(folder) / json_string_value(name)).string(), &trace, error)) return "";
    const std::string status = json_string_value(json_object_get(result, "status"));
    json_object_set_new(result, "drawn", figures_json(trace));
    json_object_set_new(result, "timeline", timeline_json(trace, most, status == "fail" || status == "error"));
    if (trace.platform) json_object_set(result, "platform", trace.platform.get());
  }
  return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Tandem report</title>\n<style>" + std::string(kPageCss) +
         "</style></head>\n<body>\n" + kPageHtml + "<script type=\"application/json\" id=\"data\">" + for_a_script(root.get()) + "</script>\n<script>" +
         chart_library() + "</script>\n<script>" + kPageJs + "</script>\n</body></html>\n";
}

}  // namespace tandem::report
