"""Network addresses: which machine a request comes from, and which machines are counted as one."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

ONE_SITE = 64
"""Bits of an IPv6 address that name one site; the rest a machine chooses for itself. Source: RFC 4291, 2.5.1."""


def parse_address(given: str) -> Address | None:
    """The address as written by a socket or a proxy (``[2001:db8::1]:443``, ``192.0.2.7:80``); None when it is none."""
    text = given.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def is_among(address: str, networks: Iterable[Network]) -> bool:
    """Whether the address lies in one of the networks; what is no address lies in none."""
    parsed = parse_address(address)
    return parsed is not None and any(parsed in network for network in networks)


def client_address(peer: str, forwarded: Iterable[str], proxies: Iterable[Network]) -> str:
    """The address a request comes from.

    Parameters
    ----------
    peer
        the other end of the connection; empty when it has no address.
    forwarded
        the values of its ``X-Forwarded-For`` headers, in their order. Anybody can write them, so they are believed
        only from a proxy named in the settings, and only as far back as named proxies reach.
    proxies
        those named.
    """
    named = tuple(proxies)
    address = parse_address(peer)
    if address is None:
        return peer
    hops = [hop for value in forwarded for hop in value.split(",")]
    while hops and any(address in network for network in named):
        before = parse_address(hops.pop())
        if before is None:
            break
        address = before
    return str(address)


def counted_address(address: str) -> str:
    """What failed logins from the address are counted under: itself, an IPv6 one by its network of 64 bits."""
    parsed = parse_address(address)
    if parsed is None:
        return "unknown"
    return str(ip_network((parsed, ONE_SITE), strict=False)) if isinstance(parsed, IPv6Address) else str(parsed)
