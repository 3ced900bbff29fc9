"""Hand-overs in a real database: gathered from what is there, signed by two, then kept as they were signed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from uuid import UUID, uuid4

import pytest

from base.checks import Reports
from base.clock import TOWN_ZONE, utc_now
from base.errors import Conflict, Fault, Forbidden, InvalidInput, NotFound
from dispatch.access.scope import Scope
from dispatch.handovers.handovers import (
    Handover,
    Side,
    list_handovers,
    look_at,
    open_handover,
    refresh,
    remark,
    sign,
)
from dispatch.handovers.sheet import Part
from dispatch.plans.taken import take_plan
from dispatch.sos import Press, raise_call
from tests.db.test_casework import LEADER, OPERATOR, Desk, desk
from tests.db.test_whistle import staffed
from tests.small_town import AREA_ID

assert desk, "the fixture"
assert staffed, "the fixture"


@pytest.fixture
def shift(staffed: Desk, tmp_path) -> Desk:
    """A centre whose reports and disk can be looked at."""
    staffed.centre.reports = Reports()
    staffed.centre.settings = SimpleNamespace(satisfied_days=3.0, var=tmp_path, database_url="postgresql://")
    return staffed


def said(found: Handover, part: Part) -> list[str]:
    return [line.said.code for line in found.lines if line.part == part]


def begun(shift: Desk, who: Scope = LEADER, handover_id: UUID | None = None) -> Handover:
    with shift.database.transaction() as transaction:
        return open_handover(shift.centre, transaction, who, handover_id or uuid4())


def signed(
    shift: Desk, found: Handover, who: Scope, side: Side, version: int | None = None, words: str | None = None,
    write_id: UUID | None = None,
) -> Handover:  # fmt: skip
    given = version or found.version
    with shift.database.transaction() as transaction:
        return sign(shift.centre, transaction, who, found.handover_id, write_id or uuid4(), side, given, words)


def again(shift: Desk, found: Handover, who: Scope = LEADER, write_id: UUID | None = None, words=None) -> Handover:
    with shift.database.transaction() as transaction:
        return refresh(shift.centre, transaction, who, found.handover_id, write_id or uuid4(), words)


def asked(shift: Desk, found: Handover, who: Scope, words: str, write_id: UUID | None = None) -> Handover:
    with shift.database.transaction() as transaction:
        return remark(shift.centre, transaction, who, found.handover_id, write_id or uuid4(), words)


def read(shift: Desk, found: Handover, who: Scope = OPERATOR) -> Handover:
    with shift.database.transaction() as transaction:
        return look_at(shift.centre, transaction, who, found.handover_id)


def fault_of(press) -> str:
    with pytest.raises(Fault) as fault:
        press()
    return fault.value.key


def test_the_sheet_gathers_what_is_there(shift: Desk) -> None:
    grave = shift.report(text="燃气泄漏,气味很大").case_no
    shift.say(LEADER, grave, "whistle", lead="ZF", departments=("SG",))
    with shift.database.transaction() as transaction:
        take_plan(shift.centre, transaction, OPERATOR, grave, uuid4())
    late = shift.say(OPERATOR, shift.report().case_no, "dispatch", worker_id=2).case_no
    paused = shift.say(OPERATOR, shift.report().case_no, "dispatch", worker_id=1).case_no
    shift.say(LEADER, paused, "suspend", until=utc_now() + timedelta(days=1), note="等材料")
    shift.say(OPERATOR, late, "urge", note="")
    with shift.database.transaction() as transaction:
        raise_call(shift.centre, transaction, OPERATOR, Press(uuid4(), 2))
    found = begun(shift)
    assert [(line.case_no, line.said.code) for line in found.lines if line.part == "cases"] == [
        (grave, "case_due"), (late, "case_due"), (paused, "case"),
    ]  # fmt: skip
    assert sorted(said(found, "promises")) == ["answer", "meet", "plan", "suspended"]
    assert {"p1_unseen", "sos_unseen"} <= set(said(found, "hazards"))
    out = [line for line in found.lines if line.part == "out"]
    assert [line.case_no for line in out if line.of == "2"] == [late]
    assert len(out) == 4
    assert "never" in said(found, "unusual"), "the second process was never seen"


def test_read_again_it_is_what_was_gathered(shift: Desk) -> None:
    shift.say(OPERATOR, shift.report().case_no, "dispatch", worker_id=2)
    found = begun(shift)
    assert read(shift, found) == found
    assert found.changes == ()


def test_what_is_overdue_is_told_so(shift: Desk) -> None:
    shift.report()
    shift.later = timedelta(days=2)
    found = begun(shift)
    assert said(found, "cases") == ["case_late"]
    assert said(found, "unusual").count("silent") == 4, "nor was anybody seen for two days"


def test_a_deadline_that_was_told_is_a_promise(shift: Desk) -> None:
    case_no = shift.report(reporter_phone="13900000000").case_no
    case = shift.say(OPERATOR, case_no, "dispatch", worker_id=2)
    with shift.database.transaction() as transaction:
        how = "update notice set state = 'sent', sent_at = now(), sent_over = %s where area_id = %s and case_no = %s"
        transaction.execute(how + " and code = 'accepted'", ["log", AREA_ID, case_no])
    assert "told_due" not in said(begun(shift), "promises"), "what was only written down was told to nobody"
    with shift.database.transaction() as transaction:
        transaction.execute(how + " and code = 'accepted'", ["aliyun", AREA_ID, case_no])
    line = next(line for line in begun(shift, OPERATOR).lines if line.said.code == "told_due")
    assert (line.case_no, line.at) == (case_no, case.due_at)


def test_signed_by_two_and_frozen(shift: Desk) -> None:
    case_no = shift.report().case_no
    found = signed(shift, begun(shift), LEADER, "outgoing", words="北村停电,勿派电瓶车")
    assert (found.words, found.outgoing.by) == ("北村停电,勿派电瓶车", "chen")
    other = shift.report(text="路灯不亮").case_no
    shift.say(OPERATOR, case_no, "dispatch", worker_id=2)
    now = read(shift, found)
    assert {(one.kind, one.line.case_no) for one in now.changes if one.line.part == "cases"} == {
        ("changed", case_no),
        ("new", other),
    }
    asked(shift, found, OPERATOR, "停到几点?")
    asked(shift, found, LEADER, "22点")
    closed = signed(shift, found, OPERATOR, "incoming")
    assert (closed.incoming.by, closed.lines) == ("li", found.lines)
    assert [(one.by, one.words) for one in closed.remarks] == [("li", "停到几点?"), ("chen", "22点")]
    shift.say(LEADER, other, "cancel", note="误报")
    assert read(shift, found) == closed, "as it was signed"
    assert [one.line.case_no for one in closed.changes if one.kind == "new"] == [other]
    assert fault_of(lambda: again(shift, found)) == "handover_closed"
    assert fault_of(lambda: asked(shift, found, OPERATOR, "再问")) == "handover_closed"
    assert fault_of(lambda: signed(shift, found, OPERATOR, "incoming")) == "handover_closed"
    actions = [row["action"] for row in audit_of(shift, found)]
    assert actions == ["open", "outgoing", "read", "remark", "remark", "incoming", "read"]
    digests = {row["details"]["digest"] for row in audit_of(shift, found) if "digest" in row["details"]}
    assert len(digests) == 1, "both signed the same sheet"


def audit_of(shift: Desk, found: Handover) -> list[dict]:
    with shift.database.transaction() as transaction:
        rows = transaction.execute(
            "select replace(action, 'handover.', '') as action, details from audit "
            "where area_id = %s and object = %s order by link_no",
            [AREA_ID, str(found.handover_id)],
        )
        return rows.fetchall()


def test_gathered_anew_it_wants_a_new_signature(shift: Desk) -> None:
    first = signed(shift, begun(shift), LEADER, "outgoing", words="留意水位")
    shift.report()
    now = again(shift, first, words="留意水位,2米")
    assert (now.version, now.outgoing, now.words, len(said(now, "cases"))) == (2, None, "留意水位,2米", 1)
    assert again(shift, now).words == "留意水位,2米"
    assert fault_of(lambda: signed(shift, now, OPERATOR, "incoming")) == "handover_outgoing_first"
    assert fault_of(lambda: signed(shift, now, LEADER, "outgoing")) == "handover_gathered_anew"
    latest = signed(shift, now, LEADER, "outgoing", version=3)
    assert fault_of(lambda: signed(shift, first, OPERATOR, "incoming")) == "handover_gathered_anew"
    assert signed(shift, latest, OPERATOR, "incoming").is_closed


def test_nobody_signs_for_another_or_twice(shift: Desk) -> None:
    found = begun(shift)
    with pytest.raises(Forbidden) as fault:
        signed(shift, found, OPERATOR, "outgoing")
    assert fault.value.key == "handover_of_colleague"
    with pytest.raises(Forbidden):
        again(shift, found, OPERATOR)
    assert fault_of(lambda: signed(shift, found, LEADER, "incoming")) == "handover_both_sides"
    assert fault_of(lambda: signed(shift, found, OPERATOR, "incoming")) == "handover_outgoing_first"
    signed(shift, found, LEADER, "outgoing")
    with pytest.raises(Conflict) as twice:
        signed(shift, found, LEADER, "outgoing")
    assert twice.value.key == "handover_signed_already"
    assert fault_of(lambda: signed(shift, found, LEADER, "incoming")) == "handover_both_sides"
    assert read(shift, found).incoming is None


def test_the_same_write_twice_is_one(shift: Desk) -> None:
    handover_id, press, other = uuid4(), uuid4(), uuid4()
    found = begun(shift, handover_id=handover_id)
    assert begun(shift, handover_id=handover_id) == found
    once = again(shift, found, write_id=press)
    signed(shift, once, LEADER, "outgoing", write_id=other)
    late = again(shift, found, write_id=press)
    assert (late.version, late.outgoing is not None) == (2, True), "late again, it takes no signature back"
    assert signed(shift, once, LEADER, "outgoing", write_id=other) == late
    for _ in range(2):
        asked(shift, found, OPERATOR, "几点?", write_id=press)
    assert len(read(shift, found).remarks) == 1


def test_one_sheet_at_a_time_under_an_id_of_its_own(shift: Desk) -> None:
    found = begun(shift)
    assert fault_of(lambda: begun(shift)) == "handover_begun_already"
    assert fault_of(lambda: begun(shift, OPERATOR, found.handover_id)) == "handover_id_taken"
    assert begun(shift, OPERATOR).opened_by == "li"
    signed(shift, found, LEADER, "outgoing")
    signed(shift, found, OPERATOR, "incoming")
    assert begun(shift).handover_id != found.handover_id


def test_what_cannot_be_kept_is_refused_whole(shift: Desk) -> None:
    found = begun(shift)
    for words in ("", "  ", "\0", "字" * 2001):
        with pytest.raises(InvalidInput) as fault:
            asked(shift, found, OPERATOR, words)
        assert fault.value.field == "words"
    with pytest.raises(InvalidInput):
        signed(shift, found, LEADER, "outgoing", words="\0")
    assert read(shift, found).outgoing is None
    with pytest.raises(NotFound), shift.database.transaction() as transaction:
        look_at(shift.centre, transaction, LEADER, uuid4())


def test_listed_by_day(shift: Desk) -> None:
    found = begun(shift)
    day = shift.now().astimezone(TOWN_ZONE).date()
    with shift.database.transaction() as transaction:
        assert [one.handover_id for one in list_handovers(transaction, AREA_ID)] == [found.handover_id]
        assert len(list_handovers(transaction, AREA_ID, day)) == 1
        assert list_handovers(transaction, AREA_ID, day - timedelta(days=1)) == []
        assert list_handovers(transaction, 330999, day) == [], "another town has none of it"


def test_many_sign_at_once_and_one_has_taken_over(shift: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        tried = list(pool.map(lambda _: outcome(lambda: begun(shift)), range(6)))
    assert tried.count("handover_begun_already") == 5, "one sheet, though begun in six windows at once"
    found = signed(shift, next(one for one in tried if isinstance(one, Handover)), LEADER, "outgoing")
    who = [Scope(f"operator{number}", "operator", AREA_ID) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        taken = list(pool.map(lambda one: outcome(lambda: signed(shift, found, one, "incoming")), who))
    assert taken.count("handover_closed") == 5


def outcome(press: Callable[[], Handover]) -> Handover | str:
    try:
        return press()
    except Fault as fault:
        return fault.key
