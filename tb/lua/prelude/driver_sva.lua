-- SPDX-License-Identifier: Apache-2.0
-- Driver calls about CPU address spaces and system-wide PASIDs. The address spaces themselves are made by t.cpu.
-- Left out: the CPU's tables (cpu_object.lua). Proof: tb/lua/test, scenarios/sva.

return function(part)
   local host, driver, d, domain, options, method, master_of, handle_of = part.host, part.driver, part.d, part.domain,
      part.options, part.method, part.master_of, part.handle_of

   method(d, "d:", "pasid_alloc", function(_, name) return driver.pasid_alloc(master_of("d:pasid_alloc", name).index) end)
   method(d, "d:", "pasid_free", function(_, pasid)
      if math.type(pasid) ~= "integer" then host.misuse("d:pasid_free takes a PASID") end
      return driver.pasid_free(part.fits("d:pasid_free", "the PASID", pasid, 0xffffffff))
   end)

   -- mm: an address space of t.cpu, or a table of the same fields -> domain, PASID.
   method(d, "d:", "sva_bind", function(_, name, mm)
      local call = "d:sva_bind"
      local fields = { cookie = "integer", ttb = "integer", asid = "integer", asid_bits = "integer", granule_log2 = "integer",
         ias = "integer", oas = "integer", mair = "integer" }
      local plain = {}
      for key in pairs(fields) do plain[key] = type(mm) == "table" and mm[key] or nil end
      options(call, plain, fields)
      if not plain.ttb or not plain.asid then host.misuse(call .. " takes a master and an address space of t.cpu") end
      local status, sentence, handle, pasid = driver.sva_bind(master_of(call, name).index, plain)
      if status ~= "SMMU_OK" then return status, sentence end
      local dom = part.domain_object(handle, { type = "sva", granule_bytes = 1 << (plain.granule_log2 or 12), binds = 0 })
      dom.binds = dom.binds + 1
      return status, sentence, dom, pasid
   end)
   method(d, "d:", "sva_unbind", function(_, name, dom)
      local status, sentence = driver.sva_unbind(master_of("d:sva_unbind", name).index, handle_of("d:sva_unbind", dom))
      if status == "SMMU_OK" then
         dom.binds = dom.binds - 1
         if dom.binds == 0 then part.forget_domain(dom) end
      end
      return status, sentence
   end)
   -- The CPU changed a range of its tables.
   method(domain, "domain:", "invalidate", function(dom, given)
      local o = options("domain:invalidate", given, { iova = { "integer", required = true }, size_bytes = { "integer", required = true },
         tables = "boolean" })
      return driver.sva_invalidate(handle_of("domain:invalidate", dom), o.iova, o.size_bytes, o.tables or false)
   end)
   method(domain, "domain:", "mm_exit", function(dom) return driver.sva_mm_exit(handle_of("domain:mm_exit", dom)) end)
end
