"""The demo town: modelled on Yaozhuang, made from a seed, every person in it invented."""
