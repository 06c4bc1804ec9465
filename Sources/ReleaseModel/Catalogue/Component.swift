/// What kind of thing a component is: the 17 kinds of the Model Openness Framework (LF AI & Data, schema 1.0).
public enum ComponentKind: String, Codable, CaseIterable, Hashable, Sendable {
    case datasets
    case dataPreprocessingCode = "data_preprocessing_code"
    case modelArchitecture = "model_architecture"
    case modelParametersFinal = "model_parameters_final"
    case modelParametersIntermediate = "model_parameters_intermediate"
    case modelMetadata = "model_metadata"
    case trainingCode = "training_code"
    case inferenceCode = "inference_code"
    case evaluationCode = "evaluation_code"
    case evaluationData = "evaluation_data"
    case evaluationResults = "evaluation_results"
    case supportingLibraries = "supporting_libraries"
    case modelCard = "model_card"
    case dataCard = "data_card"
    case technicalReport = "technical_report"
    case researchPaper = "research_paper"
    case sampleOutputs = "sample_outputs"

    /// What the kind serves, after Solaiman (2023): a set, because the categories overlap.
    public var categories: Set<ComponentCategory> {
        switch self {
        case .modelParametersFinal, .inferenceCode: [.access]
        case .modelArchitecture: [.access, .replication]
        case .modelParametersIntermediate, .trainingCode, .dataPreprocessingCode, .supportingLibraries: [.replication]
        case .datasets: [.riskAnalysis, .replication]
        case .modelCard, .dataCard, .evaluationCode, .evaluationData, .evaluationResults, .sampleOutputs:
            [.riskAnalysis]
        case .technicalReport, .researchPaper, .modelMetadata: [.riskAnalysis, .replication]
        }
    }
}

/// What a released component lets others do (Solaiman 2023, three categories).
public enum ComponentCategory: String, Codable, CaseIterable, Hashable, Sendable {
    /// Use of the model.
    case access
    /// Judging its risks.
    case riskAnalysis = "risk_analysis"
    /// Making it again.
    case replication
}

/// Who a component is given to.
public enum Audience: String, Codable, CaseIterable, Hashable, Sendable {
    case `internal`, auditors, researchers, partners, `public`
}

/// One part of a version that is released, or withheld, on its own.
public struct Component: Codable, Hashable, Sendable {
    /// The identifier.
    public var id: ComponentID
    /// The version that it belongs to.
    public var version: VersionID
    /// What kind of thing it is.
    public var kind: ComponentKind
    /// Its content; unknown while withheld.
    public var digest: ContentDigest?
    /// The licence's SPDX identifier or name.
    public var licence: String?
    /// Who it is given to.
    public var audience: Audience
    /// From when.
    public var availableFrom: Timestamp?
    /// Why it is withheld.
    public var withheldReason: String?

    /// A component with all its fields.
    public init(
        id: ComponentID, version: VersionID, kind: ComponentKind, digest: ContentDigest?, licence: String?,
        audience: Audience, availableFrom: Timestamp?, withheldReason: String?
    ) {
        self.id = id
        self.version = version
        self.kind = kind
        self.digest = digest
        self.licence = licence
        self.audience = audience
        self.availableFrom = availableFrom
        self.withheldReason = withheldReason
    }

    enum CodingKeys: String, CodingKey {
        case id, version, kind, digest, licence, audience
        case availableFrom = "available_from"
        case withheldReason = "withheld_reason"
    }
}
