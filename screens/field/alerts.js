// A task that is sent to me shakes the phone, sounds and stands in the title, once, one that waited when its turn comes;
// a task that was taken away is told too.
"use strict";
(function (window) {
  const EVERY_MS = 500;
  const TOLD_MS = 60000;
  const PATTERN = [300, 120, 300, 120, 500];
  const NOTES = [660, 880, 1320];
  const MY_LAST = ["feedback", "send_back"]; // after these a task is gone because of me
  const field = window.gridcommand.field;
  const { say, put } = field;

  // Which cases are new among `now`, and which of `known` were taken away: {case number: the verb I performed last}.
  function compareTasks(known, now) {
    const before = known || {};
    return {
      fresh: now.filter((caseNo) => !(caseNo in before)),
      gone: Object.keys(before).filter((caseNo) => !now.includes(caseNo) && !MY_LAST.includes(before[caseNo])),
      known: Object.fromEntries(now.map((caseNo) => [caseNo, before[caseNo] || ""])),
    };
  }

  function noteAct(caseNo, verb) {
    const known = field.knownTasks(field.owner()) || {};
    if (caseNo in known) field.keepTasks(field.owner(), { ...known, [caseNo]: verb });
  }

  // The browser lets no page sound or shake before it was touched: what is owed comes with the first touch.
  let isOwed = false;
  function alarm() {
    const { navigator, gridcommand: { tone } } = window;
    const mayShake = !navigator.userActivation || navigator.userActivation.hasBeenActive;
    if (mayShake && navigator.vibrate) navigator.vibrate(PATTERN);
    if (tone.isAllowed()) tone.play(NOTES);
    isOwed = !tone.isAllowed();
  }

  let title = "";
  let toldAt = 0;
  function tell(told, isNew) {
    put("field-news", told);
    toldAt = Date.now();
    title = title || window.document.title;
    if (isNew) window.document.title = `● ${told}`;
  }

  const titleOf = (caseNo) => window.document.querySelector(`.task[data-case="${caseNo}"] .task-head strong`)?.textContent || "";

  function look() {
    const sound = window.document.getElementById("field-sound");
    const list = window.document.getElementById("field-tasks");
    if (!sound || !list || !list.firstElementChild) return; // before the first answer nothing is known
    sound.hidden = window.gridcommand.tone.isAllowed() || !window.AudioContext;
    if (toldAt && Date.now() - toldAt > TOLD_MS) { put("field-news", ""); toldAt = 0; }
    const now = [...new Set([...list.querySelectorAll(".task[data-case]:not(.queued)")].map((task) => task.dataset.case))];
    const { fresh, gone, known } = compareTasks(field.knownTasks(field.owner()), now);
    field.keepTasks(field.owner(), known);
    if (gone.length) tell(say("GoneTask", { case_no: gone.join(" ") }), false);
    if (fresh.length) tell(fresh.map((caseNo) => say("NewTask", { title: titleOf(caseNo), case_no: caseNo })).join(" "), true);
    if (fresh.length || gone.length) alarm();
  }

  async function touched() {
    if (title) window.document.title = title;
    title = "";
    await window.gridcommand.tone.allow();
    if (isOwed && window.gridcommand.tone.isAllowed()) alarm();
  }

  Object.assign(field, { compareTasks, noteAct });
  if (window.document) {
    for (const name of ["pointerup", "keydown"]) window.document.addEventListener(name, touched);
    window.setInterval(look, EVERY_MS);
  }
})(window);
