"""The stream core on the simulated log."""
