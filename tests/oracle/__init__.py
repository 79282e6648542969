"""A second, slow reading of the rule language that shares no code with the product.

`model.simulate` is the document of truth: it re-reads a customer's whole history at every instant
at which anything could change. `sql` computes a few tags a third way, set-based. Only `adapter`
knows the product.
"""

import zoneinfo

zoneinfo.reset_tzpath(())
"""Zones are those of the packaged database, whatever the machine has."""
