-- SPDX-License-Identifier: Apache-2.0
-- Scenarios see the Lua API and pure library functions; no files, no processes, no globals. Tools are plain Lua 5.4.
std = "lua54"
max_line_length = false
unused_args = false

stds.scenario = {
   read_globals = {
      "assert", "error", "getmetatable", "ipairs", "next", "pairs", "pcall", "rawequal", "rawget", "rawlen", "rawset",
      "require", "select", "setmetatable", "tonumber", "tostring", "type", "xpcall",
      math = { fields = { "abs", "ceil", "floor", "fmod", "huge", "max", "maxinteger", "min", "mininteger", "random", "tointeger", "type", "ult" } },
      string = { fields = { "byte", "char", "find", "format", "gmatch", "gsub", "len", "lower", "match", "pack", "packsize",
         "rep", "reverse", "sub", "unpack", "upper" } },
      table = { fields = { "concat", "insert", "move", "pack", "remove", "sort", "unpack" } },
      utf8 = { other_fields = true },
   },
}
files["scenarios"] = { std = "scenario" }
