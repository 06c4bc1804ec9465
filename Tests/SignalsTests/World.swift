import Arms
import ReleaseModel
import SluiceTesting
import StageControl

@testable import Signals

/// Requests and reports at random, and the ways in which gateways could tell of them.
struct World {
    /// A request as it truly was.
    struct Use {
        var key: SignalKey
        var gateway: Name
        var admitted: Timestamp
        /// Nil if nobody ever knows.
        var ended: Timestamp?
        var outcome: RequestOutcome
    }

    static let end = monday + 5 * day

    let layout: SignalLayout
    var uses: [Use] = []
    var reports: [(report: Report, about: ExposedRequest?)] = []

    init(_ layout: SignalLayout, using generator: inout SeededGenerator) {
        self.layout = layout
        for number in 0..<Int.random(in: 1...6, using: &generator) {
            let use = Self.use(layout, using: &generator)
            self.uses.append(use)
            while generator.oneIn(3) { self.report(on: use, number, using: &generator) }
        }
        if generator.oneIn(3) {
            let arm: Arm? = generator.oneIn(2) ? .candidate : nil
            self.add(.incident(severity: .high, category: nil, attributedTo: arm), about: nil, using: &generator)
        }
    }

    private static func use(_ layout: SignalLayout, using generator: inout SeededGenerator) -> Use {
        let admitted = monday + .random(in: 0..<(3 * day), using: &generator)
        let isSecond = generator.oneIn(2)
        let key = SignalKey(
            epoch: 1, stage: isSecond ? 1 : 0, share: isSecond ? 100_000 : 10_000,
            arm: generator.oneIn(3) ? .baseline : .candidate, isSettling: generator.oneIn(8),
            application: ApplicationID(bits: .random(in: 1...2, using: &generator)),
            account: generator.oneIn(4) ? nil : AccountTag(bits: .random(in: 1...2, using: &generator)),
            slot: layout.slot(of: admitted))
        let seconds = UInt64.random(in: 0...20, using: &generator)
        let outcome = RequestOutcome(
            status: generator.oneIn(3) ? 503 : 200, refusal: generator.oneIn(3) ? .declined : nil,
            isTruncated: generator.oneIn(4), timeToFirstToken: generator.oneIn(3) ? nil : seconds * 500_000_000,
            duration: seconds * 1_000_000_000, outputTokens: .random(in: 0...9, using: &generator))
        let ended = generator.oneIn(6) ? nil : admitted + .random(in: 0..<hour, using: &generator)
        return Use(
            key: key, gateway: gateways[generator.oneIn(2) ? 0 : 1], admitted: admitted, ended: ended, outcome: outcome)
    }

    private mutating func report(on use: Use, _ number: Int, using generator: inout SeededGenerator) {
        let severity: Severity? = generator.oneIn(3) ? nil : Severity.allCases.randomElement(using: &generator)
        let category: Name? = generator.oneIn(2) ? nil : name(generator.oneIn(2) ? "cyber" : "spam")
        let content: Report.Content =
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: .flag(category: category, severity: severity)
            case 1: .violation(category: category, severity: severity)
            case 2:
                .feedback([.good, .bad, Report.Rating(0.25), Report.Rating(0.7)][Int(generator.next() % 4)] ?? .bad)
            default: .incident(severity: severity, category: category, attributedTo: nil)
            }
        let about = ExposedRequest(
            request: RequestID(bits: UInt128(number)), key: use.key, admitted: use.admitted,
            isOrganic: !generator.oneIn(8))
        self.add(content, about: about, using: &generator)
    }

    private mutating func add(
        _ content: Report.Content, about request: ExposedRequest?, using generator: inout SeededGenerator
    ) {
        let occurred = request?.admitted ?? monday + .random(in: 0..<day, using: &generator)
        let said = Report(
            id: ReportID(bits: UInt128(self.reports.count)), rollout: rollout, request: request?.request,
            occurred: occurred, reported: occurred + .random(in: 0...(2 * day), using: &generator), content: content)
        self.reports.append((said, request))
        guard generator.oneIn(4) else { return }
        var withdrawal = said
        (withdrawal.revision, withdrawal.content) = (1, .withdrawn(reason: "not so"))
        self.reports.append((withdrawal, request))
    }
}

