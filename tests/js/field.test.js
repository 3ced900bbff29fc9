"use strict";
const test = require("node:test");
const assert = require("node:assert");
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { runInNewContext } = require("node:vm");

const FILES = [
  "layers/browser/plane.js",
  "layers/browser/ids.js",
  ...["phonestore.js", "drafts.js", "waiting.js", "calls.js", "photos.js", "forms.js", "sos.js", "alerts.js", "field.js"].map((name) => `screens/field/${name}`),
];

// The page's modules in a window without a document; `kept` is its localStorage.
function load(kept = new Map(), more = {}) {
  const localStorage = new Proxy({
    getItem: (name) => (kept.has(name) ? kept.get(name) : null),
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  }, { ownKeys: () => [...kept.keys()], getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }) });
  const window = { localStorage, crypto: { getRandomValues: (bytes) => bytes.map(() => Math.floor(Math.random() * 256)) }, ...more };
  for (const name of FILES) {
    const file = join(__dirname, "..", "..", name);
    runInNewContext(readFileSync(file, "utf8"), { window }, { filename: file });
  }
  return window.gridcommand.field;
}

// A phone's store in memory that can be told to fail.
function phoneStore(field) {
  const rows = new Map();
  const phone = { rows, full: false };
  const store = field.makeStore(async (_mode, act) => act({
    put(row, key) { if (phone.full) throw new Error("QuotaExceededError"); rows.set(key, row); },
    delete(key) { if (phone.full) throw new Error("QuotaExceededError"); rows.delete(key); },
    getAll: (prefix, count) => [...rows.values()].filter((row) => row.key.startsWith(prefix)).sort((a, b) => (a.key < b.key ? -1 : 1)).slice(0, count),
    count: (prefix) => [...rows.keys()].filter((key) => key.startsWith(prefix)).length,
  }));
  return Object.assign(phone, { store });
}

const IDB = { IDBKeyRange: { bound: (from) => from } };
const fixAt = (n) => ({ recorded_at: new Date(1763700000000 + n * 15000).toISOString(), lon: 120.9, lat: 30.9 });

async function waitingPhone(count) {
  const field = load(new Map(), IDB);
  const phone = phoneStore(field);
  for (let n = 0; n < count; n++) await field.keep(phone.store, "17", fixAt(n));
  return { field, phone };
}

// Sends all that wait to a centre that answers by `answers`, one after the other, then 202; what it was sent, and the outcome.
async function sendTo(field, store, answers) {
  const taken = [], refused = [], unreadable = [], sizes = [];
  const post = async (fixes) => {
    sizes.push(fixes.length);
    const answer = { status: 202, body: {}, message: "", retryAfterS: 0, ...(typeof answers === "function" ? answers(fixes) : answers.shift()) };
    if (answer.status === 202) taken.push(...fixes);
    return answer;
  };
  const heard = { onRefused: (list) => refused.push(...list), onUnreadable: (list) => unreadable.push(...list) };
  const outcome = await field.sendAll(store, "17", post, heard);
  return { taken, refused, unreadable, sizes, outcome };
}

test("a phone's position becomes a fix; what the phone does not know stays empty", () => {
  const { toFix } = load();
  const fix = toFix({ timestamp: 0, coords: { longitude: 120.9, latitude: 30.9, accuracy: 8, speed: null, heading: NaN } });
  assert.deepEqual({ ...fix }, { recorded_at: "1970-01-01T00:00:00.000Z", lon: 120.9, lat: 30.9, accuracy_m: 8, speed_mps: null, heading_deg: null });
});

for (const status of [0, 401, 403, 404, 408, 409, 425, 429, 500, 502, 503, 507]) {
  test(`120 fixes that wait are all kept when the centre answers ${status}, and sent afterwards`, async () => {
    const { field, phone } = await waitingPhone(120);
    const first = await sendTo(field, phone.store, [{ status, retryAfterS: 2 }]);
    assert.equal(first.outcome.waits.status, status);
    assert.equal((await phone.store.count("17|")).all, 120);
    const second = await sendTo(field, phone.store, []);
    assert.deepEqual(second.taken.map((fix) => fix.recorded_at), Array.from({ length: 120 }, (_, n) => fixAt(n).recorded_at));
    assert.equal((await phone.store.count("17|")).all, 0);
  });
}

test("a batch that is too large is sent in smaller ones", async () => {
  const { field, phone } = await waitingPhone(120);
  const sent = await sendTo(field, phone.store, (fixes) => ({ status: fixes.length > 30 ? 413 : 202 }));
  assert.deepEqual(sent.sizes, [100, 50, 25, 25, 25, 25, 20]);
  assert.equal(sent.taken.length, 120);
});

test("one fix that cannot be read is found, told with its reason, and takes no other with it", async () => {
  const { field, phone } = await waitingPhone(120);
  const spoilt = fixAt(77).recorded_at;
  const sent = await sendTo(field, phone.store, (fixes) => (fixes.some((fix) => fix.recorded_at === spoilt) ? { status: 400, message: "no time" } : {}));
  assert.equal(sent.taken.length, 119);
  assert.deepEqual(sent.unreadable.map((one) => one.message), ["no time"]);
  assert.equal((await phone.store.count("17|")).all, 0);
});

