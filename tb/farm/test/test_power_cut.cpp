// SPDX-License-Identifier: Apache-2.0
// A power cut, or the death of the process, at any moment of a session loses nothing that was said to be finished. A session is run
// once on a disk that remembers (recorded_disk.h); then the folder is made again as a cut before each single write, truncation,
// synchronisation and change of a name may have left it, and a later launcher looks at it. The same search must find something wrong
// when any kind of synchronisation is forgotten: it would be fooled otherwise.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "farm/coverage_query.h"
#include "farm/results_query.h"
#include "farm/session.h"
#include "farm/store.h"
#include "recorded_disk.h"

namespace {

using namespace tandem::farm;
using recorded::Operation;
using recorded::Survives;
namespace fs = std::filesystem;

constexpr int kBatches = 3, kBatch = 2, kRuns = kBatches * kBatch;
enum Promised { kSession, kPut, kJournal, kStore };

std::string make_folder() {
  char in_memory[] = "/dev/shm/tandem-cut-XXXXXX", on_disk[] = "/tmp/tandem-cut-XXXXXX";
  const char* made = mkdtemp(in_memory);
  return made != nullptr ? made : mkdtemp(on_disk);
}

Plan plan() {
  Plan plan;
  plan.name = plan.title = "p";
  plan.file = "p.lua";
  for (int n = 0; n < kRuns; ++n) {
    PlannedRun run;
    run.key = "a.lua|tlm|seed=" + std::to_string(n);
    run.request.path = "a.lua";
    run.request.backend = "tlm";
    run.request.seed = n;
    plan.runs.push_back(run);
  }
  return plan;
}

Record record(int n) {
  Record r;
  r.key = "a.lua|tlm|seed=" + std::to_string(n);
  r.version = "1";
  r.result.scenario = "a.lua";
  r.result.backend = "tlm";
  r.result.status = tandem::report::Status::Pass;
  r.result.seed = n;
  r.result.coverage = {{"command/SYNC", 1}, {"p" + std::to_string(n), 2}};
  r.result.figures = {{"commands", "commands", 1.0 * n}};
  return r;
}

// What a launcher does: a session, a store, and per batch records in a journal of their own that are then gathered.
recorded::Log run_session(const std::string& folder) {
  recorded::start(folder);
  const Session session = Session::create(folder + "/out", plan(), "1");
  recorded::promise(kSession, 1);
  Store store(folder + "/out/results.db");
  store.put_session(session.info());
  JournalReader reader(session.records_folder());
  for (int batch = 0; batch < kBatches; ++batch) {
    JournalWriter journal(session.records_folder());
    for (int n = batch * kBatch; n < (batch + 1) * kBatch; ++n) {
      journal.put(record(n));
      recorded::promise(kPut, n + 1);
    }
    journal.finish();
    recorded::promise(kJournal, (batch + 1) * kBatch);
    store.import(session.info().id, reader.read_new());
    recorded::promise(kStore, (batch + 1) * kBatch);
  }
  store.end_session(session.info().id, "2026-01-01T00:00:00Z");
  return recorded::stop();
}

// What a later launcher finds in the folder; the first thing that is wrong, or empty.
std::string look(const std::string& folder, const std::map<int, int>& promised, bool power_was_cut) {
  const auto at_least = [&](Promised what) {
    const auto found = promised.find(what);
    return found == promised.end() ? 0 : found->second;
  };
  try {
    const std::vector<std::string> sessions = Session::list(folder + "/out");
    if (sessions.empty()) return at_least(kSession) != 0 ? "the session is gone" : "";
    Session session = Session::open(sessions[0]);
    if (session.plan().runs.size() != kRuns) return "the plan is not whole";
    JournalReader reader(session.records_folder());
    const std::vector<Record> records = reader.read_new();
    std::set<std::string> keys;
    for (const Record& r : records) {
      if (!keys.insert(r.key).second) return "a record is there twice: " + r.key;
      if (r.result.coverage != record(static_cast<int>(r.result.seed)).result.coverage) return "a record was changed: " + r.key;
    }
    // A process that dies leaves every line that was written; a power cut those that were synchronised.
    const int finished = at_least(power_was_cut ? kJournal : kPut);
    for (int n = 0; n < finished; ++n) {
      if (keys.count(record(n).key) == 0) return "the journals have lost run " + std::to_string(n);
    }
    Store store(folder + "/out/results.db");
    Statement check(store.db(), "PRAGMA integrity_check");
    if (!check.step() || check.text(0) != "ok") return "the database is damaged: " + check.text(0);
    const std::int64_t before = store.count(session.info().id);
    if (before < at_least(kStore)) return "the store has " + std::to_string(before) + " runs, it was said to have " + std::to_string(at_least(kStore));
    if (before % kBatch != 0) return "a part of an import is in the store";
    // What --resume does: the journals, then the runs that no journal has.
    store.put_session(session.info());
    store.import(session.info().id, records);
    std::vector<Record> rest;
    const std::set<std::string> done = session.finished();
    for (int n = 0; n < kRuns; ++n) {
      if (done.count(record(n).key) == 0) rest.push_back(record(n));
    }
    store.import(session.info().id, rest);
    if (store.count(session.info().id) != kRuns) return "the end is not " + std::to_string(kRuns) + " results";
    if (counts_of(store, session.info().id).pass != kRuns) return "the sum of verdicts is wrong";
    RunFilter all;
    all.session = session.info().id;
    const auto points = points_of(store, all);
    if (points.size() != kRuns + 1 || points.at("command/SYNC").runs != kRuns) return "the sums of coverage are wrong";
    for (const auto& [name, row] : points) {
      if (name != "command/SYNC" && (row.runs != 1 || row.hits != 2)) return "the sum of " + name + " is wrong";
    }
    const std::vector<FigureRow> figures = figures_of(store, all);
    if (figures.size() != 1 || figures[0].runs != kRuns) return "a figure is missing";
    return "";
  } catch (const std::exception& failure) {
    return failure.what();
  }
}

struct Found {
  std::size_t cuts = 0;
  std::vector<std::string> wrong;
};

// Every cut of the log. Ends at the first thing that is wrong when that is what is looked for.
Found cut_everywhere(const recorded::Log& log, const std::function<bool(const Operation&)>& forgotten, bool until_wrong) {
  const std::string folder = make_folder();
  recorded::Player player(log);
  player.forget(forgotten);
  std::map<int, int> promised;
  std::set<std::size_t> seen;  // states that were looked at already, with what was promised then
  Found found;
  for (;;) {
    for (const Survives survives : {Survives::Nothing, Survives::Everything, Survives::Sectors}) {
      std::set<std::string> folders;
      const auto files = player.after_cut(survives, static_cast<unsigned>(player.position()) * 2654435761u + 1u, &folders);
      std::string state = survives == Survives::Everything ? "process" : "power";
      for (const auto& [what, value] : promised) state += std::to_string(what) + "=" + std::to_string(value) + ";";
      for (const std::string& name : folders) state += name + "\n";
      for (const auto& [path, bytes] : files) state += path + "\n" + bytes + "\n";
      if (!seen.insert(std::hash<std::string>()(state)).second) continue;
      ++found.cuts;
      recorded::write_tree(folder + "/found", files, folders);
      const std::string wrong = look(folder + "/found", promised, survives != Survives::Everything);
      if (!wrong.empty()) {
        static const char* const names[] = {"nothing", "everything", "sectors"};
        found.wrong.push_back("cut before operation " + std::to_string(player.position()) + ", of what was not synchronised survives " +
                              names[static_cast<int>(survives)] + ": " + wrong);
      }
    }
    if (player.position() == player.size() || (until_wrong && !found.wrong.empty())) break;
    if (player.next().kind == Operation::Promise) promised[player.next().promise] = player.next().value;
    player.step();
  }
  fs::remove_all(folder);
  return found;
}

class PowerCut : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string folder = make_folder();
    log_ = std::make_unique<recorded::Log>(run_session(folder));
    fs::remove_all(folder);
  }
  static void TearDownTestSuite() { log_.reset(); }
  static std::unique_ptr<recorded::Log> log_;
};
std::unique_ptr<recorded::Log> PowerCut::log_;

