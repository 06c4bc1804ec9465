public import StrictJSON

/// Why a request body cannot be served: the field, what was expected there, and what to do.
public struct BodyFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of fault. The raw value is the error's `code` on the wire and is never renamed.
    public enum Code: String, CaseIterable, Hashable, Sendable {
        case invalidJSON = "invalid_json"
        case bodyTooLarge = "body_too_large"
        case invalidType = "invalid_type"
        case invalidValue = "invalid_value"
        case missingRequiredParameter = "missing_required_parameter"
    }

    /// The kind of fault.
    public var code: Code
    /// The field, as in `messages[2].role`; nil if the whole body is at fault.
    public var param: String?
    /// One sentence for the caller.
    public var message: String
    /// With ``Code/invalidJSON``: what the scan found, and where.
    public var json: JSONFault?

    /// A fault of one field, or of the whole body.
    public init(_ code: Code, param: String? = nil, message: String, json: JSONFault? = nil) {
        self.code = code
        self.param = param
        self.message = message
        self.json = json
    }

    /// The fault of a body that is not JSON as this house accepts it.
    public init(_ fault: JSONFault) {
        let code = fault.reason == .tooLarge ? Code.bodyTooLarge : .invalidJSON
        self.init(code, message: "The request body is refused: \(fault.description).", json: fault)
    }

    /// 413 for a body that is too large, else 400.
    public var status: Int { self.code == .bodyTooLarge ? 413 : 400 }

    /// The sentence for the caller.
    public var description: String { self.message }

    static func type(_ param: String, expected: String) -> BodyFault {
        BodyFault(.invalidType, param: param, message: "'\(param)' must be \(expected).")
    }

    static func missing(_ param: String) -> BodyFault {
        BodyFault(.missingRequiredParameter, param: param, message: "'\(param)' is required.")
    }
}
