-- SPDX-License-Identifier: Apache-2.0
-- Checks the table a scenario file returns: keys, types, and the parameters given on the command line.
-- Left out: the platform table (the platform reader checks it). Proof: tb/lua/test/test_prelude.cpp, scenarios' cli tests.

local scenario_table = {}

local known = {
   title = "string", rules = "table", needs = "table", no_check = "table", seed = "integer", params = "table",
   platform = "table", run = "function",
}

-- Line of the first "key =" in the source, because a Lua table does not remember where its keys stood.
local function line_of(source, key)
   local number = 0
   for line in (source .. "\n"):gmatch("(.-)\n") do
      number = number + 1
      local code = line:gsub("%-%-.*", "")
      if code:find("%f[%w_]" .. key .. "%f[^%w_]%s*=") or code:find("function%s+[%w_]+[.:]" .. key .. "%f[^%w_]") then return number end
   end
   return nil
end

local function say(file, source, key, text)
   local line = key and line_of(source, key)
   return line and string.format("%s:%d: %s", file, line, text) or string.format("%s: %s", file, text)
end

local function is_a(value, wanted)
   if wanted == "integer" then return math.type(value) == "integer" end
   return type(value) == wanted
end

local function is_list_of_strings(list)
   local count = 0
   for key, value in next, list do
      if math.type(key) ~= "integer" or type(value) ~= "string" then return false end
      count = count + 1
   end
   return count == #list
end

-- Returns nil, or one sentence with file and line.
function scenario_table.check(values, scenario, file, source)
   if type(scenario) ~= "table" then
      return say(file, source, nil, "a scenario file must return its table, this one returns " .. type(scenario))
   end
   for key, value in values.sorted_pairs(scenario) do
      local wanted = known[key]
      if not wanted then
         return say(file, source, type(key) == "string" and key:match("^[%a_][%w_]*$") or nil,
            string.format("unknown key '%s' in the scenario; it may hold %s", tostring(key), table.concat(values.sorted_keys(known), ", ")))
      elseif not is_a(value, wanted) then
         return say(file, source, key, string.format("%s must be a%s %s, got %s", key, wanted == "integer" and "n" or "", wanted,
            values.show(value)))
      end
   end
   for _, key in ipairs { "title", "platform", "run" } do
      if scenario[key] == nil then return say(file, source, nil, string.format("the scenario has no %s", key)) end
   end
   for _, key in ipairs { "rules", "needs", "no_check" } do
      if scenario[key] and not is_list_of_strings(scenario[key]) then
         return say(file, source, key, key .. " must be a list of strings")
      end
   end
   for key, value in values.sorted_pairs(scenario.params or {}) do
      local kind = type(value)
      if type(key) ~= "string" or (kind ~= "number" and kind ~= "string" and kind ~= "boolean") then
         return say(file, source, "params", string.format("params.%s must be a number, a string or a boolean", tostring(key)))
      end
   end
   return nil
end

local function converted(text, default)
   if type(default) == "string" then return text end
   if type(default) == "boolean" then
      if text == "true" then return true elseif text == "false" then return false end
      return nil, "true or false"
   end
   local number = tonumber(text)
   if math.type(default) == "integer" then
      local integer = number and math.tointeger(number)
      if integer then return integer end
      return nil, "an integer"
   end
   if number then return number end
   return nil, "a number"
end

-- Defaults overridden by given = { { key, text }, ... }; nil and a sentence when a key or a value is wrong.
function scenario_table.params(values, scenario, given, file)
   local params = {}
   for key, value in next, scenario.params or {} do params[key] = value end
   for _, pair in ipairs(given) do
      local key, text = pair[1], pair[2]
      local default = scenario.params and scenario.params[key]
      if default == nil then
         local names = table.concat(values.sorted_keys(scenario.params or {}), ", ")
         return nil, string.format("-p %s=%s: %s has no parameter '%s'; %s", key, text, file, key,
            names == "" and "it has none" or "it has " .. names)
      end
      local value, wanted = converted(text, default)
      if value == nil then
         return nil, string.format("-p %s=%s: %s of %s must be %s", key, text, key, file, wanted)
      end
      params[key] = value
   end
   return params
end

return scenario_table
