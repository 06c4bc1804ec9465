public import StageControl

/// What was counted in some time, by some part of a fleet. Contents add up in any order to the same.
public struct SignalContent: Hashable, Sendable {
    /// The counts of each key.
    public var cells: [SignalKey: SignalCounts] = [:]
    /// The latencies of each panel.
    public var histograms: [SignalPanel: [GatewaySource.Histogram: LatencyHistogram]] = [:]
    /// Requests that were served and could not be counted, because a bound of ``SignalLimits`` was reached.
    public var uncounted = 0

    /// Nothing.
    public init() {}

    /// Whether nothing was counted, and nothing left uncounted.
    public var isEmpty: Bool { self.cells.isEmpty && self.histograms.isEmpty && self.uncounted == 0 }

    /// Adds what another worker, or the time after, has counted under the same layout.
    public mutating func merge(_ other: Self) {
        if self.cells.isEmpty {
            self.cells = other.cells
        } else {
            for (key, counts) in other.cells {
                if self.cells[key]?.merge(counts) == nil { self.cells[key] = counts }
            }
        }
        for (panel, histograms) in other.histograms {
            for (name, histogram) in histograms {
                self.histograms[panel, default: [:]][name, default: LatencyHistogram()].merge(histogram)
            }
        }
        self.uncounted = self.uncounted.saturatingAdding(other.uncounted)
    }
}
