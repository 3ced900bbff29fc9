"""The outbox in a real database: written with the fact, once; claimed by one; put off, told together, given up."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from base.errors import Conflict, NotFound
from base.values import Moment
from dispatch.access.scope import Scope
from dispatch.cases.telling import about_case
from dispatch.notices.claims import claim, digested, mark_failed, mark_sent
from dispatch.notices.outbox import Notice, send_again, tell
from dispatch.notices.recipients import mobile_of
from dispatch.notices.rules import DOWN_AFTER, MOST_AN_HOUR, MOST_TRIES, ROBOT_A_MINUTE, pause_after
from tests.db.test_casework import LEADER, OPERATOR, VERIFIER, Desk, desk, finish
from tests.small_town import AREA_ID

assert desk, "the fixture"
NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)
"""12:00 in the town."""
PHONE = "10012340001"


@pytest.fixture
def outbox(desk: Desk, shared_small_url: str) -> "Outbox":
    return Outbox(desk, shared_small_url)


class Outbox:
    """Looks into the outbox, and sends from it without a provider."""

    def __init__(self, desk: Desk, url: str) -> None:
        self.desk = desk
        self.url = url
        self.run("delete from contact; truncate notice_channel")

    def run(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def rows(self, what: str = "code, recipient_kind, recipient_id") -> list[tuple]:
        return self.run(f"select {what} from notice order by created_at, code, recipient_kind, recipient_id")

    def claim(self, at: datetime = NOON, most: int = 100) -> list[Notice]:
        with self.desk.database.transaction() as transaction:
            return claim(transaction, AREA_ID, at, most)

    def sent(self, notice: Notice, at: datetime = NOON) -> bool:
        with self.desk.database.transaction() as transaction:
            return mark_sent(transaction, notice, at, over="log", provider_id="x", body="…")

    def failed(self, notice: Notice, at: datetime = NOON, **how: bool) -> None:
        with self.desk.database.transaction() as transaction:
            mark_failed(transaction, notice, at, {"code": "unreachable"}, **({"is_passing": True} | how))

    def tell(self, code: str, case_no: str, occasion_at: datetime | None, at: datetime = NOON) -> int:
        with self.desk.database.transaction() as transaction:
            return tell(transaction, AREA_ID, at, code, about_case(self.desk.read(case_no), at, occasion_at))

    def only_due(self, at: datetime = NOON) -> None:
        """Whatever was written with the machine's clock is due at this moment."""
        self.run(f"update notice set created_at = '{at}', next_try_at = '{at}', not_before = null, state = 'waiting'")

    def many(self, count: int, *, urgency: str = "P3", kind: str = "worker") -> None:
        case_no = self.desk.report().case_no
        self.run(
            "insert into notice (area_id, notice_id, code, case_no, recipient_kind, recipient_id, language, channels, "
            "channel, urgency, created_at, next_try_at, occasion_at) "
            f"select {AREA_ID}, gen_random_uuid(), 'overdue', '{case_no}', '{kind}', '2', 'zh', '{{sms}}', 'sms', "
            f"'{urgency}', '{NOON}', '{NOON}', to_timestamp(n) from generate_series(1, {count}) n"
        )


# written ------------------------------------------------------------------------------------------------------------


