"""A grid worker's phone: the field page in a narrow window, with a place in the world and a camera."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from PIL import Image
from playwright.sync_api import Browser, Page, Response

from mapdata.plane import distance_m
from tests.browser.conftest import Notes, RunningCentre, log_in, wait_for

Place = tuple[float, float]
STEP_M = 25.0
SENT_AFTER_M = 20.0
"""The page sends a fix when it is so far, and 2 s, from the last one."""
STREET = """
with grid as (select st_union(geom) as geom from division where level = 'grid' and valid_to is null)
select st_x(st_startpoint(edge.geom)), st_y(st_startpoint(edge.geom)), st_x(st_endpoint(edge.geom)),
       st_y(st_endpoint(edge.geom))
from road_edge edge, grid
where 'foot' = any(edge.modes) and edge.length_m between 105 and 145 and st_within(edge.geom, grid.geom)
  and not exists (select from incident i where st_dwithin(i.geom, st_endpoint(edge.geom), 0.003))
order by edge.edge_id limit 1
"""


def a_street(centre: RunningCentre) -> tuple[Place, Place]:
    """The two ends of a street in the town where nothing has happened so far."""
    with psycopg.connect(centre.database_url) as connection:
        row = connection.execute(STREET).fetchone()
    assert row is not None, "the town has no free street"
    return (row[0], row[1]), (row[2], row[3])


def steps_along(line: Sequence[Sequence[float]]) -> Iterator[Place]:
    """Places along a line, no farther from one another than a step."""
    yield line[0][0], line[0][1]
    for one, other in pairwise(line):
        n = max(1, math.ceil(distance_m(*one[:2], *other[:2]) / STEP_M))
        for i in range(1, n + 1):
            yield one[0] + (other[0] - one[0]) * i / n, one[1] + (other[1] - one[1]) * i / n


class Phone:
    """The phone of the worker whom an account is."""

    def __init__(self, page: Page, centre: RunningCentre, place: Place) -> None:
        self.page, self._centre, self._place = page, centre, place
        self._accuracy_m = 6
        self._sent: Place | None = None
        page.on("response", self._note_sent)

    def _note_sent(self, answer: Response) -> None:
        if urlsplit(answer.url).path == "/api/positions" and answer.ok:
            last = answer.request.post_data_json["fixes"][-1]
            self._sent = last["lon"], last["lat"]

    @property
    def worker(self) -> int:
        """Whose phone this is."""
        return int(self.page.get_attribute(".field", "data-worker") or 0)

    def stand(self, place: Place) -> None:
        """Be somewhere, and the page knows it: it shows how exact the newest fix is."""
        self._place, self._accuracy_m = place, 13 - self._accuracy_m
        where = {"longitude": place[0], "latitude": place[1], "accuracy": self._accuracy_m}
        self.page.context.set_geolocation(where)
        shown = f"±{self._accuracy_m}"
        wait_for(lambda: shown in self.page.inner_text("#field-position"), what="the phone knows where it is")

    def begin_duty(self) -> None:
        """Press 上岗, and be seen by the centre."""
        wait_for(lambda: "±" in self.page.inner_text("#field-position"), what="the phone knows where it is")
        self.page.click("#field-duty")
        self.page.wait_for_selector("#field-duty[data-on=yes]")
        self.stand(self._place)  # a phone goes on telling where it is; the one here only when it is told to
        wait_for(self._is_seen, what="the centre sees the worker")

    def _is_seen(self) -> bool:
        everybody = self._centre.call("GET", "/api/workers")["workers"]
        ages = [each["age_s"] for each in everybody if each["worker"] == self.worker]
        return any(age is not None and age < 60 for age in ages)

    def walk(self, line: Sequence[Sequence[float]]) -> None:
        """Go along a line; the page sends fixes on the way."""

        def is_sent(place: Place) -> bool:
            self.stand(place)
            return self._sent is not None and distance_m(*self._sent, *place) < SENT_AFTER_M

        for place in steps_along(line):
            wait_for(lambda place=place: is_sent(place), what="the page has sent a fix of this place")
        wait_for(lambda: not self.page.inner_text("#field-unsent"), what="every fix is sent")

    def task_selector(self, case_no: str) -> str:
        """The selector of a task, there or not."""
        return f".task[data-case='{case_no}']"

    def task(self, case_no: str) -> str:
        """The selector of a task, once it is there."""
        selector = self.task_selector(case_no)
        self.page.wait_for_selector(selector, timeout=20_000)
        return selector

    def say(self, case_no: str, *verbs: str) -> None:
        """Press one button after the other, each once the page offers it, again when a press had no effect."""
        for verb in verbs:
            self.task(case_no)
            wait_for(lambda verb=verb: self._press(case_no, verb), what=f"{verb} is taken", seen=self._seen)

    def _press(self, case_no: str, verb: str) -> bool:
        """Whether a press, if the page offers it, opened its form, brought the task on or was answered with a fault."""
        task = self.page.locator(self.task_selector(case_no))
        button, words = task.locator(f"[data-verb={verb}]"), task.locator(f"[data-of={verb}] textarea")
        if not button.count():
            return False
        button.click(timeout=20_000)

        def is_answered() -> bool:
            return bool(words.count() or self.page.inner_text("#field-problem")) or not button.count()

        with suppress(AssertionError):
            return wait_for(is_answered, within_s=5)
        return False

    def _seen(self) -> str:
        """What the page shows, for who reads why a test failed."""
        return self.page.inner_text(".field")

    def answer(self, case_no: str, note: str, photo: Path | None) -> None:
        """Fill in what was done, take a photo, send both."""
        self.say(case_no, "feedback")
        if photo is not None:
            self.page.set_input_files(f"{self.task(case_no)} [data-moment=after] input", photo)
            self.page.wait_for_selector(".photo-button.ready")
        self.page.fill(f"{self.task(case_no)} textarea", note)
        if photo is None and note:
            self.page.fill(f"{self.task(case_no)} .no-photo-reason", "手机没电")
        self.page.click(f"{self.task(case_no)} .send-feedback")


@contextmanager
def phone_of(
    chromium: Browser, centre: RunningCentre, notes: Notes, place: Place, account: str = "grid_worker"
) -> Iterator[Phone]:
    """The phone, logged in and standing somewhere; put away afterwards."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844},
        has_touch=True,
        permissions=["geolocation"],
        geolocation={"longitude": place[0], "latitude": place[1], "accuracy": 6},
    )
    page = context.new_page()
    page.on("console", notes.console)
    page.on("pageerror", lambda error: notes.errors.append(str(error)))
    page.on("request", notes.request)
    try:
        log_in(page, centre, account, "/field")
        page.wait_for_selector(".field header")
        yield Phone(page, centre, place)
    finally:
        context.close()


