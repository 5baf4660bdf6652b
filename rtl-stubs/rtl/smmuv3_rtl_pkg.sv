// SPDX-License-Identifier: Apache-2.0
// Constants and small pure functions of this SMMUv3 block: limits of the ID straps, access classes, requester
// IDs, state numbers of the engines and the arithmetic they share.
// Not here: architectural layouts (generated package smmuv3_arch_pkg). Proof: test/ (rtl.vectors).
package smmuv3_rtl_pkg;

  // ---- limits of the straps: a one-bit feature may be 1 only where the mask has a 1; numeric fields are bounded by
  // the *Max constants. Whoever drives the straps checks them (StrapsWithinLimits_A repeats the check in simulation).
  // IDR0: ST_LEVEL 0..1, TERM_MODEL, STALL_MODEL 0..2, TTENDIAN must be 2, CD2L, VMID16, VMW, SEV, MSI, ASID16, HYP, BTM,
  // HTTU 0..2, COHACC, TTF must be 2, S1P, S2P.
  localparam logic [31:0] Idr0Mask = 32'h0F4E_72FB;
  // IDR1: ATTR_PERMS_OVR and the five size fields (PRIQS is free because PRI=0).
  localparam logic [31:0] Idr1Mask = 32'h07FF_FFFF;
  localparam logic [31:0] Idr2Mask = 32'h0000_0000;
  // IDR3: E0PD, BBML, RIL, STT, XNX, HAD.
  localparam logic [31:0] Idr3Mask = 32'h0000_3E14;
  // IDR5: STALL_MAX, GRAN64K, GRAN16K, GRAN4K, OAS.
  localparam logic [31:0] Idr5Mask = 32'hFFFF_0077;
  localparam logic [5:0]  SidSizeMax   = 6'd32;
  localparam logic [4:0]  SsidSizeMax  = 5'd20;
  localparam logic [4:0]  QueueSizeMax = 5'd19;  // CMDQS and EVENTQS
  localparam logic [2:0]  OasCodeMax   = 3'd5;   // 48 bits
  localparam logic [15:0] StallMax     = 16'd16; // IDR5.STALL_MAX

  // The natural full configuration (SIDSIZE 16, SSIDSIZE 10, CMDQS = EVENTQS = 10, OAS 48, TERM_MODEL 0, STALL_MODEL 0,
  // STALL_MAX 16, HTTU 2).
  localparam logic [31:0] Idr0Default = 32'h084E_72BB;
  localparam logic [31:0] Idr1Default = 32'h054A_0290;
  localparam logic [31:0] Idr3Default = 32'h0000_2C14;
  localparam logic [31:0] Idr5Default = 32'h0010_0075;

  // ---- access classes on AxUSER of the walk-and-queue master ----
  localparam logic [3:0] ClassL1std = 4'd1;
  localparam logic [3:0] ClassSte = 4'd2;
  localparam logic [3:0] ClassL1cd = 4'd3;
  localparam logic [3:0] ClassCd = 4'd4;
  localparam logic [3:0] ClassStage1Table = 4'd5;
  localparam logic [3:0] ClassStage2Table = 4'd6;
  localparam logic [3:0] ClassCmdqRead = 4'd8;
  localparam logic [3:0] ClassEventqWrite = 4'd9;
  localparam logic [3:0] ClassMsi = 4'd11;

  // ---- requesters on the walk-and-queue master; the number is the AXI ID. Slot n of the translation unit is 8 + n. ----
  localparam logic [3:0] ReaderCmdqId = 4'd0;
  localparam logic [3:0] WriterEventqId = 4'd3;
  localparam logic [3:0] WriterMsiId = 4'd4;
  localparam int unsigned SlotsMax = 8;

  // ---- how a transaction ends ----
  typedef enum logic [1:0] {
    ResultOk = 2'd0,
    ResultAbort = 2'd1,
    ResultRazWi = 2'd2,
    ResultWait = 2'd3    // stalled, or held until a stall can be recorded
  } result_e;

  // ---- what an STE says for one transaction ----
  typedef enum logic [1:0] {
    SteFault = 2'd0,   // configuration error: an event number says which
    SteAbort = 2'd1,   // STE.Config = 0b0xx: abort without a record
    SteNoStage1 = 2'd2,  // bypass, or stage 2 alone
    SteStage1 = 2'd3   // a CD is needed
  } ste_verdict_e;

  // ---- worlds: first part of the tag of a TLB entry ----
  typedef enum logic [1:0] {
    WorldEl1 = 2'd0,     // stage 1, or both stages, of NS-EL1: VMID and ASID
    WorldEl2 = 2'd1,     // EL2 without E2H: neither
    WorldE2h = 2'd2,     // EL2 with E2H: ASID
    WorldStage2 = 2'd3   // stage 2 alone, by IPA: VMID
  } world_e;

  typedef enum logic [2:0] {
    CfgInvAll = 3'd0,
    CfgInvSte = 3'd1,
    CfgInvRange = 3'd2,
    CfgInvCd = 3'd3,
    CfgInvCdAll = 3'd4
  } cfg_inv_e;

  // What a TLB invalidation must match; an entry of a world in the mask goes when every condition that is set holds.
  typedef struct packed {
    logic [3:0] worlds;     // one bit per world_e
    logic       by_vmid;
    logic       by_asid;
    logic       globals;    // with by_asid: entries that are global match any ASID
    logic       by_range;
    logic       shared;     // only entries with ASET = 0 (broadcasts that carry an ASID)
    logic       tables;     // pointers to tables go too
  } tlb_inv_t;

  // ---- engine states; the numbers appear on the observation ports ----
  typedef enum logic [3:0] {
    CmdqIdle = 4'd0, CmdqRequest = 4'd1, CmdqData = 4'd2, CmdqDecode = 4'd3, CmdqTlb = 4'd4, CmdqCfg = 4'd5,
    CmdqSnapshot = 4'd6, CmdqDrain = 4'd7, CmdqRetire = 4'd8, CmdqError = 4'd9, CmdqStall = 4'd10
  } cmdq_state_e;
  typedef enum logic [3:0] {EventqIdle = 4'd0, EventqWrite = 4'd1} eventq_state_e;
  // A slot of the translation unit. Up to SlotRead a slot waits for somebody else; all others take one step when chosen.
  typedef enum logic [4:0] {
    SlotIdle = 5'd0, SlotEvent = 5'd1, SlotMerge = 5'd2, SlotUpdate = 5'd3, SlotRead = 5'd4,
    SlotFetch = 5'd5, SlotGbpa = 5'd6, SlotConfig = 5'd7, SlotSte = 5'd8, SlotCd = 5'd9, SlotRange = 5'd10, SlotTlb = 5'd11,
    SlotWalk = 5'd12, SlotIpa = 5'd13, SlotStage2 = 5'd14, SlotStage2Done = 5'd15, SlotCheck = 5'd16, SlotAnswer = 5'd17,
    SlotLock = 5'd18, SlotUpdated = 5'd19
  } slot_state_e;
  typedef enum logic [3:0] {TlbIdle = 4'd0, TlbProbe = 4'd1, TlbSweep = 4'd2} tlb_state_e;
  typedef enum logic [3:0] {
    TbuIdle = 4'd0, TbuTranslate = 4'd1, TbuData = 4'd2, TbuTerminate = 4'd3, TbuStalled = 4'd4
  } tbu_state_e;

  // ---- translations in flight ----
  // What a stage-2 lookup or walk inside a translation is for; the numbers are those of CLASS in records.
  localparam logic [1:0] ForCd = 2'd0;
  localparam logic [1:0] ForTable = 2'd1;
  localparam logic [1:0] ForInput = 2'd2;
  // What STE and registers made of a transaction.
  typedef struct packed {
    logic   two_level;      // its CD is in a two-level table
    logic   counted;        // its configuration miss
    world_e world;
    logic   stage2;
    logic   stage1;
    logic   privileged;
    logic   instruction;
  } mode_t;
  // A translation in hand: what its leaves let do.
  typedef struct packed {
    logic       walked;     // from a walk, not from the TLB
    logic       is_global;
    logic       access;     // its access flag has to be set
    logic       clean;      // read-only but for DBM: a write may make it writable, with CD.HD
    logic [1:0] ap;         // AP[2:1] under the limits of the tables
    logic       uxn;
    logic       pxn;
    logic [1:0] s2ap;
    logic [1:0] s2xn;
  } leaf_t;
  // A stage-2 leaf inside a nested translation.
  typedef struct packed {
    logic       walked;
    logic       access;     // its access flag has to be set
    logic       clean;      // a write may make it writable
    logic [1:0] s2ap;
    logic [1:0] s2xn;
    logic       device;
  } leaf2_t;
  // How an exclusive write of a descriptor ended.
  typedef enum logic [1:0] {
    UpdateDone = 2'd0,
    UpdateLost = 2'd1,      // somebody else wrote in between
    UpdateFailed = 2'd2     // on the bus, or lost too often
  } update_e;
  // Where a step leads.
  typedef struct packed {
    slot_state_e state;
    logic        fetch;     // read fetch_class at the fetch address
    logic        ipa;       // the IPA through stage 2
    logic        miss;
    logic        fault_s1;  // event_id; terminated or stalled as the CD says
    logic        fault_s2;  // the same by the STE
    logic        terminate; // event_id; always recorded unless silent
    logic        silent;
    logic        finish;    // result
    logic [7:0]  event_id;
    result_e     result;
    logic [3:0]  fetch_class;
    logic [1:0]  what_for;
  } move_t;

  // Translation sizes a TLB entry can have. 4K, 16K, 64K pages; 2M, 32M, 512M, 1G blocks.
  localparam int unsigned NumSizeClasses = 7;
  function automatic logic [5:0] size_class_log2(logic [2:0] size_class);
    unique case (size_class)
      3'd0: size_class_log2 = 6'd12;
      3'd1: size_class_log2 = 6'd14;
      3'd2: size_class_log2 = 6'd16;
      3'd3: size_class_log2 = 6'd21;
      3'd4: size_class_log2 = 6'd25;
      3'd5: size_class_log2 = 6'd29;
      default: size_class_log2 = 6'd30;
    endcase
  endfunction

  // Address bits for the encoding of IDR5.OAS and CD.IPS (6 and 7 mean 52).
  function automatic logic [5:0] pa_bits(logic [2:0] code);
    unique case (code)
      3'd0: pa_bits = 6'd32;
      3'd1: pa_bits = 6'd36;
      3'd2: pa_bits = 6'd40;
      3'd3: pa_bits = 6'd42;
      3'd4: pa_bits = 6'd44;
      3'd5: pa_bits = 6'd48;
      default: pa_bits = 6'd52;
    endcase
  endfunction

  function automatic logic above(logic [63:0] addr, logic [5:0] bits);
    above = (addr >> bits) != 64'd0;
  endfunction

  // Ones below bit `bits` (0..63).
  function automatic logic [63:0] low_mask(logic [5:0] bits);
    low_mask = (64'd1 << bits) - 64'd1;
  endfunction

  // Effective log2 of a queue's entry count.
  function automatic logic [4:0] queue_log2(logic [4:0] log2size, logic [4:0] cap);
    queue_log2 = (log2size > cap) ? cap : log2size;
  endfunction

  // Index and wrap bits of a queue pointer: [log2:0].
  function automatic logic [19:0] pointer_mask(logic [4:0] log2size);
    pointer_mask = 20'((21'd2 << log2size) - 21'd1);
  endfunction

  function automatic logic [19:0] index_mask(logic [4:0] log2size);
    index_mask = 20'((21'd1 << log2size) - 21'd1);
  endfunction

  // PRIVCFG / INSTCFG: 0b0x incoming, 0b10 force 0, 0b11 force 1.
  function automatic logic override_bit(logic [1:0] cfg, logic incoming);
    override_bit = cfg[1] ? cfg[0] : incoming;
  endfunction

  // Granule codes used inside the block: 0 4K, 1 16K, 2 64K, 3 none. CD.TG0 and CD.TG1 encode them differently.
  function automatic logic [1:0] granule_tg0(logic [1:0] tg0);
    unique case (tg0)
      2'd0: granule_tg0 = 2'd0;
      2'd1: granule_tg0 = 2'd2;
      2'd2: granule_tg0 = 2'd1;
      default: granule_tg0 = 2'd3;
    endcase
  endfunction
  function automatic logic [1:0] granule_tg1(logic [1:0] tg1);
    unique case (tg1)
      2'd1: granule_tg1 = 2'd1;
      2'd2: granule_tg1 = 2'd0;
      2'd3: granule_tg1 = 2'd2;
      default: granule_tg1 = 2'd3;
    endcase
  endfunction

  // Address bits that one level of a table leaves to the levels below; 63 where a granule has no such level.
  function automatic logic [5:0] level_shift(logic [1:0] granule, logic [1:0] level);
    unique case ({granule, level})
      4'h0: level_shift = 6'd39;
      4'h1: level_shift = 6'd30;
      4'h2: level_shift = 6'd21;
      4'h3: level_shift = 6'd12;
      4'h4: level_shift = 6'd47;
      4'h5: level_shift = 6'd36;
      4'h6: level_shift = 6'd25;
      4'h7: level_shift = 6'd14;
      4'h9: level_shift = 6'd42;
      4'hA: level_shift = 6'd29;
      4'hB: level_shift = 6'd16;
      default: level_shift = 6'd63;
    endcase
  endfunction

  function automatic logic [2:0] leaf_size_class(logic [1:0] granule, logic [1:0] level);
    unique case ({granule, level})
      4'h1: leaf_size_class = 3'd6;   // 1G
      4'h2: leaf_size_class = 3'd3;   // 2M
      4'h6: leaf_size_class = 3'd4;   // 32M
      4'h7: leaf_size_class = 3'd1;   // 16K
      4'hA: leaf_size_class = 3'd5;   // 512M
      4'hB: leaf_size_class = 3'd2;   // 64K
      default: leaf_size_class = 3'd0;
    endcase
  endfunction

  // Start level of stage 1 by input size.
  function automatic logic [1:0] stage1_start(logic [1:0] granule, logic [5:0] input_bits);
    logic [5:0] stride;
    stride = 6'd9 + {3'd0, granule, 1'b0};
    if (input_bits > level_shift(granule, 2'd1) + stride) stage1_start = 2'd0;
    else if (input_bits > level_shift(granule, 2'd2) + stride) stage1_start = 2'd1;
    else if (input_bits > level_shift(granule, 2'd3) + stride) stage1_start = 2'd2;
    else stage1_start = 2'd3;
  endfunction

  // Start level of STE.S2SL0; [2] set: reserved. 3 means level 3 for 4 KiB tables with IDR3.STT.
  function automatic logic [2:0] stage2_start(logic [1:0] granule, logic [1:0] sl0, logic stt);
    if (granule == 2'd0) stage2_start = (sl0 == 2'd3) ? {!stt, 2'd3} : {1'b0, 2'd2 - sl0};
    else stage2_start = {sl0 == 2'd3, 2'd3 - sl0};
  endfunction

  // Address of a descriptor. The start table is as long as the input needs (stage 2: up to 16 tables) and aligned to that.
  function automatic logic [51:0] descriptor_address(logic [1:0] granule, logic [1:0] level, logic first, logic [5:0] input_bits,
                                                     logic [51:0] base, logic [63:0] address);
    logic [5:0]  shift;
    logic [63:0] index;
    shift = level_shift(granule, level);
    index = (address & low_mask(input_bits)) >> shift;
    if (!first) index = index & low_mask(6'd9 + {3'd0, granule, 1'b0});
    descriptor_address = (first ? (base & ~52'(low_mask(input_bits - shift + 6'd3))) : base) | {index[48:0], 3'd0};
  endfunction

  // Stage-1 permission check. ap = effective AP[2:1]; clean: a write may make the page writable, so it counts as writable;
  // one_privilege: EL2 without E2H, where PnU, AP[1], PAN and PXN mean nothing.
  function automatic logic stage1_permits(logic one_privilege, logic rnw, logic instruction, logic privileged, logic [1:0] ap,
                                          logic clean, logic uxn, logic pxn, logic wxn, logic pan);
    logic unprivileged_any;
    logic writable;
    logic data_ok;
    unprivileged_any = ap[0];
    writable = !ap[1] || clean;
    if (one_privilege) begin
      stage1_permits = (rnw && instruction) ? (!uxn && !(wxn && writable)) : (rnw || writable);
    end else if (rnw && instruction) begin
      if (privileged) stage1_permits = !pxn && !(writable && unprivileged_any) && !(wxn && writable);
      else stage1_permits = !uxn && !(wxn && writable && unprivileged_any);
    end else begin
      data_ok = privileged ? !(pan && unprivileged_any) : unprivileged_any;
      stage1_permits = data_ok && (rnw || writable);
    end
  endfunction

  // Stage-2 permission check: S2AP[0] read, [1] write; xn = descriptor bits 54:53, the lower one only with IDR3.XNX.
  function automatic logic stage2_permits(logic rnw, logic instruction, logic privileged, logic [1:0] s2ap, logic [1:0] xn,
                                          logic xnx);
    logic never;
    unique case ({xn[1], xn[0] && xnx})
      2'b00: never = 1'b0;
      2'b01: never = privileged;
      2'b10: never = 1'b1;
      default: never = !privileged;
    endcase
    if (!rnw) stage2_permits = s2ap[1];
    else if (instruction) stage2_permits = !never;
    else stage2_permits = s2ap[0];
  endfunction

endpackage
