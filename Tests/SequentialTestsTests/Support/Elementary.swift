import Foundation

/// The system's functions, under names that no module shares.
func logarithm(_ x: Double) -> Double { log(x) }
func logarithm(onePlus x: Double) -> Double { log1p(x) }
func exponential(_ x: Double) -> Double { exp(x) }

/// The normal distribution function.
func normalProbability(_ x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }
