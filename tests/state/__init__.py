"""State that programs left behind, and workers of several state versions on one log.

`version_N.json.gz` is what the program that was the first to write version N had durable in the
middle of a history, where one shard was let go of in order and the other's worker had just died;
with its rules, with what was written afterwards, and with what became of it all. It is made once,
by that program (`python -m tests.state`), and never again: what later programs would write there
proves nothing.
"""
