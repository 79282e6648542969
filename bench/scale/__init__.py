"""What a large cluster needs, computed from what the benches have measured."""
