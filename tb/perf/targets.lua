-- SPDX-License-Identifier: Apache-2.0
-- What the figures of `tandem bench --all` are to reach, and what is known about those that do not. Limits in the unit of the row; with
-- `to`, a limit of the ratio of two rows. Proof: tb/perf/test/page_test.lua.
return {
   { title = "Driver core", text = [[Limits are half to two thirds of what a production operating system's io-pgtable needs for the same call. Calls of a domain
      without SMMUs are table work only.]],
      { row = "driver.map_4k", at_most = 30 },
      { row = "driver.unmap_4k", at_most = 35 },
      { row = "driver.attached_gather_4k", at_most = 35 },
      { row = "driver.map_64x4k", at_most = 140 },
      { row = "driver.unmap_64x4k", at_most = 170 },
      { row = "driver.map_2m", at_most = 30 },
      { row = "driver.unmap_2m", at_most = 35 },
      { row = "driver.iova_to_phys_hot", at_most = 15 },
      { row = "driver.iova_to_phys_4g", at_most = 60 },
      { row = "driver.attach_pasid_1000th", to = "driver.attach_pasid_1st", at_most = 1.2 },
      { row = "driver.unmap_1000_masters", to = "driver.unmap_4_masters", at_most = 1.1 },
   },
   { title = "Model", text = [[An interposer is a bare TLM hop with an address rewritten: what a perfect SMMU would cost.]],
      { row = "model.core_hit_512", at_most = 15 },
      { row = "model.core_hit_4096", to = "model.core_hit_1", at_most = 1.5 },
      { row = "model.core_miss_4g", at_most = 190 },
      { row = "model.core_miss_4g", to = "calib.walk4_dependent", at_most = 2 },
      { row = "model.core_cold", at_most = 350 },
      { row = "model.core_nested_miss", at_most = 550 },
      { row = "model.b_transport_hit", to = "calib.interposer", at_most = 1.25, why = [[The SMMU adds about 6 ns to a hop, less than `model.core_hit_1`
         with its loop. On a machine whose indirect calls cost 10 ns (`calib.indirect_call`) a hop takes 90 ns and those 6 ns are 7 %; where
         they cost 1.5 ns, as in the committed run, the hop itself takes 15 ns and the same 6 ns are 40 %. Profile of the row and its anchor together: copying the 64 bytes
         23 %, the port with the look-up 19 %, the memory behind it 17 %, sockets and calls the rest; no system call, lock or allocation.]] },
      { row = "model.b_transport_block_hit", to = "model.b_transport_hit", at_most = 1.05 },
      { row = "model.b_transport_bypass", to = "calib.interposer", at_most = 1.15 },
      { row = "model.b_transport_quantum", to = "model.b_transport_hit", at_most = 1.5 },
      { row = "model.dmi_64b", to = "calib.dmi_64b", at_most = 1.2 },
   },
   { title = "RTL, Verilated", text = [[`rtl.bare_*` is the block without SystemC and wrapper under the same accesses, so a ratio of 0.9 says that the generated code has
      90 % of the time and SystemC, wrapper and memory the rest. Where a hit begins in every cycle (`rtl.clock_hz_in_flight`, `rtl.bare_hz_in_flight`) every cycle is
      visible outside, so the batch of cycles that the wrapper evaluates at once is one cycle. One access at a time (`rtl.hits_per_second`) takes 18 clock
      cycles: 8 for a hit of the main TLB, 4 for 64 bytes on a bus of 16, 4 of memory, the rest for the response. `rtl.clock_hz_waves` is
      `rtl.clock_hz_hit` with a waveform.]],
      { row = "rtl.clock_hz_idle", unit = "Hz", at_least = 500e3 },
      { row = "rtl.clock_hz_hit", unit = "Hz", at_least = 500e3 },
      { row = "rtl.clock_hz_miss", unit = "Hz", at_least = 500e3 },
      { row = "rtl.clock_hz_idle", to = "rtl.bare_hz_idle", at_least = 0.8 },
      { row = "rtl.clock_hz_hit", to = "rtl.bare_hz_hit", at_least = 0.8 },
      { row = "rtl.clock_hz_miss", to = "rtl.bare_hz_miss", at_least = 0.8 },
      { row = "rtl.hits_in_flight", unit = "1/s", at_least = 400e3 },
   },
   { title = "Bench",
      { row = "startup.bring_up", at_most = 30, why = [[Wall time of two processes, the supervisor and the run, which wait for processors when others
         use them: see the load average above and the processor time in the next line. Profile of the processor time: kernel (making processes, page
         faults) 33 %, Lua (the prelude of the scenario API, compiled in every run) 28 %, dynamic linking 17 %, the simulation itself 5 %.]] },
      { row = "startup.bring_up_cpu", at_most = 30, why = [[See above for the profile.]] },
      { row = "calibration.run_times", at_most = 5 },
      { row = "calibration.accesses", at_most = 10 },
   },
   residual = {
      [[What is left: working sets above the TLB's size differ where the RTL replaces another entry than the model does (300 pages, strided). Software that
      polls sees steps: a register access of the RTL takes 13 ns while its clock stands and about 20 ns while it runs, the model has one
      `register_latency_ns` for both, so a CMD_SYNC is a little long and attaching, which is many commands, a little short. A register read alone, which is
      no time of a run and is not among the figures above, takes 13 ns on the RTL and 18 in the fitted model.]],
   },
}
