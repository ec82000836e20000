"""From a draft to a spec: nouns become columns, requests become steps."""
