"""The routes of the API, a file for each part of its address space; no queries, no rules."""
