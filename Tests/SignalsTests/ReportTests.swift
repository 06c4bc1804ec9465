import Arms
import ReleaseModel
import SluiceTesting
import StageControl
import StrictJSON
import Testing

@testable import Signals

private let critical = Report.Content.incident(severity: .critical, category: nil, attributedTo: .candidate)
private let tripwire = MetricRules(tripwire: Tripwire(where: EventFilter([.severityAtLeast(.high)])))
private let plan = layout([
    incidents(.high, rules: tripwire), counter(.flags, rules: compared), counter(.complaints),
    counter(.violations, category: [name("cyber")]),
])

extension SignalLedger {
    @discardableResult fileprivate mutating func taking(
        _ report: Report, about request: ExposedRequest? = nil, at now: Timestamp = monday + 30 * day
    ) throws -> ReportReceipt {
        try self.take(report, about: request, at: now)
    }

    fileprivate func faults(_ report: Report, about request: ExposedRequest? = nil) -> [ReportFault] {
        var copy = self
        do {
            _ = try copy.take(report, about: request, at: monday + 30 * day)
            return []
        } catch {
            return error.faults
        }
    }

    fileprivate func events(at now: Timestamp = monday + 30 * day) -> [Int] {
        self.seen(at: now).metrics.map(\.events)
    }
}

@Suite("A report")
struct ReportTests {
    private let asked = request(1, key(1, account: 1, plan), at: monday + hour)

    @Test("counts for the metrics that ask for it, once, however often it is told")
    func counts() throws {
        var ledger = ledger(plan)
        #expect(try ledger.taking(report(1, about: asked, flag), about: asked) == .taken)
        #expect(try ledger.taking(report(1, about: asked, flag), about: asked) == .known)
        // Another monitor marks the same request: it is one marked request.
        try ledger.taking(report(2, about: asked, flag), about: asked)
        try ledger.taking(report(3, about: asked, .feedback(.bad)), about: asked)
        try ledger.taking(report(4, about: asked, .feedback(.good)), about: asked)
        try ledger.taking(report(5, about: asked, .violation(category: name("spam"), severity: .low)), about: asked)
        #expect(ledger.events() == [0, 1, 1, 0])
        try ledger.taking(report(6, about: asked, .violation(category: nil, severity: nil)), about: asked)
        try ledger.taking(report(7, critical))
        #expect(ledger.events() == [1, 1, 1, 1])
        // What was marked was exposure, before any batch says so.
        #expect(ledger.seen().metrics[1].exposure == 1)
    }

    @Test("of the baseline counts for the comparison alone, of a probe or a red team for nothing")
    func sides() throws {
        var ledger = ledger(plan)
        let baseline = request(1, key(1, arm: .baseline, plan))
        try ledger.taking(report(1, about: baseline, flag), about: baseline)
        let probe = request(2, key(1, plan), isOrganic: false)
        try ledger.taking(report(2, about: probe, flag), about: probe)
        let settling = request(3, key(1, isSettling: true, plan))
        try ledger.taking(report(3, about: settling, flag), about: settling)
        let flags = ledger.seen().metrics[1]
        #expect(flags.events == 0)
        #expect(flags.splits == [ArmSplit(share: 10_000, candidate: 0, baseline: 1)])
    }

