"use strict";
const TOP = 34, HEIGHT = data.channels.length > 6 ? 76 : 120, GAP = 26, SCORE = 110, FOOT = 92;
const count = value => value.toLocaleString(document.documentElement.lang);

/** What is drawn of a column: a point for each row, or least and largest value of the rows that a point stands for. */
function points(channel) {
  if (data.per_bucket === 1) return channel.high.map((value, i) => [i, value]);
  return channel.high.flatMap((value, i) => [[i, channel.low[i]], [i, value]]);
}
function alarmLines(c, name) {
  return data.alarms.map(alarm => {
    const cause = name === null ? null : alarm.causes.find(each => each.name === name);
    const strong = name === null || (cause && cause.share >= .25);
    return { xAxis: alarm.bucket, lineStyle: { color: c.red, type: "solid", opacity: strong ? .85 : .25, width: strong ? 1.6 : 1 } };
  });
}
function picture() {
  const box = card(page, t("picture"), t("picture.how"));
  if (data.per_bucket > 1) add(box, "p", "soft", t("bucket", { count: count(data.per_bucket) }));
  if (data.labels.length) add(box, "p", "soft", t("labels"));
  if (data.hidden_channels) add(box, "p", "soft", t("hidden", { count: data.hidden_channels }));
  const rows = data.channels.length;
  const tops = [...Array(rows + 1).keys()].map(i => TOP + i * (HEIGHT + GAP));
  const marks = (c, name) => ({
    markLine: { silent: true, symbol: "none", animation: false, label: { show: false }, data: alarmLines(c, name)
      .concat(name === null ? [{ yAxis: data.threshold, lineStyle: { color: c.soft, type: "dashed" },
        label: { show: true, position: "insideStartTop", formatter: t("threshold"), color: c.soft } }] : []) },
    markArea: { silent: true, itemStyle: { color: c.orange, opacity: .16 },
      data: data.labels.map(([from, to]) => [{ xAxis: from }, { xAxis: to }]) }
  });
  chart(box, t("picture"), c => ({
    tooltip: tooltip(c, { trigger: "axis", axisPointer: { type: "line" } }),
    axisPointer: { link: [{ xAxisIndex: "all" }] },
    title: data.channels.map((channel, i) => ({ text: channel.name, left: 56, top: tops[i] - 22,
      textStyle: { color: c.ink, fontSize: 13, fontWeight: 600 } }))
      .concat({ text: t("score"), left: 56, top: tops[rows] - 22,
        textStyle: { color: c.ink, fontSize: 13, fontWeight: 600 } }),
    grid: tops.map((top, i) => ({ left: 64, right: 20, top, height: i < rows ? HEIGHT : SCORE })),
    xAxis: tops.map((top, i) => axis(c, "", { type: "category", data: data.times, gridIndex: i, boundaryGap: false,
      axisTick: { show: false }, axisLabel: { show: i === rows, color: c.soft, hideOverlap: true },
      splitLine: { show: false } })),
    yAxis: tops.map((top, i) => axis(c, "", { type: "value", gridIndex: i, scale: i < rows, splitNumber: 3,
      min: i < rows ? undefined : 0, max: i < rows ? undefined : 1, interval: i < rows ? undefined : .25 })),
    dataZoom: [{ type: "slider", xAxisIndex: "all", bottom: 12, height: 26, brushSelect: false },
      { type: "inside", xAxisIndex: "all", zoomOnMouseWheel: "ctrl" }],
    series: data.channels.map((channel, i) => Object.assign({ name: channel.name, type: "line", xAxisIndex: i,
      yAxisIndex: i, showSymbol: false, connectNulls: false, lineStyle: { width: 1.2, color: c.blue },
      itemStyle: { color: c.blue }, data: points(channel) }, marks(c, channel.name)))
      .concat(Object.assign({ name: t("score"), type: "line", xAxisIndex: rows, yAxisIndex: rows, showSymbol: false,
        lineStyle: { width: 1, color: c.ink }, areaStyle: { color: c.ink, opacity: .12 }, itemStyle: { color: c.ink },
        data: data.score }, marks(c, null)))
  }), "", tops[rows] + SCORE + FOOT);
}
function alarms() {
  const box = card(page, t("alarms"));
  if (!data.alarms.length) {
    add(box, "p", "soft", t("alarms.none"));
    return;
  }
  if (data.alarm_count > data.alarms.length)
    add(box, "p", "soft", t("alarms.first", { count: data.alarms.length, all: count(data.alarm_count) }));
  const table = add(box, "table");
  const head = add(add(table, "thead"), "tr");
  for (const key of ["time", "line", "score", "rarity", "causes"]) add(head, "th", "", t(key));
  const body = add(table, "tbody");
  for (const alarm of data.alarms) {
    const row = add(body, "tr");
    add(row, "td", "", alarm.time);
    add(row, "td", "", count(alarm.line));
    add(row, "td", "", alarm.score.toFixed(3));
    add(row, "td", "", alarm.probability < 1e-9 ? t("billion") : count(Math.round(1 / alarm.probability)));
    add(row, "td", "", alarm.causes.map(each => each.name + " " + Math.round(100 * each.share) + " %").join(", "));
  }
}
add(page, "h1", "", t("page.title") + " · " + data.model);
add(page, "p", "soft", data.network);
add(page, "p", "", t("lead", { rows: count(data.rows), alarms: count(data.alarm_count), threshold: data.threshold }));
picture();
alarms();
keepCharts();
