"use strict";
const language = document.documentElement.lang;
const models = data.models;

function findings(parent, model) {
  add(parent, "h2", "", t("findings.title"));
  if (!model.findings.length) {
    add(parent, "p", "", t("findings.none"));
    return;
  }
  add(parent, "p", "soft", t("findings.how"));
  for (const finding of model.findings) {
    const box = add(parent, "div", "finding " + finding.severity);
    const line = add(box, "p");
    add(line, "span", "badge", t("severity." + finding.severity));
    line.append(finding.sentence);
    if (finding.units) add(box, "p", "soft", finding.units);
    if (finding.action) {
      const todo = add(box, "p");
      add(todo, "b", "", t("findings.try") + " ");
      todo.append(finding.action);
    }
  }
}

function table(parent, header, rows, textual) {
  const element = add(add(parent, "div", "scroll"), "table");
  const head = add(add(element, "thead"), "tr");
  header.forEach(cell => add(head, "th", "", cell));
  const body = add(element, "tbody");
  for (const row of rows) {
    const line = add(body, "tr");
    row.forEach((cell, i) => add(line, "td", textual && i ? "text" : "", String(cell)));
  }
  return element;
}

function choice(parent, label, names, change) {
  const box = add(parent, "label", "", label);
  const select = add(box, "select");
  names.forEach((name, i) => { add(select, "option", "", name).value = i; });
  select.addEventListener("change", () => change(Number(select.value)));
  return select;
}

function slider(parent, label, count, start, name, change) {
  const box = add(parent, "label", "", label);
  const range = add(box, "input");
  Object.assign(range, { type: "range", min: 0, max: count - 1, step: 1, value: start });
  const value = add(box, "output", "", name(start));
  range.addEventListener("input", () => { value.textContent = name(Number(range.value)); change(Number(range.value)); });
}

function complex(value) {
  return number(value[0]) + (value[1] < 0 ? " − " : " + ") + number(Math.abs(value[1])) + " i";
}

function visible(text) {
  return text === " " ? "␣" : text === "\n" ? "⏎" : text;
}

/** A logarithmic axis of lengths that spans what there is in whole powers of ten. */
function lengths(c, values) {
  const known = values.filter(v => v > 0).map(v => Math.log10(v));
  return axis(c, t("reach.length"), { type: "log", nameGap: 50,
    min: 10 ** Math.floor(Math.min(...known)), max: 10 ** Math.ceil(Math.max(...known)),
    axisLabel: { color: c.soft, hideOverlap: true, formatter: v => Number(v).toExponential(0) } });
}

function planeReach(planes) {
  let reach = 1.15;
  for (const plane of planes) {
    for (const [x, y] of plane.eigenvalues) reach = Math.max(reach, 1.08 * Math.abs(x), 1.08 * Math.abs(y));
    const edges = plane.rows.map(([, x, r]) => Math.abs(x) + r).sort((a, b) => a - b);
    reach = Math.max(reach, Math.min(2.4, edges[Math.floor(0.5 * edges.length)] || 0));
  }
  return Math.ceil(reach * 5) / 5;
}

