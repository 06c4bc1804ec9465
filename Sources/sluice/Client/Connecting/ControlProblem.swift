import StrictJSON

/// A refusal of the control API (RFC 9457), as it is told to whoever gave the command.
struct ControlProblem: ExitStatusProviding, Hashable, CustomStringConvertible {
    /// The media type of a problem.
    static let mediaType = "application/problem+json"

    var status: Int
    /// The stable name, for programs.
    var code: String
    var detail: String
    /// The field at fault, by its name in the API.
    var field: String?
    /// Under this the server's log tells more.
    var requestID: String?
    /// The answer as it came.
    var document: JSONValue

    /// Reads a problem; nil if the document is none.
    init?(status: Int, _ document: JSONValue) {
        guard let code = document["code"]?.stringValue else { return nil }
        self.status = status
        self.code = code
        self.detail = document["detail"]?.stringValue ?? document["title"]?.stringValue ?? "refused"
        self.field = document["field"]?.stringValue
        self.requestID = document["request_id"]?.stringValue
        self.document = document
    }

    var exitStatus: ExitStatus {
        switch self.status {
        case 401, 403: .denied
        case 404: .notFound
        case 409, 412: .conflict
        case 408, 504: .timedOut
        case 429, 502, 503: .unhealthy
        case 400..<500: .usage
        default: .failure
        }
    }

    var description: String {
        let place = self.field.map { " (field \($0))" } ?? ""
        let trace = self.status >= 500 ? self.requestID.map { " [\($0)]" } ?? "" : ""
        return Table.visible("\(self.code)\(place): \(self.detail)\(trace)")
    }
}
