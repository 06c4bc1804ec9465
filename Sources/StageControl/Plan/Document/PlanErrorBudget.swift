/// How often the plan's rules may be wrong, spent once for the plan's whole life. A restart does not refill it.
///
/// What is spent of it, ``ReleasePlan/Spec/advanceBudget()`` and ``ReleasePlan/Spec/alarmBudget()`` keep.
public struct PlanErrorBudget: Hashable, Sendable {
    /// The probability of ever opening a stage while a bounded rate of harm is above its bound. The linter asks for a
    /// number between 0 and 0.5.
    public let falseAdvance: Double
    /// The probability of ever rolling back a release that is within every bound; the rules share it by their weights.
    /// The linter asks for a number between 0 and 0.5.
    public let falseRollback: Double
    /// What is kept for evidence that begins anew without having been planned.
    public let restarts: Restarts

    /// A budget with all its fields.
    public init(falseAdvance: Double = 0.05, falseRollback: Double = 0.05, restarts: Restarts = Restarts()) {
        self.falseAdvance = falseAdvance
        self.falseRollback = falseRollback
        self.restarts = restarts
    }

    /// What is kept for evidence that begins anew without having been planned.
    public struct Restarts: Hashable, Sendable {
        /// The share of the budget, from 0 to less than 1; the planned starts have the rest in equal parts.
        public let reserve: Double
        /// How the reserve is divided.
        public let schedule: Schedule

        /// How the reserve is divided among restarts of which nobody knows how many will come.
        public enum Schedule: String, CaseIterable, Hashable, Sendable {
            /// The j-th has 6 / (π² j²) of the reserve; all of them together have the whole.
            case harmonic
        }

        /// A share and its division.
        public init(reserve: Double = 0.2, schedule: Schedule = .harmonic) {
            self.reserve = reserve
            self.schedule = schedule
        }
    }
}

extension PlanErrorBudget {
    static let form = Form<Self>.object(
        Self.init,
        Field("falseAdvance", \.falseAdvance, .amount, default: 0.05, opens: .bound(.raised)),
        Field("falseRollback", \.falseRollback, .amount, default: 0.05, opens: .bound(.lowered)),
        Field("restarts", \.restarts, Restarts.form, default: Restarts()))
}

extension PlanErrorBudget.Restarts {
    static let form = Form<Self>.object(
        Self.init,
        Field("reserve", \.reserve, .amount, default: 0.2),
        Field("schedule", \.schedule, .word(), default: .harmonic))
}
