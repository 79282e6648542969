"""The drawings of `docs/concepts/time.md`: three stories that the real stream has been through.

Nothing in a drawing is made up: a story is carried out by a worker on a simulated broker, and what
it published, at its own instants, is what is drawn.
"""
