"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

// Loads browser files into one made-up window without a document, as the page would load them one after the other.
// What stands before their names is in the window already.
function load(...names) {
  const given = typeof names[0] === "object" ? names.shift() : {};
  const window = { crypto: globalThis.crypto, setTimeout, setInterval: () => 0, ...given };
  const context = vm.createContext({ window, Uint8Array, Date, Math, Array, Object, Number, console });
  for (const name of names) {
    const file = path.join(__dirname, "..", "..", name);
    vm.runInContext(fs.readFileSync(file, "utf8"), context, { filename: file });
  }
  return window;
}

const console_ = (name) => path.join("screens", "console", name);
const ids = path.join("layers", "browser", "ids.js");

test("a press has one id until it is answered; another worker or verb is another press", () => {
  const { console: presses } = load(ids, console_("draft.js"), console_("presses.js")).gridcommand;
  const first = presses.idOfPress("dispatch", "17");
  assert.equal(presses.idOfPress("dispatch", "17"), first);
  assert.notEqual(presses.idOfPress("dispatch", "18"), first);
  assert.notEqual(presses.idOfPress("transfer", "17"), first);
  presses.pressAnswered();
  assert.notEqual(presses.idOfPress("dispatch", "17"), first);
});

test("a press on the map begins a draft and moves it, keeping its id", () => {
  const { draft } = load(ids, console_("draft.js")).gridcommand;
  const first = draft.next(null, "map", { lng: 120.9, lat: 30.9 });
  const moved = draft.next(first, "map", { lng: 121, lat: 31 });
  assert.equal(moved.id, first.id);
  assert.deepEqual([moved.lon, moved.lat], [121, 31]);
  assert.equal(draft.next(first, "new").id, first.id);
  assert.equal(draft.next(first, "close"), null);
  assert.equal(draft.next(null, "map", null), undefined);
});

test("a case is shown again when the board knows a later version, or no longer knows it", () => {
  const { isOld } = load(ids, console_("draft.js")).gridcommand.draft;
  const shown = { caseNo: "YZ1", version: "3", ended: "" };
  assert.equal(isOld("YZ1", { YZ1: 3 }, shown), false);
  assert.equal(isOld("YZ1", { YZ1: 4 }, shown), true);
  assert.equal(isOld("YZ1", {}, shown), true);
  assert.equal(isOld("YZ1", {}, { ...shown, ended: "yes" }), false);
  assert.equal(isOld("YZ2", { YZ2: 1 }, shown), true);
});

test("keys mean what they say, and nothing while somebody types", () => {
  const { actionOf } = load(console_("keys.js")).gridcommand.keys;
  const at = (mode, more) => ({ ctrl: false, typing: false, mode, ...more });
  assert.deepEqual([...actionOf("3", at("case"))], ["choose", 3]);
  assert.equal(actionOf("3", at("form")), null);
  assert.equal(actionOf("6", at("case")), null);
  assert.deepEqual([...actionOf("T", at("case"))], ["team"]);
  assert.equal(actionOf("t", at("case", { typing: true })), null);
  assert.deepEqual([...actionOf("Enter", at("case"))], ["send"]);
  assert.equal(actionOf("Enter", at("case", { typing: true })), null);
  assert.deepEqual([...actionOf("Enter", at("form", { ctrl: true, typing: true }))], ["save"]);
  assert.equal(actionOf("Enter", at("case", { ctrl: true })), null);
  assert.deepEqual([...actionOf("Escape", at("case", { typing: true }))], ["close"]);
  assert.deepEqual([...actionOf("j", at("idle"))], ["step", 1]);
  assert.deepEqual([...actionOf("K", at("case"))], ["step", -1]);
  assert.equal(actionOf("n", at("form", { typing: true })), null);
  assert.equal(actionOf("x", at("idle")), null);
});

test("who is pressed joins the choice at its end or leaves it; the first leads, beside a lead all help", () => {
  const { toggled, partOf } = load(console_("choosing.js")).gridcommand.choosing;
  const two = toggled(toggled([], "7"), "9");
  assert.deepEqual([...two], ["7", "9"]);
  assert.deepEqual([...toggled(two, "7")], ["9"]);
  assert.deepEqual(["7", "9", "8"].map((one) => partOf(two, one, "dispatch")), ["lead", "co", ""]);
  assert.deepEqual(["7", "9"].map((one) => partOf(two, one, "support")), ["co", "co"]);
  assert.deepEqual(["7", "9"].map((one) => partOf(toggled(two, "7"), one, "transfer")), ["", "lead"]);
});

test("who was refused and is pressed again stays chosen, and leaves with the next press", () => {
  const rows = ["7", "9"].map((worker) => ({ dataset: { worker, name: worker }, classList: { toggle() {} }, querySelector: () => null }));
  const document = { querySelectorAll: (selector) => (selector === ".team-member" ? [] : rows), querySelector: () => null };
  const window = load({ document, gridcommand: { console: { showWay() {} } } }, console_("choosing.js"));
  const chosenIn = window.gridcommand.choosing;
  chosenIn.choose(rows[1]);
  chosenIn.keep();
  chosenIn.choose(rows[1]);
  assert.deepEqual([...chosenIn.workers()], ["9"]);
  chosenIn.choose(rows[0]);
  assert.deepEqual([...chosenIn.workers()], ["9", "7"]);
  chosenIn.choose(rows[1]);
  assert.deepEqual([...chosenIn.workers()], ["7"]);
});

