"""Who may sit at this desk: wrong passphrases counted, the desk locked when left; desk process."""
