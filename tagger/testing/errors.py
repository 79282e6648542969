"""What a test is told when one of its own steps is wrong."""


class StepError(Exception):
    """A step cannot happen as it is written; the author of the test has to change it."""
