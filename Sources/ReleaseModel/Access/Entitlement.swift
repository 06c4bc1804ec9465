/// A right beyond ordinary use that a grant can carry, without its parameters.
public enum EntitlementKind: String, CaseIterable, Codable, Hashable, Sendable {
    /// Token probabilities in answers.
    case logprobs
    /// Control over sampling beyond `temperature` and `top_p`.
    case fullSampling = "full_sampling"
    /// Training on top of the model.
    case finetune
    /// Naming one version, which then stays although the model moves on.
    case pinnedVersion = "pinned_version"
    /// Safe harbour: requests leave counts only.
    case unlogged
    /// Instructions above the conversation.
    case systemPrompt = "system_prompt"
}

/// What becomes of a request with a field that needs a right which the grant does not have.
public enum FieldRuling: String, Codable, CaseIterable, Hashable, Sendable {
    /// The request is refused, and the field named.
    case refuse
    /// The field is taken out where that can be done without changing what is asked
    /// (``GuardedField/canBeStripped``), and the answer's head says so.
    case strip
}

/// A right beyond ordinary use, as a grant carries it.
public struct Entitlement: Codable, Hashable, Sendable {
    /// Which right.
    public var kind: EntitlementKind
    /// Until when; `nil` is as long as the grant. ``EntitlementKind/pinnedVersion`` needs a date.
    public var until: Timestamp?

    /// A right with an end, or with the grant's.
    public init(_ kind: EntitlementKind, until: Timestamp? = nil) {
        self.kind = kind
        self.until = until
    }
}
