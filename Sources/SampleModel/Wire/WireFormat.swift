import StrictJSON

/// The two protocols that are spoken.
enum WireFormat: Hashable, Sendable {
    case openAI, anthropic

    /// The body of an error, as the format's clients expect it.
    func error(_ fault: RequestFault, requestID: String) -> JSONValue {
        switch self {
        case .openAI:
            let type = fault.status == 500 ? "server_error" : "invalid_request_error"
            return [
                "error": [
                    "message": .string(fault.message), "type": .string(type), "code": .string(fault.code),
                    "param": fault.field.map(JSONValue.string) ?? .null,
                ]
            ]
        case .anthropic:
            return [
                "type": "error", "request_id": .string(requestID),
                "error": ["type": .string(self.anthropicType(of: fault)), "message": .string(fault.message)],
            ]
        }
    }

    /// One model in the format's list of models.
    func entry(for model: ServedModel) -> JSONValue {
        switch self {
        case .openAI:
            return [
                "id": .string(model.id), "object": "model", "created": .integer(model.created), "owned_by": "sluice",
            ]
        case .anthropic:
            return [
                "id": .string(model.id), "type": "model", "display_name": .string(model.displayName),
                "created_at": .string(model.createdText), "lifecycle": "active",
            ]
        }
    }

    /// All models on one page.
    func list(of models: [ServedModel]) -> JSONValue {
        let entries = JSONValue.array(models.map(self.entry(for:)))
        switch self {
        case .openAI:
            return ["object": "list", "data": entries]
        case .anthropic:
            return [
                "data": entries, "has_more": false, "first_id": models.first.map { .string($0.id) } ?? .null,
                "last_id": models.last.map { .string($0.id) } ?? .null,
            ]
        }
    }

    private func anthropicType(of fault: RequestFault) -> String {
        switch fault {
        case .malformed, .invalid: "invalid_request_error"
        case .unknownModel, .unknownPath: "not_found_error"
        case .tooLarge: "request_too_large"
        case .unexpected: "api_error"
        }
    }
}
