import Arms
import Foundation
import PlanFiles
import ReleaseModel
import Signals
import SluiceTesting
import StageControl
import Store
import Testing

@testable import Conductor

@Suite("The signals of a rollout")
struct SignalDeskTests {
    static let start = Timestamp(milliseconds: 1_795_000_000_000)

    /// A rollout of the plan that decides in minutes, with its first stage open.
    static func rollout(replacing changes: [(String, String)] = []) throws -> Rollout {
        let file = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }
            .appending(path: "Examples/plans/in-minutes.yaml")
        let text = changes.reduce(String(decoding: try Data(contentsOf: file), as: UTF8.self)) { text, change in
            text.replacingOccurrences(of: change.0, with: change.1)
        }
        let plan = try ReleasePlan.read(try PlanFile.source(of: Array(text.utf8)))
        let (alice, bob, carol) = (PersonID(bits: 1), PersonID(bits: 2), PersonID(bits: 3))
        var rollout = Rollout(id: RolloutID(bits: 7), plan: SealedPlan(plan), author: alice)
        func perform(_ command: RolloutCommand, _ person: PersonID, _ roles: [Role]) throws {
            rollout.apply(
                try Rollout.decide(command, by: Signatory(person, roles: roles), in: rollout, at: Self.start))
        }
        func look(_ second: Int64, generation: Int?) throws {
            var seen = Observations(clock: Self.clock(second), epoch: rollout.epoch)
            seen.drill = DrillReport(at: Self.start, p99: 10)
            seen.gateways =
                generation.map {
                    [GatewayReport(gateway: Self.gateway, generation: $0, leaseEnds: Self.clock(second + 5).wall)]
                } ?? []
            for entry in try Rollout.step(rollout, seen).entries { rollout.apply(entry) }
        }
        try perform(.submit, alice, [.releaseManager])
        try look(1, generation: nil)
        let approval = RolloutCommand.Approve(.openPlan, plan: rollout.plan.digest, evidence: rollout.evidence)
        try perform(.approve(approval), bob, [.approver])
        try perform(.approve(approval), carol, [.releaseManager])
        try perform(.start(notBefore: Self.start), alice, [.releaseManager])
        try look(2, generation: 0)
        try #require(rollout.stage == 0)
        return rollout
    }

    static let gateway = Name("gateway") ?? fallback
    private static var fallback: Name { preconditionFailure("a name of letters is a name") }

    static func clock(_ second: Int64, boot: Int = 5) -> ClockReading {
        ClockReading(
            boot: boot, monotonic: second * 1_000, wall: Self.start.advanced(milliseconds: second * 1_000))
    }

    private static func content(_ rollout: Rollout, application: UInt128, requests: Int) -> SignalContent {
        var counter = SignalCounter(layout: SignalLayout(rollout.plan))
        for request in 0..<requests {
            let key = SignalKey(
                epoch: rollout.epoch, stage: 0, share: 100_000,
                arm: request.isMultiple(of: 10) ? .candidate : .baseline,
                application: ApplicationID(bits: application), account: AccountTag(bits: UInt64(request)),
                slot: counter.layout.slot(of: Self.clock(3).wall))
            let ticket = counter.admit(key)
            counter.end(ticket, RequestOutcome(status: request.isMultiple(of: 7) ? 500 : 200, duration: 1_000_000))
        }
        return counter.draw(at: Self.clock(3).wall).content
    }

    @Test("are the same after a restart, however many batches were joined meanwhile", arguments: [1, 59, 61, 150])
    func restart(batches: Int) async throws {
        let (rollout, store) = (try Self.rollout(), try Store.inMemory())
        var desk = try await SignalDesk.open(rollout, gateway: Self.gateway, store: store, at: Self.clock(3))
        try await desk.follow(rollout)
        for second in 1...batches {
            let content = Self.content(rollout, application: UInt128(second % 3), requests: second % 5)
            try await desk.take(content, at: Self.clock(3 + Int64(second)).wall)
        }
        let now = Self.clock(4 + Int64(batches))
        let before = desk.observed(rollout, at: now)
        try #require(before.metrics.contains { $0.exposure > 0 } || batches == 1)
        let later = Self.clock(4 + Int64(batches), boot: 6)
        var again = try await SignalDesk.open(rollout, gateway: Self.gateway, store: store, at: later)
        try await again.follow(rollout)
        let after = again.observed(rollout, at: later)
        #expect(after.metrics.map(\.events) == before.metrics.map(\.events))
        #expect(after.metrics.map(\.exposure) == before.metrics.map(\.exposure))
        #expect(after.requests == before.requests && after.units == before.units)
        let records = try await store.signals.read(rollout.id)
        #expect(records.count <= 2 + batches / 60 + min(batches, 61), "joined batches take one record")
        // It goes on from where it stood.
        try await again.take(Self.content(rollout, application: 1, requests: 20), at: Self.clock(900, boot: 6).wall)
        #expect(again.observed(rollout, at: Self.clock(901, boot: 6)).requests > before.requests)
    }

    @Test("of a gateway that does not run say nothing, and nothing is not none")
    func silence() async throws {
        let (rollout, store) = (try Self.rollout(), try Store.inMemory())
        var desk = try await SignalDesk.open(rollout, gateway: Self.gateway, store: store, at: Self.clock(3))
        try await desk.follow(rollout)
        try await desk.take(SignalContent(), at: Self.clock(10).wall)
        let heard = desk.observed(rollout, at: Self.clock(10)).metrics[1].watermark
        try await desk.take(nil, at: Self.clock(500).wall)
        #expect(desk.observed(rollout, at: Self.clock(500)).metrics[1].watermark == heard)
    }
}

@Suite("Time zones of the system")
struct ZoneTableTests {
    private func window(_ zone: String) throws -> ChangeWindow {
        ChangeWindow(
            days: DayOfWeek.allCases, from: try #require(ClockTime("09:00")), to: try #require(ClockTime("16:00")),
            timeZone: try #require(TimeZoneName(zone)))
    }

    @Test(
        "know winter and summer",
        arguments: [("Europe/Berlin", 60, 120), ("America/New_York", -300, -240), ("Asia/Kolkata", 330, 330)])
    func seasons(zone: String, winter: Int, summer: Int) throws {
        var table = ZoneTable()
        let january = Timestamp(milliseconds: 1_768_478_400_000)
        let july = Timestamp(milliseconds: 1_784_116_800_000)
        guard FileManager.default.fileExists(atPath: "/usr/share/zoneinfo/\(zone)") else { return }
        #expect(table.offsets(of: [try self.window(zone)], at: january).map(\.minutes) == [winter])
        #expect(table.offsets(of: [try self.window(zone)], at: july).map(\.minutes) == [summer])
    }

    @Test("say nothing of a zone that they do not know, so that its windows stay closed")
    func unknown() throws {
        var table = ZoneTable(directory: "/nowhere")
        let windows = [try self.window("Europe/Berlin"), try self.window("UTC")]
        let found = table.offsets(of: windows, at: Timestamp(milliseconds: 0))
        #expect(found.map(\.zone) == ["UTC"] && found.map(\.minutes) == [0])
    }

    @Test("take no file for one that is cut short or is none", arguments: [0, 3, 44, 60, 100])
    func damaged(length: Int) {
        guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/Berlin") else { return }
        #expect(TimeZoneFile(Array(data.prefix(length))) == nil)
        #expect(TimeZoneFile(Array("not a zone".utf8)) == nil)
    }
}
