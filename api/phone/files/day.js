// The day's list: every stop in order, with rests, trips, the way home, and what was taken away.
import { el, icon } from "./dom.js";
import { clock } from "./when.js";

export const CHANGES = { moved: ["info", "时间已改"], new: ["plus", "新增"] };

export function changeTag(change) {
  const [shape, word] = CHANGES[change] ?? [];
  return shape ? el("span", { class: "tag" }, icon(shape), word) : null;
}

// The elder was promised this time by telephone: being late there needs a call.
export function promisedTag(stop) {
  return stop.is_phoned ? el("span", { class: "tag" }, icon("phone"), "已电话约定") : null;
}

function byHandTag(stop) {
  return stop.override_reason ? el("span", { class: "tag" }, icon("warn"), "人工放行") : null;
}

function pause(shape, minutes, text) {
  return el(
    "li",
    { class: "pause" },
    icon(shape),
    el("span", { class: "t" }, clock(minutes)),
    el("span", { class: "span" }, text),
  );
}

function tripHead(trip, stops) {
  const own = stops.filter((stop) => stop.trip === trip.trip);
  const portions = own.reduce((sum, stop) => sum + stop.portions, 0);
  const load = portions ? ` · ${portions} 份` : "";
  const text = `第 ${trip.trip} 趟 · ${clock(trip.departure_minutes)} 出发 · ${own.length} 户${load}`;
  return el("li", { class: "pause trip" }, el("span", { class: "span" }, text));
}

function stopRow(stop, { nextId, past, onPick }) {
  const isNext = stop.stop_id === nextId;
  const service = stop.portions > 1 ? `${stop.service_name} ${stop.portions} 份` : stop.service_name;
  const row = el(
    "button",
    {
      type: "button",
      class: `stop${isNext ? " now" : ""}${past(stop) ? " past" : ""}`,
      "aria-current": isNext ? "step" : null,
      onclick: () => onPick(stop.stop_id),
    },
    icon(isNext ? "next" : "ring"),
    el("span", { class: "t" }, clock(stop.start_minutes)),
    el("span", {}, el("span", { class: "n" }, stop.elder_name), el("span", { class: "s" }, service)),
    changeTag(stop.change) ?? byHandTag(stop) ?? promisedTag(stop) ?? el("span", { class: "go" }, icon("right")),
  );
  return el("li", {}, row);
}

function goneRow(stop) {
  return el(
    "li",
    { class: "pause stop gone" },
    icon("bad"),
    el("span", { class: "t2" }, clock(stop.start_minutes)),
    el(
      "span",
      {},
      el("span", { class: "n" }, stop.elder_name),
      el("span", { class: "s" }, stop.service_name),
    ),
    el("span", { class: "tag" }, "不用去了"),
  );
}

export function dayList(route, marks) {
  const rows = [];
  for (const trip of route.trips) {
    if (route.trips.length > 1) rows.push(tripHead(trip, route.stops));
    let rested = trip.rest_start_minutes === null;
    for (const stop of route.stops.filter((one) => one.trip === trip.trip)) {
      if (!rested && stop.start_minutes >= trip.rest_start_minutes) {
        rows.push(restRow(trip));
        rested = true;
      }
      rows.push(stopRow(stop, marks));
    }
    if (!rested) rows.push(restRow(trip));
    rows.push(pause("home", trip.return_minutes, "回站"));
  }
  rows.push(...route.removed.map(goneRow));
  return el("ol", { class: "day", "aria-label": "全天路线" }, rows);
}

function restRow(trip) {
  return pause("rest", trip.rest_start_minutes, `午休 到 ${clock(trip.rest_end_minutes)}`);
}
