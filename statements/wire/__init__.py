"""What every wire format shares: character sets, dates, fixed-width tables, identity tokens."""
