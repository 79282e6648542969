"""tagger keeps every customer's tags true, all the time."""

__version__ = "0.1.0"
