// The banner over the display for cases of first priority that nobody was sent to, until somebody acknowledges them.
"use strict";
(function (window) {
  const root = window.document;
  // Two towns of one centre may have cases of the same number.
  const keyOfTown = () => ["gridcommand.acknowledged", root.documentElement.dataset.town].filter(Boolean).join(".");
  const SOUND_KEY = "gridcommand.sound";

  // Kept by the display, not by the centre: who stands before another display has not seen it.
  function readAcknowledged() {
    try { return new Set(JSON.parse(window.localStorage.getItem(keyOfTown()) || "[]")); } catch { return new Set(); }
  }

  // The case numbers that nobody at this display has acknowledged, in the order they were given.
  function unacknowledged(caseNos, acknowledged) {
    return caseNos.filter((caseNo) => !acknowledged.has(caseNo));
  }

  function acknowledge(caseNos) {
    const newest = [...readAcknowledged(), ...caseNos].slice(-200);
    window.localStorage.setItem(keyOfTown(), JSON.stringify(newest));
  }

  let audio = null;
  function beep() {
    if (window.localStorage.getItem(SOUND_KEY) !== "on" || !window.AudioContext) return;
    audio = audio || new window.AudioContext();
    [0, 0.28, 0.56].forEach((delayS) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = 880;
      volume.gain.setValueAtTime(0.18, audio.currentTime + delayS);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + delayS + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + delayS);
      tone.stop(audio.currentTime + delayS + 0.22);
    });
  }

  const casesOn = (banner) => [...banner.querySelectorAll("[data-case]")].map((row) => row.dataset.case);

  let beepedFor = new Set();
  function refresh() {
    const banner = root.getElementById("urgent");
    if (!banner) return;
    const waiting = unacknowledged(casesOn(banner), readAcknowledged());
    banner.classList.toggle("shown", waiting.length > 0);
    for (const row of banner.querySelectorAll("[data-case]")) row.hidden = row.dataset.case !== waiting[0];
    const more = banner.querySelector(".urgent-more");
    if (more) more.textContent = waiting.length > 1 ? `+${waiting.length - 1}` : "";
    if (waiting.some((caseNo) => !beepedFor.has(caseNo))) beep();
    beepedFor = new Set(waiting);
  }

  function labelSoundButton(button) {
    const isOn = window.localStorage.getItem(SOUND_KEY) === "on";
    button.setAttribute("aria-pressed", String(isOn));
    (button.querySelector("span") || button).textContent = isOn ? button.dataset.on : button.dataset.off;
  }

  function onClick(event) {
    const soundButton = event.target.closest("#sound-button");
    if (event.target.closest("#urgent-acknowledge")) {
      const banner = root.getElementById("urgent");
      acknowledge(unacknowledged(casesOn(banner), readAcknowledged()).slice(0, 1));
      refresh();
    } else if (soundButton) {
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

  window.gridcommand = Object.assign(window.gridcommand || {}, { urgentBanner: { unacknowledged } });
  if (root) start();
})(window);
