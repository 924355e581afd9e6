"""Polls on the screen: the card to vote and to read the result on, and the window in which chairs make them."""
