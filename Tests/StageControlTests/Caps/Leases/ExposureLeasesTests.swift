import Foundation
import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("A budget of exposure")
struct ExposureLeasesTests {
    private let start = Timestamp(milliseconds: 1_750_000_000_000)

    private func moment(_ seconds: Double) -> Timestamp { self.start.advanced(milliseconds: Int64(seconds * 1_000)) }

    private func leases(_ budget: Int, ends: Timestamp? = nil) -> ExposureLeases {
        ExposureLeases(ExposureBudgetTerm(budget: budget, begins: self.start, ends: ends))
    }

    private func id(_ number: Int, of gateway: String = "gateway-1") throws -> ExposureLeaseID {
        ExposureLeaseID(gateway: try Sample.name(gateway), number: number)
    }

    /// Decides, appends and applies.
    private func lend(
        _ id: ExposureLeaseID, _ size: Int = 500, at now: Timestamp? = nil, from leases: inout ExposureLeases
    ) -> ExposureAnswer {
        let answer = leases.lease(id, of: size, at: now ?? self.start)
        if case .granted(_, let entry?) = answer { leases.apply(entry) }
        return answer
    }

    private func takeBack(_ id: ExposureLeaseID, used: Int, into leases: inout ExposureLeases) -> Bool {
        guard let entry = leases.takeBack(ExposureReturn(id: id, used: used)) else { return false }
        leases.apply(entry)
        return true
    }

    @Test("is lent block by block until all of it is lent, and not a request more")
    func exhausted() throws {
        var leases = self.leases(1_200)
        var sizes: [Int] = []
        for number in 1...4 {
            let answer = self.lend(try self.id(number), from: &leases)
            if case .granted(let lease, _) = answer {
                sizes.append(lease.size)
            } else {
                #expect(answer == .refused(.exhausted))
            }
        }
        #expect(sizes == [500, 500, 200])
        #expect(leases.free == 0 && leases.committed == 1_200 && leases.outstanding(at: self.start) == 1_200)
    }

