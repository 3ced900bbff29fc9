// The banners of cases of first priority that nobody was sent to: the wall's shows one, the console's each of them, until
// somebody who can be named has acknowledged it. The centre keeps who and when, so that every screen tells the same;
// `alarm.js` makes it heard.
"use strict";
(function (window) {
  const root = window.document;

  // Which case the wall shows, and whether it still calls: first those that nobody has acknowledged, in their order.
  // One that is raised again is another call.
  function shownOf(cases) {
    const waiting = cases.filter((one) => !one.isSeen);
    return { first: (waiting[0] || cases[0] || {}).caseNo, more: Math.max(0, cases.length - 1), waiting: waiting.map((one) => one.caseNo), calls: waiting.map((one) => `${one.caseNo}:${one.raised || 0}`) };
  }

  const casesOn = (banner) => [...banner.querySelectorAll(".urgent-row[data-case]")].map((row) => ({ caseNo: row.dataset.case, isSeen: Boolean(row.dataset.seen), raised: row.dataset.raised }));

  function refresh() {
    const banner = root.getElementById("urgent");
    if (!banner) return;
    const { first, more, waiting } = shownOf(casesOn(banner));
    banner.classList.toggle("shown", first !== undefined);
    banner.classList.toggle("seen", waiting.length === 0);
    for (const row of banner.querySelectorAll("[data-case]")) row.hidden = row.dataset.case !== first;
    const count = banner.querySelector(".urgent-more");
    if (count) count.textContent = more ? `+${more}` : "";
    const button = root.getElementById("urgent-acknowledge");
    if (button) button.hidden = !waiting.includes(first);
  }

  // Said in the name of whoever is logged in here; the second is told who was first.
  async function acknowledge(caseNo, banner) {
    const fault = banner.querySelector(".urgent-fault");
    const headers = { "Content-Type": "application/json", "Accept-Language": root.documentElement.lang };
    const request = { method: "POST", credentials: "same-origin", headers, body: "{}" };
    const told = await window.fetch(`/api/incidents/${caseNo}/acknowledge`, request).then((got) => got.json()).catch((lost) => ({ error: lost }));
    fault.textContent = told.error ? told.error.message : "";
  }

  function onClick(event) {
    const button = event.target.closest && event.target.closest("#urgent-acknowledge, [data-acknowledge]");
    if (!button) return;
    const banner = button.closest(".urgent");
    acknowledge(button.dataset.acknowledge || shownOf(casesOn(banner)).first, banner);
  }

  function start() {
    root.addEventListener("click", onClick);
    // a little later: Dash draws what the board brought after it was told
    root.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 60));
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { urgentBanner: { shownOf, casesOn } });
  if (root) start();
})(window);
