"""A township shift played against the running centre through its public API and a phone protocol."""
