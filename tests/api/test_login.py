"""Logging in over the network: who is shut out from where, what a proxy may say, and how many at once."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from threading import Lock
from time import monotonic

import httpx
import pytest

from base.clock import utc_now
from base.errors import NotAuthenticated, Unavailable
from base.settings import read_settings
from dispatch.access.accounts import NewAccount, create_account
from dispatch.access.sessions import FAILURES, FAILURES_OF_ADDRESS
from dispatch.centre import Centre
from screens.login.queue import AT_ONCE, MOST_OF_ADDRESS, MOST_WAITING, LoginQueue
from tests.api.conftest import make_server, serving


@pytest.fixture(scope="module")
def behind_a_proxy(small_centre: Centre) -> Iterator[str]:
    """Address of a server that believes the proxy on this machine."""
    settings = read_settings({"GRIDCOMMAND_PROXIES": "127.0.0.1"})
    with serving(make_server(replace(small_centre, settings=settings))) as address:
        yield address


@pytest.fixture(scope="module")
def passwords(small_centre: Centre) -> dict[str, str]:
    with small_centre.database.transaction() as transaction:
        return {
            name: create_account(transaction, 0, NewAccount(name, "shift_leader"), utc_now())
            for name in ("leader_one", "leader_two", "leader_three")
        }


def log_in(base: str, account: str, password: str, forwarded: str = "", **headers: str) -> httpx.Response:
    sent = headers | ({"X-Forwarded-For": forwarded} if forwarded else {})
    return httpx.post(f"{base}/login", data={"account": account, "password": password}, headers=sent, timeout=30)


def test_nobody_shuts_the_leader_out_from_elsewhere(behind_a_proxy: str, passwords: dict[str, str]):
    own = passwords["leader_one"]
    for _ in range(FAILURES + 1):
        assert log_in(behind_a_proxy, "leader_one", "wrong", "203.0.113.66").status_code == 401
    shut = log_in(behind_a_proxy, "leader_one", own, "203.0.113.66")
    wrong = log_in(behind_a_proxy, "leader_one", "wrong", "203.0.113.66")
    assert (shut.status_code, shut.text) == (wrong.status_code, wrong.text)
    assert log_in(behind_a_proxy, "leader_one", own, "203.0.113.7").status_code == 303


def test_an_address_that_tries_many_accounts_is_shut(behind_a_proxy: str, passwords: dict[str, str]):
    for number in range(FAILURES_OF_ADDRESS):
        log_in(behind_a_proxy, f"guess_{number}", "wrong", "203.0.113.99")
    assert log_in(behind_a_proxy, "leader_two", passwords["leader_two"], "203.0.113.99").status_code == 401
    assert log_in(behind_a_proxy, "leader_two", passwords["leader_two"], "203.0.113.98").status_code == 303


def test_what_a_stranger_writes_into_the_header_counts_for_nothing(
    address: str, behind_a_proxy: str, passwords: dict[str, str], small_centre: Centre
):
    assert log_in(address, "leader_three", passwords["leader_three"], "203.0.113.1").status_code == 303
    assert log_in(behind_a_proxy, "leader_three", passwords["leader_three"], "6.6.6.6, 203.0.113.2").status_code == 303
    with small_centre.database.transaction() as transaction:
        rows = transaction.execute(
            "select details from audit where action = 'login' and object = 'leader_three' order by link_no"
        ).fetchall()
    assert [row["details"]["address"] for row in rows] == ["127.0.0.1", "203.0.113.2"]


def test_https_at_the_proxy_gives_the_cookie_of_https(address: str, behind_a_proxy: str, passwords: dict[str, str]):
    sent = {"X-Forwarded-Proto": "https"}
    for base, name in ((behind_a_proxy, "__Host-gridcommand="), (address, "gridcommand=")):
        answer = log_in(base, "leader_three", passwords["leader_three"], **sent)
        assert answer.headers["set-cookie"].startswith(name)
        assert ("strict-transport-security" in answer.headers) == (base == behind_a_proxy)


class SlowSessions:
    """Sessions that count how many logins are at work at once, and wait for the test to let them go on."""

    def __init__(self) -> None:
        self.at_work = self.most = self.asked = 0
        self.may_end = False
        self._lock = Lock()

    def log_in(self, account: str, password: str, address: str) -> None:
        with self._lock:
            self.at_work += 1
            self.asked += 1
            self.most = max(self.most, self.at_work)
        until = monotonic() + 20
        while not self.may_end and monotonic() < until:
            pass
        with self._lock:
            self.at_work -= 1
        raise NotAuthenticated("login_failed")


def flood(addresses: list[str]) -> tuple[SlowSessions, list[BaseException]]:
    async def run() -> list[BaseException]:
        queue = LoginQueue()
        tasks = [asyncio.create_task(queue.log_in(sessions, "a", "b", one)) for one in addresses]  # type: ignore[arg-type]
        while sessions.asked < min(AT_ONCE, len(tasks)):
            await asyncio.sleep(0.001)
        sessions.may_end = True
        return await asyncio.gather(*tasks, return_exceptions=True)

    sessions = SlowSessions()
    return sessions, asyncio.run(run())


def test_a_flood_of_logins_works_two_at_a_time_and_the_rest_is_told():
    sessions, ends = flood([f"10.0.{number % 20}.1" for number in range(200)])
    assert sessions.most == AT_ONCE
    assert sessions.asked == MOST_WAITING
    assert sum(isinstance(end, Unavailable) for end in ends) == 200 - MOST_WAITING


def test_one_address_does_not_fill_the_queue():
    sessions, ends = flood(["2001:db8::%x" % number for number in range(100)])  # noqa: UP031
    assert sessions.asked == MOST_OF_ADDRESS
    assert sum(isinstance(end, Unavailable) for end in ends) == 100 - MOST_OF_ADDRESS
