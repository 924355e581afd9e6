"""What the organizers tell everyone: the banner that shows it, and the window that lists and makes it."""
