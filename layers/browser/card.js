// The card of a picked worker: who it is, since when seen, how exactly; asked for once, when somebody points at him.
"use strict";
(function (window) {
  // The lines of a card from what the list of workers says of him; `words` are the texts in the visitor's language.
  function cardLines(words, status, worker) {
    const fill = (text, n) => text.replace("{n}", n);
    const lines = [`${worker.name || words.unknown} · ${words.status[status]}`];
    const seen = [];
    if (Number.isFinite(worker.age_s)) seen.push(fill(words.age, Math.round(worker.age_s)));
    if (Number.isFinite(worker.accuracy_m)) seen.push(fill(words.accuracy, Math.round(worker.accuracy_m)));
    if (seen.length) lines.push(seen.join(" · "));
    if (worker.open_case_no) lines.push(fill(words.case, worker.open_case_no));
    return lines;
  }

  async function ask(worker) {
    const answer = await window.fetch("/api/workers", { headers: { accept: "application/json" } });
    const list = answer.ok ? (await answer.json()).workers : [];
    return list.find((each) => each.worker === worker) || {};
  }

  function addCard(map) {
    const words = JSON.parse(map.gridcommand.box.dataset.words || "{}");
    const state = map.gridcommand.workers;
    if (!state || !words.status) return;
    const card = window.L.DomUtil.create("div", "worker-card", state.ring);
    window.document.addEventListener("gridcommand:worker", async (event) => {
      card.textContent = "";
      const picked = event.detail;
      if (!picked) return;
      const found = await ask(picked.worker);
      if (state.picked !== picked.worker) return;
      card.textContent = cardLines(words, picked.status, found).join("\n");
    });
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { card: { cardLines } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addCard);
})(window);
