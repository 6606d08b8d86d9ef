"""Internal-medicine positions by state."""
