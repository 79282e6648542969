"""The commands: thin, one module per noun.

A command reads its input, calls what does the work and shows the result. Modules of commands are
imported when they are asked for, so that help and offline commands start at once. Exit codes: 0
done, 1 findings, 2 wrong use or bad input.
"""
