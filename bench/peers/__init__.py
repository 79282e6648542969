"""What a user would pick instead, each doing the same job (`bench.job`) on the same topics."""
