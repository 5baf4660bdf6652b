-- SPDX-License-Identifier: Apache-2.0
-- `t.cpu`: what the CPUs of the platform do beside the driver: address spaces with tables of their own, as a kernel would keep
-- them for a process, and broadcast TLB maintenance.
-- Left out: ASIDs and permissions of the CPU itself, other granules than 4 KiB, page faults. Proof: tb/lua/test, scenarios/sva.

return function(host, values, t, options)
   local cpu, space = {}, {}
   space.__index = space
   local PAGE, LEVELS = 4096, 4
   local space_count = 0

   -- VMSAv8-64: bits 1:0 = 3 is a table at levels 0..2 and a page at level 3. AP[2] (bit 7) read-only, AP[1] (bit 6) also for
   -- unprivileged accesses, SH = 3 (bits 9:8) inner, AF (bit 10), nG (bit 11), PXN and UXN (bits 53, 54); AttrIndx (bits 4:2)
   -- = 1, which is write-back in the MAIR the driver core puts into a CD.
   local TABLE, PAGE_BITS, READ_ONLY = 3, 3 | 1 << 2 | 1 << 6 | 3 << 8 | 1 << 10 | 1 << 11 | 3 << 53, 1 << 7
   local ADDRESS = 0x0000fffffffff000

   local function new_table()
      local pa = host.ram_alloc(PAGE, PAGE)
      host.ram_write(pa, string.rep("\0", PAGE))
      return pa
   end
   -- PA of the descriptor of a page; makes the tables on the way, or answers nil where one is missing.
   local function descriptor_of(mm, iova, make)
      local pa = mm.ttb
      for level = 0, LEVELS - 1 do
         local at = pa + 8 * (iova >> (39 - 9 * level) & 511)
         if level == LEVELS - 1 then return at end
         local entry = host.ram_read64(at)
         if entry & 1 == 0 then
            if not make then return nil end
            entry = new_table() | TABLE
            host.ram_write64(at, entry)
         end
         pa = entry & ADDRESS
      end
   end
   local function range(call, o)
      local size = o.size_bytes or PAGE
      if o.iova % PAGE ~= 0 or size % PAGE ~= 0 or size <= 0 or o.iova < 0 or o.iova + size > 1 << 48 then
         host.misuse(call .. ": iova and size_bytes must be multiples of 0x1000 below 2^48")
      end
      return size
   end

   -- An address space as d:sva_bind takes it. asid is the CPU's.
   function cpu:address_space(given)
      local o = options("t.cpu:address_space", given, { asid = { "integer", required = true }, asid_bits = "integer", oas = "integer" })
      space_count = space_count + 1
      return setmetatable({ cookie = space_count, asid = o.asid, asid_bits = o.asid_bits or 16, ttb = new_table(), ias = 48,
         oas = o.oas or 44, granule_log2 = 12 }, space)
   end
   -- Stores descriptors of pages; pa omitted: RAM is allocated. Answers pa.
   function space:map(given)
      local o = options("mm:map", given, { iova = { "integer", required = true }, pa = "integer", size_bytes = "integer",
         access = { "string", among = { "r", "rw" } } })
      local size = range("mm:map", o)
      local pa = o.pa or host.ram_alloc(size, PAGE)
      for offset = 0, size - 1, PAGE do
         host.ram_write64(descriptor_of(self, o.iova + offset, true), pa + offset | PAGE_BITS | (o.access == "r" and READ_ONLY or 0))
      end
      return pa
   end
   -- Clears the descriptors and nothing else: TLB maintenance is the next step of whoever calls.
   function space:unmap(given)
      local o = options("mm:unmap", given, { iova = { "integer", required = true }, size_bytes = "integer" })
      for offset = 0, range("mm:unmap", o) - 1, PAGE do
         local at = descriptor_of(self, o.iova + offset, false)
         if at then host.ram_write64(at, 0) end
      end
   end

   -- Broadcast TLB maintenance as a PE sends it; obeyed by SMMUs with IDR0.BTM = 1 and CR2.PTM = 0.
   local kinds = { va = 0, asid = 1, vaa = 2, vmall = 3, ipas2 = 4, vmalls12 = 5, all = 6, el2_va = 7, el2_asid = 8, el2_all = 9 }
   function cpu:tlbi(given)
      local o = options("t.cpu:tlbi", given, { kind = { "string", required = true, among = values.sorted_keys(kinds) }, asid = "integer",
         vmid = "integer", iova = "integer", size_bytes = "integer", leaf = "boolean" })
      for _, key in ipairs { "asid", "vmid" } do
         if o[key] and o[key] & ~0xffff ~= 0 then host.misuse(string.format("t.cpu:tlbi: %s must be 0 to 0xffff, got %s", key, values.show(o[key]))) end
      end
      local size = o.size_bytes or PAGE
      for offset = 0, size - 1, PAGE do
         host.broadcast_tlbi(kinds[o.kind], o.leaf or false, o.vmid or 0, o.asid or 0, (o.iova or 0) + offset)
      end
   end

   t.cpu = cpu
end
