"""The district: its people, their needs, who goes when, what was done, how far the plan is met."""
