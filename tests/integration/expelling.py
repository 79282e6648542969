"""Expels a member from its group, as a broker does that has not heard of it for too long.

The client has no call for it, so the requests are written here, of Kafka's documented protocol:
LeaveGroup, version 2, and for the consumer protocol ConsumerGroupHeartbeat, version 0, with the
epoch of one who leaves. Any client may send them for any dynamic member.
"""

import socket
import struct

from tagger.settings import GroupProtocol

_LEAVE_GROUP, _LEAVE_GROUP_VERSION = 13, 2
_HEARTBEAT, _HEARTBEAT_VERSION = 68, 0
_LEAVING = -1
"""The epoch of a member that leaves."""
_TIMEOUT_S = 30.0


def expel(brokers: str, group: str, member_id: str, protocol: GroupProtocol = "classic") -> None:
    """Have the group go on without the member, which is not told; `brokers` is a single one."""
    if protocol == "consumer":
        # No fields follow the header's; lists and texts that are null leave things as they are.
        head = _head(_HEARTBEAT, _HEARTBEAT_VERSION) + b"\0"
        who = _short(group) + _short(member_id) + struct.pack(">i", _LEAVING)
        answer = _asked(brokers, head + who + b"\0\0" + struct.pack(">i", -1) + b"\0\0\0\0")
        (error,) = struct.unpack_from(">h", answer, 9)
    else:
        head = _head(_LEAVE_GROUP, _LEAVE_GROUP_VERSION)
        answer = _asked(brokers, head + _text(group) + _text(member_id))
        (error,) = struct.unpack_from(">h", answer, 8)
    assert error == 0, f"the broker answers with error {error}"


def _head(request: int, version: int) -> bytes:
    return struct.pack(">hhi", request, version, 1) + _text("tests")


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _short(text: str) -> bytes:
    """In the form of newer requests, of at most 126 bytes."""
    return struct.pack(">B", len(text) + 1) + text.encode()


def _asked(brokers: str, request: bytes) -> bytes:
    host, port = brokers.rsplit(":", 1)
    with socket.create_connection((host, int(port)), _TIMEOUT_S) as broker:
        broker.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _read(broker, 4))
        return _read(broker, size)


def _read(broker: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = broker.recv(size - len(found))
        assert part, "the broker has hung up"
        found += part
    return found
