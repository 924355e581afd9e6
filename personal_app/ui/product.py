"""The product's name as people read it."""

PRODUCT = "PeRSonAl"
