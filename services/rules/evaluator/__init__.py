"""Tries the dated rules on cases in JSON Lines; the command line and the desk's trial screen."""
