-- SPDX-License-Identifier: Apache-2.0
-- `t.engines`: the test engines of the platform, by their registers as software has them (docs/test-engine.md).
-- Left out: waiting for the interrupt by a handler. Proof: tb/lua/test/api.lua.

return function(host, values, t, options)
   local engine = {}
   engine.__index = engine
   local commands = { STOP = 0, WRITE = 1, VERIFY = 2, READ = 3, COPY = 4, RANDOM = 5, TRANSLATE = 6 }
   local states = { [0] = "IDLE", "RUNNING", "DONE", "FAILED", "STOPPED", "BAD_VALUE" }
   local errors = { [0] = "NONE", "ABORT", "MEMORY", "MISMATCH", "TIMEOUT", "UNSUPPORTED", "COMPLETER", "MSI" }

   local function register(e, name)
      local r = host.engine_registers[name]
      if r then return r end
      host.misuse(string.format("%s: there is no register %s; there is %s", e.name, values.show(name),
         table.concat(values.sorted_keys(host.engine_registers), ", ")))
   end
   function engine:read(name)
      local r = register(self, name)
      return host.engine_read(self.index, r.offset, r.bytes)
   end
   function engine:write(name, value)
      local r = register(self, name)
      if math.type(value) ~= "integer" then host.misuse(string.format("%s: %s takes an integer, got %s", self.name, name, values.show(value))) end
      host.engine_write(self.index, r.offset, r.bytes, value)
   end
   function engine:take_irq() return host.engine_take_irq(self.index) end

   -- Writes the registers given, in any order, and starts the command.
   function engine:start(command, registers)
      if not commands[command] then
         host.misuse(string.format("%s:start: there is no command %s; there is %s", self.name, values.show(command),
            table.concat(values.sorted_keys(commands), ", ")))
      end
      for name, value in values.sorted_pairs(registers or {}) do self:write(name, value) end
      self:write("COMMAND", commands[command])
   end
   -- What STATUS and the registers of results say.
   function engine:result()
      local status = self:read("STATUS")
      local bad
      for name, r in values.sorted_pairs(host.engine_registers) do
         if status & 0xf == 5 and r.offset == status >> 16 & 0xfff then bad = name end
      end
      return { state = states[status & 0xf], stalled = status & 0x100 ~= 0, write_lost = status & 0x200 ~= 0, bad_register = bad,
         error_count = self:read("ERROR_COUNT"), error_kind = errors[self:read("ERROR_KIND")], error_address = self:read("ERROR_ADDRESS"),
         done_count = self:read("DONE_COUNT"), result = self:read("RESULT"), result_info = self:read("RESULT_INFO"),
         mismatch = self:read("MISMATCH"), elapsed_ns = self:read("ELAPSED_NS") }
   end
   -- start() and the wait for its end -> result().
   function engine:run(command, registers, given)
      local o = options(self.name .. ":run", given, { timeout_us = "number" })
      self:start(command, registers)
      t:wait_until(function() return self:read("STATUS") & 0xf ~= 1 end,
         { timeout_us = o.timeout_us or 100000, what = "the end of " .. command .. " of " .. self.name })
      return self:result()
   end

   t.engines = {}
   for i, e in ipairs(host.engines) do
      local object = setmetatable({ name = e.name, smmu = e.smmu, frame = e.frame, index = i }, engine)
      t.engines[i], t.engines[e.name] = object, object
   end
end
