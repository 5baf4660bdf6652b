// The timeline of a run on a canvas: a row per track, slices inside slices below them, arrows of the picked slice.
// Ctrl or Shift and the wheel zoom, dragging moves, a click picks a slice and shows what caused it and what it caused.
const kinds = { step: '#c9d3dd', call: '#4a86b8', access: '#6aa05a', transaction: '#8fbf7f', translation: '#d3e6cb', walk: '#d9a441', fetch: '#f0d9a6',
  command: '#a77fc4', fault: '#c8321f', irq: '#3d4f63', error: '#e01b1b', tlb: '#7d8894', tag: '#b0a48a', pri: '#3b8ea5', pmcg: '#556b8d' };

function drawTimeline(section, run) {
  const { tracks, texts, slices, left_out: leftOut, complete } = run.timeline;
  const LABEL = 190, ROW = 17, HEAD = 20, AXIS = 22;
  const effects = new Map();
  slices.forEach((s, i) => {
    if (s[7] < 0) return;
    if (!effects.has(s[7])) effects.set(s[7], []);
    effects.get(s[7]).push(i);
  });
  // Rows: the head of a process, then its tracks in the order of the file, as deep as their slices are nested.
  const depth = new Array(tracks.length).fill(0);
  for (const s of slices) depth[s[0]] = Math.max(depth[s[0]], s[1] + 1);
  const rows = [], top = new Array(tracks.length);
  let height = AXIS;
  const order = tracks.map((_, i) => i).sort((a, b) => tracks[a][2] - tracks[b][2] || tracks[a][3] - tracks[b][3] || a - b);
  for (const process of new Set(order.map(i => tracks[i][0]))) {
    if (!tracks.some((t, i) => t[0] === process && depth[i] > 0)) continue;
    rows.push({ head: process, y: height });
    height += HEAD;
    for (const i of order) {
      if (tracks[i][0] !== process || depth[i] === 0) continue;
      top[i] = height;
      rows.push({ name: tracks[i][1], y: height });
      height += depth[i] * ROW + 3;
    }
  }
  const perTrack = tracks.map(() => []);
  slices.forEach((s, i) => perTrack[s[0]].push(i));

  const first = slices.length ? slices.reduce((t, s) => Math.min(t, s[2]), Infinity) : 0;
  const end = Math.max(run.timeline.end_ns, first + 1), margin = (end - first) * 0.01;
  let from = first - margin, to = end + margin, picked = -1, drag = null;
  const canvas = el('canvas', { id: 'timeline', tabindex: 0, 'aria-label': 'timeline of the run' });
  const context = canvas.getContext('2d');
  const x = ns => LABEL + (ns - from) / (to - from) * (canvas.clientWidth - LABEL);
  const ns = px => from + (px - LABEL) / (canvas.clientWidth - LABEL) * (to - from);

  function draw() {
    const width = canvas.clientWidth, scale = window.devicePixelRatio || 1;
    canvas.style.height = height + 4 + 'px';
    canvas.width = width * scale;
    canvas.height = (height + 4) * scale;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.font = '11px system-ui, sans-serif';
    context.textBaseline = 'middle';
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height + 4);
    drawAxis(width);
    let drawn = 0;
    tracks.forEach((_, track) => {
      const edge = [];  // what was drawn last at each depth, so that a crowd of slices costs a pixel once
      for (const i of perTrack[track]) {
        const s = slices[i], y = top[track] + s[1] * ROW;
        const x0 = Math.max(x(s[2]), LABEL), x1 = Math.min(x(s[2] + s[3]), width);
        if (x(s[2] + s[3]) < LABEL || x(s[2]) > width) continue;
        const w = Math.max(x1 - x0, 1.5);
        if (edge[s[1]] !== undefined && x0 + w <= edge[s[1]] + 0.5 && x0 >= edge[s[1]] - 3 && i !== picked) continue;
        edge[s[1]] = x0 + w;
        context.fillStyle = kinds[texts[s[5]]] || '#999';
        context.fillRect(x0, y, Math.max(w - (w > 4 ? 0.5 : 0), 1), ROW - 2);
        drawn++;
        if (w > 26) {
          context.save();
          context.beginPath();
          context.rect(x0, y, w - 2, ROW);
          context.clip();
          context.fillStyle = ['call', 'command', 'fault', 'access'].includes(texts[s[5]]) ? '#fff' : '#1c2430';
          context.fillText(texts[s[4]], x0 + 3, y + ROW / 2 - 1);
          context.restore();
        }
      }
    });
    if (run.status === 'fail' || run.status === 'error') {
      context.fillStyle = '#b3261e';
      context.fillRect(x(end), AXIS - 6, 1.5, height);
      if (x(end) > LABEL) context.fillText(run.status.toUpperCase(), Math.min(x(end) + 3, width - 34), AXIS - 6);
    }
    drawLabels(width);
    if (picked >= 0) drawArrows();
    canvas.dataset.drawn = drawn;
    canvas.dataset.from = from;
    canvas.dataset.to = to;
  }
  function drawAxis(width) {
    let step = Math.pow(10, Math.floor(Math.log10((to - from) / 6)));
    for (const more of [2, 2.5, 2]) if ((to - from) / step > 8) step *= more;
    for (let t = Math.ceil(Math.max(from, 0) / step) * step; t <= to; t += step) {
      context.fillStyle = '#e6eaee';
      context.fillRect(x(t), AXIS - 4, 1, height);
      context.fillStyle = '#5b6673';
      context.fillText(time(t), x(t) + 3, 9);
    }
    context.fillStyle = '#d5dbe1';
    context.fillRect(0, AXIS - 4, width, 1);
  }
  function drawLabels(width) {
    context.fillStyle = '#fff';
    context.fillRect(0, AXIS - 3, LABEL - 4, height);
    for (const row of rows) {
      if (row.head) {
        context.fillStyle = '#eceff3';
        context.fillRect(0, row.y, width, HEAD - 3);
        context.fillStyle = '#1c2430';
        context.font = '600 11px system-ui, sans-serif';
        context.fillText(row.head, 6, row.y + HEAD / 2 - 1, width - 12);
        context.font = '11px system-ui, sans-serif';
      } else {
        context.fillStyle = '#3d4853';
        context.fillText(row.name, 14, row.y + ROW / 2 - 1, LABEL - 22);
      }
    }
  }
  const middle = i => [Math.max(x(slices[i][2]), LABEL), top[slices[i][0]] + slices[i][1] * ROW + ROW / 2 - 1];
  function drawArrows() {
    const pairs = (effects.get(picked) || []).slice(0, 300).map(e => [picked, e]);
    if (slices[picked][7] >= 0) pairs.push([slices[picked][7], picked]);
    context.strokeStyle = '#1c2430';
    context.lineWidth = 1;
    for (const [a, b] of pairs) {
      const [x0, y0] = middle(a), [x1, y1] = middle(b), bend = Math.max(Math.abs(x1 - x0) / 2, 12);
      context.beginPath();
      context.moveTo(x0, y0);
      context.bezierCurveTo(x0 + bend, y0, x1 - bend, y1, x1, y1);
      context.stroke();
      context.fillStyle = '#1c2430';
      context.beginPath();
      context.arc(x1, y1, 2.5, 0, 7);
      context.fill();
    }
    const s = slices[picked], [px, py] = middle(picked);
    context.lineWidth = 2;
    context.strokeRect(px - 1, py - ROW / 2, Math.max(x(s[2] + s[3]) - px, 2) + 2, ROW);
  }

  function hit(event) {
    const box = canvas.getBoundingClientRect(), px = event.clientX - box.left, py = event.clientY - box.top;
    let best = -1, least = 6;
    tracks.forEach((_, track) => {
      if (top[track] === undefined || py < top[track] || py >= top[track] + depth[track] * ROW) return;
      const level = Math.floor((py - top[track]) / ROW);
      for (const i of perTrack[track]) {
        const s = slices[i];
        if (s[1] !== level) continue;
        const distance = Math.max(x(s[2]) - px, px - Math.max(x(s[2] + s[3]), x(s[2]) + 1.5), 0);
        if (distance < least) { least = distance; best = i; if (distance === 0) return; }
      }
    });
    return best;
  }
  const name = i => texts[slices[i][4]] + ' (' + tracks[slices[i][0]][0].split(' ')[0].replace(':', '') + ', ' + tracks[slices[i][0]][1] + ', at ' + time(slices[i][2]) + ')';
  const link = i => el('a', { onclick: () => { pick(i); reveal(i); } }, name(i));
  function pick(i) {
    picked = i;
    const box = document.getElementById('picked');
    if (i < 0) {
      box.replaceChildren('Click a slice to see what caused it and what it caused.');
    } else {
      const s = slices[i], caused = effects.get(i) || [];
      const lines = [el('p', {}, el('b', {}, texts[s[4]]), ', ' + tracks[s[0]].slice(0, 2).join(', ') + ', at ' + time(s[2]) + ' for ' + time(s[3]) + (texts[s[6]] ? ': ' + texts[s[6]] : ''))];
      if (s[7] >= 0) lines.push(el('p', {}, 'Caused by ', link(s[7])));
      if (caused.length) lines.push(el('p', {}, 'Caused ' + caused.length + ': ', caused.slice(0, 12).flatMap((e, n) => [n ? '; ' : '', link(e)]), caused.length > 12 ? '; \u2026' : ''));
      box.replaceChildren(...lines);
    }
    draw();
  }
  // Brings a slice and what it is joined with into view.
  function reveal(i) {
    const group = [i, slices[i][7], ...(effects.get(i) || [])].filter(n => n >= 0).map(n => slices[n]);
    const low = Math.min(...group.map(s => s[2])), high = Math.max(...group.map(s => s[2] + s[3])), room = Math.max((high - low) * 0.3, 20);
    from = low - room;
    to = high + room;
    draw();
  }
  function zoom(factor, at) {
    const width = Math.min(Math.max((to - from) * factor, 1), (end - first) * 1.2 + 10), share = (at - from) / (to - from);
    from = at - share * width;
    to = from + width;
    draw();
  }
  canvas.addEventListener('wheel', event => {
    if (!event.ctrlKey && !event.shiftKey) return;
    event.preventDefault();
    zoom((event.deltaY || event.deltaX) > 0 ? 1.3 : 1 / 1.3, ns(event.clientX - canvas.getBoundingClientRect().left));
  }, { passive: false });
  canvas.addEventListener('pointerdown', event => { drag = { x: event.clientX, from, to, moved: false }; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener('pointermove', event => {
    const tip = document.getElementById('tip');
    if (drag) {
      const shift = (event.clientX - drag.x) / (canvas.clientWidth - LABEL) * (drag.to - drag.from);
      drag.moved = drag.moved || Math.abs(event.clientX - drag.x) > 3;
      from = drag.from - shift;
      to = drag.to - shift;
      tip.hidden = true;
      draw();
      return;
    }
    const i = hit(event);
    tip.hidden = i < 0;
    if (i < 0) return;
    tip.textContent = texts[slices[i][4]] + '  ' + time(slices[i][3]) + '\n' + (texts[slices[i][6]] || 'at ' + time(slices[i][2]));
    tip.style.left = Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8) + 'px';
    tip.style.top = event.clientY + 16 + 'px';
  });
  canvas.addEventListener('pointerup', event => { if (drag && !drag.moved) pick(hit(event)); drag = null; });
  canvas.addEventListener('pointerleave', () => { document.getElementById('tip').hidden = true; });
  canvas.addEventListener('keydown', event => {
    const move = { ArrowLeft: -0.2, ArrowRight: 0.2 }[event.key], factor = { '+': 1 / 1.5, '=': 1 / 1.5, '-': 1.5 }[event.key];
    if (factor) zoom(factor, (from + to) / 2);
    else if (move) { const shift = move * (to - from); from += shift; to += shift; draw(); }
    else return;
    event.preventDefault();
  });
  const button = (text, action) => el('button', { type: 'button', onclick: action }, text);
  const used = new Set(slices.map(s => texts[s[5]]));
  const colour = kind => { const i = el('i'); i.style.background = kinds[kind]; return i; };
  section.append(
    el('div', { class: 'bar' }, button('+', () => zoom(1 / 1.7, (from + to) / 2)), button('\u2212', () => zoom(1.7, (from + to) / 2)),
      button('whole run', () => { from = first - margin; to = end + margin; draw(); }), el('span', {}, 'drag to move, Ctrl and wheel to zoom'),
      el('span', { class: 'key' }, Object.keys(kinds).filter(k => used.has(k)).map(k => el('span', {}, colour(k), k)))),
    el('div', { id: 'lanes' }, canvas), el('div', { id: 'picked' }));
  const notes = [];
  if (leftOut > 0) notes.push(leftOut + ' more slices are in the trace file ' + run.trace + ', which Perfetto opens');
  if (!complete) notes.push('the trace ends early: the run was ended before it could close it');
  if (notes.length) section.append(el('p', { class: 'chart-note', id: 'timeline-note' }, notes.join('; ')));
  new ResizeObserver(() => { if (canvas.isConnected) draw(); }).observe(canvas);
  // A failing run opens at the slice that says why, if there is one.
  const faults = slices.map((s, i) => i).filter(i => texts[slices[i][5]] === 'fault' || texts[slices[i][5]] === 'error');
  pick(run.status === 'fail' && faults.length ? faults[faults.length - 1] : -1);
}

// The run that somebody will want to see: one that failed, or else one that did something.
const interest = { fail: 0, error: 1, pass: 2, skip: 3 };
const mostWanted = [...runs.keys()].sort((a, b) => interest[runs[a].status] - interest[runs[b].status] || a - b)[0];
const asked = Number(state.run);
fillRuns();
showComparisons();
showCoverage();
if (runs.length) choose(state.run !== undefined && asked in runs ? asked : mostWanted);
document.body.dataset.ready = 'yes';
