"""What the offline planner knows of English, as data: no module here has logic."""
