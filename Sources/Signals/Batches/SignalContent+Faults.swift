import ReleaseModel
import StageControl

extension SignalContent {
    /// What is wrong with the numbers by themselves.
    func faults(layout: SignalLayout) -> [BatchFault] {
        var faults: [BatchFault] = []
        if !(0...SignalLimits.count ~= self.uncounted) { faults.append(.impossibleCount(field: "uncounted")) }
        if self.cells.count > SignalLimits.cells {
            faults.append(.contradiction("cells: are \(self.cells.count); expected at most \(SignalLimits.cells)"))
        }
        var ended: [SignalPanel: SignalCounts] = [:]
        let (strata, thresholds) = (layout.stratumCount, layout.thresholds.count)
        for (key, counts) in self.cells {
            faults += counts.faults(thresholds: thresholds)
            if !(0...1_000_000 ~= key.share) { faults.append(.impossibleCount(field: "share")) }
            if !(0..<strata ~= key.stratum) {
                faults.append(.contradiction("stratum: is \(key.stratum); expected 0 to \(strata - 1)"))
            }
            ended[key.panel, default: SignalCounts(thresholds: thresholds)].merge(counts)
        }
        for panel in Set(ended.keys).union(self.histograms.keys) {
            let counts = ended[panel] ?? SignalCounts(thresholds: thresholds)
            faults += counts.faults(against: self.histograms[panel] ?? [:], layout: layout)
        }
        return faults
    }
}

extension SignalCounts {
    fileprivate func faults(thresholds: Int) -> [BatchFault] {
        var faults: [BatchFault] = []
        for field in Field.allCases where !(0...SignalLimits.count ~= self[field]) {
            faults.append(.impossibleCount(field: field.name))
        }
        for field in [Field.failed, .refused, .truncated] where self[field] > self.ended {
            faults.append(
                .contradiction("\(field.name): are \(self[field]) of \(self.ended) requests that ended"))
        }
        guard self.exceedances.count == thresholds else {
            faults.append(.contradiction("exceeding: has \(self.exceedances.count) of \(thresholds) thresholds"))
            return faults
        }
        for exceedance in self.exceedances {
            if exceedance.exceeding < 0 || exceedance.measured > SignalLimits.count {
                faults.append(.impossibleCount(field: "exceeding"))
            }
            if exceedance.exceeding > exceedance.measured || exceedance.measured > self.ended {
                faults.append(
                    .contradiction(
                        "exceeding: are \(exceedance.exceeding) of \(exceedance.measured) that were measured, of "
                            + "\(self.ended) that ended"))
            }
        }
        return faults
    }

    /// What the histograms of a panel say against its exact counts.
    fileprivate func faults(
        against histograms: [GatewaySource.Histogram: LatencyHistogram], layout: SignalLayout
    ) -> [BatchFault] {
        var faults: [BatchFault] = []
        let durations = histograms[.requestDuration]?.count ?? 0
        if durations != self.ended {
            faults.append(
                .contradiction("histograms: hold \(durations) durations of \(self.ended) requests that ended"))
        }
        for (name, histogram) in histograms where histogram.count > self.ended {
            faults.append(
                .contradiction(
                    "histograms: hold \(histogram.count) of \(name.rawValue), and \(self.ended) requests ended"))
        }
        for (threshold, exact) in zip(layout.thresholds, self.exceedances) {
            let seen = histograms[threshold.histogram] ?? LatencyHistogram()
            let possible = seen.exceeding(threshold.nanoseconds)
            // Who never saw a first token is in no histogram of it and may yet have waited too long.
            let most = threshold.histogram == .timeToFirstToken ? self.ended : possible.upperBound
            if !(possible.lowerBound...max(possible.lowerBound, most) ~= exact.exceeding) {
                faults.append(
                    .contradiction(
                        "exceeding: are \(exact.exceeding) of \(threshold.histogram.rawValue) beyond "
                            + "\(threshold.nanoseconds) ns, and the histogram has \(possible.lowerBound) to \(most)"))
            }
        }
        return faults
    }
}
