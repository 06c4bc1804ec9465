/// Evidence of several processes as one, everything as logarithms.
public enum EvidenceCombination {
    /// ln of the product of e-values: for runs that are independent, or where each begins when the one before has
    /// ended.
    ///
    /// 0 for none. What is not a number makes the whole none, and that is undecided everywhere. Of dependent processes
    /// the product is no evidence; for those there is ``mean(_:weights:)``.
    public static func product(_ logEvidence: [Double]) -> Double {
        logEvidence.reduce(0, +)
    }

    /// ln of the weighted mean of e-values: for processes that may depend on each other in any way.
    ///
    /// The weights are fixed before the data are seen; without any, all weigh the same. A mean of running suprema is
    /// no evidence, so it is never latched (Tavyrikov, Goeman and de Heide 2025). Throws where there is no evidence
    /// or one that is not a number, or not a weight for each, or a weight below 0 or not finite, or where their sum
    /// is not 1 to nine digits.
    public static func mean(_ logEvidence: [Double], weights: [Double]? = nil) throws(StatisticsFault) -> Double {
        guard !logEvidence.isEmpty else { throw .empty(field: "logEvidence") }
        for number in logEvidence { try number.requireNumber("logEvidence") }
        guard let weights else { return LogSum.mean(logEvidence) }
        guard weights.count == logEvidence.count else {
            throw .lengthsDiffer(field: "weights", count: weights.count, expected: logEvidence.count)
        }
        for weight in weights { try weight.requireNotNegative("weights") }
        let sum = weights.reduce(0, +)
        guard abs(sum - 1) <= 1e-9 else { throw .wrongSum(field: "weights", sum: sum, expected: "1") }
        return LogSum.sum(zip(logEvidence, weights).filter { $1 > 0 }.map { $0 + .log($1) })
    }
}
