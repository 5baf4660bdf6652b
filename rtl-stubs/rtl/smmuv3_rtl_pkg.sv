// SPDX-License-Identifier: Apache-2.0
// Constants and small pure functions of this SMMUv3 block: limits of the ID straps, access classes, requester
// IDs, state numbers of the engines and the arithmetic they share.
// Not here: architectural layouts (generated package smmuv3_arch_pkg). Proof: test/ (rtl.vectors).
package smmuv3_rtl_pkg;

  // ---- limits of the straps: a one-bit feature may be 1 only where the mask has a 1; numeric fields are bounded by
  // the *Max constants. Whoever drives the straps checks them (StrapsWithinLimits_A repeats the check in simulation).
  // IDR0: ST_LEVEL 0..1, TERM_MODEL, STALL_MODEL must be 1, TTENDIAN must be 2, ASID16, VMID16, COHACC, TTF must be 2, S1P, CD2L.
  localparam logic [31:0] Idr0Mask = 32'h0D4C_101A;
  // IDR1: ATTR_PERMS_OVR and the five size fields (PRIQS is free because PRI=0).
  localparam logic [31:0] Idr1Mask = 32'h07FF_FFFF;
  localparam logic [31:0] Idr2Mask = 32'h0000_0000;
  // IDR3: E0PD, BBML, RIL, STT, HAD.
  localparam logic [31:0] Idr3Mask = 32'h0000_3E04;
  // IDR5: GRAN64K, GRAN16K, GRAN4K, OAS.
  localparam logic [31:0] Idr5Mask = 32'h0000_0077;
  localparam logic [5:0]  SidSizeMax   = 6'd32;
  localparam logic [4:0]  SsidSizeMax  = 5'd20;
  localparam logic [4:0]  QueueSizeMax = 5'd19;  // CMDQS and EVENTQS
  localparam logic [2:0]  OasCodeMax   = 3'd5;   // 48 bits

  // The natural full configuration (SIDSIZE 16, SSIDSIZE 10, CMDQS = EVENTQS = 10, OAS 48, TERM_MODEL 0).
  localparam logic [31:0] Idr0Default = 32'h094C_101A;
  localparam logic [31:0] Idr1Default = 32'h054A_0290;
  localparam logic [31:0] Idr3Default = 32'h0000_2C04;
  localparam logic [31:0] Idr5Default = 32'h0000_0075;

  // ---- access classes on AxUSER of the walk-and-queue master ----
  localparam logic [3:0] ClassL1std = 4'd1;
  localparam logic [3:0] ClassSte = 4'd2;
  localparam logic [3:0] ClassL1cd = 4'd3;
  localparam logic [3:0] ClassCd = 4'd4;
  localparam logic [3:0] ClassStage1Table = 4'd5;
  localparam logic [3:0] ClassCmdqRead = 4'd8;
  localparam logic [3:0] ClassEventqWrite = 4'd9;

  // ---- requesters on the walk-and-queue master; the number is the AXI ID ----
  localparam int unsigned NumReaders = 3;
  localparam int unsigned ReaderCmdq = 0;
  localparam int unsigned ReaderCfg = 1;
  localparam int unsigned ReaderWalker = 2;
  localparam logic [3:0]  WriterEventqId = 4'd3;

  // ---- how a transaction ends ----
  typedef enum logic [1:0] {
    ResultOk = 2'd0,
    ResultAbort = 2'd1,
    ResultRazWi = 2'd2
  } result_e;

  // ---- what the configuration of a (StreamID, SubstreamID) says ----
  typedef enum logic [1:0] {
    CfgAbort = 2'd0,   // STE.Config = 0b0xx: abort without a record
    CfgBypass = 2'd1,
    CfgStage1 = 2'd2,
    CfgFault = 2'd3    // configuration error: event_id says which
  } cfg_kind_e;

  typedef enum logic [2:0] {
    CfgInvAll = 3'd0,
    CfgInvSte = 3'd1,
    CfgInvRange = 3'd2,
    CfgInvCd = 3'd3,
    CfgInvCdAll = 3'd4
  } cfg_inv_e;

  typedef enum logic [2:0] {
    TlbInvAll = 3'd0,    // every entry
    TlbInvVmid = 3'd1,   // VMID
    TlbInvAsid = 3'd2,   // VMID, ASID, non-global only
    TlbInvVa = 3'd3,     // VMID, address range, ASID or global
    TlbInvVaa = 3'd4     // VMID, address range
  } tlb_inv_e;

  // ---- engine states; the numbers appear on the observation ports ----
  typedef enum logic [3:0] {
    CmdqIdle = 4'd0, CmdqRequest = 4'd1, CmdqData = 4'd2, CmdqDecode = 4'd3, CmdqTlb = 4'd4, CmdqCfg = 4'd5,
    CmdqSnapshot = 4'd6, CmdqDrain = 4'd7, CmdqRetire = 4'd8, CmdqError = 4'd9
  } cmdq_state_e;
  typedef enum logic [3:0] {EventqIdle = 4'd0, EventqWrite = 4'd1} eventq_state_e;
  typedef enum logic [3:0] {
    TcuIdle = 4'd0, TcuStart = 4'd1, TcuBypassed = 4'd2, TcuConfig = 4'd3, TcuRange = 4'd4, TcuTlb = 4'd5, TcuWalk = 4'd6,
    TcuFill = 4'd7, TcuCheck = 4'd8, TcuEvent = 4'd9, TcuAnswer = 4'd10
  } tcu_state_e;
  typedef enum logic [3:0] {
    CfgIdle = 4'd0, CfgLookup = 4'd1, CfgL1Request = 4'd2, CfgL1Data = 4'd3, CfgSteRequest = 4'd4, CfgSteData = 4'd5,
    CfgSteCheck = 4'd6, CfgCdRequest = 4'd7, CfgCdData = 4'd8, CfgCdCheck = 4'd9, CfgFill = 4'd10, CfgDone = 4'd11,
    CfgL1CdRequest = 4'd12, CfgL1CdData = 4'd13
  } cfg_state_e;
  typedef enum logic [3:0] {
    WalkerIdle = 4'd0, WalkerAddress = 4'd1, WalkerRequest = 4'd2, WalkerData = 4'd3, WalkerDecode = 4'd4, WalkerDone = 4'd5
  } walker_state_e;
  typedef enum logic [3:0] {
    TlbIdle = 4'd0, TlbLookup = 4'd1, TlbProbe = 4'd2, TlbSweep = 4'd3, TlbDone = 4'd4
  } tlb_state_e;
  typedef enum logic [3:0] {
    TbuIdle = 4'd0, TbuTranslate = 4'd1, TbuAddress = 4'd2, TbuData = 4'd3, TbuResponse = 4'd4, TbuTerminate = 4'd5,
    TbuAnswer = 4'd6
  } tbu_state_e;

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

  // Stage-1 permission check for the two-privilege worlds. ap = effective AP[2:1].
  function automatic logic stage1_permits(logic rnw, logic instruction, logic privileged, logic [1:0] ap, logic uxn,
                                          logic pxn, logic wxn, logic pan);
    logic unprivileged_any;
    logic writable;
    logic data_ok;
    unprivileged_any = ap[0];
    writable = !ap[1];
    if (rnw && instruction) begin
      if (privileged) stage1_permits = !pxn && !(ap == 2'b01) && !(wxn && writable);
      else stage1_permits = !uxn && !(wxn && writable && unprivileged_any);
    end else begin
      data_ok = privileged ? !(pan && unprivileged_any) : unprivileged_any;
      stage1_permits = data_ok && (rnw || writable);
    end
  endfunction

endpackage