test("what the centre refuses of a batch is heard with its reasons, in either shape", async () => {
  const { field, phone } = await waitingPhone(3);
  const shapes = [{ refused: 1, refusals: [{ index: 0, code: "too_old" }] }, { refused: [{ index: 1, field: "lat", code: "out_of_range", message: "no" }] }, { refused: 0 }];
  assert.deepEqual(shapes.map((answer) => field.refusalsIn(answer).length), [1, 1, 0]);
  const sent = await sendTo(field, phone.store, [{ body: shapes[0] }]);
  assert.deepEqual(sent.refused.map((one) => one.code), ["too_old"]);
});

test("a full phone keeps its fixes in the page, says how many, and sends them all", async () => {
  const { field, phone } = await waitingPhone(2);
  phone.full = true;
  for (let n = 2; n < 5; n++) await field.keep(phone.store, "17", fixAt(n));
  assert.deepEqual({ ...(await phone.store.count("17|")) }, { all: 5, onlyHere: 3 });
  const sent = await sendTo(field, phone.store, []);
  assert.deepEqual(sent.taken.map((fix) => fix.recorded_at), [0, 1, 2, 3, 4].map((n) => fixAt(n).recorded_at));
  assert.equal((await phone.store.count("17|")).all, 0);
});

test("a phone too full to forget what was sent does not send it for ever", async () => {
  const { field, phone } = await waitingPhone(120);
  phone.full = true;
  const sent = await sendTo(field, phone.store, []);
  assert.deepEqual(sent.sizes, [100, 20]);
  assert.equal((await phone.store.count("17|")).all, 0);
});

test("another worker's fixes on the same phone wait for him", async () => {
  const { field, phone } = await waitingPhone(2);
  await field.keep(phone.store, "170", fixAt(1));
  const sent = await sendTo(field, phone.store, []);
  assert.equal(sent.taken.length, 2);
  assert.equal((await phone.store.count("")).all, 1);
});

test("fixes that an earlier version of the page left are taken over once", async () => {
  const kept = new Map([["gridcommand.unsent", JSON.stringify([fixAt(0), fixAt(1)])]]);
  const field = load(kept, IDB);
  const phone = phoneStore(field);
  await field.adopt(phone.store, "17");
  await field.adopt(phone.store, "17");
  assert.equal((await phone.store.count("17|")).all, 2);
  assert.equal(kept.has("gridcommand.unsent"), false);
});

test("a press has one id until it is answered, also in a page that is loaded anew", () => {
  const kept = new Map();
  const first = load(kept).idOf("17/t1/sign/sent");
  const again = load(kept);
  assert.equal(again.idOf("17/t1/sign/sent"), first);
  assert.notEqual(again.idOf("17/t2/sign/sent"), first, "another task: another press");
  again.answered("17/t1/sign/sent");
  assert.notEqual(again.idOf("17/t1/sign/sent"), first);
});

test("a press is of my task and its state, whatever others do on the case; support may be asked for again in other words", () => {
  const field = Object.assign(load(), { owner: () => "17" });
  const press = (verb, note) => field.pressOf({ task: "t1", caseNo: "YZ1", verb, state: "signed", note });
  assert.equal(press("send_back", "too far"), press("send_back", "much too far"));
  assert.equal(press("ask_support", "two more"), press("ask_support", "two more"));
  assert.notEqual(press("ask_support", "two more"), press("ask_support", "three more"));
});

test("the words written about a task are kept for each of its verbs until they are sent, over a reload", () => {
  const kept = new Map();
  load(kept).keepWords("17", "t1", "feedback", "half a sen");
  const again = load(kept);
  assert.deepEqual([again.wordsOf("17", "t1", "feedback"), again.wordsOf("17", "t1", "send_back"), again.wordsOf("18", "t1", "feedback")], ["half a sen", "", ""]);
  again.keepWords("17", "t1", "feedback", "");
  assert.equal(load(kept).wordsOf("17", "t1", "feedback"), "");
  assert.equal(kept.size, 0);
});

test("words nobody came back to within a week are let go", async () => {
  const kept = new Map([["gridcommand.words.17/t1/feedback", JSON.stringify({ words: "old", at: Date.now() - 8 * 86400 * 1000 })]]);
  const field = load(kept, IDB);
  field.stores.photos = phoneStore(field).store;
  await field.restore("17");
  assert.equal(kept.size, 0);
});

test("handing over to another colleague is another press", () => {
  const field = Object.assign(load(), { owner: () => "17" });
  const press = (to) => field.pressOf({ task: "t1", caseNo: "YZ1", verb: "hand_over", state: "signed", note: "", extra: { to } });
  assert.equal(press(4), press(4));
  assert.notEqual(press(4), press(5));
});

