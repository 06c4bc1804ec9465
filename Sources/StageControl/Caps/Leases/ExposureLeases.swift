public import ReleaseModel

/// The exposure of a stage, lent to gateways in blocks: what they have used and what they may still use is never more
/// than the budget.
///
/// Gateways ask here for a block, use it up on their own, and give it back. So the number of requests to the candidate
/// is bounded without a question for each, and stays bounded while nobody answers: a gateway without a block serves the
/// baseline. A block counts as a whole from the moment at which it is granted until it has come back; one whose time is
/// over counts as used until then, since its gateway may have died after the last request. Messages may be lost,
/// doubled or late, and both sides may stop at any moment.
///
/// What holds in every history: exposure never exceeds the largest budget so far; when the budget shrinks or the
/// granter is gone, at most what is lent can still be added, and nothing after ``longest``. What a gateway had that
/// died comes back as far as the log of admissions proves it unused (``recover(_:by:)``).
///
/// A stage's `exposureBudget` is one term without an end; `requestsPerDay` is a term for each day (``StagePeriods``).
/// Entries are many, one for each block and each return: they belong into the store, not into the public ledger. State
/// is O(blocks lent + gateways).
public struct ExposureLeases: Hashable, Sendable {
    /// The most that one block may hold.
    public static let largestBlock = 500
    /// The longest that one may be used.
    public static let longest = TimeSpan(5, .second)

    /// The budget and its time.
    public private(set) var term: ExposureBudgetTerm
    /// What gateways have said that they used.
    public private(set) var reported = 0
    /// What of ``reported`` nobody said: it was lent to gateways that died, and nobody can show that it was not used.
    public private(set) var writtenOff = 0
    private var lent: [ExposureLeaseID: ExposureLease] = [:]
    /// The sum of ``lent``.
    private var lentSize = 0
    /// The last number of each gateway.
    private(set) var numbers: [Name: Int] = [:]

    /// A budget of which nothing is used.
    public init(_ term: ExposureBudgetTerm) { self.term = term }

    init(
        _ term: ExposureBudgetTerm, reported: Int, writtenOff: Int, lent: [ExposureLease], numbers: [Name: Int]
    ) {
        self.term = term
        self.reported = max(0, reported)
        self.writtenOff = max(0, writtenOff)
        self.lent = Dictionary(lent.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        self.lentSize = self.lent.values.reduce(0) { $0.saturatingAdding(max(0, $1.size)) }
        self.numbers = numbers
    }

    /// The blocks that are lent, by gateway and number.
    var blocks: [ExposureLease] {
        self.lent.values.sorted { ($0.id.gateway, $0.id.number) < ($1.id.gateway, $1.id.number) }
    }

    /// What counts against the budget: what is reported and every block that has not come back. O(1).
    public var committed: Int { self.reported.saturatingAdding(self.lentSize) }

    /// What may still be lent. O(1).
    public var free: Int { self.committed < self.term.budget ? self.term.budget - self.committed : 0 }

    /// What gateways may still use without asking. O(blocks lent).
    public func outstanding(at now: Timestamp) -> Int {
        self.lent.values.reduce(0) { $1.until > now ? $0 + $1.size : $0 }
    }

    /// What counts as used: what is reported, and blocks whose time is over. O(blocks lent).
    public func used(at now: Timestamp) -> Int { self.committed - self.outstanding(at: now) }
}

extension ExposureLeases {
    /// Grants a block of at most `size` requests, or says why not; O(1).
    ///
    /// A gateway that asks again with the number of a block that it has not given back is told the same block: so it
    /// may repeat a question whose answer was lost.
    ///
    /// - Parameter behind: how many entries the log of admissions has.
    public func lease(
        _ id: ExposureLeaseID, of size: Int, at now: Timestamp, behind: UInt64? = nil
    ) -> ExposureAnswer {
        if let lease = self.lent[id] { return .granted(lease, entry: nil) }
        guard id.number > self.numbers[id.gateway] ?? .min else { return .refused(.outdated) }
        let until = now.advanced(milliseconds: Self.longest.milliseconds)
        let lease = ExposureLease(
            id: id, size: min(max(1, size), Self.largestBlock, self.free), granted: now,
            until: self.term.ends.map { min($0, until) } ?? until, behind: behind)
        guard now >= self.term.begins, lease.until > now else { return .refused(.closed) }
        guard lease.size > 0 else { return .refused(.exhausted) }
        return .granted(lease, entry: .granted(lease))
    }

    /// Takes a block back; nil if it has come back before, or was never granted, or was over before the term began. In
    /// each case the gateway need not send it again.
    ///
    /// A gateway that has used more than it had is counted with all of it.
    public func takeBack(_ returned: ExposureReturn) -> ExposureEntry? {
        self.lent[returned.id] == nil ? nil : .returned(returned)
    }

    /// Changes the budget, as evidence grows or something holds; nil if it is that already. Nothing is taken back from
    /// gateways: below what is committed, nothing more is lent.
    public func resize(to budget: Int) -> ExposureEntry? {
        max(0, budget) == self.term.budget ? nil : .resized(budget: max(0, budget))
    }

    /// Goes over to what holds now: another number for the same time, or a budget of another time; nil if it holds
    /// already.
    public func renew(to term: ExposureBudgetTerm) -> ExposureEntry? {
        term.begins == self.term.begins && term.ends == self.term.ends
            ? self.resize(to: term.budget) : .began(term)
    }

    /// Takes an entry in, once and in order. Never fails.
    public mutating func apply(_ entry: ExposureEntry) {
        switch entry {
        case .began(let term):
            self.term = term
            (self.reported, self.writtenOff) = (0, 0)
            self.lent = self.lent.filter { $0.value.until > term.begins }
            self.lentSize = self.lent.values.reduce(0) { $0.saturatingAdding(max(0, $1.size)) }
        case .resized(let budget):
            self.term = ExposureBudgetTerm(budget: budget, begins: self.term.begins, ends: self.term.ends)
        case .granted(let lease):
            guard lease.id.number > self.numbers[lease.id.gateway] ?? .min else { return }
            self.numbers[lease.id.gateway] = lease.id.number
            self.lent[lease.id] = lease
            self.lentSize = self.lentSize.saturatingAdding(max(0, lease.size))
        case .returned(let returned):
            guard let lease = self.lent.removeValue(forKey: returned.id) else { return }
            self.lentSize -= max(0, lease.size)
            self.reported = self.reported.saturatingAdding(max(0, returned.used))
            self.writtenOff = self.writtenOff.saturatingAdding(max(0, returned.unproven))
        }
    }
}

extension Int {
    fileprivate func saturatingAdding(_ other: Int) -> Int {
        let (sum, overflow) = self.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
