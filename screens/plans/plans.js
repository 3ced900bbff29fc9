// The plans of the town: a row opens its steps; they are changed here and saved as a whole through the public API.
"use strict";
(function (window) {
  const root = window.document;
  const PATIENCE_MS = 30000;
  const page = () => root.querySelector(".plans");
  const say = (name) => page().dataset[`text${name}`] || name;
  const given = (name) => JSON.parse(page().dataset[name]);
  const make = (tag, properties, ...children) => { const made = Object.assign(root.createElement(tag), properties); made.append(...children); return made; };
  const editor = () => root.getElementById("plans-editor");
  const rows = () => [...editor().querySelectorAll(".plan-step")];
  const ASKS_WHO = ["call", "go"];
  let opened = null; // {prefix, own, shipped}
  let changed = false; // what is shown is not what is kept
  let warned = false;

  // Where a step stands after it was moved by so many places.
  function moved(steps, at, by) {
    const to = at + by;
    if (to < 0 || to >= steps.length) return steps;
    const after = steps.filter((_, n) => n !== at);
    after.splice(to, 0, steps[at]);
    return after;
  }

  // The number of the step a fault is about, from the names of its fields (steps.3); 0 where it is about none.
  function stepOf(fields) {
    const named = Object.keys(fields || {}).map((name) => /^steps\.(\d+)$/.exec(name)).find(Boolean);
    return named ? Number(named[1]) : 0;
  }

  function tell(words, good) {
    const line = root.getElementById("plans-answer");
    line.textContent = words;
    line.classList.toggle("good", good);
  }
  const touch = () => { changed = true; warned = false; };

  // What the rows say, in their order.
  const said = () => rows().map((row) => {
    const kind = row.querySelector(".kind").value;
    const value = (name) => row.querySelector(`.${name}`).value.trim();
    return { kind, who: ASKS_WHO.includes(kind) ? value("who") : "", zh: value("zh"), en: value("en") };
  });

  function choice(className, label, offered, value) {
    const list = make("select", { className, title: label }, ...offered.map(([code, words]) => new window.Option(words, code)));
    list.value = value;
    return list;
  }
  const words = (className, value) => make("textarea", { className, rows: 2, maxLength: 200, value, placeholder: say(className === "zh" ? "Zh" : "En"), title: say(className === "zh" ? "Zh" : "En") });
  const press = (name, label, properties) => { const button = make("button", { type: "button", textContent: label, ...properties }); button.dataset.do = name; return button; };

  function stepRow(step) {
    const kind = choice("kind", say("Kind"), given("kinds"), step.kind);
    const who = make("input", { className: "who", type: "text", value: step.who, maxLength: 12, autocomplete: "off" });
    who.setAttribute("list", "plan-who");
    const name = make("small", { className: "who-name" });
    const row = make("li", { className: "plan-step" }, make("div", { className: "step-whom" }, kind, who, name), words("zh", step.zh), words("en", step.en),
      make("div", { className: "step-does" }, press("up", "↑", { title: say("Up") }), press("down", "↓", { title: say("Down") }), press("remove", "×", { title: say("Remove") })));
    const show = () => {
      who.hidden = !ASKS_WHO.includes(kind.value);
      who.placeholder = say(kind.value === "call" ? "WhoCall" : "WhoGo");
      name.textContent = who.hidden ? "" : (given("who").find(([code]) => code === who.value) || ["", ""])[1];
    };
    row.addEventListener("input", show);
    show();
    return row;
  }

  const draw = (steps) => editor().querySelector("ol").replaceChildren(...steps.map(stepRow));

  const mark = () => { for (const row of root.querySelectorAll(".plan-row")) row.classList.toggle("open", Boolean(opened) && row.dataset.prefix === opened.prefix); };
  let watched = null; // the list, which is drawn anew when something was saved
  function watch() {
    const list = root.getElementById("plans-list");
    if (watched !== list) new window.MutationObserver(mark).observe(list, { childList: true });
    watched = list;
  }

  // The editor of a plan; of a new one its type is chosen first.
  function open(plan, steps) {
    opened = plan;
    watch();
    changed = false;
    warned = false;
    const types = given("types");
    const title = plan.prefix ? make("h2", { textContent: `${plan.prefix} ${(types.find(([code]) => code === plan.prefix) || ["", ""])[1]}` })
      : choice("prefix", say("Choose"), [["", say("Choose")], ...types.filter(([code]) => !root.querySelector(`[data-prefix="${code}"]`)).map(([code, told]) => [code, `${code} ${told}`])], "");
    const undo = plan.own ? [press("undo", say(plan.shipped ? "Back" : "Delete"), { className: "press off" })] : [];
    const list = make("datalist", { id: "plan-who" }, ...given("who").map(([value, told]) => make("option", { value, label: told })));
    const does = make("div", { className: "plan-does" }, press("add", say("Add"), { className: "press" }), press("save", say("Save"), { className: "press on" }), ...undo);
    editor().replaceChildren(make("header", {}, title, make("span", { className: "chip", textContent: say(plan.own || !plan.prefix ? "Own" : "Shipped") })), make("ol", {}), does, list);
    draw(steps);
    mark();
    tell("", true);
    editor().scrollIntoView({ block: "start" }); // on a phone it lies below the list
  }

  // What is not saved is given up only with a second press.
  function openRow(row) {
    if (changed && !warned) { warned = true; tell(say("Unsaved"), false); return; }
    if (!row) { open({ prefix: "", own: false, shipped: false }, [{ kind: "call", who: "", zh: "", en: "" }]); return; }
    open({ prefix: row.dataset.prefix, own: Boolean(row.dataset.own), shipped: Boolean(row.dataset.shipped) }, JSON.parse(row.dataset.steps));
  }

  async function put(prefix, steps) {
    const stop = new window.AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE_MS);
    const headers = { "Content-Type": "application/json", "Accept-Language": root.documentElement.lang };
    try {
      const answer = await window.fetch(`/api/plans/${prefix}`, { method: "PUT", credentials: "same-origin", headers, body: JSON.stringify({ steps }), signal: stop.signal });
      return { isGood: answer.ok, ...await answer.json() };
    } catch { return { isGood: false, error: { message: say("Offline"), fields: {} } }; } finally { window.clearTimeout(timer); }
  }

  async function save(steps, done) {
    const prefix = opened.prefix || editor().querySelector(".prefix").value;
    if (!prefix) { tell(say("Choose"), false); return; }
    const answer = await put(prefix, steps);
    const at = answer.isGood ? 0 : stepOf(answer.error.fields);
    for (const [n, row] of rows().entries()) row.classList.toggle("faulty", n + 1 === at);
    if (!answer.isGood) { tell(Object.values(answer.error.fields || {})[0] || answer.error.message, false); return; }
    const [plan] = answer.plans;
    window.dash_clientside.set_props("plans-changed", { data: Date.now() });
    if (plan) open({ prefix, own: plan.is_own, shipped: opened.shipped }, plan.steps);
    else { opened = null; changed = false; editor().replaceChildren(); }
    tell(done, true);
  }

  function act(button) {
    const all = rows();
    const at = all.indexOf(button.closest(".plan-step"));
    const does = {
      add: () => { if (all.length < Number(page().dataset.most)) { touch(); editor().querySelector("ol").append(stepRow({ kind: "call", who: "", zh: "", en: "" })); } },
      remove: () => { touch(); all[at].remove(); },
      up: () => { touch(); draw(moved(said(), at, -1)); },
      down: () => { touch(); draw(moved(said(), at, 1)); },
      save: () => (all.length ? save(said(), say("Saved")) : tell(say("NoSteps"), false)),
      undo: () => save([], say(opened.shipped ? "Restored" : "Deleted")),
    };
    does[button.dataset.do]();
  }

  function onClick(event) {
    const row = event.target.closest(".plan-row");
    const button = event.target.closest("#plans-editor [data-do]");
    if (row) openRow(row);
    else if (event.target.closest("[data-new-plan]")) openRow(null);
    else if (button) act(button);
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { plans: { moved, stepOf } });
  if (root) {
    root.addEventListener("click", onClick);
    root.addEventListener("input", (event) => { if (event.target.closest("#plans-editor")) touch(); });
  }
})(window);
