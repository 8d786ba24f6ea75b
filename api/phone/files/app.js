// The page: which state it is in, and what moves it to the next. Drawing is in views.js.
import { Failure, authorised, holding, session, signIn, signOut } from "./api.js";
import { el } from "./dom.js";
import * as store from "./store.js";
import * as views from "./views.js";
import { isDate, minutesNow, shifted, today } from "./when.js";

const ROUTE = "route/";
const KEPT_DAYS = 3; // routes fetched last; older ones hold addresses that nobody needs any more
const EVERY = 5 * 60 * 1000;
const root = document.getElementById("app");
const state = { date: null, name: "", kept: null, net: null, failure: null, picked: null, asking: 0 };

const dateAsked = () => {
  const asked = new URLSearchParams(location.search).get("date");
  return isDate(asked) ? asked : today();
};

function draw() {
  const route = state.kept?.route;
  const marks = route ? marksOf(route) : null;
  root.replaceChildren(
    views.head({
      title: route?.worker_name ?? state.name,
      date: state.date,
      version: route?.version,
      count: route?.stops.length,
      net: state.net,
      fetchedAt: state.kept?.fetchedAt,
    }),
    el(
      "main",
      {},
      route ? views.day(route, marks) : notice(),
      views.fresh({ fetchedAt: state.kept?.fetchedAt, onRefresh: refresh, onSignOut: leave }),
    ),
    views.foot(state.date, move),
  );
}

function marksOf(route) {
  const isToday = state.date === today();
  const now = minutesNow();
  const past = (stop) => state.date < today() || (isToday && stop.end_minutes <= now);
  return {
    next: isToday ? route.stops.find((stop) => !past(stop)) : route.stops[0],
    picked: route.stops.find((stop) => stop.stop_id === state.picked),
    isToday,
    past: isToday ? past : () => false,
    onPick: pick,
    onCopy: navigator.clipboard ? copy : null, // absent where the page is not served securely
  };
}

function notice() {
  const empty = state.kept?.empty ?? state.failure;
  if (empty === "not_published") {
    return views.message("today", "还没有发布路线", "发布后在这里显示，不用一直刷新。");
  }
  if (empty === "no_route") return views.message("today", "这一天没有安排");
  if (empty === "not_permitted" || empty === "no_worker") {
    return views.message("bad", "此账号没有自己的路线", "请用护理员或送餐员的账号登录。");
  }
  if (empty === "offline") return views.message("off", "这一天的路线还没存到手机", "有网络时打开一次即可离线查看。");
  if (empty) return views.message("bad", "取不到路线", "服务器暂时出错，请稍后刷新。");
  return views.message("again", "正在取路线…");
}

function pick(stopId) {
  state.picked = stopId;
  draw();
  scrollTo({ top: 0 });
}

async function copy(event) {
  const button = event.currentTarget;
  const address = button.closest(".card").querySelector(".place").textContent;
  await navigator.clipboard.writeText(address);
  button.lastChild.textContent = "已复制";
}

async function refresh() {
  const ticket = ++state.asking;
  const date = state.date;
  try {
    await fetchRoute(date);
    if (ticket !== state.asking) return;
    state.net = null;
    state.failure = null;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (ticket !== state.asking) return;
    if (failure.status === 401) return showSignIn();
    state.net = netOf(failure);
    state.failure = failure.kind;
  }
  state.kept = (await store.get(ROUTE + date)) ?? null;
  draw();
}

function netOf(failure) {
  if (failure.kind === "offline" && !navigator.onLine) return "offline";
  return failure.kind === "offline" || failure.kind === "server" ? "server" : null;
}

async function fetchRoute(date) {
  const isHeld = holding();
  const keep = (value) => isHeld() && keepRoute(date, value); // signed out: the answer is dropped
  const kept = await store.get(ROUTE + date);
  const headers = kept?.etag ? { "If-None-Match": kept.etag } : {};
  try {
    const answer = await authorised(`/me/route?date=${date}`, headers);
    const fetchedAt = Date.now();
    if (answer.status === 304) return await keep({ ...kept, fetchedAt });
    const route = await answer.json();
    await keep({ route, etag: answer.headers.get("ETag"), fetchedAt });
  } catch (failure) {
    const known = failure.kind === "not_published" || failure.kind === "no_route";
    if (!known) throw failure;
    await keep({ empty: failure.kind, fetchedAt: Date.now() });
  }
}

async function keepRoute(date, value) {
  await store.set(ROUTE + date, value);
  const names = (await store.keys()).filter((key) => key.startsWith(ROUTE));
  if (names.length <= KEPT_DAYS) return;
  const dated = await Promise.all(names.map(async (key) => [(await store.get(key)).fetchedAt, key]));
  dated.sort(([one], [other]) => other - one);
  await Promise.all(dated.slice(KEPT_DAYS).map(([, key]) => store.remove(key)));
}

async function show(date) {
  Object.assign(state, { date, picked: null, failure: null });
  state.kept = (await store.get(ROUTE + date)) ?? null;
  draw();
  await refresh();
}

function move(days) {
  const date = days === 0 ? today() : shifted(state.date, days);
  history.replaceState(null, "", `/phone?date=${date}`);
  return show(date);
}

async function leave() {
  state.asking += 1;
  await signOut();
  Object.assign(state, { kept: null, net: null, failure: null, name: "" });
  showSignIn();
}

function showSignIn(problem, name) {
  state.asking += 1; // answers that are still on their way must not draw over the form
  state.date = null;
  root.replaceChildren(views.signInForm({ name, problem, onSubmit: enter }));
}

async function enter(name, password) {
  try {
    await signIn(name, password);
  } catch (failure) {
    return showSignIn(failure.kind, name);
  }
  state.name = (await session()).display;
  await show(dateAsked());
}

const again = () => state.date && document.visibilityState === "visible" && refresh();
addEventListener("online", again);
addEventListener("offline", () => {
  if (!state.date) return;
  state.net = "offline";
  draw();
});
document.addEventListener("visibilitychange", again);
setInterval(again, EVERY);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/phone/worker.js", { scope: "/phone" });
}
const held = await session();
if (held) {
  state.name = held.display;
  await show(dateAsked());
} else {
  showSignIn();
}
