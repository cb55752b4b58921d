"""What if: customers and recurring revenue of the months to come, as things are and as somebody supposes."""
