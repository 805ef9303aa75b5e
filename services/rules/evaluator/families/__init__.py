"""Which family of cases is judged by which rule, by area; the command line and the trial screen."""
