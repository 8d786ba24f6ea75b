// What the page looks like in each state; every function returns elements and keeps nothing.
import { changeTag, dayList, promisedTag } from "./day.js";
import { el, icon } from "./dom.js";
import { clock, clockOf, spoken, today } from "./when.js";

const MODES = {
  walk: ["walk", "步行"],
  bicycle: ["bike", "骑车"],
  e_bike: ["bike", "骑车"],
  car: ["car", "开车"],
};

export const WORDS = {
  wrong_credentials: "用户名或密码不正确",
  too_many_attempts: "尝试次数过多，请 15 分钟后再试",
  offline: "没有网络，登录需要网络",
  server: "服务器暂时出错，请稍后再试",
};

export function head({ title, date, version, count, net, fetchedAt }) {
  const published = version ? ` · v${version}` : "";
  return el(
    "header",
    { class: "head" },
    el(
      "div",
      { class: "line" },
      el("h1", {}, title),
      el("span", { class: "t2" }, spoken(date) + published),
      el("span", { class: "grow" }),
      count ? el("span", { class: "t2" }, "共 ", el("b", {}, String(count)), " 户") : null,
    ),
    net ? netBar(net, fetchedAt) : null,
  );
}

function netBar(kind, fetchedAt) {
  const text = kind === "offline" ? "没有网络" : "连不上服务器";
  return el(
    "div",
    { class: "net", role: "status" },
    icon("off"),
    fetchedAt ? `${text}，可继续用` : text,
    el("span", { class: "grow" }),
    fetchedAt ? el("span", { class: "when" }, `${clockOf(fetchedAt)} 的路线`) : null,
  );
}

export function card(route, stop, { isNext, isToday, onCopy }) {
  const [shape, mode] = MODES[route.travel_mode];
  const travel = stop.travel_minutes ? `${mode} ${stop.travel_minutes} 分` : "就在同一处";
  return el(
    "section",
    { class: `card${isNext ? "" : " other"}`, "aria-label": isNext ? "下一户" : "选中的一户" },
    el(
      "div",
      { class: "row" },
      el("span", { class: "which" }, `${isNext && isToday ? "下一户 · " : ""}第 ${stop.number} 户`),
      el("span", { class: "grow" }),
      el("span", { class: "travel" }, icon(shape), travel),
    ),
    el(
      "div",
      { class: "who" },
      el("span", { class: "time" }, clock(stop.start_minutes)),
      el("span", { class: "name" }, stop.elder_name),
      el("span", { class: "t2" }, `${stop.elder_age} 岁`),
    ),
    what(stop),
    el("p", { class: "place" }, stop.address),
    tags(stop),
    stop.care_note ? el("div", { class: "note" }, icon("warn"), el("span", {}, stop.care_note)) : null,
    stop.override_reason
      ? el("div", { class: "note" }, icon("warn"), el("span", {}, `人工放行：${stop.override_reason}`))
      : null,
    call(stop),
    onCopy
      ? el("button", { type: "button", class: "small", onclick: onCopy }, icon("copy"), "复制地址")
      : null,
  );
}

function what(stop) {
  const amount = stop.portions ? `${stop.portions} 份` : `${stop.minutes} 分`;
  return el(
    "div",
    { class: "what" },
    el("span", {}, el("b", {}, stop.service_name), ` · ${amount}`),
    el("span", { class: "t2" }, `到 ${clock(stop.end_minutes)}`),
  );
}

function tags(stop) {
  const both = stop.people === 2 ? el("span", { class: "tag" }, icon("two"), "双人服务") : null;
  const found = [changeTag(stop.change), both, promisedTag(stop)].filter(Boolean);
  return found.length ? el("div", { class: "tags" }, found) : null;
}

function call(stop) {
  const number = stop.phone.replace(/[^\d+]/g, "");
  if (!number) return el("p", { class: "missing" }, "没有登记电话");
  return el("a", { class: "big", href: `tel:${number}` }, icon("phone"), "打电话");
}

export function day(route, { picked, next, isToday, past, onPick, onCopy }) {
  const stop = picked ?? next;
  const over = el(
    "section",
    { class: "message" },
    icon("check"),
    el("h2", {}, "今天的路线都已到时间"),
    el("p", {}, "点下面任一户可查看地址和电话。"),
  );
  return [
    stop ? card(route, stop, { isNext: stop === next, isToday, onCopy }) : over,
    dayList(route, { nextId: next?.stop_id, past, onPick }),
  ];
}

export function message(shape, title, text, button) {
  return el(
    "section",
    { class: `message${shape === "bad" ? " bad" : ""}` },
    icon(shape),
    el("h2", {}, title),
    text ? el("p", {}, text) : null,
    button ?? null,
  );
}

export function fresh({ fetchedAt, onRefresh, onSignOut }) {
  return el(
    "div",
    { class: "fresh" },
    fetchedAt ? `${clockOf(fetchedAt)} 更新` : null,
    el("button", { type: "button", onclick: onRefresh }, "刷新"),
    el("button", { type: "button", class: "quiet", onclick: onSignOut }, "退出登录"),
  );
}

export function foot(date, onDay) {
  const button = (shape, word, target, current) =>
    el(
      "button",
      { type: "button", "aria-current": current ? "date" : null, onclick: () => onDay(target) },
      icon(shape),
      word,
    );
  return el(
    "nav",
    { class: "foot", "aria-label": "日期" },
    button("left", "前一天", -1, false),
    button("today", "今天", 0, date === today()),
    button("right", "后一天", 1, false),
  );
}

export function signInForm({ name, problem, onSubmit }) {
  const field = (label, attributes) => el("label", {}, label, el("input", { required: true, ...attributes }));
  const button = el("button", { class: "big", type: "submit" }, "登录");
  const submit = async (event) => {
    event.preventDefault();
    button.disabled = true;
    const given = new FormData(event.target);
    await onSubmit(given.get("name").trim(), given.get("password"));
  };
  return el(
    "form",
    { class: "sign-in", onsubmit: submit },
    el("div", { class: "logo", "aria-hidden": "true" }, "颐"),
    el("h1", {}, "我的路线"),
    el("p", { class: "t2" }, "新北区居家养老 · 护理员和送餐员"),
    problem ? el("p", { class: "problem", role: "alert" }, icon("bad"), WORDS[problem] ?? WORDS.server) : null,
    field("用户名", { name: "name", value: name ?? "", autocomplete: "username", autocapitalize: "none" }),
    field("密码", { name: "password", type: "password", autocomplete: "current-password" }),
    button,
  );
}
