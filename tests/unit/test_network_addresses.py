"""Where a request comes from: what a proxy says counts only when the settings name it."""

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from api.security.proxies import as_sent
from base.errors import InvalidInput
from base.settings import read_settings
from dispatch.access.addresses import client_address, counted_address

PROXIES = (ip_network("127.0.0.1"), ip_network("10.9.0.0/24"), ip_network("fd00::/8"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "comes_from"),
    [
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("198.51.100.1", ["203.0.113.5"], "198.51.100.1"),
        ("127.0.0.1", ["6.6.6.6, 203.0.113.5"], "203.0.113.5"),
        ("127.0.0.1", ["6.6.6.6", "203.0.113.5, 10.9.0.7"], "203.0.113.5"),
        ("127.0.0.1", ["10.9.0.6, 10.9.0.7"], "10.9.0.6"),
        ("127.0.0.1", ["203.0.113.5:4711"], "203.0.113.5"),
        ("fd00::1", ["[2001:db8::7]:443"], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["203.0.113.5"], "203.0.113.5"),
        ("127.0.0.1", ["203.0.113.5, unknown"], "127.0.0.1"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("", ["203.0.113.5"], ""),
    ],
)
def test_who_is_believed(peer: str, forwarded: list[str], comes_from: str):
    assert client_address(peer, forwarded, PROXIES) == comes_from


@given(st.lists(st.text(max_size=60), max_size=4))
def test_nobody_else_is_believed_whatever_he_writes(forwarded: list[str]):
    assert client_address("198.51.100.1", forwarded, PROXIES) == "198.51.100.1"
    assert client_address("127.0.0.1", forwarded, ()) == "127.0.0.1"
    client_address("127.0.0.1", forwarded, PROXIES)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:1:2:3:4:5", "2001:db8:1:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        ("nonsense", "unknown"),
    ],
)
def test_what_is_counted_as_one(address: str, counted: str):
    assert counted_address(address) == counted


@pytest.mark.parametrize("kind", [("http", "https"), ("websocket", "wss")])
def test_https_is_believed_from_a_named_proxy_only(kind: tuple[str, str]):
    scope_type, secure = kind
    headers = Headers({"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.5"})
    for peer, scheme, client in (("127.0.0.1", secure, ("203.0.113.5", 0)), ("8.8.4.4", "plain", ("8.8.4.4", 7))):
        sent = as_sent({"type": scope_type, "scheme": "plain", "client": (peer, 7)}, headers, PROXIES)
        assert (sent["scheme"], sent["client"]) == (scheme, client)


@pytest.mark.parametrize("name", ["GRIDCOMMAND_PROXIES", "GRIDCOMMAND_DISPLAY_ADDRESSES"])
def test_a_setting_that_is_no_address_is_told(name: str):
    read_settings({name: "10.0.0.1, 10.1.0.0/16 ,fd00::/8"})
    with pytest.raises(InvalidInput) as fault:
        read_settings({name: "10.0.0.1, proxy.example"})
    assert (fault.value.field, fault.value.values["given"]) == (name, "proxy.example")