test("a report has one id until its case is made; where it was pressed stays while its words do", () => {
  const kept = new Map();
  const field = load(kept);
  const here = { lon: 1, lat: 2, datum: "wgs84" }, there = { lon: 3, lat: 4, datum: "wgs84" };
  const first = field.pressReport("17", "rubbish", here, false);
  const again = load(kept).pressReport("17", "rubbish", there, false);
  assert.deepEqual([again.id, again.place.lon], [first.id, 1]);
  const changed = field.pressReport("17", "much rubbish", there, false);
  assert.deepEqual([changed.id, changed.place.lon], [first.id, 3]);
  assert.equal(field.pressReport("17", "other words, no place known", {}, false).place.lon, 3);
  field.dropReport("17");
  assert.notEqual(field.pressReport("17", "rubbish", here, false).id, first.id);
});

test("a full or forbidden small store loses no id", () => {
  const broken = { getItem() { throw new Error("denied"); }, setItem() { throw new Error("full"); }, removeItem() { throw new Error("denied"); } };
  const field = load(new Map(), { localStorage: broken });
  assert.equal(field.idOf("a"), field.idOf("a"));
  const draft = field.pressReport("17", "words", { lon: 1 }, false);
  assert.equal(field.pressReport("17", "words", { lon: 2 }, false).id, draft.id);
});

test("what may be answered otherwise later is told from what is refused for good", () => {
  const { isPassing } = load();
  assert.deepEqual([0, 401, 408, 425, 429, 500, 503].filter((status) => !isPassing(status)), []);
  assert.deepEqual([400, 403, 404, 409, 413, 422].filter(isPassing), []);
});

const DEGREES_OF_A_METRE = 9.02e-6; // of latitude, there

test("between two times of sending only somebody who has gone some way is sent", () => {
  const { hasMovedOn } = load();
  const at = (s, metres) => ({ recorded_at: new Date(s * 1000).toISOString(), lon: 120.9, lat: 30.9 + metres * DEGREES_OF_A_METRE });
  assert.ok(hasMovedOn(null, at(0, 0)));
  assert.ok(hasMovedOn(at(0, 0), at(4, 25)));
  assert.ok(!hasMovedOn(at(0, 0), at(4, 10)), "stands or hardly moves");
  assert.ok(!hasMovedOn(at(0, 0), at(1, 25)), "too soon");
});

test("what the phone keeps is the worker's of this town, where a centre serves several", () => {
  const page = (town) => ({ documentElement: { dataset: town ? { town } : {} }, querySelector: () => ({ dataset: { worker: "2" } }) });
  const owner = (town) => {
    const window = { document: page(town) };
    runInNewContext(readFileSync(join(__dirname, "..", "..", "screens", "field", "calls.js"), "utf8"), { window });
    return window.gridcommand.field.owner();
  };
  assert.deepEqual([owner(), owner("990001"), owner("990002")], ["2", "990001.2", "990002.2"]);
});

test("a task is told once, one that was taken away too, and what I finished myself is not", () => {
  const { compareTasks } = load();
  const told = (known, now) => JSON.parse(JSON.stringify(compareTasks(known, now)));
  assert.deepEqual(told(null, ["A"]), { fresh: ["A"], gone: [], known: { A: "" } });
  assert.deepEqual(told({ A: "sign" }, ["A", "B"]), { fresh: ["B"], gone: [], known: { A: "sign", B: "" } });
  assert.deepEqual(told({ A: "sign", B: "feedback", C: "send_back" }, []), { fresh: [], gone: ["A"], known: {} });
});

test("a call for help waits until the centre has taken it, over a reload", () => {
  const kept = new Map();
  const field = load(kept);
  field.keepSos("17", { id: "a", body: {}, taken: null, end: false });
  const again = load(kept);
  assert.equal(again.sosCall("17").id, "a");
  assert.equal(again.sosCall("18"), null);
  again.keepSos("17", null);
  assert.equal(load(kept).sosCall("17"), null);
});

test("photos are kept one by one with their moment, and let go one by one", async () => {
  const field = load(new Map(), IDB);
  const phone = phoneStore(field);
  field.stores.photos = phone.store;
  for (const [moment, blob] of [["before", 1], ["after", 2], ["after", 3]]) await field.keepPhoto("17", "YZ1", moment, blob);
  const blobs = (moment) => [...field.photosOf("YZ1", moment)].map((photo) => photo.blob);
  assert.deepEqual([blobs("before"), blobs("after"), blobs()], [[1], [2, 3], [1, 2, 3]]);
  await field.dropPhoto("YZ1", field.photosOf("YZ1", "after")[0]);
  assert.deepEqual(blobs("after"), [3]);
  const again = load(new Map(), IDB);
  again.stores.photos = phone.store;
  await again.restore("17");
  assert.deepEqual([...again.photosOf("YZ1")].map((photo) => [photo.moment, photo.blob]), [["before", 1], ["after", 3]]);
});

test("a photo an earlier version of the page left is of before in a report, of after in an answer", async () => {
  const field = load(new Map(), IDB);
  const phone = phoneStore(field);
  field.stores.photos = phone.store;
  for (const form of ["report", "YZ1"]) await phone.store.put(`17|${form}`, { id: field.newId(), blob: form });
  await field.restore("17");
  assert.deepEqual([field.photosOf("report", "before").length, field.photosOf("YZ1", "after").length], [1, 1]);
});
