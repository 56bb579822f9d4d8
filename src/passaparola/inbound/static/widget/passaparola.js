// @ts-check
/**
 * passaparola on another site: one script tag, and an element for each place.
 *
 *   <script type="module" src="https://…/w/v1/passaparola.js" data-key="pp_pub_…"></script>
 *   <div data-passaparola="banner"></div>
 *
 * Everything is drawn in shadow roots with constructed style sheets and text nodes: no inline style, no eval, no cookie, nothing stored unless
 * `data-remember` or `passaparola.remember()` asks for it, one global. What goes wrong is said once in the console, and the page lives on.
 */

/** @typedef {{headline: string, gifts: string[], code: string, offer: string, disclosure: string}} Friend */
/** @typedef {{lang: string, dir: string, firm: string, program: string, heading: string, own: string[], friends: string[], earning: string,
 *   conditions: string[], theme: string, logo: string, join: string, portal: string, friend: Friend | null,
 *   say: Record<string, string>}} Told */
/** @typedef {{known: boolean, refused?: string, friends: number, link: string, code: string, subject: string, words: string,
 *   longest: number, system: string, channels: {key: string, name: string, address: string, within: string, words: string, subject: string}[]}} Own */
/** @typedef {{title?: string, heading: string, earned: boolean, alias: string, more: string, empty: string, note: string, address: string,
 *   whole: string, rows: {place: number, name: string, people: string, earned: string}[]}} Board */
/** @typedef {Node | string | null | false | undefined} Part */
/** @typedef {(told: Told, host: HTMLElement) => Part[] | Promise<Part[]>} Draw */

const HERE = new URL(import.meta.url);
const TAG = /** @type {HTMLScriptElement | undefined} */ (
  [...document.scripts].find((script) => script.src.split("#")[0] === HERE.href.split("#")[0])
);
const GIVEN = TAG ? TAG.dataset : {};
const KEY = (GIVEN.key || "").split("_").slice(0, 3).join("_");
const VISIT = "passaparola.visit";
/** @type {Set<HTMLElement>} */
const drawn = new Set();
const said = new Set();
/** @type {Map<string, Promise<Told>>} */
const configurations = new Map();
/** @type {Map<string, Promise<unknown>>} */
const conversions = new Map();
let user = GIVEN.user || "";

/** Say once what went wrong: it is the firm's to know, not the visitor's. @param {unknown} trouble */
function report(trouble) {
  const text = trouble instanceof Error ? trouble.message : String(trouble);
  if (said.has(text)) return;
  said.add(text);
  console.warn(`passaparola: ${text}`);
}

/** The language of the page, or of one place in it. @param {HTMLElement} [place] */
function language(place) {
  const near = place && place.closest("[lang]");
  return GIVEN.lang || (near && near.getAttribute("lang")) || document.documentElement.lang || navigator.language || "";
}

/** The visit that brought somebody here, where the address says so. */
function visit() {
  const token = new URLSearchParams(location.search).get("visit") || "";
  if (token.startsWith("v_")) return token;
  try {
    return sessionStorage.getItem(VISIT) || "";
  } catch {
    return "";
  }
}

/** Keep the visit until this tab is closed: only where the visitor has agreed to it. */
function remember() {
  const token = visit();
  try {
    if (token) sessionStorage.setItem(VISIT, token);
  } catch {
    /* the browser keeps nothing: then nothing is kept */
  }
}

/**
 * @param {string} path
 * @param {Record<string, string>} [body]
 * @returns {Promise<any>}
 */
async function call(path, body) {
  const address = `${HERE.origin}/w/v1/${KEY}/${path}`;
  /** @type {RequestInit} */
  const how = { mode: "cors", credentials: "omit", referrerPolicy: "no-referrer" };
  if (body) {
    const filled = Object.fromEntries(Object.entries(body).filter(([, value]) => value));
    Object.assign(how, { method: "POST", keepalive: true, body: JSON.stringify(filled) });
    how.headers = { "Content-Type": "application/json" };
  }
  let answer;
  try {
    answer = await fetch(address, how);
  } catch {
    throw new Error(`${HERE.origin} does not answer this page. Is ${location.origin} among the web addresses of the key ${KEY}?`);
  }
  const told = await answer.json();
  if (answer.ok) return told;
  const errors = (told.errors || []).map((/** @type {{field: string, message: string}} */ e) => ` ${e.field} ${e.message}.`);
  throw new Error(`${path}: ${told.detail || told.title}${errors.join("")}`);
}

