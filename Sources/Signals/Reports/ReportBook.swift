import ReleaseModel
import StageControl

/// All reports of a rollout with all their revisions.
struct ReportBook: Hashable, Sendable {
    private var revisions: [ReportID: [Int: Report]] = [:]
    private(set) var count = 0
    /// How many of them are feedback.
    private var feedback = 0

    /// The revisions of one report, from the first on.
    func revisions(of id: ReportID) -> [Report] {
        (self.revisions[id] ?? [:]).values.sorted { $0.revision < $1.revision }
    }

    func contains(_ report: Report) -> Bool { self.revisions[report.id]?[report.revision] == report }

    /// What other revisions say against one.
    func faults(_ report: Report) -> [ReportFault] {
        let isFull = report.isFeedback && self.feedback >= SignalLimits.feedback
        var faults: [ReportFault] = isFull || self.count >= SignalLimits.reports ? [.tooMany] : []
        guard let others = self.revisions[report.id], let any = others.values.first else { return faults }
        if others[report.revision] != nil { faults.append(.revisionTaken(report.revision)) }
        if (any.request, any.version, any.occurred) != (report.request, report.version, report.occurred) {
            faults.append(.anotherSubject)
        }
        return faults
    }

    mutating func take(_ report: Report) {
        self.revisions[report.id, default: [:]][report.revision] = report
        self.count += 1
        if report.isFeedback { self.feedback += 1 }
    }

    /// The probes of a set that were sent in a time. One that was ever said to be missed was missed.
    func probes(of set: Name, in time: Range<Timestamp>) -> ProbeCounts {
        var sent: [(at: Timestamp, isSeen: Bool)] = []
        for revisions in self.revisions.values {
            guard let at = revisions.values.first?.occurred, time.contains(at) else { continue }
            let said = revisions.values.compactMap { report -> Bool? in
                guard case .probe(set, let isSeen) = report.content else { return nil }
                return isSeen
            }
            if !said.isEmpty { sent.append((at, said.allSatisfy { $0 })) }
        }
        let lastSeen = sent.filter(\.isSeen).map(\.at).max()
        let missed = sent.filter { probe in !probe.isSeen && lastSeen.map { probe.at > $0 } ?? true }
        return ProbeCounts(
            sent: sent.count, seen: sent.count(where: \.isSeen), missedSince: missed.map(\.at).min())
    }

    /// Reports that were corrected, with what holds of them now.
    var corrected: [Report] {
        self.revisions.values.filter { $0.count > 1 }
            .compactMap { revisions in revisions.values.max { $0.revision < $1.revision } }
            .sorted { $0.id < $1.id }
    }
}

extension Report {
    fileprivate var isFeedback: Bool { if case .feedback = self.content { true } else { false } }
}
