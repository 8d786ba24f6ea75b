"""The `eldercare` command: parses, calls one use case, commits and prints."""
