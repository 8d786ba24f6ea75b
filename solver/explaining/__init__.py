"""Answers for coordinators: what a day costs, why not otherwise, what would help, what is free."""
