"""Messages between bytes and record: ``request``, ``answer``, ``order_data``, ``hac``."""
