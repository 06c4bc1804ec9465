/// Both bounds of a bounded quantity's mean at all moments at once, by betting against every mean of a grid.
///
/// A mean is excluded when ``HedgedProcess`` against it has reached 1/α; the bounds are the outermost means of the
/// grid that are not, one cell wider on either side. They are shown as the running intersection. The width of a cell
/// limits what can be seen: below about 1/cells this is of no use, and not for rare harms.
///
/// Agrees with `hedged_cs` of the package `confseq`. An observation costs two logarithms for each cell.
public struct HedgedConfidenceSequence: Hashable, Sendable {
    /// Cells between 0 and 1.
    public let cells: Int
    /// The closest bounds so far; at most 1.
    public private(set) var bounds = RunningBounds()
    private let threshold: Double
    private let logInverseErrorRate: Double
    private var bets = PredictableBets()
    /// ln of the capital that bets above, and below, each mean of the grid.
    private var logAbove: [Double]
    private var logBelow: [Double]

    /// Before the first observation, with the error rate α for both bounds together.
    ///
    /// Throws unless 0 < α < 1 and there is a cell.
    public init(errorRate: Double, cells: Int = 1000) throws(StatisticsFault) {
        try errorRate.requireFraction("errorRate")
        guard cells >= 1 else {
            throw .outOfRange(field: "cells", value: Double(cells), expected: "at least 1")
        }
        self.cells = cells
        self.threshold = -.log(errorRate / 2)
        // The stakes of either half suit half the error rate, which is also what its capital must reach.
        self.logInverseErrorRate = self.threshold
        self.logAbove = Array(repeating: 0, count: cells + 1)
        self.logBelow = Array(repeating: 0, count: cells + 1)
    }

    /// Takes in an observation; throws unless it lies from 0 to 1, and then changes nothing.
    public mutating func observe(_ value: Double) throws(StatisticsFault) {
        try value.requireUnitInterval("value")
        let stake = self.bets.stake(logInverseErrorRate: self.logInverseErrorRate)
        self.bets.observe(value)
        var (first, last): (Int?, Int?)
        for index in 0...self.cells {
            let mean = Double(index) / Double(self.cells)
            self.logAbove[index] += Capital.logGrowth(.above, stake: stake, value: value, bound: mean)
            self.logBelow[index] += Capital.logGrowth(.below, stake: stake, value: value, bound: mean)
            if max(self.logAbove[index], self.logBelow[index]) <= self.threshold {
                first = first ?? index
                last = index
            }
        }
        // Where the whole grid is excluded the mean lies between two of its points, or the improbable has happened.
        guard let first, let last else { return }
        try self.bounds.narrow(
            lower: Double(max(0, first - 1)) / Double(self.cells),
            upper: Double(min(self.cells, last + 1)) / Double(self.cells))
    }
}
