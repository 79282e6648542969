"""Reports about tags and rules, for people who decide what to do with them."""
