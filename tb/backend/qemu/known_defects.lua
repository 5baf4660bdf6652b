-- SPDX-License-Identifier: Apache-2.0
-- What is known to be wrong with QEMU's SMMUv3, as data: the rule of the architecture that is broken, what QEMU does instead, and
-- why a comparison may go on. A scenario that meets one goes on and says so; a comparison of runs may include this list in its
-- policy. A defect that is not listed fails the run that meets it.
-- Fields: backend, version; rule = a name of its own; what = what is seen; says = what the architecture asks for; why = why it is
-- tolerated. For fields of event records also event (list), field, got, wanted: then t:expect_event knows it without being told.
-- Proof: tb/lua/test/test_prelude.cpp (shape), scenarios on qemu.
local qemu = "qemu"

return {
   {
      backend = qemu, version = "7.2", rule = "event.class-of-input",
      event = { "F_TRANSLATION", "F_PERMISSION", "F_ACCESS", "F_ADDR_SIZE" }, field = "CLASS", got = 0, wanted = 2,
      what = "a fault of an input address is recorded with CLASS = 0, which means CD",
      says = "CLASS is IN (2) when the input address itself faulted, TT (1) in a table walk, CD (0) when a CD was fetched",
      why = "the rest of the record is right, and with stage 1 alone no CD fetch can have such a fault",
   },
   {
      backend = qemu, version = "7.2", rule = "eventq.overflow",
      what = "a record that finds the event queue full raises GERROR.EVENTQ_ABT_ERR, and EVENTQ_PROD.OVFLG does not change",
      says = "the record is lost and EVENTQ_PROD.OVFLG toggles; EVENTQ_ABT_ERR is for a write of a record that memory refused",
      why = "the queue itself stays intact and takes records again once it was emptied and the error was acknowledged",
   },
   {
      backend = qemu, version = "7.2", rule = "gbpa.missing",
      what = "GBPA reads as zero and cannot be written: accesses pass unchanged while SMMUEN is 0, also with GBPA.ABORT set",
      says = "with SMMUEN = 0 an access aborts when GBPA.ABORT is 1",
      why = "accesses behave as with the attributes GBPA has after a reset that chooses bypass",
   },
}
