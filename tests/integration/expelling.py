"""Expels a member from its group, as a broker does that has not heard of it for too long.

The client has no call for it, so the request is written here: LeaveGroup, version 2, of Kafka's
documented protocol. Any client may send it for any member of a group of the classic protocol.
"""

import socket
import struct

_LEAVE_GROUP, _VERSION = 13, 2
_TIMEOUT_S = 30.0


def expel(brokers: str, group: str, member_id: str) -> None:
    """Have the group go on without the member, which is not told; `brokers` is a single one."""
    host, port = brokers.rsplit(":", 1)
    head = struct.pack(">hhi", _LEAVE_GROUP, _VERSION, 1) + _text("tests")
    request = head + _text(group) + _text(member_id)
    with socket.create_connection((host, int(port)), _TIMEOUT_S) as broker:
        broker.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _read(broker, 4))
        _, _, error = struct.unpack(">iih", _read(broker, size))
    assert error == 0, f"the broker answers with error {error}"


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _read(broker: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = broker.recv(size - len(found))
        assert part, "the broker has hung up"
        found += part
    return found
