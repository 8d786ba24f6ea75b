"""`python -m eldercare` is the `eldercare` command."""

from eldercare.cli import main

if __name__ == "__main__":
    main()
