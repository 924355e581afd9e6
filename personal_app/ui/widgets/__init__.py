"""Small pieces that several screens share. They know the theme and nothing of the conference."""