def take_photo(path: Path, size: tuple[int, int] = (4000, 3000)) -> Path:
    """A photo as a phone makes it: twelve megapixels, some megabytes."""
    Image.effect_noise(size, 60).convert("RGB").save(path, quality=88)
    return path


def drawn_places(page: Page, worker: int) -> list[Place]:
    """The fixes of a worker's track as the replay draws it (degrees)."""
    found = page.evaluate(
        """(worker) => (gridcommand.replay.current().workers.get(worker) || []).flatMap((piece) =>
             [...piece.x].map((x, i) => [gridcommand.plane.toLon(x), gridcommand.plane.toLat(piece.y[i])]))""",
        worker,
    )
    return [(lon, lat) for lon, lat in found]


def metres_from_streets(centre: RunningCentre, places: Sequence[Place]) -> list[float]:
    """How far each place lies from the nearest street."""
    asked = (
        "select min(metres_to_shape_v1(edge.geom, at.geom)) from"
        " (select n, st_setsrid(st_makepoint((p->>0)::float8, (p->>1)::float8), 4326) as geom"
        "  from jsonb_array_elements(%s::jsonb) with ordinality as t(p, n)) at"
        " join road_edge edge on st_dwithin(edge.geom, at.geom, 0.002) group by at.n order by at.n"
    )
    with psycopg.connect(centre.database_url) as connection:
        rows = connection.execute(asked, [json.dumps(places)]).fetchall()
    assert len(rows) == len(places), "a place is farther than 200 m from every street"
    return [float(row[0]) for row in rows]
