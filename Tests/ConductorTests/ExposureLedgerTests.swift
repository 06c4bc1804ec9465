import Foundation
import Ledger
import NIOConcurrencyHelpers
import ReleaseModel
import SluiceTesting
import StageControl
import Store
import Testing

@testable import Conductor
@testable import Gateway

@Suite("Exposure that is lent")
struct ExposureLedgerTests {
    /// A conductor and a gateway of one process, on a store that outlives it, in a time of its own.
    private final class Process {
        let door: StageDoor
        var ledger: ExposureLedger

        init(store: Store, clock: NIOLockedValueBox<UInt64>, witness: ExposureWitness? = nil) async throws {
            self.door = StageDoor(
                gateway: try #require(Name("gateway")), uptime: { clock.withLockedValue { $0 } })
            self.ledger = try await ExposureLedger.open(
                ExposureLedgerTests.rollout, store: store, gateway: self.door.gateway, witness: witness)
        }
    }

    private static let rollout = RolloutID(bits: 3)
    private static let start = Timestamp(milliseconds: 1_795_000_000_000)

    @Test("is never used beyond its budget, whoever stops when, and however often", arguments: seeds(12))
    func crashes(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let store = try Store.inMemory()
        let clock = NIOLockedValueBox<UInt64>(5_000_000_000)
        let begin = clock.withLockedValue { $0 }
        func now() -> Timestamp {
            Self.start.advanced(milliseconds: Int64((clock.withLockedValue { $0 } - begin) / 1_000_000))
        }
        var budget = Int.random(in: 1...3_000, using: &generator)
        let perDay = Int.random(in: 1...2_000, using: &generator)
        let days = StagePeriods(from: Self.start, each: TimeSpan(1, .day))
        var (served, byDay) = (0, [Int: Int]())
        var process = try await Process(store: store, clock: clock)
        var conducts = true
        for _ in 0..<400 {
            let step = generator.oneIn(40) ? 40_000_000_000_000 : UInt64.random(in: 0...900_000_000, using: &generator)
            clock.withLockedValue { $0 += step }
            switch Int.random(in: 0..<30, using: &generator) {
            case 0..<12 where conducts:
                let day = days.number(at: now())
                let terms: [ExposureMeter: ExposureBudgetTerm] = [
                    .budget: ExposureBudgetTerm(budget: budget, begins: Self.start),
                    .day(stage: 0): ExposureBudgetTerm(
                        budget: perDay, begins: days.start(of: day), ends: days.start(of: day + 1)),
                ]
                try await process.ledger.serve(
                    terms, at: process.door, endsAll: generator.oneIn(20), now: now())
            case 12: conducts.toggle()
            // kill -9: what the gateway has is gone, and what is stored is there.
            case 13:
                process = try await Process(store: store, clock: clock)
                conducts = true
            case 14: budget += Int.random(in: 0...300, using: &generator)
            default:
                for _ in 0..<Int.random(in: 0...60, using: &generator) where Self.takes(process.door) {
                    served += 1
                    byDay[days.number(at: now()), default: 0] += 1
                }
            }
            try #require(served <= budget)
            try #require(byDay.values.allSatisfy { $0 <= perDay })
        }
        #expect(served > 0)
    }

    /// A request to the candidate, as an event loop takes its exposure.
    private static func takes(_ door: StageDoor) -> Bool {
        guard let day = door.purse(.day(stage: 0), of: Self.rollout), case .taken(let block) = day.take(at: door.now)
        else { return false }
        guard let budget = door.purse(.budget, of: Self.rollout), case .taken = budget.take(at: door.now) else {
            day.putBack(block)
            return false
        }
        return true
    }

