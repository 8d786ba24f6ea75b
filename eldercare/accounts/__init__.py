"""Who may do what: users, roles, area scope, tokens and the audit trail."""
