// Tones made in the page, without a file. A browser plays none before somebody has touched or pressed something on it.
"use strict";
(function (window) {
  const GAP_S = 0.28;
  let audio = null;
  let sounding = [];

  // The one context of the page, made when it is first needed; null where the browser has none.
  function context() {
    if (!audio && window.AudioContext) audio = new window.AudioContext();
    return audio;
  }

  // Whether a tone would be heard now; false before the page has asked for its context.
  const isAllowed = () => audio !== null && audio.state === "running";

  // To be called while somebody presses something: from then on tones are heard.
  function allow() {
    const own = context();
    return own && own.state === "suspended" ? own.resume() : Promise.resolve();
  }

  // One short tone after the other, of these heights in hertz; false where none would be heard, and then none is kept
  // for later: what was owed would all sound at once.
  function play(heights) {
    context();
    if (!isAllowed()) return false;
    heights.forEach((hertz, place) => sound(audio, hertz, audio.currentTime + place * GAP_S));
    return true;
  }

  function sound(own, hertz, at) {
    const tone = own.createOscillator();
    const volume = own.createGain();
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.18, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.2);
    tone.connect(volume).connect(own.destination);
    tone.start(at);
    tone.stop(at + 0.22);
    sounding.push(tone);
    tone.onended = () => { sounding = sounding.filter((one) => one !== tone); };
  }

  // What sounds now, or was to sound yet, does so no more.
  function silence() {
    for (const tone of sounding) tone.stop();
    sounding = [];
  }

  window.gridcommand = Object.assign(window.gridcommand || {}, { tone: { context, isAllowed, allow, play, silence } });
})(window);
