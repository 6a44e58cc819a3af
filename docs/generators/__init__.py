"""The generated pages: one module each, from the tables of the program to Markdown text."""