    @Test("is used to the last request when nothing goes wrong, and then is known to be used up")
    func whole() async throws {
        let store = try Store.inMemory()
        let clock = NIOLockedValueBox<UInt64>(0)
        let process = try await Process(store: store, clock: clock)
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: 1_234, begins: Self.start)]
        var served = 0
        for round in 0..<400 as Range<Int64> {
            clock.withLockedValue { $0 += 200_000_000 }
            let now = Self.start.advanced(milliseconds: round * 200)
            try await process.ledger.serve(terms, at: process.door, endsAll: false, now: now)
            let purse = try #require(process.door.purse(.budget, of: Self.rollout))
            for _ in 0..<25 { if case .taken = purse.take(at: process.door.now) { served += 1 } }
        }
        #expect(served == 1_234)
        let purse = try #require(process.door.purse(.budget, of: Self.rollout))
        guard case .exhausted = purse.take(at: process.door.now) else {
            Issue.record("nothing is left")
            return
        }
    }

    @Test("and given back at a good end is lent again after it: a stop in good order costs nothing")
    func goodEnd() async throws {
        let store = try Store.inMemory()
        let clock = NIOLockedValueBox<UInt64>(0)
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: 50, begins: Self.start)]
        var served = 0
        for round in 0..<30 as Range<Int64> {
            let process = try await Process(store: store, clock: clock)
            let now = Self.start.advanced(milliseconds: round * 10)
            try await process.ledger.serve(terms, at: process.door, endsAll: false, now: now)
            let purse = process.door.purse(.budget, of: Self.rollout)
            for _ in 0..<2 { if case .taken? = purse?.take(at: process.door.now) { served += 1 } }
            try await process.ledger.serve(terms, at: process.door, endsAll: true, now: now)
            if case .taken? = purse?.take(at: process.door.now) { Issue.record("all was given back") }
        }
        #expect(served == 50)
    }

    @Test("is not told before it is stored: where the store is closed nothing is lent")
    func notStored() async throws {
        let store = try Store.inMemory()
        let process = try await Process(store: store, clock: NIOLockedValueBox<UInt64>(0))
        try store.close()
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: 50, begins: Self.start)]
        await #expect(throws: StoreFault.self) {
            try await process.ledger.serve(terms, at: process.door, endsAll: false, now: Self.start)
        }
        guard case .missing? = process.door.purse(.budget, of: Self.rollout)?.take(at: process.door.now) else {
            Issue.record("a block was used that was not stored")
            return
        }
    }

    @Test("waits in one line: who asks twice stands there once, and a flood is cut off")
    func applicants() throws {
        let door = StageDoor(gateway: try #require(Name("gateway")))
        let cohort = try #require(Name("all"))
        for number in 0..<(StageDoor.mostWaiting + 50) {
            let applicant = Applicant(AudienceUnit(ApplicationID(bits: UInt128(number))), of: cohort)
            for _ in 0..<2 { door.apply(applicant, for: Self.rollout) }
        }
        let heard = try #require(door.takeApplicants()[Self.rollout])
        #expect(heard.count == StageDoor.mostWaiting && Set(heard).count == heard.count)
        #expect(heard.first?.unit.application == ApplicationID(bits: 0) && door.takeApplicants().isEmpty)
    }

    @Test("loses nothing by kill -9: what the log does not show was not used, and is lent again", arguments: seeds(8))
    func recovered(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let (store, clock) = (try Store.inMemory(), NIOLockedValueBox<UInt64>(5_000_000_000))
        let log = NIOLockedValueBox<[ExposureLeaseID]>([])
        let witness = ExposureWitness(
            size: { UInt64(log.withLockedValue { $0.count }) },
            shown: { _, behind in
                var shown = ExposureWitness.Shown()
                for id in log.withLockedValue({ $0[Int(behind)...] }) {
                    shown.taken[.budget, default: [:]][id, default: 0] += 1
                }
                return shown
            })
        let budget = Int.random(in: 500...3_000, using: &generator)
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: budget, begins: Self.start)]
        var process = try await Process(store: store, clock: clock, witness: witness)
        var kills = 0
        for round in 0..<4_000 as Range<Int64> where log.withLockedValue({ $0.count }) < budget {
            clock.withLockedValue { $0 += 200_000_000 }
            let now = Self.start.advanced(milliseconds: round * 200)
            try await process.ledger.serve(terms, at: process.door, endsAll: false, now: now)
            let purse = try #require(process.door.purse(.budget, of: Self.rollout))
            for _ in 0..<Int.random(in: 0...40, using: &generator) {
                guard case .taken(let block) = purse.take(at: process.door.now) else { break }
                log.withLockedValue { $0.append(block) }
            }
            if generator.oneIn(6) {
                kills += 1
                process = try await Process(store: store, clock: clock, witness: witness)
                let leases = try #require(process.ledger.leases[.budget])
                try #require(leases.committed == log.withLockedValue { $0.count } && leases.writtenOff == 0)
            }
        }
        #expect(log.withLockedValue { $0.count } == budget && kills > 0)
    }

    @Test("comes back by the access log itself, and stays used where the log is gone")
    func byAccessLog() async throws {
        let (folder, store) = (try TemporaryDirectory("witness"), try Store.inMemory())
        let clock = NIOLockedValueBox<UInt64>(0)
        let signer = try NoteSigner(name: "test.example/access", seed: Array(repeating: 7, count: 32))
        let writer = try LogWriter.open(
            directory: folder.path(of: "access"), origin: "test.example/access", signer: signer)
        let requests = RequestFinder(
            log: try LogReader(directory: folder.path(of: "access"), durable: { writer.size }), store: store)
        let witness = ExposureWitness(requests)
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: 100, begins: Self.start)]
        var process = try await Process(store: store, clock: clock, witness: witness)
        try await process.ledger.serve(terms, at: process.door, endsAll: false, now: Self.start)
        var generator = SeededGenerator(seed: 4)
        func entry(_ extra: String) -> [UInt8] {
            let request = RequestID(at: Self.start, using: &generator)
            let front = #"{"at":1,"grant":"g","key":"k","kind":"request.admitted","#
            return Array((front + #"\#(extra),"request":"\#(request)","v":1}"#).utf8)
        }
        let lease = #""leases":{"budget":"\#(process.door.gateway)/1"},"model":"m""#
        let other = RolloutID(bits: 4)
        _ = try await writer.append([
            entry(#"\#(lease),"placement":{"rollout":"\#(Self.rollout)"}"#),
            entry(#"\#(lease),"placement":{"rollout":"\#(other)"}"#), entry(#""model":"m""#),
            entry(#"\#(lease),"placement":{"rollout":"\#(Self.rollout)"}"#),
            Array(#"{"at":0,"grant":"g","kind":"request.counted","v":1}"#.utf8),
        ])
        #expect(process.ledger.leases[.budget]?.committed == ExposurePurse.least)
        process = try await Process(store: store, clock: clock, witness: witness)
        #expect(process.ledger.leases[.budget]?.committed == 3 && process.ledger.leases[.budget]?.writtenOff == 1)
        try writer.close()
    }

    @Test("is told to the rules as used once gateways have given back what they are through with")
    func told() async throws {
        let (store, clock, lent) = (try Store.inMemory(), NIOLockedValueBox<UInt64>(0), LentExposure())
        let process = try await Process(store: store, clock: clock)
        let terms = [ExposureMeter.budget: ExposureBudgetTerm(budget: 10, begins: Self.start)]
        for round in 0..<3 as Range<Int64> {
            let now = Self.start.advanced(milliseconds: round * 200)
            try await process.ledger.serve(terms, at: process.door, endsAll: false, now: now)
            lent.note(process.ledger.leases[.budget], of: Self.rollout, at: now)
            let purse = process.door.purse(.budget, of: Self.rollout)
            while case .taken? = purse?.take(at: process.door.now) {}
        }
        let standing = ExposureStanding(
            .budget, try #require(terms[.budget]), process.ledger.leases[.budget], at: Self.start)
        #expect(standing.used == 10 && standing.left == 0 && standing.lent == 0)
        lent.keep([])
        #expect(process.ledger.leases[.budget]?.used(at: Self.start) == 10)
    }
}
