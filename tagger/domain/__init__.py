"""The words of the product: events, commands, tags, tag changes, actions.

Frozen structs and nothing else: no I/O, no clock, no log, no environment. Times are integer
milliseconds since the Unix epoch, UTC (`*_at`); durations are integer milliseconds (`*_ms`);
money is an integer in the currency's minor unit (`*_minor`).
"""
