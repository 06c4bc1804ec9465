import SequentialTests

extension Observations {
    /// ln E that units do not fall to the arms as planned; nil where nothing is split.
    ///
    /// Evidence under several shares is about different units, and adds up.
    var sampleRatio: Double? {
        guard !self.units.isEmpty else { return nil }
        return self.units.reduce(into: 0.0) { sum, split in
            let shares = [Double(split.share) / 1_000_000, Double(1_000_000 - split.share) / 1_000_000]
            // Where one arm is tiny, the prior must still have a shape for it.
            let concentration = max(1_000, 0.01 / min(shares[0], shares[1]))
            guard let test = try? SampleRatioTest(shares: shares, concentration: concentration) else { return }
            sum += (try? test.logEvidence(counts: [split.candidate, split.baseline])) ?? 0
        }
    }

    /// Whether such evidence suffices to call the ratio broken.
    static func isBroken(_ sampleRatio: Double) -> Bool {
        guard let threshold = try? Threshold(errorRate: SampleRatioTest.errorRate) else { return false }
        return threshold.crossing(sampleRatio) == .reached
    }
}
