"""Reminders: their words, and where a person says what they want to be reminded of."""
