-- SPDX-License-Identifier: Apache-2.0
-- What is known to be wrong with QEMU's SMMUv3, as data: the rule of the architecture that is broken, what QEMU does instead, and
-- why a run may go on. A scenario that meets one goes on and says so; the conformance rows name their rule; `rules` is what of it
-- a comparison of runs has to know, in the form of tb/check/divergence_policy.lua. What is not listed fails the run that meets it.
-- Fields of defects: backend, version; rule = a name of its own; what = what is seen; says = what the architecture asks for; why = why a run
-- can go on. For fields of event records also event (list), field, got, wanted: then t:expect_event knows it without being told.
-- Proof: tb/backend/qemu/test/defects.lua (shape, and that every rule a conformance row names is here), the runs themselves.
local function qemu(defect)
   defect.backend, defect.version = "qemu", "7.2"
   return defect
end

local defects = {
   -- Event records and their queue
   qemu { rule = "event.class-of-input",
      event = { "F_TRANSLATION", "F_PERMISSION", "F_ACCESS", "F_ADDR_SIZE" }, field = "CLASS", got = 0, wanted = 2,
      what = "a fault of an input address is recorded with CLASS = 0, which means CD",
      says = "CLASS is IN (2) when the input address itself faulted, TT (1) in a table walk, CD (0) when a CD was fetched",
      why = "the rest of the record is right, and with stage 1 alone no CD fetch can have such a fault" },
   qemu { rule = "event.fetch-address",
      what = "F_CD_FETCH has the address of the fetch in word 2 as well, where an input address would be",
      says = "F_CD_FETCH has FetchAddr in word 3 and nothing in word 2",
      why = "word 3 is right" },
   qemu { rule = "eventq.overflow",
      what = "a record that finds the event queue full raises GERROR.EVENTQ_ABT_ERR, and EVENTQ_PROD.OVFLG does not change",
      says = "the record is lost and EVENTQ_PROD.OVFLG toggles; EVENTQ_ABT_ERR is for a record that memory refused",
      why = "the queue stays intact and takes records again once it was emptied and the error was acknowledged" },
   qemu { rule = "cr2.recinvsid",
      what = "C_BAD_STREAMID is recorded although CR2.RECINVSID is 0",
      says = "with CR2.RECINVSID = 0 an access with a StreamID that the stream table does not have aborts without a record",
      why = "the access aborts as it has to" },

   -- Registers
   qemu { rule = "gbpa.missing",
      what = "GBPA reads as zero and cannot be written: accesses pass unchanged while SMMUEN is 0, also after GBPA.ABORT was set",
      says = "with SMMUEN = 0 an access aborts when GBPA.ABORT is 1",
      why = "a driver that programs the SMMU before it lets devices do DMA does not notice" },
   qemu { rule = "register.reserved-bits",
      what = "reserved bits of CR0, CR1, IRQ_CTRL and of the base registers keep what is written to them",
      says = "reserved bits read as zero, and bits of a feature that is absent too",
      why = "no driver may depend on them" },
   qemu { rule = "register.guards",
      what = "CR1, CR2 and the base registers can be written while what they describe is enabled",
      says = "they are read-only while SMMUEN, or the enable of their queue, is 1",
      why = "a correct driver does not write them then" },
   qemu { rule = "base.alignment",
      what = "bits of STRTAB_BASE, L2Ptr and CMDQ_BASE below the size of what they point to are used as address bits",
      says = "these bits are ignored: the table or queue is aligned to its size",
      why = "drivers align their tables" },

   -- Stream table and configuration
   qemu { rule = "strtab.span",
      what = "a StreamID just behind a second-level array is accepted, Span above SPLIT + 1 too, and a reserved Span gives C_BAD_STE",
      says = "an index of 2^(Span-1) or more, and a Span that is reserved or above SPLIT + 1, are C_BAD_STREAMID",
      why = "arrays of full length, as drivers make them, have no such index" },
   qemu { rule = "strtab.reserved-split",
      what = "a reserved value of STRTAB_BASE_CFG.SPLIT is used as a number of bits",
      says = "a reserved SPLIT behaves as 6",
      why = "no driver may write it" },
   qemu { rule = "strtab.sticky-format",
      what = "after a two-level stream table a linear one is still read as two-level, until the next reset",
      says = "STRTAB_BASE_CFG.FMT decides, and may change while SMMUEN is 0",
      why = "a driver chooses one format; rows and scenarios that change it need a reset between" },
   qemu { rule = "ste.s1cdmax",
      what = "an STE with S1CDMax other than 0 is C_BAD_STE",
      says = "where IDR1.SSIDSIZE is 0, S1CDMax and S1Fmt are ignored",
      why = "a driver that sees SSIDSIZE = 0 writes 0" },

   -- Translation
   qemu { rule = "input.above-48-bits",
      what = "an input address with a bit above 47 does not reach the SMMU: the access is refused without a record, also in the upper half",
      says = "it is translated by the upper half or with TBI, or aborts with F_TRANSLATION (bypass above OAS: F_ADDR_SIZE)",
      why = "nothing passes that should not; drivers give out addresses of the lower half" },
   qemu { rule = "walk.block-at-level-0",
      what = "a block descriptor at level 0 of a 4 KiB granule is taken as a block of 512 GiB",
      says = "there are no blocks at level 0: F_TRANSLATION",
      why = "no driver makes one" },
   qemu { rule = "walk.output-size",
      what = "a page, block or table address above CD.IPS is used, up to an external abort where no memory is",
      says = "it is F_ADDR_SIZE",
      why = "a driver maps what fits IPS" },
   qemu { rule = "access-flag.ignored",
      what = "a page or block whose access flag is 0 is translated",
      says = "with CD.AFFD = 0 and no hardware update it is F_ACCESS, before F_PERMISSION",
      why = "the driver sets the flag in every descriptor" },
   qemu { rule = "permission.unprivileged",
      what = "an unprivileged access may use a page that is for privileged ones only, by AP[1] or by APTable",
      says = "it is F_PERMISSION",
      why = "QEMU's devices send unprivileged accesses only, and the driver maps for those" },
   qemu { rule = "tlbi.global-entries",
      what = "CMD_TLBI_NH_VA with another ASID leaves the entry of a global page alone",
      says = "CMD_TLBI_NH_VA removes global entries of the address whatever its ASID",
      why = "the driver maps nothing global" },

   -- Commands
   qemu { rule = "command.illegal",
      what = "commands of absent features (RESUME, ATC_INV, PRI_RESP, stage 2, EL2, EL3), CMD_SYNC with CS = 3 and an empty TLBI range are consumed",
      says = "they are CERROR_ILL",
      why = "no driver sends them; commands that do not exist at all are refused" },
}

-- The number of an event is the first byte of its record.
local rules = {}
for name, number in pairs { F_TRANSLATION = 0x10, F_ADDR_SIZE = 0x11, F_ACCESS = 0x12, F_PERMISSION = 0x13 } do
   rules[#rules + 1] = { name = "qemu.event.class-of-input." .. name, fact = "event", where = { number = number }, fields = { "CLASS" }, backend = "qemu",
      reason = "known defect event.class-of-input: CLASS is 0 for a fault of an input address" }
end
rules[#rules + 1] = { name = "qemu.eventq.overflow", fact = "event_lost", ignore = true, backend = "qemu",
   reason = "QEMU does not tell the words of a record that it could not write" }
table.sort(rules, function(a, b) return a.name < b.name end)

return { defects = defects, rules = rules }