/** What is to be shown of a program. @param {string} program @param {string} lang @returns {Promise<Told>} */
function configuration(program, lang) {
  const query = new URLSearchParams(Object.entries({ program, lang, visit: visit() }).filter(([, value]) => value));
  const path = `configuration?${query}`;
  const known = configurations.get(path) || call(path);
  configurations.set(path, known);
  known.catch(() => configurations.delete(path)); // asked again when it is drawn again
  return known;
}

/**
 * An element. Attributes beginning with `on` are listeners.
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {Record<string, any>} attributes
 * @param {...Part} parts
 * @returns {HTMLElementTagNameMap[Name]}
 */
function make(name, attributes, ...parts) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== undefined) made.setAttribute(key, value);
  }
  made.append(.../** @type {(Node | string)[]} */ (parts.filter((part) => part !== null && part !== false && part !== undefined)));
  return made;
}

/** A link to a page of ours or a channel. @param {string} address @param {string} look @param {Part} words */
function link(address, look, words) {
  return make("a", { href: address, class: look, target: "_blank", rel: "noopener" }, words);
}

/** A button that copies a text. @param {Told} told @param {string} text @param {() => void} [then] */
function copying(told, text, then) {
  const button = make("button", { type: "button", class: "second", onclick: copy }, told.say.copy);
  const status = make("span", { role: "status", class: "unseen" });
  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = status.textContent = told.say.copied;
      setTimeout(() => (button.textContent = told.say.copy), 2500);
      if (then) then();
    } catch (trouble) {
      report(trouble);
    }
  }
  return navigator.clipboard ? [button, status] : [];
}

/** What one side gets. @param {string} title @param {string[]} gifts @param {string} look */
function gift(title, gifts, look) {
  return gifts.length > 0 && make("div", { class: `gift ${look}` }, make("h3", {}, title), ...gifts.map((g) => make("p", {}, g)));
}

/** @param {Told} told */
function gains(told) {
  return make("div", { class: "pair" }, gift(told.say.own, told.own, "first"), gift(told.say.friends, told.friends, ""));
}

/** The terms, on demand. @param {Told} told */
function terms(told) {
  const lines = [told.earning, ...told.conditions].map((line) => make("li", {}, line));
  return make("details", {}, make("summary", {}, told.say.know), make("ul", {}, ...lines));
}

/** What a friend is offered. @param {Told} told @param {Friend} friend */
function offered(told, friend) {
  const gifts = friend.gifts.length > 0 && make("p", { class: "lead" }, friend.gifts.join(" · "));
  const code = make("p", { class: "line" }, make("span", {}, `${told.say.code} `), make("code", { dir: "ltr" }, friend.code));
  code.append(...copying(told, friend.code));
  return [gifts, code, make("p", { class: "small" }, friend.disclosure), make("p", {}, link(friend.offer, "button", told.say.offer))];
}

/** Ask for an address; the mail that goes there opens the rest. @param {Told} told @param {HTMLElement} host */
function asking(told, host) {
  const field = make("input", {
    type: "email", name: "email", required: true, autocomplete: "email", maxlength: 254, dir: "ltr", value: host.dataset.email || undefined,
    "aria-describedby": "why",
  }); // prettier-ignore
  const why = make("p", { id: "why", role: "alert", class: "wrong" });
  const button = make("button", {}, told.say.join);
  const form = make("form", { novalidate: true, onsubmit: send }, make("label", {}, told.say.email, field), button, why);
  /** @param {Event} event */
  async function send(event) {
    event.preventDefault();
    field.setAttribute("aria-invalid", String(!field.validity.valid));
    why.textContent = field.validity.valid ? "" : told.say.wrong;
    if (!field.validity.valid) return field.focus();
    button.disabled = true;
    try {
      await call("join", { email: field.value, program: told.program, lang: told.lang });
      const title = make("h3", { tabindex: "-1" }, told.say.sent);
      form.replaceWith(make("div", { class: "notice" }, title, make("p", {}, told.say.sentWhy)));
      title.focus();
    } catch (trouble) {
      report(trouble);
      why.textContent = told.say.failed;
      button.disabled = false;
    }
  }
  return form;
}

