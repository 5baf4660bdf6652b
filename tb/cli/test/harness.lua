-- SPDX-License-Identifier: Apache-2.0
-- What tests of the command share: running it, holding exit code and words against what is expected, files of their own.
--   local test = dofile(".../harness.lua")(TANDEM, FOLDER)
-- In commands "tandem " stands for the program under test. finish() prints the counts and ends the test.
return function(tandem, folder)
   os.execute("mkdir -p '" .. folder .. "'")
   local failures, checks = 0, 0

   local function sh(command)
      local pipe = assert(io.popen("{ " .. command .. "; } 2>&1; printf '\\n%d' $?"))
      local out = pipe:read("a")
      pipe:close()
      local text, code = out:match("^(.*)\n(%d+)$")
      return text, tonumber(code)
   end

   local function fail(what)
      failures = failures + 1
      print("FAIL: " .. what)
   end

   -- Runs the command; the exit code must fit and the output must hold each text.
   local function expect(what, command, code, ...)
      local out, got = sh((command:gsub("%f[%w_/.]tandem%f[%s\0]", "'" .. tandem .. "'")))
      checks = checks + 1
      local problem
      if got ~= code then problem = "exit code " .. tostring(got) .. ", expected " .. code end
      for _, text in ipairs { ... } do
         if not out:find(text, 1, true) then problem = (problem and problem .. "; " or "") .. "no '" .. text .. "' in the output" end
      end
      if problem then fail(what .. ": " .. problem .. "\n  $ " .. command .. "\n" .. out:gsub("(.-)\n", "  | %1\n")) end
      return out
   end

   local function check(what, condition)
      checks = checks + 1
      if not condition then fail(what) end
   end

   local function file(name, text)
      local path = folder .. "/" .. name
      local f = assert(io.open(path, "wb"))
      f:write(text)
      f:close()
      return path
   end

   local function content(path)
      local f = assert(io.open(path, "rb"))
      local text = f:read("a")
      f:close()
      return text
   end

   local function finish()
      print(string.format("%d checks, %d failed", checks, failures))
      os.exit(failures == 0 and 0 or 1)
   end
   return { sh = sh, expect = expect, check = check, file = file, content = content, finish = finish }
end
