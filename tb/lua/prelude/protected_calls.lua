-- SPDX-License-Identifier: Apache-2.0
-- pcall, xpcall and coroutine.resume that do not catch the end of a run. They replace the plain ones before a scenario's
-- file is read, so that it cannot keep those. Proof: tb/cli/test/cli_test.lua.

return function(is_stop, globals)
   local plain_pcall, plain_xpcall, plain_resume = globals.pcall, globals.xpcall, globals.coroutine.resume
   local raise = globals.error
   local function checked(ok, err, ...)
      if not ok and is_stop(err) then raise(err, 0) end
      return ok, err, ...
   end
   globals.pcall = function(...) return checked(plain_pcall(...)) end
   globals.xpcall = function(fn, handler, ...)
      return checked(plain_xpcall(fn, function(err) return is_stop(err) and err or handler(err) end, ...))
   end
   globals.coroutine.resume = function(...) return checked(plain_resume(...)) end
end
