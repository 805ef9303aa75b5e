"""Training at the desk: what is locked, what opens it, what may be learnt and sat; desk process."""
