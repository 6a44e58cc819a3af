"""Benchmarks against peers, in one run, printing ratios. Absolute times depend on the machine; ratios hold."""
