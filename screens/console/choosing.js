// Who is chosen to be sent: several in the order they were pressed, the first of them leads; nobody chosen means the first row.
"use strict";
(function (window) {
  const root = window.document;
  let chosen = []; // workers' ids as the rows tell them, in the order chosen
  const refused = new Set(); // those of the chosen whose sending was refused, and who were not pressed since

  // The choice after one was pressed: he joins at its end, or leaves it.
  function toggled(choice, worker) {
    return choice.includes(worker) ? choice.filter((each) => each !== worker) : [...choice, worker];
  }

  // What one is chosen as: "lead", "co", or "" when he is not; beside somebody who leads already all are "co".
  function partOf(choice, worker, verb) {
    const at = choice.indexOf(worker);
    if (at < 0) return "";
    return at === 0 && verb !== "support" ? "lead" : "co";
  }

  // The name on the button that sends: one by his name, of several the first and how many they are.
  function told(names, several) {
    return names.length < 2 ? names.join("") : several.replace("{name}", names[0]).replace("{n}", String(names.length));
  }

  const offered = () => [...root.querySelectorAll("[data-worker][data-name]")];
  const rows = () => [...root.querySelectorAll(".advice-row")];
  const button = () => root.querySelector("[data-send]");

  // Who would be sent now.
  function workers() {
    if (chosen.length) return chosen;
    const first = rows()[0];
    return first ? [first.dataset.worker] : [];
  }

  function nameOf(worker) {
    const row = offered().find((each) => each.dataset.worker === worker);
    return row ? row.dataset.name : "";
  }

  function paint() {
    const send = button();
    const going = workers();
    for (const row of offered()) {
      const part = send ? partOf(chosen, row.dataset.worker, send.dataset.by) : "";
      row.classList.toggle("chosen", going.includes(row.dataset.worker));
      const sign = row.querySelector(".part");
      if (sign) sign.textContent = part && send ? send.dataset[part] : "";
    }
    const name = root.querySelector(".send-name");
    if (name && send) name.textContent = told(going.map(nameOf), send.dataset.several);
  }

  // Whoever was refused and is pressed again is meant again: only the press after that takes him out.
  function choose(row) {
    const { worker } = row.dataset;
    if (!refused.delete(worker) || !chosen.includes(worker)) chosen = toggled(chosen, worker);
    paint();
    window.gridcommand.console.showWay(workers()[0]);
  }

  // The proposed team, all of it, its first to lead.
  function team() {
    const members = [...root.querySelectorAll(".team-member")].map((each) => each.dataset.worker);
    if (!members.length || !button()) return;
    chosen = members;
    refused.clear();
    paint();
    window.gridcommand.console.showWay(members[0]);
  }

  // Sending those chosen was refused: they stay chosen.
  const keep = () => chosen.forEach((worker) => refused.add(worker));

  // Another advice has come, or none: nobody is chosen. What was painted on the one before may still be there.
  function begin() {
    chosen = [];
    refused.clear();
    window.setTimeout(paint, 30);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { choosing: { toggled, partOf, told, workers, rows, choose, team, keep, begin } });
})(window);
