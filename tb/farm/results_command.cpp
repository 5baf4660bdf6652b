// SPDX-License-Identifier: Apache-2.0
// Answers of the results store as text and files. Proof: tb/farm/test/farm_test.lua.
#include <algorithm>
#include <cstdio>
#include <cstddef>
#include <filesystem>
#include <stdexcept>

#include "farm/bisect.h"
#include "farm/coverage_command.h"
#include "farm/coverage_model.h"
#include "farm/coverage_query.h"
#include "farm/export.h"
#include "farm/regress_command.h"
#include "farm/results_query.h"
#include "farm/trend_page.h"
#include "report/run_json.h"

namespace tandem::farm {
namespace {

constexpr std::size_t kScreenRows = 1000;

long long as_print(std::int64_t value) { return static_cast<long long>(value); }

void print_list(Store& store) {
  const std::vector<SessionCounts> all = sessions(store);
  if (all.empty()) {
    std::printf("the store has no session yet\n");
    return;
  }
  std::printf("%-22s %-20s %-20s %-9s %8s %8s %6s %6s %6s %6s\n", "session", "plan", "created", "version", "planned", "pass", "fail", "error",
              "skip", "flaky");
  for (const SessionCounts& s : all) {
    std::printf("%-22s %-20s %-20s %-9s %8lld %8lld %6lld %6lld %6lld %6lld%s\n", s.id.c_str(), s.plan.c_str(), s.created.c_str(),
                s.version.c_str(), as_print(s.planned), as_print(s.pass), as_print(s.fail), as_print(s.error), as_print(s.skip),
                as_print(s.flaky), s.ended.empty() ? "  (not complete)" : "");
  }
}

RunFilter filter_of(Store& store, const ResultsOptions& options) {
  RunFilter filter;
  if (!options.session.empty() && options.session != kAllSessions) filter.session = resolve_session(store, options.session);
  filter.status = options.status;
  filter.scenario = options.scenario;
  filter.backend = options.backend;
  filter.preset = options.preset;
  filter.seed = options.seed;
  filter.point = options.point;
  filter.limit = options.limit.value_or(kScreenRows);
  return filter;
}

void print_row(const RunRow& row) {
  std::printf("%-5s %s  %s  %.2f s%s\n", row.status.c_str(), row.session.c_str(), row.key.c_str(), row.wall_ms / 1000,
              row.attempts > 1 ? ("  attempts: " + std::to_string(row.attempts)).c_str() : "");
  if (!row.reason.empty()) std::printf("      %s\n", row.reason.c_str());
}

void print_rows(const std::vector<RunRow>& rows, std::size_t limit) {
  for (const RunRow& row : rows) print_row(row);
  std::printf("%zu runs%s\n", rows.size(), limit != 0 && rows.size() == limit ? "; there may be more, see --limit" : "");
}

void print_one(Store& store, const std::string& session, const std::string& key) {
  RunFilter filter;
  filter.session = resolve_session(store, session);
  filter.key = key;
  for (const RunRow& row : runs(store, filter)) {
    std::printf("run       %s\nsession   %s\nstatus    %s%s%s\n", row.key.c_str(), row.session.c_str(), row.status.c_str(),
                row.reason.empty() ? "" : ": ", row.reason.c_str());
    if (!row.failing_step.empty()) std::printf("step      %s\n", row.failing_step.c_str());
    std::printf("took      %.3f s, %.3f us simulated\nattempts  %lld\nfinished  %s on %s, version %s\nrepeat    %s\n", row.wall_ms / 1000,
                static_cast<double>(row.sim_ns) / 1000, as_print(row.attempts), row.finished.c_str(), row.host.c_str(), row.version.c_str(),
                row.repeat.c_str());
    Statement attempts(store.db(), "SELECT number, status, reason FROM attempt WHERE session = ? AND key = ? ORDER BY number");
    attempts.bind(1, row.session).bind(2, row.key);
    for (const FigureRow& f : figures_of(store, filter)) std::printf("figure    %s = %g %s\n", f.name.c_str(), f.median, f.unit.c_str());
    for (const auto& [point, count] : points_of(store, filter)) std::printf("hit       %s  %lld\n", point.c_str(), as_print(count.hits));
    while (attempts.step()) std::printf("attempt %lld  %s: %s\n", as_print(attempts.integer(0)), attempts.text(1).c_str(), attempts.text(2).c_str());
    if (!row.detail.empty()) std::printf("\n%s\n", row.detail.c_str());
    return;
  }
  throw StoreError("session " + filter.session + " has no run '" + key + "'");
}

int print_broken(Store& store, const std::string& session) {
  const std::vector<Broken> all = broken(store, session);
  for (const Broken& b : all) {
    std::printf("%-5s %s\n      %s\n      since   %s%s\n      repeat  %s\n", b.run.status.c_str(), b.run.key.c_str(), b.run.reason.c_str(), b.since.c_str(),
                b.last_good.empty() ? ", it was never good" : (", last good " + b.last_good).c_str(), b.run.repeat.c_str());
  }
  std::printf("%zu broken in %s\n", all.size(), session.c_str());
  return all.empty() ? 0 : 1;
}

int print_compare(Store& store, const std::string& old_name, const std::string& new_name) {
  const auto is_bad = [](const std::string& status) { return status == "fail" || status == "error"; };
  std::size_t broke = 0, mended = 0, other = 0;
  for (const Change& change : compare(store, resolve_session(store, old_name), resolve_session(store, new_name))) {
    const char* what = "changed";
    if (is_bad(change.new_status) && !is_bad(change.old_status)) {
      what = "BROKE";
      ++broke;
    } else if (is_bad(change.old_status) && change.new_status == "pass") {
      what = "mended";
      ++mended;
    } else {
      ++other;
    }
    std::printf("%-8s %s: %s -> %s\n", what, change.key.c_str(), change.old_status.empty() ? "not there" : change.old_status.c_str(),
                change.new_status.empty() ? "not there" : change.new_status.c_str());
    if (!change.reason.empty()) std::printf("         %s\n", change.reason.c_str());
    if (is_bad(change.new_status)) std::printf("         %s\n", change.repeat.c_str());
  }
  std::printf("%zu broke, %zu mended, %zu other changes\n", broke, mended, other);
  return broke == 0 ? 0 : 1;
}

// What to run: given after --, or the line that repeats a run of the store.
std::vector<std::string> bisect_arguments(const ResultsOptions& options) {
  if (options.run.empty()) return options.run_arguments;
  Store store(options.store, false);
  RunFilter filter;
  filter.session = resolve_session(store, options.session.empty() ? "last" : options.session);
  filter.key = options.run;
  const std::vector<RunRow> rows = runs(store, filter);
  if (rows.empty()) throw StoreError("session " + filter.session + " has no run '" + options.run + "'");
  std::printf("%s\n", rows[0].repeat.c_str());
  std::vector<std::string> words = shell_words(rows[0].repeat);
  words.erase(words.begin(), words.begin() + std::min<std::ptrdiff_t>(2, static_cast<std::ptrdiff_t>(words.size())));  // tandem run
  return words;
}

void import_folders(Store& store, const std::vector<std::string>& folders) {
  for (const std::string& folder : folders) {
    std::vector<std::string> all = {folder};
    if (!std::filesystem::exists(folder + "/session.json")) all = Session::list(folder);
    if (all.empty()) throw StoreError("there is no session in " + folder);
    for (const std::string& one : all) {
      const Session session = Session::open(one);
      JournalReader reader(session.records_folder());
      store.put_session(session.info());
      store.import(session.info().id, reader.read_new());
      const std::int64_t count = store.count(session.info().id);
      if (count >= static_cast<std::int64_t>(session.info().run_count)) store.end_session(session.info().id, utc_now());
      std::printf("%s: %lld of %zu results%s\n", session.info().id.c_str(), as_print(count), session.info().run_count,
                  reader.damaged() != 0 ? (", " + std::to_string(reader.damaged()) + " damaged records left out").c_str() : "");
    }
  }
}

void put_out(const std::string& file, const std::string& text) {
  if (file.empty()) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    return;
  }
  const std::string error = report::write_file(file, text);
  if (!error.empty()) throw std::runtime_error(error);
}

}  // namespace

