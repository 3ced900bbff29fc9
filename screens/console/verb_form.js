// The small form of a verb that asks for more than a press: until when, into which case, why. Its fields stand in the
// page only while it is open; a refusal leaves it as it was filled in.
"use strict";
(function (window) {
  const root = window.document;
  const SPANS_D = [1, 3, 7]; // how long a case is suspended most often
  const box = () => root.getElementById("console-verb-form");
  const make = (tag, properties, ...children) => { const made = Object.assign(root.createElement(tag), properties); made.append(...children); return made; };

  // Whether a press is enough: what is asked for is a note alone, and it is written already.
  const isTold = (fields, note) => fields.join() === "note" && note.trim() !== "";

  // What the fields say, with nothing of those left empty but the note.
  function valuesOf(fields, given) {
    const told = (value) => (Array.isArray(value) ? value : (value || "").trim());
    return Object.fromEntries(fields.map((name) => [name, told(given[name])]).filter(([name, value]) => name === "note" || value.length));
  }

  // A moment as the field for it takes it: the town's wall clock, to the minute.
  const fieldMoment = (ms) => new Date(ms + 8 * 3600000).toISOString().slice(0, 16);

  // One of the departments offered; `ofNone` where none is proposed.
  function departments(offered, about, ofNone) {
    return make("select", about, ...[...ofNone, ...offered].map(([value, words]) => new window.Option(words, value)));
  }

  // Several of those offered, each a box to tick.
  function ticks(name, label, offered) {
    const boxes = offered.map(([value, words]) => make("label", { className: "tick" }, make("input", { type: "checkbox", name, value }), make("span", { textContent: words })));
    return make("fieldset", { className: `field ask-${name}` }, make("legend", { textContent: label }), ...boxes);
  }

  // What a field says; of boxes to tick those that are.
  const told = (form, name) => (name === "departments" ? [...form.querySelectorAll("[name=departments]:checked")].map((box) => box.value) : form.elements[name].value);

  // Where a whistle calls to: the case's own place, or the one that is pressed on the map while the form is open.
  function place(label, texts) {
    const words = make("output", { textContent: texts.placeCase });
    const back = make("button", { type: "button", className: "quiet", textContent: texts.placeBack, hidden: true });
    const made = make("div", { className: "field ask-place" }, make("span", { textContent: label }), words, make("small", { textContent: texts.placeHint }), back);
    const show = (at, told) => {
      made.dataset.at = at ? `${at.lng},${at.lat}` : "";
      words.textContent = told;
      back.hidden = !at;
      mark(at, label);
    };
    back.addEventListener("click", () => show(null, texts.placeCase));
    made.chosen = (at) => show(at, `${at.lng.toFixed(5)}, ${at.lat.toFixed(5)}`);
    return made;
  }

  function mark(at, label) {
    const features = at ? [{ type: "Feature", geometry: { type: "Point", coordinates: [at.lng, at.lat] }, properties: { kind: "meet", label } }] : [];
    window.dash_clientside.set_props("console-draft-pin", { data: { type: "FeatureCollection", features } });
  }

  // A press on the map while a form asks for a place: whether it was meant for it.
  function choosePlace(at) {
    const asked = box() && box().querySelector(".ask-place");
    if (asked) asked.chosen(at);
    return Boolean(asked);
  }

  // The place a form was told, in degrees; nothing where it is the case's own.
  function placeOf(at) {
    const [lon, lat] = (at || "").split(",").map(Number);
    return at ? { lon, lat } : {};
  }

  function field(name, verb, note, texts, offered) {
    const label = texts[{ until: verb === "suspend" ? "untilSuspend" : "until", meet_at: "meetAt", note: ["merge", "urge", "whistle", "dispatch", "support"].includes(verb) ? "noteIfAny" : "note" }[name] || name];
    const about = { name, className: `ask-${name}`, title: label };
    if (name === "departments") return ticks(name, label, offered);
    if (name === "place") return place(label, texts);
    const input = name === "note" ? make("textarea", { ...about, rows: 2, maxLength: 1000, value: note })
      : name === "department" ? departments(offered, about, verb === "rule" ? [["", ""]] : [])
      : name === "lead" ? departments(offered, about, [])
      : name === "until" || name === "meet_at" ? make("input", { ...about, type: "datetime-local", step: 60, min: fieldMoment(Date.now()) })
        : make("input", { ...about, type: "text", maxLength: 40, autocomplete: "off" });
    return make("label", { className: "field" }, make("span", { textContent: label }), input);
  }

  // Some days from now, each a button that fills in the moment.
  function spans(form, texts) {
    const rows = SPANS_D.map((n) => {
      const row = make("button", { type: "button", className: "quiet span", textContent: texts.days.replace("{n}", String(n)) });
      row.dataset.days = String(n);
      row.addEventListener("click", () => { form.elements.until.value = fieldMoment(Date.now() + n * 86400000); });
      return row;
    });
    return make("div", { className: "spans" }, ...rows);
  }

  // Cases near by that are open, each a button that fills in its number.
  function choices(button, form, texts) {
    const offered = JSON.parse(button.dataset.choices || "[]");
    if (!offered.length) return [];
    const rows = offered.map(([value, words]) => {
      const row = make("button", { type: "button", className: "quiet choice", textContent: words });
      row.dataset.value = value;
      row.addEventListener("click", () => { form.elements.parent.value = value; });
      return row;
    });
    return [make("small", { textContent: texts.near }), make("div", { className: "choices" }, ...rows)];
  }

  function open(button, submit) {
    const texts = Object.fromEntries(Object.entries(box().dataset).map(([name, words]) => [name.replace(/^text(.)/, (_, first) => first.toLowerCase()), words]));
    const fields = button.dataset.form.split(" ");
    const { verb } = button.dataset;
    const common = root.getElementById("console-case-note");
    const form = make("form", { noValidate: true });
    form.dataset.of = verb;
    const confirm = make("button", { type: "submit", className: "primary", textContent: texts.confirm.replace("{verb}", button.textContent) });
    const back = make("button", { type: "button", className: "quiet", textContent: texts.back });
    back.addEventListener("click", close);
    const offered = JSON.parse(button.dataset.choices || "[]");
    form.append(...fields.map((name) => field(name, verb, common ? common.value : "", texts, offered)));
    if (fields.includes("until")) form.firstElementChild.after(spans(form, texts));
    if (fields.includes("parent")) form.firstElementChild.after(...choices(button, form, texts));
    form.append(make("div", { className: "ask-buttons" }, confirm, back));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const plain = fields.filter((name) => name !== "place");
      const given = Object.fromEntries(plain.map((name) => [name, told(form, name)]));
      const asked = form.querySelector(".ask-place");
      submit({ verb, ...valuesOf(plain, given), ...placeOf(asked && asked.dataset.at) });
    });
    box().replaceChildren(form);
    box().closest(".case-actions").classList.add("asking");
    form.querySelector("input, select, textarea").focus();
  }

  function close() {
    if (!box()) return;
    if (box().querySelector(".ask-place")) mark(null);
    box().replaceChildren();
    box().closest(".case-actions").classList.remove("asking");
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { verbForm: { isTold, valuesOf, fieldMoment, placeOf, choosePlace, open, close } });
})(window);
