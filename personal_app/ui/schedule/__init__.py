"""The program as a list: what is on, what comes next, what may be watched and what is saved."""
