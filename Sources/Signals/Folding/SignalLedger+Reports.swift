import Arms
public import ReleaseModel
import StageControl

extension SignalLedger {
    /// Takes a report in. `request` is what the access log knows of the request that it names; nil if it knows nothing,
    /// and then `lack` says why, if that is known.
    ///
    /// The same report again changes nothing. Throws everything that is wrong with it; nothing of it then counts.
    public mutating func take(
        _ report: Report, about request: ExposedRequest?, orElse lack: ReportFault? = nil, at now: Timestamp
    ) throws(ReportFaults) -> ReportReceipt {
        if self.book.contains(report) { return .known }
        let request = request.flatMap { $0.request == report.request ? $0 : nil }
        let faults = self.faults(report, request, orElse: lack, at: now)
        guard faults.isEmpty else { throw ReportFaults(faults: faults) }
        self.book.take(report)
        if request?.isOrganic ?? true { self.fold(report, of: request) }
        return .taken
    }

    /// What was said and corrected since, in its last revision: for people, since what has counted stays counted.
    public var corrections: [Report] { self.book.corrected }

    /// All revisions of a report, from the first on.
    public func revisions(of report: ReportID) -> [Report] { self.book.revisions(of: report) }

    private func faults(
        _ report: Report, _ request: ExposedRequest?, orElse lack: ReportFault?, at now: Timestamp
    ) -> [ReportFault] {
        var faults: [ReportFault] = []
        if report.rollout != self.rollout { faults.append(.anotherRollout(report.rollout)) }
        let named = report.version.map { version in self.layout.versions.first { $0.value == version }?.key }
        if let version = report.version, named == .some(nil) { faults.append(.unknownVersion(version)) }
        if let unknown = report.request, request == nil { faults.append(lack ?? .unknownRequest(unknown)) }
        if report.request == nil, report.content.needsRequest { faults.append(.requestMissing) }
        let ahead = report.reported.since(now)
        if ahead > SignalLimits.clockTolerance { faults.append(.fromFuture(milliseconds: ahead)) }
        if report.reported < report.occurred { faults.append(.reportedBeforeOccurred) }
        if let request, report.occurred.since(request.admitted) < -SignalLimits.clockTolerance {
            faults.append(.beforeRequest)
        }
        if let key = request?.key, !self.openings.contains(where: { $0.epoch == key.epoch && $0.stage == key.stage }) {
            faults.append(.unknownStage(epoch: key.epoch, stage: key.stage))
        }
        let first = self.openings.first?.at ?? now
        if report.occurred.since(first) < -SignalLimits.clockTolerance { faults.append(.beforeStage) }
        let sides = [named ?? nil, report.content.attributedTo].compactMap { $0 }
        if let request, sides.contains(where: { $0 != request.key.arm }) { faults.append(.attributedElsewhere) }
        if !(0...1_000 ~= report.revision) { faults.append(.impossibleRevision(report.revision)) }
        if case .withdrawn(let reason) = report.content, reason.utf8.count > SignalLimits.textLength {
            faults.append(.textTooLong)
        }
        return faults + self.book.faults(report)
    }

    private mutating func fold(_ report: Report, of request: ExposedRequest?) {
        // What was traced to nobody may be the candidate's, unless it is said to be of the version before.
        let isOfBaseline = report.version != nil && report.version == self.layout.versions[.baseline]
        let arm = request?.key.arm ?? report.content.attributedTo ?? (isOfBaseline ? .baseline : .candidate)
        let occurredIn = request?.key.epoch ?? self.epoch(at: report.occurred)
        let reportedIn = self.epoch(at: report.reported)
        let identity = self.identity(report)
        let servedBy = request?.key.arm
        func isEvent(_ rule: MetricRule) -> Bool { report.content.isEvent(of: rule.metric.source, servedBy: servedBy) }
        if let occurredIn {
            self.change(occurredIn) { rule, tally, room in
                guard isEvent(rule) else { return }
                tally.add(identity, report, of: request, servedBy: arm, rule, room: &room)
            }
        }
        if let reportedIn, arm == .candidate, !report.content.isContented {
            self.change(reportedIn) { rule, tally, room in
                guard isEvent(rule) else { return }
                tally.trip(identity, report, of: request, rule, room: &room)
            }
        }
    }

    /// A request that is marked twice is one marked request. Incidents are told apart by their reports.
    private func identity(_ report: Report) -> EventIdentity {
        if case .incident = report.content { return .report(report.id) }
        return report.request.map { .request($0) } ?? .report(report.id)
    }

    /// The epoch of evidence at a moment; nil before the first.
    func epoch(at moment: Timestamp) -> Int? {
        (self.openings.last { $0.at <= moment } ?? self.openings.first)?.epoch
    }

    /// The time of an epoch of evidence.
    func time(of epoch: Int) -> Range<Timestamp> {
        let start = self.openings.first { $0.epoch == epoch }?.at ?? Timestamp(milliseconds: .max)
        let end = self.openings.first { $0.epoch > epoch }?.at ?? Timestamp(milliseconds: .max)
        return start..<max(start, end)
    }
}
