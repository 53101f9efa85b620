"use strict";
const { result, names, text } = data;
const language = document.documentElement.lang;
const decision = result.decision;
const key = name => name.kind === "rhn" ? "rhn-" + name.depth : name.kind;
const same = (a, b) => a && b && key(a) === key(b);
const label = name => names[key(name)];
const learns = name => !name.kind.endsWith("naive");
const contenders = result.contenders.filter(c => c.runs.length);
const find = name => contenders.find(c => same(c.name, name));
const mean = values => values.reduce((a, b) => a + b, 0) / values.length;
const deviation = values => values.length < 2 ? 0
  : Math.sqrt(values.map(v => (v - mean(values)) ** 2).reduce((a, b) => a + b, 0) / (values.length - 1));
const runError = run => mean(run.window_errors);
const error = c => mean(c.runs.map(runError));
const percent = (share, digits = 1) => (100 * share).toLocaleString(language,
  { minimumFractionDigits: digits, maximumFractionDigits: digits }) + (language === "ja" ? "%" : " %");
const signed = share => (share < 0 ? "−" : share > 0 ? "+" : "±") + percent(Math.abs(share));
const fixed = (value, digits) => value.toLocaleString(language, { minimumFractionDigits: digits, maximumFractionDigits: digits });
const figures = value => value.toLocaleString(language, { maximumSignificantDigits: 3 });
const bytes = n => n >= 2 ** 20 ? figures(n / 2 ** 20) + " MiB" : figures(n / 1024) + " KiB";
const money = value => value.toLocaleString(language, { style: "currency", currency: result.conditions.currency,
  minimumSignificantDigits: 2, maximumSignificantDigits: 3 });
const seconds = n => t("unit.s", { n: fixed(n, n < 100 ? 1 : 0) });
/** Labels of an axis with as many digits as tell its ticks apart. */
const ticks = (low, high) => {
  const digits = Math.min(5, Math.max(0, Math.ceil(-Math.log10((high - low) / 6 || 1))));
  return v => fixed(v, digits);
};
const factor = value => fixed(value, value < 9.95 ? 2 : 0);
/** An axis of positive values: logarithmic where they differ much. */
function scale(c, values) {
  const low = Math.min(...values), high = Math.max(...values), far = high > 4 * low;
  const room = (high - low) * .08 || .1 * high;
  return { type: far ? "log" : "value", nameGap: 46, min: far ? low * .9 : low - room, max: far ? high * 1.1 : high + room,
    axisLabel: { color: c.soft, showMinLabel: false, showMaxLabel: false, formatter: far ? figures : ticks(low - room, high + room) },
    ...(far ? { logBase: high > 20 * low ? 10 : 2 } : {}) };
}
/** A time stamp without seconds that are none. */
const clock = stamp => stamp.replace(/(\d\d:\d\d):00/g, "$1");
const narrow = () => page.clientWidth < 600;
const band = percent(result.band, 0);
const period = () => {
  const { step, step_unit } = result.data;
  return t("step." + step_unit + (step === 1 ? "" : "s"), { n: step.toLocaleString(language) });
};
/** The networks that the page speaks of: the one in use and the highway network whose depth was chosen. */
const incumbent = decision.incumbent && find(decision.incumbent);
const rhn = decision.rhn && find(decision.rhn);
const shown = (decision.recommended && find(decision.recommended)) || rhn || incumbent || contenders[0];

function section(title, how, className) {
  add(page, "h2", "", t(title));
  if (how) add(page, "p", "soft", how);
  return add(page, "section", "card " + (className || ""));
}
function color(c, name) {
  return same(name, decision.incumbent) ? c.orange : name.kind === "rhn" ? (same(name, decision.rhn) ? c.blue : c.series[4])
    : name.kind === "naive" ? c.soft : c.green;
}

function head() {
  add(page, "p", "kicker", t("page.kicker"));
  add(page, "h1", "", t("page.heading", { target: result.data.target }));
  const d = result.data;
  add(page, "p", "soft", t("page.data", { name: d.name, rows: d.rows.toLocaleString(language), first: clock(d.first), last: clock(d.last), step: period() })
    + (d.series > 1 ? t("page.data.series", { series: d.series.toLocaleString(language) }) : "") + " · "
    + t("page.task", { horizon: d.horizon, context: d.context }) + " · " + t("page.finished", { finished: result.conditions.finished }));
  const box = add(page, "section", "verdict " + decision.choice);
  add(box, "p", "label", t("headline.label"));
  add(box, "p", "headline", data.headline);
  add(box, "p", "summary", data.summary);
  if (!result.complete) add(page, "p", "finding warning", t("page.incomplete"));
  tiles();
  const why = add(page, "section", "card");
  add(why, "h3", "", t("why.title"));
  const list = add(why, "ul", "why");
  for (const reason of data.reasons) add(list, "li", "", reason);
}

