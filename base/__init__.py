"""What everything stands on: database, statements, migrations, the bus of changes, settings, clock, faults."""