function plane(parent, layer) {
  const box = card(parent, t("stability.plane"), t("stability.plane.how"), "tall");
  const steps = layer.snapshots;
  let shown = Math.max(0, steps.findIndex(step => step.planes.every(p => p.eigenvalues.length)));
  if (!steps[shown].planes[0].eigenvalues.length) {
    shown = Math.max(0, steps.findIndex(step => step.planes[0].eigenvalues.length));
  }
  let part = 0, by = "rows";
  const parts = steps[0].planes.length;
  const partName = i => i ? String(steps[0].planes[i].micro_layer) : t("stability.plane.whole");
  const choices = add(box, "div", "choices");
  if (steps.length > 1) {
    slider(choices, t("stability.plane.snapshot"), steps.length, shown, i => (i + 1) + " / " + steps.length,
      i => { shown = i; show(); });
  }
  if (parts > 1) slider(choices, t("stability.plane.part"), parts, 0, partName, i => { part = i; show(); });
  choice(choices, t("stability.plane.by"), [t("stability.plane.rows"), t("stability.plane.columns")],
    i => { by = i ? "columns" : "rows"; show(); });
  const caption = add(box, "p", "soft");
  const circle = (params, api, x, r, style) => {
    const middle = api.coord([x, 0]);
    const size = api.size([r, r]);
    return { type: "circle", shape: { cx: middle[0], cy: middle[1], r: size[0] }, style };
  };
  const current = () => steps[shown].planes[part];
  const draw = chart(box, t("stability.plane"), c => {
    const reach = planeReach(steps.map(step => step.planes[part]));
    const scale = () => axis(c, "", { type: "value", min: -reach, max: reach,
      axisLabel: { color: c.soft, hideOverlap: true, showMinLabel: false, showMaxLabel: false },
      axisLine: { onZero: false, lineStyle: { color: c.soft } } });
    return {
      tooltip: tooltip(c, { formatter: p => p.seriesType === "scatter" ? complex(p.value)
        : t("stability.unit", { unit: p.value[0] }) + ": " + number(p.value[1]) + " ± " + number(p.value[2]) }),
      legend: legend(c, { selectedMode: true }),
      grid: { left: 44, right: 14, top: 34, bottom: 24 }, xAxis: scale(), yAxis: scale(),
      series: [
        { name: t("stability.discs"), type: "custom", clip: true, data: current()[by], encode: { x: 1, y: 2 },
          itemStyle: { color: c.blue, opacity: .55 },
          renderItem: (p, api) => circle(p, api, api.value(1), api.value(2),
            { fill: "none", stroke: c.rim, lineWidth: .8 }) },
        { name: t("stability.circle"), type: "custom", clip: true, silent: true, data: [[0, 0, 1]], itemStyle: { color: c.ink },
          renderItem: (p, api) => circle(p, api, 0, 1, { fill: "none", stroke: c.ink, lineWidth: 1.8 }) },
        { name: t("stability.eigenvalues"), type: "scatter", symbolSize: 5, itemStyle: { color: c.orange, opacity: .85 },
          data: current().eigenvalues, z: 6 }
      ]
    };
  }, "square");
  const show = () => {
    const step = steps[shown], now = current();
    caption.textContent = t("stability.plane.caption", { position: step.position.toLocaleString(language),
      text: visible(step.text), bound: number(now.bound), gain: number(now.gain),
      radius: now.radius === undefined ? t("stability.plane.unknown") : number(now.radius) })
      + (now.rows.length < now.disc_count
        ? " " + t("stability.plane.sampled", { shown: now.rows.length, all: now.disc_count }) : "");
    draw();
  };
  show();
}

function stability(parent, layer) {
  add(parent, "h3", "section", t("stability.title"));
  const grid = add(parent, "div", "grid");
  plane(grid, layer);
  const side = add(grid, "div");
  side.style.cssText = "display: grid; gap: 16px; min-width: 0; align-content: start";
  const micro = layer.micro_layers;
  const names = micro.map(m => String(m.micro_layer));
  chart(card(side, t("stability.micro"), t("stability.micro.how")), t("stability.micro"), c => ({
    tooltip: tooltip(c, { trigger: "axis" }), legend: legend(c),
    grid: { left: 48, right: 16, top: 34, bottom: 42 },
    xAxis: axis(c, t("gates.micro-layer"), { type: "category", data: names }),
    yAxis: axis(c, "", { type: "value" }),
    series: [
      { name: t("stability.bound"), type: "bar", barMaxWidth: 34, data: micro.map(m => m.bound),
        markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: c.ink, type: "dashed" },
          data: [{ yAxis: 1 }] } },
      { name: t("stability.gain"), type: "bar", barMaxWidth: 34, data: micro.map(m => m.gain) }
    ]
  }), "", 250);
  const lyapunov = layer.lyapunov;
  const box = card(side, t("stability.lyapunov"), t("stability.lyapunov.how"));
  add(box, "p", "", lyapunov.half_life === undefined ? t("stability.half-life.none")
    : t("stability.half-life", { steps: number(lyapunov.half_life) }));
  chart(box, t("stability.lyapunov"), c => ({
    tooltip: tooltip(c, { trigger: "axis" }), grid: { left: 70, right: 16, top: 12, bottom: 42 },
    xAxis: axis(c, t("stability.direction"), { type: "category", data: lyapunov.exponents.map((_, i) => String(i + 1)),
      axisLabel: { color: c.soft, hideOverlap: true }, axisLine: { onZero: false, lineStyle: { color: c.soft } } }),
    yAxis: axis(c, t("stability.exponent"), { type: "value", nameGap: 52 }),
    series: [{ name: t("stability.exponent"), type: "bar", barMaxWidth: 34,
        data: lyapunov.exponents.map(v => ({ value: v, itemStyle: { color: v > 0 ? c.red : c.blue } })) },
      whiskers(c, lyapunov.exponents.map((v, i) => [i, v - lyapunov.errors[i], v + lyapunov.errors[i]]))]
  }), "", 230);
}

