"""A small pack for the tests of the kit."""

from tagger.testing import rules_from

RULES = rules_from("""
pack: shop
currency: EUR
defaults: {owner: growth}
events:
  cart_abandoned: {first: {event: cart_add}, unless: {event: purchase}, by: cart_id, within: 30m}
tags:
  buys:
    title: {en: Buys}
    assign: {when: {count: {event: purchase, within: 7d}, gte: 2}}
  left_a_cart:
    title: {en: Left a cart}
    assign: {upon: cart_abandoned}
    expires_after: 1d
  largest:
    title: {en: Largest purchase}
    form: number
    value: {max: {event: purchase, of: amount, within: 30d}}
workflows:
  remind:
    version: 1
    upon: {added: left_a_cart}
    steps: [{task: {template: call}}]
""")
