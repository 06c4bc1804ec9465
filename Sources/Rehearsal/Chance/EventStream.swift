/// Which exposures have events: a function of a key and a law, of which any part can be asked for in any order.
///
/// It is a tree. Each block of 2ᵏ exposures has a number of events of its own; the events of a block fall into its
/// halves by the toss of a coin each, and so on until a part has a handful, each of which is drawn its place. So
/// nobody has to go through the exposures: how many events the first n have is a matter of a few steps, and whoever
/// looks often and whoever looks seldom see the same events.
struct EventStream: Sendable {
    private let law: BlockLaw
    private let key: UInt64
    private let bursts: Bursts
    /// The first block that is not counted in ``before``.
    private var block = 0
    private var before = 0

    /// The events of a key.
    init(_ law: BlockLaw, key: UInt64, bursts: Bursts = .none) {
        (self.law, self.key, self.bursts) = (law, key, bursts)
    }

    /// Events among the first `exposures`, which are no fewer than at the last ``moveOn(to:)``.
    func events(upTo exposures: Int) -> Int {
        let last = exposures >> self.law.exponent
        var sum = self.before
        for block in self.block..<max(self.block, last) { sum += self.weight(of: self.total(block), in: block) }
        return sum + self.weight(of: self.count(exposures - last << self.law.exponent, in: last), in: last)
    }

    /// Remembers what was before, so that counting begins there.
    mutating func moveOn(to exposures: Int) {
        while self.block < exposures >> self.law.exponent {
            self.before += self.weight(of: self.total(self.block), in: self.block)
            self.block += 1
        }
    }

    /// The events of the exposures in a range, in their order.
    func events(in range: Range<Int>) -> [Event] {
        guard !range.isEmpty else { return [] }
        var walk = Walk(range: range, bursts: self.bursts)
        for block in (range.lowerBound >> self.law.exponent)...((range.upperBound - 1) >> self.law.exponent) {
            let node = Node(
                number: 1, start: block << self.law.exponent, level: self.law.exponent, events: self.total(block),
                rank: 0)
            walk.visit(node, Chance.key(self.key, UInt64(block)))
        }
        return walk.events
    }

    /// One event, or one burst of them.
    struct Event: Hashable, Sendable {
        /// The number of its exposure, from 0.
        let exposure: Int
        /// How many events it counts as.
        let count: Int
        /// A key of its own.
        let key: UInt64
    }

    // MARK: The tree

    private func total(_ block: Int) -> Int {
        var chance = Chance(Chance.key(self.key, UInt64(block)))
        return self.law.events(chance.next())
    }

    /// A part of a block: the whole, a half, a quarter, …
    private struct Node {
        /// 1 for the whole; the halves of n are 2n and 2n + 1.
        var number: UInt64
        /// Its first exposure.
        var start: Int
        /// It has 2^level exposures.
        var level: Int
        var events: Int
        /// Events of the block before it.
        var rank: Int

        /// So few events are not divided further: each has a place of its own.
        static let handful = 8

        var isLeaf: Bool { self.events <= Self.handful || self.level == 0 }

        /// What decides about its events.
        func chance(_ block: UInt64) -> Chance { Chance(Chance.key(block, self.number)) }

        /// Its halves.
        func halves(_ block: UInt64) -> (left: Node, right: Node) {
            var (left, right, chance) = (self, self, self.chance(block))
            (left.level, right.level) = (self.level - 1, self.level - 1)
            left.events = chance.heads(of: self.events)
            right.events = self.events - left.events
            (left.number, right.number) = (self.number << 1, self.number << 1 | 1)
            (right.start, right.rank) = (self.start + 1 << left.level, self.rank + left.events)
            return (left, right)
        }

        /// The exposure of the next event of a leaf.
        func place(_ chance: inout Chance) -> Int { self.start + Int(chance.next() >> UInt64(64 - self.level)) }
    }

    /// Events among the first exposures of a block.
    private func count(_ exposures: Int, in block: Int) -> Int {
        guard exposures > 0 else { return 0 }
        let key = Chance.key(self.key, UInt64(block))
        var node = Node(number: 1, start: 0, level: self.law.exponent, events: self.total(block), rank: 0)
        while !node.isLeaf {
            let (left, right) = node.halves(key)
            node = exposures < right.start ? left : right
        }
        var chance = node.chance(key)
        return node.rank + (0..<node.events).count { _ in node.place(&chance) < exposures }
    }

    /// Gathers the events of a range.
    private struct Walk {
        let range: Range<Int>
        let bursts: Bursts
        private(set) var events: [Event] = []
        /// The places of the events of one leaf.
        private var places: [Int] = []

        init(range: Range<Int>, bursts: Bursts) { (self.range, self.bursts) = (range, bursts) }

        mutating func visit(_ node: Node, _ block: UInt64) {
            let end = node.start + 1 << node.level
            guard node.events > 0, node.start < self.range.upperBound, end > self.range.lowerBound else { return }
            guard node.isLeaf else {
                let (left, right) = node.halves(block)
                self.visit(left, block)
                self.visit(right, block)
                return
            }
            var chance = node.chance(block)
            self.places.removeAll(keepingCapacity: true)
            for _ in 0..<node.events { self.places.append(node.place(&chance)) }
            self.places.sort()
            for (rank, place) in self.places.enumerated() where self.range.contains(place) {
                let own = Chance.key(block, UInt64(node.rank + rank) | 1 << 63)
                self.events.append(Event(exposure: place, count: self.bursts.size(own), key: own))
            }
        }
    }

    /// What the first so many events of a block count as.
    private func weight(of events: Int, in block: Int) -> Int {
        guard !self.bursts.areSingle else { return events }
        let key = Chance.key(self.key, UInt64(block))
        return (0..<events).reduce(0) { $0 + self.bursts.size(Chance.key(key, UInt64($1) | 1 << 63)) }
    }
}
