"""Posts → entries → feeds.

What is promised:

- it is pure: the same posts, settings and memory give the same values, at any time, on any machine;
- an entry lacks nothing that a format requires, its text holds only what XML 1.0 can hold, its URLs are
  absolute;
- content is sanitised by one pass for all formats, after which nothing may touch it;
- what is rendered comes in as an argument, so that where and how long is not decided here.
"""
