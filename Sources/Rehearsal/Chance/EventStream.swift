/// Which exposures have events: a function of a key and a law, of which any part can be asked for in any order.
///
/// It is a tree. Each block of 2ᵏ exposures has a number of events of its own; the events of a block fall into its
/// halves by the toss of a coin each, and so on. So nobody has to go through the exposures: how many events the first
/// n have is a matter of a few steps, and whoever looks often and whoever looks seldom see the same events.
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
        var events: [Event] = []
        for block in (range.lowerBound >> self.law.exponent)...((range.upperBound - 1) >> self.law.exponent) {
            let key = Chance.key(self.key, UInt64(block))
            let node = Node(
                number: 1, start: block << self.law.exponent, level: self.law.exponent, events: self.total(block),
                rank: 0)
            Self.walk(node, key, range) { exposure, rank in
                let own = Chance.key(key, UInt64(rank) | 1 << 63)
                events.append(Event(exposure: exposure, count: self.bursts.size(own), key: own))
            }
        }
        return events
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

    /// Of the events of a node, those in its left half.
    private static func left(_ events: Int, _ node: UInt64, _ block: UInt64) -> Int {
        var chance = Chance(Chance.key(block, node))
        return chance.heads(of: events)
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
    }

    /// Events among the first exposures of a block.
    private func count(_ exposures: Int, in block: Int) -> Int {
        guard exposures > 0 else { return 0 }
        let key = Chance.key(self.key, UInt64(block))
        var (left, events, node, sum) = (exposures, self.total(block), UInt64(1), 0)
        for level in stride(from: self.law.exponent, to: 0, by: -1) {
            guard events > 0, left > 0 else { break }
            let half = 1 << (level - 1)
            let lower = Self.left(events, node, key)
            if left >= half {
                (sum, events, left, node) = (sum + lower, events - lower, left - half, node << 1 | 1)
            } else {
                (events, node) = (lower, node << 1)
            }
        }
        return left > 0 ? sum + events : sum
    }

    private static func walk(
        _ node: Node, _ block: UInt64, _ range: Range<Int>, _ body: (_ exposure: Int, _ rank: Int) -> Void
    ) {
        let end = node.start + 1 << node.level
        guard node.events > 0, node.start < range.upperBound, end > range.lowerBound else { return }
        guard node.level > 0 else {
            for event in 0..<node.events { body(node.start, node.rank + event) }
            return
        }
        var (left, right) = (node, node)
        (left.level, right.level) = (node.level - 1, node.level - 1)
        left.events = self.left(node.events, node.number, block)
        right.events = node.events - left.events
        (left.number, right.number) = (node.number << 1, node.number << 1 | 1)
        (right.start, right.rank) = (node.start + 1 << left.level, node.rank + left.events)
        self.walk(left, block, range, body)
        self.walk(right, block, range, body)
    }

    /// What the first so many events of a block count as.
    private func weight(of events: Int, in block: Int) -> Int {
        guard !self.bursts.areSingle else { return events }
        let key = Chance.key(self.key, UInt64(block))
        return (0..<events).reduce(0) { $0 + self.bursts.size(Chance.key(key, UInt64($1) | 1 << 63)) }
    }
}