function reach(parent, layer) {
  add(parent, "h3", "section", t("reach.title"));
  const r = layer.reach;
  const box = card(parent, "", t("reach.how"));
  add(box, "p", "", r.half_life === undefined ? t("reach.half-life.none")
    : t("reach.half-life", { steps: number(r.half_life) }));
  const points = values => values.map((v, k) => [k, v > 0 ? v : null]);
  chart(box, t("reach.title"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => Array.isArray(v) ? v : v === null ? "0" : Number(v).toExponential(2) }),
    legend: legend(c, { data: [t("reach.median"), t("reach.mean"), t("reach.band")] }),
    grid: { left: 66, right: 16, top: 34, bottom: 42 },
    xAxis: axis(c, t("reach.steps"), { type: "value", min: 0, max: r.mean.length - 1, splitLine: { show: false } }),
    yAxis: lengths(c, r.low.concat(r.high, r.mean)),
    series: [
      { name: t("reach.band"), type: "custom", silent: true, data: r.low.map((v, k) => [k, v, r.high[k]]), clip: true,
        tooltip: { show: false }, encode: { x: 0, y: [1, 2] }, itemStyle: { color: c.blue, opacity: .25 },
        renderItem: (params, api) => {
          if (params.dataIndex > 0) return null;
          const up = [], down = [];
          r.low.forEach((v, k) => {
            if (v > 0) { up.push(api.coord([k, r.high[k]])); down.unshift(api.coord([k, v])); }
          });
          return { type: "polygon", shape: { points: up.concat(down) }, style: { fill: c.blue, opacity: .2 } };
        } },
      { name: t("reach.median"), type: "line", showSymbol: false, data: points(r.median), lineStyle: { width: 2.2 }, itemStyle: { color: c.blue } },
      { name: t("reach.mean"), type: "line", showSymbol: false, data: points(r.mean), lineStyle: { type: "dashed" }, itemStyle: { color: c.orange } }
    ]
  }));
}

/** The series above which gates are drawn: their own grid, on top of that of the gates. */
function valueLines(c, stretch, axisIndex) {
  return stretch.channels.map((channel, i) => ({ name: channel.name, type: "line", showSymbol: false, connectNulls: false,
    xAxisIndex: axisIndex, yAxisIndex: axisIndex, lineStyle: { width: 1.5 }, itemStyle: { color: c.series[(i + 1) % c.series.length] },
    data: channel.values }));
}

/** Which lines a legend begins with: where there are many channels, whose sizes differ, the first one alone. */
function firstSeen(stretch) {
  const all = stretch.channels.length < 4;
  return Object.fromEntries(stretch.channels.map((channel, i) => [channel.name, all || i === 0]));
}

/** A text whose tokens are coloured by one of several rows of values. */
function strip(box, model, rows) {
  const choices = add(box, "div", "choices");
  const text = add(box, "div", "strip");
  const spans = model.stretch.texts.map(token => add(text, "span", "", token === "<eos>" ? "⏎" : token));
  const words = model.stretch.texts.some(token => token.length > 2 && !/^<.*>$/.test(token));
  if (words) spans.forEach(span => span.after(" "));
  let row = 0;
  const paint = () => {
    const c = colors(), values = rows[row].values;
    const low = Math.min(...values), high = Math.max(...values);
    spans.forEach((span, i) => {
      const share = high > low ? (values[i] - low) / (high - low) : 0;
      span.style.background = "color-mix(in srgb, " + c.blue + " " + Math.round(75 * share) + "%, transparent)";
      span.title = number(values[i]);
    });
  };
  choice(choices, t("gates.strip"), rows.map(r => r.name), i => { row = i; paint(); });
  paint();
  dark.addEventListener("change", paint);
}

