// SPDX-License-Identifier: Apache-2.0
// The pieces of the qemu backend that need no QEMU: qtest lines, trace lines (of a real run of 7.2), the device plan, and the set-up
// of PCI through a recorded bus. Addresses and register values are worked out by hand from the PCI layout.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>

#include "backend/qemu/edu_device.h"
#include "backend/qemu/machine.h"
#include "backend/qemu/qtest.h"
#include "backend/qemu/trace_log.h"

namespace {

using namespace tandem::qemu;
using LineKind = QtestLine::Kind;
using TraceKind = TraceLine::Kind;

std::string trouble_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Trouble& trouble) {
    return trouble.what();
  }
  return "no trouble";
}

// A peer of a LineSocket that says what it is told to.
struct Peer {
  Peer() { EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0); }
  ~Peer() {
    close(fd[0]);
    hang_up();
  }
  void hang_up() {
    if (fd[1] >= 0) close(fd[1]);
    fd[1] = -1;
  }
  void say(const std::string& text) { EXPECT_EQ(write(fd[1], text.data(), text.size()), static_cast<ssize_t>(text.size())); }
  std::string heard() {
    char block[256];
    const ssize_t n = recv(fd[1], block, sizeof block, MSG_DONTWAIT);
    return n > 0 ? std::string(block, static_cast<std::size_t>(n)) : "";
  }
  int fd[2];
};

}  // namespace

TEST(qtest, an_answer_may_carry_a_value_in_any_base) {
  EXPECT_EQ(parse_qtest_line("OK").kind, LineKind::Ok);
  EXPECT_FALSE(parse_qtest_line("OK").has_value);
  EXPECT_EQ(parse_qtest_line("OK 0x00000000deadbeef").value, 0xdeadbeefu);
  EXPECT_TRUE(parse_qtest_line("OK 0xffffffffffffffff").has_value);
  EXPECT_FALSE(parse_qtest_line("OK little").has_value);
  EXPECT_FALSE(parse_qtest_line("OK 0x1ffffffffffffffff").has_value) << "65 bits";
  EXPECT_EQ(parse_qtest_line("FAIL Unknown command 'x'").kind, LineKind::Fail);
}

TEST(qtest, interrupt_lines_are_told_from_answers) {
  const QtestLine up = parse_qtest_line("IRQ raise 74"), down = parse_qtest_line("IRQ lower 77");
  EXPECT_EQ(up.kind, LineKind::Irq);
  EXPECT_EQ(up.irq, 74u);
  EXPECT_TRUE(up.raised);
  EXPECT_EQ(down.irq, 77u);
  EXPECT_FALSE(down.raised);
  for (const char* line : {"IRQ raise ", "IRQ raise x", "IRQ lift 74", "OKAY", "", "FAILED", "[I 0.1] OPENED"}) {
    EXPECT_EQ(parse_qtest_line(line).kind, LineKind::Unknown) << line;
  }
}

TEST(qtest, commands_name_their_size) {
  EXPECT_EQ(qtest_read_command(0x9050000, 4), "readl 0x9050000");
  EXPECT_EQ(qtest_read_command(0x10, 1), "readb 0x10");
  EXPECT_EQ(qtest_write_command(0x9050080, 8, 0x80000000), "writeq 0x9050080 0x80000000");
  EXPECT_EQ(qtest_write_command(2, 2, 0), "writew 0x2 0x0");
}

TEST(qtest, a_client_hears_interrupts_before_the_answer_and_across_torn_lines) {
  Peer peer;
  QtestClient client(peer.fd[0], 5000);
  std::string seen;
  peer.say("OK\n");
  client.intercept_irqs("/gic", [&](unsigned irq, bool raised) { seen += (raised ? "+" : "-") + std::to_string(irq); });
  EXPECT_EQ(peer.heard(), "irq_intercept_in /gic\n");
  peer.say("IRQ raise 74\r\nIRQ lower 74\nOK 0x0000");
  peer.say("12\n");
  EXPECT_EQ(client.read(0x1000, 4), 0x12u);
  EXPECT_EQ(seen, "+74-74");
  EXPECT_EQ(peer.heard(), "readl 0x1000\n");
}

