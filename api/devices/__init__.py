"""Phones that speak protocols of their own."""
