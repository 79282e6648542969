"""What each stage of an event costs, in one process: `python -m bench.stages`."""