/** The link of the signed user, or a way to get one. @param {Told} told @param {HTMLElement} host @returns {Promise<Part>} */
async function sharing(told, host) {
  if (!user) return asking(told, host);
  const given = { user, program: told.program, lang: told.lang };
  /** @type {Own} */
  const own = await call("user", given);
  if (own.known) return giving(told, host, own);
  const why = make("p", { role: "alert", class: "wrong" });
  const button = make("button", { type: "button", onclick: joins }, told.say.join);
  const place = make("div", {}, button, why);
  async function joins() {
    button.disabled = true;
    try {
      /** @type {Own} */
      const now = await call("user", { ...given, join: "yes" });
      if (now.known) return redraw();
      return place.replaceWith(make("p", {}, link(told.join, "button", told.say.join)));
    } catch (trouble) {
      report(trouble);
      why.textContent = told.say.failed;
      button.disabled = false;
    }
  }
  return place;
}

/** Everything an advocate gives away. @param {Told} told @param {HTMLElement} host @param {Own} own */
function giving(told, host, own) {
  const { item, itemUrl } = host.dataset;
  const words = make("textarea", { rows: "4", dir: "auto", maxlength: String(own.longest) });
  words.value = own.words;
  const mention = item ? make("input", { type: "checkbox", onchange: mentions }) : null;
  function mentions() {
    const said = fill(told.say.item, { item: item || "" });
    words.value = mention && mention.checked ? `${said} ${words.value}` : words.value.replace(`${said} `, "");
  }
  /** @param {string} channel */
  function address(channel) {
    const to = mention && mention.checked && itemUrl ? `&to=${encodeURIComponent(itemUrl)}` : "";
    return `${own.link}?c=${channel}${to}`;
  }
  /** @param {string} channel */
  function tell(channel) {
    call("shares", { user, program: told.program, channel }).catch(report);
  }
  const buttons = own.channels.map((channel) => {
    const anchor = link("#", "second", channel.name);
    const ready = () => {
      const text = words.value === own.words ? channel.words : words.value;
      const [there, inside] = [address(channel.key), text.includes(own.link)];
      const plain = text.split(own.link).map((part, n) => (n ? part.replace(/^\?c=[a-z]+/, "") : part));
      const places = {
        ppWORDSppppLINKpp: plain.join(there), ppWORDSpp: plain.join("").trim(), ppLINKpp: there, ppSUBJECTpp: channel.subject,
      }; // prettier-ignore
      const pattern = inside ? channel.within : channel.address;
      const found = /ppWORDSppppLINKpp|pp(?:WORDS|LINK|SUBJECT)pp/g;
      anchor.href = pattern.replace(found, (place) => encodeURIComponent(places[/** @type {keyof typeof places} */ (place)]));
    };
    anchor.addEventListener("pointerdown", ready);
    anchor.addEventListener("click", () => {
      ready();
      tell(channel.key);
    });
    ready();
    return anchor;
  });
  const system = make("button", { type: "button", onclick: () => {
    const data = { title: own.subject, text: words.value, url: address(own.system) };
    navigator.share(data).then(() => tell(own.system), () => undefined);
  } }, told.say.share); // prettier-ignore
  const portal = make("button", { type: "button", class: "second", onclick: enter }, told.say.portal);
  async function enter() {
    const tab = window.open("", "_blank"); // while the press is fresh: afterwards it would be held back
    if (tab) tab.opener = null;
    try {
      const { url } = await call("portal", { user, program: told.program });
      (tab || window).location.replace(url);
    } catch (trouble) {
      if (tab) tab.close();
      report(trouble);
    }
  }
  const plain = make("span", { dir: "ltr", class: "address" }, own.link.replace(/^https?:\/\//, ""));
  return make("div", { class: "give" },
    make("p", { class: "label" }, told.say.link),
    make("p", { class: "line" }, plain, ...copying(told, own.link, () => tell("copy"))),
    make("p", { class: "line" }, make("span", {}, `${told.say.code} `), make("code", { dir: "ltr" }, own.code)),
    mention && make("label", { class: "check" }, mention, fill(told.say.mention, { item: item || "" })),
    make("label", {}, told.say.message, words),
    make("div", { class: "channels", role: "group", "aria-label": told.say.by }, typeof navigator.share === "function" && system, ...buttons),
    make("p", { class: "line" }, own.friends > 0 && make("span", { class: "small" }, `${told.say.friendsSoFar}: ${own.friends}`), portal),
  ); // prettier-ignore
}

/** What others say, asked anew each time: somebody may have taken it back. @param {Told} told @returns {Promise<Part[]>} */
async function proof(told) {
  /** @type {{quotes: {text: string, shown_as: string, language: string, paid: boolean}[]}} */
  const { quotes } = await call(`quotes?${new URLSearchParams({ program: told.program, lang: told.lang })}`);
  const figures = quotes.map((quote) =>
    make("figure", { dir: "auto" },
      make("blockquote", { lang: quote.language || undefined }, quote.text),
      make("figcaption", {}, make("bdi", {}, quote.shown_as), quote.paid && make("span", { class: "small" }, told.say.paid)),
    ),
  ); // prettier-ignore
  return figures.length ? [make("h2", {}, told.say.others), make("div", { class: "pair quotes" }, ...figures)] : [];
}

/** Who brought most, as far as they agreed to be named. Nothing where the program has no leaderboard. @param {Told} told @returns {Promise<Part[]>} */
async function ranking(told) {
  /** @type {Board} */
  const board = await call(`leaderboard?${new URLSearchParams({ program: told.program, lang: told.lang })}`);
  if (!board.title) return [];
  const places = board.rows.map((row) => make("li", { class: row.place < 4 && "top" },
    make("span", { class: "place" }, String(row.place)),
    make("span", { class: "who" }, row.name ? make("bdi", {}, row.name) : make("span", { class: "small" }, board.alias)),
    make("span", { class: "figure" }, row.people),
    board.earned && make("span", { class: "sum" }, make("bdi", {}, row.earned || "–")),
  )); // prettier-ignore
  return [
    make("h2", {}, board.title), make("p", { class: "lead" }, board.heading), places.length ? make("ol", { "aria-label": board.heading }, ...places) : make("p", {}, board.empty),
    board.more && make("p", { class: "small" }, board.more), make("p", { class: "small" }, board.note),
    make("p", {}, link(board.address, "", board.whole)),
  ]; // prettier-ignore
}

/** @param {string} text @param {Record<string, string>} places */
function fill(text, places) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => (name in places ? places[name] : whole));
}

