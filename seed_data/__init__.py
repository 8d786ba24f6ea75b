"""Real communities, dated targets with their source, and the service catalogue."""
