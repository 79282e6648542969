"""How to reach a schema registry: what an operator says in `TAGGER_REGISTRY_*` variables."""

from dataclasses import dataclass
from pathlib import Path

from yarl import URL

from tagger.environment import Reader, Secret


@dataclass(frozen=True, kw_only=True)
class RegistryAccess:
    """`url` is where the API begins, without a slash at its end. `ca_path` is a PEM file; None
    trusts whom the machine trusts."""

    url: str
    username: str | None = None
    password: Secret | None = None
    ca_path: Path | None = None


def registry_access(read: Reader) -> RegistryAccess | None:
    """What the variables say, None without TAGGER_REGISTRY_URL; faults go to `read`."""
    url = read.optional("REGISTRY_URL")
    access = RegistryAccess(
        url=(url or "").rstrip("/"),
        username=read.optional("REGISTRY_USERNAME"),
        password=read.secret("REGISTRY_PASSWORD"),
        ca_path=read.path("REGISTRY_CA", "a PEM file"),
    )
    if url is None:
        return None
    if not _is_usable(url):
        read.faults.append(
            "TAGGER_REGISTRY_URL: not an address; write http:// or https://, a host, and where the "
            "API begins, with neither user nor password in it"
        )
    if (access.username is None) != (access.password is None):
        read.faults.append(
            "TAGGER_REGISTRY_USERNAME, TAGGER_REGISTRY_PASSWORD: give both or neither"
        )
    return access


def _is_usable(text: str) -> bool:
    try:
        url = URL(text)
    except ValueError:
        return False
    return (
        url.scheme in {"http", "https"}
        and bool(url.host)
        and url.user is None
        and url.password is None
        and not url.query_string
        and not url.fragment
    )
