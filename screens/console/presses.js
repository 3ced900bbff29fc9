// What is pressed on the console: rows, verbs, filters, what is around. Each press becomes a value in one of Dash's stores.
"use strict";
(function (window) {
  const root = window.document;
  const ANSWER_LOST_MS = 10000; // after this a press without an answer may be repeated; it is the same press
  const CONFIRM_MS = 6000; // so long a button waits to be pressed again
  const put = (id, properties) => window.dash_clientside.set_props(id, properties);
  const ids = { selected: "console-selected", send: "console-send", pressed: "console-pressed", routes: "console-routes", spot: "console-spot" };

  // The ways with the chosen one first: it is drawn strongest and on top.
  function rankChosen(data, key) {
    const ways = data.features.map((way) => ({ ...way, properties: { ...way.properties, rank: way.properties.key === key ? 1 : 2 } }));
    return { ...data, features: ways.sort((a, b) => b.properties.rank - a.properties.rank) };
  }

  const choosing = () => window.gridcommand.choosing;
  let chosenKey = null;

  function showWay(key) {
    const ways = window.gridcommand.console.ways;
    if (ways && key !== chosenKey) put(ids.routes, { data: rankChosen(ways, key) });
    chosenKey = key;
  }

  // The first ways of a case bring them and the case into view; after that the view is the operator's.
  let fitted = null;
  function fitOnce(ways) {
    const at = ways.fit;
    if (!at || at.case_no === fitted) { fitted = at ? fitted : null; return; }
    fitted = at.case_no;
    const map = window.gridcommand.maps[0];
    const bounds = window.L.latLngBounds([[at.lat, at.lon]]);
    for (const way of ways.features) for (const [lon, lat] of way.geometry.coordinates) bounds.extend([lat, lon]);
    const pad = window.gridcommand.paddings(map.gridcommand.box);
    map.fitBounds(bounds, { paddingTopLeft: [pad.left + 30, pad.top + 30], paddingBottomRight: [pad.right + 30, pad.bottom + 30], maxZoom: 16.5 });
  }

  // New ways from the server: drawn with the first row's on top.
  function draw(ways) {
    window.gridcommand.console.ways = ways;
    fitOnce(ways);
    chosenKey = ways.features.length ? ways.features[ways.features.length - 1].properties.key : null;
    return ways;
  }

  // A press has one id until it is answered: pressed again after a lost answer, on the case as it was, it is the same.
  const unanswered = new Map();
  function idOfPress(...what) {
    const shown = root && root.querySelector(".case-times[data-version]");
    const key = [window.gridcommand.console.openCase, shown ? shown.dataset.version : "", ...what].join("/");
    if (!unanswered.has(key)) unanswered.set(key, window.gridcommand.draft.newId());
    return unanswered.get(key);
  }
  const pressAnswered = () => unanswered.clear();

  function send(button) {
    const workers = choosing().workers();
    if (!workers.length || button.disabled) return;
    button.disabled = true;
    const verb = button.dataset.by;
    const [worker, ...others] = workers.map(Number);
    const required = !root.querySelector("[data-optional][aria-checked=true]");
    put(ids.send, { data: {
      id: idOfPress(verb, required, ...workers), case_no: button.dataset.case, suggestion: button.dataset.send, worker, others, verb, required, at: Date.now(),
    } });
    window.setTimeout(letSend, ANSWER_LOST_MS);
  }

  function letSend() {
    for (const button of root.querySelectorAll("[data-send]")) button.disabled = false;
  }

  // Whether the case does without those who are sent, as a box that is ticked.
  const tick = (box) => box.setAttribute("aria-checked", String(box.getAttribute("aria-checked") !== "true"));

  // The verbs are drawn anew after each press: Enter is to send then, not to press whatever comes to this place.
  function press(button) {
    if (button.dataset.confirm && !isConfirmed(button)) return;
    button.blur();
    const more = button.closest(".verbs-more");
    if (more) more.open = false;
    const { form } = button.dataset;
    const note = root.getElementById("console-case-note").value;
    window.gridcommand.verbForm.close();
    if (form && !window.gridcommand.verbForm.isTold(form.split(" "), note)) window.gridcommand.verbForm.open(button, perform);
    else perform(aboutOf(button.dataset));
  }

  function perform(about) {
    put(ids.pressed, { data: { id: idOfPress(about.verb, ...Object.values(about)), ...about, at: Date.now() } });
  }

  // Takes the plan of the open case, or ticks one of its steps; of a call the note tells what was said.
  function pressPlan(button) {
    const step = Number(button.dataset.planStep);
    put("console-plan", { data: { id: idOfPress("plan", step), step, at: Date.now() } });
  }

  // What a button's verb is about: a task of the case, a worker and the case he is taken from, what the reporter said.
  function aboutOf({ verb, task, worker, from, rating }) {
    if (rating) return { verb, rating };
    const whom = worker ? { worker: Number(worker), from_case: from } : {};
    return task ? { verb, task, ...whom } : { verb, ...whom };
  }

  // What takes somebody from another case is asked once more, on the button itself, for a few seconds.
  function isConfirmed(button) {
    if (button.dataset.label) { reset(button); return true; }
    button.dataset.label = button.textContent;
    button.textContent = button.dataset.confirm;
    const timer = window.setTimeout(() => { if (button.dataset.asked === String(timer)) reset(button); }, CONFIRM_MS);
    button.dataset.asked = timer;
    return false;
  }

  function reset(button) {
    if (button.dataset.label) button.textContent = button.dataset.label;
    delete button.dataset.label;
    delete button.dataset.asked;
  }

  function open(caseNo) {
    put(ids.selected, { data: caseNo });
    mark(caseNo);
  }

  // A neighbouring event opens as one in the queue does; its row is drawn anew, and Enter is not to press what comes there.
  function openNear(row) {
    root.activeElement.blur();
    open(row.dataset.case);
  }

  function mark(caseNo) {
    for (const row of root.querySelectorAll(".queue-row")) row.classList.toggle("open", row.dataset.case === caseNo);
  }

  function spotOf(row) {
    const [lon, lat] = row.dataset.at.split(",").map(Number);
    const label = row.querySelector(".around-name");
    const properties = { kind: row.dataset.kind, label: label ? label.textContent : "" };
    return { type: "FeatureCollection", features: [{ type: "Feature", geometry: { type: "Point", coordinates: [lon, lat] }, properties }] };
  }

  function point(row) {
    const was = row.classList.contains("pointed");
    for (const each of root.querySelectorAll(".around-group li.pointed")) each.classList.remove("pointed");
    row.classList.toggle("pointed", !was);
    const data = was ? { type: "FeatureCollection", features: [] } : spotOf(row);
    put(ids.spot, { data });
    if (!was) bringIntoView(data.features[0].geometry.coordinates);
  }

  function bringIntoView([lon, lat]) {
    const map = window.gridcommand.maps[0];
    const pad = window.gridcommand.paddings(map.gridcommand.box);
    const at = map.latLngToContainerPoint([lat, lon]);
    const size = map.getSize();
    const inside = at.x > pad.left + 20 && at.y > pad.top + 20 && at.x < size.x - pad.right - 20 && at.y < size.y - pad.bottom - 20;
    if (!inside) map.panTo(window.gridcommand.centreFor(map, window.L.latLng(lat, lon), map.getZoom()));
  }

  function matches(words, wanted) {
    return wanted.trim().toLowerCase().split(/\s+/).every((word) => words.includes(word));
  }

  // Rows that are neither of the chosen group nor of the words searched for are left out of sight.
  function filter() {
    const panel = root.querySelector(".console-queue");
    if (!panel) return;
    const group = panel.dataset.filter;
    const wanted = (root.getElementById("console-search") || {}).value || "";
    for (const row of panel.querySelectorAll(".queue-row")) {
      row.hidden = !((group === "all" || row.dataset.group === group) && matches(row.dataset.words, wanted));
    }
    for (const button of panel.querySelectorAll("[data-show]")) button.setAttribute("aria-selected", String(button.dataset.show === group));
  }

  function show(button) {
    root.querySelector(".console-queue").dataset.filter = button.dataset.show;
    filter();
  }

  const follow = (button) => window.gridcommand.selectWorker(Number(button.dataset.follow));
  const close = () => open(null);

  const PRESSES = [
    [".queue-row[data-case]", (row) => open(row.dataset.case)], ["[data-open-case]", (button) => open(button.dataset.openCase)], [".advice-row, .team-member", (row) => choosing().choose(row)],
    ["[data-team]", () => choosing().team()], ["[data-send]", send], ["[data-optional]", tick], ["[data-verb]", press],
    ["[data-plan-step]", pressPlan], ["[data-show]", show], ["[data-follow]", follow], ["[data-close]", close],
    ["[data-point]", (button) => point(button.closest("li"))], [".around-group li[data-case]", openNear],
    [".around-group li[data-at]", point],
  ];

  function onClick(event) {
    for (const [selector, then] of PRESSES) {
      const element = event.target.closest && event.target.closest(selector);
      if (element) { then(element); return; }
    }
  }

  // Dash draws the parts anew; what the eye was on stays marked.
  function afterDrawing() {
    filter();
    mark(window.gridcommand.console.openCase);
  }

  // The case named in the page's address (?case=YZ2611210001) is opened as soon as the board has spoken.
  function openNamed() {
    const named = new window.URLSearchParams(window.location.search).get("case");
    if (named) root.addEventListener("gridcommand:board", () => open(named), { once: true });
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, {
    console: { ways: null, openCase: null, rankChosen, matches, aboutOf, showWay, open, afterDrawing, draw, letSend, idOfPress, pressAnswered },
  });
  if (root) {
    openNamed();
    root.addEventListener("click", onClick);
    root.addEventListener("input", (event) => { if (event.target.id === "console-search") filter(); });
    root.addEventListener("mouseover", (event) => { const row = event.target.closest && event.target.closest(".advice-row"); if (row) showWay(row.dataset.worker); });
    root.addEventListener("mouseout", (event) => { const row = event.target.closest && event.target.closest(".advice-row"); if (row) showWay(choosing().workers()[0]); });
    window.setInterval(() => { if (root.querySelector(".mode-case .responder .still:not(:empty)")) put("console-changed", { data: { at: Date.now() } }); }, 10000);
    root.addEventListener("gridcommand:board", () => window.setTimeout(afterDrawing, 30));
  }
})(window);
