// Fixes that wait to be sent: each stays in the phone until the centre has answered for it, taken or refused with a reason.
"use strict";
(function (window) {
  const LONGEST_BATCH = 100;
  const EARLIER_KEY = "gridcommand.unsent";
  const UNREADABLE = [400, 422];

  // What to do after an answer to a batch of so many: "taken", "smaller" (send less at once: it is too large, or one of
  // them spoils it), "refused" (this one alone cannot be read), or "wait" (kept, to be sent again).
  function stepAfter(status, count) {
    if (status >= 200 && status < 300) return "taken";
    if ((status === 413 || UNREADABLE.includes(status)) && count > 1) return "smaller";
    return UNREADABLE.includes(status) ? "refused" : "wait";
  }

  // The refusals told in an answer: [{index, code, message?}].
  function refusalsIn(answer) {
    if (Array.isArray(answer.refused)) return answer.refused;
    return Array.isArray(answer.refusals) ? answer.refusals : [];
  }

  // Send all of a worker's fixes, the oldest first, until a batch has to wait: {waits: that answer or null, sent: whether
  // any batch was answered}. What the centre refused goes to `onRefused`, what it cannot read at all to `onUnreadable`.
  async function sendAll(store, worker, post, { onRefused, onUnreadable }) {
    for (let size = LONGEST_BATCH, sent = false; ;) {
      const rows = await store.first(`${worker}|`, size);
      if (rows.length === 0) return { waits: null, sent };
      const answer = await post(rows.map((row) => row.value));
      const step = stepAfter(answer.status, rows.length);
      if (step === "wait") return { waits: answer, sent };
      if (step === "smaller") { size = Math.ceil(rows.length / 2); continue; }
      if (step === "refused") { onUnreadable([{ index: 0, message: answer.message }]); size = LONGEST_BATCH; }
      if (step === "taken" && refusalsIn(answer.body).length) onRefused(refusalsIn(answer.body));
      await store.remove(rows.map((row) => row.key));
      sent = true;
    }
  }

  // One tab sends at a time; the others look again later. Without locks (an old browser) a fix may go twice, which is one.
  function alone(act) {
    const locks = window.navigator.locks;
    return locks ? locks.request("gridcommand.fixes", { ifAvailable: true }, (lock) => (lock ? act() : null)) : act();
  }

  const keep = (store, worker, fix) => store.put(`${worker}|${fix.recorded_at}`, fix);

  // Fixes an earlier version of this page left behind in the small store.
  async function adopt(store, worker) {
    let left = [];
    try { left = JSON.parse(window.localStorage.getItem(EARLIER_KEY)) || []; } catch { /* none that can be read */ }
    for (const fix of left) await keep(store, worker, fix);
    if (left.length && (await store.count(`${worker}|`)).onlyHere === 0) window.localStorage.removeItem(EARLIER_KEY);
  }

  window.gridcommand = window.gridcommand || {};
  window.gridcommand.field = Object.assign(window.gridcommand.field || {}, { stepAfter, refusalsIn, sendAll, alone, keep, adopt });
})(window);
