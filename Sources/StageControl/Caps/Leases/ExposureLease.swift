public import ReleaseModel

/// Which block of exposure it is: the gateway that asked for it, and its number among those of that gateway.
public struct ExposureLeaseID: Codable, Hashable, Sendable {
    /// The gateway, by a name that no other process ever has: one that starts again after a crash is another.
    public let gateway: Name
    /// Rises with each block that the gateway asks for.
    public let number: Int

    /// An identifier with both its parts.
    public init(gateway: Name, number: Int) {
        self.gateway = gateway
        self.number = number
    }
}

extension ExposureLeaseID: CustomStringConvertible, LosslessStringConvertible {
    /// The gateway, a slash and the number.
    public var description: String { "\(self.gateway)/\(self.number)" }

    /// Reads the text form; nil for anything else.
    public init?(_ description: String) {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let gateway = Name(String(parts[0])), let number = Int(parts[1]) else { return nil }
        self.init(gateway: gateway, number: number)
    }
}

/// A block of exposure that one gateway may use: so many requests to the candidate, until a moment.
public struct ExposureLease: Codable, Hashable, Sendable {
    /// Which.
    public let id: ExposureLeaseID
    /// How many requests, at least 1.
    public let size: Int
    /// When it was granted, by the granter's clock.
    public let granted: Timestamp
    /// From when on it may not be used, by the granter's clock.
    public let until: Timestamp
    /// How many entries the log of admissions had before it was granted: what is taken of it stands behind them. Nil
    /// where nobody said.
    public let behind: UInt64?

    init(id: ExposureLeaseID, size: Int, granted: Timestamp, until: Timestamp, behind: UInt64? = nil) {
        self.id = id
        self.size = size
        self.granted = granted
        self.until = until
        self.behind = behind
    }

    /// For how many milliseconds it may be used.
    public var span: Int64 { self.until.since(self.granted) }
}

/// A block that a gateway gives back for good, with what it used of it.
public struct ExposureReturn: Codable, Hashable, Sendable {
    /// Which block.
    public let id: ExposureLeaseID
    /// How many requests went to the candidate.
    public let used: Int
    /// How many of these are only counted as used, since nobody can show that they were not.
    public let unproven: Int

    /// A block and its use.
    public init(id: ExposureLeaseID, used: Int, unproven: Int = 0) {
        self.id = id
        self.used = used
        self.unproven = unproven
    }

    private enum CodingKeys: String, CodingKey {
        case id, used, unproven
    }

    /// Reads a block and its use; where nothing is said of it, all of the use is proven.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(ExposureLeaseID.self, forKey: .id),
            used: try container.decode(Int.self, forKey: .used),
            unproven: try container.decodeIfPresent(Int.self, forKey: .unproven) ?? 0)
    }

    /// Writes the same; nothing of what is unproven where nothing is.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.id, forKey: .id)
        try container.encode(self.used, forKey: .used)
        if self.unproven > 0 { try container.encode(self.unproven, forKey: .unproven) }
    }
}

/// Why no block was granted. The gateway serves the baseline.
public enum ExposureRefusal: Hashable, Sendable {
    /// All of the budget is used or lent.
    case exhausted
    /// The time for which the budget is has not begun, or is over.
    case closed
    /// The number was used before; ask with a higher one.
    case outdated

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .exhausted: "exposure_budget_exhausted"
        case .closed: "exposure_budget_closed"
        case .outdated: "lease_number_outdated"
        }
    }
}

/// What a gateway that asks for a block is told.
public enum ExposureAnswer: Hashable, Sendable {
    /// A block; `entry` is to be stored before it is told, and is nil if it has been told before.
    case granted(ExposureLease, entry: ExposureEntry?)
    /// None.
    case refused(ExposureRefusal)
}

/// One thing that happened to a budget of exposure. ``ExposureLeases`` is the fold of these, and nothing else.
public enum ExposureEntry: Codable, Hashable, Sendable {
    /// A budget begins, and what was used of an earlier one does not count any more. Blocks that may still be used do.
    case began(ExposureBudgetTerm)
    /// The budget is another number, and what is used and lent stays.
    case resized(budget: Int)
    /// A block is lent.
    case granted(ExposureLease)
    /// A block has come back.
    case returned(ExposureReturn)
}

/// A budget of exposure and its time.
public struct ExposureBudgetTerm: Codable, Hashable, Sendable {
    /// How many requests may go to the candidate, at least 0.
    public let budget: Int
    /// From when on.
    public let begins: Timestamp
    /// Until when; nil has no end. No block outlasts it.
    public let ends: Timestamp?

    /// A budget with its time; a negative one is none.
    public init(budget: Int, begins: Timestamp, ends: Timestamp? = nil) {
        self.budget = max(0, budget)
        self.begins = begins
        self.ends = ends
    }
}
