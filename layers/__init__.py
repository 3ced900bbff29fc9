"""What is seen on the map. Layers are handed plain feature records; they ask nobody for anything."""