int results_command(const ResultsOptions& options) {
  if (options.verb == ResultsVerb::Bisect) return bisect_command(options.names, bisect_arguments(options));
  if (options.verb == ResultsVerb::Coverage && options.list) return list_points();
  if (options.verb == ResultsVerb::Coverage && !options.output.empty() && !std::filesystem::exists(options.store)) return code_coverage_page(options);
  Store store(options.store, options.verb == ResultsVerb::Import);
  switch (options.verb) {
    case ResultsVerb::List: print_list(store); return 0;
    case ResultsVerb::Broken: return print_broken(store, resolve_session(store, options.session.empty() ? "last" : options.session));
    case ResultsVerb::Runs: print_rows(runs(store, filter_of(store, options)), options.limit.value_or(kScreenRows)); return 0;
    case ResultsVerb::Show: print_one(store, options.names[0], options.names[1]); return 0;
    case ResultsVerb::Compare: return print_compare(store, options.names[0], options.names[1]);
    case ResultsVerb::Flaky: print_rows(flaky(store), 0); return 0;
    case ResultsVerb::Import: import_folders(store, options.names); return 0;
    case ResultsVerb::Export: {
      ResultsOptions all = options;
      all.limit = options.limit.value_or(0);  // a file is not a screen
      put_out(options.output, exported(store, filter_of(store, all), options.what, options.format));
      return 0;
    }
    case ResultsVerb::Coverage: return coverage_command(store, options, filter_of(store, options));
    case ResultsVerb::Figures: return figures_command(store, options, filter_of(store, options));
    case ResultsVerb::Report: put_out(options.output, trend_page(store, model_of(options))); return 0;
    case ResultsVerb::Bisect: break;
  }
  return 0;
}

}  // namespace tandem::farm
