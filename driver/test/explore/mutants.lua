-- SPDX-License-Identifier: Apache-2.0
-- Defects the explorer must find. Writes copies of the product's sources in which each `old` also exists as `new`, chosen at run time,
-- and explore_mutants.h with their numbers. `$` in `new` stands for the question "is this mutant on?". The product itself knows nothing of it:
-- an `old` that is not there exactly once stops the build with a sentence.
-- Not here: what finds them (test_explore.c, test_explore_domain.c).
--
--    lua5.4 mutants.lua SOURCE_DIR OUT_DIR
--    lua5.4 mutants.lua --files                prints the names of the files it copies, separated by ;
local mutants = {
   { name = "no_publish_before_prod", file = "cmdq.c", about = "the gatherer writes PROD without publishing the slots",
      old = "\tsmmu_publish(dev->sys);\n\tsmmu_write32(dev, SMMU_CMDQ_PROD", new = "\tif (!$)\n\t\tsmmu_publish(dev->sys);\n\tsmmu_write32(dev, SMMU_CMDQ_PROD" },
   { name = "follower_does_not_publish", file = "cmdq.c", about = "who does not gather flips its bits without publishing its slots",
      old = "\tif (!gathers)\n", new = "\tif (!gathers && !$)\n" },
   { name = "flip_is_relaxed", file = "cmdq.c", about = "the valid bits may be seen before the slots",
      old = "mask, memory_order_release)", new = "mask, $ ? memory_order_relaxed : memory_order_release)" },
   { name = "no_handover", file = "cmdq.c", about = "a gatherer does not wait for the one before it",
      old = "while (atomic_load_explicit(&q->handed, memory_order_acquire) != first)", new = "while (!$ && atomic_load_explicit(&q->handed, memory_order_acquire) != first)" },
   { name = "gatherer_does_not_wait_for_slots", file = "cmdq.c", about = "PROD is written over slots that are not filled",
      old = "while (!is_valid(q, end))", new = "while (!$ && !is_valid(q, end))" },
   { name = "register_is_read_once", file = "cmdq.c", about = "CMDQ_CONS is taken for unambiguous though cons has moved meanwhile",
      old = "if (atomic_load(&q->cons) != cons)\n\t\treturn true;", new = "if (!$ && atomic_load(&q->cons) != cons)\n\t\treturn true;" },
   { name = "close_does_not_wait", file = "cmdq.c", about = "the queue is closed under those who use it",
      old = "while (atomic_load(&q->users) != 0)", new = "while (!$ && atomic_load(&q->users) != 0)" },
   { name = "room_of_a_slot_too_many", file = "cmdq.c", about = "a list is taken into a queue that is full but for one slot less than it needs",
      old = "count - cons > smmu_queue_size(q->log2))\n\t\t\treturn false;", new = "count - cons > smmu_queue_size(q->log2) + ($ ? 1 : 0))\n\t\t\treturn false;" },
   { name = "readers_are_not_waited_for", file = "inv.c", about = "a detach lets tag and SMMU go while a reader of the old array is inside",
      old = "while (atomic_load(&set->readers[old_epoch & 1]) != 0)", new = "while (!$ && atomic_load(&set->readers[old_epoch & 1]) != 0)" },
   { name = "tags_are_read_first", file = "domain.c", about = "an unmap reads the array, and invalidates, before it clears the descriptors",
      old = "\tstatus = unmap_tables(domain, iova.v, iova.v + size_bytes, &gather, &removed);\n\tconst smmu_status synced = sync_gather(domain, &gather);",
      new = "\tstruct smmu_gather early = { .start = iova.v, .end = iova.v + size_bytes, .leaf_levels = 1u << 3 };\n"
         .. "\tconst smmu_status early_synced = $ ? sync_gather(domain, &early) : SMMU_OK;\n"
         .. "\tstatus = unmap_tables(domain, iova.v, iova.v + size_bytes, &gather, &removed);\n"
         .. "\tconst smmu_status synced = $ ? early_synced : sync_gather(domain, &gather);" },
   { name = "tables_go_before_the_invalidation", file = "domain.c", about = "an empty table is freed while SMMUs remember it",
      old = "\tstatus = smmu_inv_range(&domain->inv, gather, domain->config.granule_log2, domain->config.flush_threshold_pages);\n",
      new = "\tif ($)\n\t\tsettle_tables(domain, gather, true);\n"
         .. "\tstatus = smmu_inv_range(&domain->inv, gather, domain->config.granule_log2, domain->config.flush_threshold_pages);\n" },
   { name = "walkers_are_not_waited_for", file = "pgtable_unmap.c", about = "a table is freed while a call looks at it",
      old = "while (atomic_load(&pt->readers[old_epoch & 1]) != 0)", new = "while (!$ && atomic_load(&pt->readers[old_epoch & 1]) != 0)" },
   { name = "dead_tables_are_written_too_early", file = "pgtable_unmap.c", about = "dead tables are chained while a call may still read them",
      old = "\t\tif (count > 0)\n\t\t\tquiesce(pt);\n\t\tfor (unsigned i = 0; i < count; i++)\n\t\t\tcollect(pt, dead[i].table, dead[i].level, &chain);\n",
      new = "\t\tif (count > 0 && !$)\n\t\t\tquiesce(pt);\n\t\tfor (unsigned i = 0; i < count; i++)\n\t\t\tcollect(pt, dead[i].table, dead[i].level, &chain);\n\t\tif (count > 0 && $)\n\t\t\tquiesce(pt);\n" },
   { name = "new_tag_is_published_late", file = "tag.c", about = "a CD carries the new tag before the array does",
      old = "\tsmmu_inv_commit(&domain->inv, &claim->change);\n",
      new = "\tfor (unsigned i = 0; $ && i < claim->count; i++)\n\t\tif (claim->from[i])\n\t\t\t(void)smmu_attach_retag(domain, claim->add[i].key.dev, claim->add[i].key.id);\n"
         .. "\tsmmu_inv_commit(&domain->inv, &claim->change);\n" },
   { name = "tag_is_switched_last", file = "tag.c", about = "CDs get the new tag and the old one is flushed before the array says anything else",
      old = "\tsmmu_inv_commit(&domain->inv, &claim->change);\n",
      new = "\tfor (unsigned i = 0; $ && i < claim->count; i++) {\n\t\tconst struct smmu_inv_key was = { claim->add[i].key.dev, claim->add[i].key.type, claim->from[i], 0, NULL };\n"
         .. "\t\tif (claim->from[i]) {\n\t\t\t(void)smmu_attach_retag(domain, was.dev, claim->add[i].key.id);\n\t\t\t(void)smmu_inv_flush_tag(&was);\n\t\t}\n\t}\n"
         .. "\tsmmu_inv_commit(&domain->inv, &claim->change);\n" },
   { name = "old_tag_is_flushed_first", file = "tag_move.c", about = "the old tag is flushed while CDs still carry it, and then given to somebody else",
      old = "\tsmmu_status status = smmu_attach_retag(domain, dev, to->key.id);\n\tstatus = smmu_first_failure(status, smmu_inv_flush_tag(&old));",
      new = "\tsmmu_status status = $ ? smmu_inv_flush_tag(&old) : smmu_attach_retag(domain, dev, to->key.id);\n"
         .. "\tstatus = smmu_first_failure(status, $ ? smmu_attach_retag(domain, dev, to->key.id) : smmu_inv_flush_tag(&old));" },
   { name = "old_tag_is_forgotten_first", file = "tag_move.c", about = "the old tag leaves the array before the CDs have left it",
      old = "\tconst struct smmu_inv_key old = { dev, to->key.type, from, 0, NULL };\n",
      new = "\tconst struct smmu_inv_key old = { dev, to->key.type, from, 0, NULL };\n\tif ($)\n\t\tsmmu_inv_retire(&domain->inv, &old);\n" },
}

