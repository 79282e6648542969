"""The engine: pure decisions about one customer at a time.

`Engine.step` takes a profile, an event and a clock, and gives back the profile, the tag changes
and the next deadline. No I/O, clock, log or environment: time is an argument.
"""
