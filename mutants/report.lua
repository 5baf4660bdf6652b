-- SPDX-License-Identifier: Apache-2.0
-- The kill table: on the terminal, as Markdown, as JSON.
-- Not here: where the results come from (run.lua). Proof: mutants/test/run_test.lua.
local M = {}

local words = { killed = "killed", ["timed-out"] = "timed out", survived = "SURVIVED", ["does-not-build"] = "DOES NOT BUILD" }

-- What happened, in a few words: "killed by driver.cmdq".
function M.verdict(result)
   local word = words[result.outcome]
   return result.by ~= "" and word .. (result.outcome == "killed" and " by " or " in ") .. result.by or word
end

-- Per layer and in all: { layer, total, killed, timed_out, survived, does_not_build }.
function M.summary(results)
   local rows, by_layer = {}, {}
   local all = { layer = "all", total = 0, killed = 0, timed_out = 0, survived = 0, does_not_build = 0 }
   for _, result in ipairs(results) do
      local row = by_layer[result.layer]
      if not row then
         row = { layer = result.layer, total = 0, killed = 0, timed_out = 0, survived = 0, does_not_build = 0 }
         by_layer[result.layer] = row
         rows[#rows + 1] = row
      end
      local key = result.outcome:gsub("%-", "_")
      for _, sum in ipairs { row, all } do
         sum.total = sum.total + 1
         sum[key] = sum[key] + 1
      end
   end
   rows[#rows + 1] = all
   return rows
end

function M.terminal(results)
   local lines, width = {}, 0
   for _, result in ipairs(results) do width = math.max(width, #result.name) end
   for _, result in ipairs(results) do
      lines[#lines + 1] = string.format("%-6s  %-" .. width .. "s  %s%s", result.layer, result.name, M.verdict(result),
         result.where ~= "" and "  (" .. result.where .. ")" or "")
   end
   lines[#lines + 1] = ""
   lines[#lines + 1] = "layer   mutants  killed  timed out  survived  do not build"
   for _, row in ipairs(M.summary(results)) do
      lines[#lines + 1] = string.format("%-6s  %7d  %6d  %9d  %8d  %12d", row.layer, row.total, row.killed, row.timed_out,
         row.survived, row.does_not_build)
   end
   return table.concat(lines, "\n") .. "\n"
end

local function cell(text) return (text:gsub("|", "\\|"):gsub("\n", " ")) end

function M.markdown(results)
   local lines = { "# Kill table", "", "| layer | mutants | killed | timed out | survived | do not build |", "|---|---|---|---|---|---|" }
   for _, row in ipairs(M.summary(results)) do
      lines[#lines + 1] = string.format("| %s | %d | %d | %d | %d | %d |", row.layer, row.total, row.killed, row.timed_out, row.survived,
         row.does_not_build)
   end
   lines[#lines + 1] = ""
   lines[#lines + 1] = "| mutant | where | the rule it breaks | what found it | first complaint |"
   lines[#lines + 1] = "|---|---|---|---|---|"
   for _, result in ipairs(results) do
      lines[#lines + 1] = string.format("| %s | %s:%d | %s | %s | %s |", result.name, result.file, result.line, cell(result.breaks),
         cell(M.verdict(result)), cell(result.where))
   end
   return table.concat(lines, "\n") .. "\n"
end

local function json_text(text)
   return '"' .. text:gsub('[%c"\\]', function(c) return string.format("\\u%04x", c:byte()) end) .. '"'
end

local function json_object(object, fields)
   local parts = {}
   for _, field in ipairs(fields) do
      local value = object[field]
      parts[#parts + 1] = json_text(field) .. ": " .. (type(value) == "number" and string.format("%d", value) or json_text(value))
   end
   return "{ " .. table.concat(parts, ", ") .. " }"
end

function M.json(results)
   local rows, sums = {}, {}
   for _, result in ipairs(results) do
      rows[#rows + 1] = json_object(result, { "name", "layer", "file", "line", "breaks", "expected", "outcome", "by", "where", "seconds" })
   end
   for _, row in ipairs(M.summary(results)) do
      sums[#sums + 1] = json_object(row, { "layer", "total", "killed", "timed_out", "survived", "does_not_build" })
   end
   return '{ "mutants": [\n  ' .. table.concat(rows, ",\n  ") .. ' ],\n  "summary": [\n  ' .. table.concat(sums, ",\n  ") .. " ] }\n"
end

return M
