"""Measures kernels, decoder and conflator on real days; run by ``./run bench book``."""
