"""What keeps a comparison from being made."""


class BenchError(Exception):
    """Something did not do what it must; the message says what, and where to look."""
