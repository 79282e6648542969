"""Tests in layers, see `docs/architecture.md`."""
