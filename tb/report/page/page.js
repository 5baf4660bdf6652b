'use strict';
// The parts of the page that are text: verdicts, one run, its platform, charts. The timeline is in timeline.js.
// Texts only ever become text nodes, so that no scenario can write HTML.
const data = JSON.parse(document.getElementById('data').textContent);
const runs = data.results;
const el = (tag, attributes, ...children) => {
  const node = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith('on')) node.addEventListener(key.slice(2), value);
    else if (value !== false && value !== null) node.setAttribute(key, value);
  }
  node.append(...children.flat().filter(c => c !== null && c !== undefined).map(c => c instanceof Node ? c : String(c)));
  return node;
};
const time = ns => ns < 1000 ? +ns.toFixed(1) + ' ns' : ns < 1e6 ? +(ns / 1e3).toPrecision(4) + ' \u00b5s' : +(ns / 1e6).toPrecision(4) + ' ms';
const word = status => el('span', { class: 'word ' + status }, status.toUpperCase());
const rank = { fail: 0, error: 1, skip: 2, pass: 3 };
const count = status => runs.filter(r => r.status === status).length;

// What the address says after '#': run, sort, dir, q, hide.
const state = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
function remember(changes) {
  Object.assign(state, changes);
  for (const key of Object.keys(state)) if (state[key] === '') delete state[key];
  history.replaceState(null, '', '#' + new URLSearchParams(state));
}

// -- Top ---------------------------------------------------------------------------------------------------------------
document.getElementById('summary').append(...Object.keys(rank).filter(count).flatMap(s => [word(s), ' ' + count(s) + ' \u00a0 ']),
  'of ' + data.asked + (data.asked === 1 ? ' run' : ' runs') + ' in ' + (data.wall_ms / 1000).toFixed(1) + ' s' + (data.interrupted ? ', interrupted' : ''));
const about = { ...(data.versions || {}), tandem: data.version, compiler: data.compiler, host: data.host, 'asked for': data.backends.join(', '),
  seed: data.seed === null ? 'of each scenario' : data.seed, parameters: data.params.join(' '), 'SMMU parameters': data.smmu_params.join(' '),
  'oracles off': data.checks_off.join(', ') };
document.getElementById('about').append(...Object.entries(about).filter(([, v]) => v !== '').map(([k, v]) => el('div', {}, el('dt', {}, k), el('dd', {}, v))));

// -- Verdicts ------------------------------------------------------------------------------------------------------------
const columns = [
  { key: 'status', title: 'verdict', value: r => rank[r.status], cell: r => word(r.status) },
  { key: 'scenario', title: 'scenario', value: r => r.scenario },
  { key: 'backend', title: 'backend', value: r => r.backend },
  { key: 'seed', title: 'seed', value: r => r.seed, number: true },
  { key: 'steps', title: 'steps', value: r => r.steps.length, number: true },
  { key: 'sim', title: 'simulated', value: r => r.sim_ns, cell: r => time(r.sim_ns), number: true },
  { key: 'wall', title: 'wall', value: r => r.wall_ms, cell: r => (r.wall_ms / 1000).toFixed(2) + ' s', number: true },
  { key: 'reason', title: 'reason', value: r => r.reason },
];
const runsTable = document.getElementById('runs');
runsTable.tHead.rows[0].append(...columns.map(c => el('th', { 'data-key': c.key, class: c.number ? 'n' : false, onclick: () => {
  remember({ sort: c.key, dir: state.sort === c.key && state.dir !== 'down' ? 'down' : 'up' });
  fillRuns();
} }, c.title)));
const query = document.getElementById('query');
query.value = state.q || '';
query.addEventListener('input', () => { remember({ q: query.value }); fillRuns(); });
document.getElementById('filter').addEventListener('submit', e => e.preventDefault());
const hidden = new Set((state.hide || '').split(',').filter(s => s in rank));
document.getElementById('statuses').append(...Object.keys(rank).filter(count).map(s => {
  const box = el('input', { type: 'checkbox', id: 'show-' + s, onchange: () => {
    if (box.checked) hidden.delete(s); else hidden.add(s);
    remember({ hide: [...hidden].join(',') });
    fillRuns();
  } });
  box.checked = !hidden.has(s);
  return el('label', {}, box, ' ', word(s));
}));
let chosen = -1;