function gates(parent, model, layer) {
  add(parent, "h3", "section", t("gates.title"));
  if (!layer.gates.length) {
    add(parent, "p", "", t("gates.none"));
    return;
  }
  const kinds = [...new Set(layer.gates.map(g => g.gate))];
  const name = g => kinds.length > 1 ? t("gate." + g.gate) + (layer.micro_layers.length > 1 ? " " + g.micro_layer : "") : String(g.micro_layer);
  const names = layer.gates.map(name);
  const left = kinds.length > 1 ? 110 : 56;
  const title = kinds.length > 1 ? "" : t("gates.micro-layer");
  const grid = add(parent, "div", "grid");
  const cells = layer.gates.flatMap((g, row) => g.steps.map((v, step) => [step, row, v]));
  const values = cells.map(cell => cell[2]);
  const stretch = model.stretch, series = stretch.channels.length > 0;
  const steps = series ? stretch.texts : stretch.positions.map(p => p.toLocaleString(language));
  const low = Math.floor(20 * Math.min(...values)) / 20, high = Math.ceil(20 * Math.max(...values)) / 20;
  const map = card(grid, t("gates.map"), t("gates.map.how"), "wide");
  const rowsHeight = Math.max(80, 26 * names.length), lines = series ? 150 : 0;
  chart(map, t("gates.map"), c => ({
    tooltip: tooltip(c, { formatter: p => steps[p.dataIndex % steps.length] + " · "
      + (p.seriesType === "heatmap" ? visible(stretch.texts[p.value[0]]) + " · " + names[p.value[1]] + ": " + number(p.value[2])
        : p.seriesName + ": " + number(p.value)) }),
    legend: legend(c, { show: series, data: stretch.channels.map(ch => ch.name), selected: firstSeen(stretch), left: 0, width: "55%" }),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    grid: [{ left, right: 16, top: 44 + lines, bottom: 42 }].concat(series ? [{ left, right: 16, top: 40, height: lines - 26 }] : []),
    visualMap: { min: low, max: high, seriesIndex: 0,
      calculable: false, precision: 2, orient: "horizontal", top: 0, right: 16, itemHeight: 110, itemWidth: 12,
      text: [high, low], inRange: { color: c.heat }, textStyle: { color: c.soft } },
    xAxis: [axis(c, t("gates.step"), { type: "category", data: steps, splitLine: { show: false } })].concat(series
      ? [axis(c, "", { gridIndex: 1, type: "category", data: steps, splitLine: { show: false }, axisLabel: { show: false } })] : []),
    yAxis: [axis(c, title, { type: "category", data: names, inverse: true, splitLine: { show: false } })].concat(series
      ? [axis(c, "", { gridIndex: 1, type: "value", scale: true, splitNumber: 3 })] : []),
    series: [{ type: "heatmap", data: cells, progressive: 0 }].concat(valueLines(c, stretch, 1))
  }), "", 120 + rowsHeight + lines);
  if (!series) {
    strip(map, model, layer.gates.map((g, i) => ({
      name: (kinds.length > 1 ? names[i] : t("gates.micro-layer") + " " + g.micro_layer) + ", " + t("gates.strip.all"),
      values: g.steps })).concat(layer.units.map(u => ({
        name: t("units.name", { unit: u.unit, micro: u.micro_layer }), values: u.steps }))));
  }
  chart(card(grid, t("gates.mean"), t("gates.mean.how")), t("gates.mean"), c => ({
    tooltip: tooltip(c, { trigger: "axis" }), grid: { left, right: 16, top: 12, bottom: 42 },
    xAxis: axis(c, t("gates.opening"), { type: "value", min: 0, max: 1 }),
    yAxis: axis(c, title, { type: "category", data: names, inverse: true }),
    series: [{ name: t("gates.opening"), type: "bar", barMaxWidth: 26, data: layer.gates.map(g => g.mean) },
      whiskers(c, layer.gates.map((g, i) => [i, Math.max(0, g.mean - g.deviation), Math.min(1, g.mean + g.deviation)]), true)]
  }));
  chart(card(grid, t("gates.histogram"), t("gates.histogram.how")), t("gates.histogram"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => number(100 * v) + " %" }), legend: legend(c),
    grid: { left: 64, right: 20, top: 34, bottom: 42 },
    xAxis: axis(c, t("gates.opening"), { type: "value", min: 0, max: 1, splitLine: { show: false } }),
    yAxis: axis(c, t("gates.share"), { type: "value", nameGap: 48, axisLabel: { color: c.soft, formatter: v => number(100 * v) + " %" } }),
    series: layer.gates.map(g => ({
      name: kinds.length > 1 ? name(g) : t("gates.micro-layer") + " " + g.micro_layer, type: "line", showSymbol: false,
      areaStyle: { opacity: .06 }, data: g.histogram.map((v, i) => [(i + .5) / g.histogram.length, v])
    }))
  }));
  table(card(grid), [kinds.length > 1 ? t("gates.table.gate") : t("gates.micro-layer"), t("gates.table.mean"),
    t("gates.table.deviation"), t("gates.table.open"), t("gates.table.shut")],
    layer.gates.map((g, i) => [names[i], g.mean.toFixed(3), g.deviation.toFixed(3), g.open, g.shut]));
  if (layer.memory.length) memory(grid, layer);
  units(parent, model, layer);
}

