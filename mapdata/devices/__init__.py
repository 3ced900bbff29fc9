"""What phones and badges send, decoded to plain fixes. One file a protocol."""
