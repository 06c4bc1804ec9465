/// What the machine does at a decision, besides holding.
public enum Transition: Hashable, Sendable {
    /// The first stage opens.
    case start
    /// The next stage opens.
    case advance(to: Int)
    /// Something closes: back to a stage, or to nothing.
    case rollBack(RollBack)
    /// What was to be closed is closed at every gateway.
    case rolledBack
    /// After a rollback and its pause, evidence begins anew in the stage that is open. Nothing opens.
    case restart
    /// The last stage has been watched long enough.
    case complete

    /// A way back and its cause.
    public struct RollBack: Codable, Hashable, Sendable {
        /// The stage that stays open; nil if nothing does.
        public var stage: Int?
        /// What was done.
        public var reaction: String
        /// The metric that brought it about.
        public var metric: Int
        /// The rule that did; nil if nothing is known any more.
        public var rule: RuleKind?
        /// For how many milliseconds answers that are on their way may go on; 0 ends them at once.
        public var drain: Int64

        /// A way back with all its fields.
        public init(stage: Int?, reaction: Reaction, metric: Int, rule: RuleKind?, drain: Int64) {
            self.stage = stage
            self.reaction = reaction.rawValue
            self.metric = metric
            self.rule = rule
            self.drain = drain
        }

        /// The cause as a sentence for people.
        public func sentence(in plan: ReleasePlan.Spec) -> String {
            let name = plan.name(ofMetric: self.metric)
            return switch self.rule {
            case .tripwire: "It went back because \(name) has had as many events as its tripwire allows."
            case .rollback: "It went back because \(name) is shown to be above its bound."
            case .drift: "It went back because \(name) has risen above its bound."
            case .hold, .advance, nil: "It went back because nothing certain is known of \(name)."
            }
        }

        enum CodingKeys: String, CodingKey {
            case stage, reaction, metric, rule, drain
        }
    }
}

extension Transition: Codable {
    private enum Kind: String, Codable {
        case start, advance
        case rollBack = "roll_back"
        case rolledBack = "rolled_back"
        case restart, complete
    }

    private enum CodingKeys: String, CodingKey {
        case kind, to, back
    }

    private var kind: Kind {
        switch self {
        case .start: .start
        case .advance: .advance
        case .rollBack: .rollBack
        case .rolledBack: .rolledBack
        case .restart: .restart
        case .complete: .complete
        }
    }

    /// Reads an object with `kind` and where it leads to.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .start: .start
            case .advance: .advance(to: try container.decode(Int.self, forKey: .to))
            case .rollBack: .rollBack(try container.decode(RollBack.self, forKey: .back))
            case .rolledBack: .rolledBack
            case .restart: .restart
            case .complete: .complete
            }
    }

    /// Writes an object with `kind` and where it leads to.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.kind, forKey: .kind)
        switch self {
        case .advance(let stage): try container.encode(stage, forKey: .to)
        case .rollBack(let back): try container.encode(back, forKey: .back)
        case .start, .rolledBack, .restart, .complete: break
        }
    }
}
