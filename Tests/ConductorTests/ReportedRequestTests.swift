import Arms
import Gateway
import ReleaseModel
import Signals
import StageControl
import Store
import StrictJSON
import Testing

@testable import Conductor

@Suite("A report of a request")
struct ReportedRequestTests {
    private static let request = RequestID(bits: UInt128(SignalDeskTests.start.milliseconds) << 80 | 9)
    private static let changes = [
        ("weight: 0.5", "weight: 0.2"),
        (
            "\n  stages:",
            """

                - name: policy-flags
                  kind: safety
                  type: proportion
                  source: {gateway: {counter: flags}}
                  influenceCap: {per: account, events: 1, window: 24h}
                  rules: {rollback: {test: ratioAbove, versus: baseline, bound: 1.5, weight: 0.2, action: rollback}}
                - name: complaints
                  kind: quality
                  type: proportion
                  source: {gateway: {counter: complaints}}
                  influenceCap: {per: account, events: 1, window: 24h}
                  rules: {advance: {test: below, bound: 0.3}}
              stages:
            """
        ),
    ]

    private static let application = ApplicationID(bits: 4)

    /// What the access log says of the request to the rollout under test.
    private static func reported(_ finding: RequestFinding, _ request: RequestID = Self.request) -> ReportedRequest {
        ReportedRequest(finding, of: request, in: RolloutID(bits: 7)) { _ in Self.application }
    }

    private static func placement(_ arm: Arm, epoch: Int = 1, stage: Int = 0, account: UInt64 = 3) -> LoggedPlacement {
        LoggedPlacement(
            SignalKey(
                epoch: epoch, stage: stage, share: 100_000, arm: arm, application: Self.application,
                account: AccountTag(bits: account), slot: 0), in: RolloutID(bits: 7))
    }

    private static func entry(_ placement: LoggedPlacement?, _ request: RequestID = Self.request) -> LoggedEntry {
        var members: [String: JSONValue] = [
            "kind": "request.admitted", "at": .integer(SignalDeskTests.clock(4).wall.milliseconds),
            "request": .string(request.description),
        ]
        members["placement"] = placement?.document
        return LoggedEntry(index: 0, document: .object(members))
    }

    private static func report(
        _ id: UInt64, _ content: Report.Content = .flag(category: nil, severity: nil), after seconds: Int64 = 10
    ) -> Report {
        let moment = SignalDeskTests.clock(seconds).wall
        return Report(
            id: ReportID(bits: UInt128(id)), rollout: RolloutID(bits: 7), request: Self.request, occurred: moment,
            reported: moment, content: content)
    }

    /// A desk of a rollout with its first stage open.
    private static func desk(_ store: Store, _ rollout: Rollout, boot: Int = 5) async throws -> SignalDesk {
        var desk = try await SignalDesk.open(
            rollout, gateway: SignalDeskTests.gateway, store: store, at: SignalDeskTests.clock(3, boot: boot))
        try await desk.follow(rollout)
        return desk
    }

    private static func flags(_ desk: SignalDesk, _ rollout: Rollout, boot: Int = 5) throws -> (Int, ArmSplit?) {
        let seen = desk.observed(rollout, at: SignalDeskTests.clock(100_000, boot: boot))
        let metric = try #require(seen.metrics.dropFirst(2).first)
        return (metric.events, metric.splits.first)
    }

    @Test("counts for the side that served it, once, and still does after a restart", arguments: Arm.allCases, [0, 70])
    func counts(arm: Arm, batches: Int) async throws {
        let (rollout, store) = (try SignalDeskTests.rollout(replacing: Self.changes), try Store.inMemory())
        var desk = try await Self.desk(store, rollout)
        let request = Self.reported(.found(Self.entry(Self.placement(arm))))
        // Among batches that are joined meanwhile, and days late.
        for number in 0..<batches {
            try await desk.take(SignalContent(), at: SignalDeskTests.clock(20 + Int64(number)).wall)
            guard number == 5 else { continue }
            let taken = try await desk.take(Self.report(1), about: request, at: SignalDeskTests.clock(60).wall)
            #expect(taken == .taken)
        }
        let late = SignalDeskTests.clock(90_000)
        let first = try await desk.take(Self.report(1), about: request, at: late.wall)
        #expect(first == (batches > 5 ? .known : .taken))
        #expect(try await desk.take(Self.report(2, after: 80_000), about: request, at: late.wall) == .taken)
        let expected = arm == .candidate ? (1, 0) : (0, 1)
        for desk in [desk, try await Self.desk(store, rollout, boot: 6)] {
            let (events, split) = try Self.flags(desk, rollout)
            #expect(events == expected.0)
            #expect(split.map { [$0.candidate, $0.baseline] } == [expected.0, expected.1])
            #expect(desk.knows(ReportID(bits: 1)) && !desk.knows(ReportID(bits: 3)))
        }
        let records = try await store.signals.read(rollout.id)
        #expect(records.count <= 1 + 2 + 61, "reports do not keep batches from being joined")
    }

