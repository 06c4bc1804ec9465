import StrictJSON

/// Why a request is not answered. Each wire format writes it in its own shape.
enum RequestFault: Error, Hashable, Sendable {
    /// The body is not JSON that can be read.
    case malformed(JSONFault)
    /// A field is missing or has a value that cannot be used.
    case invalid(field: String, expected: String)
    case unknownModel(String)
    case unknownPath(String)
    case tooLarge(maximumBytes: Int)
    case unexpected

    var status: Int {
        switch self {
        case .malformed, .invalid: 400
        case .unknownModel, .unknownPath: 404
        case .tooLarge: 413
        case .unexpected: 500
        }
    }

    var code: String {
        switch self {
        case .malformed(let fault): fault.reason.rawValue
        case .invalid: "invalid_value"
        case .unknownModel: "model_not_found"
        case .unknownPath: "not_found"
        case .tooLarge: "request_too_large"
        case .unexpected: "internal_error"
        }
    }

    /// The field at fault, where there is one.
    var field: String? {
        switch self {
        case .invalid(let field, _): field
        case .unknownModel: "model"
        case .malformed, .unknownPath, .tooLarge, .unexpected: nil
        }
    }

    var message: String {
        switch self {
        case .malformed(let fault): "The body is not JSON: \(fault.description)."
        case .invalid(let field, let expected): "'\(field)' must be \(expected)."
        case .unknownModel(let id): "The model '\(id)' does not exist. GET /v1/models lists those that do."
        case .unknownPath(let path): "There is nothing at \(path)."
        case .tooLarge(let maximum): "The body is larger than \(maximum) bytes."
        case .unexpected: "The server failed while it answered."
        }
    }
}
