"""Who and where: communities, elders, workers, centres, meal sites and institutions."""
