"""The whole program beside what a user would pick instead, on a real Kafka broker:
`python -m bench.compare`, or `make bench`."""
