"""Test cases beside a pack: one customer's history and what it must come to, read, run and
compared."""
