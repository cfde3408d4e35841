"""What members paid for and what is not out yet, looked for at every door by everybody else."""
