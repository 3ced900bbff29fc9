// Reporting and answering with photos: one case, one answer, however often it is pressed; a photo that does not arrive
// is sent again by itself or left out, as the worker chooses.
"use strict";
(function (window) {
  const field = window.gridcommand.field;
  const { say, problem, tell } = field;

  const isMade = () => Boolean((field.report(field.owner()) || {}).made);

  // Answering. Dash writes the list anew every few seconds; a form that is being filled in must stay.
  const openForms = new Map();
  function feedbackForm(button) {
    const { case: caseNo, version } = button.dataset;
    const task = button.closest(".task");
    if (task.querySelector(".feedback textarea")) return;
    const box = Object.assign(window.document.createElement("div"), { className: "feedback" });
    const note = Object.assign(window.document.createElement("textarea"), { rows: 3, placeholder: say("Note"), maxLength: 1000 });
    const send = Object.assign(window.document.createElement("button"), { type: "button", className: "next send-feedback", textContent: say("SendFeedback") });
    send.addEventListener("click", () => field.act({ caseNo, verb: "feedback", version, note: note.value.trim() }, send));
    box.append(note, field.photoControl(caseNo, ["before", "after"], () => problem("")), send);
    button.hidden = true;
    openForms.get(caseNo)?.remove();
    task.append(box);
    openForms.set(caseNo, box);
  }

  function keepForms() {
    for (const [caseNo, box] of openForms) {
      const task = window.document.querySelector(`[data-task="${caseNo}"]`);
      if (!task) { openForms.delete(caseNo); continue; }
      if (!task.contains(box)) task.append(box);
      const button = task.querySelector("[data-verb]");
      if (button && box.querySelector("textarea")) button.hidden = true;
    }
    for (const button of window.document.querySelectorAll(".task [data-verb=start]")) offerBefore(button);
  }

  // Who has arrived takes pictures before the work begins; they are sent with the next press.
  function offerBefore(button) {
    const caseNo = button.dataset.case;
    if (openForms.has(caseNo)) return;
    const box = Object.assign(window.document.createElement("div"), { className: "feedback" });
    box.append(field.photoControl(caseNo, ["before"], () => problem("")));
    button.before(box);
    openForms.set(caseNo, box);
  }

  function closeForm(caseNo) {
    openForms.get(caseNo)?.remove();
    openForms.delete(caseNo);
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
    endReport(draft, draft.withPhoto && !hadPhoto ? "SentWithoutPhoto" : "Sent");
  }

  function endReport(draft, told) {
    field.dropReport(field.owner());
    field.forgetReading("report");
    if (draft.isAsWritten) window.dash_clientside.set_props("field-text", { value: "" });
    tell(say(draft.isAsWritten ? told : "OtherWords", { case_no: draft.made }), draft.isAsWritten);
  }

  async function sendReport(button, place) {
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
    window.document.querySelector('[data-photo="report"]').replaceChildren(field.photoControl("report", ["before"], leftOut, isMade));
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

  Object.assign(field, { feedbackForm, keepForms, closeForm, sendReport, resumeReport });
})(window);
