-- SPDX-License-Identifier: Apache-2.0
-- The one definition of the SMMUv3 layouts (v3.0 to v3.3): registers, structures, commands, records, descriptors.
-- Left out: behaviour (handshakes, toggles, guards live where they are implemented), fields new in v3.4, IMPLEMENTATION
-- DEFINED ranges. Proof: arch/test/test_gen.lua for the checks of the generator; golden bytes worked out by hand elsewhere.
--
-- A field is { NAME, msb, lsb, ... }; bits count over the whole structure, so bit 64 is bit 0 of the second 64-bit word.
--   addr = true   the field is an address: accessors keep it in place instead of shifting it down
--   enum = {...}  named values of this field (not shifted); enum_of = "X" points to a list in `enums` below
--   when = "..."  the field exists only in this form of the word; fields of different forms may share bits
-- A register has name, offset (in its page), bits, access, page, reset (number, "unknown" or "impdef"; nil: fixed by the
-- implementation, or not one value for all fields), and, when indexed, count and stride.

local SH       = { NSH = 0, OSH = 2, ISH = 3 }                    -- 1 is reserved and acts as NSH
local SHCFG    = { NSH = 0, INCOMING = 1, OSH = 2, ISH = 3 }
local PRIVCFG  = { INCOMING = 0, UNPRIVILEGED = 2, PRIVILEGED = 3 }
local INSTCFG  = { INCOMING = 0, DATA = 2, INSTRUCTION = 3 }
local CR1_ATTR = { NC = 0, WB = 1, WT = 2 }                       -- registers; not the encoding of the tables
local CD_PTR   = { NC = 0, WB_RA = 1, WT_RA = 2, WB_NRA = 3 }     -- S1CIR, S1COR
local WALK     = { NC = 0, WB_RA_WA = 1, WT_RA = 2, WB_RA = 3 }   -- IR0, OR0, S2IR0 and their like
local TG0      = { ["4K"] = 0, ["64K"] = 1, ["16K"] = 2 }         -- also S2TG
local TG1      = { ["16K"] = 1, ["4K"] = 2, ["64K"] = 3 }
local PA_SIZE  = { ["32BIT"] = 0, ["36BIT"] = 1, ["40BIT"] = 2, ["42BIT"] = 3, ["44BIT"] = 4, ["48BIT"] = 5, ["52BIT"] = 6 }
local CERROR   = { CERROR_NONE = 0, CERROR_ILL = 1, CERROR_ABT = 2, CERROR_ATC_INV_SYNC = 3 }
local ATOS     = { STAGE1 = 1, STAGE2 = 2, NESTED = 3 }
local FAULTC   = { INV_REQ = 0xff, INV_STAGE = 0xfe, INTERNAL_ERR = 0xfd }

-- Field lists used by more than one register.
local cr0 = {
   { "DPT_WALK_EN", 10, 10, doc = "Device permission table walks; only with IDR3.DPT." },
   { "VMW", 8, 6, doc = "How many low VMID bits invalidation ignores; RES0 without IDR0.VMW.",
     enum = { EXACT = 0, IGNORE_1BIT = 1, IGNORE_2BITS = 2, IGNORE_3BITS = 3, IGNORE_4BITS = 4 } },
   { "ATSCHK", 4, 4, doc = "Check ATS translated traffic against STE.EATS." },
   { "CMDQEN", 3, 3, doc = "Command queue is processed." },
   { "EVENTQEN", 2, 2, doc = "Event queue may be written." },
   { "PRIQEN", 1, 1, doc = "PRI queue may be written." },
   { "SMMUEN", 0, 0, doc = "1: translate; 0: traffic is treated as GBPA says." },
}
local irq_ctrl = {
   { "EVENTQ_IRQEN", 2, 2, doc = "Event queue interrupt, wired and MSI." },
   { "PRIQ_IRQEN", 1, 1, doc = "PRI queue interrupt, wired and MSI." },
   { "GERROR_IRQEN", 0, 0, doc = "Global error interrupt, wired and MSI." },
}
local gerror = {
   { "DPT_ERR", 10, 10, doc = "Device permission table lookup fault; only with IDR3.DPT." },
   { "CMDQP_ERR", 9, 9, doc = "Error on an enhanced command queue; only with IDR1.ECMDQ." },
   { "SFM_ERR", 8, 8, doc = "Service failure mode was entered." },
   { "MSI_GERROR_ABT_ERR", 7, 7, doc = "The MSI of a global error aborted; raises no interrupt itself." },
   { "MSI_PRIQ_ABT_ERR", 6, 6, doc = "The MSI of the PRI queue aborted." },
   { "MSI_EVENTQ_ABT_ERR", 5, 5, doc = "The MSI of the event queue aborted." },
   { "MSI_CMDQ_ABT_ERR", 4, 4, doc = "The MSI of a CMD_SYNC aborted." },
   { "PRIQ_ABT_ERR", 3, 3, doc = "An access to the PRI queue aborted." },
   { "EVENTQ_ABT_ERR", 2, 2, doc = "An access to the event queue aborted." },
   { "CMDQ_ERR", 0, 0, doc = "Command error; CMDQ_CONS.ERR says which." },
}
local msi_addr = { { "ADDR", 51, 2, addr = true, doc = "MSI address; 0 means no MSI." } }
local msi_data = { { "DATA", 31, 0, doc = "MSI payload, written as 32 bits." } }
local msi_attr = {
   { "SH", 5, 4, enum = SH, doc = "Shareability of the MSI write." },
   { "MemAttr", 3, 0, enum_of = "MEMATTR", doc = "Memory type of the MSI write." },
}
local priq_msi_attr = {
   { "LO", 31, 31, doc = "0: interrupt when the queue stops being empty; 1: when a request with Last = 1 arrives." },
   msi_attr[1], msi_attr[2],
}
local cmdq_base = {
   { "RA", 62, 62, doc = "Read-allocate hint." },
   { "ADDR", 51, 5, addr = true, doc = "Queue base, aligned down to the size of the queue." },
   { "LOG2SIZE", 4, 0, doc = "log2 of the number of entries, capped by IDR1." },
}
local out_queue_base = {
   { "WA", 62, 62, doc = "Write-allocate hint." },
   { "ADDR", 51, 5, addr = true, doc = "Queue base, aligned down to the size of the queue." },
   { "LOG2SIZE", 4, 0, doc = "log2 of the number of entries, capped by IDR1." },
}
local out_queue_prod = {
   { "OVFLG", 31, 31, doc = "Toggled on overflow." },
   { "WR", 19, 0, doc = "Write index; the bit above the index is the wrap flag." },
}
local out_queue_cons = {
   { "OVACKFLG", 31, 31, doc = "Set equal to OVFLG to acknowledge an overflow." },
   { "RD", 19, 0, doc = "Read index; the bit above the index is the wrap flag." },
}
local atos_ctrl = { { "RUN", 0, 0, doc = "Write 1 to start; the SMMU clears it when PAR is valid." } }
local atos_sid = {
   { "SSID_VALID", 52, 52 },
   { "SUBSTREAMID", 51, 32 },
   { "STREAMID", 31, 0 },
}
local atos_addr = {
   { "ADDR", 63, 12, addr = true, doc = "Input address." },
   { "TYPE", 11, 10, enum = ATOS, doc = "Which stages to apply; 0 is reserved." },
   { "PnU", 9, 9, doc = "1: privileged." },
   { "RnW", 8, 8, doc = "1: read." },
   { "InD", 7, 7, doc = "1: instruction; ignored for writes." },
   { "HTTUI", 6, 6, doc = "1: no hardware update of table flags." },
}
local atos_par = {
   { "ATTR", 63, 56, when = "FAULT = 0", doc = "Memory attributes in the MAIR format." },
   { "ADDR", 51, 12, when = "FAULT = 0", addr = true, doc = "Output address; with Size = 1 its lowest set bit encodes the size." },
   { "Size", 11, 11, when = "FAULT = 0", doc = "0: 4 KB; 1: ADDR encodes the size." },
   { "SH", 9, 8, when = "FAULT = 0", enum = SH },
   { "FADDR", 51, 12, when = "FAULT = 1", addr = true, doc = "IPA of a stage 2 fault of a two-stage request, else 0." },
   { "FAULTCODE", 11, 4, when = "FAULT = 1", enum = FAULTC, doc = "Event number, or one of the named codes." },
   { "REASON", 2, 1, when = "FAULT = 1", enum = { STAGE1 = 0, S2_CD = 1, S2_TT = 2, S2_IN = 3 } },
   { "FAULT", 0, 0, doc = "1: the translation failed." },
}
local mpamidr = {
   { "PMG_MAX", 23, 16, doc = "Largest PMG." },
   { "PARTID_MAX", 15, 0, doc = "Largest PARTID." },
}
local gmpam = {
   { "Update", 31, 31, doc = "Written as 1 with the new values; the SMMU clears it when they are in use." },
   { "SO_PMG", 23, 16, doc = "PMG of the accesses the unit makes on its own behalf." },
   { "SO_PARTID", 15, 0, doc = "PARTID of the accesses the unit makes on its own behalf." },
}
local iidr = {
   { "ProductID", 31, 20 },
   { "Variant", 19, 16, doc = "Major revision." },
   { "Revision", 15, 12, doc = "Minor revision." },
   { "Implementer", 11, 0, doc = "JEP106 code; 0x43b is Arm." },
}
local aidr = {
   { "ArchMajorRev", 7, 4, doc = "0: SMMUv3." },
   { "ArchMinorRev", 3, 0, doc = "n: SMMUv3.n." },
}

