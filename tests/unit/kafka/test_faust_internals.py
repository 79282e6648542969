"""An upgrade of Faust or mode cannot change what the transport relies on without being seen."""

import hashlib
import inspect
from functools import reduce
from importlib import import_module
from importlib.metadata import version
from importlib.resources import files

import pytest

from tagger.stream.kafka.faust_internals import COMPILED, RELIED_ON, VERSIONS

ADVICE = "read what has changed, adapt tagger/stream/kafka, then take over this fingerprint: "


@pytest.mark.parametrize("distribution", VERSIONS)
def test_versions_are_the_ones_that_the_transport_was_written_against(distribution: str) -> None:
    assert version(distribution) == VERSIONS[distribution]


@pytest.mark.parametrize("name", RELIED_ON)
def test_private_parts_are_as_they_were(name: str) -> None:
    module, _, path = name.partition(":")
    part = reduce(getattr, path.split("."), import_module(module))
    found = _fingerprint(inspect.getsource(part))
    assert found == RELIED_ON[name], ADVICE + found


@pytest.mark.parametrize("name", COMPILED)
def test_compiled_parts_are_as_they_were(name: str) -> None:
    package, _, file = name.partition(":")
    found = _fingerprint((files(package) / file).read_text(encoding="utf-8"))
    assert found == COMPILED[name], ADVICE + found


def _fingerprint(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]
