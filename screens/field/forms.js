// Reporting and answering with a photo: one case, one answer, however often it is pressed; a photo that does not arrive
// is sent again by itself or left out, as the worker chooses.
"use strict";
(function (window) {
  const PHOTO_PX = 1600;
  const PHOTO_BYTES = 900000;
  const field = window.gridcommand.field;
  const { say, problem, tell } = field;
  const reading = {};

  // A photo as the phone made it, made small enough for a slow network.
  async function shrink(file) {
    const image = await window.createImageBitmap(file);
    let scale = Math.min(1, PHOTO_PX / Math.max(image.width, image.height));
    for (let quality = 0.82; ; quality -= 0.14, scale *= 0.8) {
      const canvas = window.document.createElement("canvas");
      canvas.width = Math.max(1, Math.round(image.width * scale));
      canvas.height = Math.max(1, Math.round(image.height * scale));
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
      if (blob.size <= PHOTO_BYTES || quality < 0.4) return blob;
    }
  }

  // A photo that the phone cannot read is sent as it is: the centre says what is wrong with it.
  function takePhoto(form, file) {
    const read = shrink(file).catch(() => file).then((blob) => (reading[form] === read ? field.keepPhoto(field.owner(), form, blob) : null));
    reading[form] = read; // of two taken one after the other the later one counts, whichever is read first
    return read;
  }

  async function sendPhoto(form, caseNo) {
    await reading[form];
    const photo = field.photos[form];
    if (!photo) return;
    await field.call(`/api/incidents/${caseNo}/photos?id=${photo.id}`, photo.blob);
    await field.dropPhoto(field.owner(), form);
  }

  // Take a photo, and leave it out again; `onLeft` is called after it was left out.
  function photoControl(form, onLeft) {
    const box = Object.assign(window.document.createElement("div"), { className: "photo-control" });
    box.innerHTML = '<label class="photo-button"><input type="file" accept="image/*" capture="environment"><span></span></label>' +
      '<button type="button" class="photo-leave"></button>';
    const [label, leave] = box.children;
    leave.textContent = say("LeavePhoto");
    const show = () => {
      const ready = Boolean(field.photos[form]);
      label.lastChild.textContent = say(ready ? "PhotoReady" : "Photo");
      label.classList.toggle("ready", ready);
      leave.hidden = !ready && !isMade(form);
    };
    label.firstChild.addEventListener("change", async (event) => {
      const file = event.target.files[0];
      if (!file) return;
      label.classList.remove("ready");
      await takePhoto(form, file);
      show();
    });
    leave.addEventListener("click", async () => { delete reading[form]; await field.dropPhoto(field.owner(), form); label.firstChild.value = ""; show(); onLeft(); });
    show();
    return box;
  }
  const isMade = (form) => form === "report" && Boolean((field.report(field.owner()) || {}).made);

  // Answering. Dash writes the list anew every few seconds; a form that is being filled in must stay.
  const openForms = new Map();
  function feedbackForm(button) {
    const { case: caseNo, version } = button.dataset;
    const task = button.closest(".task");
    if (task.querySelector(".feedback")) return;
    const box = Object.assign(window.document.createElement("div"), { className: "feedback" });
    const note = Object.assign(window.document.createElement("textarea"), { rows: 3, placeholder: say("Note"), maxLength: 1000 });
    const send = Object.assign(window.document.createElement("button"), { type: "button", className: "next send-feedback", textContent: say("SendFeedback") });
    send.addEventListener("click", () => field.act({ caseNo, verb: "feedback", version, note: note.value.trim() }, send));
    box.append(note, photoControl(caseNo, () => problem("")), send);
    button.hidden = true;
    task.append(box);
    openForms.set(caseNo, box);
  }

  function keepForms() {
    for (const [caseNo, box] of openForms) {
      const task = window.document.querySelector(`[data-task="${caseNo}"]`);
      if (!task) { openForms.delete(caseNo); continue; }
      if (!task.contains(box)) task.append(box);
      const button = task.querySelector("[data-verb]");
      if (button) button.hidden = true;
    }
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
    const draft = field.pressReport(worker, words, place, Boolean(reading.report || field.photos.report));
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
    const hadPhoto = Boolean(field.photos.report);
    try { await sendPhoto("report", draft.made); } catch (fault) {
      throw new Error(say("PhotoNotSent", { case_no: draft.made, why: fault.message }));
    }
    endReport(draft, draft.withPhoto && !hadPhoto ? "SentWithoutPhoto" : "Sent");
  }

  function endReport(draft, told) {
    field.dropReport(field.owner());
    delete reading.report;
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
    const made = isMade("report");
    const button = window.document.getElementById("field-send-report");
    button.dataset.text = button.dataset.text || button.textContent;
    button.textContent = made ? say("SendPhotoAgain") : button.dataset.text;
    textOfReport().readOnly = made;
    const leftOut = () => { if (isMade("report")) { endReport(field.report(field.owner()), "SentWithoutPhoto"); showReport(); } };
    window.document.querySelector('[data-photo="report"]').replaceChildren(photoControl("report", leftOut));
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

  Object.assign(field, { sendPhoto, feedbackForm, keepForms, closeForm, sendReport, resumeReport });
})(window);
