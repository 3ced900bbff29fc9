// How long ago and how long still: every element with the class ago or due is written twice a second.
"use strict";
(function (window) {
  // What stands beside the lamp of a case: the time left, or the time over; nothing where nothing is due.
  function dueText(leftMs, words, clockFace) {
    if (!Number.isFinite(leftMs)) return "";
    return (leftMs < 0 ? words.over : words.left).replace("{t}", clockFace(Math.abs(leftMs)));
  }

  function write(element, text) {
    if (element.textContent !== text) element.textContent = text;
  }

  function refresh(box, now, { deadlineLamps, units }) {
    for (const element of box.querySelectorAll(".due[data-due]")) {
      const due = Date.parse(element.dataset.due);
      const state = deadlineLamps.lampState(now, Date.parse(element.dataset.since), due, Boolean(element.dataset.paused));
      deadlineLamps.setLamp(element, state, units.pageTexts());
      write(element, dueText(due - now, box.dataset, units.clockFace));
    }
    for (const element of box.querySelectorAll(".ago[data-since]")) {
      write(element, box.dataset.since.replace("{t}", units.clockFace(now - Date.parse(element.dataset.since))));
    }
  }

  function tick() {
    const box = window.document.querySelector(".console");
    const { live } = window.gridcommand;
    if (box) refresh(box, Date.now() + (live ? live.serverOffsetMs : 0), window.gridcommand);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { due: { dueText, refresh } });
  if (window.document) window.setInterval(tick, 500);
})(window);