function memory(grid, layer) {
  const order = layer.memory.map((steps, unit) => [unit, steps]).sort((a, b) => a[1] - b[1]);
  chart(card(grid, t("gates.memory"), t("gates.memory.how")), t("gates.memory"), c => ({
    tooltip: tooltip(c, { trigger: "axis", formatter: p => t("stability.unit", { unit: order[p[0].dataIndex][0] }) + ": "
      + number(order[p[0].dataIndex][1]) }),
    grid: { left: 64, right: 20, top: 12, bottom: 42 },
    xAxis: axis(c, t("gates.memory.rank"), { type: "value", min: 0, max: order.length - 1, splitLine: { show: false } }),
    yAxis: axis(c, t("gates.memory.steps"), { type: "log", nameGap: 46, axisLabel: { color: c.soft, hideOverlap: true, formatter: number } }),
    series: [{ type: "line", showSymbol: false, lineStyle: { width: 2.2 }, data: order.map((u, i) => [i, u[1] > 0 ? u[1] : null]) }]
  }));
}

function profileName(profile, i) {
  const name = profile.names[i];
  if (profile.by === "token") return visible(name);
  if (profile.by === "weekday") return new Date(Date.UTC(2024, 0, Number(name))).toLocaleDateString(language, { weekday: "short", timeZone: "UTC" });
  if (profile.by === "month") return new Date(Date.UTC(2024, Number(name) - 1, 1)).toLocaleDateString(language, { month: "short", timeZone: "UTC" });
  return name;
}

function units(parent, model, layer) {
  if (!layer.units.length) return;
  add(parent, "h3", "section", t("units.title"));
  const outer = card(parent, "", t("units.how"));
  const choices = add(outer, "div", "choices");
  const body = add(outer, "div");
  let own = [];
  const show = index => {
    own.forEach(shown => { shown.instance.dispose(); charts.splice(charts.indexOf(shown), 1); });
    body.replaceChildren();
    const before = charts.length, unit = layer.units[index];
    add(body, "p", "", t("units.facts", { gate: t("gate." + unit.gate), mean: number(unit.mean), deviation: number(unit.deviation) })
      + (unit.memory === undefined ? "" : " " + t("units.memory", { steps: number(unit.memory) })));
    const stretch = model.stretch, series = stretch.channels.length > 0;
    const steps = series ? stretch.texts : stretch.positions.map((p, i) => p.toLocaleString(language) + " " + visible(stretch.texts[i]));
    add(body, "h3", "", t("units.steps"));
    chart(body, t("units.steps"), c => ({
      tooltip: tooltip(c, { trigger: "axis" }), legend: legend(c, { show: series, selected: firstSeen(stretch) }),
      grid: [{ left: 56, right: 16, top: series ? 170 : 14, bottom: 42 }].concat(series ? [{ left: 56, right: 16, top: 34, height: 110 }] : []),
      axisPointer: { link: [{ xAxisIndex: "all" }] },
      xAxis: [axis(c, t("gates.step"), { type: "category", data: steps, splitLine: { show: false },
        axisLabel: { color: c.soft, hideOverlap: true, formatter: v => series ? v : v.split(" ")[0] } })].concat(series
        ? [axis(c, "", { gridIndex: 1, type: "category", data: steps, axisLabel: { show: false } })] : []),
      yAxis: [axis(c, t("gates.opening"), { type: "value", min: 0, max: 1, nameGap: 34 })].concat(series
        ? [axis(c, "", { gridIndex: 1, type: "value", scale: true, splitNumber: 3 })] : []),
      series: [{ name: t("gate." + unit.gate), type: "line", showSymbol: false, itemStyle: { color: c.blue }, areaStyle: { opacity: .12 }, data: unit.steps }]
        .concat(valueLines(c, stretch, 1))
    }), "", series ? 400 : 220);
    const grid = add(body, "div", "grid");
    for (const profile of unit.profiles) {
      const title = t("units." + profile.by, { channel: profile.channel });
      const lying = profile.by === "token" || profile.by === "value";
      const box = add(grid, "div");
      add(box, "h3", "", title);
      chart(box, title, c => {
        const names = axis(c, "", { type: "category", data: profile.names.map((_, i) => profileName(profile, i)), inverse: lying,
          axisLabel: { color: c.soft, interval: lying ? 0 : "auto", hideOverlap: !lying, width: 110, overflow: "truncate" } });
        const opening = axis(c, t("gates.opening"), { type: "value", nameGap: lying ? 28 : 36 });
        return {
          tooltip: tooltip(c, { trigger: "axis", formatter: p => profileName(profile, p[0].dataIndex) + ": " + number(p[0].value)
            + " (" + profile.counts[p[0].dataIndex].toLocaleString(language) + " " + t("units.times") + ")" }),
          grid: { left: lying ? 120 : 56, right: 16, top: 8, bottom: 42 },
          xAxis: lying ? opening : names, yAxis: lying ? names : opening,
          series: [{ name: t("gates.opening"), type: "bar", barMaxWidth: 24, data: profile.means }]
        };
      }, "", lying ? 70 + 24 * profile.names.length : 230);
    }
    const box = add(grid, "div");
    add(box, "h3", "", t("units.places"));
    table(box, [t("gates.step"), series ? "" : "", t("gates.opening")],
      unit.places.map(p => [p.position.toLocaleString(language), visible(p.text), number(p.value)]));
    own = charts.slice(before);
  };
  choice(choices, t("units.choose"), layer.units.map(u => t("units.name", { unit: u.unit, micro: u.micro_layer })), show);
  show(0);
}

