/// The two sides of a rollout. The raw value is public and never renamed.
public enum Arm: String, CaseIterable, Codable, Hashable, Sendable {
    /// What served before the rollout began, and what serves whoever cannot be told apart.
    case baseline
    /// The version that the rollout brings in.
    case candidate
}
