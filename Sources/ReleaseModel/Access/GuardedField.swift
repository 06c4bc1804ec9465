/// A request field that only a caller with the named entitlement may set.
///
/// The table of the whole product: wire formats report which of these fields a body sets, admission compares them with
/// the grant, and a refusal names the field. The raw value is the bit in ``GuardedFields``; append only.
public enum GuardedField: UInt8, CaseIterable, Hashable, Sendable {
    case logprobs, topLogprobs
    case logitBias, seed, topK, minP, typicalP, frequencyPenalty, presencePenalty, repetitionPenalty
    case systemPrompt
    case instructions, rawPrompt, chatTemplate, include

    /// The field's name on the wire, as a refusal shows it.
    public var name: String {
        switch self {
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .logitBias: "logit_bias"
        case .seed: "seed"
        case .topK: "top_k"
        case .minP: "min_p"
        case .typicalP: "typical_p"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .repetitionPenalty: "repetition_penalty"
        case .systemPrompt: "system"
        case .instructions: "instructions"
        case .rawPrompt: "prompt"
        case .chatTemplate: "chat_template"
        case .include: "include"
        }
    }

    /// The entitlement without which the field is refused.
    ///
    /// `temperature` and `top_p` are ordinary: every SDK example sets them. What sharpens an attack or an audit,
    /// choosing tokens one by one and replaying a draw, is not. Who writes a raw prompt or its template writes every
    /// part of the conversation, the one above it too. `include` is guarded where it asks for probabilities.
    public var entitlement: EntitlementKind {
        switch self {
        case .logprobs, .topLogprobs, .include: .logprobs
        case .logitBias, .seed, .topK, .minP, .typicalP, .frequencyPenalty, .presencePenalty, .repetitionPenalty:
            .fullSampling
        case .systemPrompt, .instructions, .rawPrompt, .chatTemplate: .systemPrompt
        }
    }
}

extension GuardedField {
    /// Whether a grant may have the field taken out of requests instead of refusing them.
    ///
    /// Without probabilities, or drawn in the ordinary way, an answer is still an answer to what was asked. Without the
    /// words above the conversation it is one to something else.
    public var canBeStripped: Bool {
        switch self.entitlement {
        case .logprobs, .fullSampling: true
        case .finetune, .pinnedVersion, .unlogged, .systemPrompt: false
        }
    }
}

/// The set of guarded fields that one request body sets.
public struct GuardedFields: OptionSet, Hashable, Sendable {
    /// One bit for each field.
    public let rawValue: UInt32

    /// The set with these bits.
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// The set of one field.
    public init(_ field: GuardedField) {
        self.rawValue = 1 << UInt32(field.rawValue)
    }

    /// The fields of the set, in the order of ``GuardedField``.
    public var fields: [GuardedField] { GuardedField.allCases.filter { self.contains(GuardedFields($0)) } }
}
