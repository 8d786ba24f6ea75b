"""What runs by itself at night: demand, plan, snapshot, backup."""
