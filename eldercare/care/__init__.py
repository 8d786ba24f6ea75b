"""What is needed and what was done: care plans and subscriptions become the needs of a date."""
