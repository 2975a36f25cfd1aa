"""The commands of `rights-hub`, one module each; imported only when called."""
