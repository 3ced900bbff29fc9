"""What a page sounds: the heights of the tones it starts in the browser's audio graph."""

from __future__ import annotations

from playwright.sync_api import Page

LISTEN = """
window.heard = [];
window.aheadMs = 0;
const now = Date.now;
Date.now = () => now() + window.aheadMs;
window.audioState = '%s';
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (at) {
  window.heard.push({ hertz: this.frequency.value, at: Date.now() });
  return start.call(this, at);
};
Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => window.audioState });
AudioContext.prototype.resume = async () => { window.audioState = window.pressed ? 'running' : 'suspended'; };
for (const name of ['click', 'keydown']) window.addEventListener(name, () => { window.pressed = true; }, true);
"""
SOS, P1, OVERDUE = (1040.0, 780.0, 1040.0, 780.0), (880.0, 880.0, 880.0), (440.0, 330.0)


def listen(page: Page, *, allowed: bool) -> None:
    """Note every tone from the next page on; before anything is pressed the browser allows sound, or not."""
    page.add_init_script(LISTEN % ("running" if allowed else "suspended"))


def later(page: Page, seconds: float) -> None:
    """Let the page's clock jump ahead."""
    page.evaluate("(ms) => { window.aheadMs += ms; }", seconds * 1000)


def heard(page: Page, tones: tuple[float, ...]) -> int:
    """How often these tones were started one after the other."""
    heights = [one["hertz"] for one in page.evaluate("() => window.heard || []")]
    return sum(tuple(heights[at : at + len(tones)]) == tones for at in range(len(heights)))
