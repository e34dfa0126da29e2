"""The front door: words, wiring, clock, exit codes, and what people see."""
