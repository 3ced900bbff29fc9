"""Pictures of a case as they are kept and shown; how one is read stands in ``dispatch/cases/pictures.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Literal
from uuid import UUID

from PIL import Image

from base.bus import publish
from base.database import Transaction
from base.errors import Conflict, NotFound
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.scope import Scope
from dispatch.cases.incidents import read_case
from dispatch.cases.pictures import Picture

SQL = load_statements(Path(__file__).parent / "sql" / "photos.sql")

Moment = Literal["before", "after"]
"""When a picture was taken: 处置前, 处置后."""
MOMENTS: tuple[Moment | None, ...] = ("before", "after", None)
"""In the order they are shown; of the last it was not said."""
SMALL_PX = 480
"""The longer side of a picture on a printed sheet."""


@dataclass(frozen=True)
class Photo:
    """A picture of a case without its pixels."""

    photo_id: UUID
    received_at: datetime
    sent_by: str
    width: int
    height: int
    case_no: str
    moment: Moment | None = None

    @property
    def address(self) -> str:
        """Where the API gives the picture."""
        return f"/api/incidents/{self.case_no}/photos/{self.photo_id}"


def find_photo(transaction: Transaction, area_id: int, scope: Scope, case_no: str, photo_id: UUID) -> Photo | None:
    """The picture this scope has sent under this id before; asked before anything is spent on reading a picture.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    Conflict
        when the id is that of a picture of another case, or of somebody else's.
    """
    read_case(transaction, area_id, case_no, scope)
    return _known_photo(transaction, area_id, scope, case_no, photo_id)


def add_photo(
    transaction: Transaction,
    area_id: int,
    scope: Scope,
    case_no: str,
    photo_id: UUID,
    picture: Picture,
    at: datetime,
    moment: Moment | None = None,
) -> Photo:
    """Keep a picture of a case the asker may know of; the same id again, by the same account, is the same picture.

    The picture is read before (:func:`dispatch.cases.pictures.read_soon`), outside of any transaction.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    Conflict
        when the id is that of a picture of another case, or of somebody else's.
    """
    known = find_photo(transaction, area_id, scope, case_no, photo_id)
    if known is not None:
        return known
    values = {"area_id": area_id, "photo_id": photo_id, "case_no": case_no, "at": at, "sent_by": scope.account}
    values |= {"moment": moment, "own_worker": scope.worker_id}
    size = {"width": picture.width, "height": picture.height, "jpeg": picture.jpeg}
    if transaction.execute(SQL["add_photo"], values | size).fetchone() is None:
        known = _known_photo(transaction, area_id, scope, case_no, photo_id)  # sent twice at once: one was first
        assert known is not None
        return known
    publish(transaction, area_id, "incident", [case_no])
    audit.append(transaction, area_id, at, scope, "photo.add", case_no, {"photo": str(photo_id)})
    return Photo(photo_id, at, scope.account, picture.width, picture.height, case_no, moment)


def _known_photo(transaction: Transaction, area_id: int, scope: Scope, case_no: str, photo_id: UUID) -> Photo | None:
    """The picture kept under this id, None when there is none.

    Raises
    ------
    Conflict
        when it is another case's or somebody else's: taking it for this one would lose the one that was sent.
    """
    row = transaction.execute(SQL["photo_of_id"], {"area_id": area_id, "photo_id": photo_id}).fetchone()
    if row is not None and (row["case_no"], row["sent_by"]) != (case_no, scope.account):
        raise Conflict("photo_id_taken", field="id")
    return None if row is None else Photo(**row)


def list_photos(transaction: Transaction, area_id: int, scope: Scope, case_no: str) -> list[Photo]:
    """The pictures of a case, the first first.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    """
    read_case(transaction, area_id, case_no, scope)
    rows = transaction.execute(SQL["photos_of_case"], {"area_id": area_id, "case_no": case_no})
    return [Photo(**row) for row in rows]


def read_photo(transaction: Transaction, area_id: int, scope: Scope, case_no: str, photo_id: UUID) -> bytes:
    """One picture of a case, JPEG.

    Raises
    ------
    NotFound
        when there is no such case or picture, or not for this person.
    """
    read_case(transaction, area_id, case_no, scope)
    parameters = {"area_id": area_id, "case_no": case_no, "photo_id": photo_id}
    row = transaction.execute(SQL["photo_by_id"], parameters).fetchone()
    if row is None:
        raise NotFound("no_such_photo", field="photo", given=photo_id)
    return bytes(row["jpeg"])


def read_small(transaction: Transaction, area_id: int, scope: Scope, photo: Photo) -> bytes:
    """One picture, JPEG, small enough for a printed sheet.

    Raises
    ------
    NotFound
        when there is no such case or picture, or not for this person.
    """
    # ours, made from what was sent: opening it costs no more than its size
    with Image.open(BytesIO(read_photo(transaction, area_id, scope, photo.case_no, photo.photo_id))) as image:
        image.thumbnail((SMALL_PX, SMALL_PX))
        small = BytesIO()
        image.save(small, "JPEG", quality=80)
    return small.getvalue()
