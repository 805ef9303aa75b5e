"""Training: courses, the question bank, exams and the certificates they earn; run by workers."""
