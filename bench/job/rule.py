"""The one rule of the job: at least `LEAST` purchases within `WITHIN_MS` make a customer active."""

TAG = "active"
LEAST = 3
WITHIN_DAYS = 30
WITHIN_MS = WITHIN_DAYS * 86_400_000
PACK = f"""\
pack: bench
defaults: {{owner: bench}}
tags:
  {TAG}:
    title: {{en: Active}}
    assign: {{when: {{count: {{event: purchase, within: {WITHIN_DAYS}d}}, gte: {LEAST}}}}}
"""
