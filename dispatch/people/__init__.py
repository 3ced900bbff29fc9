"""What becomes of what somebody has, when he leaves."""
