"""A population: houses, facilities and residents by the thousand, all synthetic and all from one seed."""