local function files()
   local list, seen = {}, {}
   for _, m in ipairs(mutants) do
      if not seen[m.file] then
         seen[m.file] = true
         list[#list + 1] = m.file
      end
   end
   return list
end

if arg[1] == "--files" then
   io.write(table.concat(files(), ";"))
   os.exit(0)
end
local source_dir, out_dir = arg[1], arg[2]
if not out_dir then
   io.stderr:write("usage: mutants.lua SOURCE_DIR OUT_DIR | mutants.lua --files\n")
   os.exit(2)
end

local function write(path, text)
   local f = assert(io.open(path, "wb"))
   f:write(text)
   f:close()
end

local header = { "/* Written by mutants.lua. */", "enum {", "\tMUTANT_NONE," }
local texts = {}
for _, file in ipairs(files()) do
   local f = assert(io.open(source_dir .. "/" .. file, "rb"))
   texts[file] = f:read("a")
   f:close()
end
for number, m in ipairs(mutants) do
   local text = texts[m.file]
   local from, to = text:find(m.old, 1, true)
   if not from or text:find(m.old, to + 1, true) then
      io.stderr:write(string.format("mutants.lua: %s: '%s' must be in the source exactly once, but %s:\n%s\n", m.file, m.name,
         from and "is there more often" or "is not there", m.old))
      os.exit(1)
   end
   local new = m.new:gsub("%$", string.format("explore_is(%d)", number))
   texts[m.file] = text:sub(1, from - 1) .. new .. text:sub(to + 1)
   header[#header + 1] = string.format("\tMUTANT_%s, /* %s */", m.name:upper(), m.about)
end
header[#header + 1] = "};\n"
for file, text in pairs(texts) do write(out_dir .. "/" .. file, text) end
write(out_dir .. "/explore_mutants.h", table.concat(header, "\n"))
