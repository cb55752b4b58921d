"""The lead score: target, features, fit, points, threshold and skill."""