def test_who_reports_and_who_is_sent_are_told(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report(reporter_phone="+86 100 1234 0001").case_no
    assert outbox.rows() == []
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    told = [("accepted", "phone", PHONE), ("dispatched", "worker", "2"), ("dispatched", "worker", "3")]
    assert outbox.rows() == told
    desk.say(OPERATOR, case_no, "transfer", worker_id=1, note="换人")
    assert outbox.rows()[3:] == [("dispatched", "worker", "1"), ("taken_back", "worker", "2")]


def test_closing_is_told_and_a_failed_check_is_not(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report(reporter_phone=PHONE).case_no
    finish(desk, case_no)
    before = len(outbox.rows())
    desk.say(VERIFIER, case_no, "verify", passed=False, note="重做")
    assert outbox.rows()[before:] == [("dispatched", "worker", "2")], "sent again"
    for verb in ("sign", "start", "feedback"):
        desk.say(Scope("yi", "grid_worker", AREA_ID, worker_id=2), case_no, verb, note="好")
    desk.say(VERIFIER, case_no, "verify")
    assert outbox.rows()[-1] == ("closed", "phone", PHONE)


def test_a_p1_is_told_at_once_to_the_responsible_leader_and_the_group(outbox: Outbox, desk: Desk) -> None:
    outbox.run(
        f"insert into contact values ({AREA_ID}, 'account', 'zhang', 'responsible_leader', '张', '{PHONE}', '', 'en')"
    )
    desk.report(text="有人落水")
    assert outbox.rows("code, recipient_id, language, urgency, any_hour") == [
        ("p1_reported", "zhang", "en", "P1", True),
        ("p1_reported", "centre", "zh", "P1", True),
    ]


def test_once_however_often_it_is_written(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report().case_no
    write = uuid4()
    for _ in range(3):
        desk.say(OPERATOR, case_no, "dispatch", worker_id=2, write_id=write)
    assert outbox.rows() == [("dispatched", "worker", "2")]
    due_at = NOON + timedelta(days=1)
    assert [outbox.tell("reminder", case_no, due_at) for _ in range(3)] == [1, 0, 0]
    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(lambda _: outbox.tell("reminder", case_no, due_at + timedelta(hours=1)), range(8)))
    assert sum(written) == 1, "a new due time is another occasion, once"


def test_what_does_not_come_about_is_not_told(outbox: Outbox, desk: Desk) -> None:
    first, second = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, first, "dispatch", worker_id=2)
    with pytest.raises(Conflict):
        desk.say(OPERATOR, second, "dispatch", worker_id=3, with_workers=(2,))
    assert outbox.rows() == [("dispatched", "worker", "2")]


@pytest.mark.parametrize(
    ("given", "mobile"),
    [("100 1234 0001", PHONE), ("+8610012340001", PHONE), ("0573-84770000", ""), ("12345", ""), ("", "")],
)
def test_only_a_mobile_is_sent_to(given: str, mobile: str) -> None:
    assert mobile_of(given) == mobile


# claimed ------------------------------------------------------------------------------------------------------------


def test_each_notice_is_claimed_by_one(outbox: Outbox) -> None:
    outbox.many(18)
    with ThreadPoolExecutor(6) as pool:
        claimed = [notice.notice_id for part in pool.map(lambda _: outbox.claim(most=5), range(6)) for notice in part]
    assert len(claimed) == len(set(claimed)) == 18
    assert outbox.claim(NOON + timedelta(seconds=119)) == []


def test_whoever_is_gone_leaves_his_notice_to_others(outbox: Outbox) -> None:
    outbox.many(1)
    (first,) = outbox.claim()
    (second,) = outbox.claim(NOON + timedelta(minutes=2))
    assert (second.notice_id, second.tries) == (first.notice_id, 2)
    assert not outbox.sent(first), "his lease has passed"
    assert outbox.sent(second)
    assert outbox.claim(NOON + timedelta(hours=1)) == []


def test_the_gravest_go_first(outbox: Outbox) -> None:
    outbox.many(3)
    outbox.run("update notice set urgency = 'P1' where occasion_at = to_timestamp(3)")
    assert outbox.claim(most=1)[0].urgency == "P1"


def test_it_is_tried_again_with_growing_pauses_and_then_given_up(outbox: Outbox) -> None:
    outbox.many(1)
    at = NOON
    for tries in range(1, MOST_TRIES + 1):
        (notice,) = outbox.claim(at)
        outbox.failed(notice, at)
        assert outbox.claim(at) == []
        at += pause_after(tries)
    assert [pause_after(n).total_seconds() for n in range(1, 6)] == [30, 60, 120, 240, 480]
    assert outbox.rows("state, tries, last_error ->> 'code'") == [("dead", MOST_TRIES, "unreachable")]
    assert outbox.claim(at + timedelta(days=1)) == []


def test_what_is_refused_for_good_is_not_tried_again(outbox: Outbox) -> None:
    outbox.many(1)
    outbox.failed(outbox.claim()[0], is_passing=False)
    assert outbox.rows("state, tries") == [("dead", 1)]


def test_the_dead_are_sent_again_by_a_person_and_it_is_recorded(outbox: Outbox, desk: Desk) -> None:
    outbox.many(1)
    notice = outbox.claim()[0]
    outbox.failed(notice, is_passing=False)

    def again(notice_id) -> None:
        with desk.database.transaction() as transaction:
            send_again(transaction, AREA_ID, LEADER, notice_id, NOON)

    again(notice.notice_id)
    again(notice.notice_id)
    assert outbox.run("select count(*) from audit where action = 'notice.again'")[0][0] == 1
    assert outbox.sent(outbox.claim()[0])
    with pytest.raises(Conflict):
        again(notice.notice_id)
    with pytest.raises(NotFound):
        again(uuid4())


# put off, together --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("urgency", "is_held"), [("P1", False), ("P2", False), ("P3", True), ("P4", True)])
def test_quiet_hours_hold_all_but_what_is_urgent(outbox: Outbox, urgency: str, is_held: bool) -> None:
    night = datetime(2026, 11, 30, 13, 30, tzinfo=UTC)
    outbox.many(1, urgency=urgency)
    assert (outbox.claim(night) == []) is is_held
    if is_held:
        morning = datetime(2026, 12, 1, 0, tzinfo=UTC)
        assert outbox.rows("state, not_before") == [("held", morning)]
        assert outbox.claim(morning - timedelta(seconds=1)) == []
        assert len(outbox.claim(morning)) == 1


def test_many_to_one_person_are_told_together(outbox: Outbox, desk: Desk) -> None:
    outbox.many(MOST_AN_HOUR + 7)
    claimed = outbox.claim()
    assert len(claimed) == MOST_AN_HOUR
    for notice in claimed:
        outbox.sent(notice)
    assert outbox.claim(NOON + timedelta(minutes=59)) == []
    (digest,) = outbox.claim(NOON + timedelta(hours=1))
    assert digest.code == "digest"
    with desk.database.transaction() as transaction:
        count, cases = digested(transaction, digest)
    assert (count, len(cases)) == (7, 1)
    outbox.sent(digest, NOON + timedelta(hours=1))
    assert {state for (state,) in outbox.rows("state")} == {"sent", "digested"}


def test_who_comes_when_the_digest_has_gone_waits_for_the_next(outbox: Outbox) -> None:
    outbox.many(MOST_AN_HOUR + 2)
    for notice in outbox.claim(most=MOST_AN_HOUR):
        outbox.sent(notice, NOON + timedelta(minutes=59))
    outbox.claim(most=1)
    one = NOON + timedelta(hours=1)
    outbox.run(f"update notice set next_try_at = '{one + timedelta(seconds=1)}' where state = 'waiting'")
    (digest,) = outbox.claim(one)
    outbox.claim(one + timedelta(seconds=1))
    outbox.sent(digest, one)
    assert len(outbox.run("select 1 from notice where code = 'digest'")) == 2
    assert not outbox.run("select 1 from notice where state = 'waiting'")


def test_urgent_ones_are_never_told_together(outbox: Outbox) -> None:
    outbox.many(MOST_AN_HOUR + 5, urgency="P2")
    assert len(outbox.claim()) == MOST_AN_HOUR + 5


def test_a_robot_is_given_so_many_a_minute(outbox: Outbox) -> None:
    outbox.many(ROBOT_A_MINUTE + 3, kind="robot")
    for notice in outbox.claim():
        outbox.sent(notice)
    assert outbox.claim(NOON + timedelta(seconds=50)) == []
    assert len(outbox.claim(NOON + timedelta(seconds=61))) == 3


# channels -----------------------------------------------------------------------------------------------------------


def test_a_channel_that_is_down_is_left_alone_but_for_a_p1(outbox: Outbox) -> None:
    outbox.many(DOWN_AFTER + 4)
    for notice in outbox.claim(most=DOWN_AFTER):
        outbox.failed(notice, is_down=True)
    assert outbox.run("select failures, down_since from notice_channel") == [(DOWN_AFTER, NOON)]
    assert outbox.claim() == []
    outbox.run(
        "update notice set urgency = 'P1' where tries = 0 and occasion_at = (select max(occasion_at) from notice "
        "where tries = 0)"
    )
    (grave,) = outbox.claim()
    (probe, *_) = outbox.claim(NOON + timedelta(seconds=30), most=1)
    outbox.sent(probe)
    assert outbox.run("select failures, down_since from notice_channel") == [(0, None)]
    assert outbox.sent(grave)


def test_a_p1_goes_over_the_next_channel_at_once(outbox: Outbox) -> None:
    outbox.many(2)
    outbox.run("update notice set channels = '{sms,email}'")
    outbox.run("update notice set urgency = 'P1' where occasion_at = to_timestamp(1)")
    for notice in outbox.claim():
        outbox.failed(notice, is_down=True)
    assert outbox.rows("urgency, channel, state") == [("P1", "email", "waiting"), ("P3", "sms", "waiting")]
    (grave,) = outbox.claim()
    outbox.failed(grave)
    assert outbox.claim() == []
    assert outbox.claim(NOON + pause_after(grave.tries))[0].channel == "sms", "from the first again"


# who is sent or called off by another verb -------------------------------------------------------------------------


def test_who_is_called_off_by_any_verb_is_told(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,))
    before = len(outbox.rows())
    desk.say(LEADER, case_no, "escalate", note="村里办不了")
    assert outbox.rows()[before:] == [("taken_back", "worker", "2"), ("taken_back", "worker", "3")]


