-- SPDX-License-Identifier: Apache-2.0
-- A line chart as an SVG file that needs nothing else: axes, ticks, a legend, a logarithmic x axis where the values multiply.
-- Proof: tb/perf/test/perf_test.lua.
local M = {}

local WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 400, 80, 200, 40, 60
local COLOURS = { "#1f6fb2", "#d1622b", "#2c8a4b", "#8a4fb0", "#b03060", "#5b5b5b", "#b08d1e", "#178a8a" }

local function escaped(text) return (tostring(text):gsub("[&<>\"]", { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" })) end

local function short(value)
   local size = math.abs(value)
   if size >= 1e9 then return string.format("%.3gG", value / 1e9) end
   if size >= 1e6 then return string.format("%.3gM", value / 1e6) end
   if size >= 1e4 then return string.format("%.3gk", value / 1e3) end
   return string.format("%.4g", value)
end

-- About `count` round numbers from low to high.
local function ticks(low, high, count)
   local raw = (high - low) / count
   if raw <= 0 then return { low } end
   local power = 10 ^ math.floor(math.log(raw, 10))
   local step = power * (raw / power < 1.5 and 1 or raw / power < 3 and 2 or raw / power < 7 and 5 or 10)
   local out = {}
   for value = math.ceil(low / step) * step, high + step / 1000, step do out[#out + 1] = value end
   return out
end

-- chart{ title =, x =, y =, log_x =, series = { { name =, points = { { x, y }, ... }, dots = true }, ... } } -> SVG
function M.svg(chart)
   local x_low, x_high, y_high = math.huge, -math.huge, 0
   for _, series in ipairs(chart.series) do
      for _, p in ipairs(series.points) do
         x_low, x_high, y_high = math.min(x_low, p[1]), math.max(x_high, p[1]), math.max(y_high, p[2])
      end
   end
   if x_low > x_high then x_low, x_high = 0, 1 end
   if y_high == 0 then y_high = 1 end
   local log_x = chart.log_x and x_low > 0
   local function scale(value) return log_x and math.log(value) or value end
   local span = math.max(scale(x_high) - scale(x_low), 1e-12)
   local function px(x) return LEFT + (scale(x) - scale(x_low)) / span * (WIDTH - LEFT - RIGHT) end
   local function py(y) return HEIGHT - BOTTOM - y / (y_high * 1.05) * (HEIGHT - TOP - BOTTOM) end
   local out = { string.format('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">', WIDTH, HEIGHT),
      '<rect width="100%" height="100%" fill="white"/>',
      string.format('<text x="%d" y="22" font-size="15">%s</text>', LEFT, escaped(chart.title)) }
   local function add(...) out[#out + 1] = string.format(...) end
   local y_ticks = ticks(0, y_high * 1.05, 5)
   for _, y in ipairs(y_ticks) do
      add('<line x1="%d" y1="%.1f" x2="%d" y2="%.1f" stroke="#ddd"/>', LEFT, py(y), WIDTH - RIGHT, py(y))
      add('<text x="%d" y="%.1f" text-anchor="end">%s</text>', LEFT - 6, py(y) + 4, escaped(short(y)))
   end
   local shown = {}
   if log_x then
      local seen = {}
      for _, series in ipairs(chart.series) do
         for _, p in ipairs(series.points) do if not seen[p[1]] then seen[p[1]] = true shown[#shown + 1] = p[1] end end
      end
      table.sort(shown)
   else
      shown = ticks(x_low, x_high, 6)
   end
   local step = math.max(1, math.ceil(#shown / 10))
   for i = 1, #shown, step do
      add('<text x="%.1f" y="%d" text-anchor="middle">%s</text>', px(shown[i]), HEIGHT - BOTTOM + 18, escaped(short(shown[i])))
   end
   add('<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#333"/>', LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT, HEIGHT - BOTTOM)
   add('<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#333"/>', LEFT, TOP, LEFT, HEIGHT - BOTTOM)
   add('<text x="%.1f" y="%d" text-anchor="middle">%s</text>', (LEFT + WIDTH - RIGHT) / 2, HEIGHT - 18, escaped(chart.x))
   add('<text x="18" y="%.1f" text-anchor="middle" transform="rotate(-90 18 %.1f)">%s</text>', (TOP + HEIGHT - BOTTOM) / 2, (TOP + HEIGHT - BOTTOM) / 2, escaped(chart.y))
   for i, series in ipairs(chart.series) do
      local colour = COLOURS[(i - 1) % #COLOURS + 1]
      local path = {}
      for _, p in ipairs(series.points) do path[#path + 1] = string.format("%.1f,%.1f", px(p[1]), py(p[2])) end
      if not series.dots then add('<polyline fill="none" stroke="%s" stroke-width="2" points="%s"/>', colour, table.concat(path, " ")) end
      for _, p in ipairs(series.points) do add('<circle cx="%.1f" cy="%.1f" r="3" fill="%s"/>', px(p[1]), py(p[2]), colour) end
      local y = TOP + 6 + 18 * (i - 1)
      if y < HEIGHT - 12 then
         add('<rect x="%d" y="%d" width="12" height="12" fill="%s"/>', WIDTH - RIGHT + 14, y - 10, colour)
         add('<text x="%d" y="%d">%s</text>', WIDTH - RIGHT + 32, y, escaped(series.name))
      end
   end
   out[#out + 1] = "</svg>\n"
   return table.concat(out, "\n")
end

return M
