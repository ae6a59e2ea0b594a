// The standard streams of a command-line tool; there is nothing to call.
