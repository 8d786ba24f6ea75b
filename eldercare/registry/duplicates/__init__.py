"""Several rows of one person: found, told apart, merged, and parted again."""
