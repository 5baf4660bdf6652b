// SPDX-License-Identifier: Apache-2.0
// Hardware updates of access flag and dirty state (T-HTT): what is written, that nothing else is, races with another writer of the
// descriptor, errors of the update, and the caches. Each row checks memory as well as the answer.
#include "vectors.h"

namespace rig {
namespace {
constexpr Word kCd = 0x80100000, kCdNested = 0x80101000, kSte2 = 0x80000080, kSte3 = 0x800000c0;
constexpr Word kPage3 = 0x8100603000, kYoung = 0x8100607000, kClean = 0x810060a000;   // AF = 0; read-only but for DBM
constexpr Word kYoungAt = 0x82003038, kCleanAt = 0x82003050, kTables2 = 0x84000010, kPage2 = 0x84021018, kOutput2 = 0x84011a28;
constexpr Word kDbm = Word{1} << 51, kAf = 1 << 10, kAp2 = 1 << 7, kCleanPa = 0x91234c000, kYoungPa = 0x912349000;
constexpr Word kNestedCleanPa = 0xb0000c000, kNestedYoungPa = 0xb00009000;   // through stage 2 of the baseline

void update(Rig& r, Word cd, bool access, bool dirty) { r.put(cd, 43, 42, Word{access} << 1 | dirty); }
void update2(Rig& r, Word ste, bool access, bool dirty) { r.put(ste, 128 + 56, 128 + 55, Word{access} << 1 | dirty); }

struct Memory {
  Word at, value;
};
// The transaction ends so, the words are these afterwards, and so many exclusive writes were made.
bool after(Rig& r, std::string& why, const Txn& txn, const Expect& expect, std::initializer_list<Memory> words, unsigned updates) {
  const unsigned before = r.updates;
  why = check(r, txn, expect);
  for (const Memory& word : words)
    if (why.empty() && r.read(word.at) != word.value)
      why = "descriptor at " + hex(word.at) + " is " + hex(r.read(word.at)) + " and not " + hex(word.value);
  if (why.empty() && r.updates - before != updates) why = std::to_string(r.updates - before) + " updates and not " + std::to_string(updates);
  return why.empty();
}

// A row of one transaction on a fresh block.
ActionRow row(const char* id, std::function<void(Rig&)> setup, Txn txn, Expect expect, std::function<std::vector<Memory>(Rig&)> words,
              unsigned updates) {
  return {id, [=](Rig& r, std::string& why) {
            setup(r);
            const std::vector<Memory> wanted = words(r);   // from memory as it was
            r.start();
            if (!after(r, why, txn, expect, {}, updates)) return false;
            for (const Memory& word : wanted)
              if (r.read(word.at) != word.value) why = "descriptor at " + hex(word.at) + " is " + hex(r.read(word.at)) + " and not " + hex(word.value);
            return why.empty();
          }};
}
std::function<std::vector<Memory>(Rig&)> same(Word at) {
  return [=](Rig& r) { return std::vector<Memory>{{at, r.read(at)}}; };
}
std::function<std::vector<Memory>(Rig&)> with(Word at, Word set, Word clear = 0) {
  return [=](Rig& r) { return std::vector<Memory>{{at, (r.read(at) | set) & ~clear}}; };
}
std::function<std::vector<Memory>(Rig&)> both(std::function<std::vector<Memory>(Rig&)> a, std::function<std::vector<Memory>(Rig&)> b) {
  return [=](Rig& r) {
    std::vector<Memory> words = a(r);
    for (const Memory& word : b(r)) words.push_back(word);
    return words;
  };
}
void dirty(Rig& r) { update(r, kCd, true, true); }
void young_and_clean(Rig& r) {
  dirty(r);
  r.write(kCleanAt, r.read(kCleanAt) & ~kAf);
}
void nested(Rig& r) {
  update(r, kCdNested, true, true);
  update2(r, kSte3, true, true);
}
// Stage 2 of tables and CDs of stage 1: readable, and writable once it is dirty.
void nested_tables_clean(Rig& r) {
  nested(r);
  r.write(kTables2, (r.read(kTables2) & ~kAp2) | kDbm);
}
void output_clean(Rig& r) {
  nested(r);
  r.write(kOutput2 + 8 * 7, (r.read(kOutput2 + 8 * 7) & ~kAp2) | kDbm);   // of the clean page
}
void forget(Rig& r) { r.command(0x30, 0); r.sync(); }
Expect table_denied(Word ipa) { return s2(kPermission, 1, ipa); }

// Writes a new descriptor after the exclusive read and before the write, `times` times.
void race(Rig& r, Word at, std::vector<Word> values) {
  auto next = std::make_shared<std::size_t>(0);
  r.on_exclusive_read = [&r, at, values, next](Word addr) {
    if (addr == at && *next < values.size()) r.write(at, values[(*next)++]);
  };
}
}  // namespace

const std::vector<ActionRow> kUpdateRows = {
  row("T-HTT-03", [](Rig& r) { update(r, kCd, true, false); }, rd(1, kYoung), pa(kYoungPa, 5), with(kYoungAt, kAf), 1),
  row("T-HTT-04", dirty, wr(1, kClean), pa(kCleanPa, 5), with(kCleanAt, 0, kAp2), 1),
  row("T-HTT-05", dirty, rd(1, kClean), pa(kCleanPa, 4), same(kCleanAt), 0),
  row("T-HTT-06", [](Rig& r) { update(r, kCd, true, false); }, wr(1, kClean), ev(kPermission), same(kCleanAt), 0),
  row("T-HTT-07", [](Rig& r) { update(r, kCd, false, true); }, wr(1, kClean), ev(kPermission), same(kCleanAt), 0),
  row("T-HTT-07a", [](Rig& r) { update(r, kCd, false, true); }, rd(1, kYoung), ev(kAccess), same(kYoungAt), 0),
  row("T-HTT-08", dirty, wr(1, 0x8100a0a000), ev(kPermission), same(kCleanAt), 0),        // APTable forbids the write
  row("T-HTT-09", young_and_clean, wr(1, kClean), pa(kCleanPa, 5), with(kCleanAt, kAf, kAp2), 1),  // both in one update
  row("T-HTT-09a", young_and_clean, rd(1, kClean), pa(kCleanPa, 5), with(kCleanAt, kAf), 1),
  row("T-HTT-10", [](Rig& r) { update2(r, kSte2, true, false); r.write(kPage2, 0xc000033ff); }, rd(2, kPage3), pa(0xc00003000, 4),
      with(kPage2, kAf), 1),
  row("T-HTT-11", [](Rig& r) { update2(r, kSte2, true, true); r.write(kPage2, kDbm | 0xc0000377f); }, wr(2, kPage3), pa(0xc00003000, 4),
      with(kPage2, kAp2), 1),
  row("T-HTT-11a", [](Rig& r) { update2(r, kSte2, true, true); r.write(kPage2, kDbm | 0xc0000377f); }, rd(2, kPage3), pa(0xc00003000, 3),
      same(kPage2), 0),
  row("T-HTT-11b", [](Rig& r) { update2(r, kSte2, true, false); r.write(kPage2, kDbm | 0xc0000377f); }, wr(2, kPage3),
      s2(kPermission, 2, kPage3), same(kPage2), 0),
  row("T-HTT-12", [](Rig& r) { update(r, kCdNested, true, false); r.write(kTables2, 0x8000077d); }, rd(3, kYoung), table_denied(0x82003000),
      both(same(kYoungAt), same(kTables2)), 0),
  {"T-HTT-12a", [](Rig& r, std::string& why) {   // the same with what the TLB keeps of the tables' page
     update(r, kCdNested, true, false);
     r.write(kTables2, 0x8000077d);
     r.start();
     return after(r, why, rd(3, kPage3), pa(0xb00005000), {}, 0) && after(r, why, rd(3, kYoung), table_denied(0x82003000), {}, 0);
   }},
  row("T-HTT-13", [](Rig& r) { r.write(kTables2, 0x8000077d); }, rd(3, kPage3), pa(0xb00005000), same(kTables2), 0),
  row("T-HTT-NEST", nested, wr(3, kClean), pa(kNestedCleanPa), with(kCleanAt, 0, kAp2), 1),
  row("T-HTT-NEST-AF", nested, rd(3, kYoung), pa(kNestedYoungPa), with(kYoungAt, kAf), 1),
  // the page of the table becomes dirty before the table does
  row("T-HTT-NEST-TT", nested_tables_clean, wr(3, kClean), pa(kNestedCleanPa), both(with(kCleanAt, 0, kAp2), with(kTables2, kAp2)), 2),
  row("T-HTT-NEST-TT-READ", nested_tables_clean, rd(3, kClean), pa(kNestedCleanPa), both(same(kCleanAt), same(kTables2)), 0),
  row("T-HTT-NEST-IN", output_clean, wr(3, kClean), pa(kNestedCleanPa), both(with(kCleanAt, 0, kAp2), with(kOutput2 + 56, kAp2)), 2),
  row("T-HTT-NEST-IN-READ", output_clean, rd(3, kClean), pa(kNestedCleanPa), both(same(kCleanAt), same(kOutput2 + 56)), 0),
  // stage 2 denies the write: stage 1 stays clean
  row("T-HTT-NEST-DENIED", [](Rig& r) { nested(r); r.write(kOutput2 + 56, r.read(kOutput2 + 56) & ~kAp2); }, wr(3, kClean),
      s2(kPermission, 2, kCleanPa), same(kCleanAt), 0),
  // for a CD and for reading tables stage 2 sets the access flag and nothing else
  row("T-HTT-CD", [](Rig& r) { nested(r); r.write(kTables2, (r.read(kTables2) & ~(kAp2 | kAf)) | kDbm); }, wr(3, kPage3), pa(0xb00005000),
      with(kTables2, kAf), 1),
  row("T-HTT-BLOCK", [](Rig& r) { dirty(r); r.write(0x82002020, 0x980000ac1 | kDbm); }, wr(1, 0x8100812345), pa(0x980012345, 4),
      with(0x82002020, kAf, kAp2), 1),
  row("T-HTT-TABLES", dirty, wr(1, kPage3), pa(0x912345000, 4), both(same(0x82002018), same(0x82000008)), 0),  // tables have no flag
  // what may be written counts as writable where that forbids execution
  row("T-HTT-WXN", [](Rig& r) { dirty(r); r.put(kCd, 36, 36, 1); }, ins(rd(1, kClean)), ev(kPermission), same(kCleanAt), 0),
  row("T-HTT-WXN-OFF", [](Rig& r) { update(r, kCd, true, false); r.put(kCd, 36, 36, 1); }, ins(rd(1, kClean)), pa(kCleanPa), same(kCleanAt), 0),
  row("T-HTT-PXN", dirty, ins(priv(rd(1, kClean))), ev(kPermission), same(kCleanAt), 0),
  row("T-HTT-PXN-OFF", [](Rig& r) { update(r, kCd, true, false); }, ins(priv(rd(1, kClean))), pa(kCleanPa), same(kCleanAt), 0),

  // ---- the update fails ----
  row("T-HTT-EABT", [](Rig& r) { dirty(r); r.abort_writes[kCleanAt >> 3] = true; }, wr(1, kClean), ev(kWalkEabt, kCleanAt), same(kCleanAt), 0),
  row("T-HTT-EABT-S2", [](Rig& r) { nested_tables_clean(r); r.abort_writes[kTables2 >> 3] = true; }, wr(3, kClean), s2_eabt(1, kTables2),
      both(same(kCleanAt), same(kTables2)), 0),
  row("T-HTT-EABT-IN", [](Rig& r) { output_clean(r); r.abort_writes[(kOutput2 + 56) >> 3] = true; }, wr(3, kClean),
      s2_eabt(2, kOutput2 + 56), same(kCleanAt), 0),
  {"T-HTT-NO-MONITOR", [](Rig& r, std::string& why) {   // said by the read: no write is tried
     dirty(r);
     r.has_monitor = false;
     r.start();
     if (!after(r, why, wr(1, kClean), ev(kWalkEabt, kCleanAt), {{kCleanAt, 0x91234cfc3 | kDbm}}, 0)) return false;
     if (r.lost_updates) why = "an exclusive write without a monitor";
     return why.empty();
   }},
  {"T-HTT-EABT-NOT-KEPT", [](Rig& r, std::string& why) {
     dirty(r);
     r.abort_writes[kCleanAt >> 3] = true;
     r.start();
     if (!after(r, why, wr(1, kClean), ev(kWalkEabt, kCleanAt), {}, 0)) return false;
     r.abort_writes.clear();
     return after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}}, 1);
   }},
  row("T-HTT-LOST", [](Rig& r) { dirty(r); r.lose_updates = 5; }, wr(1, kClean), pa(kCleanPa), with(kCleanAt, 0, kAp2), 1),
  {"T-HTT-LOST-ALWAYS", [](Rig& r, std::string& why) {   // memory that never lets it through holds nothing up
     dirty(r);
     r.lose_updates = 64;
     r.start();
     if (!after(r, why, wr(1, kClean), ev(kWalkEabt, kCleanAt), {}, 0)) return false;
     if (r.lost_updates != 64) why = std::to_string(r.lost_updates) + " attempts and not 64";
     r.lose_updates = 63;
     return why.empty() && after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}}, 1);
   }},

  // ---- somebody else writes the descriptor between its exclusive read and write ----
  {"T-HTT-RACE", [](Rig& r, std::string& why) {
     dirty(r);
     race(r, kCleanAt, {0x977777fc3 | kDbm | Word{7} << 55, 0x944444bc3 | kDbm});
     r.start();
     return after(r, why, wr(1, kClean), pa(0x944444000), {{kCleanAt, 0x944444f43 | kDbm}}, 1);
   }},
  {"T-HTT-RACE-SOFTWARE-BITS", [](Rig& r, std::string& why) {
     dirty(r);
     race(r, kCleanAt, {r.read(kCleanAt) | Word{5} << 55});
     r.start();
     return after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm | Word{5} << 55}}, 1);
   }},
  {"T-HTT-RACE-GONE", [](Rig& r, std::string& why) {
     dirty(r);
     race(r, kCleanAt, {0});
     r.start();
     return after(r, why, wr(1, kClean), ev(kTranslation), {{kCleanAt, 0}}, 0);
   }},
  {"T-HTT-RACE-READ-ONLY", [](Rig& r, std::string& why) {
     dirty(r);
     race(r, kCleanAt, {0x91234cfc3});
     r.start();
     return after(r, why, wr(1, kClean), ev(kPermission), {{kCleanAt, 0x91234cfc3}}, 0);
   }},
  {"T-HTT-RACE-DONE", [](Rig& r, std::string& why) {   // another SMMU was first
     dirty(r);
     race(r, kCleanAt, {0x91234cf43 | kDbm});
     r.start();
     return after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}}, 0);
   }},
  {"T-HTT-RACE-NESTED", [](Rig& r, std::string& why) {
     nested(r);
     race(r, kCleanAt, {0x912346fc3 | kDbm});
     r.start();
     return after(r, why, wr(3, kClean), pa(0xb00006000), {{kCleanAt, 0x912346f43 | kDbm}}, 1);
   }},
  {"T-HTT-RACE-S2", [](Rig& r, std::string& why) {
     update2(r, kSte2, true, true);
     r.write(kPage2, kDbm | 0xc0000377f);
     race(r, kPage2, {kDbm | 0xc0005737f, kDbm | 0xc0007737f});
     r.start();
     return after(r, why, wr(2, kPage3), pa(0xc00077000), {{kPage2, kDbm | 0xc000777ff}}, 1);
   }},
  {"T-HTT-RACE-S2-DENIED", [](Rig& r, std::string& why) {
     update2(r, kSte2, true, true);
     r.write(kPage2, kDbm | 0xc0000377f);
     race(r, kPage2, {0xc0000337f});
     r.start();
     return after(r, why, wr(2, kPage3), s2(kPermission, 2, kPage3), {{kPage2, 0xc0000337f}}, 0);
   }},

  // ---- caches ----
  {"T-TLB-22", [](Rig& r, std::string& why) {   // a clean entry is no pass
     dirty(r);
     r.start();
     if (!after(r, why, rd(1, kClean), pa(kCleanPa, 4), {{kCleanAt, 0x91234cfc3 | kDbm}}, 0)) return false;
     if (!after(r, why, rd(1, kClean + 64), pa(kCleanPa + 64, 0), {}, 0)) return false;
     if (!after(r, why, wr(1, kClean), pa(kCleanPa, 2), {{kCleanAt, 0x91234cf43 | kDbm}}, 1)) return false;
     Txn again = priv(wr(1, kClean + 8));   // not the micro-TLB's kind: the TLB has the dirty entry now, and no clean one beside it
     return after(r, why, again, pa(kCleanPa + 8, 0), {}, 0) && after(r, why, wr(1, kClean + 16), pa(kCleanPa + 16, 0), {}, 0);
   }},
  {"T-TLB-22-S2", [](Rig& r, std::string& why) {
     update2(r, kSte2, true, true);
     r.write(kPage2, kDbm | 0xc0000377f);
     r.start();
     return after(r, why, rd(2, kPage3), pa(0xc00003000), {}, 0) && after(r, why, wr(2, kPage3), pa(0xc00003000), {{kPage2, kDbm | 0xc000037ff}}, 1)
         && after(r, why, priv(wr(2, kPage3)), pa(0xc00003000, 0), {}, 0);
   }},
  {"T-TLB-22-NESTED", [](Rig& r, std::string& why) {   // with stage 2 of the tables in the TLB, clean
     nested_tables_clean(r);
     r.start();
     return after(r, why, rd(3, kClean), pa(kNestedCleanPa), {}, 0)
         && after(r, why, wr(3, kClean), pa(kNestedCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}, {kTables2, 0x800007fd | kDbm}}, 2)
         && after(r, why, rd(3, kYoung), pa(kNestedYoungPa), {{kYoungAt, 0x912349f43}}, 1);
   }},
  {"T-HTT-CLEANED", [](Rig& r, std::string& why) {   // software cleans the page: neither micro-TLB nor TLB skips the next update
     dirty(r);
     r.start();
     for (unsigned round = 0; round < 3; round++) {
       if (!after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}}, 1)) return false;
       if (!after(r, why, wr(1, kClean), pa(kCleanPa, 0), {}, 0)) return false;
       r.write(kCleanAt, r.read(kCleanAt) | kAp2);
       r.command(0x12 | Word{1} << 32 | Word{0x11} << 48, kClean | 1);   // TLBI_NH_VA, leaf
       r.sync();
     }
     return true;
   }},
  {"T-HTT-NOT-KEPT", [](Rig& r, std::string& why) {   // a descriptor without the access flag enters no TLB
     update(r, kCd, true, false);
     r.abort_writes[kYoungAt >> 3] = true;
     r.start();
     if (!after(r, why, rd(1, kYoung), ev(kWalkEabt, kYoungAt), {}, 0)) return false;
     r.abort_writes.clear();
     return after(r, why, rd(1, kYoung), pa(kYoungPa), {{kYoungAt, 0x912349f43}}, 1);
   }},
  {"T-HTT-MANY", [](Rig& r, std::string& why) {   // many writes of one clean page at once, and reads between them: one update
     for (unsigned warm = 0; warm < 2; warm++) {
       r.baseline();
       dirty(r);
       r.max_latency = 20;
       r.start();
       if (warm) r.run(rd(1, kClean));
       std::vector<unsigned> numbers;
       for (unsigned i = 0; i < 12; i++) {
         Txn t = i % 3 ? wr(1, kClean + 64 * i) : rd(1, kClean + 64 * i);
         t.id = i;
         t.tbu = i % 2;
         numbers.push_back(r.start(t));
       }
       for (unsigned n : numbers) {
         for (unsigned i = 0; i < 5000 && !r.result(n).done; i++) r.tick();
         if (!r.result(n).done || r.result(n).response || (r.result(n).pa & ~Word{0xfff}) != kCleanPa) why = "a burst failed";
       }
       if (r.updates != 1) why = std::to_string(r.updates) + " updates";
       if (r.read(kCleanAt) != (0x91234cf43 | kDbm)) why = "the descriptor is " + hex(r.read(kCleanAt));
       if (!why.empty()) return false;
     }
     return true;
   }},
  {"T-HTT-PAGES", [](Rig& r, std::string& why) {   // updates of many pages at once: one after the other, none lost
     dirty(r);
     for (unsigned i = 0; i < 16; i++) r.write(0x82003000 + 8 * (40 + i), (0x970000bc3 + 0x1000 * i) | kDbm);
     r.max_latency = 20;
     r.start();
     std::vector<unsigned> numbers;
     for (unsigned i = 0; i < 16; i++) {
       Txn t = i % 4 ? wr(1, 0x8100628000 + 0x1000 * i) : rd(1, 0x8100628000 + 0x1000 * i);
       t.id = i;
       t.tbu = i % 2;
       numbers.push_back(r.start(t));
     }
     for (unsigned i = 0; i < 16; i++) {
       for (unsigned k = 0; k < 20000 && !r.result(numbers[i]).done; k++) r.tick();
       const Word wanted = (i % 4 ? 0x970000f43 : 0x970000fc3) + 0x1000 * i;
       if (!r.result(numbers[i]).done || r.result(numbers[i]).response) why = "a burst failed";
       if (r.read(0x82003000 + 8 * (40 + i)) != (wanted | kDbm)) why = "descriptor " + std::to_string(i) + " is " + hex(r.read(0x82003000 + 8 * (40 + i)));
     }
     return why.empty();
   }},
  {"T-HTT-SYNC", [](Rig& r, std::string& why) {   // CMD_SYNC waits for the update, and what it belongs to enters no TLB
     dirty(r);
     r.start();
     r.hold_updates = true;
     const unsigned number = r.start(wr(1, kClean));
     r.tick(400);
     r.command(0x30, 0);
     r.command(0x46, 0);
     r.tick(400);
     if (r.commands_done()) why = "CMD_SYNC did not wait for the update";
     if (r.result(number).done) why = "the write was answered before its update";
     r.hold_updates = false;
     for (unsigned i = 0; i < 2000 && !r.commands_done(); i++) r.tick();
     if (why.empty() && r.read(kCleanAt) != (0x91234cf43 | kDbm)) why = "the update is not visible after CMD_SYNC";
     if (!why.empty()) return false;
     return after(r, why, wr(1, kClean), pa(kCleanPa, 4), {}, 0);
   }},
  {"T-HTT-SYNC-CLEANED", [](Rig& r, std::string& why) {   // cleaned and invalidated during the update of an older write: the next one updates again
     dirty(r);
     r.start();
     r.run(rd(1, kClean));
     r.hold_updates = true;
     const unsigned number = r.start(wr(1, kClean));
     r.tick(400);
     r.command(0x30, 0);
     r.command(0x46, 0);
     r.tick(100);
     r.hold_updates = false;
     for (unsigned i = 0; i < 2000 && !(r.commands_done() && r.result(number).done); i++) r.tick();
     r.write(kCleanAt, r.read(kCleanAt) | kAp2);
     forget(r);
     return after(r, why, wr(1, kClean), pa(kCleanPa), {{kCleanAt, 0x91234cf43 | kDbm}}, 1);
   }},
};

}  // namespace rig
