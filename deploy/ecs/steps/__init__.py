"""The steps of scripts/deploy. Standard library and the aws command: nothing to install."""
