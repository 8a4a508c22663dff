"""Independent programs that look at sealed files, and what is made of their opinions."""