    @Test("tells everything that is wrong with it at once, and then counts nowhere")
    func faults() {
        let ledger = ledger(plan)
        var bad = report(1, occurred: monday + 40 * day, reported: monday + 31 * day, flag)
        bad.rollout = RolloutID(bits: 9)
        bad.version = name("never")
        bad.revision = -1
        #expect(
            ledger.faults(bad) == [
                .anotherRollout(RolloutID(bits: 9)), .unknownVersion(name("never")), .requestMissing,
                .fromFuture(milliseconds: day), .reportedBeforeOccurred, .impossibleRevision(-1),
            ])
        #expect(ledger.faults(report(1, about: asked, flag)) == [.unknownRequest(asked.request)])
        let other = request(2, key(1, plan))
        #expect(ledger.faults(report(1, about: asked, flag), about: other) == [.unknownRequest(asked.request)])
        #expect(ledger.faults(report(1, about: asked, occurred: monday, flag), about: asked) == [.beforeRequest])
        #expect(ledger.faults(report(1, occurred: monday + -day, critical)) == [.beforeStage])
        let baseline = request(1, key(1, arm: .baseline, plan))
        #expect(ledger.faults(report(1, about: baseline, critical), about: baseline) == [.attributedElsewhere])
        #expect(
            ledger.faults(report(1, version: name("new"), about: baseline, flag), about: baseline)
                == [.attributedElsewhere])
        #expect(ledger.faults(report(1, version: name("old"), about: baseline, flag), about: baseline).isEmpty)
        let long = String(repeating: "x", count: SignalLimits.textLength + 1)
        #expect(ledger.faults(report(1, .withdrawn(reason: long))) == [.textTooLong])
        #expect(ledger.events() == [0, 0, 0, 0])
        #expect(ReportFault.tooMany.description.contains("\(SignalLimits.reports)"))
    }

    @Test("that is corrected stays counted at the worst that was said, and the correction is kept beside it")
    func corrections() throws {
        var ledger = ledger(plan)
        try ledger.taking(report(1, critical))
        let milder = report(1, revision: 1, .incident(severity: .low, category: nil, attributedTo: .baseline))
        let none = report(1, revision: 2, .withdrawn(reason: "a mistake"))
        try ledger.taking(milder)
        try ledger.taking(none)
        let metric = ledger.seen().metrics[0]
        #expect(metric.events == 1 && metric.tripped == 1 && metric.worst == "critical")
        #expect(ledger.corrections == [none])
        #expect(ledger.revisions(of: none.id).count == 3)
        #expect(ledger.faults(report(1, revision: 1, critical)) == [.revisionTaken(1)])
        #expect(ledger.faults(report(1, revision: 3, occurred: monday + 1, critical)) == [.anotherSubject])
        // The other way round it begins to count when it is known.
        try ledger.taking(report(2, .incident(severity: .low, category: nil, attributedTo: nil)))
        #expect(ledger.events()[0] == 1)
        try ledger.taking(report(2, revision: 1, critical))
        #expect(ledger.events()[0] == 2)
    }

    @Test("of an incident that was not traced may be the candidate's, unless it names the version before")
    func untraced() throws {
        let untraced = Report.Content.incident(severity: .high, category: nil, attributedTo: nil)
        let plan = layout([incidents(attributable: false), incidents(attributable: true)])
        for (version, events) in [(nil, 1), (name("new"), 1), (name("old"), 0)] {
            var ledger = ledger(plan)
            try ledger.taking(report(1, version: version, untraced))
            #expect(ledger.events() == [events, 0])
        }
    }

    @Test("of unknown severity is taken for the worst")
    func unknownSeverity() throws {
        var ledger = ledger(plan)
        try ledger.taking(report(1, .incident(severity: nil, category: nil, attributedTo: .candidate)))
        #expect(ledger.seen().metrics[0].events == 1)
        #expect(ledger.seen().metrics[0].tripped == 1)
        #expect(ledger.seen().metrics[0].worst == nil)
        try ledger.taking(report(2, .incident(severity: .high, category: nil, attributedTo: .candidate)))
        #expect(ledger.seen().metrics[0].worst == nil)
        try ledger.taking(report(3, critical))
        #expect(ledger.seen().metrics[0].worst == "critical")
    }

    @Test("of an earlier epoch trips the wire now, and counts in the rate of the epoch in which it happened")
    func epochs() throws {
        var ledger = ledger(plan)
        ledger.open(StageOpening(epoch: 2, stage: 0, at: monday + 10 * day))
        try ledger.taking(report(1, occurred: monday + day, reported: monday + 12 * day, critical))
        #expect(ledger.seen().metrics[0].events == 1)
        #expect(ledger.seen().metrics[0].tripped == 0)
        let now = ledger.observed(epoch: 2, at: clock(monday + 13 * day)).metrics[0]
        #expect(now.events == 0 && now.tripped == 1)
        #expect(
            ledger.lags(metric: 0, epoch: 1)
                == [ReportedLag(occurredDay: 20_501, reportedDay: 20_512, count: 1)])
        ledger.forget(epochsBefore: 2)
        #expect(ledger.events() == [0, 0, 0, 0])
        try ledger.taking(report(2, occurred: monday + day, reported: monday + 12 * day, critical))
        #expect(ledger.observed(epoch: 2, at: clock(monday + 13 * day)).metrics[0].tripped == 2)
    }

    @Test("is capped for a tripwire where a caller can bring it about, and not where a person has judged it")
    func trippedByOne() throws {
        let rules = MetricRules(tripwire: Tripwire(count: 3))
        let plan = layout([
            counter(.flags, cap: perAccount, rules: rules), counter(.violations, cap: perAccount, rules: rules),
        ])
        var ledger = ledger(plan)
        for number in 1...5 {
            let asked = request(number, key(1, account: 1, plan))
            try ledger.taking(report(number, about: asked, flag), about: asked)
            let violation = Report.Content.violation(category: nil, severity: .high)
            try ledger.taking(report(10 + number, about: asked, violation), about: asked)
        }
        #expect(ledger.seen().metrics.map(\.tripped) == [1, 5])
        #expect(ledger.seen().metrics.map(\.events) == [1, 1])
    }

    @Test("of a probe tells the monitor's recall, and since when it is blind")
    func probes() throws {
        let detection = Detection(probeSet: name("seeds"), minRecall: 0.8)
        let plan = layout([incidents(detection: detection), incidents()])
        var ledger = ledger(plan)
        #expect(ledger.seen().metrics[0].probes == ProbeCounts(sent: 0, seen: 0))
        #expect(ledger.seen().metrics[1].probes == nil)
        for (number, isSeen) in [true, false, true, false, false].enumerated() {
            let sent = monday + Int64(number)
            try ledger.taking(report(number, occurred: sent, .probe(set: name("seeds"), isSeen: isSeen)))
        }
        try ledger.taking(report(9, .probe(set: name("other"), isSeen: true)))
        #expect(ledger.seen().metrics[0].probes == ProbeCounts(sent: 5, seen: 2, missedSince: monday + 3))
        try ledger.taking(report(10, occurred: monday + 9, .probe(set: name("seeds"), isSeen: true)))
        #expect(ledger.seen().metrics[0].probes == ProbeCounts(sent: 6, seen: 3))
        // One that was said to be seen and was not has been missed.
        try ledger.taking(report(10, revision: 1, occurred: monday + 9, .probe(set: name("seeds"), isSeen: false)))
        #expect(ledger.seen().metrics[0].probes == ProbeCounts(sent: 6, seen: 2, missedSince: monday + 3))
        ledger.open(StageOpening(epoch: 2, stage: 0, at: monday + day))
        #expect(ledger.observed(epoch: 2, at: clock(monday + day)).metrics[0].probes?.sent == 0)
    }
}

