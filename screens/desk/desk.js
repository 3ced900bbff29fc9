// The desk: a row opens its case, a button asks what its verb needs and performs it; one id until it is answered.
"use strict";
(function (window) {
  const root = window.document;
  const field = window.gridcommand.field;
  const { say } = field;
  const put = (id, data) => window.dash_clientside.set_props(id, { data });
  const make = (tag, properties) => Object.assign(root.createElement(tag), properties);
  const form = () => root.getElementById("desk-form");
  const shown = () => root.querySelector(".desk-opened [data-case-no]");

  function closeForm() { form().replaceChildren(); form().hidden = true; }

  function open(caseNo) {
    closeForm();
    field.tell("", true);
    put("desk-selected", caseNo);
    root.querySelector(".desk").classList.toggle("has-case", Boolean(caseNo));
    mark(caseNo);
  }
  function mark(caseNo) {
    for (const row of root.querySelectorAll("[data-open]")) row.classList.toggle("open", row.dataset.open === caseNo);
  }

  // Who may be chosen, as the open case tells.
  const choices = (name) => [...root.querySelectorAll(`.desk-choices [data-field="${name}"]`)].map((one) => ({ value: one.dataset.value, name: one.textContent }));

  function colleagues() {
    const box = make("fieldset", { className: "colleagues" });
    box.append(make("legend", { textContent: say("Colleagues") }));
    const found = choices("colleagues");
    if (!found.length) box.append(make("p", { className: "empty", textContent: say("NobodyFree") }));
    for (const { value, name } of found) {
      const label = make("label", {});
      label.append(make("input", { type: "checkbox", value }), make("span", { textContent: name }));
      box.append(label);
    }
    return box;
  }
  function listOf(name, first) {
    const list = make("select", { className: name, title: first });
    list.append(make("option", { value: "", textContent: first }));
    list.append(...choices(name).map(({ value, name: shownAs }) => make("option", { value, textContent: shownAs })));
    return list;
  }
  function moment() {
    const label = make("label", { className: "until" });
    label.append(make("span", { textContent: say("Until") }), make("input", { type: "datetime-local", step: 60 }));
    return label;
  }
  function photos(caseNo) {
    const box = make("div", { className: "photos" });
    box.append(field.photoControl(caseNo, ["before", "after"], () => field.problem("")));
    box.append(make("input", { type: "text", className: "no-photo-reason", placeholder: say("NoPhotoReason"), maxLength: 500 }));
    return box;
  }

  // The fields a button asks for; without any its verb is performed at once.
  function ask(button) {
    const { verb, fields, needsNote } = button.dataset;
    field.tell("", true);
    const asked = fields.split(" ").filter(Boolean);
    const { caseNo, version } = shown().dataset;
    if (!asked.length) return perform({ verb, caseNo, version, needsNote }, button);
    const box = make("div", { className: "desk-form-body" });
    box.dataset.of = verb;
    box.append(make("h3", { textContent: button.textContent }));
    if (asked.includes("colleagues")) box.append(colleagues());
    if (asked.includes("department")) box.append(listOf("department", say("Choose")));
    if (asked.includes("item")) box.append(listOf("item", say("Item")));
    if (asked.includes("until")) box.append(moment());
    if (asked.includes("note")) box.append(make("textarea", { className: "note", rows: 3, maxLength: 1000, placeholder: say(needsNote ? "NoteNeeded" : "Note") }));
    if (asked.includes("photos")) box.append(photos(caseNo));
    const send = make("button", { type: "button", className: "press on send", textContent: say("Send") });
    const leave = make("button", { type: "button", className: "quiet leave", textContent: say("Leave") });
    send.addEventListener("click", () => perform({ verb, caseNo, version, needsNote }, send));
    leave.addEventListener("click", closeForm);
    const row = make("div", { className: "desk-send" });
    row.append(send, leave);
    box.append(row);
    form().replaceChildren(box);
    form().hidden = false;
    box.querySelector("textarea, select, input")?.focus();
    return null;
  }

  // What the form says, in the API's names.
  function said() {
    const value = (css) => form().querySelector(css)?.value.trim() || "";
    const until = value(".until input");
    return {
      note: value(".note"),
      ...(until ? { until: `${until}:00+08:00` } : {}),
      ...(value(".department") ? { department: value(".department") } : {}),
      ...(value(".item") ? { item: value(".item") } : {}),
      ...(value(".no-photo-reason") ? { no_photo_reason: value(".no-photo-reason") } : {}),
    };
  }

  // Whom it is handed to, one press each; anything else is one press.
  const pressesOf = (verb) => (verb === "hand_over" ? [...form().querySelectorAll(".colleagues input:checked")].map((one) => ({ to: Number(one.value) })) : [{}]);

  async function perform({ verb, caseNo, version, needsNote }, button) {
    const body = said();
    const presses = pressesOf(verb);
    if (needsNote && !body.note) { field.problem(say("NoteNeeded")); return; }
    if (!presses.length) { field.problem(say("Choose")); return; }
    button.disabled = true;
    field.tell(say("Sending"), true);
    try {
      if (verb === "feedback") await field.sendPhotos(caseNo, caseNo);
      for (const press of presses) await send(verb, caseNo, version, { ...body, ...press });
      closeForm();
      field.tell(say("Done", { verb: root.querySelector(`.desk-presses [data-verb="${verb}"]`)?.textContent || "" }), true);
    } catch (fault) { field.problem(fault.message); } finally { button.disabled = false; put("desk-changed", Date.now()); }
  }

  async function send(verb, caseNo, version, body) {
    const press = [field.owner(), caseNo, version, verb, body.to || ""].join("/");
    try { await field.call(`/api/incidents/${caseNo}/${verb}`, { id: field.idOf(press), ...body }); } catch (fault) {
      if (!fault.passing) field.answered(press);
      throw fault;
    }
    field.answered(press);
  }

  function onClick(event) {
    const row = event.target.closest("[data-open]");
    const button = event.target.closest(".desk-presses [data-verb]");
    if (row) open(row.dataset.open);
    else if (button) ask(button);
    else if (event.target.closest(".desk-back")) open("");
  }

  // A link may name a case.
  function openNamed() {
    const named = new window.URLSearchParams(window.location.search).get("case");
    if (named) open(named);
  }
  function whenReady() {
    if (!root.querySelector(".desk") || !root.getElementById("desk-form")) { window.setTimeout(whenReady, 50); return; }
    field.restore(field.owner());
    openNamed();
  }

  if (root) { root.addEventListener("click", onClick); whenReady(); }
})(window);