function fillRuns() {
  const column = columns.find(c => c.key === state.sort) || columns[0], sign = state.dir === 'down' ? -1 : 1;
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  const list = runs.map((run, index) => ({ run, index })).filter(({ run }) => {
    const text = [run.scenario, run.title, run.backend, run.status, run.reason].join(' ').toLowerCase();
    return !hidden.has(run.status) && words.every(w => text.includes(w));
  });
  list.sort((a, b) => {
    const x = column.value(a.run), y = column.value(b.run);
    return sign * (typeof x === 'number' ? x - y : x.localeCompare(y)) || a.index - b.index;
  });
  for (const th of runsTable.tHead.rows[0].cells) th.toggleAttribute('data-dir', false);
  runsTable.querySelector(`th[data-key=${column.key}]`).setAttribute('data-dir', sign > 0 ? 'up' : 'down');
  runsTable.tBodies[0].replaceChildren(...list.map(({ run, index }) => el('tr', { 'data-run': index, class: index === chosen ? 'chosen' : false,
    onclick: () => choose(index) }, columns.map(c => el('td', { class: c.number ? 'n' : false }, c.cell ? c.cell(run) : c.value(run))))));
  document.getElementById('shown').value = list.length === runs.length ? '' : list.length + ' of ' + runs.length + ' shown';
}

// -- One run -------------------------------------------------------------------------------------------------------------
const table = (titles, rows, numbers) => el('table', { class: 'narrow' }, el('thead', {}, el('tr', {}, titles.map((t, i) => el('th', { class: numbers.includes(i) ? 'n' : false }, t)))),
  el('tbody', {}, rows.map(row => el('tr', {}, row.map((c, i) => el('td', { class: numbers.includes(i) ? 'n' : false }, c))))));

function verdict(run) {
  const box = el('div', { class: 'box ' + run.status, id: 'verdict' }, el('p', {}, word(run.status), ' ', run.reason));
  const bad = run.steps.findIndex(s => s.status === 'fail' || s.status === 'error');
  for (const c of comparisonsOf(run).filter(c => c.status !== 'pass')) {
    box.append(el('div', { class: 'difference' }, el('p', {}, el('b', {}, c.backends.join(' and ') + ' compared: '), c.reason), c.text ? el('pre', {}, c.text) : null,
      el('p', {}, 'Again: ', el('code', {}, c.repeat))));
  }
  if (bad >= 0) box.append(el('p', { id: 'divergence' }, 'First failure: step ' + (bad + 1) + ', ' + run.steps[bad].title + ', at ' + time(run.sim_ns) + ' of simulated time'));
  if (run.detail && run.status !== 'skip') box.append(el('pre', { id: 'detail' }, run.detail));
  if ((run.known_divergences || []).length) {
    box.append(el('p', {}, 'Known defects that were met: ' + run.known_divergences.map(d => `${d.smmu}: ${d.what} (${d.count} times; ${d.rule})`).join('; ')));
  }
  if (run.status !== 'pass' && run.status !== 'skip') box.append(el('p', {}, 'Again: ', el('code', {}, run.repeat)));
  return box;
}

// Two runs held against each other (--compare).
const comparisonsOf = run => (data.comparisons || []).filter(c => c.scenario === run.scenario && c.backends.includes(run.backend));
function showComparisons() {
  if (!(data.comparisons || []).length) return;
  document.getElementById('comparisons').append(el('h2', {}, 'Comparisons'), table(['verdict', 'scenario', 'backends', 'equal facts', 'first difference'],
    data.comparisons.map(c => [word(c.status), c.scenario, c.backends.join(', '), c.facts, c.reason]), [3]));
}

// What all runs together reached of the coverage points, by the first part of their names.
function showCoverage() {
  const all = data.coverage_points || [];
  if (!all.length) return;
  const hits = {};
  for (const run of runs) for (const [point, n] of Object.entries(run.coverage || {})) hits[point] = (hits[point] || 0) + n;
  const groups = new Map();
  for (const point of all) {
    const group = point.split('/')[0];
    if (!groups.has(group)) groups.set(group, []);
    groups.get(group).push(point);
  }
  const reached = all.filter(p => hits[p]).length;
  document.getElementById('coverage').append(el('h2', {}, 'Coverage of all runs'), el('p', {}, `${reached} of ${all.length} points of the architecture and the driver's calls were reached.`),
    table(['group', 'reached', 'of', '%', 'not reached'], [...groups].map(([group, points]) => {
      const holes = points.filter(p => !hits[p]);
      return [group, points.length - holes.length, points.length, Math.floor(100 * (points.length - holes.length) / points.length),
        holes.length ? el('details', {}, el('summary', {}, holes.length + (holes.length === 1 ? ' point' : ' points')), holes.map(p => p.slice(group.length + 1) || p).join(', ')) : ''];
    }), [1, 2, 3]));
}

