"""Every setting of the centre, read once from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from base.errors import InvalidInput


@dataclass(frozen=True)
class Settings:
    """The settings; each field's comment gives variable, unit, default and effect (kept true in docs/settings.md)."""

    database_url: str | None
    """DATABASE_URL; default none: a private PostGIS is kept under the var folder."""
    host: str
    """GRIDCOMMAND_HOST; default 127.0.0.1; the address the centre listens on."""
    port: int
    """GRIDCOMMAND_PORT; default 8050; 1 to 65535."""
    var: Path
    """GRIDCOMMAND_VAR; default ./var; folder of the private database, accounts, files."""
    shift: int
    """GRIDCOMMAND_SHIFT; `off` (0) or the speed of the simulated shift, 1 to 60; default 5."""
    shift_leader: bool
    """GRIDCOMMAND_SHIFT_LEADER; `on` or `off`, whether the simulated shift leads itself; default on."""
    shift_seed: int
    """GRIDCOMMAND_SEED; seed of the demo town and its simulated shift; default 330421."""
    area_ids: tuple[int, ...]
    """GRIDCOMMAND_AREA; comma-separated six-digit areas to serve; default: the one chosen with `town use`."""
    language: str
    """GRIDCOMMAND_LANGUAGE; `zh` (default) or `en`; what a visitor sees before choosing."""
    max_speed_kmh: float
    """GRIDCOMMAND_MAX_SPEED_KMH; default 150; a faster fix is flagged as a jump (times the shift's speed)."""
    display_addresses: tuple[str, ...]
    """GRIDCOMMAND_DISPLAY_ADDRESSES; comma-separated IP addresses or networks a display may come from; default any."""
    proxies: tuple[str, ...]
    """GRIDCOMMAND_PROXIES; comma-separated IP addresses or networks whose X-Forwarded headers count; default none."""
    map_approval_no: str
    """GRIDCOMMAND_MAP_APPROVAL_NO; 审图号 printed under every map; default empty."""
    request_timeout_s: float
    """GRIDCOMMAND_REQUEST_TIMEOUT_S; default 15; seconds in which a request must arrive, 1 to 600."""
    rate_factor: float
    """GRIDCOMMAND_RATE_FACTOR; default 1; every limit of requests is multiplied by it, 0.01 to 10000."""

    centre_phone: str = ""
    """GRIDCOMMAND_CENTRE_PHONE; default empty; number a worker is told to call when a call for help cannot be sent."""
    satisfied_days: float = 3.0
    """GRIDCOMMAND_SATISFIED_DAYS; default 3; natural days, 0 to 365, after which a handled P4 case whose reporter is
    satisfied may be closed without a look."""
    backup_key: str | None = field(default=None, repr=False)
    """GRIDCOMMAND_BACKUP_KEY; default none; passphrase that `backup` encrypts with and `restore` decrypts with."""

    @property
    def plausible_speed_mps(self) -> float:
        """The fastest believable movement in metres a second, a simulated shift's speed counted in."""
        return self.max_speed_kmh / 3.6 * max(1, self.shift)


def _number(env: Mapping[str, str], name: str, default: str, low: float, high: float) -> float:
    text = env.get(name, "").strip() or default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")  # fails the comparison below, as what is out of range does
    if not low <= value <= high:
        raise InvalidInput("setting_out_of_range", field=name, given=text, low=low, high=high)
    return value


def _one_of(env: Mapping[str, str], name: str, *allowed: str) -> str:
    """One of these words, the first when none is given."""
    text = env.get(name, "").strip().lower() or allowed[0]
    if text not in allowed:
        raise InvalidInput("setting_not_one_of", field=name, given=text, allowed=allowed)
    return text


def _areas(env: Mapping[str, str], name: str) -> tuple[int, ...]:
    """Six-digit areas, separated by commas, each once."""
    given = (part.strip() for part in env.get(name, "").split(",") if part.strip())
    return tuple(dict.fromkeys(int(_number({name: one}, name, "", 100000, 999999)) for one in given))


def _networks(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Addresses and networks, separated by commas."""
    given = tuple(part.strip() for part in env.get(name, "").split(",") if part.strip())
    for one in given:
        try:
            ip_network(one, strict=False)
        except ValueError as fault:
            raise InvalidInput("setting_not_an_address", field=name, given=one) from fault
    return given


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises
    ------
    InvalidInput
        naming the variable, when one is out of its range.
    """
    env = os.environ if env is None else env
    # an empty variable counts as none: a compose file passes on what is not set as empty
    shift = env.get("GRIDCOMMAND_SHIFT", "").strip().lower() or "5"
    return Settings(
        database_url=env.get("DATABASE_URL", "").strip() or None,
        host=env.get("GRIDCOMMAND_HOST", "").strip() or "127.0.0.1",
        port=int(_number(env, "GRIDCOMMAND_PORT", "8050", 1, 65535)),
        var=Path(env.get("GRIDCOMMAND_VAR", "").strip() or "var").expanduser().absolute(),
        shift=0 if shift == "off" else int(_number({"GRIDCOMMAND_SHIFT": shift}, "GRIDCOMMAND_SHIFT", "5", 1, 60)),
        shift_leader=_one_of(env, "GRIDCOMMAND_SHIFT_LEADER", "on", "off") == "on",
        shift_seed=int(_number(env, "GRIDCOMMAND_SEED", "330421", 0, 2**31)),
        area_ids=_areas(env, "GRIDCOMMAND_AREA"),
        language=_one_of(env, "GRIDCOMMAND_LANGUAGE", "zh", "en"),
        max_speed_kmh=_number(env, "GRIDCOMMAND_MAX_SPEED_KMH", "150", 1, 2000),
        display_addresses=_networks(env, "GRIDCOMMAND_DISPLAY_ADDRESSES"),
        proxies=_networks(env, "GRIDCOMMAND_PROXIES"),
        map_approval_no=env.get("GRIDCOMMAND_MAP_APPROVAL_NO", "").strip(),
        centre_phone=env.get("GRIDCOMMAND_CENTRE_PHONE", "").strip(),
        backup_key=env.get("GRIDCOMMAND_BACKUP_KEY", "").strip() or None,
        satisfied_days=_number(env, "GRIDCOMMAND_SATISFIED_DAYS", "3", 0, 365),
        request_timeout_s=_number(env, "GRIDCOMMAND_REQUEST_TIMEOUT_S", "15", 1, 600),
        rate_factor=_number(env, "GRIDCOMMAND_RATE_FACTOR", "1", 0.01, 10_000),
    )
