-- SPDX-License-Identifier: Apache-2.0
-- Files, commands, and the two text forms the tools of this folder exchange: JSON and CSV.
-- Proof: tb/perf/test/perf_test.lua.
local M = {}

function M.quote(text) return "'" .. tostring(text):gsub("'", "'\\''") .. "'" end

function M.read(path)
   local file, message = io.open(path, "rb")
   if not file then return nil, "cannot read " .. message end
   local text = file:read("a")
   file:close()
   return text
end

-- All or nothing: a reader never sees half of it.
function M.write(path, text)
   local file, message = io.open(path .. ".new", "wb")
   if not file then error("cannot write " .. message, 0) end
   local ok = file:write(text)
   if not (file:close() and ok) then error("cannot write " .. path .. ": is the disk full?", 0) end
   assert(os.rename(path .. ".new", path))
end

-- Runs a command with its words on the terminal -> exit status.
function M.run(command)
   local _, what, code = os.execute(command)
   return what == "signal" and 128 + code or code
end

-- Output of a command and whether it succeeded.
function M.output(command)
   local pipe = assert(io.popen(command))
   local text = pipe:read("a")
   return text, pipe:close() == true
end

-- JSON ----------------------------------------------------------------------------------------------------------------
local escapes = { b = "\b", f = "\f", n = "\n", r = "\r", t = "\t", ['"'] = '"', ["\\"] = "\\", ["/"] = "/" }

function M.from_json(text)
   local at = 1
   local value
   local function fail(what) error(string.format("JSON: %s at byte %d", what, at), 0) end
   local function skip() at = text:find("[^ \t\r\n]", at) or #text + 1 end
   local function string_value()
      local out = {}
      at = at + 1
      while true do
         local plain = text:match('^[^"\\]+', at)
         if plain then out[#out + 1], at = plain, at + #plain end
         local c = text:sub(at, at)
         if c == '"' then break end
         if c ~= "\\" then fail("a string without end") end
         local e = text:sub(at + 1, at + 1)
         if e == "u" then
            out[#out + 1] = utf8.char(tonumber(text:sub(at + 2, at + 5), 16) or fail("a bad escape"))
            at = at + 6
         else
            out[#out + 1] = escapes[e] or fail("a bad escape")
            at = at + 2
         end
      end
      at = at + 1
      return table.concat(out)
   end
   local function list(close, item)
      local out = {}
      at = at + 1
      skip()
      if text:sub(at, at) == close then at = at + 1 return out end
      while true do
         item(out)
         skip()
         local c = text:sub(at, at)
         at = at + 1
         if c == close then return out end
         if c ~= "," then fail("a comma is missing") end
         skip()
      end
   end
   function value()
      skip()
      local c = text:sub(at, at)
      if c == "{" then
         return list("}", function(out)
            skip()
            if text:sub(at, at) ~= '"' then fail("a key is missing") end
            local key = string_value()
            skip()
            if text:sub(at, at) ~= ":" then fail("a colon is missing") end
            at = at + 1
            out[key] = value()
         end)
      end
      if c == "[" then return list("]", function(out) out[#out + 1] = value() end) end
      if c == '"' then return string_value() end
      for word, meaning in pairs { ["true"] = true, ["false"] = false } do
         if text:sub(at, at + #word - 1) == word then at = at + #word return meaning end
      end
      if text:sub(at, at + 3) == "null" then at = at + 4 return nil end
      local number = text:match("^-?[%d.eE+-]+", at)
      if not number or not tonumber(number) then fail("no value") end
      at = at + #number
      return tonumber(number)
   end
   local out = value()
   skip()
   if at <= #text then fail("something behind the value") end
   return out
end

function M.json_text(text)
   return '"' .. tostring(text):gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

local function number_text(n)
   if math.type(n) == "integer" then return tostring(n) end
   if n ~= n or n == math.huge or n == -math.huge then return "null" end
   return string.format("%.9g", n)
end

-- Keys in sorted order, so that the same content is the same bytes. A table with a first element is a list; an empty one is {}.
function M.to_json(value, indent)
   indent = indent or ""
   local kind = type(value)
   if kind == "number" then return number_text(value) end
   if kind == "boolean" then return tostring(value) end
   if kind == "nil" then return "null" end
   if kind ~= "table" then return M.json_text(value) end
   local inner, parts = indent .. " ", {}
   if value[1] ~= nil then
      for _, v in ipairs(value) do parts[#parts + 1] = inner .. M.to_json(v, inner) end
      return "[\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "]"
   end
   local keys = {}
   for key in pairs(value) do keys[#keys + 1] = key end
   table.sort(keys)
   for _, key in ipairs(keys) do parts[#parts + 1] = inner .. M.json_text(key) .. ": " .. M.to_json(value[key], inner) end
   return #parts == 0 and "{}" or "{\n" .. table.concat(parts, ",\n") .. "\n" .. indent .. "}"
end

-- CSV with a head -> a list of { column = text }. Quoted fields as in RFC 4180, without line ends inside.
function M.from_csv(text)
   local columns, out
   for line in text:gmatch("[^\n]+") do
      local fields, at = {}, 1
      line = line:gsub("\r$", "")
      repeat
         local field
         if line:sub(at, at) == '"' then
            local close = at
            repeat close = line:find('"', close + 1, true) or #line + 1
               local doubled = line:sub(close + 1, close + 1) == '"'
               if doubled then close = close + 1 end
            until not doubled
            field, at = line:sub(at + 1, close - 1):gsub('""', '"'), close + 2
         else
            local comma = line:find(",", at, true) or #line + 1
            field, at = line:sub(at, comma - 1), comma + 1
         end
         fields[#fields + 1] = field
      until at > #line
      if not columns then
         columns, out = fields, {}
      else
         local row = {}
         for i, name in ipairs(columns) do row[name] = fields[i] or "" end
         out[#out + 1] = row
      end
   end
   return out or {}
end

return M
