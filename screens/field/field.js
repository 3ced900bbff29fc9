// A grid worker's phone: where I am, what I do about my cases, what I report; all through the public API, kept in the
// phone until it is answered.
"use strict";
(function (window) {
  const EVERY_MS = 15000;
  const STEP_M = 20;
  const SOONEST_MS = 2000;
  const LONGEST_PAUSE_S = 60;
  const SOS_MS = 2000;
  const WITHOUT_PHOTOS = ["ask_support", "send_back", "hand_over", "ask_extension", "reply"]; // these wait for no picture

  const AGAIN = ["ask_support", "ask_extension", "reply"]; // may be said more than once about a task as it stands

  function toFix(position) {
    const { longitude, latitude, accuracy, speed, heading } = position.coords;
    const known = (value) => (Number.isFinite(value) && value >= 0 ? value : null);
    return {
      recorded_at: new Date(position.timestamp).toISOString(), lon: longitude, lat: latitude,
      accuracy_m: known(accuracy), speed_mps: known(speed), heading_deg: known(heading),
    };
  }

  // Whether a fix is worth sending before its time: gone some way since the last one sent.
  function hasMovedOn(last, fix) {
    if (!last) return true;
    if (Date.parse(fix.recorded_at) - Date.parse(last.recorded_at) < SOONEST_MS) return false;
    return window.gridcommand.plane.distanceM(last.lon, last.lat, fix.lon, fix.lat) >= STEP_M;
  }

  const field = Object.assign(window.gridcommand.field, { toFix, hasMovedOn });
  const { root, say, put, refresh, problem } = field;
  const state = { fix: null, shared: null, sending: false, notBefore: 0, unreadable: 0, watch: null };

  async function showWaiting() {
    const own = await field.stores.fixes.count(`${field.owner()}|`);
    const everybodys = await field.stores.fixes.count("");
    const others = everybodys.all - own.all;
    put("field-unsent", [
      own.all ? say("Unsent", { n: own.all }) : "",
      own.onlyHere ? say("StoreFull", { n: own.onlyHere }) : "",
      others ? say("OthersUnsent", { n: others }) : "",
    ].filter(Boolean).join(" "));
  }

  // What the centre would not take is counted there by reason; the list of tasks brings the count with it.
  function onRefused(refusals) {
    const told = refusals.find((one) => one.message);
    if (told) problem(told.message);
    refresh();
  }

  function onUnreadable(refusals) {
    state.unreadable += refusals.length;
    put("field-unreadable", say("Unreadable", { n: state.unreadable, why: refusals[0].message || "" }));
  }

  function tellWhy({ waits, sent }) {
    if (!waits) { if (sent) put("field-waiting", ""); return; }
    state.notBefore = Date.now() + Math.min(waits.retryAfterS, LONGEST_PAUSE_S) * 1000;
    if (waits.status === 401) field.loginAgain();
    else put("field-waiting", say("Waiting", { why: waits.message }));
  }

  async function sendFixes() {
    if (state.sending || field.sosWaits() || Date.now() < state.notBefore) return; // a call for help goes first
    state.sending = true;
    const post = (fixes) => field.ask("/api/positions", { worker: Number(field.worker()), datum: "wgs84", fixes });
    try {
      const outcome = await field.alone(() => field.sendAll(field.stores.fixes, field.owner(), post, { onRefused, onUnreadable }));
      if (outcome) tellWhy(outcome);
    } finally {
      state.sending = false;
      await showWaiting();
    }
  }

  function seen(position) {
    state.fix = toFix(position);
    const accuracy = window.gridcommand.units.distanceText(position.coords.accuracy);
    put("field-position", say("Position", { accuracy }));
    put("field-place", say("Position", { accuracy }));
    if (hasMovedOn(state.shared, state.fix)) share();
  }

  function isOnDuty() { return window.document.getElementById("field-duty")?.dataset.on === "yes"; }

  async function share() {
    if (!state.fix || !isOnDuty()) return;
    if (state.shared && state.shared.recorded_at === state.fix.recorded_at) return;
    state.shared = state.fix;
    await field.keep(field.stores.fixes, field.owner(), state.fix);
    await showWaiting();
    sendFixes();
  }

  // Where the phone is now, also when it has not moved: somebody who stands still is seen too.
  function look() {
    if (!window.navigator.geolocation) return;
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 10000 };
    window.navigator.geolocation.getCurrentPosition((position) => { seen(position); share(); }, () => {}, options);
  }

  const here = () => (state.fix ? { lon: state.fix.lon, lat: state.fix.lat, datum: "wgs84" } : {});

  const placed = () => (state.fix ? { ...here(), accuracy_m: state.fix.accuracy_m } : {});

  // A verb of a task, `state` being the task's as it was shown: pressed again on the same, it is the same press. Support
  // may be asked for again in the same state, in other words; so may more time, and an answer be given.
  const pressOf = ({ task, verb, state, note, extra = {} }) => {
    const told = ["found", "to", "until"].filter((name) => name in extra).map((name) => extra[name]);
    return [field.owner(), task, verb, state, ...(AGAIN.includes(verb) ? [note] : []), ...told].join("/");
  };

  const sendPhotosFirst = (caseNo) => field.sendPhotos(caseNo, caseNo)
    .catch((fault) => { throw new Error(say("PhotoFirst", { why: fault.message })); });

  async function act(what, button) {
    const { task, caseNo, verb, note, extra = {} } = what;
    const press = pressOf(what);
    button.disabled = true;
    problem("");
    try {
      if (!WITHOUT_PHOTOS.includes(verb)) await sendPhotosFirst(caseNo);
      await field.call(`/api/incidents/${caseNo}/${verb}`, { id: field.idOf(press), task, note, ...extra, ...here() }).catch((fault) => {
        if (!fault.passing) field.answered(press);
        throw fault;
      });
      field.answered(press);
      field.noteAct(caseNo, verb);
      field.said(task, verb, caseNo);
    } catch (fault) { problem(fault.message); } finally { button.disabled = false; refresh(); }
  }

  function report(button) {
    if (state.fix || field.report(field.owner())) field.sendReport(button, here());
    else problem(say("NoPosition"));
  }

  const dutyPress = (on) => `${field.owner()}/duty/${on ? "on" : "off"}`;
  async function sendDuty(on) {
    const answer = await field.call("/api/duty", { id: field.idOf(dutyPress(on)), worker: Number(field.worker()), on }).catch((fault) => {
      if (!fault.passing) field.answered(dutyPress(on));
      throw fault;
    });
    field.answered(dutyPress(on));
    return answer.body.on;
  }

  async function changeDuty(button) {
    button.disabled = true;
    problem("");
    const on = button.dataset.on !== "yes";
    field.answered(dutyPress(!on)); // the state shown is its answer
    try {
      // a lost press from before, answered now, may have been undone since: then this one is another
      const now = (await sendDuty(on)) === on ? on : await sendDuty(on);
      button.dataset.on = now ? "yes" : "no";
      look();
    } catch (fault) { problem(fault.message); } finally { button.disabled = false; refresh(); }
  }

  function show(name) {
    for (const tab of window.document.querySelectorAll(".field .tab")) tab.hidden = tab.dataset.tab !== name;
    for (const button of window.document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === name));
    for (const map of window.gridcommand.maps) { map.invalidateSize(); window.gridcommand.fit(map); }
  }

  function click(event) {
    const button = event.target.closest ? event.target.closest("button") : null;
    if (!button || !root()) return;
    const { verb, task, case: caseNo, state: taskState } = button.dataset;
    if (button.dataset.show) show(button.dataset.show);
    else if (field.needsWords(verb)) field.wordsForm(button);
    else if (verb) act({ task, caseNo, verb, state: taskState, note: "" }, button);
    else if (button.id === "field-self-handled") field.switchSelf();
    else if (button.id === "field-send-report") report(button);
    else if (button.id === "field-duty") changeDuty(button);
  }

  function start() {
    if (!root()) { window.setTimeout(start, 100); return; }
    if (state.watch !== null) return;
    put("field-position", say("NoPosition"));
    put("field-place", say("NoPosition"));
    if (window.navigator.geolocation) {
      state.watch = window.navigator.geolocation.watchPosition(seen, () => {}, { enableHighAccuracy: true, maximumAge: 5000 });
    }
    resume();
    window.setInterval(() => { share(); look(); }, EVERY_MS);
    window.setInterval(sendFixes, 5000);
    window.setInterval(() => { if (field.sosCall(field.owner())) look(); }, SOS_MS);
    // in the same frame as the list, so that no button moves from under a thumb
    new window.MutationObserver(field.keepForms).observe(window.document.getElementById("field-tasks"), { childList: true, subtree: true, attributeFilter: ["data-verb"] });
  }

  // What an earlier page left in the phone.
  async function resume() {
    await field.adopt(field.stores.fixes, field.owner());
    await field.restore(field.owner());
    field.resumeSos();
    field.resumeReport();
    await showWaiting();
    sendFixes();
  }

  Object.assign(field, { pressOf });
  if (window.document) {
    Object.assign(field, { act, sendFixes, here: placed });
    window.document.addEventListener("click", click);
    start();
  }
})(window);
