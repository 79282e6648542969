"""Profiles as they are stored: small enough for the changelog, whatever a customer sends."""

import logging

from tagger.engine.profile import Profile, quarantine
from tagger.engine.profile_codec import encode_profile

logger = logging.getLogger("tagger.stream")


def storable(profile: Profile, max_bytes: int) -> tuple[Profile, bytes]:
    """The profile and its bytes; for one of more than `max_bytes`, the quarantined one."""
    encoded = encode_profile(profile)
    if len(encoded) <= max_bytes or profile.quarantined:
        return profile, encoded
    logger.warning(
        "customer %s is quarantined: the profile has %d bytes, at most %d are stored. The tags "
        "stay as they are, nothing further is decided",
        profile.customer_id,
        len(encoded),
        max_bytes,
    )
    profile = quarantine(profile)
    return profile, encode_profile(profile)
