// What sounds on wall and console, and how often: a class of alarm has tones of its own, the gravest goes first, and what
// nobody has answered sounds again at a pace beside which a person can work (docs/domain.md, "Alarms").
"use strict";
(function (window) {
  const root = window.document;
  const SOUND_KEY = "gridcommand.sound";
  const APART_MS = 4000; // between two alarms, but for a graver one

  // The gravest first. `againMs`: again while nobody has answered (null: not); `apartMs`: of what sounds once each, how often at most.
  const CLASSES = [
    { name: "sos", heights: [1040, 780, 1040, 780], againMs: 10000, apartMs: 0 },
    { name: "p1", heights: [880, 880, 880], againMs: 20000, apartMs: 0 },
    { name: "overdue", heights: [440, 330], againMs: null, apartMs: 60000 },
  ];

  // Which class sounds now ({name, heights}, or null) of the calls as they are: {sos: [], p1: [], overdue: []}, each by a
  // name of its own. What is overdue when the page opens is known already.
  function makeAlarm() {
    const kept = new Map(CLASSES.map(({ name }) => [name, { sounded: null, lastMs: -Infinity }]));
    let last = { at: -Infinity, place: Infinity };

    function isDue({ name, againMs, apartMs }, calls, nowMs) {
      const own = kept.get(name);
      if (own.sounded === null) own.sounded = new Set(apartMs ? calls : []);
      own.sounded = new Set(calls.filter((call) => own.sounded.has(call)));
      const isFresh = calls.length > own.sounded.size && nowMs - own.lastMs >= apartMs;
      return isFresh || (againMs !== null && calls.length > 0 && nowMs - own.lastMs >= againMs);
    }

    function next(calls, nowMs) {
      const due = CLASSES.filter((one) => isDue(one, calls[one.name], nowMs));
      const [first] = due;
      const place = CLASSES.indexOf(first);
      return first && (place < last.place || nowMs - last.at >= APART_MS) ? first : null;
    }

    // Only what was heard counts: of an alarm nobody could hear the rest would be silence.
    function heard(one, calls, nowMs) {
      Object.assign(kept.get(one.name), { sounded: new Set(calls[one.name]), lastMs: nowMs });
      last = { at: nowMs, place: CLASSES.indexOf(one), name: one.name };
    }

    // Whether what sounded last has just been answered, all of it.
    function hasEnded(calls) {
      const isOver = Boolean(last.name) && calls[last.name].length === 0;
      if (isOver) last = { at: last.at, place: Infinity };
      return isOver;
    }

    return { next, heard, hasEnded };
  }

  // Cases that went up a level since they were first seen here.
  function makeRisen() {
    const first = new Map();
    return (cases) => cases.filter(({ caseNo, level }) => {
      if (!first.has(caseNo)) first.set(caseNo, level);
      return level > first.get(caseNo);
    }).map(({ caseNo, level }) => `${caseNo}^${level}`);
  }

  const risen = makeRisen();
  function callsOnPage() {
    const { urgentBanner } = window.gridcommand;
    const p1 = [...root.querySelectorAll(".urgent")].flatMap((banner) => urgentBanner.shownOf(urgentBanner.casesOn(banner)).calls);
    const isP1 = (caseNo) => p1.some((call) => call.startsWith(`${caseNo}:`));
    const rows = [...root.querySelectorAll(".queue-row[data-case]")].filter((row) => !isP1(row.dataset.case));
    const over = rows.filter((row) => row.querySelector('[data-state="over"]')).map((row) => row.dataset.case);
    const up = risen(rows.map((row) => ({ caseNo: row.dataset.case, level: Number(row.dataset.level || 0) })));
    return { sos: [...root.querySelectorAll(".sos-row:not(.seen)")].map((row) => row.dataset.sos), p1, overdue: [...over, ...up] };
  }

  const isOn = () => window.localStorage.getItem(SOUND_KEY) === "on";
  const isWanted = () => Boolean(root.querySelector('[data-sound="always"]')) || isOn();

  const alarm = makeAlarm();
  let hasBoard = false;
  function refresh() {
    const notice = root.getElementById("sound-blocked");
    if (!notice) return;
    const { tone } = window.gridcommand;
    if (isWanted()) tone.context();
    notice.hidden = !isWanted() || tone.isAllowed() || !window.AudioContext;
    if (!hasBoard) return; // before the board has spoken nothing is known
    const calls = callsOnPage();
    if (alarm.hasEnded(calls)) tone.silence();
    const one = alarm.next(calls, Date.now());
    if (one && isWanted() && tone.play(one.heights)) alarm.heard(one, calls, Date.now());
  }

  function labelSoundButton(button) {
    button.setAttribute("aria-pressed", String(isOn()));
    (button.querySelector("span") || button).textContent = isOn() ? button.dataset.on : button.dataset.off;
  }

  // A browser plays sound only after somebody has pressed something on the page; turned on, it is heard at once.
  async function touched(event) {
    const button = event.target.closest && event.target.closest("#sound-button");
    if (button && event.type === "click") {
      window.localStorage.setItem(SOUND_KEY, isOn() ? "off" : "on");
      labelSoundButton(button);
    }
    if (!isWanted()) { window.gridcommand.tone.silence(); return; }
    await window.gridcommand.tone.allow();
    if (button && event.type === "click") window.gridcommand.tone.play(CLASSES[1].heights);
    refresh();
  }

  function start() {
    for (const name of ["click", "keydown"]) root.addEventListener(name, touched);
    // a little later: Dash draws what the board brought after it was told, and the lamps are set after that
    root.addEventListener("gridcommand:board", () => window.setTimeout(() => { hasBoard = true; refresh(); }, 90));
    window.setInterval(() => {
      const button = root.getElementById("sound-button");
      if (button && !button.dataset.ready) { button.dataset.ready = "yes"; labelSoundButton(button); }
      refresh();
    }, 1000);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { alarm: { CLASSES, makeAlarm, makeRisen } });
  if (root) start();
})(window);
