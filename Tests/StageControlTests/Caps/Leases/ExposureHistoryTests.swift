import ReleaseModel
import SluiceTesting
import StageControl
import Testing

/// Invariant I7: exposure ≤ budget + outstanding leases, even with the granter dead.
@Suite("In every history of lost, doubled and late messages and of crashes, exposure")
struct ExposureHistoryTests {
    @Test("is within what is reported and lent, and that within the largest budget so far")
    func withinBudget() {
        repeated(seeds: 250) { _, generator in
            var world = try ExposureWorld(using: &generator)
            for step in 0..<250 {
                try world.step(using: &generator)
                try #require(world.exposure <= world.leases.committed, "step \(step)")
                try #require(world.leases.committed <= world.largestBudget, "step \(step)")
                try #require(
                    world.leases.used(at: world.now) + world.leases.outstanding(at: world.now)
                        == world.leases.committed)
            }
            try #require(world.replayed == world.leases)
        }
    }

    @Test("after the granter has died grows by what was outstanding at the most, and by nothing after five seconds")
    func granterDead() {
        repeated(seeds: 250) { _, generator in
            var world = try ExposureWorld(using: &generator)
            for _ in 0..<120 { try world.step(using: &generator) }
            let (died, exposure) = (world.now, world.exposure)
            let outstanding = world.leases.outstanding(at: died)
            world.granterIsUp = false
            var atEnd: Int?
            for _ in 0..<120 {
                try world.step(using: &generator, granterReturns: false)
                try #require(world.exposure - exposure <= outstanding)
                guard world.now.since(died) >= 5_000 else { continue }
                atEnd = atEnd ?? world.exposure
                if let atEnd { try #require(world.exposure == atEnd) }
            }
            try #require(atEnd != nil)
        }
    }

    @Test("after the budget was taken away grows by what was outstanding at the most")
    func budgetGone() {
        repeated(seeds: 150) { _, generator in
            var world = try ExposureWorld(using: &generator)
            for _ in 0..<120 { try world.step(using: &generator) }
            world.granterIsUp = true
            world.resize(to: 0)
            let (exposure, outstanding) = (world.exposure, world.leases.outstanding(at: world.now))
            for _ in 0..<120 {
                try world.step(using: &generator, resizes: false)
                try #require(world.exposure - exposure <= outstanding)
            }
        }
    }

    @Test("in a day is within the day's budget")
    func days() {
        repeated(seeds: 150) { _, generator in
            var world = try ExposureWorld(dayOfSeconds: 20, using: &generator)
            for _ in 0..<400 { try world.step(using: &generator, resizes: false) }
            for (day, exposure) in world.exposureByDay { try #require(exposure <= world.largestBudget, "day \(day)") }
        }
    }

    @Test("uses the whole budget when nothing goes wrong: a block that is lost for good is the price of a crash only")
    func nothingLost() {
        repeated(seeds: 30) { _, generator in
            var world = try ExposureWorld(using: &generator)
            world.isFaultless = true
            for _ in 0..<2_000 where world.exposure < world.largestBudget {
                try world.step(using: &generator, resizes: false)
            }
            try #require(world.exposure == world.largestBudget)
        }
    }
}

/// A granter, some gateways and a network between them, each with its own troubles.
private struct ExposureWorld {
    private enum Message {
        case ask(ExposureLeaseID)
        case answer(ExposureLeaseID, ExposureAnswer)
        case back(ExposureReturn)
        case arrived(ExposureLeaseID)
    }

    private struct Gateway {
        var holder: ExposureHolder
        /// Its clock is ahead of the granter's by this.
        let offset: Int64
    }

    private(set) var leases: ExposureLeases
    private(set) var now = Timestamp(milliseconds: 1_750_000_000_000)
    private(set) var exposure = 0
    private(set) var exposureByDay: [Int: Int] = [:]
    private(set) var largestBudget: Int
    var granterIsUp = true
    var isFaultless = false
    private let first: ExposureBudgetTerm
    private let days: StagePeriods?
    private var ledger: [ExposureEntry] = []
    private var gateways: [Gateway] = []
    private var network: [(arrives: Timestamp, message: Message)] = []
    private var processes = 0

    init(dayOfSeconds: Int? = nil, using generator: inout SeededGenerator) throws {
        let start = self.now
        let days = dayOfSeconds.map { StagePeriods(from: start, each: TimeSpan($0, .second)) }
        self.days = days
        self.largestBudget = Int.random(in: 0...4_000, using: &generator)
        self.first = ExposureBudgetTerm(budget: self.largestBudget, begins: self.now, ends: days?.start(of: 1))
        self.leases = ExposureLeases(self.first)
        for _ in 0..<3 { self.gateways.append(try self.started(using: &generator)) }
    }

    /// What a granter knows that starts from its store.
    var replayed: ExposureLeases { self.ledger.reduce(into: ExposureLeases(self.first)) { $0.apply($1) } }

    private mutating func started(using generator: inout SeededGenerator) throws -> Gateway {
        self.processes += 1
        return Gateway(
            holder: ExposureHolder(gateway: try Sample.name("gateway-\(self.processes)")),
            offset: .random(in: -9_000_000...9_000_000, using: &generator))
    }

    private func clock(_ gateway: Int) -> Timestamp {
        self.now.advanced(milliseconds: self.gateways[gateway].offset)
    }

    private mutating func append(_ entry: ExposureEntry?) {
        guard let entry else { return }
        self.ledger.append(entry)
        self.leases.apply(entry)
    }

    mutating func resize(to budget: Int) {
        self.append(self.leases.resize(to: budget))
        self.largestBudget = max(self.largestBudget, budget)
    }

    // MARK: The network

    private mutating func send(_ message: Message, using generator: inout SeededGenerator) {
        if self.isFaultless { return self.network.append((self.now, message)) }
        guard !generator.oneIn(5) else { return }
        for _ in 0..<(generator.oneIn(4) ? 2 : 1) {
            let delay = Int64.random(in: 0...(generator.oneIn(5) ? 9_000 : 300), using: &generator)
            self.network.append((self.now.advanced(milliseconds: delay), message))
        }
    }

    private mutating func deliver(using generator: inout SeededGenerator) {
        let due = self.network.filter { $0.arrives <= self.now }.shuffled(using: &generator)
        self.network.removeAll { $0.arrives <= self.now }
        for (_, message) in due {
            switch message {
            case .ask(let id):
                guard self.granterIsUp else { continue }
                let answer = self.leases.lease(id, of: .random(in: 1...600, using: &generator), at: self.now)
                if case .granted(_, let entry) = answer { self.append(entry) }
                self.send(.answer(id, answer), using: &generator)
            case .back(let returned):
                guard self.granterIsUp else { continue }
                self.append(self.leases.takeBack(returned))
                self.send(.arrived(returned.id), using: &generator)
            case .answer(let id, let answer):
                self.atGateway(id) { holder in
                    switch answer {
                    case .granted(let lease, _): holder.receive(lease)
                    case .refused: holder.refused(id)
                    }
                }
            case .arrived(let id): self.atGateway(id) { $0.arrived(id) }
            }
        }
    }

    private mutating func atGateway(_ id: ExposureLeaseID, _ body: (inout ExposureHolder) -> Void) {
        for index in self.gateways.indices where self.gateways[index].holder.gateway == id.gateway {
            body(&self.gateways[index].holder)
        }
    }

    // MARK: What happens

    mutating func step(
        using generator: inout SeededGenerator, granterReturns: Bool = true, resizes: Bool = true
    ) throws {
        self.now = self.now.advanced(milliseconds: .random(in: 0...400, using: &generator))
        self.beginDay()
        self.deliver(using: &generator)
        let gateway = Int.random(in: 0..<self.gateways.count, using: &generator)
        switch Int.random(in: 0..<20, using: &generator) {
        case 0..<9: self.serve(gateway, using: &generator)
        case 9..<14:
            let id = self.gateways[gateway].holder.ask(at: self.clock(gateway))
            self.send(.ask(id), using: &generator)
        case 14..<17:
            self.gateways[gateway].holder.giveBack(at: self.clock(gateway))
            for returned in self.gateways[gateway].holder.returns { self.send(.back(returned), using: &generator) }
        case 17:
            guard !self.isFaultless, generator.oneIn(3) else { return }
            self.gateways[gateway] = try self.started(using: &generator)
        case 18:
            guard !self.isFaultless else { return }
            // Whatever was not stored is forgotten when it comes back.
            self.granterIsUp = granterReturns && !self.granterIsUp
            if self.granterIsUp { self.leases = self.replayed }
        default:
            guard resizes, self.granterIsUp, self.days == nil else { return }
            self.resize(to: Int.random(in: 0...6_000, using: &generator))
        }
    }

    private mutating func serve(_ gateway: Int, using generator: inout SeededGenerator) {
        for _ in 0..<Int.random(in: 0...300, using: &generator) {
            guard self.gateways[gateway].holder.take(at: self.clock(gateway)) != nil else { return }
            self.exposure += 1
            if let days = self.days { self.exposureByDay[days.number(at: self.now), default: 0] += 1 }
        }
    }

    private mutating func beginDay() {
        guard let days, self.granterIsUp, let ends = self.leases.term.ends, self.now >= ends else { return }
        let day = days.number(at: self.now)
        let term = ExposureBudgetTerm(
            budget: self.largestBudget, begins: days.start(of: day), ends: days.start(of: day + 1))
        self.append(.began(term))
    }
}
