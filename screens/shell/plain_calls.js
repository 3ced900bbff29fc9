// What the plain pages ask of the public API: one call at a time, told in the line for problems; then the page is read again.
"use strict";
(function (window) {
  const problem = () => window.document.querySelector(".problem");
  let busy = false;

  async function send(method, path, body) {
    const language = { "Accept-Language": window.document.documentElement.lang };
    const told = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { ...language, ...(body === undefined ? {} : { "Content-Type": "application/json" }) };
    try {
      const answer = await window.fetch(path, { method, credentials: "same-origin", headers, ...told });
      if (answer.ok) return "";
      if (answer.status === 401) window.location.assign(`/login?next=${window.location.pathname}`);
      const { error } = await answer.json();
      return [...new Set([error.message, ...Object.values(error.fields || {})])].join(" ");
    } catch { return problem().dataset.refused; }
  }

  // Sends it; what is refused is said, after what is taken the page is read again.
  async function call(method, path, body) {
    if (busy) return;
    busy = true;
    const refused = await send(method, path, body);
    busy = false;
    if (refused) problem().textContent = refused; else window.location.reload();
  }

  window.gridcommand = window.gridcommand || {};
  window.gridcommand.plain = { call };
})(window);
