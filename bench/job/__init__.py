"""The job of the comparison: purchases of a year, one rule, and every change that it must make."""