function tile(parent, title, value, note) {
  const box = add(parent, "div", "tile");
  add(box, "p", "label", t(title, { incumbent: data.incumbent }));
  add(box, "p", "value", value);
  add(box, "p", "note", note);
}
function tiles() {
  const grid = add(page, "div", "tiles");
  const network = shown && learns(shown.name) ? shown : rhn || incumbent;
  if (!network) return;
  const comparison = (candidate, other) => decision.comparisons.find(c => same(c.candidate, candidate) && other(c.reference));
  const gain = (title, c) => tile(grid, title, c ? signed(-c.gain) : t("tile.none"),
    c && c.spread_known ? t("tile.interval", { low: signed(-c.high), high: signed(-c.low) }) : "");
  if (rhn) gain("tile.over-incumbent", comparison(rhn.name, name => same(name, decision.incumbent)));
  gain("tile.over-naive", comparison(network.name, name => !learns(name)));
  const cost = network.cost;
  tile(grid, "tile.time", cost ? t("unit.ms", { n: figures(cost.p50_milliseconds) }) : t("tile.none"),
    cost ? t("tile.time.note", { p99: figures(cost.p99_milliseconds) }) : "");
  tile(grid, "tile.cost", cost ? money(cost.cost_per_million) : t("tile.none"),
    cost ? t("tile.cost.note", { price: money(result.conditions.price_per_hour) }) : "");
  const whose = rhn && network !== rhn ? [label(rhn.name), label(network.name)] : [label(network.name)];
  add(page, "p", "soft", t("tile.of", { name: whose.join(" · ") }));
}

/** Columns of the tables; those without a best have none that is better than another. */
function columns() {
  const accuracy = name => c => mean(c.runs.map(run => run.accuracy[name]));
  const network = value => c => learns(c.name) ? value(c) : undefined;
  const cost = name => network(c => c.cost ? c.cost[name] : undefined);
  const milliseconds = v => t("unit.ms", { n: figures(v) });
  const spreadOut = (v, c) => fixed(v, 3) + (c.runs.length > 1 ? " ± " + fixed(deviation(c.runs.map(runError)), 3) : "");
  const all = (...rows) => rows.map(([title, value, say, best = true]) => ({ title: t(title, { band }), value, say, best }));
  return {
    accuracy: all(
      ["table.mase", error, spreadOut],
      ["table.rmse", accuracy("rmse"), figures],
      ["table.wql", accuracy("weighted_quantile_loss"), v => fixed(v, 4)],
      ["table.coverage", accuracy("coverage"), v => percent(v, 0), false],
      ["table.hidden", network(c => c.hidden_size), String, false],
      ["table.parameters", network(c => c.parameters), v => v.toLocaleString(language), false],
      ["table.training", network(c => mean(c.runs.map(run => run.training_seconds))), seconds, false],
      ["table.updates", network(c => mean(c.runs.map(run => run.updates))), v => Math.round(v).toLocaleString(language), false]),
    costs: all(
      ["table.p50", cost("p50_milliseconds"), milliseconds],
      ["table.p99", cost("p99_milliseconds"), milliseconds],
      ["table.memory", cost("memory_bytes"), bytes],
      ["table.model", cost("model_bytes"), bytes],
      ["table.energy", cost("joules_per_prediction"), v => t("unit.wh", { n: figures(v * 1e6 / 3600) })],
      ["table.cost", cost("cost_per_million"), money])
  };
}
function sheet(parent, title, columns, rows) {
  add(parent, "h3", "", t(title));
  const table = add(add(parent, "div", "scroll"), "table", "sheet");
  const head = add(add(table, "thead"), "tr");
  add(head, "th", "", t("table.contender"));
  for (const column of columns) add(head, "th", "", column.title);
  const body = add(table, "tbody");
  const bests = columns.map(column => {
    const values = rows.map(column.value).filter(v => v !== undefined);
    return column.best && Math.max(...values) > Math.min(...values) ? Math.min(...values) : undefined;
  });
  for (const c of rows) {
    const row = add(body, "tr");
    const name = add(row, "th", "", label(c.name));
    if (same(c.name, decision.recommended)) add(name, "span", "chip " + decision.choice, t("table.recommended"));
    else if (same(c.name, decision.rhn)) add(name, "span", "chip", t("table.chosen"));
    columns.forEach((column, i) => {
      const value = column.value(c);
      const [first, spread] = value === undefined ? ["–"] : column.say(value, c).split(" ± ");
      const cell = add(row, "td", value === undefined ? "none" : value === bests[i] ? "best" : "");
      cell.dataset.label = column.title;
      const inner = add(cell, "span", "", first);
      if (spread) add(inner, "span", "spread", " ± " + spread);
    });
  }
}
function sideBySide() {
  const box = section("table.title", t("table.how"));
  const { accuracy, costs } = columns();
  sheet(box, "table.accuracy", accuracy, contenders);
  const timed = contenders.filter(c => c.cost && learns(c.name));
  if (timed.length) sheet(box, "table.costs", costs, timed);
}