test("the button that sends names one, and of several the first and how many", () => {
  const { told } = load(console_("choosing.js")).gridcommand.choosing;
  assert.equal(told(["王建国"], "{name} 等 {n} 人"), "王建国");
  assert.equal(told(["王建国", "李芳"], "{name} 等 {n} 人"), "王建国 等 2 人");
  assert.equal(told([], "{name}"), "");
});

test("a verb is about the case, about one task, or about a worker and the case he is taken from", () => {
  const { aboutOf } = load(console_("presses.js")).gridcommand.console;
  assert.deepEqual({ ...aboutOf({ verb: "close" }) }, { verb: "close" });
  assert.deepEqual({ ...aboutOf({ verb: "take_back", task: "t" }) }, { verb: "take_back", task: "t" });
  assert.deepEqual({ ...aboutOf({ verb: "divert", worker: "7", from: "YZ2" }) }, { verb: "divert", worker: 7, from_case: "YZ2" });
});

test("stepping through the queue stops at its ends", () => {
  const { stepFrom } = load(console_("keys.js")).gridcommand.keys;
  assert.equal(stepFrom(-1, 1, 3), 0);
  assert.equal(stepFrom(-1, -1, 3), 2);
  assert.equal(stepFrom(2, 1, 3), 2);
  assert.equal(stepFrom(0, -1, 3), 0);
  assert.equal(stepFrom(-1, 1, 0), -1);
});

test("the chosen way is drawn last and first in rank, the others stay", () => {
  const { rankChosen } = load(console_("presses.js")).gridcommand.console;
  const way = (key, rank) => ({ type: "Feature", geometry: {}, properties: { key, rank, label: key } });
  const data = { type: "FeatureCollection", features: [way("9", 3), way("8", 2), way("7", 1)] };
  const after = rankChosen(data, "9");
  assert.deepEqual(after.features.map((each) => [each.properties.key, each.properties.rank]).at(-1), ["9", 1]);
  assert.equal(after.features.filter((each) => each.properties.rank === 1).length, 1);
  assert.equal(data.features.at(-1).properties.rank, 1, "what was given is not changed");
});

test("a refusal is shown as one, and what was refused may be sent again", () => {
  const window = load(ids, console_("draft.js"));
  let again = 0, done = 0, kept = 0;
  window.gridcommand.choosing = { keep: () => { kept += 1; } };
  window.gridcommand.console = { letSend: () => { again += 1; }, pressAnswered: () => { done += 1; } };
  let closed = 0;
  window.gridcommand.verbForm = { close: () => { closed += 1; } };
  const { answered } = window.dash_clientside.console;
  assert.equal(answered("已派 王建国 前往"), "answer");
  assert.equal(answered(""), "answer");
  assert.equal(again, 0);
  assert.equal(answered({ type: "Span", props: { className: "fault" } }), "answer refused");
  assert.deepEqual([again, kept], [1, 1]);
  assert.equal(done, 2, "both were answers; an emptied line is none");
  assert.equal(closed, 1, "a form that was refused stays as it was filled in");
});

test("a form is opened where a press is not enough, and says what was filled in", () => {
  const { isTold, valuesOf, fieldMoment, placeOf } = load(console_("verb_form.js")).gridcommand.verbForm;
  assert.deepEqual({ ...placeOf("120.95,30.92") }, { lon: 120.95, lat: 30.92 });
  assert.deepEqual({ ...placeOf("") }, {});
  assert.ok(isTold(["note"], " 领导批示 "), "the note is written already");
  assert.ok(!isTold(["note"], " "));
  assert.ok(!isTold(["until", "note"], "等停电通知"));
  const told = JSON.parse(JSON.stringify(valuesOf(["until", "parent", "note"], { until: "", parent: " YZ1 ", note: " " })));
  assert.deepEqual(told, { parent: "YZ1", note: "" });
  assert.equal(fieldMoment(Date.UTC(2026, 10, 30, 22, 5)), "2026-12-01T06:05");
});

test("every word searched for must be there", () => {
  const { matches } = load(console_("presses.js")).gridcommand.console;
  assert.equal(matches("yz2611210007 燃气泄漏 桃源新邨", "燃气 桃源"), true);
  assert.equal(matches("yz2611210007 燃气泄漏 桃源新邨", "燃气 北港"), false);
  assert.equal(matches("anything", "  "), true);
});

test("time left and time over are told apart", () => {
  const { gridcommand } = load(path.join("layers", "browser", "units.js"), console_("due.js"));
  const words = { left: "余 {t}", over: "超 {t}" };
  assert.equal(gridcommand.due.dueText(125000, words, gridcommand.units.clockFace), "余 2:05");
  assert.equal(gridcommand.due.dueText(-5000, words, gridcommand.units.clockFace), "超 0:05");
  assert.equal(gridcommand.due.dueText(NaN, words, gridcommand.units.clockFace), "");
});

test("a step of a plan moves within its plan; a fault names the step it is about", () => {
  const { plans } = load(path.join("screens", "plans", "plans.js")).gridcommand;
  assert.deepEqual([...plans.moved(["a", "b", "c"], 2, -1)], ["a", "c", "b"]);
  assert.deepEqual([...plans.moved(["a", "b"], 1, 1)], ["a", "b"]);
  assert.equal(plans.stepOf({ "steps.3": "x" }), 3);
  assert.equal(plans.stepOf({ prefix: "x" }), 0);
});