    @Test("gets back what a gateway did not use")
    func returned() throws {
        var leases = self.leases(500)
        _ = self.lend(try self.id(1), from: &leases)
        #expect(try self.takeBack(self.id(1), used: 120, into: &leases))
        #expect(leases.reported == 120 && leases.free == 380 && leases.outstanding(at: self.start) == 0)
        // A doubled message changes nothing, nor does one about a block that nobody lent.
        for number in 1...2 { #expect(try !self.takeBack(self.id(number), used: 0, into: &leases)) }
    }

    @Test("counts a block whose time is over as used, until the gateway says how much it was")
    func lapsed() throws {
        var leases = self.leases(500)
        _ = self.lend(try self.id(1), 300, from: &leases)
        #expect(leases.used(at: self.moment(4.999)) == 0 && leases.outstanding(at: self.moment(4.999)) == 300)
        #expect(leases.used(at: self.moment(5)) == 300 && leases.outstanding(at: self.moment(5)) == 0)
        #expect(leases.free == 200)
        #expect(try self.takeBack(self.id(1), used: 10, into: &leases))
        #expect(leases.used(at: self.moment(60)) == 10 && leases.free == 490)
    }

    @Test("answers a repeated question with the same block, and never a number of before")
    func repeatedQuestion() throws {
        var leases = self.leases(5_000)
        guard case .granted(let first, .some) = self.lend(try self.id(4), from: &leases) else {
            Issue.record("the first block is granted")
            return
        }
        #expect(try self.lend(self.id(4), at: self.moment(1), from: &leases) == .granted(first, entry: nil))
        #expect(try self.lend(self.id(3), from: &leases) == .refused(.outdated))
        #expect(try self.takeBack(self.id(4), used: 1, into: &leases))
        #expect(try self.lend(self.id(4), from: &leases) == .refused(.outdated))
        #expect(leases.committed == 1)
    }

    @Test("lends blocks of 1 to 500 requests for 5 seconds at the most", arguments: [Int.min, 0, 1, 499, 501, .max])
    func limits(asked: Int) throws {
        let answer = self.leases(.max).lease(try self.id(1), of: asked, at: self.start)
        guard case .granted(let lease, _) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(lease.size == min(max(1, asked), 500) && lease.span == 5_000)
    }

    @Test("that shrinks takes nothing back from gateways, and lends nothing more")
    func shrinks() throws {
        var leases = self.leases(1_000)
        _ = self.lend(try self.id(1), from: &leases)
        leases.apply(try #require(leases.resize(to: 300)))
        #expect(leases.free == 0 && leases.outstanding(at: self.start) == 500)
        #expect(try self.lend(self.id(2), from: &leases) == .refused(.exhausted))
        #expect(leases.resize(to: 300) == nil)
        leases.apply(try #require(leases.resize(to: -5)))
        #expect(leases.term.budget == 0)
    }

    @Test("counts all that a gateway used, also beyond its block")
    func overdrawn() throws {
        var leases = self.leases(1_000)
        _ = self.lend(try self.id(1), from: &leases)
        #expect(try self.takeBack(self.id(1), used: 1_700, into: &leases))
        #expect(leases.committed == 1_700 && leases.free == 0)
        #expect(try self.lend(self.id(2), from: &leases) == .refused(.exhausted))
    }

    @Test("of a day ends with the day, and so do its blocks")
    func day() throws {
        let days = StagePeriods(from: self.start, each: TimeSpan(1, .day))
        let end = days.start(of: 1)
        var leases = self.leases(500, ends: end)
        #expect(leases.lease(try self.id(1), of: 9, at: self.moment(-1)) == .refused(.closed))
        let late = end.advanced(milliseconds: -2_000)
        guard case .granted(let lease, _) = self.lend(try self.id(1), at: late, from: &leases) else {
            Issue.record("a block is granted in the last seconds")
            return
        }
        #expect(lease.until == end)
        #expect(try self.lend(self.id(2), at: end, from: &leases) == .refused(.closed))
        leases.apply(.began(ExposureBudgetTerm(budget: 400, begins: end, ends: days.start(of: 2))))
        #expect(leases.free == 400)
        #expect(try !self.takeBack(self.id(1), used: 500, into: &leases))
        #expect(try self.lend(self.id(1), at: end, from: &leases) == .refused(.outdated))
    }

    @Test("that begins while blocks of an earlier one may still be used counts these")
    func carriedOver() throws {
        var leases = self.leases(500)
        _ = self.lend(try self.id(1), 300, from: &leases)
        leases.apply(.began(ExposureBudgetTerm(budget: 400, begins: self.moment(2))))
        #expect(leases.free == 100)
        #expect(try self.takeBack(self.id(1), used: 50, into: &leases))
        #expect(leases.free == 350)
    }

    @Test("is stored in a text that is stable")
    func wire() throws {
        guard case .granted(let lease, _) = self.leases(9).lease(try self.id(1), of: 9, at: self.start) else {
            Issue.record("a block is granted")
            return
        }
        let entries: [ExposureEntry] = [
            .began(ExposureBudgetTerm(budget: 1, begins: self.start)), .resized(budget: 4), .granted(lease),
            .returned(ExposureReturn(id: try self.id(1), used: 3)),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(
            String(decoding: try encoder.encode(entries[3]), as: UTF8.self)
                == #"{"returned":{"_0":{"id":{"gateway":"gateway-1","number":1},"used":3}}}"#)
        #expect(try JSONDecoder().decode([ExposureEntry].self, from: encoder.encode(entries)) == entries)
        #expect(
            [ExposureRefusal.exhausted, .closed, .outdated].map(\.code) == [
                "exposure_budget_exhausted", "exposure_budget_closed", "lease_number_outdated",
            ])
    }
}

@Suite("A gateway's blocks of exposure")
struct ExposureHolderTests {
    private func moment(_ seconds: Double) -> Timestamp { Timestamp(milliseconds: Int64(seconds * 1_000)) }

    private func holder() throws -> ExposureHolder { ExposureHolder(gateway: try Sample.name("gateway-1")) }

    private func take(_ seconds: Double, from holder: inout ExposureHolder) -> Bool {
        holder.take(at: self.moment(seconds)) != nil
    }

    /// A block as the granter makes one, whose clock is an hour ahead.
    private func lease(_ id: ExposureLeaseID, size: Int) throws -> ExposureLease {
        let leases = ExposureLeases(ExposureBudgetTerm(budget: size, begins: self.moment(0)))
        guard case .granted(let lease, _) = leases.lease(id, of: size, at: self.moment(3_600)) else {
            throw CancellationError()
        }
        return lease
    }

    @Test("are used up one by one, and then there is none")
    func used() throws {
        var holder = try self.holder()
        #expect(!self.take(0, from: &holder))
        holder.receive(try self.lease(holder.ask(at: self.moment(0)), size: 3))
        let taken = (0..<5).map { _ in holder.take(at: self.moment(1)) != nil }
        #expect(taken == [true, true, true, false, false])
        holder.giveBack(at: self.moment(1))
        #expect(holder.returns.map(\.used) == [3])
    }

    @Test("end five seconds after they were asked for, not after they came")
    func deadline() throws {
        var holder = try self.holder()
        let id = holder.ask(at: self.moment(10))
        holder.receive(try self.lease(id, size: 9))
        #expect(self.take(14.999, from: &holder))
        #expect(!self.take(15, from: &holder))
        holder.giveBack(at: self.moment(15))
        #expect(holder.returns == [ExposureReturn(id: id, used: 1)])
    }

    @Test("come once: a doubled, a late and a foreign answer bring nothing")
    func once() throws {
        var holder = try self.holder()
        let first = holder.ask(at: self.moment(0))
        let repeated = holder.ask(at: self.moment(4))
        #expect(repeated == first)
        let lease = try self.lease(first, size: 2)
        holder.receive(lease)
        holder.receive(lease)
        #expect(holder.left(at: self.moment(1)) == 2)
        let second = holder.ask(at: self.moment(1))
        #expect(second.number > first.number)
        // Nobody answers: the question is given up, and its answer comes too late.
        let third = holder.ask(at: self.moment(6))
        #expect(third.number > second.number && holder.returns == [ExposureReturn(id: second, used: 0)])
        holder.receive(try self.lease(second, size: 5))
        #expect(holder.left(at: self.moment(6)) == 0)
        holder.refused(third)
        holder.receive(try self.lease(third, size: 5))
        #expect(holder.left(at: self.moment(6)) == 0)
        holder.arrived(second)
        #expect(holder.returns.isEmpty)
    }

    @Test("are all given back when the gateway stops serving the candidate, and not used after that")
    func givenBack() throws {
        var holder = try self.holder()
        for _ in 0..<2 { holder.receive(try self.lease(holder.ask(at: self.moment(0)), size: 4)) }
        #expect(self.take(0, from: &holder))
        holder.giveBackAll()
        #expect(holder.returns.map(\.used) == [1, 0])
        #expect(!self.take(0, from: &holder))
    }
}
