// The page of the need lists: each button asks the public API for one thing; one id a page, so a press twice is one.
"use strict";
(function (window) {
  const page = window.document;
  const { plain, ids } = window.gridcommand;
  const id = ids.newId();
  const value = (form, name) => form?.elements[name]?.value || "";

  // Who is sent, as the choice tells: "worker:7", "department:ZF" or nobody.
  function sent(chosen) {
    const [kind, who] = chosen.split(":");
    return kind ? { [kind]: kind === "worker" ? Number(who) : who } : {};
  }

  const PRESSES = {
    enter: (_, form) => ["/api/needs", { id, unit: value(form, "unit"), list: value(form, "list"), title: value(form, "title"), text: value(form, "text") }],
    withdraw: ({ need }) => [`/api/needs/${need}/withdraw`],
    claim: ({ need }, form) => [`/api/needs/${need}/claims`, { id, unit: value(form, "unit"), note: value(form, "note") }],
    case: ({ claim }, form) => [`/api/claims/${claim}/case`, { id, ...(value(form, "type") ? { type_code: value(form, "type") } : {}), ...sent(value(form, "to")) }],
  };
  const answer = ({ claim, press }) => [`/api/claims/${claim}/${press}`];

  page.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-press]");
    if (button) plain.call("POST", ...(PRESSES[button.dataset.press] || answer)(button.dataset, button.closest("form")));
  });
})(window);
