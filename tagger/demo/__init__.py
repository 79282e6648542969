"""The demonstration: real data, brought onto one time line that ends now.

`datasets` and `download` get the published archives, `retail`, `clicks`, `sentences` and `chats`
turn them into events, `prepare` writes those as one event file, `timeline` moves them in time.
Archives are data: nothing in them is ever imported or run.
"""
