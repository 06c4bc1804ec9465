public import ReleaseModel

/// How complete a model is as open science, after the Model Openness Framework (White et al. 2024; LF AI & Data,
/// schema 1.0): each class asks for all of the one before and for more.
public enum ModelOpennessClass: String, CaseIterable, Codable, Comparable, Hashable, Sendable {
    /// Class III: architecture, final weights and their documents.
    case openModel = "class_3_open_model"
    /// Class II: also the code to train, run and evaluate, and the data to evaluate with.
    case openTooling = "class_2_open_tooling"
    /// Class I: also the data, its preparation, the checkpoints and a research paper.
    case openScience = "class_1_open_science"

    /// Everything that the class asks for, of the classes before it too.
    public var required: Set<ComponentKind> {
        switch self {
        case .openModel:
            [.modelArchitecture, .modelParametersFinal, .evaluationResults, .modelCard, .dataCard, .technicalReport]
        case .openTooling:
            Self.openModel.required.union([.trainingCode, .inferenceCode, .evaluationCode, .evaluationData])
        case .openScience:
            Self.openTooling.required.union([
                .datasets, .dataPreprocessingCode, .modelParametersIntermediate, .researchPaper,
            ])
        }
    }

    /// Orders from Class III to Class I.
    public static func < (lhs: Self, rhs: Self) -> Bool { lhs.required.isStrictSubset(of: rhs.required) }
}
