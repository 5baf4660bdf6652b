-- SPDX-License-Identifier: Apache-2.0
-- What a scenario compares: the commands a call cost, stores and fetches in their order, and tables for the report.
-- Left out: how the records come (trace of driver and SMMUs). Proof: tb/lua/test, scenarios/update.

return function(host, values, t)
   -- Runs fn and answers what it cost: { smmu0 = { commands =, syncs =, list = { ... } }, ..., commands =, syncs = }, then its values.
   -- Commands consumed earlier are forgotten.
   function t:cost(fn)
      if type(fn) ~= "function" then host.misuse("t:cost takes a function") end
      for _, s in ipairs(t.smmus) do s:commands() end
      local results = table.pack(fn())
      local cost = { commands = 0, syncs = 0 }
      for i, s in ipairs(t.smmus) do
         local list = s:commands()
         local syncs = 0
         for _, c in ipairs(list) do if c.name == "SYNC" then syncs = syncs + 1 end end
         cost[i] = { commands = #list, syncs = syncs, list = list }
         cost[s.name] = cost[i]
         cost.commands, cost.syncs = cost.commands + #list, cost.syncs + syncs
      end
      return cost, table.unpack(results, 1, results.n)
   end

   -- Runs fn and answers, in the order in which it happened: { kind = "store", pa =, old =, new = } (a CPU store to a table),
   -- { kind = "command", smmu =, command = { name = ... } } (consumed), { kind = "fetch", smmu =, pa =, class = "Ste", sid =, ssid =, word = }
   -- (an SMMU read an STE or CD), { kind = "doorbell", smmu =, prod = } (CMDQ_PROD was written), { kind = "tag", tag =, what = "allocated" / "live" / "flushed" / "free" }.
   local tag_words = { "allocated", "live", "flushed", "free" }
   function t:watch(fn)
      if type(fn) ~= "function" then host.misuse("t:watch takes a function") end
      host.watch_start()
      fn()
      local list = {}
      for i, r in ipairs(host.watch_take()) do
         if r.kind == "command" then
            list[i] = { kind = "command", smmu = t.smmus[r.smmu].name, command = t.arch.decode_command { r.a, r.b }, time_ps = r.time_ps }
         elseif r.kind == "store" then
            list[i] = { kind = "store", pa = r.address, old = r.a, new = r.b, time_ps = r.time_ps }
         elseif r.kind == "fetch" then
            list[i] = { kind = "fetch", smmu = t.smmus[r.smmu].name, pa = r.address, class = t.ram.access_classes[r.detail + 1], word = r.a, sid = r.sid, ssid = r.ssid, time_ps = r.time_ps }
         elseif r.kind == "doorbell" then
            list[i] = { kind = "doorbell", smmu = t.smmus[r.smmu].name, prod = r.a, time_ps = r.time_ps }
         else
            list[i] = { kind = "tag", tag = r.a, what = tag_words[r.detail], time_ps = r.time_ps }
         end
      end
      return list
   end

   local function cell(v)
      if math.type(v) == "integer" then return tostring(v) end
      if type(v) == "number" then return string.format("%.4g", v) end
      if type(v) == "boolean" then return v and "yes" or "no" end
      return tostring(v)
   end
   -- A table of the report: t:table{ title = "...", columns = { "policy", "tag on smmu0" }, rows = { { "LOCAL", 301 }, ... } }.
   function t:table(given)
      local wrong = values.check_options("t:table", given, { title = { "string", required = true }, columns = { "table", required = true },
         rows = { "table", required = true } })
      if wrong then host.misuse(wrong) end
      local columns, rows = {}, {}
      for i, name in ipairs(given.columns) do columns[i] = cell(name) end
      if #columns == 0 then host.misuse("t:table: columns must name at least one column") end
      for i, row in ipairs(given.rows) do
         if type(row) ~= "table" or #row ~= #columns then
            host.misuse(string.format("t:table: row %d must hold %d cells", i, #columns))
         end
         rows[i] = {}
         for n, v in ipairs(row) do rows[i][n] = cell(v) end
      end
      host.add_table(given.title, columns, rows)
   end

   -- A step this platform cannot take; it counts as skipped, the run goes on.
   function t:skip_step(title, reason)
      if type(title) ~= "string" or type(reason) ~= "string" then host.misuse("t:skip_step takes the title of the step and the reason") end
      host.skip_step(title .. ": " .. reason)
   end
end