def test_who_is_asked_to_look_is_told_and_when_he_need_not_any_more(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "check", worker_id=2)
    assert outbox.rows() == [("dispatched", "worker", "2")]
    case = desk.read(case_no)
    due = about_case(case, NOON, None).told["due"]
    assert case.next_due_at is not None
    assert due == Moment(case.next_due_at) != Moment(case.due_at), "until when he is to look"
    desk.say(OPERATOR, case_no, "accept")
    assert outbox.rows()[1:] == [("taken_back", "worker", "2")]


def test_who_is_not_awaited_is_told_that_the_case_is_over(outbox: Outbox, desk: Desk) -> None:
    case_no = desk.report().case_no
    desk.say(OPERATOR, case_no, "dispatch", worker_id=2, with_workers=(3,), required=False)
    for verb in ("sign", "start", "feedback"):
        desk.say(Scope("yi", "grid_worker", AREA_ID, worker_id=2), case_no, verb, note="好")
    before = len(outbox.rows())
    desk.say(VERIFIER, case_no, "verify")
    assert ("taken_back", "worker", "3") in outbox.rows()[before:]


def test_who_waited_on_a_case_that_stood_is_told_when_it_goes_on(outbox: Outbox, desk: Desk) -> None:
    first, second = desk.report().case_no, desk.report().case_no
    desk.say(OPERATOR, first, "dispatch", worker_id=2)
    desk.say(OPERATOR, second, "dispatch", worker_id=3, with_workers=(2,), queue=True)
    until = desk.centre.clock() + timedelta(days=1)
    desk.say(LEADER, second, "suspend", until=until, note="等配件")
    desk.say(LEADER, first, "cancel", note="误报")
    before = len(outbox.rows())
    desk.say(LEADER, second, "resume")
    assert outbox.rows()[before:] == [("dispatched", "worker", "2")]
