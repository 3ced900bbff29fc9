"""However many log in at once, two passwords are looked at: each costs 19 MiB while it lasts."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from dispatch.access import accounts


def test_two_passwords_are_looked_at_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock, two = [0], [0], threading.Lock(), threading.Barrier(accounts.AT_ONCE, timeout=10)

    def verify(_hash: str, _password: bytes) -> bool:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        two.wait()  # both places are taken, and still nobody else comes in
        with lock:
            running[0] -= 1
        return True

    monkeypatch.setattr(accounts, "_hasher", SimpleNamespace(verify=verify))
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: accounts.password_fits("", "a password"), range(8)))
    assert most[0] == accounts.AT_ONCE
