"use strict";
add(page, "h1", "", data.title);
add(page, "p", "soft", data.lead);

/** How much of the paper a band covers; inner ones lie on outer ones. */
const SHADE = 0.14;

/** Bands between the quantiles of a pair, outermost first, each on a line of its own that is not seen. */
function bands(c, picture, past) {
  const last = picture.quantiles.length - 1;
  const series = [];
  for (let low = 0; low < last - low; low++) {
    const high = last - low;
    const name = data.levels[low] + " – " + data.levels[high];
    const stack = "band" + low;
    const line = { type: "line", stack, symbol: "none", lineStyle: { opacity: 0 }, silent: true, stackStrategy: "all" };
    series.push({ ...line, name: "", tooltip: { show: false },
      data: past.concat(picture.quantiles[low]) });
    series.push({ ...line, name, itemStyle: { color: c.blue }, tooltip: { show: false },
      areaStyle: { color: c.blue, opacity: SHADE },
      data: past.concat(picture.quantiles[high].map((value, h) => value - picture.quantiles[low][h])) });
  }
  return series;
}

for (const picture of data.pictures) {
  const box = card(page, picture.series || data.lead.split(",")[0], "");
  const past = new Array(picture.times.length - picture.horizon).fill(null);
  const middle = picture.quantiles[Math.floor(picture.quantiles.length / 2)];
  chart(box, "Forecast of " + picture.series, c => ({
    tooltip: tooltip(c, { trigger: "axis" }),
    legend: legend(c, { data: ["values"].concat(data.levels.length > 1 ? bands(c, picture, past).map(s => s.name).filter(n => n)
      .map((name, i) => ({ name, icon: "roundRect", itemStyle: { color: c.blue, opacity: 1 - Math.pow(1 - SHADE, i + 1) } })) : [],
      [data.levels[Math.floor(data.levels.length / 2)]]) }),
    grid: { left: 64, right: 24, top: 34, bottom: 42 },
    xAxis: axis(c, "", { type: "category", data: picture.times, splitLine: { show: false } }),
    yAxis: axis(c, "", { type: "value", scale: true }),
    series: bands(c, picture, past).concat([
      { name: "values", type: "line", symbol: "none", itemStyle: { color: c.ink }, lineStyle: { color: c.ink, width: 1.3 },
        data: picture.values },
      { name: data.levels[Math.floor(data.levels.length / 2)], type: "line", symbol: "none", itemStyle: { color: c.blue },
        lineStyle: { color: c.blue, width: 2 }, data: past.concat(middle) }
    ])
  }));
}
keepCharts();
