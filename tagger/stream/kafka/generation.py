"""The group's generation in a consumer's group metadata.

The client hands the metadata out as bytes in a layout of its own, to be given to
`send_offsets_to_transaction` as they are. The generation (the member's epoch, with the consumer
protocol) is all that is looked at here.
"""

import struct

_HEAD = b"CGMDv2:"
"""What librdkafka's serialized group metadata begins with; the generation follows, an int32."""


def generation_of(metadata: bytes) -> int:
    """Below 0 when the group has given the member none, and for no metadata at all. Raises
    ValueError for another layout than the client's present one."""
    if not metadata:
        return -1
    if not metadata.startswith(_HEAD):
        raise ValueError(f"group metadata of an unknown layout: {metadata[:8]!r}")
    generation: int = struct.unpack_from("=i", metadata, len(_HEAD))[0]
    return generation
