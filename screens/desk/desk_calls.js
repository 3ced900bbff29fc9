// What the desk asks of the public API, and what it tells; the names are those the field page's photo module uses.
"use strict";
(function (window) {
  const PATIENCE_MS = 60000;
  const PASSING = [401, 408, 425, 429];
  const root = () => window.document.querySelector(".desk");
  const say = (name, words) => Object.entries(words || {}).reduce(
    (told, [key, value]) => told.replace(`{${key}}`, value), root().dataset[`text${name}`] || name);
  const owner = () => [window.document.documentElement.dataset.town, "desk", root().dataset.owner].filter(Boolean).join(".");

  function tell(told, good) {
    const place = window.document.getElementById("desk-answer");
    place.textContent = told;
    place.classList.toggle("good", good);
  }
  const problem = (told) => tell(told, false);
  const isPassing = (status) => status === 0 || status >= 500 || PASSING.includes(status);

  async function ask(path, body) {
    const isPhoto = body instanceof window.Blob;
    const stop = new window.AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE_MS);
    const headers = { "Accept-Language": window.document.documentElement.lang, ...(isPhoto ? {} : { "Content-Type": "application/json" }) };
    const options = { method: "POST", credentials: "same-origin", headers, body: isPhoto ? body : JSON.stringify(body), signal: stop.signal };
    try {
      const answer = await window.fetch(path, options);
      const told = await answer.json();
      return { status: answer.status, body: told, message: told.error ? told.error.message : say("Refused") };
    } catch { return { status: 0, body: {}, message: say("Offline") }; } finally { window.clearTimeout(timer); }
  }

  // Everything but a success is thrown; `passing` tells that it may be sent again under the same id.
  async function call(path, body) {
    const answer = await ask(path, body);
    if (answer.status >= 200 && answer.status < 300) return answer;
    if (answer.status === 401) window.location.assign("/login?next=/desk");
    throw Object.assign(new Error(answer.message), { status: answer.status, passing: isPassing(answer.status) });
  }

  window.gridcommand = window.gridcommand || {};
  window.gridcommand.field = Object.assign(window.gridcommand.field || {}, { say, owner, tell, problem, call });
})(window);