extension World {
    /// What each use adds in a stretch of time: its admission, its end, both or nothing.
    private func content(of gateway: Name, from: Timestamp, to: Timestamp) -> SignalContent {
        var content = SignalContent()
        for use in self.uses where use.gateway == gateway {
            let isAdmitted = (from..<to).contains(use.admitted)
            let isEnded = use.ended.map { (from..<to).contains($0) } ?? false
            guard isAdmitted || isEnded else { continue }
            content.merge(self.content(of: use, admission: isAdmitted, end: isEnded))
        }
        return content
    }

    private func content(of use: Use, admission: Bool, end: Bool) -> SignalContent {
        var (content, counts) = (SignalContent(), SignalCounts(thresholds: self.layout.thresholds.count))
        counts.admitted = admission ? 1 : 0
        if end {
            counts.ended = 1
            counts.failed = use.outcome.isFailure ? 1 : 0
            counts.refused = use.outcome.refusal == nil ? 0 : 1
            counts.truncated = use.outcome.isTruncated ? 1 : 0
            counts.outputTokens = use.outcome.outputTokens
            counts.exceedances = self.layout.thresholds.map { use.exceedance($0) }
            var histograms: [GatewaySource.Histogram: LatencyHistogram] = [:]
            for histogram in GatewaySource.Histogram.allCases {
                if let value = use.outcome.time(histogram) {
                    histograms[histogram, default: LatencyHistogram()].record(value)
                }
            }
            content.histograms[use.key.panel] = histograms
        }
        content.cells[use.key] = counts
        return content
    }

    /// The batches of one gateway, cut at random moments.
    func batches(of gateway: Name, using generator: inout SeededGenerator) -> [SignalBatch] {
        let cuts = (0..<Int.random(in: 0...3, using: &generator))
            .map { _ in monday + .random(in: 1..<(5 * day), using: &generator) }
        let ends = (Set(cuts).sorted() + [Self.end])
        let starts = [monday] + ends.dropLast()
        return zip(starts, ends).enumerated().map { number, time in
            SignalBatch(
                rollout: rollout, plan: self.layout.plan, gateway: gateway, boot: 0, sequence: number, from: time.0,
                to: time.1, content: self.content(of: gateway, from: time.0, to: time.1))
        }
    }

    enum Telling {
        case batch(SignalBatch)
        case report(Report, ExposedRequest?)
    }

    /// All of it, cut at random, in any order, some of it twice.
    func tellings(using generator: inout SeededGenerator) -> [Telling] {
        var tellings = gateways.flatMap { self.batches(of: $0, using: &generator) }.map { Telling.batch($0) }
        tellings += self.reports.map { Telling.report($0.report, $0.about) }
        tellings += tellings.filter { _ in generator.oneIn(5) }
        return tellings.shuffled(using: &generator)
    }
}

extension World.Use {
    func exceedance(_ threshold: LatencyThreshold) -> Exceedance {
        let value = self.outcome.time(threshold.histogram)
        // Who saw no token waited for as long as the request lasted.
        if threshold.histogram == .timeToFirstToken, value == nil {
            let isBeyond = self.outcome.duration > threshold.nanoseconds
            return isBeyond ? Exceedance(measured: 1, exceeding: 1) : Exceedance()
        }
        guard let value else { return Exceedance() }
        return Exceedance(measured: 1, exceeding: value > threshold.nanoseconds ? 1 : 0)
    }
}

extension RequestOutcome {
    func time(_ histogram: GatewaySource.Histogram) -> UInt64? {
        switch histogram {
        case .timeToFirstToken: self.timeToFirstToken
        case .timePerOutputToken: self.timePerOutputToken
        case .requestDuration: self.duration
        }
    }
}
