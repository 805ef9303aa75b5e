"""Pure dated decisions: the same answer on the screen, in the engine, at central and in a trial."""
