"""The second process: looks for what is due a few times a second, in every town, until it is asked to stop."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import ExitStack
from threading import Event

from base.errors import Fault
from dispatch.centre import Centre
from jobs.channels.configured import channels, signature
from jobs.schedule import run_due
from jobs.sender import Sender

LOOK_EVERY_S = 0.5
"""A notice begins to be sent within a second. Asking so often costs less than a connection that listens."""
_WHEN_BUSY_S = 0.05
_AFTER_A_FAULT_S = 2.0
_log = logging.getLogger("gridcommand.jobs")


def work(centres: Sequence[Centre], stop: Event) -> None:
    """Do the jobs of these towns until ``stop`` is set; a database that is away is waited for.

    Raises
    ------
    InvalidInput
        naming the setting, when a provider is not set as it must be.
    """
    providers = channels(os.environ)
    senders = [Sender(centre, providers, signature(os.environ)) for centre in centres]
    with ExitStack() as stack:
        for sender in senders:
            stack.callback(sender.close)
        while not stop.is_set():
            stop.wait(_look(centres, senders))


def _look(centres: Sequence[Centre], senders: Sequence[Sender]) -> float:
    """One look in every town; how many seconds to wait before the next. A fault in one stops no other."""
    begun, failed = 0, 0
    for centre, sender in zip(centres, senders, strict=True):
        try:
            run_due(centre)
            begun += sender.step()
        except Fault as fault:
            _log.warning("the jobs of %s wait: %s", centre.area.area_id, fault.key)
            failed += 1
        except Exception:
            _log.exception("the jobs of %s failed", centre.area.area_id)
            failed += 1
    if failed:
        return _AFTER_A_FAULT_S
    return _WHEN_BUSY_S if begun else LOOK_EVERY_S
