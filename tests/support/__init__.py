"""What several test files share: makers of notebooks, stories and batches, and patience with outside programs."""
