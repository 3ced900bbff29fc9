"""Command line: ``python -m simulator --help``."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys

from simulator.client import Client
from simulator.shift import Options, Shift


def _speed(text: str) -> float:
    speed = float(text)
    if not 1 <= speed <= 60:
        raise argparse.ArgumentTypeError("must lie between 1 and 60")
    return speed


def _not_negative(text: str) -> float:
    value = float(text)
    if not 0 <= value < 1e6:
        raise argparse.ArgumentTypeError("must be a number from 0 on")
    return value


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return count


def _numbers(text: str) -> frozenset[int]:
    return frozenset(int(part) for part in text.split(",") if part)


def parser() -> argparse.ArgumentParser:
    """The options of the command line."""
    made = argparse.ArgumentParser(
        prog="python -m simulator",
        description="Plays a township's day shift against a running centre, through its public API and a phone "
        "protocol. When a day (08:00 to 17:00) ends, the next one begins at once. The same seed gives the same shift.",
    )
    made.add_argument("--url", default="http://127.0.0.1:8050", help="address of the centre (default %(default)s)")
    _add_tokens(made)
    made.add_argument("--speed", type=_speed, default=5.0, help="1 to 60 times real time (default %(default)g)")
    made.add_argument("--seed", type=int, default=330421, help="seed of every decision (default %(default)s)")
    made.add_argument("--workers", type=_count, help="how many workers take part (default: all)")
    made.add_argument(
        "--leave-out",
        type=_numbers,
        default=frozenset(),
        metavar="WORKER,...",
        help="workers who take no part, because a person is that worker",
    )
    made.add_argument(
        "--incidents-per-day",
        type=_not_negative,
        default=60.0,
        metavar="N",
        help="incidents a played day; none come while 25 wait (default %(default)g)",
    )
    return made


def _add_tokens(made: argparse.ArgumentParser) -> None:
    tokens = (
        ("", "GRIDCOMMAND_SIMULATOR_TOKEN", "gateway", ""),
        ("leader-", "GRIDCOMMAND_SIMULATOR_LEADER_TOKEN", "shift_leader", "; where it is empty only people send"),
        ("verifier-", "GRIDCOMMAND_SIMULATOR_VERIFIER_TOKEN", "verifier", "; where it is empty only people verify"),
    )
    for name, variable, role, without in tokens:
        made.add_argument(
            f"--{name}token-env",
            default=variable,
            metavar="NAME",
            help=f"environment variable that holds an access token of the role {role}{without} (default %(default)s)",
        )


async def _play(options: Options, url: str, token: str, leader_token: str, verifier_token: str) -> None:
    client = Client(url, token)
    leader, verifier = (Client(url, one) if one else None for one in (leader_token, verifier_token))
    playing = asyncio.create_task(Shift(client, options, leader_client=leader, verifier_client=verifier).run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # ``nohup`` starts a process with SIGHUP ignored, so that it goes on when the terminal is closed
        if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, playing.cancel)
    try:
        await playing
    except asyncio.CancelledError:
        print("shift ends", flush=True)
    finally:
        for one in (client, leader, verifier):
            if one is not None:
                await one.close()


def main() -> int:
    """Play until stopped."""
    given = parser().parse_args()
    options = Options(given.seed, given.speed, given.incidents_per_day, given.workers, given.leave_out)
    tokens = [os.environ.get(name, "") for name in (given.token_env, given.leader_token_env, given.verifier_token_env)]
    asyncio.run(_play(options, given.url, *tokens))
    return 0


if __name__ == "__main__":
    sys.exit(main())
