"""Pictures of a case as they are kept and shown; how one is read stands in ``dispatch/cases/pictures.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from base.bus import publish
from base.database import Transaction
from base.errors import NotFound
from base.statements import load_statements
from dispatch.access import audit
from dispatch.access.grants import Principal
from dispatch.cases.incidents import read_case
from dispatch.cases.pictures import Picture

SQL = load_statements(Path(__file__).parent / "sql" / "photos.sql")


@dataclass(frozen=True)
class Photo:
    """A picture of a case without its pixels."""

    photo_id: UUID
    received_at: datetime
    sent_by: str
    width: int
    height: int
    case_no: str

    @property
    def address(self) -> str:
        """Where the API gives the picture."""
        return f"/api/incidents/{self.case_no}/photos/{self.photo_id}"


def check_photo_case(transaction: Transaction, area_id: int, principal: Principal, case_no: str) -> None:
    """Make sure a picture of this case may come from this principal; asked before anything is spent on the picture.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    """
    read_case(transaction, area_id, case_no, principal)


def add_photo(
    transaction: Transaction,
    area_id: int,
    principal: Principal,
    case_no: str,
    photo_id: UUID,
    picture: Picture,
    at: datetime,
) -> Photo:
    """Keep a picture of a case the principal may know of; the same id twice is one picture.

    The picture is read before (:func:`dispatch.cases.pictures.read_soon`), outside of any transaction.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    """
    read_case(transaction, area_id, case_no, principal)
    values = {"area_id": area_id, "photo_id": photo_id, "case_no": case_no, "at": at, "sent_by": principal.account}
    size = {"width": picture.width, "height": picture.height, "jpeg": picture.jpeg}
    transaction.execute(SQL["add_photo"], values | size)
    publish(transaction, area_id, "incident", [case_no])
    audit.append(transaction, area_id, at, principal, "photo.add", case_no, {"photo": str(photo_id)})
    return Photo(photo_id, at, principal.account, picture.width, picture.height, case_no)


def list_photos(transaction: Transaction, area_id: int, principal: Principal, case_no: str) -> list[Photo]:
    """The pictures of a case, the first first.

    Raises
    ------
    NotFound
        when there is no such case, or not for this person.
    """
    read_case(transaction, area_id, case_no, principal)
    rows = transaction.execute(SQL["photos_of_case"], {"area_id": area_id, "case_no": case_no})
    return [Photo(**row) for row in rows]


def read_photo(transaction: Transaction, area_id: int, principal: Principal, case_no: str, photo_id: UUID) -> bytes:
    """One picture of a case, JPEG.

    Raises
    ------
    NotFound
        when there is no such case or picture, or not for this person.
    """
    read_case(transaction, area_id, case_no, principal)
    parameters = {"area_id": area_id, "case_no": case_no, "photo_id": photo_id}
    row = transaction.execute(SQL["photo_by_id"], parameters).fetchone()
    if row is None:
        raise NotFound("no_such_photo", field="photo", given=photo_id)
    return bytes(row["jpeg"])
