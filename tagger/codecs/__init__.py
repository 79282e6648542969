"""Bytes to domain structs and back.

A record's first bytes say how it is written: `00` a schema registry's framing, `C3 01` Avro
single-object encoding, `{` JSON. Whatever a producer gets wrong becomes a `RecordError` with a
dead-letter code and nothing else; no other exception leaves a decoder because of its input.
"""