/** @param {Told} told */
function title(told) {
  return make("h2", {}, told.friend ? told.friend.headline : told.heading);
}

/** @type {Record<string, Draw>} */
const KINDS = {
  banner(told, host) {
    const close = make("button", { type: "button", class: "close", "aria-label": told.say.close, onclick: () => host.remove() }, "×");
    if (told.friend) {
      const code = make("code", { dir: "ltr" }, told.friend.code);
      return [make("div", { class: "bar" }, make("p", {}, make("strong", {}, told.friend.headline)), code, link(told.friend.offer, "button", told.say.offer), close)];
    }
    const gifts = [...told.own.slice(0, 1)].map((own) => make("span", {}, ` ${told.say.own}: ${own}`));
    return [make("div", { class: "bar" }, make("p", {}, make("strong", {}, told.heading), ...gifts), link(told.join, "button", told.say.join), close)];
  },
  async section(told, host) {
    if (told.friend) return [title(told), ...offered(told, told.friend), terms(told)];
    const way = user ? await sharing(told, host) : make("p", {}, link(told.join, "button", told.say.join));
    return [title(told), gains(told), way, terms(told)];
  },
  async share(told, host) {
    return [make("h2", {}, told.heading), gains(told), await sharing(told, host), terms(told)];
  },
  async purchase(told, host) {
    return [make("h2", {}, told.say.bought), make("p", { class: "lead" }, told.heading), gains(told), await sharing(told, host)];
  },
  email: (told, host) => [make("h2", {}, told.heading), gains(told), asking(told, host)],
  proof: (told) => proof(told),
  leaderboard: ranking,
};

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
:host{all:initial;display:block;color-scheme:light dark;--accent:#0f766e;--accent-strong:#0b5a54;--on-accent:#fff;--tint:#e3f3f0;--on-tint:#0b4f49;
--corner:1;--face:system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Noto Sans Arabic",sans-serif;
--card:#fff;--ink:#14211f;--quiet:#52635f;--line:#d5dedb;--field:#8a9a96;--bad:#b3261e}
@media (prefers-color-scheme:dark){:host{--accent:#2dd4bf;--accent-strong:#5eead4;--on-accent:#06201d;--tint:#12322e;--on-tint:#a7f3e6;
--card:#151f1e;--ink:#e7efed;--quiet:#a3b5b1;--line:#2b3b38;--field:#6d807b;--bad:#ffb4ab}}
:host([hidden]){display:none}
*{box-sizing:border-box}
.box{padding:clamp(1.1rem,4vw,1.75rem);font:400 1rem/1.55 var(--face);color:var(--ink);background:var(--card);border:1px solid var(--line);
border-radius:calc(1rem*var(--corner));overflow-wrap:anywhere;text-align:start}
.box.banner{padding:.6rem 1rem;border-inline:0;border-radius:0}
.pair+*{margin-block-start:1rem}
.box>:first-child{margin-block-start:0}
h2,h3,p{margin:.6rem 0 0;line-height:1.25}
p{line-height:1.5}
h2{font-size:1.35rem;letter-spacing:-.01em;text-wrap:balance}
h3{font-size:1rem}
[dir=rtl] h2{letter-spacing:0}
.lead{font-size:1.1rem}
.small{font-size:.875rem;color:var(--quiet)}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(12rem,100%),1fr));gap:.75rem;margin-block-start:1rem}
.gift{padding:.8rem 1rem;border:1px solid var(--line);border-radius:calc(.8rem*var(--corner))}
.gift h3{margin:0;font-size:.9rem;font-weight:600}
.gift p{margin:.15rem 0 0;font-size:1.15rem;font-weight:700}
.gift.first,.notice{color:var(--on-tint);background:var(--tint);border-color:transparent}
.notice{margin-block-start:1rem;padding:.9rem 1.1rem;border-radius:calc(.8rem*var(--corner))}
.notice h3{margin:0}
label,.label{display:block;margin:1rem 0 0;font-weight:600}
.check{display:flex;gap:.6rem;align-items:baseline;font-weight:400}
input,textarea{display:block;width:100%;min-height:2.75rem;margin:.3rem 0 0;padding:.55rem .8rem;color:inherit;background:var(--card);
border:1px solid var(--field);border-radius:calc(.65rem*var(--corner));font:inherit;font-weight:400}
[dir=rtl] input[type=email]{text-align:end}
input[type=checkbox]{flex:none;width:1.2rem;height:1.2rem;min-height:0;margin:0;accent-color:var(--accent)}
[aria-invalid=true]{border-color:var(--bad)}
.wrong{color:var(--bad)}
.wrong:empty{display:none}
button,.button,a.second{display:inline-block;min-height:2.75rem;padding:.6rem 1.2rem;text-align:center;color:var(--on-accent);
background:var(--accent);border:1px solid transparent;border-radius:calc(.65rem*var(--corner));font:inherit;font-weight:650;line-height:1.4;
text-decoration:none;cursor:pointer}
button:hover,.button:hover{background:var(--accent-strong)}
button.second,a.second{color:var(--accent);background:transparent;border-color:var(--field);font-weight:600}
button.second:hover,a.second:hover{background:var(--tint);color:var(--on-tint)}
button:disabled{opacity:.6;cursor:default}
form button{margin-block-start:1rem}
a{color:var(--accent);text-underline-offset:.2em}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
.line{display:flex;flex-wrap:wrap;gap:.5rem .75rem;align-items:center}
.address{flex:1 1 12rem;padding:.6rem .8rem;background:var(--tint);color:var(--on-tint);border-radius:calc(.65rem*var(--corner))}
code{padding:.15rem .6rem;color:var(--on-tint);background:var(--tint);border:1px dashed currentcolor;border-radius:calc(.4rem*var(--corner));
font:700 1em/1.5 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.04em;user-select:all}
.channels{display:flex;flex-wrap:wrap;gap:.5rem;margin-block-start:.9rem}
details{margin-block-start:1.1rem}
summary{padding-block:.25rem;font-weight:600;cursor:pointer}
ul{margin:.4rem 0 0;padding-inline-start:1.2rem}
.quotes{gap:1.25rem}
figure{margin:0;padding-inline-start:.9rem;border-inline-start:3px solid var(--accent)}
blockquote{margin:0}
figcaption{margin-block-start:.4rem;font-size:.9rem;font-weight:600}
figcaption .small{display:block;font-weight:400}
.bar{display:flex;flex-wrap:wrap;gap:.5rem 1rem;align-items:center}
.bar p{flex:1 1 14rem;margin:0}
.bar .close{min-width:2.75rem;padding:.2rem;color:inherit;background:none;font-size:1.5rem}
.bar .close:hover{background:var(--tint)}
ol{display:grid;grid-template-columns:auto minmax(0,1fr) auto auto;gap:0 .9rem;margin:.75rem 0 0;padding:0;list-style:none;font-variant-numeric:tabular-nums}
ol>li{display:grid;grid-column:1/-1;grid-template-columns:subgrid;align-items:center;padding-block:.6rem;border-block-end:1px solid var(--line)}
.who{font-weight:600}
.who>.small{font-size:1em;font-weight:400}
.sum{font-weight:600;text-align:end}
.box.leaderboard{container-type:inline-size}
@container (max-width:28rem){.place{grid-row:1/3}.who{grid-column:2/-1}.figure{grid-column:2;color:var(--quiet)}.sum{grid-column:3/-1}}
.place{display:inline-grid;place-items:center;min-width:2rem;height:2rem;border-radius:1rem;color:var(--on-tint);background:var(--tint);font-weight:650}
.top .place{color:var(--on-accent);background:var(--accent)}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
`);

/** Draw everything again: somebody has joined, or is signed in now. */
function redraw() {
  drawn.forEach((host) => void draw(host));
}

/** Draw one place, once. @param {HTMLElement} host */
function place(host) {
  if (drawn.has(host)) return;
  drawn.add(host);
  void draw(host);
}

/** @param {HTMLElement} host */
async function draw(host) {
  const kind = host.dataset.passaparola || "";
  try {
    if (kind === "conversion") return void (await conversion(host.dataset));
    const how = KINDS[kind];
    if (!how) throw new Error(`data-passaparola="${kind}" is none of ${Object.keys(KINDS).join(", ")}, conversion`);
    const told = await configuration(host.dataset.program || GIVEN.program || "", language(host));
    const parts = await how(told, host);
    if (!parts.length) return void (host.shadowRoot && host.shadowRoot.replaceChildren());
    const theme = new CSSStyleSheet();
    theme.replaceSync(told.theme);
    const root = host.shadowRoot || host.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [STYLE, theme];
    const look = { class: `box ${kind}`, dir: told.dir, lang: told.lang };
    const box = kind === "banner" ? make("section", { ...look, "aria-label": told.heading }, ...parts) : make("div", look, ...parts);
    root.replaceChildren(box);
  } catch (trouble) {
    report(trouble);
  }
}

/**
 * Tell of an order. It is kept as what a browser said, and earns nothing until the shop, an import or a person confirms it.
 * @param {Record<string, string | number | undefined>} order
 * @returns {Promise<unknown>}
 */
function conversion(order) {
  const { order: number, amount, currency, email, customer, code } = order;
  const key = String(number || "");
  const known = conversions.get(key);
  if (known) return known;
  /** @param {string | number | undefined} value */
  const text = (value) => (value === undefined || value === null ? "" : String(value));
  const body = { order: key, amount: text(amount), currency: text(currency), email: text(email), customer: text(customer), code: text(code) };
  const told = call("conversions", { ...body, visit: visit(), program: "" }).catch((trouble) => {
    conversions.delete(key);
    report(trouble);
  });
  conversions.set(key, told);
  return told;
}

/** Draw what is there. @param {ParentNode} [where] */
function scan(where) {
  (where || document).querySelectorAll("[data-passaparola]").forEach((host) => place(/** @type {HTMLElement} */ (host)));
}

/** Say who is signed in at the firm, by the token that its server signed. @param {string} token */
function identify(token) {
  user = token;
  redraw();
}

/** Do what the page asked for before we were here: `(window.passaparola ||= []).push(["conversion", {…}])`. */
function begin() {
  const page = /** @type {{passaparola?: unknown}} */ (/** @type {unknown} */ (window));
  const waiting = Array.isArray(page.passaparola) ? page.passaparola : [];
  const verbs = { conversion, identify, remember, scan };
  /** @param {unknown} asked */
  const push = (asked) => {
    if (!Array.isArray(asked) || !(asked[0] in verbs)) return report(`there is nothing called ${asked}`);
    return /** @type {(given: any) => unknown} */ (verbs[/** @type {keyof typeof verbs} */ (asked[0])])(asked[1]);
  };
  page.passaparola = Object.freeze({ ...verbs, push });
  if ("remember" in GIVEN) remember();
  waiting.forEach(push);
  scan();
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof HTMLElement)) continue;
        if (node.dataset.passaparola) place(node);
        scan(node);
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

try {
  if (!KEY.startsWith("pp_pub_")) throw new Error('the script tag needs data-key="pp_pub_…"');
  begin();
} catch (trouble) {
  report(trouble);
}
