// The banner of calls for help: it takes the centre's answers, until each is acknowledged; `alarm.js` makes it heard.
"use strict";
(function (window) {
  const root = window.document;
  const banner = () => root.querySelector(".sos-banner");
  const endForm = () => root.querySelector(".sos-end");

  function refresh() {
    const box = banner();
    if (!box) return;
    const open = [...box.querySelectorAll(".sos-row")];
    const unseen = open.filter((row) => !row.classList.contains("seen")).map((row) => row.dataset.sos);
    box.classList.toggle("unseen", unseen.length > 0);
    const form = endForm();
    if (form && !form.hidden && !open.some((row) => row.dataset.sos === form.dataset.sos)) form.hidden = true;
  }

  async function answer(sos, verb, note) {
    const fault = root.querySelector(".sos-fault");
    fault.textContent = "";
    const headers = { "Content-Type": "application/json", "Accept-Language": root.documentElement.lang };
    const request = { method: "POST", credentials: "same-origin", headers, body: JSON.stringify({ note }) };
    const told = await window.fetch(`/api/sos/${sos}/${verb}`, request).then((got) => got.json()).catch((lost) => ({ error: lost }));
    if (told.error) fault.textContent = told.error.message;
    return !told.error;
  }

  function askEnd(sos) {
    const form = endForm();
    Object.assign(form, { hidden: false }).dataset.sos = sos;
    form.querySelector(".sos-note").focus();
  }

  async function end() {
    const form = endForm();
    const note = form.querySelector(".sos-note");
    if (!(await answer(form.dataset.sos, "end", note.value))) return;
    note.value = "";
    form.hidden = true;
  }

  function onClick(event) {
    const button = event.target.closest && event.target.closest("[data-sos-do]");
    if (!button) return;
    const sos = button.closest("[data-sos]").dataset.sos;
    if (button.dataset.sosDo === "acknowledge") answer(sos, "acknowledge", "");
    else if (button.dataset.sosDo === "ask_end") askEnd(sos);
    else if (button.dataset.sosDo === "end") end();
    else endForm().hidden = true;
  }

  if (root) {
    root.addEventListener("click", onClick);
    // a little later: Dash draws what the board brought after it was told
    root.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 60));
    window.setInterval(refresh, 2000);
  }
})(window);
