public import ReleaseModel

/// Where a budget of exposure stands, in requests: everything of it is used, lent or left.
public struct ExposureStanding: Hashable, Sendable {
    /// The budget.
    public let meter: ExposureMeter
    /// What there is of it, and for which time.
    public let term: ExposureBudgetTerm
    /// What counts as used: what gateways said, and what they were lent and did not give back in its time.
    public let used: Int
    /// Of what is used, what nobody has shown to be: lost with gateways that died.
    public let writtenOff: Int
    /// What gateways may still use without asking.
    public let lent: Int
    /// What may still be lent.
    public var left: Int { max(0, self.term.budget - self.used - self.lent) }

    /// The standing of a budget that holds now.
    ///
    /// - Parameter leases: what is known of its blocks; nil if nothing was ever lent.
    public init(_ meter: ExposureMeter, _ term: ExposureBudgetTerm, _ leases: ExposureLeases?, at now: Timestamp) {
        (self.meter, self.term) = (meter, term)
        var leases = leases ?? ExposureLeases(term)
        if let entry = leases.renew(to: term) { leases.apply(entry) }
        self.used = leases.used(at: now)
        self.writtenOff = leases.writtenOff
        self.lent = leases.outstanding(at: now)
    }
}

extension Rollout {
    /// Where the budgets of exposure stand that hold at a moment, by what is known of their blocks.
    public func exposure(_ leases: [ExposureMeter: ExposureLeases], at now: Timestamp) -> [ExposureStanding] {
        self.exposureTerms(at: now).sorted { $0.key < $1.key }
            .map { ExposureStanding($0.key, $0.value, leases[$0.key], at: now) }
    }
}
