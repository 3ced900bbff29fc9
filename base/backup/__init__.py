"""A backup of the database in one sealed file, and the way back."""