function svg(tag, attributes, ...children) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.map(c => c instanceof Node ? c : String(c)));
  return node;
}

// Masters, the TBUs they are behind, the SMMUs, RAM; the CPU programs every SMMU from above.
function diagram(platform) {
  const row = 30, top = 62, root = svg('svg', { class: 'platform', id: 'platform', role: 'img' });
  const short = (text, most) => text.length > most ? text.slice(0, most - 1) + '\u2026' : text;
  const box = (x, y, w, h, name, small, cls) => {
    root.append(svg('rect', { x, y, width: w, height: h, rx: 3, class: cls || '' }));
    if (name) root.append(svg('text', { x: x + 8, y: y + (small ? h / 2 - 2 : h / 2 + 4) }, name));
    if (small) root.append(svg('text', { x: x + 8, y: y + h / 2 + 12, class: 'small' }, small));
  };
  const line = d => root.append(svg('path', { d }));
  let y = top, last = top;
  for (const smmu of platform.smmus) {
    const masters = platform.masters.filter(m => m.smmu === smmu.name);
    const ports = Array.from({ length: smmu.tbus }, (_, tbu) => masters.filter(m => m.tbu === tbu));
    const height = Math.max(70, ports.reduce((sum, p) => sum + Math.max(1, p.length) * row, 0));
    let at = y;
    ports.forEach((list, tbu) => {
      const size = Math.max(1, list.length) * row, middle = at + size / 2;
      list.forEach((m, i) => {
        const my = at + i * row;
        const sids = m.sids.slice(0, 4).map(s => '0x' + s.toString(16)).join(' ') + (m.sids.length > 4 ? ' \u2026' : '');
        box(10, my + 2, 170, row - 6, short(m.name + '  ' + sids, 26));
        line(`M180 ${my + row / 2 - 1} C225 ${my + row / 2 - 1} 215 ${middle} 260 ${middle}`);
      });
      box(260, middle - 12, 66, 24, 'TBU ' + tbu, '', 'tbu');
      line(`M326 ${middle} H360`);
      at += size;
    });
    box(360, y, 170, height - 8, short(smmu.name, 20), smmu.backend === 'tlm' ? 'SystemC model' : smmu.backend === 'rtl' ? 'Verilated RTL' : smmu.backend);
    line(`M530 ${y + height / 2 - 4} H600`);
    line(`M530 ${y + 14} H548 V34`);
    last = y + height;
    y = last + 8;
  }
  box(360, 10, 200, 26, 'CPUs: driver, scenario');
  line(`M560 23 H665 V${top}`);
  box(600, top, 160, last - top - 8, 'RAM', Math.round(platform.ram_bytes / 1048576) + ' MiB at ' + platform.ram_base);
  root.setAttribute('viewBox', `0 0 770 ${last + 6}`);
  root.setAttribute('width', 770);
  root.setAttribute('height', last + 6);
  return root;
}

// -- Charts ----------------------------------------------------------------------------------------------------------------
let charts = [];
const colours = ['#2a6f97', '#c8553d', '#588b3a', '#8e5aa8', '#b58900', '#3b8ea5', '#7d4f50', '#556b8d'];
function chart(title, note, config) {
  const canvas = el('canvas', { role: 'img', 'aria-label': title });
  config.options = Object.assign({ animation: false, responsive: true, maintainAspectRatio: false }, config.options);
  config.options.plugins = Object.assign({ title: { display: true, text: title }, legend: { display: config.data.datasets.length > 1 } }, config.options.plugins);
  const box = el('div', {}, el('div', { class: 'chart' }, canvas), el('p', { class: 'chart-note' }, note));
  return { box, draw: () => charts.push(new Chart(canvas, config)) };
}

