import ReleaseModel
import SluiceTesting
import StageControl
import Testing

@Suite("Exposure that was lent to a gateway that died")
struct ExposureRecoveryTests {
    /// A granter with a log of admissions, and gateways one after the other, each killed.
    private struct Lives {
        var leases: ExposureLeases
        var log: [ExposureLeaseID?] = []
        var served = 0
        private(set) var unlogged = 0
        private let start = Timestamp(milliseconds: 1_750_000_000_000)
        private var lives = 0

        init(budget: Int) {
            self.leases = ExposureLeases(ExposureBudgetTerm(budget: budget, begins: self.start))
        }

        /// A gateway draws some blocks, serves some requests and gives some blocks back; then it is killed.
        mutating func live(unloggedOneIn: Int?, using generator: inout SeededGenerator) throws {
            self.lives += 1
            var holder = ExposureHolder(gateway: try Sample.name("gw-\(self.lives)"))
            self.recover(besides: holder.gateway)
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                let id = holder.ask(at: self.start)
                let size = Int.random(in: 1...90, using: &generator)
                switch self.leases.lease(id, of: size, at: self.start, behind: UInt64(self.log.count)) {
                case .granted(let lease, let entry):
                    if let entry { self.leases.apply(entry) }
                    // An answer may be on its way when the gateway is killed.
                    if !generator.oneIn(10) { holder.receive(lease) }
                case .refused: holder.refused(id)
                }
                for _ in 0..<Int.random(in: 0...60, using: &generator) {
                    guard let block = holder.take(at: self.start) else { break }
                    // It may be killed before the entry is on the disk: then the request went nowhere.
                    guard !generator.oneIn(20) else { continue }
                    let isUnlogged = unloggedOneIn.map { generator.oneIn($0) } ?? false
                    self.unlogged += isUnlogged ? 1 : 0
                    self.log.append(isUnlogged ? nil : block)
                    self.served += 1
                }
                guard generator.oneIn(2) else { continue }
                holder.giveBack(at: self.start)
                for returned in holder.returns {
                    if let entry = self.leases.takeBack(returned) { self.leases.apply(entry) }
                    holder.arrived(returned.id)
                }
            }
        }

        mutating func recover(besides living: Name) {
            let lost = self.leases.lost(besides: living)
            guard let first = lost.compactMap(\.behind).min() else { return }
            var traces = ExposureTraces()
            for entry in self.log[Int(first)...] {
                if let entry { traces.taken[entry, default: 0] += 1 } else { traces.unlogged += 1 }
            }
            for entry in self.leases.recover(lost, by: traces) { self.leases.apply(entry) }
        }
    }

    @Test("comes back as far as nobody used it: what is used is what was served, and what never was recorded")
    func exact() {
        repeated(seeds: 120) { _, generator in
            var lives = Lives(budget: 4_000)
            for _ in 0..<12 {
                try lives.live(unloggedOneIn: nil, using: &generator)
                lives.recover(besides: try Sample.name("nobody"))
                try #require(lives.leases.lost(besides: try Sample.name("nobody")).isEmpty)
                try #require(lives.leases.writtenOff == 0)
                // A block that came back by itself was told from memory, where what was never recorded counts.
                try #require(lives.served <= lives.leases.committed && lives.leases.committed <= 4_000)
            }
        }
    }

    @Test("is exactly what the log shows, to the last request, where every block was lost")
    func wholeBlocks() throws {
        let start = Timestamp(milliseconds: 1_750_000_000_000)
        var leases = ExposureLeases(ExposureBudgetTerm(budget: 100, begins: start))
        let (dead, living) = (try Sample.name("gw-1"), try Sample.name("gw-2"))
        for number in 1...3 {
            let id = ExposureLeaseID(gateway: dead, number: number)
            guard case .granted(_, let entry?) = leases.lease(id, of: 30, at: start, behind: 7) else { continue }
            leases.apply(entry)
        }
        #expect(leases.committed == 90 && leases.lost(besides: dead).isEmpty)
        let lost = leases.lost(besides: living)
        let traces = ExposureTraces(
            taken: [ExposureLeaseID(gateway: dead, number: 1): 30, ExposureLeaseID(gateway: dead, number: 3): 4])
        for entry in leases.recover(lost, by: traces) { leases.apply(entry) }
        #expect(leases.committed == 34 && leases.writtenOff == 0 && leases.free == 66)
        #expect(leases.recover(lost, by: traces).isEmpty, "and comes back once")
    }

    @Test("stays used as far as admissions that name nothing may have used it, and that much is written off")
    func unlogged() {
        repeated(seeds: 120) { _, generator in
            var lives = Lives(budget: 4_000)
            for _ in 0..<12 {
                try lives.live(unloggedOneIn: 4, using: &generator)
                try #require(lives.served <= lives.leases.committed)
            }
            lives.recover(besides: try Sample.name("nobody"))
            try #require(lives.served <= lives.leases.committed)
            try #require(lives.leases.writtenOff <= 12 * lives.unlogged)
        }
    }

    @Test("is not touched where nobody knows since when the log has its use")
    func unknown() throws {
        let start = Timestamp(milliseconds: 1_750_000_000_000)
        var leases = ExposureLeases(ExposureBudgetTerm(budget: 100, begins: start))
        let id = ExposureLeaseID(gateway: try Sample.name("gw-1"), number: 1)
        guard case .granted(_, let entry?) = leases.lease(id, of: 30, at: start) else { return }
        leases.apply(entry)
        #expect(leases.lost(besides: try Sample.name("gw-2")).isEmpty)
        #expect(ExposureStanding(.budget, leases.term, leases, at: start.advanced(milliseconds: 9_000)).used == 30)
    }
}
