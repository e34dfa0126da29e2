"""Where rendering is done.

What is promised:

- only what stands in a document is rendered, once in a pass;
- a text ends within its bound of processor time and memory, whatever it is: the usual one here, a large or strange
  one in a child that the kernel ends;
- one that cannot be rendered is a problem of its post alone, and shows its last good version if it has one.
"""
