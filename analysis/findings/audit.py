"""What do we have, and what can it answer?"""
