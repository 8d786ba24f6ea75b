// Paints rows, bars and the lane of the unallocated. Text goes in as text, never as markup.

const SVG = "http://www.w3.org/2000/svg";
const ICON_ONLY = 22, SLIM = 46;
const STATES = {
  plan: ["plano", "待执行"],
  run: ["run", "进行中"],
  done: ["check", "已完成"],
  late: ["warn", "将晚到"],
  bad: ["bad", "未到"],
};

export const clock = (m) =>
  `${String(Math.floor(m / 60)).padStart(2, "0")}:${String(m % 60).padStart(2, "0")}`;

export function make(name, classes, ...children) {
  const element = document.createElement(name);
  if (classes) element.className = classes;
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

export function icon(name, tone = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `ic ${tone}`.trim());
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const place = (element, left, width) => {
  element.style.left = `${left.toFixed(2)}px`;
  if (width !== undefined) element.style.width = `${Math.max(0, width).toFixed(2)}px`;
  return element;
};

// A row takes its colour from the worker; from the 17th on it is grey until it is selected.
export function colourOf(row, selected) {
  if (row.colour < 0) return selected ? "var(--accent)" : "var(--text3)";
  return `var(--c${row.colour % 8})`;
}

const isDashed = (row) => row.colour >= 8;

export function paintRow(row, index, view) {
  const selected = view.selection.row === row.key;
  const element = make("div", "r");
  element.setAttribute("role", "row");
  element.setAttribute("aria-rowindex", String(index + 2));
  element.dataset.row = row.key;
  element.style.setProperty("--k", colourOf(row, selected));
  element.classList.toggle("sel", selected);
  element.append(header(row), ...offShift(row, view));
  for (const [from, until] of row.rests) {
    const label = from >= 630 && from <= 840 ? "午休" : "休息";
    const rest = place(make("div", "brk", label), view.x(from), (until - from) * view.scale - 2);
    rest.title = `${label} ${clock(from)}–${clock(until)}`;
    element.append(rest);
  }
  for (const bar of row.bars) {
    if (bar.travel > 0) element.append(...travel(row, bar.leave, bar.travel, view));
  }
  for (const [leave, minutes] of row.returns) {
    if (minutes > 0) element.append(...travel(row, leave, minutes, view));
  }
  for (const bar of row.bars) element.append(paintBar(bar, row, view));
  return element;
}

function header(row) {
  const key = make("span", isDashed(row) ? "key dash" : "key");
  const name = make("div", "nm cut", row.name);
  const skills = make("div", "sk cut", row.skills);
  const gauge = make("u", "", make("i"));
  gauge.firstChild.style.width = `${Math.min(100, Math.round(row.load * 100))}%`;
  gauge.classList.toggle("over", row.load > 1);
  const cell = make("div", "hd", key, make("div", "id", name, skills));
  cell.append(make("div", "ld", row.hours, gauge));
  cell.setAttribute("role", "rowheader");
  const shifts = row.shifts.map(([from, until]) => `${clock(from)}–${clock(until)}`).join("、");
  cell.title = `${row.name}　${row.all_skills}\n班次 ${shifts}\n在岗用时 ${row.hours}，占班次 ${Math.round(row.load * 100)}%`;
  return cell;
}

function offShift(row, view) {
  const parts = [];
  let from = view.from;
  for (const [start, end] of row.shifts) {
    if (start > from) parts.push([from, start]);
    from = Math.max(from, end);
  }
  if (from < view.until) parts.push([from, view.until]);
  return parts.map(([a, b]) => place(make("div", "off"), view.x(a), (b - a) * view.scale));
}

function travel(row, leave, minutes, view) {
  const width = minutes * view.scale;
  const line = place(make("div", isDashed(row) ? "tr dash" : "tr"), view.x(leave), width);
  line.title = `路程 ${minutes} 分，${clock(leave)} 出发`;
  if (width < 12) return [line];
  return [line, place(make("div", "trt", String(minutes)), view.x(leave) - 4, width + 8)];
}

function paintBar(bar, row, view) {
  const width = (bar.end - bar.start) * view.scale - 1.5;
  const [symbol, word] = STATES[bar.state];
  const element = place(make("div", `b ${bar.state}`), view.x(bar.start) + 0.5, width);
  element.id = `tl-${bar.id}`;
  element.dataset.bar = bar.id;
  element.dataset.start = bar.start;
  element.dataset.end = bar.end;
  element.setAttribute("role", "gridcell");
  const selected = view.selection.bar === bar.id;
  element.classList.toggle("sel", selected);
  element.setAttribute("aria-selected", String(selected));
  element.classList.toggle("trip", Boolean(bar.ticks));
  element.classList.toggle("drafted", Boolean(bar.drafted));
  if (view.highlights(bar) === false) element.classList.add("dim");
  const label = describe(bar, row, word);
  element.title = label;
  element.setAttribute("aria-label", label.replaceAll("\n", "，"));
  if (width < ICON_ONLY) {
    element.classList.add("tiny");
    element.append(icon(bar.ticks ? "meal" : symbol));
  } else {
    const service = make("div", "s", icon(bar.ticks ? "meal" : symbol), bar.service);
    if (bar.pair) service.append(icon("two"));
    if (bar.by_hand) service.append(icon("warn", "warn"));
    if (width < SLIM) element.classList.add("slim");
    element.append(make("div", "n", bar.name), service);
  }
  const marks = [bar.phoned && "phone", bar.locked && "lockf"].filter(Boolean);
  if (marks.length) element.append(make("div", "flags", ...marks.map((mark) => icon(mark))));
  for (const minute of bar.ticks ?? []) {
    element.append(place(make("i", "tick"), (minute - bar.start) * view.scale));
  }
  if (bar.state === "run" && view.now !== null) {
    const elapsed = (view.now - bar.start) * view.scale;
    element.style.setProperty("--elapsed", `${Math.max(0, Math.min(width, elapsed))}px`);
  }
  return element;
}

function describe(bar, row, word) {
  const lines = [
    `${bar.name}　${bar.service}`,
    `${clock(bar.start)}–${clock(bar.end)}` +
      (bar.window ? `　可上门 ${clock(bar.window[0])}–${clock(bar.window[1])}` : ""),
    `${row.name}${bar.pair ? "（双人服务）" : ""}　${word}`,
  ];
  if (bar.priority === 2) lines.push("优先服务对象");
  if (bar.by_hand) lines.push(`人工放行：${bar.by_hand}`);
  if (bar.locked) lines.push(bar.locked);
  if (bar.phoned) lines.push("已致电");
  if (bar.drafted) lines.push("草稿改动，尚未通知");
  return lines.join("\n");
}

// The lane packs cards into rows; what does not fit is counted.
export function packLane(items, view, rows) {
  const taken = Array.from({ length: rows }, () => []);
  const placed = [];
  for (const item of items) {
    const width = Math.max(item.minutes * view.scale, 34 + 12 * item.name.length + 11 * item.service.length);
    const [from, until] = item.window ?? [view.from, view.from];
    const right = view.x(view.until) - 2;
    const left = Math.max(view.header + 4, Math.min(view.x(from) + 8, right - width));
    const low = Math.min(left, view.x(from)), high = Math.max(left + width, view.x(until));
    const row = taken.findIndex((parts) => parts.every(([a, b]) => high + 6 <= a || b + 6 <= low));
    if (row < 0) continue;
    taken[row].push([low, high]);
    placed.push({ item, row, left, width });
  }
  return placed;
}

export function paintCard({ item, row, left, width }, view) {
  const selected = view.selection.bar === item.id;
  const top = 7 + row * 26;
  const parts = [];
  if (item.window) {
    const [from, until] = item.window;
    const whisker = place(make("div", selected ? "win sel" : "win"), view.x(from), (until - from) * view.scale);
    whisker.style.top = `${top}px`;
    parts.push(whisker);
  }
  const mark = item.priority === 2 ? icon("must", "bad") : icon("should", "t3");
  const card = make("div", selected ? "u sel" : "u", mark, make("span", "n", item.name), make("span", "s", item.service));
  place(card, left, width).style.top = `${top}px`;
  card.id = `tl-${item.id}`;
  card.dataset.bar = item.id;
  card.setAttribute("role", "gridcell");
  card.setAttribute("aria-selected", String(selected));
  const when = item.window ? `可上门 ${clock(item.window[0])}–${clock(item.window[1])}` : "";
  card.title = `${item.name}　${item.service} ${item.minutes} 分\n${when}\n${item.reason}（${item.proof}）`;
  card.setAttribute("aria-label", `未分配，${card.title.replaceAll("\n", "，")}`);
  parts.push(card);
  return parts;
}
