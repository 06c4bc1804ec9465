import ReleaseModel
import StrictJSON

/// A top-level field of a request body that the gateway reads; everything else is passed over.
enum ChatField: Int, CaseIterable {
    case model, stream, messages, system
    case maxTokens, maxCompletionTokens, maxOutputTokens, nPredict, n, bestOf, streamOptions
    case prompt, input, instructions, chatTemplate, include, previousResponse, conversation
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
        case .maxOutputTokens: "max_output_tokens"
        case .nPredict: "n_predict"
        case .n: "n"
        case .bestOf: "best_of"
        case .streamOptions: "stream_options"
        case .prompt: "prompt"
        case .input: "input"
        case .instructions: "instructions"
        case .chatTemplate: "chat_template"
        case .include: "include"
        case .previousResponse: "previous_response_id"
        case .conversation: "conversation"
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
        case .instructions: .instructions
        case .chatTemplate: .chatTemplate
        case .prompt: .rawPrompt
        case .model, .stream, .messages, .maxTokens, .maxCompletionTokens, .maxOutputTokens, .nPredict, .n, .bestOf,
            .streamOptions, .input, .include, .previousResponse, .conversation:
            nil
        }
    }

    /// Whether an upstream that serves the call keeps answers within this number of tokens. A bound that it does not
    /// know of would be none.
    func bounds(_ call: ModelCall) -> Bool {
        switch self {
        case .maxTokens: call == .chatCompletions || call == .completions || call == .messages
        case .maxCompletionTokens: call == .chatCompletions
        case .nPredict: call == .chatCompletions || call == .completions
        case .maxOutputTokens: call == .responses
        default: false
        }
    }

    /// All names, in the order of the cases, so that an index is a raw value.
    static let table = JSONKeyTable(Self.allCases.map(\.name))
}
