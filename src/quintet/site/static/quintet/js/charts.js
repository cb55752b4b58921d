// Draws each figure.chart from the Vega-Lite spec beside it, in the colours of the theme: first what comes into view,
// then the rest, so that paper has all of them.
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

const theme = () => {
  const text = css("--q-text"), faint = css("--q-line"), soft = css("--q-text-soft");
  return {
    background: "transparent",
    font: css("--q-font") || "sans-serif",
    view: { stroke: null },
    axis: { labelColor: soft, titleColor: soft, gridColor: faint, domainColor: faint, tickColor: faint, labelFontSize: 12, titleFontSize: 12, titleFontWeight: 500 },
    legend: { labelColor: text, titleColor: soft, labelFontSize: 12, orient: "top", symbolBaseFillColor: soft, symbolBaseStrokeColor: soft },
    header: { labelColor: text, titleColor: soft },
    title: { color: text },
    text: { color: text },
    bar: { color: css("--q-chart-1") }, line: { color: css("--q-chart-1") }, point: { color: css("--q-chart-1") },
    rule: { color: soft }, area: { color: css("--q-chart-1") }, rect: { color: css("--q-chart-1") },
    range: { category: [1, 2, 3, 4, 5].map((n) => css(`--q-chart-${n}`)) },
  };
};

const drawn = new Map();

const draw = async (figure) => {
  figure.dataset.begun = "true";
  await import(figure.dataset.vega);
  if (!figure.isConnected) return;  // another part of the page took its place
  const spec = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  const plot = figure.querySelector(".chart-plot");
  const responsive = { width: "container", autosize: { type: "fit-x", contains: "padding" } };
  drawn.get(figure)?.finalize();
  drawn.set(figure, await window.vegaEmbed(plot, { ...responsive, ...spec }, {
    actions: false, ast: true, defaultStyle: false, renderer: "canvas",
    tooltip: { disableDefaultStyle: true }, config: theme(),
  }));
  figure.dataset.drawn = "true";
};

const seen = new IntersectionObserver((entries) => {
  for (const entry of entries) {
    if (!entry.isIntersecting) continue;
    seen.unobserve(entry.target);
    draw(entry.target);
  }
}, { rootMargin: "200px" });

const whenIdle = window.requestIdleCallback ?? ((work) => setTimeout(work, 200));
let drawsRest = false;

const drawRest = async () => {
  const left = [...document.querySelectorAll("figure.chart[data-watched]:not([data-begun])")];
  const next = left.find((figure) => figure.offsetWidth);  // one without a width waits until it has one
  drawsRest = Boolean(next);
  if (!next) return;
  seen.unobserve(next);
  try { await draw(next); } finally { whenIdle(drawRest); }
};

const connect = (root) => root.querySelectorAll("figure.chart:not([data-watched])").forEach((figure) => {
  figure.dataset.watched = "true";
  seen.observe(figure);
  if (!drawsRest) { drawsRest = true; whenIdle(drawRest); }
});

connect(document);
document.addEventListener("htmx:afterSettle", () => connect(document));
document.addEventListener("quintet:theme", () => drawn.forEach((_, figure) => draw(figure)));

// Of a chart not drawn yet the numbers are printed.
const opened = new Set();
window.addEventListener("beforeprint", () => {
  for (const numbers of document.querySelectorAll("figure.chart:not([data-drawn]) .chart-table:not([open])")) {
    numbers.open = true;
    opened.add(numbers);
  }
});
window.addEventListener("afterprint", () => {
  for (const numbers of opened) numbers.open = false;
  opened.clear();
});
