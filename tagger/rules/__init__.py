"""A rule pack from YAML to a compiled plan: load, lint, compile, cases.

`loader` reads YAML with positions, `reader` turns it into the syntax of `syntax`, `lint` looks
for what is legal and doubtful, `compile` makes the `plan` that the engine runs, `cases` proves
packs against their `*.test.yaml`.
"""
