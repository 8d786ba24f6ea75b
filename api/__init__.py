"""The HTTP side: thin routes, one error table, the web console and the workers' phone page."""
