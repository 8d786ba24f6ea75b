// Calls of the API: a token that ran out is renewed once, every failure has a kind the page can show.
import * as store from "./store.js";

const BASE = "/api/v1";
const SESSION = "session";
let holder = 0; // counts who held the phone: what was asked for one is not kept for the next

export class Failure extends Error {
  // kind: "offline" (no answer), "server" (the server failed), or the problem's own code
  constructor(kind, status = 0) {
    super(kind);
    this.kind = kind;
    this.status = status;
  }
}

async function send(path, options = {}) {
  let answer;
  try {
    answer = await fetch(BASE + path, { cache: "no-store", credentials: "omit", ...options });
  } catch {
    throw new Failure("offline");
  }
  if (answer.ok || answer.status === 304) return answer;
  if (answer.status >= 500) throw new Failure("server", answer.status);
  const problem = await answer.json().catch(() => ({}));
  throw new Failure(problem.code ?? "server", answer.status);
}

const post = (path, body) =>
  send(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const session = () => store.get(SESSION);

// A question to ask once an answer is there: does whoever asked still hold the phone?
export function holding() {
  const asking = holder;
  return () => asking === holder;
}

export async function signIn(name, password) {
  const tokens = await (await post("/auth/token", { name, password })).json();
  const held = { access: tokens.access_token, refresh: tokens.refresh_token };
  const me = await (await asked("/me", held)).json();
  holder += 1;
  await store.clear(); // nothing of whoever used this phone before stays
  await store.set(SESSION, { ...held, display: me.display_name });
}

export async function signOut() {
  const held = await session();
  holder += 1;
  await store.clear();
  // Without a network the token stays good on the server until it runs out; the phone has lost it.
  if (held) await post("/auth/logout", { refresh_token: held.refresh }).catch(() => undefined);
}

async function renew(held) {
  const isHeld = holding();
  const tokens = await (await post("/auth/refresh", { refresh_token: held.refresh })).json();
  const renewed = { ...held, access: tokens.access_token, refresh: tokens.refresh_token };
  if (isHeld()) await store.set(SESSION, renewed);
  return renewed;
}

async function asked(path, held, headers) {
  return send(path, { headers: { ...headers, Authorization: `Bearer ${held.access}` } });
}

export async function authorised(path, headers = {}) {
  const held = await session();
  if (!held) throw new Failure("not_authenticated", 401);
  try {
    return await asked(path, held, headers);
  } catch (failure) {
    if (failure.status !== 401) throw failure;
    return asked(path, await renew(held), headers);
  }
}
