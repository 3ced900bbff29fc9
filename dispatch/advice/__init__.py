"""What the centre advises: who should go, and what is around."""
