"use strict";
const data = JSON.parse(document.getElementById("data").textContent);
const page = document.getElementById("page");
const dark = matchMedia("(prefers-color-scheme: dark)");
const charts = [];
let printing = false;

function t(key, values) {
  return (data.text[key] || "").replace(/\{([\w-]+)\}/g, (all, name) => values && name in values ? values[name] : all);
}
function number(value) {
  return typeof value === "number" ? Number(value.toPrecision(3)).toLocaleString(document.documentElement.lang) : value;
}
function add(parent, tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text) element.textContent = text;
  parent.append(element);
  return element;
}
function colors() {
  return dark.matches && !printing
    ? { ink: "#e6eaf0", soft: "#9aa6b5", line: "#323b47", card: "#1b2129", blue: "#6ea8f5", orange: "#efa53c",
        rim: "rgba(110, 168, 245, .3)",
        green: "#5fc9a1", red: "#ff6f78", heat: ["#1f2833", "#2c5d94", "#6ea8f5", "#e3efff"],
        series: ["#6ea8f5", "#efa53c", "#5fc9a1", "#ff8f96", "#b79bf2", "#e0d25c", "#62cbe0", "#f29bd0"] }
    : { ink: "#1c2430", soft: "#5b6675", line: "#dde2e9", card: "#ffffff", blue: "#2f6fc4", orange: "#d07a00",
        rim: "rgba(47, 111, 196, .28)",
        green: "#168a61", red: "#c62f3b", heat: ["#f3f6fa", "#a9c8ee", "#2f6fc4", "#12305c"],
        series: ["#2f6fc4", "#d07a00", "#168a61", "#c62f3b", "#7a52c7", "#8a7a00", "#0f8299", "#b83f8b"] };
}
function card(parent, title, how, className) {
  const box = add(parent, "section", "card " + (className || ""));
  if (title) add(box, "h3", "", title);
  if (how) add(box, "p", "soft", how);
  return box;
}
function chart(box, label, option, className, height) {
  const element = add(box, "div", "chart " + (className || ""));
  if (height) element.style.height = height + "px";
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", label);
  const instance = echarts.init(element, null, { renderer: "canvas" });
  const draw = () => {
    const c = colors();
    instance.setOption(Object.assign({
      animation: false, color: c.series, backgroundColor: "transparent",
      textStyle: { color: c.ink, fontFamily: getComputedStyle(document.body).fontFamily }
    }, option(c)), true);
  };
  draw();
  charts.push({ instance, draw });
  return draw;
}
function axis(c, name, more) {
  return Object.assign({
    name, nameLocation: "middle", nameGap: 28, nameTextStyle: { color: c.soft },
    axisLabel: { color: c.soft, hideOverlap: true }, axisLine: { lineStyle: { color: c.soft } },
    splitLine: { lineStyle: { color: c.line } }
  }, more);
}
/** A formatter's string is shown as it is, line by line: it holds names from the data, which ECharts would take for HTML. */
function tooltip(c, more) {
  const option = Object.assign({ backgroundColor: c.card, borderColor: c.line, textStyle: { color: c.ink }, confine: true,
    valueFormatter: value => number(value) }, more);
  const tell = option.formatter;
  if (tell) {
    option.formatter = params => {
      const text = document.createElement("div");
      text.style.whiteSpace = "pre-line";
      text.textContent = tell(params);
      return text.textContent ? text : "";
    };
  }
  return option;
}
function legend(c, more) {
  return Object.assign({ top: 0, textStyle: { color: c.ink }, type: "scroll", pageTextStyle: { color: c.ink } }, more);
}
/** Whiskers: points are [index, low, high]; turned for bars that lie. */
function whiskers(c, points, turned) {
  return {
    type: "custom", silent: true, z: 5, tooltip: { show: false }, encode: turned ? { x: [1, 2], y: 0 } : { x: 0, y: [1, 2] },
    data: points,
    renderItem: (params, api) => {
      const at = value => turned ? api.coord([value, api.value(0)]) : api.coord([api.value(0), value]);
      const [a, b] = [at(api.value(1)), at(api.value(2))];
      const cap = turned ? [0, 4] : [4, 0];
      const line = (from, to) => ({ type: "line", shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
        style: { stroke: c.ink, lineWidth: 1.3 } });
      const end = p => line([p[0] - cap[0], p[1] - cap[1]], [p[0] + cap[0], p[1] + cap[1]]);
      return { type: "group", children: [line(a, b), end(a), end(b)] };
    }
  };
}
/**
 * Keeps charts in step with the page: its width, its colours, and paper. Called once, after all were made.
 * paper: the width in px that the page is printed with, where that is not the width of the window
 */
function keepCharts(paper) {
  new ResizeObserver(() => charts.forEach(({ instance }) => instance.resize())).observe(page);
  const redraw = () => charts.forEach(({ instance, draw }) => { instance.resize(); draw(); });
  dark.addEventListener("change", redraw);
  const print = (on, width) => { printing = on; page.style.width = width; redraw(); };
  addEventListener("beforeprint", () => print(true, paper ? paper + "px" : ""));
  addEventListener("afterprint", () => print(false, ""));
}
