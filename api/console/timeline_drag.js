// Pulls a visit to another caregiver and time. What the page knows is said while it is pulled; the
// rules are the server's, which answers once it is dropped and stores nothing before somebody agrees.

import { clock, icon, make } from "timeline_bars";

const SNAP = 5, THRESHOLD = 5;
const FIXED = { done: "已完成", run: "进行中" };

// Follow the pointer from a bar or a card on; `drop` is called with {bar, row, start}.
export function follow(timeline, event, drop) {
  const source = event.target.closest("[data-bar]");
  if (event.button !== 0 || event.pointerType === "touch" || !source) return;
  const item = itemOf(timeline.day, source.dataset.bar);
  if (!item) return;
  const grabbed = source.classList.contains("u") ? 0 : event.clientX - source.getBoundingClientRect().left;
  const pull = { timeline, item, grabbed, from: [event.clientX, event.clientY], place: null };
  const ears = new AbortController(), signal = { signal: ears.signal };
  const end = () => { ears.abort(); pull.ghost?.remove(); pull.card?.remove(); };
  window.addEventListener("pointermove", (move) => step(pull, move), signal);
  window.addEventListener("pointercancel", end, signal);
  window.addEventListener("keydown", (key) => { if (key.key === "Escape") { pull.timeline.dragged = Boolean(pull.ghost); end(); } }, signal);
  window.addEventListener("pointerup", () => {
    const { ghost, place } = pull;
    end();
    timeline.dragged = Boolean(ghost);
    if (ghost) setTimeout(() => { timeline.dragged = false; });
    if (place && !item.fixed) drop({ bar: item.id, row: place.row.key, start: place.start });
  }, signal);
}

function itemOf(day, id) {
  for (const row of day.rows) {
    const bar = row.rider ? null : row.bars.find((one) => one.id === id);
    if (bar) return { ...bar, minutes: bar.end - bar.start, fixed: bar.locked || FIXED[bar.state] || "" };
  }
  const card = day.lane.find((one) => one.id === id);
  return card ? { ...card, fixed: "" } : null;
}

function step(pull, event) {
  const [x, y] = pull.from;
  if (!pull.ghost) {
    if (Math.hypot(event.clientX - x, event.clientY - y) < THRESHOLD) return;
    pull.ghost = make("div", "b ghost", make("div", "n", pull.item.name), make("div", "s", pull.item.service));
    pull.card = make("div", "verdict-card");
    pull.timeline.$refs.body.append(pull.ghost, pull.card);
  }
  pull.place = placeOf(pull, event);
  pull.ghost.hidden = pull.card.hidden = !pull.place;
  if (pull.place) show(pull);
}

function placeOf({ timeline, item, grabbed }, event) {
  const { view, rows, rowHeight } = timeline, { body, head } = timeline.$refs;
  const box = body.getBoundingClientRect();
  const index = Math.floor((event.clientY - box.top) / rowHeight);
  const row = rows[index];
  if (!row || row.rider || event.clientY < head.getBoundingClientRect().bottom) return null;
  const snap = event.shiftKey ? 1 : SNAP;
  const minute = view.from + (event.clientX - grabbed - box.left - view.header) / view.scale;
  const start = Math.round(minute / snap) * snap;
  if (start < view.from || start + item.minutes > view.until) return null;
  return { row, index, start, end: start + item.minutes };
}

function show({ timeline, item, ghost, card, place }) {
  const { view, rowHeight } = timeline, { row, index, start, end } = place;
  ghost.style.left = `${view.x(start)}px`;
  ghost.style.width = `${(end - start) * view.scale - 1.5}px`;
  ghost.style.top = `${index * rowHeight + 4}px`;
  const lines = verdict(item, place, view.now);
  const worst = lines.some(([tone]) => tone === "bad") ? "bad" : lines.some(([tone]) => tone === "warn") ? "warn" : "ok";
  ghost.dataset.tone = worst;
  const title = { bad: "多半不能放", warn: "可以放，但有代价", ok: "可以放" }[worst];
  card.replaceChildren(
    make("div", "line", icon(worst === "ok" ? "check" : worst, worst), make("b", "", `${title} · ${row.name}`), make("span", "grow"), `${clock(start)}–${clock(end)}`),
    ...lines.map(([tone, words]) => make("div", "line", icon(tone === "ok" ? "check" : tone, tone), words)),
    make("div", "t3", "松手试算 · Shift 不吸附 · Esc 取消"),
  );
  card.style.left = `${Math.min(view.x(start), view.x(view.until) - 300)}px`;
  const below = (index + 1) * rowHeight + 4, room = timeline.$refs.body.clientHeight;
  card.style.top = `${below + 110 > room ? index * rowHeight - 112 : below}px`;
}

// What the page itself can tell, at most five lines.
function verdict(item, { row, start, end }, now) {
  if (item.fixed) return [["bad", `${item.fixed}，不能移动`]];
  const lines = [];
  if (now !== null && start < now) lines.push(["bad", "开始时间已经过去"]);
  const [opens, closes] = item.window ?? [start, start];
  const inside = opens <= start && start <= closes;
  lines.push(inside ? ["ok", "在可上门时段内"] : ["bad", `不在可上门时段 ${clock(opens)}–${clock(closes)}`]);
  const onDuty = row.shifts.some(([from, until]) => from <= start && end <= until);
  if (!onDuty) lines.push(["bad", "不在班次内"]);
  if (row.rests.some(([from, until]) => start < until && from < end)) lines.push(["warn", "与休息重叠，休息会移动"]);
  const met = row.bars.filter((bar) => bar.id !== item.id && start < bar.end && bar.start < end);
  if (met.length) lines.push(["warn", `${met.map((bar) => bar.name).slice(0, 2).join("、")}会移动`]);
  return lines.slice(0, 5);
}
