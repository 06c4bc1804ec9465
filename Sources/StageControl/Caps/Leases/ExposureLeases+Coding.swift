import ReleaseModel
import StrictJSON

/// The state as a whole, as a granter keeps it: what it would come to by applying every entry again.
extension ExposureLeases: Codable {
    private enum CodingKeys: String, CodingKey {
        case term, reported
        case writtenOff = "written_off"
        case lent, numbers
    }

    /// The last number of one gateway.
    private struct LastNumber: Codable {
        let gateway: Name
        let number: Int
    }

    /// Reads the budget, what was reported, the blocks that are lent and the gateways' last numbers.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(ExposureBudgetTerm.self, forKey: .term),
            reported: try container.decode(Int.self, forKey: .reported),
            writtenOff: try container.decodeIfPresent(Int.self, forKey: .writtenOff) ?? 0,
            lent: try container.decode([ExposureLease].self, forKey: .lent),
            numbers: try container.decode([LastNumber].self, forKey: .numbers)
                .reduce(into: [:]) { $0[$1.gateway] = $1.number })
    }

    /// Writes the same, in the order of names and numbers.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(self.term, forKey: .term)
        try container.encode(self.reported, forKey: .reported)
        if self.writtenOff > 0 { try container.encode(self.writtenOff, forKey: .writtenOff) }
        try container.encode(self.blocks, forKey: .lent)
        try container.encode(
            self.numbers.sorted { $0.key < $1.key }.map { LastNumber(gateway: $0.key, number: $0.value) },
            forKey: .numbers)
    }
}

extension ExposureLeases {
    /// The budgets of a rollout as a store keeps them: a record of JSON each, by what it counts.
    public static func stored(_ records: [String: String]) throws -> [ExposureMeter: ExposureLeases] {
        var leases: [ExposureMeter: ExposureLeases] = [:]
        for (name, body) in records {
            guard let meter = ExposureMeter(name) else {
                throw DecodingError.dataCorrupted(
                    DecodingError.Context(codingPath: [], debugDescription: "there is no budget '\(name)'"))
            }
            leases[meter] = try JSONValue(parsing: Array(body.utf8)).decoded(as: ExposureLeases.self)
        }
        return leases
    }
}
