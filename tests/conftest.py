"""Its presence puts this folder on the path: tests in any folder may say `from programs import program`."""
