"""Accounts and the sessions: passwords kept as hashes, lockout without a hint, sessions that end."""

import re
import time
from datetime import datetime, timedelta

import pytest

from base.clock import utc_now
from base.database import Database
from base.errors import Conflict, Fault, Forbidden, InvalidInput, NotAuthenticated, NotFound
from dispatch.access.accounts import (
    NewAccount,
    create_account,
    create_token,
    list_accounts,
    list_tokens,
    revoke_token,
    set_disabled,
    set_password,
)
from dispatch.access.audit import broken_links
from dispatch.access.first_accounts import FIRST_ACCOUNTS, first_run_accounts
from dispatch.access.sessions import ABSOLUTE, FAILURES, IDLE, LOCKED, Sessions
from tests.small_town import AREA_ID


class Time:
    """A clock the test moves."""

    def __init__(self) -> None:
        self.now = utc_now()

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def sessions(shared_small_database: Database, clock: Time, monkeypatch: pytest.MonkeyPatch) -> Sessions:
    monkeypatch.setattr("dispatch.access.sessions.TRUSTED_S", -1.0)
    return Sessions(shared_small_database, AREA_ID, clock)


def make(database: Database, account: str, role: str = "operator", **more) -> str:
    with database.transaction() as transaction:
        return create_account(transaction, 0, NewAccount(account, role, **more), utc_now())


def test_first_accounts_are_random_and_made_once(small_database: Database):
    with small_database.transaction() as transaction:
        made = first_run_accounts(transaction, AREA_ID, utc_now())
    nobody_there = {"grid_leader", "parttime_worker", "micro_leader"}
    assert made.keys() == set(FIRST_ACCOUNTS) - nobody_there
    assert len(set(made.values())) == len(made)
    assert all(re.fullmatch(r"[a-zA-Z2-9]{16}", password) for password in made.values())
    with small_database.transaction() as transaction:
        assert first_run_accounts(transaction, AREA_ID, utc_now()) == {}
        listed = {row["account"]: row for row in list_accounts(transaction, AREA_ID)}
    assert listed["grid_worker"]["worker_id"] == 1
    assert (listed["dept_handler"]["worker_id"], listed["dept_handler"]["department_code"]) == (4, "ZF")
    assert "password_hash" not in listed["operator"]
    sessions = Sessions(small_database, AREA_ID, utc_now)
    for account, password in made.items():
        token, scope = sessions.log_in(account, password, "127.0.0.1")
        assert sessions.recognise(token) == scope
        assert (scope.role, scope.area_id) == (account, AREA_ID)


def test_an_invented_town_gives_each_department_an_account(small_database: Database):
    with small_database.transaction() as transaction:
        made = first_run_accounts(transaction, AREA_ID, utc_now(), every_department=True)
        assert {name for name in made if name.startswith("dept_")} >= {"dept_zz", "dept_sg", "dept_bm", "dept_cj"}
        assert "dept_zf" not in made, "its people have one already"
        assert first_run_accounts(transaction, AREA_ID, utc_now(), every_department=True) == {}


def test_a_villages_account_names_its_village(shared_small_database: Database):
    for village, key in ((None, "role_needs_village"), ("330421999999", "no_such_village")):
        with pytest.raises(InvalidInput) as fault:
            make(shared_small_database, "vera", "village_operator", village_code=village)
        assert (fault.value.key, fault.value.values.get("field", "village")) == (key, "village")


def test_a_login_and_its_end(sessions: Sessions, shared_small_database: Database):
    password = make(shared_small_database, "anna")
    token, scope = sessions.log_in("anna", password, "10.0.0.1")
    assert sessions.recognise(token) == scope
    sessions.log_out(token)
    assert sessions.recognise(token) is None
    assert sessions.recognise("") is None
    assert sessions.recognise("gc_nonsense") is None


def fail(sessions: Sessions, account: str, address: str, times: int = 1, password: str = "wrong") -> None:
    for _ in range(times):
        with pytest.raises(NotAuthenticated):
            sessions.log_in(account, password, address)


def test_five_failures_shut_the_account_to_that_address_alone(
    sessions: Sessions, clock: Time, shared_small_database: Database
):
    password = make(shared_small_database, "bert")
    fail(sessions, "bert", "10.0.0.2", FAILURES)
    fail(sessions, "bert", "10.0.0.2", password=password)
    assert sessions.log_in("bert", password, "10.0.0.3"), "nobody shuts him out from elsewhere"
    clock.now += LOCKED - timedelta(seconds=1)
    fail(sessions, "bert", "10.0.0.2", password=password)
    clock.now += timedelta(seconds=2)
    assert sessions.log_in("bert", password, "10.0.0.2")


