"""Commands of client service: judged here by the rules that central judges by; desk process."""