function pareto() {
  const timed = contenders.filter(c => c.cost && learns(c.name));
  if (!timed.length) return;
  const box = section("pareto.title", t("pareto.how"));
  const points = timed.map(c => ({ c, x: c.cost.p50_milliseconds, y: error(c), errors: c.runs.map(runError) }));
  const front = points.filter(p => !points.some(q => q.x <= p.x && q.y <= p.y && (q.x < p.x || q.y < p.y))).sort((a, b) => a.x - b.x);
  const lows = points.map(p => Math.min(...p.errors)), highs = points.map(p => Math.max(...p.errors));
  const naive = contenders.filter(c => !learns(c.name));
  const top = Math.max(...highs), bottom = Math.min(...lows);
  const lines = naive.filter(c => error(c) < top + 2 * (top - bottom));
  const [low, high] = [Math.min(bottom, ...lines.map(error)), Math.max(top, ...lines.map(error))];
  const room = (high - low) * .12 || .1 * high;
  chart(box, t("pareto.title"), c => ({
    tooltip: tooltip(c, { formatter: p => p.data.name ? p.data.name + "\n" + fixed(p.value[1], 3) + " · " + t("unit.ms", { n: figures(p.value[0]) }) : "" }),
    grid: { left: 62, right: narrow() ? 88 : 110, top: 20, bottom: 46 },
    xAxis: axis(c, t("pareto.x"), { type: "value", min: 0, splitNumber: narrow() ? 3 : 6, axisLabel: { color: c.soft, hideOverlap: true, formatter: v => figures(v) } }),
    yAxis: axis(c, t("pareto.y"), { type: "value", nameGap: 46, min: low - room, max: high + room,
      axisLabel: { color: c.soft, showMinLabel: false, showMaxLabel: false, formatter: ticks(low - room, high + room) } }),
    series: [
      { type: "line", data: front.map(p => [p.x, p.y]), showSymbol: false, silent: true, lineStyle: { color: c.soft, type: "dashed", width: 1.2 },
        markLine: { silent: true, symbol: "none", lineStyle: { type: "dotted" },
          data: lines.map(n => ({ yAxis: error(n), lineStyle: { color: color(c, n.name) },
            label: { position: "insideStartTop", color: color(c, n.name), formatter: label(n.name) } })) } },
      whiskers(c, points.map((p, i) => [p.x, lows[i], highs[i]])),
      { type: "scatter", symbolSize: p => 14, z: 8, labelLayout: { hideOverlap: false, moveOverlap: "shiftY" },
        data: points.map(p => ({ value: [p.x, p.y], name: label(p.c.name), itemStyle: { color: color(c, p.c.name) },
          label: { show: true, position: "right", distance: 8, color: c.ink, backgroundColor: c.card, padding: [1, 4], formatter: label(p.c.name), fontWeight: same(p.c.name, decision.recommended) ? "bold" : "normal" } })) }
    ]
  }), "", 360);
}

