"""Writes a report's tree as PDF or workbook; desk process."""