TEST(qtest, silence_nonsense_and_a_closed_socket_are_sentences) {
  Peer peer;
  QtestClient client(peer.fd[0], 20);
  EXPECT_EQ(trouble_of([&] { client.read(0x1000, 4); }), "it did not answer 'readl 0x1000' (qtest) within 20 ms");
  peer.say("FAIL what\n");
  EXPECT_EQ(trouble_of([&] { client.write(0x1000, 4, 1); }), "it answered 'FAIL what' to 'writel 0x1000 0x1' (qtest)");
  peer.say("OK\n");
  EXPECT_EQ(trouble_of([&] { client.read(0x1000, 8); }), "it answered 'readq 0x1000' (qtest) without a value");
  peer.hang_up();
  EXPECT_EQ(trouble_of([&] { client.read(0x1000, 8); }), "its qtest socket is closed");
}

TEST(trace_log, outcomes_of_translations) {
  const TraceLine ok = parse_trace_line("smmuv3_translate_success smmuv3-iommu-memory-region-32-2 sid=0x20 iova=0xffc translated=0x80800ffc perm=0x3");
  EXPECT_EQ(ok.kind, TraceKind::Translated);
  EXPECT_EQ(ok.sid, 0x20u);
  EXPECT_EQ(ok.iova, 0xffcu);
  EXPECT_EQ(ok.pa, 0x80800ffcu);
  const TraceLine bypass = parse_trace_line("smmuv3_translate_bypass smmuv3-iommu-memory-region-32-2 sid=0x20 STE bypass iova:0x80001000 is_write=1");
  EXPECT_EQ(bypass.kind, TraceKind::Bypassed);
  EXPECT_EQ(bypass.iova, 0x80001000u);
  EXPECT_EQ(parse_trace_line("smmuv3_translate_disable r sid=0x20 bypass (smmu disabled) iova:0x40180000 is_write=0").kind, TraceKind::Disabled);
  EXPECT_EQ(parse_trace_line("smmuv3_translate_abort r sid=0x20 abort on iova:0x1000 is_write=0").kind, TraceKind::Aborted);
  const TraceLine event = parse_trace_line("smmuv3_record_event SMMU_EVT_F_TRANSLATION sid=0x20");
  EXPECT_EQ(event.kind, TraceKind::EventRecorded);
  EXPECT_EQ(event.text, "SMMU_EVT_F_TRANSLATION");
}

// The descriptor of a step is at its table's base plus 8 bytes for each entry before it.
TEST(trace_log, walks_fetches_caches_and_commands) {
  const TraceLine step = parse_trace_line("smmu_ptw_level level=3 iova=0x2000 subpage_sz=0x1000 baseaddr=0x80312000 offset=2 => pte=0x743");
  EXPECT_EQ(step.kind, TraceKind::WalkStep);
  EXPECT_EQ(step.level, 3u);
  EXPECT_EQ(step.iova, 0x2000u);
  EXPECT_EQ(step.pa, 0x80312010u);
  EXPECT_EQ(step.value, 0x743u);
  EXPECT_EQ(parse_trace_line("smmuv3_get_ste STE addr: 0x80000800").pa, 0x80000800u);
  EXPECT_EQ(parse_trace_line("smmuv3_get_cd CD addr: 0x80300000").kind, TraceKind::CdFetch);
  const TraceLine hit = parse_trace_line("smmu_iotlb_lookup_hit IOTLB cache HIT asid=17 addr=0x3000 hit=1 miss=1 hit rate=50");
  EXPECT_EQ(hit.kind, TraceKind::TlbHit);
  EXPECT_EQ(hit.asid, 17u);
  EXPECT_EQ(hit.iova, 0x3000u);
  EXPECT_EQ(parse_trace_line("smmuv3_cmdq_opcode <--- SMMU_CMD_SYNC").text, "SMMU_CMD_SYNC");
  EXPECT_EQ(parse_trace_line("smmuv3_config_cache_miss Config cache MISS for sid=0x20 (hits=0, misses=1, hit rate=0)").sid, 0x20u);
}