function spread() {
  const box = section("spread.title", t("spread.how"));
  const rows = contenders.map(c => ({ name: label(c.name), id: c.name, errors: c.runs.map(runError) }));
  const networks = rows.filter(r => learns(r.id)).flatMap(r => r.errors);
  const all = networks.length ? networks : rows.flatMap(r => r.errors);
  const from = Math.min(...all), width = Math.max(...all) - from || .1 * from;
  const near = rows.flatMap(r => r.errors).filter(v => v <= from + 2.5 * width && v >= from - 1.5 * width);
  const pad = .15 * width, low = Math.max(0, Math.min(...near) - pad), high = Math.max(...near) + pad;
  const inside = v => v >= low && v <= high;
  chart(box, t("spread.title"), c => ({
    tooltip: tooltip(c, { formatter: p => p.seriesType === "scatter" ? rows[p.value[1]].name + ": " + fixed(p.value[0], 3) : "" }),
    grid: { left: narrow() ? 116 : 200, right: 24, top: 8, bottom: 46 },
    xAxis: axis(c, t("spread.x"), { type: "value", min: low, max: high, splitNumber: narrow() ? 3 : 6,
      axisLabel: { color: c.soft, hideOverlap: true, showMinLabel: false, showMaxLabel: false, formatter: ticks(low, high) } }),
    yAxis: axis(c, "", { type: "category", data: rows.map(r => r.name), inverse: true,
      axisLabel: { color: c.ink, width: narrow() ? 104 : 186, overflow: "break", interval: 0 }, splitLine: { show: true, lineStyle: { color: c.line } } }),
    series: [
      { type: "custom", silent: true, z: 4, data: rows.map((r, i) => [mean(r.errors), i]).filter(([v]) => inside(v)), renderItem: (params, api) => {
        const [x, y] = api.coord([api.value(0), api.value(1)]);
        return { type: "line", shape: { x1: x, x2: x, y1: y - 13, y2: y + 13 }, style: { stroke: c.ink, lineWidth: 2.4 } };
      } },
      { type: "scatter", symbolSize: 12, z: 6, data: rows.flatMap((r, i) => r.errors.filter(inside).map(v => ({ value: [v, i], itemStyle: { color: color(c, r.id), opacity: .8 } }))) },
      { type: "scatter", silent: true, symbolSize: 0, data: rows.map((r, i) => ({ r, i, v: mean(r.errors) })).filter(o => !inside(o.v)).map(o => ({
          value: [o.v > high ? high : low, o.i], label: { show: true, color: color(c, o.r.id), fontWeight: "bold",
            position: o.v > high ? "left" : "right", formatter: o.v > high ? fixed(o.v, 2) + " →" : "← " + fixed(o.v, 2) } })) }
    ]
  }), "", 70 + 44 * rows.length);
}

function forecasts() {
  const box = section("forecasts.title", t("forecasts.how", { band }));
  const windows = result.forecasts;
  if (!windows.length) {
    add(box, "p", "", t("forecasts.none"));
    return;
  }
  let at = 0;
  const bar = add(box, "label", "", t("forecasts.window"));
  const range = add(bar, "input");
  Object.assign(range, { type: "range", min: 0, max: windows.length - 1, step: 1, value: 0 });
  const output = add(bar, "output");
  const caption = add(box, "p", "soft");
  const banded = windows[0].lines.find(line => same(line.name, shown.name)) || windows[0].lines[0];
  const bandName = t("forecasts.band", { band, name: label(banded.name) });
  const draw = chart(box, t("forecasts.title"), c => {
    const w = windows[at];
    const start = w.times.length - w.horizon;
    const middle = w.quantiles.findIndex(q => q === .5);
    const line = w.lines.find(l => same(l.name, banded.name));
    const [low, high] = [line.values[0], line.values[line.values.length - 1]];
    const future = values => Array(start).fill(null).concat(values);
    return {
      tooltip: tooltip(c, { trigger: "axis" }),
      legend: legend(c, { data: [t("forecasts.truth"), ...w.lines.map(l => label(l.name)), bandName] }),
      grid: { left: 64, right: 46, top: 40, bottom: 34 },
      xAxis: axis(c, "", { type: "category", data: w.times.map(clock), boundaryGap: false, splitLine: { show: false } }),
      yAxis: axis(c, "", { type: "value", scale: true, axisLabel: { color: c.soft, formatter: v => v.toLocaleString(language) } }),
      series: [
        { name: bandName, type: "custom", silent: true, z: 1, itemStyle: { color: color(c, banded.name), opacity: .3 }, tooltip: { show: false },
          encode: { x: 0, y: [1, 2] }, data: low.map((v, h) => [start + h, v, high[h]]), renderItem: (params, api) => {
            if (params.dataIndex > 0) return null;
            const up = high.map((v, h) => api.coord([start + h, v])), down = low.map((v, h) => api.coord([start + h, v])).reverse();
            return { type: "polygon", shape: { points: up.concat(down) }, style: { fill: color(c, banded.name), opacity: .2 } };
          } },
        ...w.lines.map(l => ({ name: label(l.name), type: "line", showSymbol: false, z: 3, data: future(l.values[middle]), itemStyle: { color: color(c, l.name) },
          lineStyle: { width: same(l.name, banded.name) ? 2.4 : 1.4, type: learns(l.name) ? "solid" : "dashed", color: color(c, l.name) } })),
        { name: t("forecasts.truth"), type: "line", showSymbol: false, z: 4, data: w.values, itemStyle: { color: c.ink }, lineStyle: { color: c.ink, width: 1.6 },
          markLine: { silent: true, symbol: "none", label: { show: false }, lineStyle: { color: c.soft, type: "dotted" }, data: [{ xAxis: start - 1 }] } }
      ]
    };
  }, "", 380);
  const show = () => {
    const w = windows[at];
    output.textContent = (at + 1) + " / " + windows.length;
    caption.textContent = (result.data.series > 1 ? w.series + " · " : "") + t("forecasts.origin", { origin: clock(w.times[w.times.length - w.horizon - 1]) });
    draw();
  };
  range.addEventListener("input", () => { at = Number(range.value); show(); });
  show();
}

