// Reporting and answering with photos: one case, one answer, however often it is pressed; a photo that does not arrive
// is sent again by itself or left out, as the worker chooses.
"use strict";
(function (window) {
  const field = window.gridcommand.field;
  const { say, problem, tell } = field;

  const isMade = () => Boolean((field.report(field.owner()) || {}).made);

  // Verbs that need words. Dash writes the list anew every few seconds; a form that is being filled in must stay, and
  // what was written in one that is put away, or by an earlier page, stands in it again.
  const openForms = new Map();
  const NAMES = { feedback: "Feedback", ask_support: "AskSupport", send_back: "SendBack", hand_over: "HandOver", ask_extension: "AskExtension", reply: "Reply" };
  const FINDINGS = [["found", "SendFound", true], ["not-found", "SendNotFound", false]];
  const needsWords = (verb) => verb in NAMES;
  const taskOf = (id) => window.document.querySelector(`.task[data-task="${id}"]`);

  // The same button pressed again puts the form away; that of an answer stays, its button being hidden.
  function wordsForm(button) {
    const { task, verb } = button.dataset;
    const open = openForms.get(task)?.dataset.of;
    if (open) closeForm(task, open);
    if (open === verb) return;
    const box = formOf({ ...button.dataset });
    taskOf(task).append(box);
    openForms.set(task, box);
    keepForms();
  }

  const make = (tag, properties) => Object.assign(window.document.createElement(tag), properties);

  // Said besides the note: of a check what was found, of an answer why there is no picture.
  function formOf({ task, case: caseNo, verb, state, kind }) {
    const box = make("div", { className: "feedback" });
    box.dataset.of = verb;
    const worker = field.owner();
    const isCheck = verb === "feedback" && kind === "check";
    const note = make("textarea", { rows: 3, placeholder: say(isCheck ? "NoteCheck" : `Note${NAMES[verb]}`), maxLength: 1000, value: field.wordsOf(worker, task, verb) });
    note.addEventListener("input", () => field.keepWords(worker, task, verb, note.value));
    const colleague = verb === "hand_over" ? colleagues() : null;
    const until = verb === "ask_extension" ? moment() : null;
    const sender = (css, name, extra) => {
      const send = make("button", { type: "button", className: `next send-${css}`, textContent: say(name) });
      send.addEventListener("click", () => field.act({ task, caseNo, verb, state, note: note.value.trim(), extra: extra() }, send));
      return send;
    };
    if (isCheck) box.append(note, ...FINDINGS.map(([css, name, found]) => sender(css, name, () => ({ found }))));
    else if (verb !== "feedback") {
      const extra = () => (colleague ? { to: Number(colleague.value) } : until ? untilOf(until.lastChild.value) : {});
      box.append(...[colleague, until, note].filter(Boolean), sender(verb.replace("_", "-"), `Send${NAMES[verb]}`, extra));
    }
    else {
      const reason = make("input", { type: "text", className: "no-photo-reason", placeholder: say("NoPhotoReason"), maxLength: 500, value: field.wordsOf(worker, task, "photo") });
      reason.addEventListener("input", () => field.keepWords(worker, task, "photo", reason.value));
      const photos = field.photoControl(caseNo, ["before", "after"], () => problem(""));
      box.append(note, photos, reason, sender("feedback", "SendFeedback", () => ({ no_photo_reason: reason.value.trim() })));
    }
    return box;
  }

  // A moment by the town's wall clock, and how the centre is told it; none chosen is for the centre to say.
  function moment() {
    const label = make("label", { className: "until" });
    label.append(make("span", { textContent: say("Until") }), make("input", { type: "datetime-local", step: 60 }));
    return label;
  }
  const untilOf = (value) => (value ? { until: `${value}:00+08:00` } : {});

  // Those of my department who are on duty and free, me among them, to choose one.
  function colleagues() {
    const list = Object.assign(window.document.createElement("select"), { className: "colleague" });
    field.get("/api/workers").then(({ body }) => {
      const free = (body.workers || []).filter((one) => one.on_duty && one.open_case_no === null);
      list.append(...free.map((one) => Object.assign(window.document.createElement("option"), { value: one.worker, textContent: one.name })));
      if (!free.length) problem(say("NobodyFree"));
    });
    return list;
  }

  const buttonOf = (task, verb) => task?.querySelector(`button[data-verb="${verb}"]`);

  function keepForms() {
    for (const [id, box] of openForms) {
      const task = taskOf(id);
      const button = buttonOf(task, box.dataset.of);
      if (!button) { box.remove(); openForms.delete(id); continue; } // nothing to be said any more
      const isOfStart = box.dataset.of === "start";
      if (!task.contains(box)) { if (isOfStart) button.before(box); else task.append(box); }
    }
    for (const button of window.document.querySelectorAll(".task > .next[data-verb]")) {
      button.hidden = button.dataset.verb === "feedback" && openForms.get(button.dataset.task)?.dataset.of === "feedback";
    }
    for (const button of window.document.querySelectorAll(".task [data-verb=start]")) offerBefore(button);
  }

  // Who has arrived takes pictures before the work begins; they are sent with the next press.
  function offerBefore(button) {
    const { task, case: caseNo, verb } = button.dataset;
    if (openForms.has(task)) return;
    const box = Object.assign(window.document.createElement("div"), { className: "feedback" });
    box.dataset.of = verb;
    box.append(field.photoControl(caseNo, ["before"], () => problem("")));
    button.before(box);
    openForms.set(task, box);
  }

  // What was to be said of this verb is said, or is not to be said now.
  function closeForm(task, verb) {
    const box = openForms.get(task);
    if (box?.dataset.of !== verb) return;
    box.remove();
    openForms.delete(task);
  }

  function said(task, verb, caseNo) {
    for (const part of [verb, "photo"]) field.keepWords(field.owner(), task, part, "");
    closeForm(task, verb);
    if (verb in NAMES && verb !== "feedback") tell(say(`Done${NAMES[verb]}`, { case_no: caseNo }), true);
  }

  const textOfReport = () => window.document.getElementById("field-text");

  // The case of the report as pressed: made now, or already.
  async function makeCase(place) {
    const worker = field.owner();
    const before = field.report(worker);
    if (before && before.made) return before;
    const words = textOfReport().value.trim();
    const draft = field.pressReport(worker, words, place, field.hasPhotos("report"));
    const body = { id: draft.id, source_channel: "grid_patrol", description: words, ...draft.place };
    const answer = await field.call("/api/incidents", body).catch((fault) => {
      if (fault.passing) fault.message = `${fault.message} ${say("PressAgain")}`;
      else field.keepReport(worker, { ...draft, pending: Boolean(before && before.pending) });
      throw fault;
    });
    const isAsWritten = answer.status === 201 || answer.body.description.trim() === words;
    return field.keepReport(worker, { ...draft, made: answer.body.case_no, isAsWritten });
  }

  async function finishReport(place) {
    const draft = await makeCase(place);
    const hadPhoto = field.photosOf("report").length > 0;
    try { await field.sendPhotos("report", draft.made); } catch (fault) {
      throw new Error(say("PhotoNotSent", { case_no: draft.made, why: fault.message }));
    }
    if (isSelf() && !(await sendSelf(draft))) return;
    endReport(draft, draft.withPhoto && !hadPhoto ? "SentWithoutPhoto" : "Sent");
  }

  // Done on the spot (即报即办): what was done, and why there is no picture of it, kept until the centre has it.
  const selfWords = (part) => field.wordsOf(field.owner(), "report", part);
  const isSelf = () => selfWords("self") === "yes";

  function missingOfSelf() {
    if (!selfWords("self_note").trim()) return "NoteSelf";
    return field.photosOf("report", "after").length || selfWords("self_reason").trim() ? "" : "SelfReason";
  }

  // Whether it was taken; what the centre will not have done so stays a report, and that is said.
  async function sendSelf(draft) {
    const press = `${field.owner()}/self_handle/${draft.made}`;
    const body = { id: field.idOf(press), note: selfWords("self_note").trim(), no_photo_reason: selfWords("self_reason").trim() };
    try { await field.call(`/api/incidents/${draft.made}/self_handle`, body); } catch (fault) {
      if (fault.passing) throw fault;
      field.answered(press);
      endReport(draft, "Sent");
      problem(say("SelfNotTaken", { case_no: draft.made, why: fault.message }));
      return false;
    }
    field.answered(press);
    endReport(draft, "SelfDone");
    return false;
  }

  function showSelf() {
    const box = window.document.getElementById("field-self-words");
    window.document.getElementById("field-self-handled").setAttribute("aria-checked", String(isSelf()));
    box.hidden = !isSelf();
    if (!isSelf() || box.firstChild) { if (!isSelf()) box.replaceChildren(); return; }
    box.append(...[["textarea", "self_note", "NoteSelf"], ["input", "self_reason", "SelfReason"]].map(([tag, part, name]) => {
      const made = make(tag, { className: part.replace("_", "-"), placeholder: say(name), maxLength: 500, value: selfWords(part) });
      made.addEventListener("input", () => field.keepWords(field.owner(), "report", part, made.value));
      return made;
    }));
  }

  function switchSelf() {
    field.keepWords(field.owner(), "report", "self", isSelf() ? "" : "yes");
    showReport();
  }

  function endReport(draft, told) {
    for (const part of ["self", "self_note", "self_reason"]) field.keepWords(field.owner(), "report", part, "");
    field.dropReport(field.owner());
    field.forgetReading("report");
    if (draft.isAsWritten) window.dash_clientside.set_props("field-text", { value: "" });
    tell(say(draft.isAsWritten ? told : "OtherWords", { case_no: draft.made }), draft.isAsWritten);
  }

  async function sendReport(button, place) {
    if (isSelf() && missingOfSelf()) { problem(say(missingOfSelf())); return; }
    button.disabled = true;
    problem("");
    try { await finishReport(place); } catch (fault) { problem(fault.message); } finally { button.disabled = false; showReport(); }
  }

  // Once the case is made the form is about its photo alone.
  function showReport() {
    const made = isMade();
    const button = window.document.getElementById("field-send-report");
    button.dataset.text = button.dataset.text || button.textContent;
    button.textContent = made ? say("SendPhotoAgain") : button.dataset.text;
    textOfReport().readOnly = made;
    const leftOut = () => { if (isMade()) { endReport(field.report(field.owner()), "SentWithoutPhoto"); showReport(); } };
    window.document.querySelector('[data-photo="report"]').replaceChildren(field.photoControl("report", isSelf() ? ["before", "after"] : ["before"], leftOut, isMade));
    showSelf();
  }

  // A report that an earlier page did not see through: its words stand in the form again, under its id.
  function resumeReport() {
    const draft = field.report(field.owner());
    if (draft && draft.made && !draft.withPhoto) endReport({ ...draft, isAsWritten: true }, "Sent");
    else if (draft) {
      window.dash_clientside.set_props("field-text", { value: draft.words });
      if (draft.made) problem(say("PhotoNotSent", { case_no: draft.made, why: "" }));
      else if (draft.pending) problem(say("PressAgain"));
    }
    showReport();
  }

  Object.assign(field, { switchSelf, needsWords, wordsForm, keepForms, said, sendReport, resumeReport });
})(window);
