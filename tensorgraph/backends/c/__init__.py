"""The C backend: prints loop programs as C and compiles them with the machine's compiler."""
