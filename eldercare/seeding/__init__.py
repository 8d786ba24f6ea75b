"""The synthetic district: the real places filled with made-up people, care and meals."""
