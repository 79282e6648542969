"""What the program does in figures: each module is a command that measures and prints."""
