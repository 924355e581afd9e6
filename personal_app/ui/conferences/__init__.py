"""The place to switch between conferences, and to add one."""