local function on(page, registers)
   for _, r in ipairs(registers) do r.page = page end
   return registers
end
local function join(...)
   local all = {}
   for _, list in ipairs { ... } do table.move(list, 1, #list, #all + 1, all) end
   return all
end

local page0 = on("page0", {
   { name = "IDR0", offset = 0x000, bits = 32, access = "ro", doc = "Features, part 1.", fields = {
      { "RME_IMPL", 30, 30, doc = "0 in a design without RME." },
      { "ST_LEVEL", 28, 27, enum = { LINEAR = 0, TWO_LEVEL = 1 }, doc = "Stream table formats." },
      { "TERM_MODEL", 26, 26, doc = "1: RAZ/WI termination is not offered, CD.A must be 1." },
      { "STALL_MODEL", 25, 24, enum = { STALL_AND_TERMINATE = 0, TERMINATE_ONLY = 1, STALL_FORCED = 2 } },
      { "ATSRECERR", 23, 23, doc = "Extended recording of ATS errors." },
      { "TTENDIAN", 22, 21, enum = { MIXED = 0, LITTLE = 2, BIG = 3 }, doc = "Table endianness." },
      { "VATOS", 20, 20, doc = "Virtual ATOS page." },
      { "CD2L", 19, 19, doc = "Two-level CD tables." },
      { "VMID16", 18, 18, doc = "16-bit VMID." },
      { "VMW", 17, 17, doc = "VMID wildcard in invalidation." },
      { "PRI", 16, 16, doc = "Page request interface." },
      { "ATOS", 15, 15, doc = "GATOS registers." },
      { "SEV", 14, 14, doc = "Wake events." },
      { "MSI", 13, 13, doc = "Message signalled interrupts." },
      { "ASID16", 12, 12, doc = "16-bit ASID." },
      { "NS1ATS", 11, 11, doc = "1: split-stage ATS is not supported (inverted sense)." },
      { "ATS", 10, 10, doc = "PCIe ATS." },
      { "HYP", 9, 9, doc = "EL2 contexts." },
      { "DORMHINT", 8, 8, doc = "STATUSR.DORMANT works." },
      { "HTTU", 7, 6, enum = { NONE = 0, ACCESS = 1, ACCESS_DIRTY = 2 }, doc = "Hardware update of table flags." },
      { "BTM", 5, 5, doc = "Accepts broadcast TLB maintenance." },
      { "COHACC", 4, 4, doc = "Coherent table, queue and MSI accesses." },
      { "TTF", 3, 2, enum = { AARCH32 = 1, AARCH64 = 2, BOTH = 3 }, doc = "Translation table formats." },
      { "S1P", 1, 1, doc = "Stage 1." },
      { "S2P", 0, 0, doc = "Stage 2." } } },
   { name = "IDR1", offset = 0x004, bits = 32, access = "ro", doc = "Sizes.", fields = {
      { "ECMDQ", 31, 31, doc = "Enhanced command queues." },
      { "TABLES_PRESET", 30, 30, doc = "Stream table registers are fixed." },
      { "QUEUES_PRESET", 29, 29, doc = "Queue base registers are fixed." },
      { "REL", 28, 28, doc = "Preset bases are relative to page 0." },
      { "ATTR_TYPES_OVR", 27, 27, doc = "Memory type, shareability and allocation overrides work." },
      { "ATTR_PERMS_OVR", 26, 26, doc = "Instruction and privilege overrides work." },
      { "CMDQS", 25, 21, doc = "log2 of the largest command queue." },
      { "EVENTQS", 20, 16, doc = "log2 of the largest event queue." },
      { "PRIQS", 15, 11, doc = "log2 of the largest PRI queue." },
      { "SSIDSIZE", 10, 6, doc = "SubstreamID bits." },
      { "SIDSIZE", 5, 0, doc = "StreamID bits." } } },
   { name = "IDR2", offset = 0x008, bits = 32, access = "ro", doc = "Place of the VATOS page.", fields = {
      { "BA_VATOS", 9, 0, doc = "The page is at 0x20000 + BA_VATOS * 0x10000." } } },
   { name = "IDR3", offset = 0x00c, bits = 32, access = "ro", doc = "Features, part 2; bits 23:16 are v3.4.", fields = {
      { "AIE", 23, 23, doc = "v3.4." }, { "MTEPERM", 22, 22, doc = "v3.4." }, { "THE", 21, 21, doc = "v3.4." },
      { "S2PO", 20, 20, doc = "v3.4." }, { "S2PI", 19, 19, doc = "v3.4." }, { "S1PI", 18, 18, doc = "v3.4." },
      { "EPAN", 17, 17, doc = "v3.4." }, { "PASIDTT", 16, 16, doc = "v3.4, optional earlier." },
      { "DPT", 15, 15, doc = "Device permission table." },
      { "PTWNNC", 14, 14, doc = "Meaning of STE.S2PTW = 0." },
      { "E0PD", 13, 13, doc = "CD.E0PD0 and CD.E0PD1 work." },
      { "BBML", 12, 11, enum = { LEVEL0 = 0, LEVEL1 = 1, LEVEL2 = 2 }, doc = "Break-before-make level." },
      { "RIL", 10, 10, doc = "Range invalidation and level hint." },
      { "STT", 9, 9, doc = "Small translation tables." },
      { "FWB", 8, 8, doc = "STE.S2FWB works." },
      { "MPAM", 7, 7, doc = "MPAM; MPAMIDR is present." },
      { "PPS", 5, 5, doc = "Automatic PRI responses always carry the PASID." },
      { "XNX", 4, 4, doc = "Two-bit XN at stage 2." },
      { "PBHA", 3, 3, doc = "Page-based hardware attributes." },
      { "HAD", 2, 2, doc = "Hierarchical attributes can be disabled." } } },
   { name = "IDR4", offset = 0x010, bits = 32, access = "ro", doc = "IMPLEMENTATION DEFINED.", fields = {} },
   { name = "IDR5", offset = 0x014, bits = 32, access = "ro", doc = "Address sizes, granules, stall limit.", fields = {
      { "STALL_MAX", 31, 16, doc = "Largest number of outstanding stalled transactions." },
      { "VAX", 11, 10, enum = { ["48BIT"] = 0, ["52BIT"] = 1 }, doc = "VA size of one half." },
      { "D128", 8, 8, doc = "v3.4." },
      { "DS", 7, 7, doc = "52-bit addresses with 4 KB and 16 KB granules; treat as 0." },
      { "GRAN64K", 6, 6 }, { "GRAN16K", 5, 5 }, { "GRAN4K", 4, 4 },
      { "OAS", 2, 0, enum = PA_SIZE, doc = "Output address size." } } },
   { name = "IIDR", offset = 0x018, bits = 32, access = "ro", doc = "Who made it.", fields = iidr },
   { name = "AIDR", offset = 0x01c, bits = 32, access = "ro", doc = "Architecture version.", fields = aidr },
   { name = "CR0", offset = 0x020, bits = 32, access = "rw", reset = 0, doc = "Enables; CR0ACK shows what is in force.", fields = cr0 },
   { name = "CR0ACK", offset = 0x024, bits = 32, access = "ro", reset = 0, doc = "CR0 as it is in force.", fields = cr0 },
   { name = "CR1", offset = 0x028, bits = 32, access = "rw", reset = "unknown", doc = "Attributes of table and queue accesses.", fields = {
      { "TABLE_SH", 11, 10, enum = SH }, { "TABLE_OC", 9, 8, enum = CR1_ATTR }, { "TABLE_IC", 7, 6, enum = CR1_ATTR },
      { "QUEUE_SH", 5, 4, enum = SH }, { "QUEUE_OC", 3, 2, enum = CR1_ATTR }, { "QUEUE_IC", 1, 0, enum = CR1_ATTR } } },
   { name = "CR2", offset = 0x02c, bits = 32, access = "rw", reset = "unknown", doc = "Writable only while translation is off.", fields = {
      { "REC_CFG_ATS", 3, 3, doc = "Record configuration errors of ATS and PRI traffic; only with IDR0.ATSRECERR." },
      { "PTM", 2, 2, doc = "Broadcast TLB maintenance may be ignored." },
      { "RECINVSID", 1, 1, doc = "Record C_BAD_STREAMID." },
      { "E2H", 0, 0, doc = "STRW = 2 selects EL2-E2H." } } },
   { name = "STATUSR", offset = 0x040, bits = 32, access = "ro", reset = 0, fields = {
      { "DORMANT", 0, 0, doc = "Nothing is cached and no prefetch is under way." } } },
   { name = "GBPA", offset = 0x044, bits = 32, access = "rw", reset = "impdef", doc = "What happens to traffic while SMMUEN = 0.", fields = {
      { "Update", 31, 31, doc = "Written as 1 with the new values; the SMMU clears it when they are in use." },
      { "ABORT", 20, 20, doc = "Abort all traffic." },
      { "INSTCFG", 19, 18, enum = INSTCFG }, { "PRIVCFG", 17, 16, enum = PRIVCFG },
      { "SHCFG", 13, 12, enum = SHCFG },
      { "ALLOCCFG", 11, 8, doc = "0xxx: as incoming; 1RWT: override read-allocate, write-allocate, transient." },
      { "MTCFG", 4, 4, doc = "Replace the memory type by MemAttr." },
      { "MemAttr", 3, 0, enum_of = "MEMATTR" } } },
   { name = "AGBPA", offset = 0x048, bits = 32, access = "rw", doc = "IMPLEMENTATION DEFINED bypass attributes.", fields = {} },
   { name = "IRQ_CTRL", offset = 0x050, bits = 32, access = "rw", reset = 0, doc = "Interrupt enables; IRQ_CTRLACK shows what is in force.", fields = irq_ctrl },
   { name = "IRQ_CTRLACK", offset = 0x054, bits = 32, access = "ro", reset = 0, doc = "IRQ_CTRL as it is in force.", fields = irq_ctrl },
   { name = "GERROR", offset = 0x060, bits = 32, access = "ro", reset = 0, doc = "An error is active where GERROR and GERRORN differ.", fields = gerror },
   { name = "GERRORN", offset = 0x064, bits = 32, access = "rw", reset = 0, doc = "Acknowledges: software copies the GERROR bit it handled.", fields = gerror },
   { name = "GERROR_IRQ_CFG0", offset = 0x068, bits = 64, access = "rw", reset = "unknown", fields = msi_addr },
   { name = "GERROR_IRQ_CFG1", offset = 0x070, bits = 32, access = "rw", reset = "unknown", fields = msi_data },
   { name = "GERROR_IRQ_CFG2", offset = 0x074, bits = 32, access = "rw", reset = "unknown", fields = msi_attr },
   { name = "STRTAB_BASE", offset = 0x080, bits = 64, access = "rw", reset = "unknown", fields = {
      { "RA", 62, 62, doc = "Read-allocate hint." },
      { "ADDR", 51, 6, addr = true, doc = "Stream table base, aligned down to the size of the table." } } },
   { name = "STRTAB_BASE_CFG", offset = 0x088, bits = 32, access = "rw", reset = "unknown", fields = {
      { "FMT", 17, 16, enum = { LINEAR = 0, TWO_LEVEL = 1 } },
      { "SPLIT", 10, 6, enum = { ["4K"] = 6, ["16K"] = 8, ["64K"] = 10 }, doc = "StreamID bits resolved by one second-level array." },
      { "LOG2SIZE", 5, 0, doc = "log2 of the number of StreamIDs covered." } } },
   { name = "CMDQ_BASE", offset = 0x090, bits = 64, access = "rw", reset = "unknown", fields = cmdq_base },
   { name = "CMDQ_PROD", offset = 0x098, bits = 32, access = "rw", reset = "unknown", fields = {
      { "WR", 19, 0, doc = "Write index; the bit above the index is the wrap flag." } } },
   { name = "CMDQ_CONS", offset = 0x09c, bits = 32, access = "rw", reset = "unknown", doc = "Read-only while the queue is enabled.", fields = {
      { "ERR", 30, 24, enum = CERROR, doc = "Valid while GERROR.CMDQ_ERR is active." },
      { "RD", 19, 0, doc = "Read index; the bit above the index is the wrap flag." } } },
   { name = "EVENTQ_BASE", offset = 0x0a0, bits = 64, access = "rw", reset = "unknown", fields = out_queue_base },
   { name = "EVENTQ_IRQ_CFG0", offset = 0x0b0, bits = 64, access = "rw", reset = "unknown", fields = msi_addr },
   { name = "EVENTQ_IRQ_CFG1", offset = 0x0b8, bits = 32, access = "rw", reset = "unknown", fields = msi_data },
   { name = "EVENTQ_IRQ_CFG2", offset = 0x0bc, bits = 32, access = "rw", reset = "unknown", fields = msi_attr },
   { name = "PRIQ_BASE", offset = 0x0c0, bits = 64, access = "rw", reset = "unknown", fields = out_queue_base },
   { name = "PRIQ_IRQ_CFG0", offset = 0x0d0, bits = 64, access = "rw", reset = "unknown", fields = msi_addr },
   { name = "PRIQ_IRQ_CFG1", offset = 0x0d8, bits = 32, access = "rw", reset = "unknown", fields = msi_data },
   { name = "PRIQ_IRQ_CFG2", offset = 0x0dc, bits = 32, access = "rw", reset = "unknown", fields = priq_msi_attr },
   { name = "GATOS_CTRL", offset = 0x100, bits = 32, access = "rw", reset = 0, fields = atos_ctrl },
   { name = "GATOS_SID", offset = 0x108, bits = 64, access = "rw", reset = "unknown", fields = atos_sid },
   { name = "GATOS_ADDR", offset = 0x110, bits = 64, access = "rw", reset = "unknown", fields = atos_addr },
   { name = "GATOS_PAR", offset = 0x118, bits = 64, access = "ro", reset = "unknown", fields = atos_par },
   { name = "MPAMIDR", offset = 0x130, bits = 32, access = "ro", doc = "Only with IDR3.MPAM.", fields = mpamidr },
   { name = "GMPAM", offset = 0x138, bits = 32, access = "rw", reset = 0, doc = "Only with IDR3.MPAM.", fields = gmpam },
   { name = "GBPMPAM", offset = 0x13c, bits = 32, access = "rw", reset = 0, doc = "Only with IDR3.MPAM; for bypassing traffic.", fields = {
      { "Update", 31, 31, doc = "Written as 1 with the new values; the SMMU clears it when they are in use." },
      { "GBP_PMG", 23, 16 }, { "GBP_PARTID", 15, 0 } } },
   { name = "VATOS_SEL", offset = 0x180, bits = 32, access = "rw", reset = "unknown", doc = "Only with IDR0.VATOS.", fields = {
      { "VMID", 15, 0, doc = "The VM that may use the VATOS page." } } },
   { name = "IDR6", offset = 0x190, bits = 32, access = "ro", doc = "Only with IDR1.ECMDQ.", fields = {
      { "CMDQ_CONTROL_PAGE_LOG2NUMP", 27, 24, doc = "log2 of the number of control pages." },
      { "CMDQ_CONTROL_PAGE_LOG2NUMQ", 19, 16, doc = "log2 of the number of queues in a page." } } },
   { name = "DPT_BASE", offset = 0x200, bits = 64, access = "rw", doc = "Only with IDR3.DPT.", fields = {} },
   { name = "DPT_BASE_CFG", offset = 0x208, bits = 32, access = "rw", doc = "Only with IDR3.DPT.", fields = {} },
   { name = "DPT_CFG_FAR", offset = 0x210, bits = 64, access = "rw", doc = "Only with IDR3.DPT.", fields = {} },
   { name = "PIDR4", offset = 0xfd0, bits = 32, access = "ro", fields = { { "SIZE", 7, 4 }, { "DES_2", 3, 0 } } },
   { name = "PIDR5", offset = 0xfd4, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PIDR6", offset = 0xfd8, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PIDR7", offset = 0xfdc, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PIDR0", offset = 0xfe0, bits = 32, access = "ro", fields = { { "PART_0", 7, 0, doc = "Part number, bits 7:0." } } },
   { name = "PIDR1", offset = 0xfe4, bits = 32, access = "ro", fields = { { "DES_0", 7, 4 }, { "PART_1", 3, 0, doc = "Part number, bits 11:8." } } },
   { name = "PIDR2", offset = 0xfe8, bits = 32, access = "ro", fields = { { "REVISION", 7, 4 }, { "JEDEC", 3, 3, doc = "Always 1." }, { "DES_1", 2, 0 } } },
   { name = "PIDR3", offset = 0xfec, bits = 32, access = "ro", fields = { { "REVAND", 7, 4 }, { "CMOD", 3, 0 } } },
   { name = "CIDR0", offset = 0xff0, bits = 32, access = "ro", reset = 0x0d, fields = {} },
   { name = "CIDR1", offset = 0xff4, bits = 32, access = "ro", reset = 0xf0, fields = {} },
   { name = "CIDR2", offset = 0xff8, bits = 32, access = "ro", reset = 0x05, fields = {} },
   { name = "CIDR3", offset = 0xffc, bits = 32, access = "ro", reset = 0xb1, fields = {} },
   { name = "CMDQ_CONTROL_PAGE_BASE0", offset = 0x4000, bits = 64, access = "ro", count = 256, stride = 32, doc = "Only with IDR1.ECMDQ.", fields = {
      { "ADDR", 51, 16, addr = true, doc = "Byte offset of the control page from page 0." },
      { "CMDQGS", 2, 1, doc = "1: 64 KB page." }, { "PRESET", 0, 0, doc = "Always 1." } } },
   { name = "CMDQ_CONTROL_PAGE_CFG0", offset = 0x4008, bits = 32, access = "ro", reset = 1, count = 256, stride = 32, fields = {
      { "EN", 0, 0, doc = "RES1." } } },
   { name = "CMDQ_CONTROL_PAGE_STATUS0", offset = 0x400c, bits = 32, access = "ro", reset = 1, count = 256, stride = 32, fields = {
      { "ENACK", 0, 0, doc = "RES1." } } },
   { name = "S_IDR0", offset = 0x8000, bits = 32, access = "ro", doc = "Secure bank; RES0 without Secure state.", fields = {} },
   { name = "S_IDR1", offset = 0x8004, bits = 32, access = "ro", doc = "Secure bank; RES0 without Secure state.", fields = {} },
   { name = "S_CR0", offset = 0x8020, bits = 32, access = "rw", doc = "Secure bank; RES0 without Secure state.", fields = {} },
   { name = "S_CR0ACK", offset = 0x8024, bits = 32, access = "ro", doc = "Secure bank; RES0 without Secure state.", fields = {} },
   { name = "S_INIT", offset = 0x803c, bits = 32, access = "rw", doc = "Secure bank; RES0 without Secure state.", fields = {} },
   { name = "S_GBPA", offset = 0x8044, bits = 32, access = "rw", doc = "Secure bank; RES0 without Secure state.", fields = {} },
})

local page1 = on("page1", {   -- offsets count from the base of page 0
   { name = "EVENTQ_PROD", offset = 0x100a8, bits = 32, access = "rw", reset = "unknown", doc = "Read-only while the queue is enabled.", fields = out_queue_prod },
   { name = "EVENTQ_CONS", offset = 0x100ac, bits = 32, access = "rw", reset = "unknown", fields = out_queue_cons },
   { name = "PRIQ_PROD", offset = 0x100c8, bits = 32, access = "rw", reset = "unknown", doc = "Read-only while the queue is enabled; OVFLG resets to 0.", fields = out_queue_prod },
   { name = "PRIQ_CONS", offset = 0x100cc, bits = 32, access = "rw", reset = "unknown", fields = out_queue_cons },
})

local vatos = on("vatos", {   -- offsets in the page that IDR2.BA_VATOS places
   { name = "VATOS_CTRL", offset = 0xa00, bits = 32, access = "rw", reset = 0, fields = atos_ctrl },
   { name = "VATOS_SID", offset = 0xa08, bits = 64, access = "rw", reset = "unknown", fields = atos_sid },
   { name = "VATOS_ADDR", offset = 0xa10, bits = 64, access = "rw", reset = "unknown", doc = "TYPE is limited to stage 1.", fields = atos_addr },
   { name = "VATOS_PAR", offset = 0xa18, bits = 64, access = "ro", reset = "unknown", fields = atos_par },
})

local ecmdq = on("ecmdq", {   -- offsets in one queue of a control page; queues are 64 KB / 2^LOG2NUMQ bytes apart
   { name = "ECMDQ_BASE", offset = 0x0, bits = 64, access = "rw", reset = "unknown", fields = cmdq_base },
   { name = "ECMDQ_PROD", offset = 0x8, bits = 32, access = "rw", doc = "EN and ERRACK reset to 0.", fields = {
      { "EN", 31, 31, doc = "Enable; in force when ENACK agrees." },
      { "ERRACK", 23, 23, doc = "Set equal to ERR to acknowledge." }, { "WR", 19, 0 } } },
   { name = "ECMDQ_CONS", offset = 0xc, bits = 32, access = "rw", doc = "ENACK and ERR reset to 0.", fields = {
      { "ENACK", 31, 31 }, { "ERR_REASON", 26, 24, enum = CERROR },
      { "ERR", 23, 23, doc = "An error is active where ERR and ERRACK differ." }, { "RD", 19, 0 } } },
})

-- also = "pmcg1": the register moves to the same offset of page 1 when CFGR.RELOC_CTRS = 1.
local pmcg = on("pmcg0", {
   { name = "PMCG_EVCNTR0", offset = 0x000, bits = 64, access = "rw", reset = "unknown", count = 64, stride = 8, stride_varies = true, also = "pmcg1",
     doc = "Counter n; 4 bytes apart and 32 bits wide when CFGR.SIZE <= 31, else 8 bytes apart.", fields = {} },
   { name = "PMCG_EVTYPER0", offset = 0x400, bits = 32, access = "rw", reset = "unknown", count = 64, stride = 4, doc = "What counter n counts.", fields = {
      { "OVFCAP", 31, 31, doc = "Overflow of this counter captures all counters." },
      { "FILTER_SEC_SID", 30, 30, doc = "1: Secure StreamIDs." },
      { "FILTER_SID_SPAN", 29, 29, doc = "0: exact StreamID; 1: SMR encodes a span." },
      { "FILTER_REALM_SID", 28, 28, doc = "RME only." },
      { "FILTER_MPAM_SP", 19, 18, doc = "Without RME bit 18 alone, as FILTER_MPAM_NS." },
      { "FILTER_PMG", 17, 17, doc = "Only with CFGR.FILTER_PARTID_PMG." },
      { "FILTER_PARTID", 16, 16, doc = "Only with CFGR.FILTER_PARTID_PMG." },
      { "EVENT", 15, 0, enum_of = "PMCG_EVENT" } } },
   { name = "PMCG_SVR0", offset = 0x600, bits = 64, access = "ro", reset = "unknown", count = 64, stride = 8, stride_varies = true, also = "pmcg1",
     doc = "Captured value of counter n; spaced and sized as EVCNTR.", fields = {} },
   { name = "PMCG_SMR0", offset = 0xa00, bits = 32, access = "rw", reset = "unknown", count = 64, stride = 4, doc = "Filter value of counter n.", fields = {
      { "STREAMID", 31, 0, when = "StreamID filter", doc = "StreamID, or the span encoding." },
      { "PMG", 23, 16, when = "PARTID and PMG filter" },
      { "PARTID", 15, 0, when = "PARTID and PMG filter" } } },
   { name = "PMCG_CNTENSET0", offset = 0xc00, bits = 64, access = "rw", reset = "unknown", doc = "Write 1 to enable counter n.", fields = {} },
   { name = "PMCG_CNTENCLR0", offset = 0xc20, bits = 64, access = "rw", reset = "unknown", doc = "Write 1 to disable counter n.", fields = {} },
   { name = "PMCG_INTENSET0", offset = 0xc40, bits = 64, access = "rw", reset = "unknown", doc = "Write 1 to enable the interrupt of counter n.", fields = {} },
   { name = "PMCG_INTENCLR0", offset = 0xc60, bits = 64, access = "rw", reset = "unknown", doc = "Write 1 to disable the interrupt of counter n.", fields = {} },
   { name = "PMCG_OVSCLR0", offset = 0xc80, bits = 64, access = "rw", reset = "unknown", also = "pmcg1", doc = "Write 1 to clear overflow n.", fields = {} },
   { name = "PMCG_OVSSET0", offset = 0xcc0, bits = 64, access = "rw", reset = "unknown", also = "pmcg1", doc = "Write 1 to set overflow n.", fields = {} },
   { name = "PMCG_CAPR", offset = 0xd88, bits = 32, access = "wo", reset = 0, also = "pmcg1", fields = {
      { "CAPTURE", 0, 0, doc = "Write 1: copy every counter to its SVR." } } },
   { name = "PMCG_SCR", offset = 0xdf8, bits = 32, access = "rw", doc = "Secure only; NSMSI and NSRA reset to 1, SO to 0.", fields = {
      { "READS_AS_ONE", 31, 31 }, { "NAO", 4, 4 }, { "MSI_MPAM_NS", 3, 3 }, { "NSMSI", 2, 2 }, { "NSRA", 1, 1 }, { "SO", 0, 0 } } },
   { name = "PMCG_CFGR", offset = 0xe00, bits = 32, access = "ro", fields = {
      { "FILTER_PARTID_PMG", 25, 25 }, { "MPAM", 24, 24 },
      { "SID_FILTER_TYPE", 23, 23, enum = { PER_COUNTER = 0, GLOBAL = 1 } },
      { "CAPTURE", 22, 22, doc = "SVR, CAPR and OVFCAP work." }, { "MSI", 21, 21 },
      { "RELOC_CTRS", 20, 20, doc = "Page 1 is present and holds the counters." },
      { "SIZE", 13, 8, doc = "Counter width minus 1." }, { "NCTR", 5, 0, doc = "Number of counters minus 1." } } },
   { name = "PMCG_CR", offset = 0xe04, bits = 32, access = "rw", reset = 0, fields = { { "E", 0, 0, doc = "Enables all counters of the group." } } },
   { name = "PMCG_IIDR", offset = 0xe08, bits = 32, access = "ro", doc = "Optional; 0 when absent.", fields = iidr },
   { name = "PMCG_CEID0", offset = 0xe20, bits = 64, access = "ro", doc = "Bit n: event n can be counted.", fields = {} },
   { name = "PMCG_CEID1", offset = 0xe28, bits = 64, access = "ro", doc = "Bit n: event 64 + n can be counted.", fields = {} },
   { name = "PMCG_ROOTCR", offset = 0xe48, bits = 32, access = "rw", doc = "RME only.", fields = {} },
   { name = "PMCG_IRQ_CTRL", offset = 0xe50, bits = 32, access = "rw", reset = 0, fields = { { "IRQEN", 0, 0 } } },
   { name = "PMCG_IRQ_CTRLACK", offset = 0xe54, bits = 32, access = "ro", reset = 0, fields = { { "IRQEN", 0, 0 } } },
   { name = "PMCG_IRQ_CFG0", offset = 0xe58, bits = 64, access = "rw", reset = "unknown", fields = msi_addr },
   { name = "PMCG_IRQ_CFG1", offset = 0xe60, bits = 32, access = "rw", reset = "unknown", fields = msi_data },
   { name = "PMCG_IRQ_CFG2", offset = 0xe64, bits = 32, access = "rw", reset = "unknown", fields = {
      { "SH", 5, 4, enum = SH }, { "MEMATTR", 3, 0, enum_of = "MEMATTR" } } },
   { name = "PMCG_IRQ_STATUS", offset = 0xe68, bits = 32, access = "ro", reset = "unknown", fields = {
      { "IRQ_ABT", 0, 0, doc = "An MSI aborted; cleared when IRQEN goes from 0 to 1." } } },
   { name = "PMCG_GMPAM", offset = 0xe6c, bits = 32, access = "rw", reset = 0, doc = "Only with CFGR.MPAM.", fields = gmpam },
   { name = "PMCG_AIDR", offset = 0xe70, bits = 32, access = "ro", fields = aidr },
   { name = "PMCG_MPAMIDR", offset = 0xe74, bits = 32, access = "ro", doc = "Only with CFGR.MPAM.", fields = mpamidr },
   { name = "PMCG_S_MPAMIDR", offset = 0xe78, bits = 32, access = "ro", doc = "Secure only.", fields = {} },
   { name = "PMCG_PMDEVARCH", offset = 0xfbc, bits = 32, access = "ro", reset = 0x47702a56, fields = {
      { "ARCHITECT", 31, 21 }, { "PRESENT", 20, 20 }, { "REVISION", 19, 16 }, { "ARCHID", 15, 0 } } },
   { name = "PMCG_PMDEVTYPE", offset = 0xfcc, bits = 32, access = "ro", reset = 0x56, fields = {} },
   { name = "PMCG_PIDR4", offset = 0xfd0, bits = 32, access = "ro", fields = { { "SIZE", 7, 4 }, { "DES_2", 3, 0 } } },
   { name = "PMCG_PIDR5", offset = 0xfd4, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PMCG_PIDR6", offset = 0xfd8, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PMCG_PIDR7", offset = 0xfdc, bits = 32, access = "ro", reset = 0, fields = {} },
   { name = "PMCG_PIDR0", offset = 0xfe0, bits = 32, access = "ro", fields = { { "PART_0", 7, 0 } } },
   { name = "PMCG_PIDR1", offset = 0xfe4, bits = 32, access = "ro", fields = { { "DES_0", 7, 4 }, { "PART_1", 3, 0 } } },
   { name = "PMCG_PIDR2", offset = 0xfe8, bits = 32, access = "ro", fields = { { "REVISION", 7, 4 }, { "JEDEC", 3, 3 }, { "DES_1", 2, 0 } } },
   { name = "PMCG_PIDR3", offset = 0xfec, bits = 32, access = "ro", fields = { { "REVAND", 7, 4 }, { "CMOD", 3, 0 } } },
   { name = "PMCG_CIDR0", offset = 0xff0, bits = 32, access = "ro", reset = 0x0d, fields = {} },
   { name = "PMCG_CIDR1", offset = 0xff4, bits = 32, access = "ro", reset = 0x90, fields = {} },
   { name = "PMCG_CIDR2", offset = 0xff8, bits = 32, access = "ro", reset = 0x05, fields = {} },
   { name = "PMCG_CIDR3", offset = 0xffc, bits = 32, access = "ro", reset = 0xb1, fields = {} },
})

local structures = {
   { name = "L1STD", bytes = 8, doc = "Level 1 stream table descriptor.", fields = {
      { "Span", 4, 0, doc = "0: invalid; n: 2^(n-1) STEs, up to n = 11." },
      { "L2Ptr", 51, 6, addr = true, doc = "Second-level array, aligned to its size." } } },
   { name = "STE", bytes = 64, doc = "Stream table entry.", fields = {
      { "V", 0, 0, doc = "Valid." },
      { "Config", 3, 1, enum = { ABORT = 0, BYPASS = 4, S1 = 5, S2 = 6, NESTED = 7 } },
      { "S1Fmt", 5, 4, enum = { LINEAR = 0, ["4K_L2"] = 1, ["64K_L2"] = 2 }, doc = "CD table format." },
      { "S1ContextPtr", 51, 6, addr = true, doc = "CD or CD table; an IPA when stage 2 is on." },
      { "S1CDMax", 63, 59, doc = "log2 of the number of CDs." },
      { "S1DSS", 65, 64, enum = { TERMINATE = 0, BYPASS = 1, SSID0 = 2 }, doc = "Traffic without a SubstreamID." },
      { "S1CIR", 67, 66, enum = CD_PTR, doc = "Inner attribute of CD fetches." },
      { "S1COR", 69, 68, enum = CD_PTR, doc = "Outer attribute of CD fetches." },
      { "S1CSH", 71, 70, enum = SH, doc = "Shareability of CD fetches." },
      { "S2HWU59", 72, 72 }, { "S2HWU60", 73, 73 }, { "S2HWU61", 74, 74 }, { "S2HWU62", 75, 75 },
      { "DRE", 76, 76, doc = "Destructive reads allowed." },
      { "CONT", 80, 77, doc = "2^CONT identical STEs." },
      { "DCP", 81, 81, doc = "Directed cache prefetch allowed." },
      { "PPAR", 82, 82, doc = "Automatic PRI responses carry the PASID." },
      { "MEV", 83, 83, doc = "Events may be merged." },
      { "SW_RESERVED", 87, 84, doc = "For software." },
      { "S2FWB", 89, 89, doc = "Stage 2 forces write-back." },
      { "S1MPAM", 90, 90, doc = "The CD supplies PARTID and PMG." },
      { "S1STALLD", 91, 91, doc = "Stage 1 may not stall." },
      { "EATS", 93, 92, enum = { NONE = 0, FULL = 1, SPLIT = 2, DPT = 3 }, doc = "ATS of this stream." },
      { "STRW", 95, 94, enum = { NSEL1 = 0, EL2 = 2 }, doc = "StreamWorld; used with Config = S1." },
      { "MemAttr", 99, 96, enum_of = "MEMATTR" },
      { "MTCFG", 100, 100, doc = "Replace the memory type by MemAttr." },
      { "ALLOCCFG", 104, 101, doc = "0xxx: as incoming; 1RWT: override read-allocate, write-allocate, transient." },
      { "SHCFG", 109, 108, enum = SHCFG },
      { "NSCFG", 111, 110, doc = "Secure streams only." },
      { "PRIVCFG", 113, 112, enum = PRIVCFG },
      { "INSTCFG", 115, 114, enum = INSTCFG, doc = "Reads only; writes are always data." },
      { "S2VMID", 143, 128, doc = "Also tags stage-1-only NS-EL1 streams." },
      { "S2T0SZ", 165, 160, doc = "IPA size is 64 - S2T0SZ." },
      { "S2SL0", 167, 166, doc = "Start level; the meaning depends on S2TG." },
      { "S2IR0", 169, 168, enum = WALK }, { "S2OR0", 171, 170, enum = WALK }, { "S2SH0", 173, 172, enum = SH },
      { "S2TG", 175, 174, enum = TG0 },
      { "S2PS", 178, 176, enum = PA_SIZE },
      { "S2AA64", 179, 179, doc = "1: VMSAv8-64; 0: VMSAv8-32 LPAE." },
      { "S2ENDI", 180, 180, doc = "Big-endian tables." },
      { "S2AFFD", 181, 181, doc = "No access flag faults." },
      { "S2PTW", 182, 182, doc = "Stage 1 walks to stage 2 Device memory fault." },
      { "S2HD", 183, 183, doc = "Hardware dirty update." },
      { "S2HA", 184, 184, doc = "Hardware access flag update." },
      { "S2S", 185, 185, doc = "Stall on a stage 2 fault." },
      { "S2R", 186, 186, doc = "Record a stage 2 fault." },
      { "S2NSW", 192, 192, doc = "Secure only." }, { "S2NSA", 193, 193, doc = "Secure only." },
      { "S2TTB", 243, 196, addr = true, doc = "Stage 2 table base." },
      { "PARTID", 287, 272, doc = "MPAM." },
      { "S_S2T0SZ", 293, 288, doc = "Secure only." }, { "S_S2SL0", 295, 294, doc = "Secure only." }, { "S_S2TG", 303, 302, doc = "Secure only.", enum = TG0 },
      { "PMG", 327, 320, doc = "MPAM." }, { "MPAM_NS", 328, 328, doc = "Secure only." },
      { "VMSPtr", 371, 332, addr = true, doc = "Virtual machine structure; used with Config = NESTED and S1MPAM." },
      { "S2SW", 384, 384, doc = "Secure only." }, { "S2SA", 385, 385, doc = "Secure only." },
      { "S_S2TTB", 435, 388, addr = true, doc = "Secure only." } } },
   { name = "L1CD", bytes = 8, doc = "Level 1 context descriptor.", fields = {
      { "V", 0, 0, doc = "Valid." },
      { "L2Ptr", 51, 12, addr = true, doc = "Array of CDs." } } },
   { name = "CD", bytes = 64, doc = "Context descriptor.", fields = {
      { "T0SZ", 5, 0, doc = "VA size of TTB0 is 64 - T0SZ." },
      { "TG0", 7, 6, enum = TG0 },
      { "IR0", 9, 8, enum = WALK }, { "OR0", 11, 10, enum = WALK }, { "SH0", 13, 12, enum = SH },
      { "EPD0", 14, 14, doc = "No walks through TTB0." },
      { "ENDI", 15, 15, doc = "Big-endian tables." },
      { "T1SZ", 21, 16, doc = "VA size of TTB1 is 64 - T1SZ." },
      { "TG1", 23, 22, enum = TG1, doc = "Not the encoding of TG0." },
      { "IR1", 25, 24, enum = WALK }, { "OR1", 27, 26, enum = WALK }, { "SH1", 29, 28, enum = SH },
      { "EPD1", 30, 30, doc = "No walks through TTB1." },
      { "V", 31, 31, doc = "Valid." },
      { "IPS", 34, 32, enum = PA_SIZE },
      { "AFFD", 35, 35, doc = "No access flag faults." },
      { "WXN", 36, 36, doc = "Writable implies execute-never." },
      { "UWXN", 37, 37, doc = "VMSAv8-32 LPAE only." },
      { "TBI0", 38, 38, doc = "Top byte ignored, lower half." }, { "TBI1", 39, 39, doc = "Top byte ignored, upper half." },
      { "PAN", 40, 40, doc = "Privileged access never." },
      { "AA64", 41, 41, doc = "1: VMSAv8-64; 0: VMSAv8-32 LPAE." },
      { "HD", 42, 42, doc = "Hardware dirty update." }, { "HA", 43, 43, doc = "Hardware access flag update." },
      { "S", 44, 44, doc = "Stall on a fault." }, { "R", 45, 45, doc = "Record a fault." },
      { "A", 46, 46, doc = "Terminate with abort; 0: RAZ/WI." },
      { "ASET", 47, 47, doc = "1: the ASID is not shared with PEs." },
      { "ASID", 63, 48 },
      { "NSCFG0", 64, 64, doc = "Secure only." }, { "HAD0", 65, 65, doc = "Hierarchical attributes off." },
      { "E0PD0", 66, 66, doc = "Unprivileged access through TTB0 faults." },
      { "TTB0", 115, 68, addr = true },
      { "HWU059", 124, 124 }, { "HWU060", 125, 125 }, { "HWU061", 126, 126 }, { "HWU062", 127, 127 },
      { "NSCFG1", 128, 128, doc = "Secure only." }, { "HAD1", 129, 129, doc = "Hierarchical attributes off." },
      { "E0PD1", 130, 130, doc = "Unprivileged access through TTB1 faults." },
      { "TTB1", 179, 132, addr = true },
      { "HWU159", 188, 188 }, { "HWU160", 189, 189 }, { "HWU161", 190, 190 }, { "HWU162", 191, 191 },
      { "MAIR0", 223, 192, doc = "Attributes 0 to 3." }, { "MAIR1", 255, 224, doc = "Attributes 4 to 7." },
      { "AMAIR0", 287, 256, doc = "IMPLEMENTATION DEFINED." }, { "AMAIR1", 319, 288, doc = "IMPLEMENTATION DEFINED." },
      { "PARTID", 367, 352, doc = "MPAM; used with STE.S1MPAM." }, { "PMG", 375, 368, doc = "MPAM; used with STE.S1MPAM." } } },
   { name = "PRI", bytes = 16, doc = "PRI queue record.", fields = {
      { "StreamID", 31, 0 }, { "SubstreamID", 51, 32, doc = "Unknown without SSV." },
      { "Priv", 58, 58 }, { "X", 59, 59 }, { "R", 60, 60 }, { "W", 61, 61 }, { "Last", 62, 62 },
      { "SSV", 63, 63, doc = "The request carries a PASID." },
      { "PRGIndex", 72, 64 }, { "PageAddr", 127, 76, addr = true, doc = "Page address." } } },
   { name = "S1LEAF", bytes = 8, descriptor = true, doc = "VMSAv8-64 stage 1 block or page.", fields = {
      { "Type", 1, 0, enum = { BLOCK = 1, PAGE = 3 } },
      { "AttrIndx", 4, 2, doc = "Selects a byte of MAIR." },
      { "NS", 5, 5, doc = "Secure only." },
      { "AP1", 6, 6, doc = "AP[1]: unprivileged access." }, { "AP2", 7, 7, doc = "AP[2]: read-only." },
      { "SH", 9, 8, enum = SH }, { "AF", 10, 10, doc = "Access flag." }, { "nG", 11, 11, doc = "Not global." },
      { "OA", 47, 12, addr = true, when = "any size", doc = "Output address; the bits below the leaf size are not address." },
      { "OA_51_48", 15, 12, when = "64 KB granule, 52-bit output", doc = "Output address bits 51:48." },
      { "nT", 16, 16, when = "block", doc = "Block that may be changed without break-before-make." },
      { "GP", 50, 50, doc = "Ignored." }, { "DBM", 51, 51, doc = "Dirty bit modifier." }, { "Contiguous", 52, 52 },
      { "PXN", 53, 53 }, { "UXN", 54, 54 }, { "SW", 58, 55, doc = "For software." }, { "PBHA", 62, 59 } } },
   { name = "S1TABLE", bytes = 8, descriptor = true, doc = "VMSAv8-64 stage 1 table; at stage 2 only Type and the address exist.", fields = {
      { "Type", 1, 0, enum = { TABLE = 3 } },
      { "NextTable", 47, 12, addr = true, when = "any size", doc = "Next table; aligned to the granule." },
      { "NextTable_51_48", 15, 12, when = "64 KB granule, 52-bit output", doc = "Next table address bits 51:48." },
      { "PXNTable", 59, 59 }, { "UXNTable", 60, 60 },
      { "APTable", 62, 61, doc = "Bit 61: no unprivileged access; bit 62: no write." }, { "NSTable", 63, 63 } } },
   { name = "S2LEAF", bytes = 8, descriptor = true, doc = "VMSAv8-64 stage 2 block or page.", fields = {
      { "Type", 1, 0, enum = { BLOCK = 1, PAGE = 3 } },
      { "MemAttr", 5, 2, enum_of = "MEMATTR" },
      { "S2AP", 7, 6, enum = { NONE = 0, RO = 1, WO = 2, RW = 3 } },
      { "SH", 9, 8, enum = SH }, { "AF", 10, 10, doc = "Access flag." },
      { "OA", 47, 12, addr = true, when = "any size", doc = "Output address; the bits below the leaf size are not address." },
      { "OA_51_48", 15, 12, when = "64 KB granule, 52-bit output", doc = "Output address bits 51:48." },
      { "nT", 16, 16, when = "block", doc = "Block that may be changed without break-before-make." },
      { "DBM", 51, 51, doc = "Dirty bit modifier." }, { "Contiguous", 52, 52 },
      { "XN", 54, 53, doc = "Bit 53 only with IDR3.XNX." } } },
}

-- Commands are 16 bytes with the opcode in bits 7:0.
local SSec     = { "SSec", 10, 10, doc = "1: Secure stream; must be 0 here." }
local SSV      = { "SSV", 11, 11, doc = "SubstreamID is valid." }
local SSID     = { "SubstreamID", 31, 12 }
local SID      = { "StreamID", 63, 32 }
local VMID     = { "VMID", 47, 32 }
local ASID     = { "ASID", 63, 48 }
local LEAF     = { "Leaf", 64, 64, doc = "Only the last level." }
local NUM      = { "NUM", 16, 12, doc = "(NUM + 1) << SCALE granules; with IDR3.RIL." }
local SCALE    = { "SCALE", 24, 20 }
local TTL      = { "TTL", 73, 72, doc = "Level of the leaf; 0: any." }
local TG       = { "TG", 75, 74, enum_of = "CMD_TLBI_TG", doc = "Granule of the range; not the encoding of TG0." }
local VA       = { "Address", 127, 76, addr = true }
local commands = {
   { name = "PREFETCH_CONFIG", opcode = 0x01, fields = { SSec, SSV, SSID, SID } },
   { name = "PREFETCH_ADDR", opcode = 0x02, fields = { SSec, SSV, SSID, SID, { "Size", 68, 64, doc = "log2 of the number of addresses." }, VA } },
   { name = "CFGI_STE", opcode = 0x03, fields = { SSec, SID, LEAF } },
   { name = "CFGI_STE_RANGE", opcode = 0x04, doc = "With Range = 31 this is CFGI_ALL.", fields = { SSec, SID,
      { "Range", 68, 64, enum = { ALL = 31 }, doc = "2^(Range + 1) StreamIDs." } } },
   { name = "CFGI_CD", opcode = 0x05, fields = { SSec, SSID, SID, LEAF } },
   { name = "CFGI_CD_ALL", opcode = 0x06, fields = { SSec, SID } },
   { name = "CFGI_VMS_PIDM", opcode = 0x07, fields = { SSec } },
   { name = "TLBI_NH_ALL", opcode = 0x10, fields = { VMID } },
   { name = "TLBI_NH_ASID", opcode = 0x11, fields = { VMID, ASID } },
   { name = "TLBI_NH_VA", opcode = 0x12, fields = { NUM, SCALE, VMID, ASID, LEAF, TTL, TG, VA } },
   { name = "TLBI_NH_VAA", opcode = 0x13, fields = { NUM, SCALE, VMID, LEAF, TTL, TG, VA } },
   { name = "TLBI_EL3_ALL", opcode = 0x18, secure = true, fields = {} },
   { name = "TLBI_EL3_VA", opcode = 0x1a, secure = true, fields = {} },
   { name = "TLBI_EL2_ALL", opcode = 0x20, fields = {} },
   { name = "TLBI_EL2_ASID", opcode = 0x21, fields = { ASID } },
   { name = "TLBI_EL2_VA", opcode = 0x22, fields = { NUM, SCALE, ASID, LEAF, TTL, TG, VA } },
   { name = "TLBI_EL2_VAA", opcode = 0x23, fields = { NUM, SCALE, LEAF, TTL, TG, VA } },
   { name = "TLBI_S12_VMALL", opcode = 0x28, fields = { VMID } },
   { name = "TLBI_S2_IPA", opcode = 0x2a, fields = { NUM, SCALE, VMID, LEAF, TTL, TG, { "Address", 115, 76, addr = true, doc = "IPA." } } },
   { name = "TLBI_NSNH_ALL", opcode = 0x30, fields = {} },
   { name = "ATC_INV", opcode = 0x40, fields = { { "Global", 9, 9, doc = "Ignore the PASID; only with SSV." }, SSV, SSID, SID,
      { "Size", 69, 64, enum = { ALL = 52 }, doc = "4096 << Size bytes." }, VA } },
   { name = "PRI_RESP", opcode = 0x41, fields = { SSV, SSID, SID, { "PRGIndex", 72, 64 },
      { "Resp", 77, 76, enum = { FAILURE = 0, INVALID_REQUEST = 1, SUCCESS = 2 } } } },
   { name = "RESUME", opcode = 0x44, fields = { SSec, { "Ac", 12, 12, doc = "1: retry; 0: terminate." },
      { "Ab", 13, 13, doc = "Terminate with abort; 0: RAZ/WI." }, SID, { "STAG", 79, 64, doc = "As in the event record." } } },
   { name = "STALL_TERM", opcode = 0x45, fields = { SSec, SID } },
   { name = "SYNC", opcode = 0x46, fields = {
      { "CS", 13, 12, enum = { NONE = 0, IRQ = 1, SEV = 2 }, doc = "Completion signal." },
      { "MSH", 23, 22, enum = SH, doc = "Shareability of the MSI." },
      { "MSIAttr", 27, 24, enum_of = "MEMATTR", doc = "Memory type of the MSI." },
      { "MSIData", 63, 32, doc = "Payload." },
      { "MSIAddress", 115, 66, addr = true, doc = "0 means no MSI." } } },
   { name = "TLBI_S_EL2_ALL", opcode = 0x50, secure = true, fields = {} },
   { name = "TLBI_S_EL2_ASID", opcode = 0x51, secure = true, fields = {} },
   { name = "TLBI_S_EL2_VA", opcode = 0x52, secure = true, fields = {} },
   { name = "TLBI_S_EL2_VAA", opcode = 0x53, secure = true, fields = {} },
   { name = "TLBI_S_S12_VMALL", opcode = 0x58, secure = true, fields = {} },
   { name = "TLBI_S_S2_IPA", opcode = 0x5a, secure = true, fields = {} },
   { name = "TLBI_SNH_ALL", opcode = 0x60, secure = true, fields = {} },
   { name = "DPTI_ALL", opcode = 0x70, doc = "Only with IDR3.DPT.", fields = {} },
   { name = "DPTI_PA", opcode = 0x73, doc = "Only with IDR3.DPT.", fields = {} },
}

-- Event records are 32 bytes; a record holds its number, its StreamID, and only the fields listed with it.
local REASON = { "Reason", 79, 64, doc = "IMPLEMENTATION DEFINED." }
local GPCF   = { "GPCF", 80, 80, doc = "RME only, otherwise 0." }
local STAG   = { "STAG", 79, 64, doc = "Valid with Stall." }
local STALL  = { "Stall", 95, 95, doc = "The transaction waits for CMD_RESUME." }
local PNU    = { "PnU", 97, 97, doc = "1: privileged." }
local IND    = { "InD", 98, 98, doc = "1: instruction." }
local RNW    = { "RnW", 99, 99, doc = "1: the transaction is a read." }
local NSIPA  = { "NSIPA", 102, 102, doc = "0 on the Non-secure queue." }
local S2     = { "S2", 103, 103, doc = "1: stage 2 fault." }
local CLASS  = { "CLASS", 105, 104, enum_of = "EVENT_CLASS", doc = "What the SMMU was doing." }
local INPUT  = { "InputAddr", 191, 128, addr = true, doc = "Address of the transaction." }
local INPAGE = { "InputAddr", 191, 140, addr = true, doc = "Page of the transaction." }
local FETCH  = { "FetchAddr", 243, 195, addr = true, doc = "Physical address of the failed access." }
local IPA    = { "IPA", 243, 204, addr = true, doc = "Page of the faulting IPA; valid with S2." }
local events = {
   { name = "F_UUT", number = 0x01, fields = { SSV, SSID, REASON, PNU, IND, RNW, INPUT } },
   { name = "C_BAD_STREAMID", number = 0x02, fields = { SSV, SSID } },
   { name = "F_STE_FETCH", number = 0x03, fields = { SSV, SSID, REASON, GPCF, FETCH } },
   { name = "C_BAD_STE", number = 0x04, fields = { SSV, SSID } },
   { name = "F_BAD_ATS_TREQ", number = 0x05, fields = { SSV, SSID, INPAGE } },
   { name = "F_STREAM_DISABLED", number = 0x06, fields = {} },
   { name = "F_TRANSL_FORBIDDEN", number = 0x07, fields = { RNW, INPUT } },
   { name = "C_BAD_SUBSTREAMID", number = 0x08, doc = "SubstreamID is always valid; there is no SSV.", fields = { SSID } },
   { name = "F_CD_FETCH", number = 0x09, fields = { SSV, SSID, REASON, GPCF, FETCH } },
   { name = "C_BAD_CD", number = 0x0a, fields = { SSV, SSID } },
   { name = "F_WALK_EABT", number = 0x0b, fields = { SSV, SSID, REASON, GPCF, PNU, IND, RNW, S2, CLASS, INPUT, FETCH } },
   { name = "F_TRANSLATION", number = 0x10, fields = { SSV, SSID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, INPUT, IPA } },
   { name = "F_ADDR_SIZE", number = 0x11, fields = { SSV, SSID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, INPUT, IPA } },
   { name = "F_ACCESS", number = 0x12, fields = { SSV, SSID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS, INPUT, IPA } },
   { name = "F_PERMISSION", number = 0x13, fields = { SSV, SSID, STAG, STALL, PNU, IND, RNW, NSIPA, S2, CLASS,
      { "TTRnW", 108, 108, doc = "With CLASS = TT: 1 when the table read faulted." }, INPUT, IPA } },
   { name = "F_TLB_CONFLICT", number = 0x20, fields = { SSV, SSID, PNU, IND, RNW, S2, INPUT, IPA } },
   { name = "F_CFG_CONFLICT", number = 0x21, fields = { SSV, SSID, REASON } },
   { name = "E_PAGE_REQUEST", number = 0x24, fields = { SSV, SSID, { "uX", 97, 97 }, { "uW", 98, 98 }, { "uR", 99, 99 },
      { "pX", 101, 101 }, { "pW", 102, 102 }, { "pR", 103, 103 }, { "Span", 115, 108, doc = "4 KB units." }, INPAGE } },
   { name = "F_VMS_FETCH", number = 0x25, fields = { SSV, SSID, REASON, GPCF, FETCH } },
}

return {
   registers = join(page0, page1, vatos, ecmdq, pmcg),
   structures = structures,
   command_bytes = 16, command_common = { { "opcode", 7, 0 } }, commands = commands,
   command_aliases = { { name = "CFGI_ALL", of = "CFGI_STE_RANGE", doc = "Range = 31; the StreamID is ignored." } },
   event_bytes = 32, event_common = { { "number", 7, 0 }, { "StreamID", 63, 32 } }, events = events,
   enums = {   -- values shared by fields of several structures
      { name = "EVENT_CLASS", bits = 2, values = { CD = 0, TT = 1, IN = 2 } },
      { name = "CMD_TLBI_TG", bits = 2, values = { NONE = 0, ["4K"] = 1, ["16K"] = 2, ["64K"] = 3 } },
      { name = "MEMATTR", bits = 4, values = { DEVICE_NGNRNE = 0, DEVICE_NGNRE = 1, DEVICE_NGRE = 2, DEVICE_GRE = 3,
         NORMAL_NC = 0x5, NORMAL_WT = 0xa, NORMAL_WB = 0xf } },
      { name = "PMCG_EVENT", bits = 16, values = { CLOCK = 0, TRANSACTION = 1, TLB_MISS = 2, CONFIG_MISS = 3,
         TABLE_ACCESS = 4, CONFIG_ACCESS = 5, ATS_REQUEST = 6, ATS_PASSED = 7 } },
   },
   unsure = {   -- positions we could not confirm: the fields are absent, write 0 and ignore on read
      "F_BAD_ATS_TREQ: the positions of Span, R, W, X and Priv.",
      "F_TLB_CONFLICT: the position of Reason (other records have it in bits 79:64), and whether NSIPA is present.",
      "CMD_PREFETCH_ADDR: the positions of Stride and NS.",
      "CMD_CFGI_VMS_PIDM: the position of VMID.",
      "CMD_DPTI_PA: the positions of Leaf, SIZE and Address.",
   },
   left_out = {
      "Fields and registers new in v3.4 (S2PII, STE.S1PIE, STE.S2SL0_2, STE.S2DS, CD.HAFT, CD.PnCH and their like), except the ID register bits that announce them.",
      "The fields of the Secure registers, and the Secure registers other than those a boot check reads or writes.",
      "The fields of DPT_BASE, DPT_BASE_CFG and DPT_CFG_FAR, and of the commands only a Secure queue accepts.",
      "The virtual machine structure (4 KB): its first 64 bytes are 32 little-endian 16-bit PARTIDs.",
   },
}
