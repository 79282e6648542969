"""What follows a tag change: pure decisions that run right after the engine's."""
