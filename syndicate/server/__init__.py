"""In front of readers: documents over HTTP, health and figures (spec.md section 8).

`respond` is pure: a request, a shelf and an instant in, a reply out. What is served is a map of URL paths, never a
path on a disk: what is not on the shelf does not exist. The listener is a thin shell round it: it keeps time and
counts heads, and swaps the shelf whole, so that a reader sees the old set or the new one.
"""
