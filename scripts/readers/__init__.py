"""Many readers of what is published, while release follows release."""
