// The roster's page: a press on a cell or a name opens the form for it; what the form does is asked of the public API.
"use strict";
(function (window) {
  const page = window.document;
  const form = () => page.querySelector(".roster-form");
  let chosen = null; // where somebody is to be put, or whose line it is

  function open(data) {
    chosen = data;
    form().hidden = false;
    form().querySelector("strong").textContent = data.where;
    for (const button of form().querySelectorAll("button")) {
      const press = button.dataset.press;
      button.hidden = press === "put" ? !data.put : press !== "leave" && !data.line;
    }
    form().scrollIntoView({ block: "nearest" });
    form().querySelector("select").focus();
  }

  function act(press) {
    const { call } = window.gridcommand.plain;
    const { day, shift, put, grid, line } = chosen;
    const worker = Number(form().querySelector("select").value);
    if (press === "put") call("PUT", "/api/roster/lines", { lines: [{ day, shift, worker, post: put, grid: grid || null }] });
    else if (press === "stand_in") call("POST", "/api/roster/stand-in", { day, shift, worker: Number(line), by: worker });
    else if (press === "take_off") call("DELETE", `/api/roster/lines/${day}/${shift}/${line}`);
    else form().hidden = true;
  }

  page.addEventListener("click", (event) => {
    const data = event.target.closest("button")?.dataset;
    if (!data) return;
    if (data.copy) window.gridcommand.plain.call("POST", "/api/roster/copy", { monday: data.copy });
    else if (data.swap) window.gridcommand.plain.call("POST", `/api/roster/swaps/${data.swap}/${data.answer}`);
    else if (data.press) act(data.press);
    else if (data.put || data.line) open(data);
  });
})(window);
