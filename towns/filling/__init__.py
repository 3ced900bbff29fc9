"""A demo town filled with so many more people that it is as busy as a whole prefecture."""
