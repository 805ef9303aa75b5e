"""What managers are assessed by: goals, process, incremental commission (S40-S41); worker."""
