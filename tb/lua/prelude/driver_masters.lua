-- SPDX-License-Identifier: Apache-2.0
-- Driver calls about masters: registering, attach and detach with and without a PASID, several devices alike; STEs and CDs as they
-- are in memory. Left out: CPU address spaces (driver_sva.lua). Proof: tb/lua/test, scenarios.

return function(part)
   local host, driver, values, t, d, options, method, master_of, handle_of = part.host, part.driver, part.values, part.t, part.d,
      part.options, part.method, part.master_of, part.handle_of
   local REPLACE, LOSSLESS = 1, 2
   local flag_keys = { replace = "boolean", lossless = "boolean" }
   local function flags_of(call, given)
      local o = options(call, given, flag_keys)
      return (o.replace and REPLACE or 0) | (o.lossless and LOSSLESS or 0)
   end
   local function pasid_of(call, pasid)
      if math.type(pasid) ~= "integer" or pasid < 0 or pasid > 0xffffffff then
         host.misuse(call .. " takes a PASID of 0 to 0xffffffff, got " .. values.show(pasid))
      end
      return pasid
   end

   -- Registers the master (with what the platform does not say) where it is not yet, and answers what the driver knows of it.
   method(d, "d:", "master", function(_, name, given)
      local m = master_of("d:master", name)
      if given then
         local o = options("d:master", given, { max_pasids = "integer", can_stall = "boolean", ats = "boolean", pri = "boolean",
            cd_table = { "string", among = { "linear", "2level" } } })
         local status, sentence = driver.master_register(m.index, o)
         if status ~= "SMMU_OK" then return status, sentence end
      end
      return driver.master_info(m.index)
   end)
   method(d, "d:", "forget_master", function(_, name) return driver.master_destroy(master_of("d:forget_master", name).index) end)

   -- The device that did not answer was reset: it may use ATS again.
   method(d, "d:", "unquarantine", function(_, name) return driver.unquarantine(master_of("d:unquarantine", name).index) end)

   method(d, "d:", "attach", function(_, name, dom, given)
      return driver.attach(master_of("d:attach", name).index, handle_of("d:attach", dom), flags_of("d:attach", given))
   end)
   method(d, "d:", "detach", function(_, name) return driver.detach(master_of("d:detach", name).index) end)
   method(d, "d:", "attach_pasid", function(_, name, dom, pasid, given)
      local call = "d:attach_pasid"
      return driver.attach_pasid(master_of(call, name).index, handle_of(call, dom), pasid_of(call, pasid), flags_of(call, given))
   end)
   method(d, "d:", "detach_pasid", function(_, name, pasid)
      return driver.detach_pasid(master_of("d:detach_pasid", name).index, pasid_of("d:detach_pasid", pasid))
   end)

   local function indexes(call, list)
      if type(list) ~= "table" or #list == 0 then host.misuse(call .. " takes a list of masters") end
      local out = {}
      for i, name in ipairs(list) do out[i] = master_of(call, name).index end
      return out
   end
   -- All or none; without pasid their traffic without SubstreamID.
   method(d, "d:", "group_attach", function(_, masters, dom, given)
      local call = "d:group_attach"
      local o = options(call, given, { pasid = "integer", replace = "boolean", lossless = "boolean" })
      return driver.group_attach(indexes(call, masters), handle_of(call, dom), pasid_of(call, o.pasid or 0),
         flags_of(call, { replace = o.replace, lossless = o.lossless }))
   end)
   method(d, "d:", "group_detach", function(_, masters, given)
      local o = options("d:group_detach", given, { pasid = "integer" })
      return driver.group_detach(indexes("d:group_detach", masters), pasid_of("d:group_detach", o.pasid or 0))
   end)

   -- Entries as they are in memory, found the way the SMMU finds them.
   local function words_at(pa)
      local words = {}
      for i = 0, 7 do words[i + 1] = host.ram_read64(pa + 8 * i) end
      return words
   end
   function d:ste(name, sid)
      local m = master_of("d:ste", name)
      sid = sid or m.sid
      local shape = self:layout(m.smmu)
      local pa = shape.strtab + 64 * sid
      if shape.st_2level then
         local l1 = host.ram_read64(shape.strtab + 8 * (sid >> shape.split_log2))
         if l1 & 0x1f == 0 then return nil end
         pa = t.arch.decode_structure("L1STD", { l1 }).L2Ptr + 64 * (sid & ((1 << shape.split_log2) - 1))
      end
      local ste = t.arch.decode_structure("STE", words_at(pa))
      ste.pa = pa
      return ste
   end
   function d:cd(name, ssid)
      local ste = self:ste(name)
      if not ste or ste.S1ContextPtr == 0 then return nil end
      ssid = ssid or 0
      if ssid >= 1 << ste.S1CDMax then return nil end
      local table_pa = ste.S1ContextPtr
      local pa
      if ste.S1CDMax == 0 or ste.S1Fmt == 0 then
         pa = table_pa + 64 * ssid
      else
         local leaf_log2 = ste.S1Fmt == 1 and 6 or 10
         local l1 = t.arch.decode_structure("L1CD", { host.ram_read64(table_pa + 8 * (ssid >> leaf_log2)) })
         if l1.V == 0 then return nil end
         pa = l1.L2Ptr + 64 * (ssid & ((1 << leaf_log2) - 1))
      end
      local cd = t.arch.decode_structure("CD", words_at(pa))
      cd.pa = pa
      return cd
   end
end
