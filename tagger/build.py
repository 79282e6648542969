"""Which build this is: with its hot modules compiled, or pure Python."""

from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec

from tagger import __version__


def is_compiled() -> bool:
    """Whether the engine is compiled, and with it all that the wheel compiles."""
    spec = find_spec("tagger.engine.engine")
    origin = None if spec is None else spec.origin
    return origin is not None and origin.endswith(tuple(EXTENSION_SUFFIXES))


def build_text() -> str:
    """The version, and how it was built."""
    return f"{__version__}, {'compiled' if is_compiled() else 'pure Python, slower'}"
