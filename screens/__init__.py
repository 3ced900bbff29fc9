"""What people see and press: one folder a screen."""
