"""A rule pack from YAML to a compiled plan.

`loader` finds files, `reading` turns YAML into the models of `syntax` by the tables of
`vocabulary`, `linting` looks for what is legal and doubtful, `compiling` makes the `plan` that the
engine runs, `cases` proves packs against their `*.test.yaml`, `edits` tells what an edit changes,
`sentences` says a rule in English and Chinese, `codes` lists every fault.
"""
