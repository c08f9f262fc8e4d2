// Without this script a page is right when it is loaded; with it, it stays right.

const stream = document.getElementById("liveness")?.dataset.stream;
const held = new Map(); // Newer content of items in which somebody is writing.
let lists = {};
let asked = null; // Ids of the releases that waited for people the last time.
let heardAt = Date.now();
let pauseMs = 1000;
let source;

// Items: the new one takes the place of the old one, but nothing that somebody has open, holds or writes is touched.

const isBusy = (item) => item.querySelector("details.ask[open]") !== null;
const decidingIn = (item) => item.querySelector("[data-part=deciding]");

function parsed(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content.firstElementChild;
}

function put(id, html) {
  const fresh = parsed(html);
  const old = document.getElementById(id);
  if (!old) return document.getElementById("fresh").append(fresh); // Its list takes it from there.
  if (old.dataset.digest === fresh.dataset.digest) return held.delete(id);
  if (isBusy(old)) {
    held.set(id, html);
    return putAround(old, fresh);
  }
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  for (const { id: open } of old.querySelectorAll("details[open][id]")) {
    fresh.querySelector(`#${CSS.escape(open)}`)?.setAttribute("open", "");
  }
  old.replaceWith(fresh);
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function putAround(old, fresh) {
  const kept = decidingIn(old);
  const open = kept.querySelector("details.ask[open]");
  for (const part of [...kept.parentElement.children]) if (part !== kept) part.remove();
  const gone = !fresh.querySelector(`#${CSS.escape(open.id)}`);
  const spot = decidingIn(fresh);
  let place = "before";
  for (const part of [...fresh.querySelector("article").children]) {
    if (part === spot) place = "after";
    else if (place === "before") kept.before(part);
    else kept.parentElement.append(part);
  }
  if (gone) kept.before(parsed('<p class="changed" role="status">⚠︎ What you are answering is not asked any more.</p>'));
  kept.parentElement.className = fresh.querySelector("article").className;
}

function arrange() {
  for (const [name, ids] of Object.entries(lists)) {
    const list = document.getElementById(name);
    const items = ids.map((id) => document.getElementById(id));
    const movable = items.filter((item) => item && (item.parentElement === list || !isBusy(item)));
    movable.forEach((item, place) => {
      if (list.children[place] !== item && !isBusy(item)) list.insertBefore(item, list.children[place] ?? null);
    });
    document.getElementById(`${name}-count`).textContent = ids.length;
  }
  // Only now: what has left one list stands in another.
  for (const [name, ids] of Object.entries(lists)) {
    for (const item of [...document.getElementById(name).children]) {
      if (!ids.includes(item.id) && !isBusy(item)) item.remove();
    }
  }
  for (const offer of document.querySelectorAll("[data-while]")) {
    if (!document.getElementById(offer.dataset.while)) offer.remove();
  }
}

function show(page) {
  lists = page.lists;
  for (const [id, html] of Object.entries(page.items)) put(id, html);
  arrange();
  document.title = document.title.replace(/^(\(\d+\) )?/, page.waiting ? `(${page.waiting}) ` : "");
  const news = Object.entries(page.asks).filter(([id]) => asked && !asked.has(id)).map(([, push]) => push);
  asked = new Set(Object.keys(page.asks));
  if (news.length) document.getElementById("said").textContent = news.join(" ");
}

// What was held back is shown when the form is closed.
document.addEventListener("toggle", ({ target }) => {
  const item = target.closest?.(".item");
  if (!item || !target.matches("details.ask")) return;
  if (target.open) target.querySelector("textarea, button.sure")?.focus();
  else if (held.has(item.id) && !isBusy(item)) {
    item.dataset.digest = "";
    const html = held.get(item.id);
    held.delete(item.id);
    put(item.id, html);
    arrange();
  }
}, true);

// The stream: when it breaks, the page says so in words and tries again, more and more seldom.

function sayLive(...words) {
  document.getElementById("liveness").replaceChildren(...words);
}

function connect() {
  source = new EventSource(stream);
  const on = (name, act) => source.addEventListener(name, (event) => {
    heardAt = Date.now();
    pauseMs = 1000;
    act(event);
  });
  on("page", ({ data }) => { sayLive(); show(JSON.parse(data)); });
  on("away", () => sayLive("⚠︎ Not live: the record cannot be read now. Trying again."));
  on("still", () => {});
  on("signed-out", signedOut);
  source.onerror = reconnect;
}

function signedOut() {
  source.close();
  source = null;
  const link = Object.assign(document.createElement("a"), { href: "/sign-in", textContent: "Sign in" });
  sayLive("⚠︎ Not live: you are signed out. ", link);
}

function reconnect() {
  source.close();
  heardAt = Date.now();
  sayLive("⚠︎ Not live, reconnecting. What you see may be old.");
  setTimeout(async () => {
    const answer = await fetch(stream, { method: "HEAD", redirect: "manual" }).catch(() => null);
    if (answer?.type === "opaqueredirect") signedOut();
    else connect();
  }, pauseMs);
  pauseMs = Math.min(pauseMs * 2, 30_000);
}

document.querySelector(".card .notice")?.focus();
if (document.body.dataset.at) history.replaceState(null, "", document.body.dataset.at);
if (stream) {
  connect();
  // A phone that slept has lost the stream without hearing of it.
  setInterval(() => { if (source?.readyState === EventSource.OPEN && Date.now() - heardAt > 40_000) reconnect(); }, 5_000);
  addEventListener("pageshow", ({ persisted }) => { if (persisted) location.reload(); });
}
