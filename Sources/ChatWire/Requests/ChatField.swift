import ReleaseModel
import StrictJSON

/// A top-level field of a request body that the gateway reads; everything else is passed over.
enum ChatField: Int, CaseIterable {
    case model, stream, messages, system
    case maxTokens, maxCompletionTokens, nPredict, n, bestOf, streamOptions
    case logprobs, topLogprobs, promptLogprobs, nProbs
    case logitBias, seed, topK, minP, typicalP
    case frequencyPenalty, presencePenalty, repetitionPenalty, repeatPenalty

    /// The field's name on the wire.
    var name: String {
        switch self {
        case .model: "model"
        case .stream: "stream"
        case .messages: "messages"
        case .system: "system"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .nPredict: "n_predict"
        case .n: "n"
        case .bestOf: "best_of"
        case .streamOptions: "stream_options"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .promptLogprobs: "prompt_logprobs"
        case .nProbs: "n_probs"
        case .logitBias: "logit_bias"
        case .seed: "seed"
        case .topK: "top_k"
        case .minP: "min_p"
        case .typicalP: "typical_p"
        case .frequencyPenalty: "frequency_penalty"
        case .presencePenalty: "presence_penalty"
        case .repetitionPenalty: "repetition_penalty"
        case .repeatPenalty: "repeat_penalty"
        }
    }

    /// The right that the field needs, if it needs one by being there.
    ///
    /// `prompt_logprobs`, `n_probs` and `repeat_penalty` are what vLLM and llama.cpp call the same things; without
    /// them here, the right would be a matter of spelling.
    var guarded: GuardedField? {
        switch self {
        case .logprobs, .promptLogprobs, .nProbs: .logprobs
        case .topLogprobs: .topLogprobs
        case .logitBias: .logitBias
        case .seed: .seed
        case .topK: .topK
        case .minP: .minP
        case .typicalP: .typicalP
        case .frequencyPenalty: .frequencyPenalty
        case .presencePenalty: .presencePenalty
        case .repetitionPenalty, .repeatPenalty: .repetitionPenalty
        case .system: .systemPrompt
        case .model, .stream, .messages, .maxTokens, .maxCompletionTokens, .nPredict, .n, .bestOf, .streamOptions:
            nil
        }
    }

    /// All names, in the order of the cases, so that an index is a raw value.
    static let table = JSONKeyTable(Self.allCases.map(\.name))
}
