"""Real centres in processes of their own, and a real browser that notes every error and every foreign host."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from base.clock import utc_now
from base.database import Database
from dispatch.access.accounts import create_token
from dispatch.access.scope import EVERY_AREA
from tests.databases import Databases

ROOT = Path(__file__).parents[2]
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NOTE_PINS = """() => {
  window.pinsAt = {};
  const map = gridcommand.maps[0];
  const note = () => map.eachLayer((layer) => {
    const no = layer.feature && layer.feature.properties && layer.feature.properties.case_no;
    if (no && !(no in pinsAt)) pinsAt[no] = Date.now();
  });
  new MutationObserver(note).observe(map.getPane('incidents'), { childList: true, subtree: true });
}"""
"""Notes for every case when its pin was put onto the map."""
START_S = 60.0
T = TypeVar("T")


def wait_for(
    look: Callable[[], T], *, within_s: float = 20.0, what: str = "", seen: Callable[[], str] | None = None
) -> T:
    """The first true answer of ``look``, asked again and again until the time is over; ``seen`` tells what is there."""
    deadline = time.monotonic() + within_s
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {within_s:g} s: {what or look}{f', but {seen()}' if seen else ''}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@dataclass
class RunningCentre:
    """A centre in a process of its own."""

    url: str
    database_url: str
    var: Path
    process: subprocess.Popen[bytes]
    _tokens: dict[str, str] = field(default_factory=dict)

    def password(self, account: str) -> str:
        """The password the first start made for an account."""
        lines = (self.var / "accounts.txt").read_text(encoding="utf-8").splitlines()
        return next(line.split()[1] for line in lines if line.split()[:1] == [account])

    def token(self, role: str) -> str:
        """An access token of a role."""
        if role not in self._tokens:
            with closing(Database(self.database_url, size=1)) as database, database.transaction() as transaction:
                self._tokens[role] = create_token(transaction, EVERY_AREA, role, f"test {role}", utc_now())
        return self._tokens[role]

    def call(self, method: str, path: str, body: Any = None, role: str = "operator") -> Any:
        """Call the API; the answer's JSON.

        Raises
        ------
        AssertionError
            when the answer is not a success.
        """
        headers = {"Authorization": f"Bearer {self.token(role)}", "Content-Type": "application/json"}
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            raise AssertionError(f"{method} {path}: {refusal.code} {refusal.read().decode()}") from refusal

    def freeze(self) -> None:
        """Let the server hang without closing anything."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.process.send_signal(signal.SIGCONT)


