"""``jobs``: the second process, which sends notices and does what is to be done at its time."""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from threading import Event

from base.checks import Reports
from base.database import Database
from base.settings import Settings
from base.stop_signals import end_with_parent, handle_stop_signals
from commands.database import open_database
from commands.run import make_centres
from commands.terminal import print_step
from dispatch.centre import Centre


def do_jobs(settings: Settings, arguments: argparse.Namespace, work: Callable[[Sequence[Centre], Event], None]) -> None:
    """Do the jobs of the served towns until asked to stop; any number of these processes may run.

    Parameters
    ----------
    settings, arguments
        ``arguments.tied``: started by ``run``, whose database is up and migrated, and stops with it.
    work
        does the jobs until the event is set.
    """
    if arguments.tied:
        end_with_parent(signal.SIGTERM)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # its lines hold addresses, and those the robots' secrets
    stop = Event()
    with _database(settings, is_tied=arguments.tied) as database:
        centres = make_centres(settings, database, Reports())
        handle_stop_signals(lambda *_: stop.set())
        print_step("jobs_started", count=len(centres))
        work(centres, stop)
    print_step("stopped")


@contextmanager
def _database(settings: Settings, *, is_tied: bool) -> Iterator[Database]:
    if is_tied and settings.database_url:
        with closing(Database(settings.database_url)) as database:
            yield database
    else:
        with open_database(settings) as database:
            yield database
