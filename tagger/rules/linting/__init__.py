"""Doubts about a pack that reads well: rules that can never hold, that say the same twice, or that
surely mean something else. One module for each kind of doubt; `lint` runs them all."""
