/// How much exposure passes until there is evidence that a rate is below a bound.
///
/// The law of the moment at which ``GammaEProcess`` below, with its default prior, first reaches ln(1/α), for events
/// that arrive as a Poisson process of a known rate and a rule that looks at every moment. Exact up to rounding, and
/// without chance: with N events so far the evidence first suffices at an exposure x(N), and these are the only moments
/// at which it can be reached; between them the count of events is carried on as a distribution.
///
/// In units of 1/bound, with α = 0.05: the median is 3.7 for a true rate of a tenth of the bound, 6.6 for a quarter and
/// 19.4 for a half; nine in ten have decided after 8.8, 16.2 and 49.2.
public struct TimeToDecide: Hashable, Sendable {
    /// How far is looked ahead, in units of 1/bound. What has not been decided by then counts as never decided.
    public static let horizon = 1000.0

    /// The exposures at which the evidence can first suffice: after 0, 1, 2, … events.
    private let moments: [Double]
    /// The probability of having decided by each of them.
    private let decided: [Double]

    /// The law for a rule with `errorRate` α about `bound`, when events come at `trueRate`.
    ///
    /// Where bound or α is not above zero or α not below 1, or the true rate is not a number of at least zero,
    /// nothing is ever decided.
    public init(bound: Double, trueRate: Double, errorRate: Double) {
        guard bound > 0, bound < .infinity, trueRate >= 0, trueRate < .infinity, errorRate > 0, errorRate < 1 else {
            (self.moments, self.decided) = ([], [])
            return
        }
        let (threshold, relativeRate) = (-Double.log(errorRate), trueRate / bound)
        var walk = UndecidedCounts()
        var (moments, decided) = ([Double](), [Double]())
        var (last, total) = (0.0, 0.0)
        while relativeRate <= Self.hopeless {
            let next = Self.moment(after: Double(moments.count), from: last, threshold)
            guard next <= Self.horizon else { break }
            let deciding = walk.advance(expecting: (next - last) * relativeRate)
            total += deciding
            moments.append(next / bound)
            decided.append(total)
            // From the bound on, ever fewer decide; below it, all do in the end.
            if walk.remaining < Self.negligible || (relativeRate >= 1 && deciding < Self.negligible) { break }
            last = next
        }
        (self.moments, self.decided) = (moments, decided)
    }

    /// So many times the bound, where not one rollout in e⁵⁰ decides.
    private static let hopeless = 50.0
    private static let negligible = 1e-12

    /// The exposure by which the share `percentile` of all rollouts has decided: 0.5 for the median, 0.9 for p90.
    ///
    /// In units of exposure. Infinite where fewer than that decide within ``horizon``/bound, and where `percentile` is
    /// not a number above 0 and below 1.
    public func exposure(percentile: Double) -> Double {
        guard percentile > 0, percentile < 1 else { return .infinity }
        // The law's last digits are rounding; a share that is reached but for them is reached.
        guard let index = self.decided.firstIndex(where: { $0 >= percentile - 1e-12 }) else { return .infinity }
        return self.moments[index]
    }

    /// The probability of having decided within `exposure`.
    public func probability(within exposure: Double) -> Double {
        guard let index = self.moments.lastIndex(where: { $0 <= exposure }) else { return 0 }
        return self.decided[index]
    }

    /// The exposure, in units of 1/bound, from which the evidence suffices after so many events.
    private static func moment(after events: Double, from start: Double, _ threshold: Double) -> Double {
        let shape = GammaPrior.standardShape(.below)
        let origin = GammaDensity.logIntegral(.below, a: shape, at: shape) + threshold
        // The evidence rises with exposure and falls with events, so the moments rise with the events.
        let excess = { (exposure: Double) in
            GammaDensity.logIntegral(.below, a: shape + events, at: shape + exposure) - origin
        }
        var end = start + 2
        while excess(end) < 0 { end += 2 }
        return Root.rising(from: start, to: end, excess)
    }
}

/// How probable each count of events is, and that there is no decision yet.
private struct UndecidedCounts {
    /// From the smallest count that has not decided upwards.
    private var probabilities = [1.0]

    /// Probabilities below this are dropped.
    private static let negligible = 1e-18

    /// The probability that there is no decision yet.
    var remaining: Double { self.probabilities.reduce(0, +) }

    /// Lets the exposure pass in which `mean` events are expected, and takes out those that decide at its end: the
    /// smallest count there can be. Returns their probability.
    mutating func advance(expecting mean: Double) -> Double {
        let arrivals = Self.poisson(mean)
        var next = [Double](repeating: 0, count: self.probabilities.count + arrivals.count)
        for (before, probability) in self.probabilities.enumerated() {
            for (more, arrival) in arrivals.enumerated() {
                next[before + more] += probability * arrival
            }
        }
        while let last = next.last, last < Self.negligible, next.count > 2 { next.removeLast() }
        let deciding = next.removeFirst()
        self.probabilities = next
        return deciding
    }

    /// Poisson probabilities of 0, 1, 2, … up to where they are negligible.
    private static func poisson(_ mean: Double) -> [Double] {
        var terms = [Double.exp(-mean)]
        var (term, count) = (terms[0], 1.0)
        while count <= mean || term >= Self.negligible {
            term *= mean / count
            terms.append(term)
            count += 1
        }
        return terms
    }
}
