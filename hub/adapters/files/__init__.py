"""Where files are kept, always sealed, and how an upload is checked first."""
