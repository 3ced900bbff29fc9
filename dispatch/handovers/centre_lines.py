"""What a hand-over tells besides the cases: who is out, calls for help, notices that did not leave, what is not well.

Pure functions over records. Source: docs/domain.md, "Handing over a shift".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from base.checks import Check
from base.database import Row
from base.values import Code, Moment, Value
from dispatch.advice.workforce import OFFLINE_AFTER_S, WorkerNow
from dispatch.handovers.sheet import Line
from dispatch.sos import Call

MOST_OUT = 200
"""So many of those on duty are told by name, those with a case first; of the others how many they are."""
_OF_NOTICES = "notices"


def who_is_out(workers: Iterable[WorkerNow]) -> list[WorkerNow]:
    """Everybody on duty, those with a case first."""
    return sorted((one for one in workers if one.on_duty), key=lambda one: (one.open_case_no is None, one.worker_id))


def out_lines(out: Sequence[WorkerNow], near: Mapping[int, str]) -> list[Line]:
    """Who is on duty, with what, and where (``near``, by worker) and when last seen."""
    lines = [_out_line(one, near.get(one.worker_id, "")) for one in out[:MOST_OUT]]
    if len(out) > MOST_OUT:
        lines.append(Line("out", "more", Code("handover.line", "out_more", {"count": len(out) - MOST_OUT})))
    return lines


def _out_line(worker: WorkerNow, near: str) -> Line:
    values: dict[str, Value] = {"name": worker.name, "status": Code("layers.status", worker.status), "near": near}
    code = "out" if worker.recorded_at is not None else "out_unseen"
    return Line(
        "out", str(worker.worker_id), Code("handover.line", code, values), worker.recorded_at, worker.open_case_no
    )


def silent_lines(out: Sequence[WorkerNow]) -> list[Line]:
    """Who is on duty and has sent no place for too long, or never."""
    silent = [one for one in out if one.age_s is None or one.age_s > OFFLINE_AFTER_S]
    return [
        Line("unusual", f"silent {one.worker_id}", Code("handover.line", "silent", {"name": one.name}), one.recorded_at)
        for one in silent[:MOST_OUT]
    ]


def call_lines(calls: Iterable[Call]) -> list[Line]:
    """The calls for help nobody has ended."""
    return [_call_line(one) for one in calls]


def _call_line(call: Call) -> Line:
    values: dict[str, Value] = {"name": call.name}
    if call.acknowledged is not None:
        values |= {"by": call.acknowledged.by, "seen": Moment(call.acknowledged.at)}
    code = "sos_unseen" if call.acknowledged is None else "sos_seen"
    return Line("hazards", f"sos {call.sos_id}", Code("handover.line", code, values), call.raised_at)


def given_up_lines(rows: Iterable[Row]) -> list[Line]:
    """The notices that were given up."""
    return [_given_up_line(row) for row in rows]


def _given_up_line(row: Row) -> Line:
    values = {"what": Code("notices.code", row["code"]), "channel": Code("notices.channel", row["channel"])}
    said = Code("handover.line", "given_up", values)
    return Line("hazards", f"notice {row['notice_id']}", said, row["created_at"], row["case_no"])


def check_lines(checks: Iterable[Check]) -> list[Line]:
    """What was looked at and is not well; of the notices among the hazards."""
    return [
        Line(
            "hazards" if one.name == _OF_NOTICES else "unusual",
            f"check {one.name} {one.key}",
            Code(f"checks.{one.name}", one.key, one.values),
        )
        for one in checks
        if one.state != "ok"
    ]
