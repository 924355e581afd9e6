"""The talk in the middle of the main window: its recording, the controls, and what is written about it."""
