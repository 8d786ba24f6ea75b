// Dates and times as the district has them, whatever the phone's own zone is.
const ZONE = "Asia/Shanghai";
const WEEKDAYS = ["周日", "周一", "周二", "周三", "周四", "周五", "周六"];
const PARTS = new Intl.DateTimeFormat("en-CA", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function parts(instant) {
  return Object.fromEntries(PARTS.formatToParts(instant).map(({ type, value }) => [type, value]));
}

export function today() {
  const { year, month, day } = parts(new Date());
  return `${year}-${month}-${day}`;
}

export function minutesNow() {
  const { hour, minute } = parts(new Date());
  return Number(hour) * 60 + Number(minute);
}

export function clockOf(instant) {
  const { hour, minute } = parts(new Date(instant));
  return `${hour}:${minute}`;
}

export function clock(minutes) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

export function isDate(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !Number.isNaN(Date.parse(text));
}

export function shifted(date, days) {
  return new Date(Date.parse(date) + days * 86400000).toISOString().slice(0, 10);
}

export function spoken(date) {
  const day = new Date(Date.parse(date));
  return `${day.getUTCMonth() + 1}月${day.getUTCDate()}日 ${WEEKDAYS[day.getUTCDay()]}`;
}
