// Loads browser modules as a page does, one after the other, into a window that has only what a test gives it.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const BROWSER = path.join(__dirname, "..", "..", "layers", "browser");

function load(names, given = {}) {
  const window = { setTimeout, clearTimeout, setInterval: () => 0, performance, ...given };
  window.window = window;
  const context = vm.createContext({ window, DataView, Intl, Date, Math, console });
  for (const name of names) vm.runInContext(fs.readFileSync(path.join(BROWSER, name), "utf8"), context, { filename: name });
  return window;
}

module.exports = { load, BROWSER };
