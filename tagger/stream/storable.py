"""Profiles as they are stored: small enough for the changelog, whatever a customer sends."""

import logging

from tagger.engine.lightening import lighten, series_bytes
from tagger.engine.profile import Profile, quarantine
from tagger.engine.profile_codec import encode_profile

logger = logging.getLogger("tagger.stream")


def storable(profile: Profile, max_bytes: int) -> tuple[Profile, bytes, int]:
    """The profile, for one of more than `max_bytes` with shorter series, and where that is not
    enough the quarantined one; its bytes; and how many times the older events of a series were put
    together further to make them fit."""
    encoded = encode_profile(profile)
    if len(encoded) <= max_bytes or profile.quarantined:
        return profile, encoded, 0
    rest = len(encoded) - series_bytes(profile)
    if rest < max_bytes:
        shortened = lighten(profile, max_bytes - rest, {}).total()
        encoded = encode_profile(profile)
        if len(encoded) <= max_bytes:
            return profile, encoded, shortened
    logger.warning(
        "customer %s is quarantined: the profile has %d bytes, at most %d are stored. The tags "
        "stay as they are, nothing further is decided",
        profile.customer_id,
        len(encoded),
        max_bytes,
    )
    profile = quarantine(profile)
    return profile, encode_profile(profile), 0
