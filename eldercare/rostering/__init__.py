"""Who goes when: needs become verified rosters, drafts first, then published."""