TEST(trace_log, what_is_not_known_is_left_out_and_last_words_are_no_trace) {
  const std::string log =
      "smmuv3_cmdq_consume prod=1 cons=0 prod.wrap=0 cons.wrap=0\n"
      "smmuv3_get_cd CD addr: 0x80300000\n"
      "qemu-system-aarch64: warning: icount sleep disabled and no active timers\n"
      "qemu: hardware error: EDU: DMA range out of bounds\n"
      "smmuv3_cmdq_opcode <--- SMMU_CMD_SYNC\n";
  EXPECT_EQ(parse_trace(log).size(), 2u);
  EXPECT_EQ(last_words(log), "qemu: hardware error: EDU: DMA range out of bounds");
  EXPECT_EQ(last_words("smmuv3_get_cd CD addr: 0x80300000\n"), "");
}

// One device for each StreamID: bus 0 as it is; StreamID 0x1219 is device 3, function 1 of bus 0x12, behind a root port, and device 0 of
// that bus has to be there too. BARs are 1 MiB each from 0x10000000.
TEST(machine, stream_ids_become_devices_and_buses) {
  DevicePlan plan;
  ASSERT_EQ(plan_devices({0x20, 0x1219, 0x8, 0x20}, &plan), "");
  ASSERT_EQ(plan.edus.size(), 4u);
  EXPECT_EQ(plan.find(0x8)->registers, 0x10000000u);
  EXPECT_EQ(plan.find(0x20)->registers, 0x10100000u);
  EXPECT_EQ(plan.find(0x1200)->registers, 0x10200000u);
  EXPECT_EQ(plan.find(0x1219)->registers, 0x10300000u);
  EXPECT_EQ(plan.find(0x21), nullptr);
  ASSERT_EQ(plan.ports.size(), 1u);
  EXPECT_EQ(plan.ports[0].sid, 0x9u) << "the first place that no StreamID has";
  EXPECT_EQ(plan.ports[0].window_base, 0x10200000u);
  EXPECT_EQ(plan.ports[0].window_end, 0x10400000u);
  const std::vector<std::string> arguments = device_arguments(plan);
  EXPECT_EQ(arguments[1], "pcie-root-port,id=bus18,addr=01.1,chassis=18,hotplug=off,multifunction=on");
  EXPECT_EQ(arguments.back(), "edu,bus=bus18,addr=03.1,dma_mask=0xffffffffffffffff,multifunction=on");
}

TEST(machine, stream_ids_that_pci_does_not_have_are_refused) {
  DevicePlan plan;
  EXPECT_EQ(plan_devices({0x10000}, &plan), "StreamID 0x10000 is not possible: QEMU's StreamIDs are PCI bus, device and function numbers, 16 bits");
  EXPECT_EQ(plan_devices({7}, &plan), "StreamID 0x7 is not possible: 0 to 7 are the host bridge of QEMU's machine");
  std::vector<std::uint32_t> many;
  for (std::uint32_t sid = 8; sid < 8 + 900; ++sid) many.push_back(sid);
  EXPECT_NE(plan_devices(many, &plan).find("there is no place for the ports"), std::string::npos);
  many.erase(many.begin(), many.begin() + 8);
  EXPECT_NE(plan_devices(many, &plan).find("are too many"), std::string::npos);
}