function reach() {
  const box = section("reach.title", t("reach.how"));
  if (!result.reach.length) {
    add(box, "p", "", t("reach.none"));
    return;
  }
  const { season } = result.data;
  result.reach.forEach((r, i) => {
    const last = r.points[r.points.length - 1];
    const short = r.points.find(p => p.steps === season && season > 1) || r.points[0];
    add(box, "p", "answer", t(data.steps_needed[i] < last.steps ? "reach.answer" : "reach.answer.all", {
      name: label(r.name), steps: data.steps_needed[i].toLocaleString(language), tolerance: percent(data.tolerance, 0) })
      + (short === last ? "" : t("reach.short", { rows: short.steps.toLocaleString(language), factor: factor(short.error / last.error) })));
  });
  chart(box, t("reach.title"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => Array.isArray(v) ? fixed(v[1], 3) : fixed(v, 3) }), legend: legend(c),
    grid: { left: 62, right: 24, top: 36, bottom: 46 },
    xAxis: axis(c, t("reach.x"), { type: "log", logBase: 2, axisLabel: { color: c.soft, formatter: v => figures(v) }, splitLine: { show: false } }),
    yAxis: axis(c, t("reach.y"), scale(c, result.reach.flatMap(r => r.points.map(p => p.error)))),
    series: result.reach.map((r, i) => ({ name: label(r.name), type: "line", symbolSize: 7, itemStyle: { color: color(c, r.name) },
      lineStyle: { width: 2.2, type: same(r.name, decision.incumbent) ? "dashed" : "solid" }, z: same(r.name, decision.incumbent) ? 3 : 2, data: r.points.map(p => [p.steps, p.error]) }))
  }));
}

function unstable() {
  const box = section("unstable.title", t("unstable.how"));
  if (!data.unstable.length) add(box, "p", "answer", t("unstable.none"));
  for (const inData of [true, false]) {
    const found = data.unstable.filter(u => u.in_data === inData);
    if (!found.length) continue;
    add(box, "h3", "", t(inData ? "unstable.data" : "unstable.training"));
    const list = add(box, "ul", "plain");
    for (const u of found) add(list, "li", "", u.sentence);
  }
  const trained = contenders.filter(c => c.runs.some(run => run.curve.length));
  if (!trained.length) return;
  add(box, "h3", "", t("unstable.curve"));
  add(box, "p", "soft", t("unstable.curve.how"));
  const bar = add(box, "label", "", t("unstable.curve.pick"));
  const select = add(bar, "select");
  trained.forEach((c, i) => { add(select, "option", "", label(c.name)).value = i; });
  let at = Math.max(0, trained.findIndex(c => same(c.name, (rhn || shown).name)));
  select.value = at;
  const draw = chart(box, t("unstable.curve"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => figures(Array.isArray(v) ? v[1] : v) }), legend: legend(c),
    grid: { left: 62, right: 24, top: 36, bottom: 46 },
    xAxis: axis(c, t("unstable.curve.x"), { type: "value", min: 0, max: 1, splitLine: { show: false }, axisLabel: { color: c.soft, formatter: v => percent(v, 0) } }),
    yAxis: axis(c, t("unstable.curve.y"), scale(c, trained.flatMap(n => n.runs.flatMap(run => run.curve.map(p => p.loss))))),
    series: trained[at].runs.map(run => ({ name: t("spread.seed", { seed: run.seed }), type: "line", showSymbol: false, lineStyle: { width: 1.5 },
      data: run.curve.map(p => [p.share, p.loss]) }))
  }));
  select.addEventListener("change", () => { at = Number(select.value); draw(); });
}