    @Test("is refused with the reason where its request counts nowhere")
    func refused() async throws {
        let (rollout, store) = (try SignalDeskTests.rollout(replacing: Self.changes), try Store.inMemory())
        var desk = try await Self.desk(store, rollout)
        var elsewhere = Self.placement(.candidate)
        elsewhere.rollout = RolloutID(bits: 8)
        let cases: [(RequestFinding, ReportFault)] = [
            (.pending, .requestPending(Self.request)), (.erased, .requestErased(Self.request)),
            (.unknown(mayBeUnlogged: false), .unknownRequest(Self.request)),
            (.unknown(mayBeUnlogged: true), .requestUnlogged(Self.request)),
            (.found(Self.entry(nil)), .requestUnplaced(Self.request)),
            (.found(Self.entry(elsewhere)), .requestElsewhere(Self.request, RolloutID(bits: 8))),
            (.found(Self.entry(Self.placement(.candidate, stage: 1))), .unknownStage(epoch: 1, stage: 1)),
            (.found(Self.entry(Self.placement(.candidate, epoch: 2))), .unknownStage(epoch: 2, stage: 0)),
        ]
        for (finding, fault) in cases {
            let request = Self.reported(finding)
            do {
                _ = try await desk.take(Self.report(1), about: request, at: SignalDeskTests.clock(60).wall)
                Issue.record("\(finding) was taken in")
            } catch let faults as ReportFaults {
                #expect(faults.faults == [fault])
            }
        }
        #expect(try Self.flags(desk, rollout).0 == 0)
        #expect(try await store.signals.read(rollout.id).count == 1, "nothing of it is kept")
    }

    @Test("that was taken in is known, even when its request is not any more")
    func known() async throws {
        let (rollout, store) = (try SignalDeskTests.rollout(replacing: Self.changes), try Store.inMemory())
        var desk = try await Self.desk(store, rollout)
        let found = Self.reported(.found(Self.entry(Self.placement(.candidate))))
        _ = try await desk.take(Self.report(1), about: found, at: SignalDeskTests.clock(60).wall)
        let erased = Self.reported(.erased)
        #expect(try await desk.take(Self.report(1), about: erased, at: SignalDeskTests.clock(70).wall) == .known)
    }

    @Test("by an application is the same report however often it is said, and another for another rating")
    func feedback() throws {
        func report(_ rating: Report.Rating, _ request: RequestID = Self.request, after seconds: Int64) -> Report {
            Feedback(application: Self.application, request: request, rating: rating).report(
                of: Self.placement(.candidate), admitted: SignalDeskTests.start,
                at: SignalDeskTests.clock(seconds).wall)
        }
        #expect(report(.bad, after: 1).id == report(.bad, after: 500).id)
        #expect(report(.bad, after: 1).id != report(.good, after: 1).id)
        #expect(report(.bad, after: 1).id != report(.bad, RequestID(bits: 2), after: 1).id)
        let ratings = (0...1_000).compactMap { Report.Rating(Double($0) / 1_000) }
        #expect(Set(ratings.map { report($0, after: 1).id }).count == 1_001)
        #expect(report(.bad, after: -5).reported == SignalDeskTests.start, "never before the request")
    }

    @Test("of one end user moves a metric no further than its cap lets it")
    func capped() async throws {
        let (rollout, store) = (try SignalDeskTests.rollout(replacing: Self.changes), try Store.inMemory())
        var desk = try await Self.desk(store, rollout)
        for number in 0..<9 as Range<UInt64> {
            let request = RequestID(bits: Self.request.bits + UInt128(number))
            let found = Self.reported(
                .found(Self.entry(Self.placement(.candidate, account: number / 3), request)), request)
            var report = Self.report(number)
            report.request = request
            _ = try await desk.take(report, about: found, at: SignalDeskTests.clock(60).wall)
        }
        #expect(try Self.flags(desk, rollout).0 == 3, "nine flags of three end users")
    }
}