def test_trying_on_at_a_shut_address_keeps_nothing_shut(
    sessions: Sessions, clock: Time, shared_small_database: Database
):
    password = make(shared_small_database, "boris")
    fail(sessions, "boris", "10.0.0.12", FAILURES)
    clock.now += LOCKED / 2
    fail(sessions, "boris", "10.0.0.12", FAILURES, password)
    fail(sessions, "boris", "10.0.0.12", FAILURES)
    clock.now += LOCKED / 2 + timedelta(seconds=1)
    assert sessions.log_in("boris", password, "10.0.0.12"), "neither right nor wrong passwords were counted"


def test_a_restart_forgets_no_failures(sessions: Sessions, clock: Time, shared_small_database: Database):
    password = make(shared_small_database, "carla")
    fail(sessions, "carla", "10.0.0.13", FAILURES)
    fail(Sessions(shared_small_database, AREA_ID, clock), "carla", "10.0.0.13", password=password)


def test_one_site_of_the_newer_internet_is_one_address(sessions: Sessions, shared_small_database: Database):
    password = make(shared_small_database, "conny")
    for number in range(FAILURES):
        fail(sessions, "conny", f"2001:db8:1:1::{number}")
    fail(sessions, "conny", "2001:db8:1:1:ffff::1", password=password)
    assert sessions.log_in("conny", password, "2001:db8:1:2::1")


def test_what_is_no_account_is_counted_and_not_written_down(sessions: Sessions, shared_small_database: Database):
    for account in ("", "Secret password!", "\0", "x" * 5000, "账号"):
        fail(sessions, account, "10.0.0.14")
    with shared_small_database.transaction() as transaction:
        rows = transaction.execute("select account, failures from login_failure where address = '10.0.0.14'").fetchall()
    assert {row["account"]: row["failures"] for row in rows} == {"": 5, "-": 5}


def test_what_is_too_old_to_count_is_not_kept(sessions: Sessions, clock: Time, shared_small_database: Database):
    fail(sessions, "nobody_old", "10.0.0.15")
    clock.now += 2 * LOCKED
    fail(sessions, "nobody_new", "10.0.0.16")
    with shared_small_database.transaction() as transaction:
        kept = {row["address"] for row in transaction.execute("select address from login_failure").fetchall()}
    assert "10.0.0.15" not in kept
    assert "10.0.0.16" in kept


def test_four_failures_do_not_shut_and_are_forgotten(sessions: Sessions, shared_small_database: Database):
    password = make(shared_small_database, "cleo")
    for _ in range(2):
        fail(sessions, "cleo", "10.0.0.4", FAILURES - 1)
        sessions.log_in("cleo", password, "10.0.0.4")


def refusal(sessions: Sessions, account: str, password: str) -> tuple[str, str, float]:
    began = time.process_time()
    with pytest.raises(NotAuthenticated) as fault:
        sessions.log_in(account, password, "10.0.0.5")
    return fault.value.key, str(fault.value.values), time.process_time() - began


def test_unknown_wrong_disabled_and_locked_are_told_alike(sessions: Sessions, shared_small_database: Database):
    password = make(shared_small_database, "dora")
    wrong, unknown = refusal(sessions, "dora", "wrong"), refusal(sessions, "nobody_at_all", "wrong")
    with shared_small_database.transaction() as transaction:
        set_disabled(transaction, AREA_ID, "dora", is_disabled=True)
    disabled = refusal(sessions, "dora", password)
    for _ in range(FAILURES):
        refusal(sessions, "dora", "wrong")
    shut = refusal(sessions, "dora", password)
    assert wrong[:2] == unknown[:2] == disabled[:2] == shut[:2]
    assert min(unknown[2], shut[2]) > wrong[2] / 3, "the same work for an unknown account and where it is shut"


def test_one_address_cannot_try_for_ever(sessions: Sessions, shared_small_database: Database):
    password = make(shared_small_database, "emil")
    for number in range(30):
        with pytest.raises(NotAuthenticated):
            sessions.log_in(f"guess{number}", "wrong", "10.0.0.66")
    with pytest.raises(NotAuthenticated):
        sessions.log_in("emil", password, "10.0.0.66")
    assert sessions.log_in("emil", password, "10.0.0.67")


@pytest.mark.parametrize(
    ("role", "idle_ends"), [("operator", True), ("display", False)], ids=["an operator", "a display"]
)
def test_idle_and_absolute_limits(
    sessions: Sessions, clock: Time, shared_small_database: Database, role: str, idle_ends: bool
):
    account = f"idle_{role}"
    password = make(shared_small_database, account, role)
    token, _ = sessions.log_in(account, password, "10.0.0.6")
    for _ in range(3):
        clock.now += IDLE - timedelta(minutes=1)
        assert sessions.recognise(token) is not None, "who is there stays"
    clock.now += IDLE + timedelta(minutes=1)
    assert (sessions.recognise(token) is None) is idle_ends
    clock.now += ABSOLUTE
    assert sessions.recognise(token) is None


def test_an_open_channel_is_not_being_there(sessions: Sessions, clock: Time, shared_small_database: Database):
    password = make(shared_small_database, "fritz")
    token, _ = sessions.log_in("fritz", password, "10.0.0.7")
    clock.now += IDLE - timedelta(minutes=5)
    assert sessions.recognise_all([token])[token] is not None
    clock.now += timedelta(minutes=10)
    assert sessions.recognise_all([token])[token] is None


def test_a_new_password_ends_every_session(sessions: Sessions, shared_small_database: Database):
    old = make(shared_small_database, "gina")
    token, _ = sessions.log_in("gina", old, "10.0.0.8")
    with shared_small_database.transaction() as transaction:
        new = set_password(transaction, AREA_ID, "gina", utc_now())
    assert sessions.recognise(token) is None
    with pytest.raises(NotAuthenticated):
        sessions.log_in("gina", old, "10.0.0.8")
    assert sessions.log_in("gina", new, "10.0.0.8")


def test_a_wall_comes_from_its_own_addresses(shared_small_database: Database):
    password = make(shared_small_database, "wall_one", "display")
    sessions = Sessions(shared_small_database, AREA_ID, utc_now, ("10.1.1.1",))
    assert sessions.log_in("wall_one", password, "10.1.1.1")
    with pytest.raises(Forbidden):
        sessions.log_in("wall_one", password, "10.1.1.2")


def test_a_wall_may_be_told_by_its_network(shared_small_database: Database):
    sessions = Sessions(shared_small_database, AREA_ID, utc_now, ("10.2.0.0/24", "2001:db8::/64"))
    for address in ("10.2.0.9", "::ffff:10.2.0.9", "2001:db8::5"):
        sessions.check_address("display", address)
    for address in ("10.2.1.9", "2001:db8:0:1::5", "", "nonsense"):
        with pytest.raises(Forbidden):
            sessions.check_address("display", address)


def test_tokens_are_shown_once_and_revoked_by_name(sessions: Sessions, shared_small_database: Database):
    with shared_small_database.transaction() as transaction:
        token = create_token(transaction, AREA_ID, "grid_worker", "phone 2", utc_now(), worker_id=2)
        assert token not in str(list_tokens(transaction, AREA_ID))
    scope = sessions.recognise(token)
    assert scope is not None
    assert (scope.role, scope.worker_id, scope.account) == ("grid_worker", 2, "token:phone 2")
    with shared_small_database.transaction() as transaction:
        assert revoke_token(transaction, AREA_ID, "phone 2", utc_now()) == 1
    assert sessions.recognise(token) is None
    with shared_small_database.transaction() as transaction, pytest.raises(NotFound):
        revoke_token(transaction, AREA_ID, "phone 2", utc_now())


@pytest.mark.parametrize(
    ("new", "password", "kind"),
    [
        (NewAccount("Anna", "operator"), None, InvalidInput),
        (NewAccount("a", "operator"), None, InvalidInput),
        (NewAccount("hans", "king"), None, InvalidInput),
        (NewAccount("hans", "grid_worker"), None, InvalidInput),
        (NewAccount("hans", "grid_worker", worker_id=999), None, InvalidInput),
        (NewAccount("hans", "dept_handler", department_code="QQ"), None, InvalidInput),
        (NewAccount("hans", "operator"), "short", InvalidInput),
        (NewAccount("twice", "operator"), None, Conflict),
        (NewAccount("command_line", "operator"), None, Conflict),
    ],
)
def test_what_cannot_be_an_account(shared_small_database: Database, new: NewAccount, password, kind: type[Fault]):
    with shared_small_database.transaction() as transaction:
        create_account(
            transaction, AREA_ID, NewAccount("twice", "operator"), utc_now()
        ) if new.account == "twice" else 0
    with shared_small_database.transaction() as transaction, pytest.raises(kind):
        create_account(transaction, AREA_ID, new, utc_now(), password)


def test_logins_are_in_the_audit(sessions: Sessions, shared_small_database: Database):
    with shared_small_database.transaction() as transaction:
        assert broken_links(transaction, AREA_ID) == []
