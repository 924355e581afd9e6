"""Text to values and back: the conference file, captions, schedules. Nothing here opens files or knows a network."""
