// The card of a picked worker: name, status, age and accuracy of the fix, case; fetched once, when he is picked.
"use strict";
(function (window) {
  // The lines of a card from a worker's entry in the API's list; `texts` are in the visitor's language.
  function cardLines(texts, status, worker) {
    const { durationText, distanceText } = window.gridcommand.units;
    const lines = [`${worker.name || texts.unknown} · ${texts.status[status]}`];
    const fix = [];
    if (Number.isFinite(worker.age_s)) fix.push(texts.age.replace("{age}", durationText(worker.age_s)));
    if (Number.isFinite(worker.accuracy_m)) fix.push(texts.accuracy.replace("{accuracy}", distanceText(worker.accuracy_m)));
    if (fix.length) lines.push(fix.join(" · "));
    if (worker.open_case_no) lines.push(texts.case.replace("{n}", worker.open_case_no));
    return lines;
  }

  // From the API and not from the live stream, which holds no names: the centre masks them for whoever asks.
  async function fetchWorker(workerId) {
    const response = await window.fetch("/api/workers", { headers: { accept: "application/json" } });
    const workers = response.ok ? (await response.json()).workers : [];
    return workers.find((worker) => worker.worker === workerId) || {};
  }

  function addCard(map) {
    const texts = JSON.parse(map.gridcommand.box.dataset.words || "{}");
    const state = map.gridcommand.workers;
    if (!state || !texts.status) return;
    const card = window.L.DomUtil.create("div", "worker-card", state.ring);
    window.document.addEventListener("gridcommand:worker", async (event) => {
      card.textContent = "";
      const picked = event.detail;
      if (!picked) return;
      const worker = await fetchWorker(picked.worker);
      // another one may have been picked while this one was fetched
      if (state.picked !== picked.worker) return;
      card.textContent = cardLines(texts, picked.status, worker).join("\n");
    });
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { workerCard: { cardLines } });
  if (window.gridcommand.onMap) window.gridcommand.onMap(addCard);
})(window);
