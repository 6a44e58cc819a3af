"""Plain immutable data: accounts, money, statements and payments, with no behaviour of a format."""
