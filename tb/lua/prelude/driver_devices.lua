-- SPDX-License-Identifier: Apache-2.0
-- Driver calls about one SMMU: bring-up, removal, what it became, its counters, raw commands, global errors.
-- Left out: what is checked by C++ (tb/lua/driver/device.cpp, faults.cpp). Proof: tb/lua/test, scenarios.

return function(part)
   local host, driver, t, d, options, smmu_index, method, finish, show_arguments = part.host, part.driver, part.t, part.d, part.options,
      part.smmu_index, part.method, part.finish, part.show_arguments
   local config_keys = { smmu = "string", cmdq_log2 = "integer", eventq_log2 = "integer", priq_log2 = "integer", two_level = "boolean",
      sid_bits = "integer", split_log2 = "integer", ignore_bad_sid = "boolean", noncoherent = "boolean", bypass_on_disable = "boolean",
      el2_world = "boolean", event_rate = "integer", page_groups = "integer", broadcast_tlb = "boolean",
      sync_signal = { "string", among = { "poll", "msi", "sev" } } }
   local probed, enabled = {}, {}
   -- A probe lets the SMMU go first. BUSY and TIMEOUT are about that: the SMMU is there as before. After any other failure it is not.
   local still_there = { SMMU_OK = true, SMMU_E_BUSY = true, SMMU_E_TIMEOUT = true }
   local function probe_one(i, config)
      local status, sentence, features = driver.probe(i, config)
      if status == "SMMU_OK" then probed[i] = features end
      if not still_there[status] then probed[i] = nil end
      if status == "SMMU_OK" or not still_there[status] then enabled[i] = nil end
      return status, sentence, features
   end
   -- d:probe() probes every SMMU; d:probe{ smmu =, ... } one of them with a configuration.
   method(d, "d:", "probe", function(_, given)
      local o = options("d:probe", given, config_keys)
      local only = o.smmu and smmu_index("d:probe", o.smmu)
      local list = {}
      for i, s in ipairs(t.smmus) do
         if not only or i == only then
            local status, sentence, features = probe_one(i, o)
            if status ~= "SMMU_OK" then return status, sentence end
            features.name = s.name
            list[i], list[s.name] = features, features
         end
      end
      return "SMMU_OK", "", only and list[only] or list
   end)
   method(d, "d:", "enable", function(_, given)
      local o = options("d:enable", given, config_keys)
      local first = o.smmu and smmu_index("d:enable", o.smmu) or 1
      for i = first, o.smmu and first or #t.smmus do
         local status, sentence
         local has_config = next(o, next(o) == "smmu" and "smmu" or nil) ~= nil
         if not probed[i] or (has_config and not enabled[i]) then
            status, sentence = probe_one(i, o)
            if status ~= "SMMU_OK" then return status, sentence end
         end
         status, sentence = driver.enable(i)
         if status ~= "SMMU_OK" then return status, sentence end
         enabled[i] = true
      end
      return "SMMU_OK", ""
   end)
   method(d, "d:", "disable", function(_, smmu)
      local i = smmu_index("d:disable", smmu)
      local status, sentence = driver.disable(i)
      if status == "SMMU_OK" then enabled[i] = false end
      return status, sentence
   end)
   method(d, "d:", "suspend", function(_, smmu) return driver.suspend(smmu_index("d:suspend", smmu)) end)
   method(d, "d:", "restore", function(_, smmu) return driver.restore(smmu_index("d:restore", smmu)) end)
   method(d, "d:", "remove", function(_, smmu)
      local i = smmu_index("d:remove", smmu)
      local status, sentence = driver.remove(i)
      if status == "SMMU_OK" then probed[i], enabled[i] = nil, nil end
      return status, sentence
   end)
   method(d, "d:", "set_stream_default", function(_, smmu, sid, policy)
      if math.type(sid) ~= "integer" or (policy ~= "abort" and policy ~= "bypass") then
         host.misuse("d:set_stream_default takes an SMMU, a StreamID and 'abort' or 'bypass'")
      end
      part.fits("d:set_stream_default", "the StreamID", sid, 0xffffffff)
      return driver.set_stream_default(smmu_index("d:set_stream_default", smmu), sid, policy == "bypass")
   end)
   function d:stats(smmu) return finish("d:stats", show_arguments(smmu), driver.stats(smmu_index("d:stats", smmu))) end
   function d:layout(smmu) return finish("d:layout", show_arguments(smmu), driver.layout(smmu_index("d:layout", smmu))) end

   -- Commands as { name = "TLBI_NH_ASID", ASID = 1 } or as two words; with a SYNC behind them unless sync = false.
   local function encoded(call, list)
      if type(list) ~= "table" then host.misuse(call .. " takes an SMMU and a list of commands") end
      local raw = {}
      for i, c in ipairs(list) do
         local words, wrong = t.arch.encode_command(c)
         if not words then host.misuse(call .. ": command " .. i .. ": " .. wrong) end
         raw[i] = words
      end
      return raw
   end
   method(d, "d:", "submit", function(_, smmu, list, given)
      local o = options("d:submit", given, { sync = "boolean" })
      return driver.submit(smmu_index("d:submit", smmu), encoded("d:submit", list), o.sync ~= false)
   end)
   -- Commands of a guest whose stage 1 translates under dom, an S2 domain -> how many of them were done.
   method(d, "d:", "guest_invalidate", function(_, smmu, dom, list)
      local call = "d:guest_invalidate"
      return driver.guest_invalidate(part.handle_of(call, dom), smmu_index(call, smmu), encoded(call, list))
   end)

   -- Acknowledges what is active -> { CMDQ_ERR = true, ..., cmdq_error = "CERROR_ILL" }.
   method(d, "d:", "handle_gerror", function(_, smmu)
      local status, sentence, report = driver.gerror(smmu_index("d:handle_gerror", smmu))
      local out = {}
      for _, field in ipairs(t.arch.registers.GERROR.fields) do
         if report.active >> field.lsb & 1 == 1 then out[field.name] = true end
      end
      if out.CMDQ_ERR then
         out.cmdq_error = report.cmdq_error
         for name, value in pairs(t.arch.registers.CMDQ_CONS.fields.ERR.enum) do
            if value == report.cmdq_error then out.cmdq_error = name end
         end
      end
      return status, sentence, out
   end)
end
