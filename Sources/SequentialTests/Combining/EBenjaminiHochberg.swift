/// Which of many hypotheses to call, with a bound on the share of false calls among them.
///
/// The k largest e-values are called, for the largest k whose k-th is at least K/(k·q). The expected share of false
/// calls is at most q however the e-values depend on each other, *at one moment*: it is for colouring a dashboard
/// now, never for latching, and never on running suprema (Tavyrikov, Goeman and de Heide 2025).
///
/// Source: R. Wang and A. Ramdas, *False discovery rate control with e-values* (2022).
public enum EBenjaminiHochberg {
    /// The indices of the hypotheses to call, rising.
    ///
    /// An e-value that is equal to its limit but for the last digits of its logarithm counts as equal. Throws unless
    /// the share q lies strictly between 0 and 1 and each e-value is a number.
    public static func called(logEvidence: [Double], falseDiscoveryRate: Double) throws(StatisticsFault) -> [Int] {
        try falseDiscoveryRate.requireFraction("falseDiscoveryRate")
        for number in logEvidence { try number.requireNumber("logEvidence") }
        let order = logEvidence.indices.sorted {
            (logEvidence[$0], $1) > (logEvidence[$1], $0)
        }
        let first = Double.log(Double(max(1, logEvidence.count)) / falseDiscoveryRate)
        let count = order.indices.last { rank in
            logEvidence[order[rank]] >= first - .log(Double(rank + 1)) - 1e-12
        }
        guard let count else { return [] }
        return order[...count].sorted()
    }
}
