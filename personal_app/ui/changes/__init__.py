"""Changes of the program: their words, and the window where they are read again."""
