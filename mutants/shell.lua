-- SPDX-License-Identifier: Apache-2.0
-- What the runner needs of the system: quoting, commands with a log, files, folders, and noticing Ctrl-C in a command.
-- Not here: what the commands mean (run.lua). Proof: mutants/test/run_test.lua.
local M = {}

function M.quote(text) return "'" .. text:gsub("'", "'\\''") .. "'" end

-- One line of output of a command; nil when it fails.
function M.line_of(command)
   local pipe = assert(io.popen(command .. " 2>/dev/null"))
   local line = pipe:read("l")
   return pipe:close() and line or nil
end

-- Runs a command with its words in a log file (nil: where ours go). True, or false and its exit status. The shell stays to notice an
-- interrupt, of which the command may die or not: `stop_file` is then there.
function M.run(command, log, stop_file)
   local script = string.format("trap %s INT TERM; %s%s; exit $?", M.quote("touch " .. M.quote(stop_file)), command,
      log and " >" .. M.quote(log) .. " 2>&1" or "")
   local ok, _, code = os.execute("sh -c " .. M.quote(script))
   return ok == true, code
end

function M.exists(path)
   local file = io.open(path, "rb")
   if file then file:close() end
   return file ~= nil
end

-- All or nothing: a reader never sees half of it.
function M.write(path, text)
   local file, message = io.open(path .. ".new", "wb")
   if not file then error("cannot write " .. message, 0) end
   local ok = file:write(text)
   if not (file:close() and ok) then error("cannot write " .. path .. ": is the disk full?", 0) end
   assert(os.rename(path .. ".new", path))
end

return M
