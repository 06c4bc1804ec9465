import ReleaseModel

extension Obstacle: Codable {
    private enum Kind: String, Codable {
        case preparing, held
        case personHold = "person_hold"
        case bake, rule, unknown, stratum, gate, window, drill
        case coolDown = "cool_down"
        case notBefore = "not_before"
        case approval
        case errorBudget = "error_budget"
        case watch
    }

    private enum CodingKeys: String, CodingKey {
        case kind, metric, name, dimension
    }

    private var kind: Kind {
        switch self {
        case .preparing: .preparing
        case .held: .held
        case .personHold: .personHold
        case .bake: .bake
        case .rule: .rule
        case .unknown: .unknown
        case .stratum: .stratum
        case .gate: .gate
        case .window: .window
        case .drill: .drill
        case .coolDown: .coolDown
        case .notBefore: .notBefore
        case .approval: .approval
        case .errorBudget: .errorBudget
        case .watch: .watch
        }
    }

    /// Reads an object with `kind` and what it is about.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .preparing: .preparing
            case .held: .held
            case .personHold: .personHold
            case .bake: .bake
            case .rule: .rule(metric: try container.decode(Int.self, forKey: .metric))
            case .unknown: .unknown(metric: try container.decode(Int.self, forKey: .metric))
            case .stratum:
                .stratum(
                    dimension: try container.decode(String.self, forKey: .dimension),
                    part: try container.decode(Name.self, forKey: .name))
            case .gate: .gate(try container.decode(Name.self, forKey: .name))
            case .window: .window
            case .drill: .drill
            case .coolDown: .coolDown
            case .notBefore: .notBefore
            case .approval: .approval
            case .errorBudget: .errorBudget
            case .watch: .watch
            }
    }

    /// Writes an object with `kind` and what it is about.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.kind, forKey: .kind)
        switch self {
        case .rule(let metric), .unknown(let metric): try container.encode(metric, forKey: .metric)
        case .stratum(let dimension, let part):
            try container.encode(dimension, forKey: .dimension)
            try container.encode(part, forKey: .name)
        case .gate(let name): try container.encode(name, forKey: .name)
        case .preparing, .held, .personHold, .bake, .window, .drill, .coolDown, .notBefore, .approval, .errorBudget,
            .watch:
            break
        }
    }
}
