"""What the window shows before its parts are there, painted from what was written down while they were."""
