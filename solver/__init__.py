"""A pure optimiser over ids, integers and matrices; knows no database, no web and no clock."""
