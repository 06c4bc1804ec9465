import ReleaseModel
import StrictJSON

/// What is told to a caller when a request fails (RFC 9457), and, apart from it, what is logged.
///
/// The two are different properties, so that a path, a query or a key cannot reach a caller by accident.
struct Problem: Error, Hashable, Sendable {
    /// The media type of a problem.
    static let mediaType = "application/problem+json"

    /// The HTTP status.
    var status: Int
    /// The stable name, for programs.
    var code: String
    /// The kind of problem in a few words; the same for every problem of the code.
    var title: String
    /// What is wrong with this request and what to do.
    var detail: String
    /// The field or parameter at fault, by its name on the wire.
    var field: String?
    /// For the log only.
    var logged: String?

    init(_ status: Int, _ code: String, _ title: String, _ detail: String, field: String? = nil, logged: String? = nil)
    {
        self.status = status
        self.code = code
        self.title = title
        self.detail = detail
        self.field = field
        self.logged = logged
    }

    /// Where the code is explained.
    var docs: String {
        self.code.hasPrefix("rollout_")
            ? "docs/reference/error-codes.md#control-api-rollouts" : "docs/reference/control-api.md#\(self.code)"
    }

    /// The document that a caller gets.
    func document(requestID: String) -> JSONValue {
        var members: [String: JSONValue] = [
            "type": .string("urn:sluice:problem:\(self.code)"),
            "title": .string(self.title),
            "status": .integer(Int64(self.status)),
            "detail": .string(self.detail),
            "code": .string(self.code),
            "request_id": .string(requestID),
            "docs": .string(self.docs),
        ]
        if let field = self.field { members["field"] = .string(field) }
        return .object(members)
    }
}

extension Problem {
    /// One answer for every key that does not open, whatever is wrong with it.
    static let invalidKey = Problem(
        401, "invalid_api_key", "The key is not valid",
        "Send a key in force as Authorization: Bearer slp_… (people) or slk_… (applications).")

    static func notPermitted(_ detail: String) -> Problem {
        Problem(403, "not_permitted", "Not permitted", detail)
    }

    static func unknownRoute(_ path: String) -> Problem {
        Problem(404, "unknown_route", "No such path", "There is nothing at this path; GET /openapi.json lists all.")
    }

    static func methodNotAllowed(_ allowed: [String]) -> Problem {
        Problem(
            405, "method_not_allowed", "Method not allowed",
            "This path takes \(allowed.sorted().joined(separator: ", ")).")
    }

    static func notFound(_ what: String, field: String) -> Problem {
        .notFound(detail: "There is no such \(what).", field: field)
    }

    static func notFound(detail: String, field: String) -> Problem {
        Problem(404, "not_found", "Not found", detail, field: field)
    }

    static func requestPending(_ request: RequestID) -> Problem {
        Problem(
            409, "request_pending", "The request is too young",
            "\(request) has no entry in the access log yet, and one may be on its way; send it again in seconds.",
            field: "request")
    }

    static func requestErased(_ request: RequestID) -> Problem {
        Problem(
            410, "request_erased", "The request's entry was dropped",
            "The part of the access log that had the entry of \(request) is not kept any more.", field: "id")
    }

    static func invalidParameter(_ parameter: String, _ expected: String) -> Problem {
        Problem(
            422, "invalid_parameter", "A parameter is not acceptable", "\(parameter) must be \(expected).",
            field: parameter)
    }

    static func unknownParameter(_ parameter: String, known: [String]) -> Problem {
        let choice = known.isEmpty ? "This path takes none." : "It takes \(known.sorted().joined(separator: ", "))."
        return Problem(
            422, "unknown_parameter", "A parameter is not known", "\(parameter) is not known here. \(choice)",
            field: parameter)
    }

    static func unsupportedMediaType(expected: String = "application/json") -> Problem {
        Problem(
            415, "unsupported_media_type", "The body is of another type", "Send the body as Content-Type: \(expected).")
    }

    static func bodyTooLarge(_ limit: Int) -> Problem {
        Problem(413, "body_too_large", "The body is too large", "At most \(limit) bytes are taken.")
    }

    static func bodyUnreadable(_ error: any Error) -> Problem {
        Problem(
            400, "body_unreadable", "The body could not be read",
            "It ended early or was not well-formed; send it again.",
            logged: String(describing: error))
    }

    static let idempotencyRunning = Problem(
        409, "idempotency_key_in_use", "The same request is being done",
        "A request with this Idempotency-Key is being done at this moment; wait and repeat it.",
        field: "Idempotency-Key")

    static let idempotencyDiffers = Problem(
        422, "idempotency_key_reused", "The key belongs to another request",
        "This Idempotency-Key came with another body within 24 hours; choose a new key for a new request.",
        field: "Idempotency-Key")

    static let commitmentDiffers = Problem(
        422, "commitment_differs", "The record is another",
        "The record is not the one that the ledger holds a commitment to; name, email and salt must be the same bytes.")
}
