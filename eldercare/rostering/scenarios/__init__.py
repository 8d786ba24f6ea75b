"""Several drafts of one date beside each other: made, compared, promoted, discarded."""
