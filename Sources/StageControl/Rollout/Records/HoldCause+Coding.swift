import ReleaseModel

extension HoldCause: Codable {
    private enum Kind: String, Codable {
        case noData = "no_data"
        case sourceError = "source_error"
        case rule
        case sampleRatio = "sample_ratio"
        case evidence, companion
        case exposureBudget = "exposure_budget"
        case stageTime = "stage_time"
        case progressDeadline = "progress_deadline"
        case clockJump = "clock_jump"
    }

    private enum CodingKeys: String, CodingKey {
        case kind, metric, name
    }

    private var kind: Kind {
        switch self {
        case .noData: .noData
        case .sourceError: .sourceError
        case .rule: .rule
        case .sampleRatio: .sampleRatio
        case .evidence: .evidence
        case .companion: .companion
        case .exposureBudget: .exposureBudget
        case .stageTime: .stageTime
        case .progressDeadline: .progressDeadline
        case .clockJump: .clockJump
        }
    }

    /// Reads an object with `kind` and the metric or name that it is about.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self =
            switch try container.decode(Kind.self, forKey: .kind) {
            case .noData: .noData(metric: try container.decode(Int.self, forKey: .metric))
            case .sourceError: .sourceError(metric: try container.decode(Int.self, forKey: .metric))
            case .rule: .rule(metric: try container.decode(Int.self, forKey: .metric))
            case .sampleRatio: .sampleRatio
            case .evidence: .evidence(try container.decode(Name.self, forKey: .name))
            case .companion: .companion(try container.decode(Name.self, forKey: .name))
            case .exposureBudget: .exposureBudget
            case .stageTime: .stageTime
            case .progressDeadline: .progressDeadline
            case .clockJump: .clockJump
            }
    }

    /// Writes an object with `kind` and the metric or name that it is about.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.kind, forKey: .kind)
        switch self {
        case .noData(let metric), .sourceError(let metric), .rule(let metric):
            try container.encode(metric, forKey: .metric)
        case .evidence(let name), .companion(let name): try container.encode(name, forKey: .name)
        case .sampleRatio, .exposureBudget, .stageTime, .progressDeadline, .clockJump: break
        }
    }
}