function inference() {
  const timed = contenders.filter(c => c.cost && learns(c.name));
  if (!timed.length) return;
  const box = section("inference.title", t("inference.how"));
  if (rhn && incumbent && rhn.cost && incumbent.cost) {
    // Of medians: a mean tells what else the machine did too.
    const ratio = rhn.cost.p50_milliseconds / incumbent.cost.p50_milliseconds;
    const usual = c => c.cost.cost_per_million * c.cost.p50_milliseconds / c.cost.mean_milliseconds;
    const gain = 1 - error(rhn) / error(incumbent);
    add(box, "p", "answer", t(ratio > 1 ? "inference.answer.slower" : "inference.answer.faster", { name: label(rhn.name), incumbent: data.incumbent, ratio: factor(ratio),
      more: money(Math.abs(usual(rhn) - usual(incumbent))),
      gain: t(gain >= 0 ? "inference.smaller" : "inference.larger", { percent: percent(Math.abs(gain)) }) }));
  }
  chart(box, t("inference.title"), c => ({
    tooltip: tooltip(c, { trigger: "axis", valueFormatter: v => t("unit.ms", { n: figures(v) }) }), legend: legend(c),
    grid: { left: narrow() ? 104 : 150, right: 24, top: 34, bottom: 46 },
    xAxis: axis(c, t("inference.x"), { type: "value" }),
    yAxis: axis(c, "", { type: "category", data: timed.map(n => label(n.name)), inverse: true, axisLabel: { color: c.ink, interval: 0 } }),
    series: [
      { name: t("inference.p50"), type: "bar", barMaxWidth: 14, itemStyle: { color: c.blue }, data: timed.map(n => n.cost.p50_milliseconds) },
      { name: t("inference.p99"), type: "bar", barMaxWidth: 14, itemStyle: { color: c.heat[1] }, data: timed.map(n => n.cost.p99_milliseconds) }
    ]
  }), "", 90 + 44 * timed.length);
}

function list(entries) {
  const box = add(page, "section", "card");
  const all = add(box, "dl");
  for (const [term, meaning] of entries) {
    add(all, "dt", "", term);
    add(all, "dd", "", meaning);
  }
}
function method() {
  add(page, "h2", "", t("method.title"));
  const k = result.conditions, d = result.data;
  const entry = (name, values) => [t("method." + name), t("method." + name + ".text", values)];
  list([
    entry("data", { name: d.name, target: d.target, rows: d.rows.toLocaleString(language), first: clock(d.first), last: clock(d.last), step: period(),
      season: d.season,
      missing: t(d.missing ? "method.data.missing" : "method.data.whole", { n: d.missing.toLocaleString(language) }) }),
    entry("split", { validation: clock(result.data.validation_from), test: clock(result.data.test_from),
      windows: result.windows.length.toLocaleString(language), blocks: new Set(result.windows.map(w => w.block)).size }),
    entry("fair", { runs: contenders.filter(c => learns(c.name)).flatMap(c => c.runs).length, seconds: seconds(k.seconds_per_run), side: k.side_by_side }),
    entry("interval", { worthwhile: percent(data.worthwhile, 0) }),
    entry("machine", { processor: k.processor, processors: k.processors, java: k.java, system: k.system, engine: k.engine, time: seconds(k.seconds) }),
    [t("method.energy"), t("method.energy." + k.energy_source, { watts: figures(k.watts) })],
    entry("price", { price: money(k.price_per_hour) }),
    ...(k.resident_bytes ? [entry("memory", { resident: bytes(k.resident_bytes) })] : []),
    entry("limits")
  ]);
}
function glossary() {
  add(page, "h2", "", t("glossary.title"));
  list(["rhn", ...(incumbent ? [incumbent.name.kind] : []), "naive", "mase", "rmse", "wql", "band", "seed", "interval", "p99"].map(
    term => [t("glossary." + term), t("glossary." + term + ".text")]));
  add(page, "p", "soft", t("page.footer", { software: result.software })).style.marginTop = "20px";
}

head();
sideBySide();
pareto();
spread();
forecasts();
reach();
unstable();
inference();
method();
glossary();
keepCharts(1030); // A4, landscape
