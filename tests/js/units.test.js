"use strict";
const test = require("node:test");
const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const { load } = require("./page.js");

const ROOT = path.join(__dirname, "..", "..");
const read = (...names) => JSON.parse(fs.readFileSync(path.join(ROOT, ...names), "utf8"));
// what words/units.py says: tests/unit/test_units.py holds it against the same table
const TABLE = read("tests", "data", "units.json");
const TEXTS = { zh: read("words", "texts", "zh", "units.json"), en: read("words", "texts", "en", "units.json") };

for (const language of ["zh", "en"]) {
  test(`the page says spans and lengths as the centre does, in ${language}`, () => {
    const { durationText, distanceText } = load(["units.js"]).gridcommand.units;
    for (const row of TABLE.spans) assert.equal(durationText(row.seconds, TEXTS[language]), row[language], `${row.seconds} s`);
    for (const row of TABLE.lengths) assert.equal(distanceText(row.metres, TEXTS[language]), row[language], `${row.metres} m`);
  });
}

test("the texts are the page's own where none are given", () => {
  const document = { documentElement: { dataset: { units: JSON.stringify(TEXTS.en) } } };
  const { durationText, distanceText } = load(["units.js"], { document }).gridcommand.units;
  assert.equal(durationText(200), "3 min 20 s");
  assert.equal(distanceText(8), "8 m");
});

test("a clock that counts: minutes, hours, and above a day in words", () => {
  const { clockFace } = load(["units.js"]).gridcommand.units;
  const faces = [0, 65000, 65999, 3600000].map((ms) => clockFace(ms));
  assert.deepEqual(faces, ["0:00", "1:05", "1:05", "1:00:00"]);
  assert.equal(clockFace(93784000, TEXTS.zh), "1 天 2 小时");
  assert.equal(clockFace(-5000), "0:00");
});
