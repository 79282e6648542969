"""Decoders and encoders made from the schemas. Written by `python -m tagger.codecs.generate`; edits are lost."""
