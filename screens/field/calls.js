// What the field page asks of the public API, and what it tells the worker.
"use strict";
(function (window) {
  const PATIENCE_MS = 30000;
  const PHOTO_PATIENCE_MS = 120000;
  const PASSING = [401, 408, 425, 429];

  const root = () => window.document.querySelector(".field");
  const say = (name, words) => Object.entries(words || {}).reduce(
    (told, [key, value]) => told.replace(`{${key}}`, value), root().dataset[`text${name}`] || name);
  const put = (id, told) => { const place = window.document.getElementById(id); if (place) place.textContent = told; };
  const refresh = () => window.dash_clientside.set_props("field-refresh", { data: Date.now() });
  const worker = () => root().dataset.worker || "0";
  // Under what the phone keeps what is this worker's: two towns of one centre may have a worker of the same number.
  const owner = () => [window.document.documentElement.dataset.town, worker()].filter(Boolean).join(".");

  function tell(told, good) {
    put("field-problem", told);
    window.document.getElementById("field-problem").classList.toggle("good", good);
  }
  const problem = (told) => tell(told, false);

  // Whether an answer is none yet: the same request may be answered otherwise later. 0 is no answer at all.
  const isPassing = (status) => status === 0 || status >= 500 || PASSING.includes(status);

  async function fetchWithin(path, options, patienceMs) {
    const stop = new window.AbortController();
    const timer = window.setTimeout(() => stop.abort(), patienceMs);
    try {
      const answer = await window.fetch(path, { ...options, signal: stop.signal });
      return { status: answer.status, retryAfterS: Number(answer.headers.get("Retry-After")) || 0, body: await answer.json() };
    } finally { window.clearTimeout(timer); }
  }

  // {status, body, message, retryAfterS}; status 0 when no answer came, or one that cannot be read.
  async function ask(path, body) {
    const isPhoto = body instanceof window.Blob;
    const headers = { "Accept-Language": window.document.documentElement.lang, ...(isPhoto ? {} : { "Content-Type": "application/json" }) };
    const options = { method: "POST", credentials: "same-origin", headers, body: isPhoto ? body : JSON.stringify(body) };
    try {
      const answer = await fetchWithin(path, options, isPhoto ? PHOTO_PATIENCE_MS : PATIENCE_MS);
      return { ...answer, message: answer.body.error ? answer.body.error.message : say("Refused") };
    } catch {
      return { status: 0, body: {}, message: say("Offline"), retryAfterS: 0 };
    }
  }

  // As `ask`, where everything but a success is thrown; `passing` tells that it may be sent again under the same id.
  async function call(path, body) {
    const answer = await ask(path, body);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 401) loginAgain();
    throw Object.assign(new Error(answer.message), { status: answer.status, passing: isPassing(answer.status) });
  }

  function loginAgain() {
    const place = window.document.getElementById("field-waiting");
    const link = Object.assign(window.document.createElement("a"), { href: "/login?next=/field", textContent: say("LoginAgain") });
    place.replaceChildren(link);
  }

  window.gridcommand = window.gridcommand || {};
  window.gridcommand.field = Object.assign(window.gridcommand.field || {}, {
    root, say, put, refresh, worker, owner, tell, problem, isPassing, ask, call, loginAgain,
  });
})(window);
