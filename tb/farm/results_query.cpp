// SPDX-License-Identifier: Apache-2.0
// Proof: tb/farm/test/test_results.cpp.
#include "farm/results_query.h"

namespace tandem::farm {
namespace {

const char kColumns[] = "session, key, scenario, backend, preset, status, reason, failing_step, detail, host, version, finished, repeat, "
                        "seed, sim_ns, attempts, wall_ms";

RunRow row_of(const Statement& s) {
  RunRow row;
  std::string* const texts[] = {&row.session, &row.key, &row.scenario, &row.backend, &row.preset, &row.status, &row.reason,
                                &row.failing_step, &row.detail, &row.host, &row.version, &row.finished, &row.repeat};
  int column = 0;
  for (std::string* text : texts) *text = s.text(column++);
  row.seed = s.integer(column++);
  row.sim_ns = s.integer(column++);
  row.attempts = s.integer(column++);
  row.wall_ms = s.real(column);
  return row;
}

const char kCounts[] =
    "SELECT s.id, s.plan, s.created, ifnull(s.ended, ''), s.version, s.host, s.planned, ifnull(c.pass, 0), ifnull(c.fail, 0), ifnull(c.error, 0), "
    "ifnull(c.skip, 0), ifnull(c.again, 0), ifnull(c.wall_ms, 0) / 1000 FROM session s LEFT JOIN session_sum c ON c.session = s.id ";

SessionCounts counts_row(const Statement& s) {
  SessionCounts c;
  c.id = s.text(0);
  c.plan = s.text(1);
  c.created = s.text(2);
  c.ended = s.text(3);
  c.version = s.text(4);
  c.host = s.text(5);
  c.planned = s.integer(6);
  c.pass = s.integer(7);
  c.fail = s.integer(8);
  c.error = s.integer(9);
  c.skip = s.integer(10);
  c.flaky = s.integer(11);
  c.wall_s = s.real(12);
  return c;
}

}  // namespace

std::vector<SessionCounts> sessions(Store& store) {
  Statement query(store.db(), std::string(kCounts) + "ORDER BY s.created, s.id");
  std::vector<SessionCounts> all;
  while (query.step()) all.push_back(counts_row(query));
  return all;
}

SessionCounts counts_of(Store& store, const std::string& session) {
  Statement query(store.db(), std::string(kCounts) + "WHERE s.id = ?");
  query.bind(1, session);
  if (!query.step()) throw StoreError("the store has no session '" + session + "'");
  return counts_row(query);
}

std::string resolve_session(Store& store, const std::string& name) {
  if (name == "last") {
    Statement query(store.db(), "SELECT id FROM session ORDER BY created DESC, id DESC LIMIT 1");
    if (!query.step()) throw StoreError("the store has no session yet");
    return query.text(0);
  }
  Statement query(store.db(), "SELECT id FROM session WHERE substr(id, 1, length(?1)) = ?1 ORDER BY id = ?1 DESC LIMIT 2");
  query.bind(1, name);
  if (name.empty() || !query.step()) throw StoreError("the store has no session '" + name + "'; `tandem results list` shows them");
  const std::string id = query.text(0);
  if (id != name && query.step()) throw StoreError("'" + name + "' begins the names of several sessions; `tandem results list` shows them");
  return id;
}

std::string condition_of(const RunFilter& filter) {
  std::string where;
  const auto add = [&](const std::string& text) { where += (where.empty() ? " WHERE " : " AND ") + text; };
  if (!filter.session.empty()) add("session = ?1");
  if (filter.status == "bad") add("status IN ('fail', 'error')");
  else if (!filter.status.empty()) add("status = ?2");
  if (!filter.scenario.empty()) add("scenario GLOB ?3");
  if (!filter.backend.empty()) add("backend = ?4");
  if (!filter.preset.empty()) add("preset = ?5");
  if (filter.seed) add("seed = ?6");
  if (!filter.key.empty()) add("key = ?9");
  if (!filter.point.empty()) add("EXISTS (SELECT 1 FROM run_point c JOIN point p ON p.id = c.point WHERE c.run = run.id AND p.name GLOB ?8)");
  return where;
}

void bind_filter(Statement& query, const RunFilter& filter) {
  query.bind(1, filter.session).bind(2, filter.status).bind(3, filter.scenario).bind(4, filter.backend).bind(5, filter.preset);
  query.bind(6, filter.seed.value_or(0)).bind(7, static_cast<std::int64_t>(filter.limit)).bind(8, filter.point).bind(9, filter.key);
}

std::vector<RunRow> runs(Store& store, const RunFilter& filter) {
  std::string sql = std::string("SELECT ") + kColumns + " FROM run" + condition_of(filter) + " ORDER BY session, key";
  if (filter.limit != 0) sql += " LIMIT ?7";
  Statement query(store.db(), sql);
  bind_filter(query, filter);
  std::vector<RunRow> rows;
  while (query.step()) rows.push_back(row_of(query));
  return rows;
}

std::vector<report::RunResult> results_of(Store& store, const std::string& session) {
  RunFilter filter;
  filter.session = session;
  std::vector<report::RunResult> results;
  for (const RunRow& row : runs(store, filter)) {
    report::RunResult result;
    result.scenario = row.scenario;
    result.title = row.key;
    result.backend = row.backend;
    report::status_from_name(row.status, &result.status);
    result.reason = row.reason;
    result.detail = row.detail;
    result.seed = row.seed;
    result.sim_ns = static_cast<std::uint64_t>(row.sim_ns);
    result.wall_ms = row.wall_ms;
    result.repeat = row.repeat;
    results.push_back(result);
  }
  return results;
}

std::vector<Change> compare(Store& store, const std::string& old_session, const std::string& new_session) {
  Statement query(store.db(),
                  "SELECT o.key, o.status, ifnull(n.status, ''), ifnull(n.reason, ''), ifnull(n.repeat, o.repeat) FROM run o "
                  "LEFT JOIN run n ON n.session = ?2 AND n.key = o.key WHERE o.session = ?1 AND o.status IS NOT n.status "
                  "UNION ALL SELECT n.key, '', n.status, n.reason, n.repeat FROM run n WHERE n.session = ?2 AND NOT EXISTS "
                  "(SELECT 1 FROM run o WHERE o.session = ?1 AND o.key = n.key) ORDER BY 1");
  query.bind(1, old_session).bind(2, new_session);
  std::vector<Change> changes;
  while (query.step()) changes.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4)});
  return changes;
}

std::vector<Broken> broken(Store& store, const std::string& session) {
  RunFilter filter;
  filter.session = session;
  filter.status = "bad";
  Statement good(store.db(), "SELECT r.session FROM run r JOIN session s ON s.id = r.session WHERE r.key = ?1 AND r.status = 'pass' AND "
                             "(s.created, s.id) < (SELECT created, id FROM session WHERE id = ?2) ORDER BY s.created DESC, s.id DESC LIMIT 1");
  Statement since(store.db(), "SELECT r.session FROM run r JOIN session s ON s.id = r.session WHERE r.key = ?1 AND r.status IN ('fail', 'error') "
                              "AND (?2 = '' OR (s.created, s.id) > (SELECT created, id FROM session WHERE id = ?2)) "
                              "ORDER BY s.created, s.id LIMIT 1");
  std::vector<Broken> all;
  for (RunRow& row : runs(store, filter)) {
    Broken one;
    good.bind(1, row.key).bind(2, session);
    if (good.step()) one.last_good = good.text(0);
    good.reset();
    since.bind(1, row.key).bind(2, one.last_good);
    if (since.step()) one.since = since.text(0);
    since.reset();
    one.run = std::move(row);
    all.push_back(std::move(one));
  }
  return all;
}

std::vector<RunRow> flaky(Store& store) {
  Statement query(store.db(), std::string("SELECT ") + kColumns +
                                  " FROM run WHERE id IN (SELECT id FROM run WHERE attempts > 1 UNION SELECT id FROM run WHERE "
                                  "key IN (SELECT key FROM run GROUP BY key, version HAVING min(status) <> max(status))) ORDER BY key, session");
  std::vector<RunRow> rows;
  while (query.step()) rows.push_back(row_of(query));
  return rows;
}

}  // namespace tandem::farm
