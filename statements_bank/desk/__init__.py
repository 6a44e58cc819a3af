"""The desk: what people decide. Connections and letters, who may do what, payments to approve, limits by plan."""
