-- SPDX-License-Identifier: Apache-2.0
-- Steps that make a point of the coverage model likely: what `tandem explore` puts among its random steps for points that no run has
-- shown yet. A recipe may fail, because an SMMU cannot do it or steps before got in its way; other seeds try again.
-- Left out: which points are missing (tb/cli/explore_command.cpp), random steps (generator.lua). Proof: tb/explore/test/test_explore.cpp.

local NOWHERE = 0x10b00000                         -- no step maps anything there

-- tools: of the generator. Answers function(point) -> function(owner) -> list of steps, or nil for a point that has no recipe.
return function(tools)
   local pick, hex = tools.pick, tools.hex
   local types = { s1 = "s1", s2 = "s2", nested = "nested", bypass = "identity", abort = "blocked" }
   local kib = { ["4k"] = 4, ["16k"] = 16, ["64k"] = 64 }

   -- A master of the owner that is attached to a domain of that kind, with a page in it -> master, domain; adds the steps it takes.
   -- Domains of a run are few: where there are many already, one of them has to do.
   local function stand(owner, steps, kind, wish)
      local type = types[kind]
      local masters = {}
      for _, m in ipairs(owner.masters) do
         local one = (owner.attached[m.name] or {})[0]
         if one and one.type == type and not wish then masters[#masters + 1] = { m, one } end
      end
      local m, one
      if #masters > 0 then
         m, one = table.unpack(pick(masters))
      else
         m = pick(owner.masters)
         if type == "nested" then
            steps[#steps + 1] = tools.new_domain(owner, { type = "s2", granule_kib = 4 })
            steps[#steps + 1] = tools.nested(owner, owner.domains[#owner.domains])
         else
            wish = wish or {}
            wish.type = type
            steps[#steps + 1] = tools.new_domain(owner, wish)
         end
         one = owner.domains[#owner.domains]
         steps[#steps + 1] = tools.attach(owner, m, one, nil, true)
      end
      if tools.has_tables(one) and not wish and #one.maps > 0 then return m, one, pick(one.maps) end
      if tools.has_tables(one) then
         steps[#steps + 1] = tools.map(owner, one.parent or one, { access = wish and wish.access or "rw", size = wish and wish.size })
         return m, one, one.maps[#one.maps]
      end
      return m, one, nil
   end
   local function access(m, operation, iova, pasid)
      return string.format('"%s", "%s", iova = %s, size = 16%s%s', operation == "write" and "write" or "read", m.name, hex(iova),
         operation == "fetch" and ", instruction = true" or "", pasid and ", pasid = " .. pasid or "")
   end
   local function good(owner, range) return range and range.iova or owner.pa end
   local function invalidate(m, command, iova)
      return string.format('"invalidate", "%s", command = "%s", iova = %s', m.name, command, hex(iova))
   end
   -- A page of its own with these rights, beside what is there.
   local function page_with(owner, steps, one, rights)
      steps[#steps + 1] = tools.map(owner, one.parent or one, { access = rights })
      return one.maps[#one.maps].iova
   end

   local recipes = {
      { "^after/ATC_INV/(s[12])/(%l+)$", function(owner, kind, outcome)
         local devices = {}
         for _, m in ipairs(owner.masters) do if m.ats then devices[#devices + 1] = m end end
         if #devices == 0 then return nil end
         local steps, m = {}, pick(devices)
         steps[#steps + 1] = tools.new_domain(owner, { type = kind, granule_kib = 4 })
         local one = owner.domains[#owner.domains]
         steps[#steps + 1] = tools.attach(owner, m, one, nil, true)
         local iova = page_with(owner, steps, one, "rw")
         steps[#steps + 1] = string.format('"ats_read", "%s", iova = %s, size = 16', m.name, hex(iova))
         steps[#steps + 1] = tools.map(owner, one, { access = "rw" })
         local other = one.maps[#one.maps]
         steps[#steps + 1] = tools.unmap(one, 1)
         steps[#steps + 1] = access(m, "read", outcome == "ok" and other.iova or NOWHERE)
         return steps
      end },
      { "^after/([%u%d_]+)/(%l[%l%d]+)/(%l+)$", function(owner, command, kind, outcome)
         local steps = {}
         local m, _, range = stand(owner, steps, kind)
         steps[#steps + 1] = invalidate(m, command, good(owner, range))
         steps[#steps + 1] = access(m, pick { "read", "write" }, outcome == "ok" and good(owner, range) or NOWHERE)
         return steps
      end },
      { "^met/(%l[%l%d]+)/(%l+)/(%l+)/(%l+)$", function(owner, kind, operation, met, outcome)
         local steps = {}
         local m, one, range = stand(owner, steps, kind)
         local iova = good(owner, range)
         if range and operation == "fetch" and outcome == "ok" then iova = page_with(owner, steps, one, "rx") end
         if outcome == "abort" and range then
            iova = met == "tlb" and page_with(owner, steps, one, operation == "write" and "r" or "rw") or NOWHERE
         end
         if met ~= "fetch" then steps[#steps + 1] = access(m, operation == "fetch" and outcome == "ok" and "fetch" or "read", iova) end
         if met == "walk" then steps[#steps + 1] = invalidate(m, "TLBI_NSNH_ALL", iova) end
         if met == "fetch" then steps[#steps + 1] = invalidate(m, "CFGI_STE", iova) end
         steps[#steps + 1] = access(m, operation, iova)
         return steps
      end },
      { "^domain/(s[12])/(%d+k)/(%l+)$", function(owner, type, granule, policy)
         local steps = {}
         local m, _, range = stand(owner, steps, type, { granule_kib = kib[granule], tags = policy })
         steps[#steps + 1] = access(m, "read", good(owner, range))
         return steps
      end },
      { "^walk/(s[12])/stage[12]/(%d+k)/L(%d)/([%u%l_]+)$", function(owner, type, granule, level, outcome)
         if level ~= "3" and not (granule == "4k" and level == "2") then return nil end
         local steps = {}
         local m, _, range = stand(owner, steps, type, { granule_kib = kib[granule], access = outcome == "F_PERMISSION" and "r" or "rw",
            size = level == "2" and 0x200000 or nil })
         steps[#steps + 1] = access(m, outcome == "F_PERMISSION" and "write" or "read", outcome == "F_TRANSLATION" and NOWHERE or good(owner, range))
         return steps
      end },
      { "^transaction/(%l+)/user/substream/(%l+)$", function(owner, operation, outcome)
         local able = {}
         for _, m in ipairs(owner.masters) do if m.ssid_bits > 0 then able[#able + 1] = m end end
         if #able == 0 then return nil end
         local steps, m = {}, pick(able)
         steps[#steps + 1] = tools.new_domain(owner, { type = "s1", granule_kib = 4 })
         local one = owner.domains[#owner.domains]
         steps[#steps + 1] = tools.map(owner, one, { access = "rw" })
         steps[#steps + 1] = tools.attach(owner, m, one, 1, true)
         steps[#steps + 1] = access(m, operation, outcome == "ok" and one.maps[1].iova or NOWHERE, 1)
         return steps
      end },
   }

   return function(point)
      for _, recipe in ipairs(recipes) do
         local captured = table.pack(point:match(recipe[1]))
         if captured[1] then
            return function(owner) return recipe[2](owner, table.unpack(captured, 1, captured.n)) end
         end
      end
      return nil
   end
end
