// Photos of a form: several at once for each moment, kept in the phone until the centre has each of them.
"use strict";
(function (window) {
  const PHOTO_PX = 1600;
  const PHOTO_BYTES = 900000;
  const MOST = 9; // of each moment
  const field = window.gridcommand.field;
  const { say, problem } = field;
  const reading = {}; // by form: the photos that are being made small, done when all are kept
  const left = {}; // by form: how often all of them were left out, also those that were being read then

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

  // One after the other, as many as there is room for. A photo that the phone cannot read is sent as it is: the centre
  // says what is wrong with it.
  async function readAll(form, moment, files) {
    const before = left[form];
    // taken again: what the centre would not have makes room
    for (const photo of field.photosOf(form, moment)) if (photo.refused) await field.dropPhoto(form, photo);
    for (const file of files) {
      if (field.photosOf(form, moment).length >= MOST) { problem(say("PhotoMost", { n: MOST })); return; }
      const blob = await shrink(file).catch(() => file);
      if (left[form] !== before) return;
      await field.keepPhoto(field.owner(), form, moment, blob);
    }
  }

  function takePhotos(form, moment, files) {
    const read = Promise.resolve(reading[form]).then(() => readAll(form, moment, files));
    reading[form] = read;
    return read.finally(() => { if (reading[form] === read) delete reading[form]; });
  }

  // Whether there are photos of this form, or some are being read.
  const hasPhotos = (form) => Boolean(reading[form]) || field.photosOf(form).length > 0;
  const forget = (form) => { delete reading[form]; left[form] = (left[form] || 0) + 1; };

  // Send all photos of a form, one after the other; each that has arrived is let go, so that the next time only those are
  // sent that failed. What the centre will not have stops no other; a network that is away stops them all.
  async function sendPhotos(form, caseNo) {
    await reading[form];
    const all = field.photosOf(form);
    let failed = null;
    for (const [place, photo] of all.entries()) {
      progress(form, say("PhotoSending", { n: place + 1, all: all.length }));
      try {
        await field.call(`/api/incidents/${caseNo}/photos?id=${photo.id}&moment=${photo.moment}`, photo.blob);
        await field.dropPhoto(form, photo);
      } catch (fault) {
        failed = failed || fault;
        photo.failed = true;
        photo.refused = !fault.passing;
        if (fault.passing) break;
      }
    }
    progress(form, "");
    showAll(form);
    if (failed) throw failed;
  }

  const boxesOf = (form) => window.document.querySelectorAll(`.photo-group[data-form="${form}"]`);
  function progress(form, told) {
    for (const line of window.document.querySelectorAll(`.photo-progress[data-form="${form}"]`)) line.textContent = told;
  }
  function showAll(form) { for (const box of boxesOf(form)) box.dispatchEvent(new window.Event("photos")); }

  function thumbnail(form, photo) {
    const box = Object.assign(window.document.createElement("span"), { className: photo.failed ? "photo-small failed" : "photo-small" });
    const image = Object.assign(window.document.createElement("img"), { alt: "" });
    image.src = photo.address = photo.address || window.URL.createObjectURL(photo.blob);
    const leave = Object.assign(window.document.createElement("button"), { type: "button", textContent: "×" });
    leave.setAttribute("aria-label", say("LeavePhoto"));
    leave.addEventListener("click", async () => { await field.dropPhoto(form, photo); showAll(form); });
    box.append(image, leave);
    return box;
  }

  // The photos of one moment: take some, see them, leave one out again.
  function photoGroup(form, moment) {
    const box = Object.assign(window.document.createElement("div"), { className: "photo-group" });
    Object.assign(box.dataset, { form, moment });
    box.innerHTML = '<label class="photo-button"><input type="file" accept="image/*" multiple><span></span></label><div class="photo-row"></div>';
    const [label, row] = box.children;
    const input = label.firstChild;
    const show = () => {
      const own = field.photosOf(form, moment);
      label.lastChild.textContent = say("PhotoCount", { what: say(moment === "before" ? "PhotoBefore" : "PhotoAfter"), n: own.length, most: MOST });
      label.classList.toggle("ready", own.length > 0);
      row.replaceChildren(...own.map((photo) => thumbnail(form, photo)));
    };
    input.addEventListener("change", async () => {
      const files = [...input.files];
      input.value = ""; // so that the same file may be chosen again
      label.classList.remove("ready");
      await takePhotos(form, moment, files);
      showAll(form);
    });
    box.addEventListener("photos", show);
    show();
    return box;
  }

  // A group for each moment, what is being sent, and a button to leave all of them out, `onLeft` called afterwards.
  function photoControl(form, moments, onLeft, isMade = () => false) {
    const box = Object.assign(window.document.createElement("div"), { className: "photo-control" });
    const told = Object.assign(window.document.createElement("p"), { className: "photo-progress" });
    told.dataset.form = form;
    const leave = Object.assign(window.document.createElement("button"), { type: "button", className: "photo-leave", textContent: say("LeavePhoto") });
    const groups = moments.map((moment) => photoGroup(form, moment));
    const show = () => { leave.hidden = field.photosOf(form).length === 0 && !isMade(); };
    for (const group of groups) group.addEventListener("photos", show);
    leave.addEventListener("click", async () => {
      forget(form);
      for (const photo of field.photosOf(form)) await field.dropPhoto(form, photo);
      showAll(form);
      onLeft();
    });
    box.append(...groups, told, leave);
    show();
    return box;
  }

  Object.assign(field, { hasPhotos, forgetReading: forget, sendPhotos, photoControl });
})(window);
