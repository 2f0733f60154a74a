"""The C backend: prints loop programs as C, compiles them, keeps and loads the code."""
