"""The kinds of slots, by what they hold."""
