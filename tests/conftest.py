"""What holds for all tests."""

from hypothesis import settings

settings.register_profile("tagger", deadline=None)  # How long an example takes decides no test.
settings.load_profile("tagger")
