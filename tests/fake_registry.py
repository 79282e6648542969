"""A schema registry in the test's own process: the documented API, as far as the program uses it.

Paths, bodies, status and error codes are those of the Confluent Schema Registry API; that they are
those of a real registry too is what `tests/integration/test_registry.py` holds against one.
Compatibility is decided by the reference implementation of Avro.
"""

import json
import ssl
import threading
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import avro.schema
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from tagger.registry_access import RegistryAccess

Answer = tuple[int, Any]

LARGEST_INT = 2**31 - 1
"""Confluent's registry takes a path with a larger id for none of its own."""


def refused(status: int, code: int, message: str) -> Answer:
    """An error as the API writes it."""
    return status, {"error_code": code, "message": message}


def reads(reader: str, writer: str) -> bool:
    """Whether the reference implementation reads records of `writer` as `reader`."""
    checker = ReaderWriterCompatibilityChecker()  # type: ignore[no-untyped-call]
    found = checker.get_compatibility(avro.schema.parse(reader), avro.schema.parse(writer))
    return bool(found.compatibility is SchemaCompatibilityType.compatible)


class FakeRegistry:
    """What is registered, and how the registry behaves: `answer` replaces all of its answers,
    `credentials` are demanded, `asked` counts the questions by method and path."""

    def __init__(self) -> None:
        self.url = ""
        self.subjects: dict[str, list[str]] = {}
        self.levels: dict[str, str] = {}
        self.ids: list[str] = []
        self.types: dict[int, str] = {}
        self.asked: Counter[str] = Counter()
        self.answer: tuple[int, bytes] | None = None
        self.credentials: tuple[str, str] | None = None
        self.lagging: set[int] = set()
        """Ids that the next question for each does not find."""

    @property
    def access(self) -> RegistryAccess:
        """How to reach it without credentials."""
        return RegistryAccess(url=self.url)

    def add(self, subject: str, schema: Any, kind: str = "AVRO") -> int:
        """Register without any check; gives the id."""
        text = schema if isinstance(schema, str) else json.dumps(schema)
        if text not in self.ids:
            self.ids.append(text)
        self.subjects.setdefault(subject, []).append(text)
        self.types[self.ids.index(text) + 1] = kind
        return self.ids.index(text) + 1

    def handle(self, method: str, path: str, body: Any) -> Answer:
        """The answer to a question."""
        self.asked[f"{method} {path}"] += 1
        match [method, *map(unquote, path.strip("/").split("/"))]:
            case ["GET", "schemas", "ids", number]:
                return self._schema(int(number))
            case ["POST", "subjects", subject]:
                return self._find(subject, body["schema"])
            case ["GET", "subjects", subject, "versions"]:
                versions = self.subjects.get(subject)
                found = [number + 1 for number in range(len(versions or ()))]
                return (200, found) if versions else self._no_subject()
            case ["GET", "subjects", subject, "versions", number]:
                text = self.subjects[subject][int(number) - 1]
                return 200, self._registered(subject, text)
            case ["POST", "subjects", subject, "versions"]:
                return self._register(subject, body["schema"])
            case ["GET", "config", subject]:
                level = self.levels.get(subject)
                if level is None:
                    return refused(404, 40408, "Subject does not have a level of its own")
                return 200, {"compatibilityLevel": level}
            case ["PUT", "config", subject]:
                self.levels[subject] = body["compatibility"]
                return 200, body
        return 404, ""

    def _schema(self, number: int) -> Answer:
        if number > LARGEST_INT:
            return refused(404, 404, "HTTP 404 Not Found")
        if not 0 < number <= len(self.ids) or number in self.lagging:
            self.lagging.discard(number)
            return refused(404, 40403, "Schema not found")
        kind = self.types[number]
        text = self.ids[number - 1]
        return 200, {"schema": text} | ({} if kind == "AVRO" else {"schemaType": kind})

    def _no_subject(self) -> Answer:
        return refused(404, 40401, "Subject not found")

    def _find(self, subject: str, text: str) -> Answer:
        if subject not in self.subjects:
            return self._no_subject()
        for each in self.subjects[subject]:
            if json.loads(each) == json.loads(text):
                return 200, self._registered(subject, each)
        return refused(404, 40403, "Schema not found")

    def _registered(self, subject: str, text: str) -> dict[str, Any]:
        return {
            "subject": subject,
            "id": self.ids.index(text) + 1,
            "version": self.subjects[subject].index(text) + 1,
            "schema": text,
        }

    def _register(self, subject: str, text: str) -> Answer:
        status, found = self._find(subject, text)
        if status == 200:
            return 200, {"id": found["id"]}
        try:
            avro.schema.parse(text)
        except Exception:  # noqa: BLE001 - whatever is wrong with it, it is no schema
            return refused(422, 42201, "Invalid schema")
        earlier = self.subjects.get(subject, [])
        if self.levels.get(subject) == "FULL_TRANSITIVE" and not all(
            reads(text, each) and reads(each, text) for each in earlier
        ):
            return refused(409, 409, "Schema being registered is incompatible with an earlier one")
        return 200, {"id": self.add(subject, text)}


@contextmanager
def fake_registry(tls: ssl.SSLContext | None = None) -> Iterator[FakeRegistry]:
    """One that answers on a port of its own; with `tls` over https, as localhost."""
    registry = FakeRegistry()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(length)) if length else None
            path = urlsplit(self.path).path
            wanted = registry.credentials
            token = "" if wanted is None else b64encode(":".join(wanted).encode()).decode()
            if registry.answer is not None:
                registry.asked[f"{self.command} {path}"] += 1
                self._say(*registry.answer)
            elif wanted is not None and self.headers.get("Authorization") != f"Basic {token}":
                self._say(401, b'{"error_code":401,"message":"Unauthorized"}')
            else:
                status, answer = registry.handle(self.command, path, body)
                self._say(status, json.dumps(answer).encode() if answer != "" else b"")

        def __getattr__(self, name: str) -> Any:
            """All methods are served alike; the library looks for one called `do_` and it."""
            if name.startswith("do_"):
                return self._serve
            raise AttributeError(name)

        def _say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/vnd.schemaregistry.v1+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    registry.url = f"http://127.0.0.1:{server.server_port}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        registry.url = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield registry
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
