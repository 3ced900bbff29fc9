"""An upload of fixes, from whatever device: what can be kept is kept, what cannot is refused alone and counted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from base.errors import Fault, Forbidden, InvalidInput
from dispatch.access import grants
from dispatch.advice.workforce import own_workers
from dispatch.centre import Centre
from mapdata.positions import Fix, Refusal, store_fixes
from mapdata.refusals import RefusedFix, add_refusals

_FIELDS: dict[Refusal, str] = {
    "not_on_duty": "recorded_at",
    "in_future": "recorded_at",
    "too_old": "recorded_at",
    "out_of_range": "lon",
    "no_such_worker": "worker",
}
"""What of a fix a refusal is about."""


@dataclass(frozen=True, slots=True)
class Unfit:
    """A fix that is not taken: whose it is (``NOBODY`` when not known) and what is wrong with it."""

    worker_id: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class RefusedPlace:
    """A fix of an upload that was refused: its place in it, and why."""

    index: int
    fault: Fault


@dataclass(frozen=True)
class UploadReceipt:
    """What became of an upload: how many fixes are new, not believed, there before; and those refused."""

    accepted: int
    flagged: int
    repeated: int
    refusals: tuple[RefusedPlace, ...]

    @property
    def refused(self) -> int:
        """How many were."""
        return len(self.refusals)


def keep(centre: Centre, given: Sequence[Fix | Unfit], source: str, *, all_may_be_others: bool = True) -> UploadReceipt:
    """Write the fixes of an upload for the present scope, and count those refused.

    Parameters
    ----------
    centre
        where they are kept.
    given
        each fix as it was read, or what is wrong with it.
    source
        how it came; the counts of refused fixes are told apart by it.
    all_may_be_others
        whether an upload of nothing but other people's fixes is refused fix by fix, not as a whole.

    Raises
    ------
    Forbidden
        when positions are not the asker's to send at all. A fix of somebody else is refused alone; where
        ``all_may_be_others`` is false, an upload of none but those is refused too.
    """
    scope = grants.require("position.send")
    area_id, now = centre.area.area_id, centre.clock()
    with centre.database.transaction() as transaction:
        own = own_workers(transaction, area_id, scope, {one.worker_id for one in given if isinstance(one, Fix)})
        judged = [_if_own(own, one) for one in given]
        if not all_may_be_others:
            _require_any_own(given, judged)
        places = [place for place, one in enumerate(judged) if isinstance(one, Fix)]
        fixes = [one for one in judged if isinstance(one, Fix)]
        receipt = store_fixes(transaction, area_id, fixes, now, centre.settings.plausible_speed_mps)
        refused = {place: one for place, one in enumerate(judged) if isinstance(one, Unfit)}
        refused |= {places[index]: _unfit(reason, fixes[index]) for index, reason in receipt.refused}
        counted = [RefusedFix(one.worker_id, source, one.fault.key) for one in refused.values()]
        add_refusals(transaction, area_id, counted, now)
    refusals = tuple(RefusedPlace(place, refused[place].fault) for place in sorted(refused))
    return UploadReceipt(receipt.accepted, receipt.flagged, receipt.repeated, refusals)


def _require_any_own(given: Sequence[Fix | Unfit], judged: Sequence[Fix | Unfit]) -> None:
    """Let nobody in who sends fixes of other people only."""
    own = [isinstance(after, Fix) for before, after in zip(given, judged, strict=True) if isinstance(before, Fix)]
    if own and not any(own):
        raise Forbidden("not_yourself", field="worker", own=grants.present().worker_id or "")


def _if_own(own: Collection[int], one: Fix | Unfit) -> Fix | Unfit:
    if isinstance(one, Fix) and one.worker_id not in own:
        return Unfit(one.worker_id, Forbidden("not_yourself", field="worker", own=grants.present().worker_id or ""))
    return one


def _unfit(reason: Refusal, fix: Fix) -> Unfit:
    words = {"worker": fix.worker_id, "given": fix.worker_id}
    return Unfit(fix.worker_id, InvalidInput(reason, field=_FIELDS[reason], **words))
