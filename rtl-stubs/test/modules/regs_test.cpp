// SPDX-License-Identifier: Apache-2.0
// Module test of smmuv3_regs: random accesses of 32 and 64 bits and with partial strobes to every register of the generated
// tables and between them, with the three channels of a port that nobody can foresee, errors, Updates that take their time, and
// straps that deny features. The reference is a register file of its own: masks from the generated fields, guards, Updates, GERROR.
// Leaves out: what is in the counter pages (pmcg_test.cpp).
#include "Vsmmuv3_regs.h"
#include "channel.h"
#include "smmuv3_arch.h"
#include "smmuv3_names.h"

using namespace bench;

namespace {
Module<Vsmmuv3_regs> dut;
struct Straps { Word idr[6], iidr, aidr; bool msi, vmw, hyp, btm, two_level; unsigned oas; } straps;

// What surrounds the registers in one cycle.
struct Inputs { Word cmdq_cons, eventq_prod, pmcg; bool quiet, cmdq_busy, eventq_busy, gerror_msi, eventq_msi, errors[5]; };   // CMDQ, EVENTQ_ABT, MSI of SYNC, EVENTQ, GERROR
constexpr unsigned kErrorBit[5] = {0, 2, 4, 5, 7};

struct Registers {
  Word cr0 = 0, ack = 0, cr1 = 0, cr2 = 0, gbpa = 0x1000, irq = 0, irq_ack = 0, gerror = 0, gerrorn = 0;
  Word gerror_cfg0 = 0, gerror_cfg1 = 0, gerror_cfg2 = 0, eventq_cfg0 = 0, eventq_cfg1 = 0, eventq_cfg2 = 0;
  Word strtab = 0, strtab_cfg = 0, cmdq_base = 0, cmdq_prod = 0, eventq_base = 0, eventq_cons = 0;
  bool interrupt = false;