@Suite("A report as a document")
struct ReportDocumentTests {
    static let contents: [Report.Content] = [
        flag, .flag(category: name("cyber"), severity: .high), .violation(category: nil, severity: .low), critical,
        .incident(severity: nil, category: name("cbrn"), attributedTo: nil), .feedback(.bad), .feedback(.good),
        .feedback(Report.Rating(0.29) ?? .bad), .feedback(Report.Rating(1e-6) ?? .bad),
        .probe(set: name("seeds"), isSeen: true), .probe(set: name("seeds"), isSeen: false),
        .withdrawn(reason: "a mistake – \"indeed\""),
    ]

    @Test("is read back as the same report and written as the same bytes", arguments: contents)
    func roundTrip(_ content: Report.Content) throws {
        for (revision, about) in [(0, nil), (3, request(1, key(1, plan)))] {
            let report = report(
                1, revision: revision, version: revision == 0 ? nil : name("new"), about: about, reported: monday + 5,
                content)
            let bytes = report.document.canonical
            let again = try Report(reading: JSONValue(parsing: bytes))
            #expect(again == report)
            #expect(again.document.canonical == bytes)
        }
    }

    @Test("is refused with every fault of its form at once")
    func faults() throws {
        let document: JSONValue = [
            "id": "rep_1", "revision": 1_001, "rollout": 7, "version": "-", "request": "x", "reported": -1,
            "kind": "incident", "severity": "dire", "attributed_to": "both", "rating": "bad",
        ]
        let faults = try #require(throws: DocumentFaults.self) { try Report(reading: document) }
        #expect(
            Set(faults.faults.map(\.path)) == [
                "id", "revision", "rollout", "version", "request", "reported", "occurred", "severity", "attributed_to",
                "rating",
            ])
        #expect(faults.faults.first { $0.path == "severity" }?.code == .unknownWord)
        let unkind = try #require(throws: DocumentFaults.self) {
            try Report(reading: ["kind": "praise", "seen": true])
        }
        #expect(unkind.faults.contains { $0.path == "kind" && $0.code == .unknownWord })
        #expect(!unkind.faults.contains { $0.path == "seen" })
        let blind = try #require(throws: DocumentFaults.self) { try Report(reading: ["kind": "probe"]) }
        #expect(blind.faults.contains { $0.path == "seen" && $0.code == .missing })
    }
}
