// SPDX-License-Identifier: Apache-2.0
// The helpers of handle.h. Proof: tb/tests/test_libtandem.c.
#include "handle.h"

namespace tandem::capi {
namespace {

bool has(const tandem_handle* t, const char* what, int number, std::size_t count) {
  if (!enter(t)) return false;
  if (number >= 0 && static_cast<std::size_t>(number) < count) return true;
  return refuse(t, std::string("there is no ") + what + " " + std::to_string(number) + "; the platform has " +
                       (count == 0 ? "none" : "0 to " + std::to_string(count - 1)));
}

// Members of one JSON object or array. Names are letters, digits and '_', so nothing needs escaping.
class Json {
 public:
  Json& raw(const std::string& text) {
    text_ += (text_.empty() ? "" : ",") + text;
    return *this;
  }
  Json& member(const char* key, const std::string& value) { return raw("\"" + std::string(key) + "\":" + value); }
  Json& text(const char* key, const std::string& value) { return member(key, "\"" + value + "\""); }
  Json& number(const char* key, std::uint64_t value) { return member(key, std::to_string(value)); }
  Json& hex(const char* key, std::uint64_t value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "0x%llx", static_cast<unsigned long long>(value));
    return text(key, digits);
  }
  std::string object() const { return "{" + text_ + "}"; }
  std::string array() const { return "[" + text_ + "]"; }

 private:
  std::string text_;
};

std::string list_of(const std::vector<std::uint32_t>& sids) {
  Json list;
  for (const std::uint32_t sid : sids) list.raw(std::to_string(sid));
  return list.array();
}

}  // namespace

bool refuse(const tandem_handle* t, const std::string& sentence) {
  t->error = sentence;
  return false;
}

bool enter(const tandem_handle* t) {
  if (t == nullptr) return false;
  t->error.clear();
  return true;
}

bool has_smmu(const tandem_handle* t, int smmu) { return has(t, "SMMU", smmu, t == nullptr ? 0 : t->platform->smmu_count()); }
bool has_master(const tandem_handle* t, int master) {
  return has(t, "master", master, t == nullptr ? 0 : t->platform->spec().masters.size());
}
bool has_engine(const tandem_handle* t, int engine) {
  return has(t, "test engine", engine, t == nullptr ? 0 : t->platform->engine_count());
}

void complain(tandem_handle* t, const char* sentence) {
  t->error = sentence;
  if (!t->complained) std::fprintf(stderr, "libtandem: %s\n", sentence);
  t->complained = true;
}

tandem_txn_status status_of(AccessStatus status) {
  switch (status) {
    case AccessStatus::Ok: return TANDEM_TXN_OK;
    case AccessStatus::Abort: return TANDEM_TXN_ABORT;
    case AccessStatus::Stalled: return TANDEM_TXN_STALLED;
    case AccessStatus::Timeout: break;
  }
  return TANDEM_TXN_TIMEOUT;
}

bool access_of(const tandem_handle* t, int smmu, const tandem_txn* txn, Access* access) {
  if (txn == nullptr) return refuse(t, "the transaction is NULL");
  if (txn->data == nullptr) return refuse(t, "the transaction has no data");
  if (txn->size_bytes == 0) return refuse(t, "the transaction has size_bytes 0; allowed are 1 and more");
  access->smmu = static_cast<unsigned>(smmu);
  access->sid = txn->sid;
  access->ssid = txn->ssid;
  access->ssid_valid = txn->ssid_valid;
  access->iova = txn->iova;
  access->data = static_cast<std::uint8_t*>(txn->data);
  access->bytes = txn->size_bytes;
  access->write = txn->write;
  access->instruction = txn->instruction;
  access->privileged = txn->privileged;
  access->ats = txn->translated ? smmu_tlm::AtsKind::Translated : smmu_tlm::AtsKind::Untranslated;
  return true;
}

std::string describe_platform(const tandem_handle& t) {
  Platform& platform = *t.platform;
  const PlatformSpec& spec = platform.spec();
  Json smmus, masters, engines;
  for (unsigned i = 0; i < platform.smmu_count(); ++i) {
    Json smmu;
    smmu.text("name", spec.smmus[i].name).text("backend", platform.smmu_backend(i)).hex("frame", platform.smmu_frame(i));
    smmus.raw(smmu.member("caps", t.caps[i]).object());
  }
  for (const MasterSpec& from : spec.masters) {
    Json master;
    master.text("name", from.name).text("smmu", from.smmu).number("tbu", from.tbu).member("sids", list_of(from.sids));
    masters.raw(master.number("ssid_bits", from.ssid_bits).object());
  }
  for (unsigned i = 0; i < platform.engine_count(); ++i) {
    const EngineSpec& from = spec.engines[i];
    Json engine;
    engine.text("name", from.name).text("smmu", from.smmu).number("tbu", from.tbu).member("sids", list_of(from.sids));
    engines.raw(engine.hex("frame", platform.engine_frame(i)).object());
  }
  const Json ram = Json().hex("base", platform.ram_base()).number("size_bytes", platform.ram_bytes());
  return Json().member("ram", ram.object()).member("smmus", smmus.array()).member("masters", masters.array())
      .member("engines", engines.array()).object();
}

}  // namespace tandem::capi
