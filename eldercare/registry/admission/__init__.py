"""The gate every row passes before it is stored: rules as data, all problems of a row at once."""
