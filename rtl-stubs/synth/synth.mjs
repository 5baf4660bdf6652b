// SPDX-License-Identifier: Apache-2.0
// Synthesises the block with Yosys (read_slang) for the presets of presets.json and prints, per module, word-level cells, flip-flop
// bits and memory bits as a Markdown table. `./run synth` calls it; it is no part of `./run test`.
//    node synth.mjs RTL_DIR GEN_DIR [PRESET...]     exit 0: tables on stdout; 1: Yosys refused the block; 2: wrong usage
import { readFileSync, readdirSync } from "node:fs";
import { runYosys } from "@yowasp/yosys";

const presets = JSON.parse(readFileSync(new URL("presets.json", import.meta.url)));
const [rtl, gen, ...wanted] = process.argv.slice(2);
const names = wanted.length ? wanted : Object.keys(presets);
const unknown = names.find((n) => !(n in presets));
if (!rtl || !gen || unknown) {
  console.error(unknown ? `synth: '${unknown}' is no preset; there are ${Object.keys(presets).join(", ")}.`
                        : "usage: node synth.mjs RTL_DIR GEN_DIR [PRESET...]");
  process.exit(2);
}
// One file: the front end starts threads for four files and more, which this build of Yosys does not have.
const files = readdirSync(rtl).filter((f) => /^smmuv3_\w+\.sv$/.test(f) && !/_(sim_top|rtl_pkg)\.sv$/.test(f));
const block = [`${gen}/smmuv3_arch_pkg.sv`, `${rtl}/smmuv3_rtl_pkg.sv`, ...files.map((f) => `${rtl}/${f}`)]
  .map((f) => readFileSync(f, "utf8")).join("\n");

const number = (bits) => (typeof bits === "number" ? bits : parseInt(bits, 2));
const isFlop = (type) => /^\$_?(s|a|al)?dff/i.test(type) || /^\$(dff|adff|sdff|aldff|dffsr)/.test(type);

for (const name of names) {
  const values = presets[name];
  const parameters = Object.entries(values).map(([k, v]) => `-G ${k}=${v}`).join(" ");
  const script = [`read_slang --ignore-assertions --keep-hierarchy --top smmuv3_top ${parameters} block.sv`,
                  "hierarchy -top smmuv3_top", "proc", "opt -fast", "memory_collect", "opt_clean", "write_json out.json"].join("; ");
  let log = "", out;
  try {
    out = await runYosys(["-q", "-p", script], { "block.sv": block }, {
      fetchProgress: () => {},
      stdout: (b) => { if (b) log += new TextDecoder().decode(b); }, stderr: (b) => { if (b) log += new TextDecoder().decode(b); } });
  } catch (error) {
    console.error(`synth: Yosys refused preset ${name}:\n${log.slice(-4000)}${error}`);
    process.exit(1);
  }
  const json = JSON.parse(typeof out["out.json"] === "string" ? out["out.json"] : new TextDecoder().decode(out["out.json"]));
  const modules = {};
  for (const [id, module] of Object.entries(json.modules)) {
    const m = { cells: 0, flops: 0, memory: 0, children: {} };
    for (const cell of Object.values(module.cells)) {
      if (cell.type in json.modules) { m.children[cell.type] = (m.children[cell.type] ?? 0) + 1; continue; }
      if (/^\$mem/.test(cell.type)) m.memory += number(cell.parameters.SIZE) * number(cell.parameters.WIDTH);
      else if (isFlop(cell.type)) m.flops += number(cell.parameters.WIDTH);
      m.cells++;
    }
    modules[id] = m;
  }
  const count = {};   // instances of each module under the top
  (function visit(id, times) {
    count[id] = (count[id] ?? 0) + times;
    for (const [child, n] of Object.entries(modules[id].children)) visit(child, times * n);
  })(Object.keys(json.modules).find((id) => json.modules[id].attributes.top) ?? "smmuv3_top", 1);
  const rows = Object.keys(count).map((id) => [id.replace(/^\\/, "").replace(/\$.*$/, ""), count[id], modules[id]]).sort((a, b) => a[0] < b[0] ? -1 : 1);
  const total = { cells: 0, flops: 0, memory: 0 };
  console.log(`\n### ${name}\n\n${Object.entries(values).map(([k, v]) => `${k} ${v}`).join(", ")}\n`);
  console.log("| module | instances | cells | flip-flop bits | memory bits |\n|---|---:|---:|---:|---:|");
  for (const [id, n, m] of rows) {
    console.log(`| ${id} | ${n} | ${m.cells} | ${m.flops} | ${m.memory} |`);
    for (const k of ["cells", "flops", "memory"]) total[k] += n * m[k];
  }
  console.log(`| all | | ${total.cells} | ${total.flops} | ${total.memory} |`);
}
