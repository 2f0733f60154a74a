"""Elements read and updated at indices, masks and slices."""
