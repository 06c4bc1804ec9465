/// The smallest rate that `exposure` units with `events` events let one exclude at `errorRate`.
///
/// It is the upper bound of ``GammaConfidenceSequence``, valid at every moment: for no event and α = 0.05 it is
/// 3.680/exposure. A plan that claims to have excluded less than this claims more than it can have seen.
///
/// - Parameters:
///   - exposure: Units of exposure; infinite is the answer where it is not above zero.
///   - events: Events seen; fewer than none count as none.
///   - errorRate: The probability α of excluding a rate that is true. At 0 and below nothing can be excluded and the
///     answer is infinite; at 1 and above everything can, and it is 0.
/// - Returns: Events per unit of exposure; infinite where a number is NaN.
public func smallestDetectableRate(exposure: Double, events: Int = 0, errorRate: Double) -> Double {
    guard exposure > 0, errorRate > 0 else { return .infinity }
    guard exposure < .infinity, errorRate < 1 else { return 0 }
    let bound = try? GammaConfidenceSequence().upper(
        events: max(0, events), exposure: exposure, errorRate: errorRate)
    return bound ?? .infinity
}
