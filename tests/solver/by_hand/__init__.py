"""Plans changed by hand."""
