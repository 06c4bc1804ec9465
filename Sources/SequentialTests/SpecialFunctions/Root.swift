/// Roots of rising functions of one number.
enum Root {
    /// Where a rising `function` crosses zero, searched for from `start` in strides that double.
    ///
    /// Nil where it does not cross within `reach` of the start.
    @inline(__always)
    static func rising(near start: Double, reach: Double, _ function: (Double) -> Double) -> Double? {
        var (low, high, stride) = (start, start, 0.5)
        let isAbove = function(start) >= 0
        repeat {
            guard stride <= reach else { return nil }
            (low, high) = isAbove ? (start - stride, low) : (high, start + stride)
            stride *= 2
        } while (function(isAbove ? low : high) >= 0) == isAbove
        return Self.rising(from: low, to: high, function)
    }

    /// Where a rising `function` crosses zero between `low`, where it is below, and `high`, where it is not.
    ///
    /// T. R. Chandrupatla, *A new hybrid quadratic/bisection algorithm* (1997): as safe as halving, about ten times as
    /// quick. Ends when the ends are a few units in the last place apart, or after 200 steps.
    @inline(__always)
    static func rising(from low: Double, to high: Double, _ function: (Double) -> Double) -> Double {
        var (newest, older) = (high, low)
        var (newestValue, olderValue) = (function(high), function(low))
        var (oldest, oldestValue) = (older, olderValue)
        var step = 0.5
        for _ in 0..<200 {
            let point = newest + step * (older - newest)
            let value = function(point)
            // The root always lies between `newest` and `older`.
            if (value < 0) == (newestValue < 0) {
                (oldest, oldestValue) = (newest, newestValue)
            } else {
                (oldest, oldestValue) = (older, olderValue)
                (older, olderValue) = (newest, newestValue)
            }
            (newest, newestValue) = (point, value)
            let best = abs(newestValue) < abs(olderValue) ? newest : older
            let width = abs(older - newest)
            let least = 2 * best.ulp / width
            guard least < 0.5, newestValue != 0 else { return best }
            step = Self.step((newest, newestValue), (older, olderValue), (oldest, oldestValue))
            step = min(1 - least, max(least, step))
        }
        return newest
    }

    private typealias Point = (x: Double, y: Double)

    /// How far to go from a towards b: by the inverse parabola through three points where it is sure, else half.
    @inline(__always)
    private static func step(_ a: Point, _ b: Point, _ c: Point) -> Double {
        let xi = (a.x - b.x) / (c.x - b.x)
        let phi = (a.y - b.y) / (c.y - b.y)
        guard phi * phi < xi, (1 - phi) * (1 - phi) < 1 - xi else { return 0.5 }
        let linear = a.y / (b.y - a.y) * c.y / (b.y - c.y)
        let curved = (c.x - a.x) / (b.x - a.x) * a.y / (c.y - a.y) * b.y / (c.y - b.y)
        return linear + curved
    }
}

extension Double {
    /// The number, or the nearest to it that is neither 0 nor 1 nor without its digits.
    var insideUnitInterval: Double { min(1 - 0x1p-53, max(.leastNormalMagnitude, self)) }

    /// The probability with these log odds, 1/(1 + e⁻ᵘ); exact also where it is small.
    static func probability(logOdds u: Double) -> Double {
        u < 0 ? .exp(u) / (1 + .exp(u)) : 1 / (1 + .exp(-u))
    }

    /// The log odds of a probability strictly between 0 and 1.
    static func logOdds(_ p: Double) -> Double {
        .log(p) - .log(onePlus: -p)
    }
}