bool ends_with(const std::string& text, const std::string& end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

TEST_F(PowerCut, LosesNoFinishedRunWhereverItComes) {
  std::size_t writes = 0, syncs = 0;
  for (const Operation& op : log_->operations) {
    writes += op.kind == Operation::Write;
    syncs += op.kind == Operation::SyncFile || op.kind == Operation::SyncFolder;
  }
  EXPECT_GT(writes, 50u);
  EXPECT_GT(syncs, 15u);
  const Found found = cut_everywhere(*log_, nullptr, false);
  EXPECT_GT(found.cuts, writes);
  for (const std::string& wrong : found.wrong) ADD_FAILURE() << wrong;
}

// Each kind of synchronisation is needed, and the search above would have noticed its absence.
TEST_F(PowerCut, IsNoticedWhenASynchronisationIsMissing) {
  const std::pair<const char*, std::function<bool(const Operation&)>> kinds[] = {
      {"records of the journals", [](const Operation& op) { return op.kind == Operation::SyncFile && ends_with(op.path, ".journal"); }},
      {"names of the journals", [](const Operation& op) { return op.kind == Operation::SyncFolder && ends_with(op.path, "/records"); }},
      {"the session's head", [](const Operation& op) { return ends_with(op.path, "/session.json"); }},
      {"the session's runs", [](const Operation& op) { return ends_with(op.path, "/runs.jsonl"); }},
      {"names within the session", [](const Operation& op) { return op.kind == Operation::SyncFolder && op.path.find("out/.making-") == 0; }},
      {"the session's name", [](const Operation& op) { return op.kind == Operation::SyncFolder && op.path == "out"; }},
      {"the name of the folder of sessions", [](const Operation& op) { return op.kind == Operation::SyncFolder && op.path == "."; }},
      {"the database's log", [](const Operation& op) { return ends_with(op.path, "results.db-wal"); }},
      {"the database", [](const Operation& op) { return ends_with(op.path, "results.db"); }},
  };
  for (const auto& [what, forgotten] : kinds) {
    std::size_t concerned = 0;
    for (const Operation& op : log_->operations) concerned += (op.kind == Operation::SyncFile || op.kind == Operation::SyncFolder) && forgotten(op);
    EXPECT_GT(concerned, 0u) << what << ": never synchronised";
    const Found found = cut_everywhere(*log_, forgotten, true);
    EXPECT_FALSE(found.wrong.empty()) << what << ": nobody noticed that it was not synchronised";
  }
}

}  // namespace
