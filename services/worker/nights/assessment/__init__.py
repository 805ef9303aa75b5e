"""What managers are assessed by: goals and process, then incremental commission (S40-S41); worker."""
