"""What everything stands on: database, statements, migrations, notices of changes, settings, clock, faults."""