  bool off(Word enables) const { return ((cr0 | ack) & enables) == 0; }
  Word active() const { return gerror ^ gerrorn; }
  static Word half(Word value, unsigned offset) { return offset & 4 ? value >> 32 : value & mask(32); }
  static void set_half(Word& reg, unsigned offset, Word value, Word fields) {
    const Word lane = offset & 4 ? mask(32) << 32 : mask(32);
    reg = (reg & ~lane) | ((offset & 4 ? value << 32 : value) & fields & lane);
  }
  Word read(unsigned offset, const Inputs& in) const {
    switch (offset) {
      case SMMU_IDR0: case SMMU_IDR1: case SMMU_IDR2: case SMMU_IDR3: case SMMU_IDR4: case SMMU_IDR5: return straps.idr[offset / 4];
      case SMMU_IIDR: return straps.iidr;
      case SMMU_AIDR: return straps.aidr;
      case SMMU_CR0: return cr0;
      case SMMU_CR0ACK: return ack;
      case SMMU_CR1: return cr1;
      case SMMU_CR2: return cr2;
      case SMMU_GBPA: return gbpa;
      case SMMU_IRQ_CTRL: return irq;
      case SMMU_IRQ_CTRLACK: return irq_ack;
      case SMMU_GERROR: return gerror;
      case SMMU_GERRORN: return gerrorn;
      case SMMU_GERROR_IRQ_CFG0: case SMMU_GERROR_IRQ_CFG0 + 4: return half(gerror_cfg0, offset);
      case SMMU_GERROR_IRQ_CFG1: return gerror_cfg1;
      case SMMU_GERROR_IRQ_CFG2: return gerror_cfg2;
      case SMMU_EVENTQ_IRQ_CFG0: case SMMU_EVENTQ_IRQ_CFG0 + 4: return half(eventq_cfg0, offset);
      case SMMU_EVENTQ_IRQ_CFG1: return eventq_cfg1;
      case SMMU_EVENTQ_IRQ_CFG2: return eventq_cfg2;
      case SMMU_STRTAB_BASE: case SMMU_STRTAB_BASE + 4: return half(strtab, offset);
      case SMMU_STRTAB_BASE_CFG: return strtab_cfg;
      case SMMU_CMDQ_BASE: case SMMU_CMDQ_BASE + 4: return half(cmdq_base, offset);
      case SMMU_CMDQ_PROD: return cmdq_prod;
      case SMMU_CMDQ_CONS: return in.cmdq_cons;
      case SMMU_EVENTQ_BASE: case SMMU_EVENTQ_BASE + 4: return half(eventq_base, offset);
      case SMMU_EVENTQ_PROD: return in.eventq_prod;
      case SMMU_EVENTQ_CONS: return eventq_cons;
      // CoreSight: the part is IIDR.ProductID, the designer IIDR.Implementer
      case 0xfd0: return field(straps.iidr, 11, 8);
      case 0xfe0: return field(straps.iidr, 27, 20);
      case 0xfe4: return field(straps.iidr, 3, 0) << 4 | field(straps.iidr, 31, 28);
      case 0xfe8: return field(straps.iidr, 19, 16) << 4 | 8 | field(straps.iidr, 6, 4);
      case 0xfec: return field(straps.iidr, 15, 12) << 4;
      case 0xff0: return 0x0d;
      case 0xff4: return 0xf0;
      case 0xff8: return 0x05;
      case 0xffc: return 0xb1;
      default: return 0;
    }
  }
  // One 32-bit word; `was` is the state before this clock, which guards look at.
  void write(unsigned offset, Word value, const Registers& was) {
    const Word addr_msi = SMMU_GERROR_IRQ_CFG0_ADDR_MASK & mask(straps.oas), queue = SMMU_CMDQ_BASE_FIELDS_MASK;
    const Word table = SMMU_CR1_TABLE_SH_MASK | SMMU_CR1_TABLE_OC_MASK | SMMU_CR1_TABLE_IC_MASK;
    const Word queues = SMMU_CR1_QUEUE_SH_MASK | SMMU_CR1_QUEUE_OC_MASK | SMMU_CR1_QUEUE_IC_MASK;
    const bool smmu_off = was.off(SMMU_CR0_SMMUEN_MASK), cmdq_off = was.off(SMMU_CR0_CMDQEN_MASK), eventq_off = was.off(SMMU_CR0_EVENTQEN_MASK);
    const bool gerror_msi = straps.msi && ((was.irq | was.irq_ack) & SMMU_IRQ_CTRL_GERROR_IRQEN_MASK) == 0;
    const bool eventq_msi = straps.msi && ((was.irq | was.irq_ack) & SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK) == 0;
    switch (offset) {
      case SMMU_CR0:
        cr0 = value & (SMMU_CR0_SMMUEN_MASK | SMMU_CR0_CMDQEN_MASK | SMMU_CR0_EVENTQEN_MASK | (straps.vmw ? SMMU_CR0_VMW_MASK : 0));
        break;
      case SMMU_CR1:
        if (smmu_off) cr1 = (cr1 & ~table) | (value & table);
        if (cmdq_off && eventq_off) cr1 = (cr1 & ~queues) | (value & queues);
        break;
      case SMMU_CR2:
        if (smmu_off) cr2 = value & (SMMU_CR2_RECINVSID_MASK | (straps.hyp ? SMMU_CR2_E2H_MASK : 0) | (straps.btm ? SMMU_CR2_PTM_MASK : 0));
        break;
      case SMMU_GBPA:
        if ((value & SMMU_GBPA_Update_MASK) && !(was.gbpa & SMMU_GBPA_Update_MASK)) gbpa = value & SMMU_GBPA_FIELDS_MASK;
        break;
      case SMMU_IRQ_CTRL: irq = value & (SMMU_IRQ_CTRL_GERROR_IRQEN_MASK | SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK); break;
      case SMMU_GERRORN: gerrorn = (was.gerrorn & ~was.active()) | (value & was.active()); break;   // an inactive error stays so
      case SMMU_GERROR_IRQ_CFG0: case SMMU_GERROR_IRQ_CFG0 + 4: if (gerror_msi) set_half(gerror_cfg0, offset, value, addr_msi); break;
      case SMMU_GERROR_IRQ_CFG1: if (gerror_msi) gerror_cfg1 = value & SMMU_GERROR_IRQ_CFG1_FIELDS_MASK; break;
      case SMMU_GERROR_IRQ_CFG2: if (gerror_msi) gerror_cfg2 = value & SMMU_GERROR_IRQ_CFG2_FIELDS_MASK; break;
      case SMMU_EVENTQ_IRQ_CFG0: case SMMU_EVENTQ_IRQ_CFG0 + 4: if (eventq_msi) set_half(eventq_cfg0, offset, value, addr_msi); break;
      case SMMU_EVENTQ_IRQ_CFG1: if (eventq_msi) eventq_cfg1 = value & SMMU_EVENTQ_IRQ_CFG1_FIELDS_MASK; break;
      case SMMU_EVENTQ_IRQ_CFG2: if (eventq_msi) eventq_cfg2 = value & SMMU_EVENTQ_IRQ_CFG2_FIELDS_MASK; break;
      case SMMU_STRTAB_BASE: case SMMU_STRTAB_BASE + 4: if (smmu_off) set_half(strtab, offset, value, SMMU_STRTAB_BASE_FIELDS_MASK); break;
      case SMMU_STRTAB_BASE_CFG:
        if (smmu_off) strtab_cfg = value & (straps.two_level ? SMMU_STRTAB_BASE_CFG_FIELDS_MASK : SMMU_STRTAB_BASE_CFG_LOG2SIZE_MASK);
        break;
      case SMMU_CMDQ_BASE: case SMMU_CMDQ_BASE + 4: if (cmdq_off) set_half(cmdq_base, offset, value, queue); break;
      case SMMU_CMDQ_PROD: cmdq_prod = value & SMMU_CMDQ_PROD_WR_MASK; break;
      case SMMU_EVENTQ_BASE: case SMMU_EVENTQ_BASE + 4: if (eventq_off) set_half(eventq_base, offset, value, SMMU_EVENTQ_BASE_FIELDS_MASK); break;
      case SMMU_EVENTQ_CONS: eventq_cons = value & SMMU_EVENTQ_CONS_FIELDS_MASK; break;
      default: break;
    }
  }
  // Updates and errors of one clock.
  void step(const Registers& was, const Inputs& in) {
    const Word smmuen = SMMU_CR0_SMMUEN_MASK;
    if (in.quiet) ack = (ack & ~smmuen) | (was.cr0 & smmuen);
    if (in.quiet) gbpa &= ~Word{SMMU_GBPA_Update_MASK};
    const struct { Word bit; bool busy; } queues[] = {{SMMU_CR0_CMDQEN_MASK, in.cmdq_busy}, {SMMU_CR0_EVENTQEN_MASK, in.eventq_busy}};
    for (auto& q : queues) if ((was.cr0 & q.bit) || !q.busy) ack = (ack & ~q.bit) | (was.cr0 & q.bit);
    ack = (ack & ~Word{SMMU_CR0_VMW_MASK}) | (was.cr0 & SMMU_CR0_VMW_MASK);
    // off once no MSI of the source is on its way
    irq_ack = was.irq | (was.irq_ack & ((in.gerror_msi ? SMMU_IRQ_CTRL_GERROR_IRQEN_MASK : 0) | (in.eventq_msi ? SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK : 0)));
    Word fresh = 0;
    for (unsigned i = 0; i < 5; i++) if (in.errors[i]) fresh |= Word{1} << kErrorBit[i];
    fresh &= ~was.active();   // a second one is not logged
    gerror ^= fresh;
    interrupt = (fresh & ~Word{SMMU_GERROR_MSI_GERROR_ABT_ERR_MASK}) && (was.irq & was.irq_ack & SMMU_IRQ_CTRL_GERROR_IRQEN_MASK);
  }
};

struct Data { Word data; unsigned strobes; };
Source<Word> aw, ar;
Source<Data> w;
Pace b_ready, r_ready, quiet, busy, errors, starts, reads;
std::size_t table_size = smmu_register_names_count;
struct Tally { unsigned writes, reads, absent, guarded, acks, errors, repeated, interrupts, pmcg; } tally;

Word some_offset() {
  if (rnd.chance(8)) return rnd.bits(20);
  if (rnd.chance(8)) return (Word{1 + rnd.below(7)} << 17) + (Word{rnd.below(2)} << 16) + rnd.bits(rnd.chance(80) ? 12 : 16);
  if (rnd.chance(10)) return 0xfd0 + rnd.below(0x30);
  static constexpr Word kBusy[] = {SMMU_CR0, SMMU_CR0, SMMU_GERRORN, SMMU_GERRORN, SMMU_IRQ_CTRL, SMMU_GBPA, SMMU_CR2, SMMU_STRTAB_BASE_CFG, SMMU_CMDQ_CONS};
  if (rnd.chance(50)) return rnd.of(kBusy);
  for (;;) {
    const auto& reg = smmu_register_names[rnd.below(unsigned(table_size))];
    if (std::strcmp(reg.page, "page0") == 0 || std::strcmp(reg.page, "page1") == 0) return reg.number;
  }
}

void draw_straps() {
  for (Word& w32 : straps.idr) w32 = rnd.bits(32);
  straps.iidr = rnd.bits(32);
  straps.aidr = rnd.bits(32);
  straps.msi = SMMU_FIELD_GET(IDR0, MSI, straps.idr[0]);
  straps.vmw = SMMU_FIELD_GET(IDR0, VMW, straps.idr[0]);
  straps.hyp = SMMU_FIELD_GET(IDR0, HYP, straps.idr[0]);
  straps.btm = SMMU_FIELD_GET(IDR0, BTM, straps.idr[0]);
  straps.idr[0] &= ~Word{1u << 28};   // ST_LEVEL 2, 3 are reserved
  straps.two_level = SMMU_FIELD_GET(IDR0, ST_LEVEL, straps.idr[0]) != 0;
  straps.idr[5] = (straps.idr[5] & ~Word{7}) | rnd.below(6);
  static constexpr unsigned kBits[] = {32, 36, 40, 42, 44, 48};
  straps.oas = kBits[straps.idr[5] & 7];
}

void run(unsigned cycles) {
  draw_straps();
  dut->idr0_i = unsigned(straps.idr[0]);
  dut->idr1_i = unsigned(straps.idr[1]);
  dut->idr2_i = unsigned(straps.idr[2]);
  dut->idr3_i = unsigned(straps.idr[3]);
  dut->idr4_i = unsigned(straps.idr[4]);
  dut->idr5_i = unsigned(straps.idr[5]);
  dut->iidr_i = unsigned(straps.iidr);
  dut->aidr_i = unsigned(straps.aidr);
  dut->awvalid_i = dut->wvalid_i = dut->bready_i = dut->arvalid_i = dut->rready_i = 0;
  dut->cmdq_err_i = dut->eventq_abt_err_i = dut->quiet_i = dut->cmdq_busy_i = dut->eventq_busy_i = 0;
  for (unsigned i = 0; i < 3; i++) dut->msi_err_i[i] = 0;
  dut.reset();
  aw.reset();
  w.reset();
  ar.reset();
  for (Pace* p : {&b_ready, &r_ready, &quiet, &busy, &errors, &starts, &reads}) p->reset();

  Registers reg;
  Inputs in{};
  Word write_at = 0, read_at = 0;
  Data write_data{};
  bool had_b = false, had_r = false, open_write = false, open_read = false;
  unsigned patience = 0;
  for (unsigned n = 0; n < cycles; n++) {
    if (!open_write && aw.empty() && w.empty() && starts.now()) {
      open_write = true;
      Word value = rnd.word();
      if (rnd.chance(50)) value = rnd.chance(50) ? reg.gerror << 32 | (value & mask(32)) : value & 0x000000058000000d;
      const bool both = rnd.chance(30);
      const Word at = some_offset();
      aw.push(at);
      const unsigned lane = at & 4 ? 0xf0 : 0x0f;
      w.push({value, both ? 0xff : rnd.chance(95) ? lane : unsigned(rnd.bits(8))});
    }
    if (!open_read && ar.empty() && reads.now()) {
      open_read = true;
      ar.push(some_offset());
    }
    dut->awvalid_i = aw.valid();
    if (dut->awvalid_i) dut->awaddr_i = unsigned(aw.item());
    dut->wvalid_i = w.valid();
    if (dut->wvalid_i) dut->wdata_i = w.item().data, dut->wstrb_i = static_cast<unsigned char>(w.item().strobes);
    dut->arvalid_i = ar.valid();
    if (dut->arvalid_i) dut->araddr_i = unsigned(ar.item());
    dut->bready_i = b_ready.now();
    dut->rready_i = r_ready.now();
    if (rnd.chance(5)) in.cmdq_cons = rnd.bits(32), in.eventq_prod = rnd.bits(32);
    in.quiet = quiet.now();
    in.cmdq_busy = busy.now();
    in.eventq_busy = busy.now();
    in.gerror_msi = busy.now();
    in.eventq_msi = busy.now();
    dut->gerror_msi_busy_i = in.gerror_msi;
    dut->eventq_msi_busy_i = in.eventq_msi;
    for (bool& e : in.errors) e = rnd.chance(5) && errors.now();
    dut->cmdq_cons_i = unsigned(in.cmdq_cons);
    dut->eventq_prod_i = unsigned(in.eventq_prod);
    dut->quiet_i = in.quiet;
    dut->cmdq_busy_i = in.cmdq_busy;
    dut->eventq_busy_i = in.eventq_busy;
    dut->cmdq_err_i = in.errors[0];
    dut->eventq_abt_err_i = in.errors[1];
    for (unsigned i = 0; i < 3; i++) dut->msi_err_i[i] = in.errors[2 + i];
    dut.settle();
    in.pmcg = dut->pmcg_re_o ? rnd.word() : 0;
    dut->pmcg_rdata_i = in.pmcg;
    dut.settle();

    // ---- settings in force ----
    const Word both = reg.cr0 & reg.ack, differ = (reg.cr0 ^ reg.ack) & SMMU_CR0_SMMUEN_MASK;
    CHECK_EQUAL("SMMUEN in force", reg.ack & SMMU_CR0_SMMUEN_MASK, dut->smmu_enable_o);
    CHECK_EQUAL("CMDQEN in force", (both & SMMU_CR0_CMDQEN_MASK) != 0, dut->cmdq_enable_o);
    CHECK_EQUAL("EVENTQEN in force", (both & SMMU_CR0_EVENTQEN_MASK) != 0, dut->eventq_enable_o);
    CHECK_EQUAL("VMW", SMMU_FIELD_GET(CR0, VMW, unsigned(reg.ack)), dut->vmw_o);
    CHECK_EQUAL("RECINVSID", SMMU_FIELD_GET(CR2, RECINVSID, unsigned(reg.cr2)), dut->recinvsid_o);
    CHECK_EQUAL("E2H", SMMU_FIELD_GET(CR2, E2H, unsigned(reg.cr2)), dut->e2h_o);
    CHECK_EQUAL("broadcasts are obeyed", straps.btm && !SMMU_FIELD_GET(CR2, PTM, unsigned(reg.cr2)), dut->btm_o);
    CHECK_EQUAL("GBPA.ABORT", SMMU_FIELD_GET(GBPA, ABORT, unsigned(reg.gbpa)), dut->gbpa_abort_o);
    CHECK_EQUAL("GBPA.PRIVCFG", SMMU_FIELD_GET(GBPA, PRIVCFG, unsigned(reg.gbpa)), dut->gbpa_privcfg_o);
    CHECK_EQUAL("GBPA.INSTCFG", SMMU_FIELD_GET(GBPA, INSTCFG, unsigned(reg.gbpa)), dut->gbpa_instcfg_o);
    CHECK_EQUAL("stream table", reg.strtab & SMMU_STRTAB_BASE_ADDR_MASK, dut->strtab_addr_o);
    CHECK_EQUAL("its shape", reg.strtab_cfg, dut->strtab_cfg_o);
    CHECK_EQUAL("CMDQ_BASE", reg.cmdq_base, dut->cmdq_base_o);
    CHECK_EQUAL("CMDQ_PROD", reg.cmdq_prod, dut->cmdq_prod_o);
    CHECK_EQUAL("EVENTQ_BASE", reg.eventq_base, dut->eventq_base_o);
    CHECK_EQUAL("EVENTQ_CONS", reg.eventq_cons, dut->eventq_cons_o);
    CHECK_EQUAL("event interrupt on", (reg.irq & reg.irq_ack & SMMU_IRQ_CTRL_EVENTQ_IRQEN_MASK) != 0, dut->eventq_irq_enable_o);
    CHECK_EQUAL("CMDQ_ERR is active", reg.active() & 1, dut->cmdq_err_active_o);
    CHECK_EQUAL("EVENTQ_ABT_ERR is active", reg.active() >> 2 & 1, dut->eventq_abt_active_o);
    CHECK_EQUAL("address of the GERROR MSI", reg.gerror_cfg0, dut->gerror_msi_addr_o);
    CHECK_EQUAL("its data", reg.gerror_cfg1, dut->gerror_msi_data_o);
    CHECK_EQUAL("address of the event MSI", reg.eventq_cfg0, dut->eventq_msi_addr_o);
    CHECK_EQUAL("its data", reg.eventq_cfg1, dut->eventq_msi_data_o);
    CHECK_EQUAL("interrupt with a new error, not with that of its own MSI", reg.interrupt, dut->irq_gerror_o);
    CHECK_EQUAL("Updates hold translations", differ || (reg.gbpa & SMMU_GBPA_Update_MASK), dut->hold_o);
    CHECK_EQUAL("SMMUEN falls", differ && !(reg.cr0 & SMMU_CR0_SMMUEN_MASK), dut->smmu_closes_o);
    if (had_b || had_r || reg.cr0 != reg.ack || reg.irq != reg.irq_ack) CHECK("busy", dut->busy_o);
    CHECK("responses are OKAY", dut->bresp_o == 0 && dut->rresp_o == 0);
    tally.interrupts += reg.interrupt;

    const bool cons_we = dut->cmdq_cons_we_o, prod_we = dut->eventq_prod_we_o, pmcg_lo = dut->pmcg_we_lo_o, pmcg_hi = dut->pmcg_we_hi_o;
    const Word pointer = dut->pointer_wdata_o, pmcg_wdata = dut->pmcg_wdata_o, pmcg_addr = dut->pmcg_addr_o, pmcg_page1 = dut->pmcg_page1_o, pmcg_group = dut->pmcg_group_o;
    const bool pmcg_re = dut->pmcg_re_o;
    if (dut->awvalid_i && dut->awready_o) write_at = aw.taken();
    if (dut->wvalid_i && dut->wready_o) write_data = w.taken();
    if (dut->arvalid_i && dut->arready_o) read_at = ar.taken();
    const bool b = dut->bvalid_o && dut->bready_i, r = dut->rvalid_o && dut->rready_i;
    dut.edge();
    dut.settle();

    // ---- the clock ----
    const Registers was = reg;
    reg.step(was, in);
    for (unsigned i = 0; i < 5; i++) tally.errors += in.errors[i], tally.repeated += in.errors[i] && (was.active() >> kErrorBit[i] & 1);
    tally.acks += reg.ack != was.ack;
    const bool applied = dut->bvalid_o && !had_b;
    const bool lo = applied && (write_data.strobes & 0x0f) == 0x0f, hi = applied && (write_data.strobes & 0xf0) == 0xf0;
    if (applied) {
      CHECK("a write is answered once it has address and data", open_write && aw.empty() && w.empty());
      const unsigned at = unsigned(write_at) & ~7u;
      if (lo) reg.write(at, write_data.data & mask(32), was);
      if (hi) reg.write(at + 4, write_data.data >> 32, was);
      tally.writes++;
      tally.guarded += !was.off(SMMU_CR0_SMMUEN_MASK);
    }
    const bool cmdq_off = was.off(SMMU_CR0_CMDQEN_MASK), eventq_off = was.off(SMMU_CR0_EVENTQEN_MASK);
    CHECK_EQUAL("CMDQ_CONS is written while the queue is off", hi && (write_at & ~Word{7}) == SMMU_CMDQ_PROD && cmdq_off, cons_we);
    CHECK_EQUAL("EVENTQ_PROD is written while the queue is off", lo && (write_at & ~Word{7}) == SMMU_EVENTQ_PROD && eventq_off, prod_we);
    if (cons_we) CHECK_EQUAL("CMDQ_CONS is the upper word", write_data.data >> 32, pointer);
    if (prod_we) CHECK_EQUAL("EVENTQ_PROD is the lower word", write_data.data & mask(32), pointer);
    const auto counters = [](Word at) { return (at >> 17 == 1 || at >> 17 >= 3) && field(at, 15, 12) == 0; };   // first 4 KiB of both pages, of the unit and of each TBU
    CHECK_EQUAL("a write of counters, lower word", lo && counters(write_at), pmcg_lo);
    CHECK_EQUAL("a write of counters, upper word", hi && counters(write_at), pmcg_hi);
    if (pmcg_lo || pmcg_hi) {
      CHECK_EQUAL("which counter register", field(write_at, 11, 3), pmcg_addr);
      CHECK_EQUAL("of which group", write_at >> 17, pmcg_group);
      CHECK_EQUAL("on which page", write_at >> 16 & 1, pmcg_page1);
      CHECK_EQUAL("what is written", write_data.data, pmcg_wdata);
      tally.pmcg++;
    }
    const bool answered = dut->rvalid_o && !had_r;
    if (answered) {
      CHECK("a read that was asked for", open_read && ar.empty());
      const unsigned at = unsigned(read_at) & ~7u;
      CHECK_EQUAL("counters are read", counters(read_at), pmcg_re);
      const Word value = counters(read_at) ? in.pmcg : was.read(at, in) | was.read(at + 4, in) << 32;
      CHECK_EQUAL("what is read", value, dut->rdata_o);
      if (pmcg_re) {
        CHECK_EQUAL("which counter register", field(read_at, 11, 3), pmcg_addr);
        CHECK_EQUAL("of which group", read_at >> 17, pmcg_group);
        CHECK_EQUAL("on which page", read_at >> 16 & 1, pmcg_page1);
      }
      tally.reads++;
      tally.absent += value == 0;
    }
    if (b) open_write = false;
    if (r) open_read = false;
    had_b = dut->bvalid_o;
    had_r = dut->rvalid_o;
    if ((open_write && aw.empty() && w.empty() && !had_b) || (open_read && ar.empty() && !had_r)) CHECK("every access is answered", ++patience < 8);
    else patience = 0;
  }
}

void test_the_register_file_is_that_of_the_tables(void) {
  tally = {};
  for (unsigned seed = first_seed; seed < first_seed + 60; seed++) {
    dut.make(seed);
    run(5000);
  }
  dut.end();
  TEST_ASSERT_GREATER_THAN(15000, tally.writes);
  TEST_ASSERT_GREATER_THAN(15000, tally.reads);
  TEST_ASSERT_GREATER_THAN(1000, tally.absent);
  TEST_ASSERT_GREATER_THAN(1000, tally.guarded);
  TEST_ASSERT_GREATER_THAN(1000, tally.acks);
  TEST_ASSERT_GREATER_THAN(1000, tally.errors);
  TEST_ASSERT_GREATER_THAN(500, tally.repeated);
  TEST_ASSERT_GREATER_THAN(100, tally.interrupts);
  TEST_ASSERT_GREATER_THAN(300, tally.pmcg);
}
}  // namespace

int main(int argc, char** argv) {
  UNITY_BEGIN(argc, argv);
  take_seed(argc, argv);
  RUN_TEST(test_the_register_file_is_that_of_the_tables);
  return UNITY_END();
}
