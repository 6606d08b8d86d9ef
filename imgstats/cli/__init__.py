"""The command line: thin faces over library functions of the same name."""
