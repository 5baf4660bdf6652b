-- SPDX-License-Identifier: Apache-2.0
-- What two implementations of one SMMU, or two runs of one scenario, may legally do differently. `tandem run --compare` and
-- `tandem replay` look only here: a difference that no rule names is a failure. Times are never compared, so no rule mentions them.
-- Left out: defects of one implementation that its users know of (tb/backend/NAME/known_defects.lua, --policy FILE). The meaning of
-- the keys: docs/compare.md. Proof: tb/diff/test/test_policy.cpp, test_comparer.cpp.
return {
   rules = {
      -- What caches hold ------------------------------------------------------------------------------------------------
      { name = "cache.fetch", fact = "fetch", ignore = true,
         reason = "when a configuration structure is read again depends on what a configuration cache holds, which is IMPLEMENTATION DEFINED; prefetching is allowed too" },
      { name = "cache.walk", fact = "walk", ignore = true,
         reason = "which descriptors a walk reads depends on what TLBs and walk caches hold, which is IMPLEMENTATION DEFINED" },
      { name = "cache.fill", fact = "fill", ignore = true,
         reason = "an implementation may cache a translation or not, in parts, and at any time while the tables say so" },

      { name = "cache.hit", fact = "hit", ignore = true,
         reason = "whether a TLB answers depends on what it holds, which is IMPLEMENTATION DEFINED" },

      -- Counters --------------------------------------------------------------------------------------------------------
      { name = "counter.cycles", fact = "counter", where = { event = 0 }, fields = { "value" },
         reason = "event 0 counts clock cycles, and implementations differ in time" },
      { name = "counter.tlb_miss", fact = "counter", where = { event = 2 }, fields = { "value" },
         reason = "event 2 counts misses of TLBs whose size and content are IMPLEMENTATION DEFINED" },
      { name = "counter.config_miss", fact = "counter", where = { event = 3 }, fields = { "value" },
         reason = "event 3 counts misses of a configuration cache, which need not exist" },
      { name = "counter.walk_access", fact = "counter", where = { event = 4 }, fields = { "value" },
         reason = "event 4 counts accesses of table walks, whose number depends on walk caches" },
      { name = "counter.config_access", fact = "counter", where = { event = 5 }, fields = { "value" },
         reason = "event 5 counts accesses to configuration structures, whose number depends on a configuration cache" },

      -- Interrupts and records ------------------------------------------------------------------------------------------
      { name = "interrupt.coalesced", fact = "irq", ignore = true,
         reason = "several causes may share one edge of an interrupt, depending on when the handler ran" },
      { name = "event.stag", fact = "event", fields = { "STAG" },
         reason = "the tag of a stalled transaction is an opaque value that the SMMU picks" },
      { name = "event.stag_of_lost", fact = "event_lost", fields = { "STAG" },
         reason = "the tag of a stalled transaction is an opaque value that the SMMU picks" },
      { name = "respond.stag", fact = "call", call = "d:respond", fields = { "text" },
         reason = "the call shows the event record with the tag that the SMMU picked" },
      { name = "resume.stag", fact = "command", fields = { "STAG" }, where = { opcode = 0x44 },
         reason = "CMD_RESUME repeats the tag that the SMMU picked in its event record" },

      -- What a driver saw -----------------------------------------------------------------------------------------------
      { name = "store.before", fact = "store", fields = { "old" },
         reason = "between two stores of the driver the SMMU may update access flag and dirty state of a descriptor, at any time" },

      -- CPU threads and transfers beside the main one -------------------------------------------------------------------------
      -- Once a thread beside the main one has changed tables, what the driver gives to whom depends on who asked first --------
      { name = "contended.store", fact = "store", contended = true, ignore = true,
         reason = "threads that map at once take table pages and tags in the order in which they come" },
      { name = "contended.command", fact = "command", contended = true, ignore = true,
         reason = "how many invalidations threads send that go round a loop is a matter of time, and their tags are those they got" },
      { name = "contended.msi", fact = "msi", contended = true, ignore = true,
         reason = "MSIs of commands follow the commands" },
      { name = "contended.image", fact = "image", contended = true, ignore = true,
         reason = "the words are those of tables that lie elsewhere" },
      { name = "contended.point", fact = "point", contended = true, ignore = true,
         reason = "the hash is over tables that lie elsewhere" },
      { name = "contended.translation", fact = "translation", contended = true, fields = { "pa" },
         reason = "memory that a scenario allocates goes to the threads in the order in which they ask" },
      { name = "contended.call", fact = "call", contended = true, fields = { "text" },
         reason = "memory that a scenario allocates goes to the threads in the order in which they ask" },
      { name = "contended.result", fact = "result", contended = true, fields = { "text" },
         reason = "memory that a scenario allocates goes to the threads in the order in which they ask" },
      { name = "concurrent.resume", fact = "command", where = { opcode = 0x44 }, concurrent = true, ignore = true,
         reason = "how many accesses of a thread stall beside an update, and want an answer, is a matter of time" },
      { name = "concurrent.sync", fact = "command", where = { opcode = 0x46 }, concurrent = true, ignore = true,
         reason = "every answer to a stalled access has a CMD_SYNC, and how many there are is a matter of time" },
      { name = "order.commands", fact = "command", concurrent = true, order = "any",
         reason = "CPU threads that run at once put their commands into one queue in the order in which they come" },
      { name = "concurrent.call", fact = "call", concurrent = true, thread = "other", ignore = true,
         reason = "how often a thread beside the main one goes round its loop is a matter of time" },
      { name = "concurrent.result", fact = "result", concurrent = true, thread = "other", ignore = true,
         reason = "what a thread beside the main one finds depends on how far the others are" },
      { name = "concurrent.response", fact = "response", concurrent = true, thread = "other", ignore = true,
         reason = "an access under way during an update may meet the old or the new state; scenario and oracles judge which are legal" },
      { name = "concurrent.translation", fact = "translation", concurrent = true, ignore = true,
         reason = "an access under way during an update may meet the old or the new state; scenario and oracles judge which are legal" },
      { name = "concurrent.event", fact = "event", concurrent = true, ignore = true,
         reason = "which accesses of a thread that runs beside an update fault, and how many there are, is a matter of time" },
      { name = "concurrent.event_lost", fact = "event_lost", concurrent = true, ignore = true,
         reason = "which accesses of a thread that runs beside an update fault, and how many there are, is a matter of time" },
      { name = "order.msis", fact = "msi", concurrent = true, order = "any",
         reason = "MSIs of commands that were sent by CPU threads at once follow the order of the commands" },
   },
}
