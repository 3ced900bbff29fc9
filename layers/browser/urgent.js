// The urgent call: a case of first priority nobody was sent to takes over the top of the display until acknowledged.
"use strict";
(function (window) {
  const root = window.document;
  const KEPT = "gridcommand.acknowledged";
  const SOUND = "gridcommand.sound";

  function acknowledged() {
    try { return new Set(JSON.parse(window.localStorage.getItem(KEPT) || "[]")); } catch { return new Set(); }
  }

  // The urgent cases that nobody at this display has acknowledged, in the order they were given.
  function pending(cases, known) {
    return cases.filter((each) => !known.has(each));
  }

  function acknowledge(cases) {
    const known = [...acknowledged(), ...cases].slice(-200);
    window.localStorage.setItem(KEPT, JSON.stringify(known));
  }

  let audio = null;
  function beep() {
    if (window.localStorage.getItem(SOUND) !== "on" || !window.AudioContext) return;
    audio = audio || new window.AudioContext();
    [0, 0.28, 0.56].forEach((wait) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = 880;
      volume.gain.setValueAtTime(0.18, audio.currentTime + wait);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + wait + 0.2);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + wait);
      tone.stop(audio.currentTime + wait + 0.22);
    });
  }

  const casesOf = (banner) => [...banner.querySelectorAll("[data-case]")].map((row) => row.dataset.case);

  let sounded = new Set();
  function refresh() {
    const banner = root.getElementById("urgent");
    if (!banner) return;
    const waiting = pending(casesOf(banner), acknowledged());
    banner.classList.toggle("shown", waiting.length > 0);
    for (const row of banner.querySelectorAll("[data-case]")) row.hidden = row.dataset.case !== waiting[0];
    const more = banner.querySelector(".urgent-more");
    if (more) more.textContent = waiting.length > 1 ? `+${waiting.length - 1}` : "";
    if (waiting.some((each) => !sounded.has(each))) beep();
    sounded = new Set(waiting);
  }

  function soundLabel(button) {
    const on = window.localStorage.getItem(SOUND) === "on";
    button.setAttribute("aria-pressed", String(on));
    (button.querySelector("span") || button).textContent = on ? button.dataset.on : button.dataset.off;
  }

  function onClick(event) {
    const sound = event.target.closest("#sound-button");
    if (event.target.closest("#urgent-acknowledge")) {
      const banner = root.getElementById("urgent");
      acknowledge(pending(casesOf(banner), acknowledged()).slice(0, 1));
      refresh();
    } else if (sound) {
      window.localStorage.setItem(SOUND, window.localStorage.getItem(SOUND) === "on" ? "off" : "on");
      soundLabel(sound);
      beep();
    }
  }

  function start() {
    root.addEventListener("click", onClick);
    root.addEventListener("gridcommand:board", () => window.setTimeout(refresh, 60));
    window.setInterval(() => {
      const button = root.getElementById("sound-button");
      if (button && !button.dataset.ready) { button.dataset.ready = "yes"; soundLabel(button); }
    }, 500);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { urgent: { pending } });
  if (root) start();
})(window);
