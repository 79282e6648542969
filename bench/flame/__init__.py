"""A flame graph of the program, by a sampling profiler."""
