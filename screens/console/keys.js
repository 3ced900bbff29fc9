// The console by keyboard: / find, N new, J K queue, 1 to 5 choose, T choose the team, Enter send, Ctrl+Enter save, Esc close.
"use strict";
(function (window) {
  const root = window.document;
  const click = (selector) => { const element = root.querySelector(selector); if (element) element.click(); return Boolean(element); };
  const isTyping = (target) => /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.isContentEditable || Boolean(target.closest(".dash-dropdown-content"));

  // What a key asks for: the name of an action, with its number, or null.
  function actionOf(key, { ctrl, typing, mode }) {
    if (key === "Enter" && ctrl) return mode === "form" ? ["save"] : null;
    if (key === "Escape") return ["close"];
    if (typing || ctrl) return null;
    if (/^[1-5]$/.test(key)) return mode === "case" ? ["choose", Number(key)] : null;
    const named = { "/": ["find"], n: ["new"], N: ["new"], j: ["step", 1], J: ["step", 1], k: ["step", -1], K: ["step", -1] };
    if (/^t$/i.test(key)) return mode === "case" ? ["team"] : null;
    if (key === "Enter") return mode === "case" ? ["send"] : null;
    return named[key] || null;
  }

  // The place in a list of n after a step; nothing open yet goes to the first (or last) one.
  function stepFrom(at, by, n) {
    if (n === 0) return -1;
    return at < 0 ? (by > 0 ? 0 : n - 1) : Math.min(n - 1, Math.max(0, at + by));
  }

  function step(by) {
    const rows = [...root.querySelectorAll(".queue-row")].filter((row) => !row.hidden);
    const to = stepFrom(rows.findIndex((row) => row.classList.contains("open")), by, rows.length);
    if (to < 0) return;
    rows[to].click();
    rows[to].scrollIntoView({ block: "nearest" });
  }

  function choose(number) {
    const row = window.gridcommand.choosing.rows()[number - 1];
    if (row) window.gridcommand.choosing.choose(row);
  }

  function close(mode) {
    if (root.activeElement && isTyping(root.activeElement)) root.activeElement.blur();
    if (mode === "form") click("#console-form-close");
    else window.gridcommand.console.open(null);
  }

  function save() {
    root.activeElement.blur();
    window.setTimeout(() => click("#console-save"), 30);
  }

  function modeNow() {
    const box = root.querySelector(".console");
    return box ? (/mode-(\w+)/.exec(box.className) || [null, "idle"])[1] : "idle";
  }

  const find = () => root.getElementById("console-search").focus();
  const ACTIONS = { find, new: () => click("#console-new"), step, choose, team: () => window.gridcommand.choosing.team(), send: () => click("[data-send]"), save, close: () => close(modeNow()) };

  function onKey(event) {
    if (!root.querySelector(".console") || event.altKey || event.isComposing || event.defaultPrevented) return; // an open list has taken it
    const onButton = event.key === "Enter" && event.target.tagName === "BUTTON";
    const context = { ctrl: event.ctrlKey || event.metaKey, typing: isTyping(event.target), mode: modeNow() };
    const action = onButton ? null : actionOf(event.key, context);
    if (!action) return;
    event.preventDefault();
    ACTIONS[action[0]](action[1]);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { keys: { actionOf, stepFrom } });
  if (root) root.addEventListener("keydown", onKey);
})(window);
