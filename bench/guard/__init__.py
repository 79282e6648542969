"""A guard against a slower engine: instructions, counted, against the commit before."""