def _is_up(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api/health", timeout=3) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def run_centre(database_url: str, var: Path, *, shift: str, areas: str = "") -> Iterator[RunningCentre]:
    """Start a centre on a database and a free port; stop it in order afterwards."""
    port = free_port()
    own = {
        "DATABASE_URL": database_url,
        "GRIDCOMMAND_VAR": str(var),
        "GRIDCOMMAND_PORT": str(port),
        "GRIDCOMMAND_SHIFT": shift,
        "GRIDCOMMAND_SHIFT_LEADER": "off",
        "GRIDCOMMAND_AREA": areas,
        "GRIDCOMMAND_HOST": "127.0.0.1",
        "GRIDCOMMAND_RATE_FACTOR": "10",  # a test that waits asks more often than anybody would
    }
    var.mkdir(parents=True, exist_ok=True)
    with (var / "centre.log").open("wb") as log:
        command = [sys.executable, "app.py", "run", "--tied"]
        process = subprocess.Popen(command, cwd=ROOT, env=os.environ | own, stdout=log, stderr=subprocess.STDOUT)
    centre = RunningCentre(f"http://127.0.0.1:{port}", database_url, var, process)

    def ready() -> bool:
        assert process.poll() is None, (var / "centre.log").read_text(encoding="utf-8")
        return _is_up(centre.url)

    try:
        wait_for(ready, within_s=START_S, what="the centre is up")
        yield centre
    finally:
        centre.thaw()
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


# A centre runs as long as browser tests follow one another, and no longer: its shift would keep a processor busy.


@pytest.fixture(scope="package")
def demo_centre(
    databases: Databases, demo_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCentre]:
    """A centre of the demo town with a shift of twenty times real speed."""
    with databases.copy(demo_template) as url:
        yield from run_centre(url, tmp_path_factory.mktemp("demo"), shift="20")


@pytest.fixture(scope="package")
def quiet_centre(
    databases: Databases, demo_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCentre]:
    """A centre of the demo town without a shift: nothing happens but what the test does."""
    with databases.copy(demo_template) as url:
        yield from run_centre(url, tmp_path_factory.mktemp("quiet"), shift="off")


@pytest.fixture(scope="package")
def imported_centre(
    databases: Databases, empty_template: str, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCentre]:
    """A centre of a real town, brought from an OpenStreetMap file, with its shift."""
    var = tmp_path_factory.mktemp("imported")
    file = shared_data / "osm" / "north-bayreuth.osm.gz"
    with databases.copy(empty_template) as url:
        own = os.environ | {"DATABASE_URL": url, "GRIDCOMMAND_VAR": str(var)}
        subprocess.run([sys.executable, "app.py", "town", "import-osm", str(file)], cwd=ROOT, env=own, check=True)
        yield from run_centre(url, var, shift="20")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; let go after the last browser test, since its driver holds the thread's loop."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail("there is no Chromium on this machine; make test installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@dataclass
class Notes:
    """What a page did that it must not do; ``forgive`` holds beginnings of errors a test causes on purpose."""

    errors: list[str] = field(default_factory=list)
    hosts: set[str] = field(default_factory=set)
    forgive: list[str] = field(default_factory=list)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location.get('url', '')})")

    def request(self, request: Request) -> None:
        host = urlsplit(request.url).hostname
        if host and host != "127.0.0.1":
            self.hosts.add(host)

    def check(self) -> None:
        """Raise when there was an error nobody forgave, or another host was asked."""
        told = [error for error in self.errors if not any(word in error for word in self.forgive)]
        assert not told, "errors in the console:\n" + "\n".join(told)
        assert not self.hosts, f"asked other hosts: {self.hosts}"


@pytest.fixture
def notes() -> Notes:
    """Notes on the page of this test."""
    return Notes()


@pytest.fixture
def page(chromium: Browser, notes: Notes) -> Iterator[Page]:
    """A fresh page at 1920 by 1080; after the test it must have no error and have asked no other host."""
    context = chromium.new_context(viewport={"width": 1920, "height": 1080})
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.on("console", notes.console)
    page.on("pageerror", lambda error: notes.errors.append(str(error)))
    page.on("request", notes.request)
    yield page
    context.close()
    notes.check()


def log_in(page: Page, centre: RunningCentre, account: str, path: str) -> None:
    """Log in and go on to a screen."""
    page.goto(f"{centre.url}/login?next={path}")
    page.fill("#account", account)
    page.fill("#password", centre.password(account))
    page.click("button[type=submit]")
    page.wait_for_url(lambda url: urlsplit(url).path.rstrip("/") == path, wait_until="commit")


def stats(page: Page) -> dict[str, Any]:
    """What the browser modules tell of themselves; empty before they are there."""
    found: dict[str, Any] = page.evaluate(
        "() => (window.gridcommand && window.gridcommand.stats) ? gridcommand.stats() : {}"
    )
    return found


def wait_until_live(page: Page, *, within_s: float = 30.0) -> dict[str, Any]:
    """Wait for the base map, the board and workers on the map."""

    def live() -> dict[str, Any] | None:
        told = stats(page)
        is_live = told.get("baseMapAt") and told.get("frames") and told.get("board") is not None
        return told if is_live else None

    return wait_for(live, within_s=within_s, what="base map, board and live frames") or {}
