// Calling for help: a button held one second. The call is kept in the phone until the centre has taken it, and goes
// before everything else; the page says so while it has not, and who of the centre has seen it.
"use strict";
(function (window) {
  const HOLD_MS = 1000;
  const EVERY_MS = 2000;
  const IDLE_TURNS = 15; // without a call of ours the centre is asked every half minute: it may have called for us
  const PATIENCE_MS = 8000;
  const PRESSED = [200];
  const TAKEN = [120, 80, 120];
  const field = window.gridcommand.field;
  const { say } = field;

  const present = () => field.sosCall(field.owner());
  const keep = (call) => field.keepSos(field.owner(), call);
  // The call as it is now with something of it changed: it may have been pressed again while the centre was asked.
  const change = (changes) => { const now = present(); return now ? keep({ ...now, ...changes }) : null; };
  const sosWaits = () => { const call = present(); return Boolean(call && !call.taken); };
  const isDone = (answer) => answer.status >= 200 && answer.status < 300;
  const shake = (pattern) => { if (window.navigator.vibrate) window.navigator.vibrate(pattern); };

  // One second on the button: a call, or the end of the one there is.
  function press() {
    shake(PRESSED);
    field.problem(""); // what was told of an earlier call
    const call = present();
    if (call) change({ end: true });
    else keep({ id: field.newId(), body: { worker: Number(field.worker()), pressed_at: new Date().toISOString(), ...field.here() }, taken: null, end: false });
    show("");
    send();
  }

  let isSending = false;
  async function send() {
    if (isSending || !present()) return;
    isSending = true;
    try {
      if (sosWaits()) await sendCall();
      const call = present();
      if (call && call.taken && call.end) await sendEnd(call);
    } finally { isSending = false; }
  }

  async function sendCall() {
    const call = present();
    const answer = await field.ask("/api/sos", { id: call.id, ...call.body }, PATIENCE_MS);
    if (answer.status === 401) field.loginAgain();
    if (!isDone(answer)) { show(answer.message); return; }
    shake(TAKEN);
    take(answer.body);
  }

  async function sendEnd(call) {
    const answer = await field.ask(`/api/sos/${call.taken.sos}/end`, { note: "" }, PATIENCE_MS);
    if (isDone(answer)) take(answer.body);
    else show(answer.message);
  }

  // What the centre says of the call: taken, seen by somebody, or over.
  function take(told) {
    if (told.ended) { keep(null); field.tell(endedWords(told), true); } else if (!change({ taken: told })) keep({ id: told.sos, body: {}, taken: told, end: false });
    show("");
  }

  async function look() {
    const answer = await field.get("/api/sos", PATIENCE_MS);
    if (!isDone(answer) || isSending || sosWaits()) return;
    const mine = answer.body.sos.find((call) => call.worker === Number(field.worker()));
    if (mine) take(mine);
    // no longer among the open ones: sent again under its id, it is told how it ended
    else if (present()) take((await field.call("/api/sos", { id: present().taken.sos, worker: Number(field.worker()) })).body);
  }

  let turn = 0;
  function tick() {
    const call = present();
    turn += 1;
    if (call && (!call.taken || call.end)) send();
    else if (call || turn % IDLE_TURNS === 0) look().catch(() => {});
  }

  const timeOf = (moment) => window.gridcommand.freshness.timeOf(Date.parse(moment)).slice(0, 5);
  const roleOf = (role) => say(`Role${role.split("_").map((part) => part[0].toUpperCase() + part.slice(1)).join("")}`);
  const endedWords = ({ ended }) => (ended.role === "grid_worker" ? say("SosEnded") : say("SosEndedBy", { role: roleOf(ended.role), at: timeOf(ended.at) }));

  // The lines that tell how it stands with a call: what happened, and what else to do.
  function lines(call) {
    if (!call.taken) return [say("SosUnsent", { at: timeOf(call.body.pressed_at) })];
    const { acknowledged: seen, raised_at: raisedAt } = call.taken;
    const told = [say("SosTaken", { at: timeOf(raisedAt) }), seen ? say("SosSeen", { role: roleOf(seen.role), at: timeOf(seen.at) }) : say("SosWait")];
    return call.end ? [...told, say("SosEnding")] : told;
  }

  function element(name, properties) { return Object.assign(window.document.createElement(name), properties); }

  function show(why) {
    const call = present();
    const box = window.document.getElementById("field-sos");
    const button = window.document.getElementById("field-sos-button");
    if (!box || !button) return;
    button.dataset.sos = call ? "end" : "call";
    box.hidden = !call;
    box.className = `field-sos${call && !call.taken ? " unsent" : ""}${call && call.taken && call.taken.acknowledged ? " seen" : ""}`;
    const told = call ? lines(call).map((line) => element("span", { textContent: line })) : [];
    if (call && why) told.push(element("small", { textContent: why }));
    const { phone } = field.root().dataset;
    if (call && !call.taken && phone) told.push(element("a", { href: `tel:${phone}`, textContent: say("SosCall", { phone }) }));
    box.replaceChildren(...told);
  }

  // Holding: by finger, mouse or key. Let go before the second is over, nothing has happened.
  let timer = 0;
  function letGo() {
    window.clearTimeout(timer);
    timer = 0;
    window.document.getElementById("field-sos-button")?.classList.remove("holding");
  }
  function hold(button) {
    if (timer) return;
    button.classList.add("holding");
    timer = window.setTimeout(() => { letGo(); press(); }, HOLD_MS);
  }

  const buttonOf = (event) => (event.target.closest ? event.target.closest("#field-sos-button") : null);
  function listen(root) {
    root.addEventListener("pointerdown", (event) => { const button = buttonOf(event); if (button && event.button === 0) hold(button); });
    root.addEventListener("keydown", (event) => {
      const button = buttonOf(event);
      if (!button || ![" ", "Enter"].includes(event.key)) return;
      event.preventDefault();
      if (!event.repeat) hold(button);
    });
    for (const name of ["pointerup", "pointercancel", "keyup", "focusout", "visibilitychange"]) root.addEventListener(name, letGo);
    root.addEventListener("contextmenu", (event) => { if (buttonOf(event)) event.preventDefault(); });
  }

  // What an earlier page left: a call goes on over a reload.
  function resumeSos() {
    show("");
    send();
    look().catch(() => {});
    window.setInterval(tick, EVERY_MS);
    window.addEventListener("online", send);
  }

  Object.assign(field, { sosWaits, resumeSos });
  if (window.document) listen(window.document);
})(window);
