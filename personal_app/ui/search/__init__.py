"""Looking for something in all that is here: the field, and what was found below it."""