TEST(machine, ram_has_to_lie_where_the_machine_has_ram) {
  EXPECT_EQ(check_arena(0x80000000, 256u << 20), "");
  EXPECT_EQ(check_arena(0x40200000, 4u << 20), "");
  EXPECT_NE(check_arena(0x40000000, 4u << 20).find("ram_base must be 0x40200000 or more"), std::string::npos);
  EXPECT_NE(check_arena(0, 4u << 20), "");
  EXPECT_NE(check_arena(0x4000000000, 4u << 20).find("ends at 0x3fffffffff"), std::string::npos);
  EXPECT_EQ(check_arena(0x3fffc00000, 4u << 20), "") << "the last 4 MiB of 255 GiB from 1 GiB on";
}

namespace {

// Remembers writes; answers reads from a table, and an edu's command register with "done" after a few looks.
class RecordedBus : public Bus {
 public:
  std::uint64_t read(std::uint64_t address, unsigned) override {
    if (address == busy_register && busy_looks != 0) {
      --busy_looks;
      return 1;
    }
    const auto found = values.find(address);
    return found == values.end() ? 0xffffffff : found->second;
  }
  void write(std::uint64_t address, unsigned bytes, std::uint64_t value) override {
    char text[64];
    std::snprintf(text, sizeof text, "%llx/%u=%llx", static_cast<unsigned long long>(address), bytes, static_cast<unsigned long long>(value));
    writes.emplace_back(text);
  }
  std::map<std::uint64_t, std::uint64_t> values;
  std::vector<std::string> writes;
  std::uint64_t busy_register = 0;
  unsigned busy_looks = 0;
};

}  // namespace

// ECAM: 4 KiB of configuration space for each function, at the StreamID times 0x1000 from 0x4010000000. Command register (4): memory
// decoding and bus mastering, 6. Bus numbers (0x18): subordinate, secondary, primary in bytes 2, 1, 0. Memory window (0x20): address
// bits 31:20 of the limit in 31:20, of the base in 15:4.
TEST(machine, pci_is_set_up_ports_first) {
  DevicePlan plan;
  ASSERT_EQ(plan_devices({0x20, 0x1200}, &plan), "");
  RecordedBus bus;
  bus.values = {{0x4010008000, 0x000c1b36}, {0x4010020000, 0x11e81234}, {0x4011200000, 0x11e81234}};
  set_up_devices(bus, plan);
  EXPECT_EQ(bus.writes, (std::vector<std::string>{"4010008018/4=121200", "4010008020/4=10101010", "4010008004/4=6", "4010020010/4=10000000", "4010020004/4=6",
                                                  "4011200010/4=10100000", "4011200004/4=6"}));
  bus.values.erase(0x4010020000);
  EXPECT_EQ(trouble_of([&] { set_up_devices(bus, plan); }), "no edu device at PCI function 0x20: its identification is 0xffffffff");
}

// edu: source 0x80, destination 0x88, count 0x90, command 0x98 (bit 0 run, bit 1 to memory); its buffer is 0x40000 for it.
TEST(edu, copies_and_waits) {
  RecordedBus bus;
  bus.values[0x10000098] = 0;
  bus.busy_register = 0x10000098;
  bus.busy_looks = 3;
  EduDevice edu(bus, 0x10000000, 5000);
  edu.to_bus(0x123456789, 64);
  EXPECT_EQ(bus.busy_looks, 0u) << "it came back before the device was done";
  EXPECT_EQ(bus.writes, (std::vector<std::string>{"10000080/8=40000", "10000088/8=123456789", "10000090/8=40", "10000098/8=3"}));
  bus.writes.clear();
  edu.from_bus(0x1000, 2048);
  EXPECT_EQ(bus.writes, (std::vector<std::string>{"10000080/8=1000", "10000088/8=40000", "10000090/8=800", "10000098/8=1"}));
  bus.values[0x10000098] = 1;
  EduDevice stuck(bus, 0x10000000, 1);
  EXPECT_EQ(trouble_of([&] { stuck.from_bus(0, 4); }), "a DMA of an edu device did not end within 1 ms");
}
