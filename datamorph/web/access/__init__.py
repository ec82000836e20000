"""Who may do what: roles, rules, people, tokens, sessions."""