function lesions(parent, model, layer) {
  add(parent, "h3", "section", t("lesions.title"));
  if (!layer.lesions.length) {
    add(parent, "p", "", t("lesions.none"));
    return;
  }
  let group = 0;
  const change = t("lesions.change", { unit: t("unit." + model.loss_unit) });
  const kinds = new Set(layer.lesions.filter(l => !l.units).map(l => l.kind));
  const names = layer.lesions.map(l => l.units ? t("lesions.group", { group: ++group })
    : kinds.size > 1 || l.micro_layer === undefined ? t("lesions." + l.kind) : t("gates.micro-layer") + " " + l.micro_layer);
  const box = card(parent, "", t("lesions.how"));
  if (group) add(box, "p", "soft", t("lesions.group.how"));
  chart(box, t("lesions.title"), c => ({
    tooltip: tooltip(c, { trigger: "axis", formatter: p => names[p[0].dataIndex] + ": "
      + number(layer.lesions[p[0].dataIndex].change) + " ± " + number(layer.lesions[p[0].dataIndex].error) }),
    grid: { left: 132, right: 20, top: 8, bottom: 42 },
    xAxis: axis(c, change, { type: "value" }),
    yAxis: axis(c, "", { type: "category", data: names, inverse: true,
      axisLabel: { color: c.soft, width: 120, overflow: "break" }, axisLine: { onZero: true, lineStyle: { color: c.soft } } }),
    series: [{ name: change, type: "bar", barMaxWidth: 24, data: layer.lesions.map(l => ({ value: l.change,
        itemStyle: { color: l.change < 0 ? c.red : l.units ? c.green : c.blue } })) },
      whiskers(c, layer.lesions.map((l, i) => [i, l.change - l.error, l.change + l.error]), true)]
  }), "", 70 + 34 * names.length);
}

function half(value) {
  return value === undefined ? t("beside.none") : number(value);
}

