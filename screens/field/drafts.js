// What is being written or pressed, each under one id made once and kept in the phone until the centre has answered: a
// press that is repeated after a lost answer is the same press.
"use strict";
(function (window) {
  const KEPT_MS = 7 * 86400 * 1000;
  const PRESS = "gridcommand.press.";
  const REPORT = "gridcommand.report.";
  const SOS = "gridcommand.sos.";
  const WORDS = "gridcommand.words.";
  const TASKS = "gridcommand.tasks.";

  const { newId, madeAtMs } = window.gridcommand.ids;

  // Small values by name; a phone that is full or forbids it leaves them in this page.
  const here = new Map();
  function read(name) {
    if (here.has(name)) return here.get(name);
    try { return JSON.parse(window.localStorage.getItem(name)); } catch { return null; }
  }
  function write(name, value) {
    here.set(name, value);
    try {
      if (value === null) window.localStorage.removeItem(name);
      else window.localStorage.setItem(name, JSON.stringify(value));
      here.delete(name);
    } catch { /* stays here */ }
  }

  function keptNames() { try { return Object.keys(window.localStorage); } catch { return []; } }

  // The id of a press: the same until `answered`. The key names what is pressed and the state it was pressed in, so that
  // the same button pressed again in another state is another press.
  function idOf(key) {
    const kept = read(PRESS + key);
    if (kept) return kept;
    const id = newId();
    write(PRESS + key, id);
    return id;
  }
  const answered = (key) => write(PRESS + key, null);

  // The report being written: {id, words, place, withPhoto, pending, made}; `pending` while an answer to it may have been
  // lost, `made` the number of its case once there is one. A refusal keeps the id: a press before it may have been taken.
  const report = (worker) => read(REPORT + worker);
  const keepReport = (worker, draft) => { write(REPORT + worker, draft); return draft; };
  const dropReport = (worker) => write(REPORT + worker, null);

  // A report pressed again is the one that was pressed: the same id always, the same place while it has the same words.
  function pressReport(worker, words, place, withPhoto) {
    const before = report(worker);
    const stays = before !== null && (before.words === words || place.lon === undefined);
    const draft = { id: before ? before.id : newId(), words, place: stays ? before.place : place, withPhoto };
    return keepReport(worker, { ...draft, pending: true, made: null });
  }

  // The call for help that was pressed here: {id, body, taken, end}; `taken` what the centre answered, or null; `end`
  // while it is to be ended.
  const sosCall = (worker) => read(SOS + worker);
  const keepSos = (worker, call) => { write(SOS + worker, call); return call; };

  // The words being written about a task, by verb: kept until they are sent.
  const wordsName = (worker, task, verb) => `${WORDS}${worker}/${task}/${verb}`;
  const wordsOf = (worker, task, verb) => read(wordsName(worker, task, verb))?.words || "";
  const keepWords = (worker, task, verb, words) => write(wordsName(worker, task, verb), words ? { words, at: Date.now() } : null);

  // The cases that were told as my tasks: {case number: the verb I performed last, or ""}.
  const knownTasks = (worker) => read(TASKS + worker);
  const keepTasks = (worker, tasks) => write(TASKS + worker, tasks);

  // The photos taken for each form ("report", or the number of a case), the first first: {key, id, blob, moment}.
  const photos = {};
  const photosOf = (form, moment) => (photos[form] || []).filter((photo) => !moment || photo.moment === moment);
  const photoKey = (worker, form) => `${worker}|${form}|`;
  function keepPhoto(worker, form, moment, blob) {
    const id = newId();
    const key = photoKey(worker, form) + id;
    photos[form] = [...photosOf(form), { key, id, blob, moment }];
    return window.gridcommand.field.stores.photos.put(key, { id, blob, moment });
  }
  function dropPhoto(form, photo) {
    photos[form] = photosOf(form).filter((each) => each !== photo);
    return window.gridcommand.field.stores.photos.remove([photo.key]);
  }

  // What an earlier page left of this worker; what nobody came back to within a week is let go.
  async function restore(worker) {
    const store = window.gridcommand.field.stores.photos;
    for (const { key, value } of await store.first(`${worker}|`, 500)) {
      const form = key.split("|")[1];
      // one that an earlier version of this page left says nothing of its moment
      const moment = value.moment || (form === "report" ? "before" : "after");
      if (Date.now() - madeAtMs(value.id) > KEPT_MS) await store.remove([key]);
      else photos[form] = [...photosOf(form), { key, ...value, moment }];
    }
    for (const name of keptNames()) {
      if (name.startsWith(PRESS) && Date.now() - madeAtMs(String(read(name))) > KEPT_MS) write(name, null);
      if (name.startsWith(WORDS) && Date.now() - (read(name)?.at || 0) > KEPT_MS) write(name, null);
    }
  }

  window.gridcommand = window.gridcommand || {};
  window.gridcommand.field = Object.assign(window.gridcommand.field || {}, {
    newId, idOf, answered, report, keepReport, dropReport, pressReport, sosCall, keepSos, wordsOf, keepWords, knownTasks,
    keepTasks, photosOf, keepPhoto, dropPhoto, restore,
  });
})(window);
