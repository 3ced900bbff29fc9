"""What is told to people outside the room: who gets what, the outbox it waits in, and what came of it."""