function beside() {
  add(page, "h2", "", t("beside.title"));
  const grid = add(page, "div", "grid");
  const last = model => model.layers[model.layers.length - 1];
  const middle = values => values.length ? number([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]) : "–";
  const row = (key, of) => [t(key, { unit: t("unit." + models[0].loss_unit) })].concat(models.map(of));
  table(card(grid), [""].concat(models.map(m => m.name)), [
    row("beside.network", m => m.network),
    row("beside.loss", m => number(m.loss)),
    row("beside.half-life", m => half(last(m).reach.half_life)),
    row("beside.radius", m => last(m).radius === undefined ? t("beside.unknown") : number(last(m).radius)),
    row("beside.gain", m => number(last(m).gain)),
    row("beside.exponent", m => number(last(m).lyapunov.exponents[0])),
    row("beside.memory", m => middle(last(m).memory)),
    row("beside.findings", m => m.findings.filter(f => f.severity !== "info").length)
  ], true);
  chart(card(grid, t("beside.reach"), t("beside.reach.how")), t("beside.reach"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => v === null || v === undefined ? "0" : Number(v).toExponential(2) }),
    legend: legend(c), grid: { left: 66, right: 16, top: 34, bottom: 42 },
    xAxis: axis(c, t("reach.steps"), { type: "value", min: 0, splitLine: { show: false },
      max: Math.max(...models.map(m => last(m).reach.median.length)) - 1 }),
    yAxis: lengths(c, models.flatMap(m => last(m).reach.median)),
    series: models.map(m => ({ name: m.name, type: "line", showSymbol: false, lineStyle: { width: 2.2 },
      data: last(m).reach.median.map((v, k) => [k, v > 0 ? v : null]) }))
  }));
}

function health(parent, model) {
  const h = model.health;
  if (!h) return;
  add(parent, "h2", "", t("health.title"));
  add(parent, "p", "soft", t("health.how"));
  if (!h.warnings.length) add(parent, "p", "", t("health.none"));
  for (const warning of h.warnings) {
    const line = add(add(parent, "div", "finding " + (warning.kind === "not-finite" ? "severe" : "warning")), "p");
    add(line, "span", "badge", t("severity." + (warning.kind === "not-finite" ? "severe" : "warning")));
    line.append(warning.sentence);
  }
  const grid = add(parent, "div", "grid");
  grid.style.marginTop = "14px";
  const layers = new Set(h.bounds.map(b => b.layer)).size;
  const micro = line => layers > 1
    ? t("health.layer-micro", { layer: line.layer, micro: line.micro_layer }) : t("health.micro", { micro: line.micro_layer });
  const lines = (key, log, series) => chart(card(grid, t(key), t(key + ".how")), t(key), c => ({
    tooltip: tooltip(c, { trigger: "axis" }), legend: legend(c, { show: series.length > 1 }),
    grid: { left: 64, right: 20, top: series.length > 1 ? 34 : 14, bottom: 42 },
    xAxis: axis(c, t("health.step"), { type: "value", min: 0, max: h.steps[h.steps.length - 1], splitLine: { show: false } }),
    yAxis: axis(c, "", { type: log ? "log" : "value", scale: true, axisLabel: { color: c.soft, hideOverlap: true,
      formatter: v => Math.abs(v) >= 1e5 || v && Math.abs(v) < 1e-3 ? Number(v).toExponential(0) : number(v) } }),
    series: series.map(([name, values], i) => ({ name, type: "line", showSymbol: false,
      data: values.map((v, k) => [h.steps[k], log && !(v > 0) ? null : v]),
      markLine: i ? undefined : { silent: true, symbol: "none", label: { show: false },
        lineStyle: { color: c.red, type: "dashed" }, data: h.warnings.map(w => ({ xAxis: w.step })) } }))
  }), "", 250);
  lines("health.loss", false, [[t("health.loss"), h.loss]]);
  lines("health.norm", true, [[t("health.norm.mean"), h.norm], [t("health.norm.largest"), h.largest_norm]]);
  lines("health.update", true, [[t("health.update"), h.update]]);
  if (h.gates.length) lines("health.gates", false, h.gates.map(g => [micro(g), g.values]));
  lines("health.bounds", false, h.bounds.map(b => [micro(b), b.values]));
  lines("health.growth", false, [[t("health.growth.name"), h.growth], [t("health.saturation.name"), h.saturation]]);
}

add(page, "h1", "", models.map(m => m.name).join(" · "));
if (models.length > 1) beside();
for (const model of models) {
  const part = add(page, "article", "model");
  if (models.length > 1) add(part, "h1", "", model.name);
  add(part, "p", "", model.network);
  add(part, "p", "soft", t("page.measured." + model.loss_unit, { tokens: model.tokens.toLocaleString(language),
    loss: number(model.loss), perplexity: number(model.perplexity) }));
  findings(part, model);
  for (const layer of model.layers) {
    const article = add(part, "article", "layer");
    add(article, "h2", "", t("page.layer", { layer: layer.layer }));
    stability(article, layer);
    reach(article, layer);
    gates(article, model, layer);
    lesions(article, model, layer);
  }
  health(part, model);
}
keepCharts();
