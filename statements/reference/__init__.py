"""Code tables as data files, with one small loader each: IBAN structures, operations, countries, EBICS names."""
