"""What can be computed: each op with all its rules in one place."""
