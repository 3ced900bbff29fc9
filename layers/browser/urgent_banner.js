// The banner over the display for cases of first priority that nobody was sent to. It sounds and glows until somebody who
// can be named has acknowledged each; the centre keeps who and when, so that every display tells the same.
"use strict";
(function (window) {
  const root = window.document;
  const SOUND_KEY = "gridcommand.sound";

  // Which case the banner shows, and whether it still calls: first those that nobody has acknowledged, in their order.
  // One that is raised again is another call.
  function shownOf(cases) {
    const waiting = cases.filter((one) => !one.isSeen);
    return { first: (waiting[0] || cases[0] || {}).caseNo, more: Math.max(0, cases.length - 1), waiting: waiting.map((one) => one.caseNo), calls: waiting.map((one) => `${one.caseNo}:${one.raised || 0}`) };
  }

  function beep() {
    if (window.localStorage.getItem(SOUND_KEY) === "on") window.gridcommand.tone.play([880, 880, 880]);
  }

  const casesOn = (banner) => [...banner.querySelectorAll("[data-case]")].map((row) => ({ caseNo: row.dataset.case, isSeen: Boolean(row.dataset.seen), raised: row.dataset.raised }));

  let beepedFor = new Set();
  function refresh() {
    const banner = root.getElementById("urgent");
    if (!banner) return;
    const { first, more, waiting, calls } = shownOf(casesOn(banner));
    banner.classList.toggle("shown", first !== undefined);
    banner.classList.toggle("seen", waiting.length === 0);
    for (const row of banner.querySelectorAll("[data-case]")) row.hidden = row.dataset.case !== first;
    const count = banner.querySelector(".urgent-more");
    if (count) count.textContent = more ? `+${more}` : "";
    const button = root.getElementById("urgent-acknowledge");
    if (button) button.hidden = !waiting.includes(first);
    if (calls.some((call) => !beepedFor.has(call))) beep();
    beepedFor = new Set(calls);
  }

  // Said in the name of whoever is logged in here; the second is told who was first.
  async function acknowledge(banner) {
    const { first } = shownOf(casesOn(banner));
    const fault = banner.querySelector(".urgent-fault");
    const headers = { "Content-Type": "application/json", "Accept-Language": root.documentElement.lang };
    const request = { method: "POST", credentials: "same-origin", headers, body: "{}" };
    const told = await window.fetch(`/api/incidents/${first}/acknowledge`, request).then((got) => got.json()).catch((lost) => ({ error: lost }));
    fault.textContent = told.error ? told.error.message : "";
  }

  function labelSoundButton(button) {
    const isOn = window.localStorage.getItem(SOUND_KEY) === "on";
    button.setAttribute("aria-pressed", String(isOn));
    (button.querySelector("span") || button).textContent = isOn ? button.dataset.on : button.dataset.off;
  }

  function onClick(event) {
    const soundButton = event.target.closest("#sound-button");
    if (event.target.closest("#urgent-acknowledge")) acknowledge(root.getElementById("urgent"));
    else if (soundButton) {
      window.localStorage.setItem(SOUND_KEY, window.localStorage.getItem(SOUND_KEY) === "on" ? "off" : "on");
      labelSoundButton(soundButton);
      // heard at once; and a browser plays sound only after somebody has pressed something on the page
      beep();
    }
  }

  function start() {
    root.addEventListener("click", onClick);
    // a little later: Dash draws what the board brought after it was told
    root.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 60));
    window.setInterval(() => {
      const button = root.getElementById("sound-button");
      if (button && !button.dataset.ready) { button.dataset.ready = "yes"; labelSoundButton(button); }
    }, 500);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { urgentBanner: { shownOf } });
  if (root) start();
})(window);
