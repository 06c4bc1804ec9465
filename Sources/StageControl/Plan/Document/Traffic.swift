public import ReleaseModel

/// What exposure is counted in: what a rate of harm is a rate of.
public enum ExposureUnit: String, CaseIterable, Hashable, Sendable {
    /// Requests that the candidate answered.
    case requests
    /// Tokens that the candidate wrote.
    case outputTokens
    /// Days on which an account, or an application, used the candidate.
    case accountDays
    /// Downloads of a component, for stages that give weights away.
    case downloads
}

/// How much use the authors of a plan expect. It decides nothing; it tells whether a stage can be decided in its time.
public struct Traffic: Hashable, Sendable {
    /// What is expected in each unit; a unit that is not there is not known.
    public let units: [ExposureUnit: Expected]

    /// Expectations by unit.
    public init(_ units: [ExposureUnit: Expected] = [:]) { self.units = units }

    /// What is expected in one unit, each day.
    public struct Expected: Hashable, Sendable {
        /// If a stage were open to everybody in its cohorts.
        public let atFullWeight: Double?
        /// In single stages, by their names, at the weights that they have; these go before ``atFullWeight``.
        public let stages: [Name: Double]

        /// An expectation with all its fields.
        public init(atFullWeight: Double? = nil, stages: [Name: Double] = [:]) {
            self.atFullWeight = atFullWeight
            self.stages = stages
        }
    }

    /// The exposure that a stage is expected to have each day; nil if nothing says.
    public func perDay(_ unit: ExposureUnit, in stage: Stage) -> Double? {
        guard let expected = self.units[unit] else { return nil }
        return expected.stages[stage.name] ?? expected.atFullWeight.map { $0 * stage.setWeight.fraction }
    }
}

extension Traffic {
    static let form = Form<[ExposureUnit: Expected]>.map(from: .word(), to: Expected.form)
        .mapped({ Traffic($0) }, \.units)
}

extension Traffic.Expected {
    static let form = Form<Self>.object(
        Self.init,
        Field("atFullWeight", \.atFullWeight, optional: .amount, opens: .neutral),
        Field("stages", \.stages, .map(from: .name, to: .amount), default: [:], opens: .neutral))
}
