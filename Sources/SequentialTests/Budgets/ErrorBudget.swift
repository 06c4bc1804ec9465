/// The probability of a false advance that a plan has for its whole life, and what has been spent of it.
///
/// Evidence about one cohort does not carry over to another, so each stage that opens to a new one starts afresh, and
/// each start may mislead. The planned starts share four fifths of the budget equally. The j-th unplanned restart
/// gets (1/5)·6/(π²j²) of it: together never more than the last fifth, however many there are. What was spent is
/// never given back, so a restart cannot refill the budget: ten restarts that could, of a rule that misleads
/// in 4.2 %, mislead in 35 %.
///
/// The state is which starts were made; each can be made once, so replaying them is refused and not paid twice.
public struct ErrorBudget: Codable, Hashable, Sendable {
    /// A fresh start of the evidence.
    public enum Start: Codable, Hashable, Sendable {
        /// The planned start of so high a number, from 0.
        case planned(Int)
        /// The j-th unplanned restart, from 1.
        case restart(Int)
    }

    /// Why a share is refused. No share is left to be had by asking otherwise: a new plan must be approved.
    public enum Refusal: Error, Hashable, Sendable {
        /// The plan has no start of this number.
        case notPlanned(start: Int, plannedStarts: Int)
        /// The share of this start has been spent already.
        case alreadySpent(Start)
        /// Restarts are numbered from 1 without a gap; the number that comes next.
        case outOfOrder(restart: Int, expected: Int)
        /// What is left is less than what is asked for.
        case overspent(asked: Double, remaining: Double)

        /// The stable name of the refusal.
        public var code: String {
            switch self {
            case .notPlanned: "start_not_planned"
            case .alreadySpent: "start_already_spent"
            case .outOfOrder: "restart_out_of_order"
            case .overspent: "error_budget_overspent"
            }
        }
    }

    /// The probability α for the plan's whole life; strictly between 0 and 1.
    public let errorRate: Double
    /// How many fresh starts the plan has; at least 1.
    public let plannedStarts: Int
    /// The share of α that is kept for unplanned restarts.
    public let reserve: Double
    /// The planned starts that were made, in the order of their numbers.
    public private(set) var startsMade: [Int] = []
    /// How many unplanned restarts there were; at most ``mostRestarts``.
    public private(set) var restartsMade = 0

    private enum CodingKeys: String, CodingKey {
        case errorRate = "error_rate"
        case plannedStarts = "planned_starts"
        case reserve
        case startsMade = "starts_made"
        case restartsMade = "restarts_made"
    }

    /// The share of α that is usually kept for unplanned restarts.
    public static let usualReserve = 0.2
    /// A plan that was restarted so often is none; its next restart is refused.
    public static let mostRestarts = 10_000

    /// A budget of which nothing is spent.
    ///
    /// Throws unless the error rate lies strictly between 0 and 1, there is a planned start, and 0 ≤ reserve < 1.
    public init(
        errorRate: Double, plannedStarts: Int, reserve: Double = usualReserve
    ) throws(StatisticsFault) {
        try errorRate.requireFraction("errorRate")
        guard plannedStarts >= 1 else {
            throw .outOfRange(field: "plannedStarts", value: Double(plannedStarts), expected: "at least 1")
        }
        guard reserve >= 0, reserve < 1 else {
            throw .outOfRange(field: "reserve", value: reserve, expected: "a number from 0, below 1")
        }
        self.errorRate = errorRate
        self.plannedStarts = plannedStarts
        self.reserve = reserve
    }
}

extension ErrorBudget {
    /// Reads a budget that was kept, and checks it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            errorRate: container.decode(Double.self, forKey: .errorRate),
            plannedStarts: container.decode(Int.self, forKey: .plannedStarts),
            reserve: container.decode(Double.self, forKey: .reserve))
        self.startsMade = try container.decode([Int].self, forKey: .startsMade)
        self.restartsMade = try container.decode(Int.self, forKey: .restartsMade)
        for start in self.startsMade where !(0..<self.plannedStarts).contains(start) {
            throw StatisticsFault.outOfRange(
                field: "starts_made", value: Double(start), expected: "numbers of planned starts")
        }
        guard Set(self.startsMade).count == self.startsMade.count else {
            throw StatisticsFault.notRising(field: "starts_made", index: self.startsMade.count - 1)
        }
        guard (0...Self.mostRestarts).contains(self.restartsMade) else {
            throw StatisticsFault.outOfRange(
                field: "restarts_made", value: Double(self.restartsMade), expected: "from 0 to \(Self.mostRestarts)")
        }
    }
}

// MARK: - Spending

extension ErrorBudget {
    /// What has been spent so far.
    public var spent: Double {
        var sum = Double(self.startsMade.count) * self.plannedShare
        // From the small ones up, so that no digits are lost.
        for restart in stride(from: self.restartsMade, to: 0, by: -1) { sum += self.restartShare(restart) }
        return sum
    }

    /// What is left.
    public var remaining: Double { max(0, self.errorRate - self.spent) }

    /// The error rate that a start would get now. Asking spends nothing.
    public func share(of start: Start) throws(Refusal) -> Double {
        let share: Double
        switch start {
        case .planned(let number):
            guard (0..<self.plannedStarts).contains(number) else {
                throw .notPlanned(start: number, plannedStarts: self.plannedStarts)
            }
            guard !self.startsMade.contains(number) else { throw .alreadySpent(start) }
            share = self.plannedShare
        case .restart(let number):
            guard number > self.restartsMade else { throw .alreadySpent(start) }
            guard number - self.restartsMade == 1 else {
                throw .outOfOrder(restart: number, expected: self.restartsMade + 1)
            }
            share = number <= Self.mostRestarts ? self.restartShare(number) : 0
        }
        // A budget that was kept may have been changed by hand; rounding alone is no overspending.
        let remaining = self.remaining
        guard share > 0, share <= remaining + self.errorRate * 1e-12 else {
            throw .overspent(asked: share, remaining: remaining)
        }
        return share
    }

    /// Spends the share of a start and answers with it; throws the refusal of ``share(of:)`` and then spends nothing.
    public mutating func spend(_ start: Start) throws(Refusal) -> Double {
        let share = try self.share(of: start)
        switch start {
        case .planned(let number): self.startsMade = (self.startsMade + [number]).sorted()
        case .restart(let number): self.restartsMade = number
        }
        return share
    }

    private var plannedShare: Double {
        self.errorRate * (1 - self.reserve) / Double(self.plannedStarts)
    }

    /// The inverse squares of all whole numbers add up to π²/6.
    private func restartShare(_ number: Int) -> Double {
        self.errorRate * self.reserve * 6 / (Double.pi * Double.pi * Double(number) * Double(number))
    }
}

extension ErrorBudget.Refusal: CustomStringConvertible {
    /// What is refused and what to do, for a person.
    public var description: String {
        switch self {
        case .notPlanned(let start, let plannedStarts):
            "Start \(start) is not among the plan's \(plannedStarts), numbered from 0; count an unplanned restart."
        case .alreadySpent(let start):
            "The share of \(start) has been spent; go on with its evidence, or count an unplanned restart."
        case .outOfOrder(let restart, let expected):
            "Restart \(restart) does not come next; number it \(expected)."
        case .overspent(let asked, let remaining):
            "The plan's error budget has \(remaining) left and not \(asked); have a new plan approved."
        }
    }
}
