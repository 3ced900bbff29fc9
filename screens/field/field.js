// A grid worker's phone: where I am, what I do about my cases, what I report; all through the public API, kept in the
// phone while there is no network.
"use strict";
(function (window) {
  const KEEP = "gridcommand.unsent";
  const EVERY_MS = 15000;
  const STEP_M = 20;
  const SOONEST_MS = 2000;
  const PHOTO_PX = 1600;
  const PHOTO_BYTES = 900000;
  const LONGEST_BATCH = 100;

  // A time-ordered UUID (version 7) made here, so that a repeated request is one act.
  function makeId(ms, random) {
    const bytes = random(new Uint8Array(16));
    for (let i = 0; i < 6; i++) bytes[i] = Math.floor(ms / Math.pow(2, 8 * (5 - i))) & 255;
    bytes[6] = (bytes[6] & 15) | 112;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [8, 12, 16, 20, 32].map((end, i, ends) => hex.slice(i ? ends[i - 1] : 0, end)).join("-");
  }

  const newId = () => makeId(Date.now(), (bytes) => window.crypto.getRandomValues(bytes));

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
    const east = (fix.lon - last.lon) * 111320 * Math.cos((fix.lat * Math.PI) / 180);
    return Math.hypot(east, (fix.lat - last.lat) * 110574) >= STEP_M;
  }

  // What to keep of the fixes not sent yet: the newest, as many as a day's worth.
  function keepNewest(fixes) { return fixes.slice(-5760); }

  const root = () => window.document.querySelector(".field");
  const say = (name, words) => Object.entries(words || {}).reduce(
    (told, [key, value]) => told.replace(`{${key}}`, value), root().dataset[`text${name}`] || name);
  const put = (id, told) => { const place = window.document.getElementById(id); if (place) place.textContent = told; };
  const refresh = () => window.dash_clientside.set_props("field-refresh", { data: Date.now() });
  const tell = (told, good) => {
    put("field-problem", told);
    window.document.getElementById("field-problem").classList.toggle("good", good);
  };
  const problem = (told) => tell(told, false);

  const state = { fix: null, shared: null, unsent: [], photos: {}, sending: false, watch: null };

  async function call(path, body) {
    const isPhoto = body instanceof window.Blob;
    const headers = { "Accept-Language": window.document.documentElement.lang, ...(isPhoto ? {} : { "Content-Type": "application/json" }) };
    let answer;
    try {
      answer = await window.fetch(path, { method: "POST", credentials: "same-origin", headers, body: isPhoto ? body : JSON.stringify(body) });
    } catch {
      throw Object.assign(new Error(say("Offline")), { offline: true });
    }
    const told = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(told.error ? told.error.message : say("Refused"));
    return told;
  }

  function remember() {
    state.unsent = keepNewest(state.unsent);
    window.localStorage.setItem(KEEP, JSON.stringify(state.unsent));
    put("field-unsent", state.unsent.length ? say("Unsent", { n: state.unsent.length }) : "");
  }

  async function sendFixes() {
    if (state.sending || state.unsent.length === 0) return;
    state.sending = true;
    const batch = state.unsent.slice(0, LONGEST_BATCH);
    try {
      await call("/api/positions", { worker: Number(root().dataset.worker), datum: "wgs84", fixes: batch });
      state.unsent = state.unsent.slice(batch.length);
    } catch (fault) {
      if (!fault.offline) { state.unsent = state.unsent.slice(batch.length); problem(fault.message); }
    } finally {
      state.sending = false;
      remember();
    }
  }

  function seen(position) {
    state.fix = toFix(position);
    const accuracy = Math.round(position.coords.accuracy);
    put("field-position", say("Position", { accuracy }));
    put("field-place", say("Position", { accuracy }));
    if (hasMovedOn(state.shared, state.fix)) share();
  }

  function isOnDuty() { return window.document.getElementById("field-duty")?.dataset.on === "yes"; }

  function share() {
    if (!state.fix || !isOnDuty()) return;
    const last = state.unsent[state.unsent.length - 1];
    if (last && last.recorded_at === state.fix.recorded_at) return;
    state.unsent.push(state.fix);
    state.shared = state.fix;
    remember();
    sendFixes();
  }

  // Where the phone is now, also when it has not moved: somebody who stands still is seen too.
  function look() {
    if (!window.navigator.geolocation) return;
    const options = { enableHighAccuracy: true, maximumAge: 0, timeout: 10000 };
    window.navigator.geolocation.getCurrentPosition((position) => { seen(position); share(); }, () => {}, options);
  }

  const here = () => (state.fix ? { lon: state.fix.lon, lat: state.fix.lat, datum: "wgs84" } : {});

  // A photo as the phone made it, made small enough for a slow network.
  async function shrink(file) {
    const image = await window.createImageBitmap(file);
    let scale = Math.min(1, PHOTO_PX / Math.max(image.width, image.height));
    for (let quality = 0.82; ; quality -= 0.14, scale *= 0.8) {
      const canvas = window.document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob.size <= PHOTO_BYTES || quality < 0.4) return blob;
    }
  }

  // A photo that the phone cannot read is sent as it is: the centre says what is wrong with it.
  function takePhoto(key, file) {
    state.photos[key] = shrink(file).catch(() => file);
    return state.photos[key];
  }

  async function sendPhoto(key, caseNo) {
    const blob = await state.photos[key];
    if (!blob) return;
    await call(`/api/incidents/${caseNo}/photos?id=${newId()}`, blob);
    delete state.photos[key];
  }

  function photoButton(key) {
    const label = window.document.createElement("label");
    label.className = "photo-button";
    label.innerHTML = '<input type="file" accept="image/*" capture="environment"><span></span>';
    label.lastChild.textContent = say("Photo");
    label.firstChild.addEventListener("change", async (event) => {
      const file = event.target.files[0];
      if (!file) return;
      label.classList.remove("ready");
      await takePhoto(key, file);
      label.lastChild.textContent = say("PhotoReady");
      label.classList.add("ready");
    });
    return label;
  }

  function feedbackForm(button) {
    const task = button.closest(".task");
    if (task.querySelector(".feedback")) return;
    const box = window.document.createElement("div");
    box.className = "feedback";
    const note = Object.assign(window.document.createElement("textarea"), { rows: 3, placeholder: say("Note"), maxLength: 1000 });
    const send = Object.assign(window.document.createElement("button"), { type: "button", className: "next send-feedback", textContent: say("SendFeedback") });
    send.addEventListener("click", () => act(button.dataset.case, "feedback", note.value.trim(), send));
    box.append(note, photoButton(button.dataset.case), send);
    button.hidden = true;
    task.append(box);
    openForms.set(button.dataset.case, box);
  }

  // Dash writes the list anew every few seconds; a form that is being filled in must stay.
  const openForms = new Map();
  function keepForms() {
    for (const [caseNo, box] of openForms) {
      const task = window.document.querySelector(`[data-task="${caseNo}"]`);
      if (!task) { openForms.delete(caseNo); continue; }
      if (!task.contains(box)) task.append(box);
      const button = task.querySelector("[data-verb]");
      if (button) button.hidden = true;
    }
  }

  async function act(caseNo, verb, note, button) {
    button.disabled = true;
    problem("");
    try {
      await sendPhoto(caseNo, caseNo);
      await call(`/api/incidents/${caseNo}/${verb}`, { id: newId(), note, ...here() });
      openForms.get(caseNo)?.remove();
      openForms.delete(caseNo);
    } catch (fault) { problem(fault.message); } finally { button.disabled = false; refresh(); }
  }

  async function report(button) {
    const words = window.document.getElementById("field-text").value.trim();
    if (!state.fix) { problem(say("NoPosition")); return; }
    button.disabled = true;
    problem("");
    try {
      const made = await call("/api/incidents", { id: newId(), source_channel: "grid_patrol", description: words, ...here() });
      await sendPhoto("report", made.case_no);
      window.dash_clientside.set_props("field-text", { value: "" });
      window.document.querySelector('[data-photo="report"]').replaceChildren(photoButton("report"));
      tell(say("Sent", { case_no: made.case_no }), true);
    } catch (fault) { problem(fault.message); } finally { button.disabled = false; }
  }

  async function changeDuty(button) {
    button.disabled = true;
    problem("");
    const on = button.dataset.on !== "yes";
    try { await call("/api/duty", { worker: Number(root().dataset.worker), on }); button.dataset.on = on ? "yes" : "no"; look(); }
    catch (fault) { problem(fault.message); } finally { button.disabled = false; refresh(); }
  }

  function show(name) {
    for (const tab of window.document.querySelectorAll(".field .tab")) tab.hidden = tab.dataset.tab !== name;
    for (const button of window.document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === name));
    for (const map of window.gridcommand.maps) { map.invalidateSize(); window.gridcommand.fit(map); }
  }

  function click(event) {
    const button = event.target.closest ? event.target.closest("button") : null;
    if (!button || !root()) return;
    if (button.dataset.show) show(button.dataset.show);
    else if (button.dataset.verb === "feedback") feedbackForm(button);
    else if (button.dataset.verb) act(button.dataset.case, button.dataset.verb, "", button);
    else if (button.id === "field-send-report") report(button);
    else if (button.id === "field-duty") changeDuty(button);
  }

  function start() {
    if (!root()) { window.setTimeout(start, 100); return; }
    if (state.watch !== null) return;
    state.unsent = JSON.parse(window.localStorage.getItem(KEEP) || "[]");
    remember();
    window.document.querySelector('[data-photo="report"]').replaceChildren(photoButton("report"));
    put("field-position", say("NoPosition"));
    put("field-place", say("NoPosition"));
    if (window.navigator.geolocation) {
      state.watch = window.navigator.geolocation.watchPosition(seen, () => {}, { enableHighAccuracy: true, maximumAge: 5000 });
    }
    window.setInterval(() => { share(); look(); }, EVERY_MS);
    window.setInterval(sendFixes, 5000);
    window.setInterval(keepForms, 200);
  }

  if (window.document) {
    window.document.addEventListener("click", click);
    start();
  }
  window.gridcommand = Object.assign(window.gridcommand || {}, { field: { makeId, toFix, keepNewest, hasMovedOn } });
})(window);
