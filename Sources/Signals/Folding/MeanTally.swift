import ReleaseModel
import StageControl

/// The values of units by day, of which a mean is taken.
///
/// A value is known when its day is over and every request of it has ended: a share of requests would fall while more
/// of them come, and what has counted may not go back. For the same reason the worst rating of a day is its value, and
/// not their mean; and who rated nothing has no value.
struct MeanTally: Hashable, Sendable {
    private struct Value: Hashable, Sendable {
        var requests = 0
        var tokens = 0
        var flagged = 0
        /// The greatest dissatisfaction, in millionths; nil if nothing was rated.
        var dissatisfaction: Int?
    }

    private var open: [ActorWindow: Value] = [:]
    private var closedSum = 0
    private var closedDays: [Int64: Int] = [:]

    /// How many units and days are told apart.
    var unitCount: Int { self.open.count }

    mutating func add(_ counts: SignalCounts, of unit: ActorWindow, room: inout ActorRoom) {
        self.change(unit, room: &room) { value in
            value.requests = value.requests.saturatingAdding(counts.admitted)
            value.tokens = value.tokens.saturatingAdding(counts.outputTokens)
        }
    }

    mutating func addFlag(of unit: ActorWindow, room: inout ActorRoom) {
        self.change(unit, room: &room) { $0.flagged = $0.flagged.saturatingAdding(1) }
    }

    mutating func addRating(_ rating: Report.Rating, of unit: ActorWindow, room: inout ActorRoom) {
        self.change(unit, room: &room) { value in
            value.dissatisfaction = max(value.dissatisfaction ?? 0, rating.dissatisfaction)
        }
    }

    private mutating func change(_ unit: ActorWindow, room: inout ActorRoom, _ change: (inout Value) -> Void) {
        guard self.open[unit] != nil || room.take() else { return }
        change(&self.open[unit, default: Value()])
    }

    /// Forgets who had which value on the days before one, and keeps what they add up to.
    mutating func close(before day: Int64, _ rule: MetricRule, room: inout ActorRoom) {
        for (unit, value) in self.open where unit.window < day {
            if let millionths = Self.millionths(value, rule) {
                self.closedSum = self.closedSum.saturatingAdding(millionths)
                self.closedDays[unit.window, default: 0] += 1
            }
            self.open[unit] = nil
            room.used -= 1
        }
    }

    /// The values of the days before one: their sum in millionths of the cap, and how many there are of each day.
    func total(before day: Int64, _ rule: MetricRule) -> (sum: Int, days: [Int64: Int]) {
        var total = (sum: self.closedSum, days: self.closedDays)
        for (unit, value) in self.open where unit.window < day {
            guard let millionths = Self.millionths(value, rule) else { continue }
            total.sum = total.sum.saturatingAdding(millionths)
            total.days[unit.window, default: 0] += 1
        }
        return total
    }

    /// A value in millionths of the cap, rounded up; nil for a unit of which no request is known, or no rating.
    private static func millionths(_ value: Value, _ rule: MetricRule) -> Int? {
        guard let mean = rule.mean, value.requests > 0 else { return nil }
        let amount: Double
        switch mean.quantity {
        case .flaggedShare: amount = min(1, Double(value.flagged) / Double(value.requests))
        case .outputTokens: amount = Double(value.tokens)
        case .dissatisfaction:
            guard let dissatisfaction = value.dissatisfaction else { return nil }
            amount = Double(dissatisfaction) / 1_000_000
        }
        let share = mean.cap > 0 ? amount / mean.cap : 1
        return Int((min(1, share) * 1_000_000).rounded(.up))
    }
}
