"""Recorded logs and the changes that follow from them.

A log `NAME.log.jsonl` is what a worker was given (see `tagger.stream.recording`), and
`NAME.changes.jsonl` every change that the packs of `rules.yaml` make of it, without
`processed_at`; files of more than 100 kB are compressed. `python -m tests.golden --write` writes
the changes anew after a change that is meant, `--record` the logs too.
"""
