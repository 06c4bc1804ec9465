public import ReleaseModel

/// Which arm serves a unit, at one weight.
///
/// A pure function of the unit: a retry, another gateway and another day come to the same arm, with nothing stored.
/// A larger weight keeps every unit that a smaller one let in, so widening moves nobody back.
///
/// Whoever has no unit is served by the baseline, at every weight: a draw would move the caller between versions from
/// one request to the next, and would count as many units as there are requests.
public struct ArmAssignment: Sendable {
    /// Where units fall.
    public let bucketing: Bucketing
    /// How much of all units the candidate serves.
    public let weight: Weight

    /// Arms by any algorithm.
    public init(bucketing: Bucketing, weight: Weight) {
        self.bucketing = bucketing
        self.weight = weight
    }

    /// Arms by our own algorithm, ``BucketingAlgorithm/hmacSHA256MulShift``.
    public init(seed: Seed, weight: Weight) {
        self.init(bucketing: .hmacSHA256MulShift(seed), weight: weight)
    }

    /// The arm of what the identifier stands for, mostly an application; the unit is its text.
    public func arm(of unit: Identifier<some IdentifierKind>?) -> Arm {
        self.arm(ofUnit: unit?.description)
    }

    /// The arm of a unit; the baseline's if ``Bucketing/position(of:)`` gives it no position.
    public func arm(ofUnit unit: String?) -> Arm {
        guard let unit, let position = self.bucketing.position(of: unit) else { return .baseline }
        return self.bucketing.algorithm.admits(position, at: self.weight) ? .candidate : .baseline
    }
}
