def answer(*a): return b"<x/>"
