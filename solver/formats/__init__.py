"""Reading and writing problems and solutions: native JSON and published benchmark formats."""