function chartsOf(figures) {
  const list = [];
  for (const h of figures.latencies) {
    if (h.max_ns === 0) continue;
    list.push(chart('Latency: ' + h.title, `${h.count} in all, least ${time(h.min_ns)}, median ${time(h.median_ns)}, 95 % within ${time(h.p95_ns)}, most ${time(h.max_ns)}`,
      { type: 'bar', data: { labels: h.labels, datasets: [{ data: h.counts, backgroundColor: colours[0] }] }, options: { scales: { y: { beginAtZero: true, ticks: { precision: 0 } } } } }));
  }
  const loud = figures.calls.filter(c => c.commands > 0);
  if (loud.length) {
    list.push(chart('Commands per driver call', 'Mean and most of one call; calls that submitted nothing are in the table',
      { type: 'bar', data: { labels: loud.map(c => c.name), datasets: [{ label: 'mean', data: loud.map(c => c.commands / c.calls), backgroundColor: colours[0] },
        { label: 'most', data: loud.map(c => c.most), backgroundColor: '#b9cfdf' }] }, options: { indexAxis: 'y' } }));
  }
  const kinds = new Map();
  for (const c of figures.counters) {
    const at = c.name.lastIndexOf(': ');
    const kind = c.name.slice(at + 2);
    if (!kinds.has(kind)) kinds.set(kind, []);
    kinds.get(kind).push({ label: c.name.slice(0, at), points: c.points });
  }
  for (const [kind, series] of kinds) {
    list.push(chart(kind === 'TLB hit rate' ? 'TLB hit rate over time, % of the last 32 look-ups' : kind[0].toUpperCase() + kind.slice(1) + ' over time, entries', 'Simulated time in \u00b5s',
      { type: 'line', data: { datasets: series.map((s, i) => ({ label: s.label, data: s.points.map(([x, y]) => ({ x: x / 1000, y })), stepped: true, pointRadius: s.points.length < 30 ? 2 : 0,
        borderWidth: 1.5, borderColor: colours[i % colours.length], backgroundColor: colours[i % colours.length] })) },
        options: { scales: { x: { type: 'linear' }, y: { beginAtZero: true, suggestedMax: kind === 'TLB hit rate' ? 100 : undefined } } } }));
  }
  return list;
}

function choose(index) {
  chosen = index;
  const run = runs[index];
  remember({ run: index });
  for (const row of runsTable.tBodies[0].rows) row.classList.toggle('chosen', Number(row.dataset.run) === index);
  for (const old of charts.splice(0)) old.destroy();
  const section = document.getElementById('run');
  const left = el('div', {}), right = el('div', {});
  if (run.steps.length) {
    left.append(el('h3', {}, 'Steps'), table(['', 'step', 'verdict', 'took'], run.steps.map((s, i) => [i + 1, s.title, word(s.status), time(s.end_ns - s.start_ns)]), [0, 3]));
  }
  if (run.smmus.length) {
    right.append(el('h3', {}, 'What each SMMU did'), table(['SMMU', 'backend', 'commands', 'translations', 'TLB hits', 'TLB misses', 'events'],
      run.smmus.map(s => [s.name, s.backend, s.commands, s.translations, s.tlb_hits, s.tlb_misses, s.events]), [2, 3, 4, 5, 6]));
  }
  if (run.platform) right.append(el('h3', {}, 'Platform'), diagram(run.platform));
  for (const t of run.tables) left.append(el('h3', {}, t.title), table(t.columns, t.rows, []));
  section.replaceChildren(el('h2', {}, run.scenario + ' on ' + run.backend), el('p', {}, run.title + '  (seed ' + run.seed + ')'), verdict(run), el('div', { class: 'columns' }, left, right));
  if (!run.timeline || run.timeline.slices.length === 0) {
    section.append(el('p', {}, run.timeline ? 'Nothing happened in this run that a timeline could show.' : 'This run left no trace: it did not come to its platform.'));
    return;
  }
  section.append(el('h3', {}, 'Timeline'));
  drawTimeline(section, run);
  const list = chartsOf(run.drawn);
  section.append(el('h3', {}, 'Figures'));
  const timeless = run.drawn.latencies.filter(h => h.max_ns === 0).map(h => h.title.toLowerCase() + ' (' + h.count + ')');
  if (timeless.length) section.append(el('p', { class: 'chart-note' }, 'No simulated time was spent by: ' + timeless.join(', ') + '. A model may count all of it at the master.'));
  if (typeof Chart === 'undefined') {
    section.append(el('p', {}, 'Chart.js was not there when this page was written; the tables hold the figures.'));
  } else {
    section.append(el('div', { class: 'charts', id: 'charts' }, list.map(c => c.box)));
    for (const c of list) c.draw();
  }
  section.append(el('h3', {}, 'Driver calls'), table(['call', 'calls', 'commands', 'most of one call'], run.drawn.calls.map(c => [c.name, c.calls, c.commands, c.most]), [1, 2, 3]));
}
