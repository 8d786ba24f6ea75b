"""The coordinators' console in a real browser."""
