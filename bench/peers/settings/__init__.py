"""Settings of peers whose libraries are not the product's, so that they can be shown without
them."""
