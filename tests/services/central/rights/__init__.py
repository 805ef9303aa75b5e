"""Who may do what with SQL, tried from outside."""
