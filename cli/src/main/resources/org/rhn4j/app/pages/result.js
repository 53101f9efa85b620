"use strict";
add(page, "h1", "", data.title);
add(page, "p", "soft", data.lead);
for (const shown of data.charts) {
  chart(card(page, shown.title, shown.how), shown.title, c => ({
    tooltip: tooltip(c, { trigger: "axis" }), legend: legend(c), grid: { left: 64, right: 24, top: 34, bottom: 42 },
    xAxis: axis(c, shown.x, { type: "value", scale: true, minInterval: 1 }),
    yAxis: axis(c, shown.y, { type: "value", scale: true, nameGap: 48 }),
    series: shown.lines.map(line => ({ name: line.name, type: "line", symbolSize: 8, data: line.points }))
  }));
}
for (const shown of data.tables) {
  const table = add(card(page, shown.title, shown.how), "table");
  const head = add(add(table, "thead"), "tr");
  shown.header.forEach(cell => add(head, "th", "", cell));
  const body = add(table, "tbody");
  for (const row of shown.rows) {
    const line = add(body, "tr");
    row.forEach(cell => add(line, "td", "", cell));
  }
}
keepCharts();
