/// The evidence that a decision asks for: ln(1/α).
///
/// A process that is a fair bet under the null hypothesis ever reaches it with probability at most α (J. Ville, *Étude
/// critique de la notion de collectif*, 1939).
public struct Threshold: Hashable, Sendable {
    /// The probability α of deciding wrongly; strictly between 0 and 1.
    public let errorRate: Double
    /// ln(1/α), which ln E must reach.
    public let logEvidence: Double

    /// Evidence this near to the threshold decides nothing.
    ///
    /// Elementary functions differ in their last digits between platforms, and 10⁻⁶ is a thousand times what that can
    /// make of ln E. So no platform decides what another does not, and every verdict replays as it was given.
    public static let undecidedWithin = 1e-6

    /// The threshold for an error rate; throws unless it lies strictly between 0 and 1.
    public init(errorRate: Double) throws(StatisticsFault) {
        try errorRate.requireFraction("errorRate")
        self.errorRate = errorRate
        self.logEvidence = -.log(errorRate)
    }

    /// Where `logEvidence` stands. What is not a number is undecided.
    public func crossing(_ logEvidence: Double) -> Crossing {
        Crossing(logEvidence, threshold: self.logEvidence)
    }
}

/// Where evidence stands towards its threshold.
///
/// The raw value is public and never renamed.
public enum Crossing: String, Codable, CaseIterable, Hashable, Sendable {
    /// Reached by more than the last digits of any platform.
    case reached
    /// Too near to say, or not a number: neither is acted upon.
    case undecided
    /// Not reached.
    case notReached = "not_reached"

    /// Where `logEvidence` stands towards a `threshold`, both as logarithms.
    public init(_ logEvidence: Double, threshold: Double) {
        let excess = logEvidence - threshold
        if excess >= Threshold.undecidedWithin {
            self = .reached
        } else if excess <= -Threshold.undecidedWithin {
            self = .notReached
        } else {
            self = .undecided
        }
    }
}
