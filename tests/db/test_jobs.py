"""The second process: what lies in the outbox leaves, once, whoever is killed; jobs run once over all processes."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from base.clock import utc_now
from base.database import Database
from base.errors import Unavailable
from commands.second_process import PAUSES_S, Companions, SecondProcess
from dispatch.notices.job_runs import HEARTBEAT, check_jobs
from jobs.channels.channel import Message, ProviderRefused, ProviderUnavailable, Receipt
from jobs.process import _AFTER_A_FAULT_S, _look
from jobs.schedule import Job, run_due
from jobs.sender import Sender
from tests.db.test_casework import LEADER, Desk
from tests.small_town import AREA, AREA_ID, WORKERS, put_on_duty
from tests.unit.test_channels import Provider

ROOT = Path(__file__).parents[2]
WITHIN_S = 60


@pytest.fixture
def centre(small_database: Database) -> SimpleNamespace:
    return SimpleNamespace(area=AREA, clock=utc_now, database=small_database)


@pytest.fixture
def provider() -> Iterator[Provider]:
    found = Provider()
    thread = threading.Thread(target=found.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield found
    found.released.set()
    found.server.shutdown()
    found.server.server_close()


def run(url: str, statement: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def add(url: str, count: int, channels: str = "sms", kind: str = "worker", code: str = "urged", to: str = "2") -> None:
    """Urgent ones, which go at any hour."""
    told = json.dumps({"no": "XZ1", "place": "南岸路", "village": "", "cat": "占道"})
    run(
        url,
        "insert into notice (area_id, notice_id, code, told, recipient_kind, recipient_id, language, channels, "
        f"channel, urgency, created_at, next_try_at, occasion_at) select {AREA_ID}, gen_random_uuid(), "
        f"'{code}', '{told}', "
        f"'{kind}', '{to}', 'zh', '{{{channels}}}', split_part('{channels}', ',', 1), 'P2', now(), now(), "
        f"to_timestamp(n) from generate_series(1, {count}) n",
    )


def until(is_so: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.02)


# the sender ---------------------------------------------------------------------------------------------------------


class Scripted:
    """A channel that does what it is told, one thing after the other."""

    name = "scripted"

    def __init__(self, *script: Exception | None) -> None:
        self.script = list(script)
        self.sent: list[Message] = []

    def send(self, message: Message) -> Receipt:
        self.sent.append(message)
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise fault
        return Receipt("id1", message.text)


@contextmanager
def sending(centre: SimpleNamespace, **channels: Scripted) -> Iterator[Sender]:
    with closing(Sender(centre, channels)) as sender:
        yield sender


def all_sent(sender: Sender) -> None:
    while sender.step():
        for one in sender._at_work:
            one.result()


def test_a_notice_is_put_into_words_when_it_leaves(centre: SimpleNamespace, small_url: str) -> None:
    run(small_url, f"insert into contact values ({AREA_ID}, 'worker', '2', '', '', '10098760001', 'a@b', 'en')")
    add(small_url, 1)
    channel = Scripted()
    with sending(centre, sms=channel) as sender:
        all_sent(sender)
    (message,) = channel.sent
    assert (message.phone, message.signature) == ("10098760001", "小镇指挥中心")
    assert message.text == "催办:XZ1(占道,南岸路),请尽快处置并反馈。"
    told = run(small_url, "select state, sent_over, provider_id, body, tries from notice")
    assert told == [("sent", "scripted", "id1", message.text, 1)]


def test_the_phone_of_a_worker_is_the_one_he_has(centre: SimpleNamespace, small_url: str) -> None:
    add(small_url, 1)
    channel = Scripted()
    with sending(centre, sms=channel) as sender:
        all_sent(sender)
    assert channel.sent[0].phone == "13800138002"


@pytest.mark.parametrize(
    ("script", "state", "error", "is_counted"),
    [
        ([ProviderRefused("refused", detail="x")], "dead", "refused", False),
        ([ProviderUnavailable("busy", is_down=False, detail="x")], "waiting", "busy", False),
        ([ProviderUnavailable("timeout", seconds="1")], "waiting", "timeout", True),
        ([KeyError("our own")], "waiting", "broken", False),
    ],
)
def test_what_goes_wrong_is_marked(
    centre: SimpleNamespace, small_url: str, script: list[Exception], state: str, error: str, is_counted: bool
) -> None:
    add(small_url, 1)
    with sending(centre, sms=Scripted(*script)) as sender:
        all_sent(sender)
    assert run(small_url, "select state, last_error ->> 'code' from notice") == [(state, error)]
    assert bool(run(small_url, "select failures from notice_channel")) is is_counted


def test_who_has_no_address_and_a_channel_that_is_off(centre: SimpleNamespace, small_url: str) -> None:
    add(small_url, 1, kind="account", to="nobody")
    add(small_url, 1, channels="email")
    add(small_url, 1, channels="robot,sms", kind="department", to="XX")
    with sending(centre, sms=Scripted()) as sender:
        all_sent(sender)
    told = run(small_url, "select state, last_error ->> 'code' from notice order by channels, recipient_kind")
    assert told == [("dead", "channel_off"), ("dead", "no_address"), ("dead", "no_address")]


def test_the_next_channel_takes_what_the_first_refuses(centre: SimpleNamespace, small_url: str) -> None:
    run(small_url, f"insert into contact values ({AREA_ID}, 'worker', '2', '', '', '', 'yi@town.example', 'zh')")
    add(small_url, 1, channels="sms,email")
    first, second = Scripted(ProviderRefused("refused", detail="x")), Scripted()
    with sending(centre, sms=first, email=second) as sender:
        all_sent(sender)
    assert (len(first.sent), [one.email for one in second.sent]) == (1, ["yi@town.example"])


def test_a_provider_that_is_down_is_told_with_what_waits(centre: SimpleNamespace, small_url: str) -> None:
    add(small_url, 5)
    down = [ProviderUnavailable("unreachable", reason="x") for _ in range(5)]
    with sending(centre, sms=Scripted(*down)) as sender:
        all_sent(sender)
    with centre.database.transaction() as transaction:
        told = [one for one in check_jobs(transaction, AREA_ID, utc_now()) if one.name == "notices"]
    assert told[0].state == "warning"
    assert told[0].values["channels"][0].values["waiting"] == 5


# jobs ---------------------------------------------------------------------------------------------------------------


def test_a_job_is_done_once_at_its_time_whoever_asks(centre: SimpleNamespace) -> None:
    done: list[str] = []
    now = utc_now()
    job = Job("count", timedelta(minutes=1), lambda *_: done.append("x"))
    for offset_s in (0, 1, 59, 60, 61):
        centre.clock = lambda offset_s=offset_s: now + timedelta(seconds=offset_s)
        for _ in range(2):
            run_due(centre, [job])
    assert len(done) == 2
    centre.clock = lambda: now - timedelta(days=1)
    run_due(centre, [job])
    assert len(done) == 3, "a clock that was set back does not stop it"


def test_what_another_does_is_left_to_him(centre: SimpleNamespace) -> None:
    inner: list[list[str]] = []
    jobs = [Job("long", timedelta(seconds=0), lambda *_: inner.append(run_due(centre, jobs)) if not inner else None)]
    assert run_due(centre, jobs) == ["long"]
    assert inner == [[]]


def test_a_job_that_fails_leaves_nothing_and_stops_no_other(centre: SimpleNamespace, small_url: str) -> None:
    def breaks(_: object, transaction: object, __: object) -> None:
        transaction.execute("insert into contact (area_id, kind, id) values (990001, 'worker', '9')")
        raise KeyError("x")

    jobs = [Job("bad", timedelta(minutes=1), breaks), Job(HEARTBEAT, timedelta(seconds=5), lambda *_: None)]
    assert run_due(centre, jobs) == [HEARTBEAT]
    assert run(small_url, "select count(*) from contact") == [(0,)]
    assert run(small_url, "select failures, last_error from job_run where job = 'bad'") == [(1, "KeyError")]
    assert run_due(centre, jobs) == [], "not before its time again"
    with centre.database.transaction() as transaction:
        checks = [(one.state, one.key) for one in check_jobs(transaction, AREA_ID, utc_now())]
        late = check_jobs(transaction, AREA_ID, utc_now() + timedelta(minutes=1))[0]
    assert checks == [("ok", "ok"), ("warning", "failing"), ("ok", "ok")]
    assert (late.state, late.key) == ("failed", "failed")


def test_a_town_that_fails_stops_no_other(centre: SimpleNamespace, small_url: str) -> None:
    def away() -> None:
        raise Unavailable("database_unreachable", reason="x")

    broken = SimpleNamespace(area=AREA, clock=away, database=centre.database)
    add(small_url, 1)
    channel = Scripted()
    with sending(centre, sms=channel) as sender, sending(broken) as other:
        assert _look([broken, centre], [other, sender]) == _AFTER_A_FAULT_S
    assert len(channel.sent) == 1


# real processes -----------------------------------------------------------------------------------------------------


@contextmanager
def jobs_process(url: str, gateway: Provider, var: Path) -> Iterator[subprocess.Popen]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GRIDCOMMAND_")}
    ours = {
        "DATABASE_URL": url,
        "GRIDCOMMAND_VAR": str(var),
        "GRIDCOMMAND_SMS": "http",
        "GRIDCOMMAND_SMS_URL": f"{gateway.url}/sms",
        "GRIDCOMMAND_SMS_BODY": '{"to":"{phone}","id":"{id}"}',
    }
    with (var / "jobs.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "app.py", "jobs"], cwd=ROOT, env=kept | ours, stdout=log, stderr=log
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def states(url: str) -> Counter:
    return Counter(state for (state,) in run(url, "select state from notice"))


def test_two_processes_send_each_notice_once(small_url: str, provider: Provider, tmp_path: Path) -> None:
    add(small_url, 120)
    with jobs_process(small_url, provider, tmp_path) as one, jobs_process(small_url, provider, tmp_path) as two:
        until(lambda: states(small_url) == {"sent": 120}, (tmp_path / "jobs.txt").read_text())
        for process in (one, two):
            process.send_signal(signal.SIGTERM)
        assert [process.wait(30) for process in (one, two)] == [0, 0]
    ids = [json.loads(body)["id"] for _, _, body in provider.seen]
    assert len(ids) == len(set(ids)) == 120


def test_killed_between_sending_and_marking_it_is_sent_again_under_the_same_id(
    small_url: str, provider: Provider, tmp_path: Path
) -> None:
    """At least once: what a provider took from a process that died is sent again, and can be told by its id."""
    add(small_url, 1)
    provider.manner = "slowly"
    with jobs_process(small_url, provider, tmp_path) as process:
        until(lambda: len(provider.seen) == 1, (tmp_path / "jobs.txt").read_text())
        process.kill()
        process.wait()
    assert states(small_url) == {"sending": 1}
    provider.manner = "whole"
    run(small_url, "update notice set leased_until = now()")
    with jobs_process(small_url, provider, tmp_path):
        until(lambda: states(small_url) == {"sent": 1}, (tmp_path / "jobs.txt").read_text())
    assert len({headers["idempotency-key"] for _, headers, _ in provider.seen}) == 1
    assert run(small_url, "select tries from notice") == [(2,)]


def test_a6_after_two_transfers_and_a_restart_the_present_handler_is_reminded_once(
    small_database: Database, small_url: str, provider: Provider, tmp_path: Path
) -> None:
    """Real processes: one reminds and is killed, another looks at the same clocks again."""
    desk = Desk(small_database)
    for worker in WORKERS:
        put_on_duty(small_database, worker.worker_id, utc_now())
    case_no = desk.report(text="邻里争吵").case_no
    desk.say(LEADER, case_no, "dispatch", worker_id=2)
    for number in (3, 1):
        desk.say(LEADER, case_no, "transfer", worker_id=number, note="换人")
    due = (utc_now() + timedelta(hours=20)).isoformat()
    run(small_url, f"update incident set due_at = '{due}'")
    run(small_url, f"update clock set due_at = '{due}', act_at = '-infinity' where stage = 'handle'")
    reminders = "select recipient_id from notice where code = 'reminder'"
    for _ in range(2):
        run(small_url, "update job_run set started_at = '-infinity', last_done_at = null where job = 'clocks'")
        with jobs_process(small_url, provider, tmp_path):
            done = "select 1 from job_run where job = 'clocks' and last_done_at is not null"
            until(lambda done=done: bool(run(small_url, done)), (tmp_path / "jobs.txt").read_text())
        assert run(small_url, reminders) == [("1",)]
        run(small_url, "update clock set act_at = '-infinity' where state = 'running'")


def test_a_child_that_ends_is_begun_again_after_a_while(tmp_path: Path) -> None:
    now = [0.0]
    told: list[str] = []
    settings = SimpleNamespace(var=tmp_path)
    child = SecondProcess(
        settings, "postgresql://x", lambda key, **_: told.append(key), ("-c", "print(1)"), lambda: now[0]
    )
    both = Companions(child)
    both.start()
    for pause in (*PAUSES_S, PAUSES_S[-1]):
        before = len(told)
        until(lambda before=before: both.look_after() or len(told) > before, "it did not end")
        assert child._process is None
        now[0] += pause - 0.1
        both.look_after()
        assert child._process is None
        now[0] += 0.2
        both.look_after()
        assert child._process is not None
    both.stop()
    both.look_after()
    assert child._process is None
    assert (tmp_path / "jobs.log").read_bytes().startswith(b"1\n")
