"""A client's file becomes canonical tables."""
