"""``migrate``: bring the database to the present schema."""

from __future__ import annotations

import argparse

from base.settings import Settings
from commands.database import migrated_url
from commands.terminal import print_step


def migrate_only(settings: Settings, _: argparse.Namespace) -> None:
    """Bring the database to the present schema."""
    with migrated_url(settings):
        print_step("migrated")
